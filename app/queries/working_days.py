"""工作日: the published calendar with the office's own exceptions, for rules and for the page."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import CalendarDay
from app.rules.holiday_notice import NoticeDay, ReadNotice, read_notice
from app.rules.permissions import Viewer
from app.rules.working_days import (
    SATURDAY,
    WorkCalendar,
    holiday_name,
    is_estimated,
    is_make_up_day,
    is_published_working,
)

WEEKS = Calendar(firstweekday=0)
EARLIEST_YEAR, LATEST_YEAR = 2005, 2099
"""Between these the published calendar has something to say."""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day of a month: whether the office works, the mark that says what is unusual (休, 班), and why."""

    day: date
    is_working: bool
    mark: str
    why: str
    is_exception: bool


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month in weeks from Monday; None for days of other months."""

    number: int
    weeks: list[list[ShownDay | None]]
    working_days: int


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day the office decided about itself, beside what the published calendar says."""

    day: date
    is_working: bool
    note: str
    is_published_working: bool


@dataclass(frozen=True, slots=True)
class ShownYear:
    """The year as the page shows it."""

    year: int
    is_estimated: bool
    months: list[ShownMonth]
    exceptions: list[OwnDay]


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What a pasted notice would change (``days``), what it says that is so already, and what was not understood."""

    days: list[NoticeDay]
    known: int
    doubts: list[str]


def work_calendar(session: Session, jurisdiction_id: int) -> WorkCalendar:
    """On which days this office works."""
    query = select(col(CalendarDay.day), col(CalendarDay.is_working)).where(
        col(CalendarDay.jurisdiction_id) == jurisdiction_id
    )
    return WorkCalendar({row.day: row.is_working for row in session.execute(query)})


def year_of(session: Session, viewer: Viewer, year: int) -> ShownYear:
    """The year in small: holidays, make-up days, and what the office decided itself."""
    calendar = work_calendar(session, viewer.jurisdiction_id)
    months = []
    for number in range(1, 13):
        weeks = [
            [_shown(day, calendar) if day.month == number else None for day in week]
            for week in WEEKS.monthdatescalendar(year, number)
        ]
        working = sum(day.is_working for week in weeks for day in week if day)
        months.append(ShownMonth(number, weeks, working))
    exceptions = [each for each in list_exceptions(session, viewer) if each.day.year == year]
    return ShownYear(year, is_estimated(year), months, exceptions)


def list_exceptions(session: Session, viewer: Viewer) -> list[OwnDay]:
    """Every day the office decided about itself, the earliest first."""
    query = (
        select(CalendarDay)
        .where(col(CalendarDay.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(CalendarDay.day))
    )
    return [
        OwnDay(row.day, row.is_working, row.note, is_published_working(row.day))
        for row in session.execute(query).scalars()
    ]


def preview_notice(session: Session, viewer: Viewer, text: str, year: int) -> NoticePreview:
    """Read a pasted notice and tell what it would change; nothing is written."""
    read: ReadNotice = read_notice(text, year)
    calendar = work_calendar(session, viewer.jurisdiction_id)
    new = [each for each in read.days if calendar.is_working(each.day) is not each.is_working]
    return NoticePreview(new, len(read.days) - len(new), read.doubts)


def _shown(day: date, calendar: WorkCalendar) -> ShownDay:
    works = calendar.is_working(day)
    usual = day.weekday() < SATURDAY
    mark = "" if works is usual and not holiday_name(day) else ("班" if works else "休")
    own = day in calendar.exceptions
    why = holiday_name(day) or ("调休上班" if is_make_up_day(day) else "")
    if own:
        why = "本单位另定：" + ("上班" if works else "休息")
    return ShownDay(day, works, mark, why, own)
