"""工作日调整: what the office decides about its days, and which due days move with it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.event import Event
from app.models.progress import CalendarDay, ReportingPeriod
from app.queries.periods import list_periods
from app.queries.working_days import preview_notice, work_calendar, year_of
from app.services import working_days
from tests.office import Office
from tests.services.test_periods import close_one, open_one

LAST_SUNDAY = date(2018, 9, 30)
"""A make-up day by the notice of 2018: September is due on it."""
FLOOD = "防汛后补休"


def set_day(office: Office, day: date, is_working: bool, note: str = FLOOD, username: str = "ducha") -> None:
    with office.database.writing() as session:
        working_days.set_day(session, day, is_working, note, actor=office.viewer(username))


def due_days(office: Office) -> list[date]:
    with office.database.reading() as session:
        query = select(col(ReportingPeriod.due_on)).order_by(col(ReportingPeriod.starts_on))
        return list(session.execute(query).scalars())


def test_a_day_set_free_moves_the_due_day_of_the_open_period_and_says_so(office: Office) -> None:
    open_one(office)
    set_day(office, LAST_SUNDAY, False)
    assert due_days(office) == [date(2018, 10, 8)]
    with office.database.reading() as session:
        detail = (
            session.execute(select(Event).where(col(Event.kind) == "calendar_changed")).scalar_one().detail
        )
    assert detail["days"] == [{"day": "2018-09-30", "before": "上班", "after": "休息", "note": FLOOD}]
    assert [(each["before"], each["after"]) for each in detail["moved"]] == [("2018-09-30", "2018-10-08")]


def test_what_is_closed_or_due_already_does_not_move(office: Office) -> None:
    open_one(office, date(2018, 8, 1))
    open_one(office)
    close_one(office)
    set_day(office, LAST_SUNDAY, False)
    set_day(office, date(2018, 8, 31), False)
    assert due_days(office) == [date(2018, 8, 31), LAST_SUNDAY]


def test_a_month_gone_by_stays_due_on_its_day_though_nobody_used_it(office: Office) -> None:
    def august() -> date:
        with office.database.reading() as session:
            rows = list_periods(session, office.viewer("ducha"), office.plan(session))
        return rows[7].due_on

    set_day(office, date(2018, 8, 31), False)
    assert august() == date(2018, 8, 31)
    with office.database.writing() as session:
        working_days.remove_day(session, date(2018, 8, 31), actor=office.viewer("ducha"))
    assert august() == date(2018, 8, 31)


def test_taking_the_day_back_moves_the_due_day_back(office: Office) -> None:
    open_one(office)
    set_day(office, LAST_SUNDAY, False)
    with office.database.writing() as session:
        working_days.remove_day(session, LAST_SUNDAY, actor=office.viewer("ducha"))
        working_days.remove_day(session, LAST_SUNDAY, actor=office.viewer("ducha"))  # a second click
    assert due_days(office) == [LAST_SUNDAY]
    with office.database.reading() as session:
        assert session.execute(select(CalendarDay)).all() == []
        told = session.execute(select(Event).where(col(Event.kind) == "calendar_changed")).all()
        assert len(told) == 2


def test_the_same_day_said_twice_is_said_once(office: Office) -> None:
    set_day(office, LAST_SUNDAY, False)
    set_day(office, LAST_SUNDAY, False)
    with office.database.reading() as session:
        assert len(session.execute(select(Event).where(col(Event.kind) == "calendar_changed")).all()) == 1


def test_the_neighbours_days_are_their_own(office: Office) -> None:
    set_day(office, LAST_SUNDAY, False)
    with office.database.reading() as session:
        assert work_calendar(session, office.viewer("neighbour").jurisdiction_id).is_working(LAST_SUNDAY)
        assert year_of(session, office.viewer("neighbour"), 2018).exceptions == []


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_changes_the_calendar(office: Office, username: str) -> None:
    with pytest.raises(Forbidden):
        set_day(office, LAST_SUNDAY, False, username=username)


@pytest.mark.parametrize(
    ("day", "is_working", "note", "field"),
    [
        (None, True, "", "day"),
        (date(1918, 9, 30), True, "", "day"),
        (LAST_SUNDAY, None, "", "is_working"),
        (LAST_SUNDAY, False, "补" * 101, "note"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    office: Office, day: date | None, is_working: bool | None, note: str, field: str
) -> None:
    with office.database.writing() as session, pytest.raises(InvalidInput) as refused:
        working_days.set_day(session, day, is_working, note, actor=office.viewer("ducha"))
    assert set(refused.value.fields) == {field}


NOTICE = (
    "国庆节：10月1日至7日放假调休，共7天。9月29日（星期六）、9月30日（星期日）上班。\n10月8日（星期一）休息。"
)


def test_a_notice_is_shown_first_and_only_what_is_new_is_kept(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        read = preview_notice(session, ducha, NOTICE, 2018)
        assert [(each.day, each.is_working) for each in read.days] == [(date(2018, 10, 8), False)]
        assert (read.known, read.doubts) == (9, [])
        assert working_days.keep_notice(session, NOTICE, 2018, 1, actor=ducha) == 1
        assert working_days.keep_notice(session, NOTICE, 2018, actor=ducha) == 0
    with office.database.reading() as session:
        assert session.execute(select(col(CalendarDay.day))).scalars().all() == [date(2018, 10, 8)]


def test_a_notice_that_means_something_else_by_now_is_not_kept(office: Office) -> None:
    ducha = office.viewer("ducha")
    set_day(office, date(2018, 10, 8), False)
    with office.database.writing() as session, pytest.raises(Conflict):
        working_days.keep_notice(session, NOTICE, 2018, 1, actor=ducha)


def test_the_year_in_small_marks_holidays_make_up_days_and_own_days(office: Office) -> None:
    set_day(office, date(2018, 9, 26), False)
    with office.database.reading() as session:
        shown = year_of(session, office.viewer("ducha"), 2018)
    september = {day.day: day for week in shown.months[8].weeks for day in week if day}
    assert len(september) == 30
    assert (september[date(2018, 9, 24)].mark, september[date(2018, 9, 24)].why) == ("休", "中秋节")
    assert september[date(2018, 9, 29)].mark == "班"
    assert september[date(2018, 9, 22)].mark == ""  # a plain Saturday
    own = september[date(2018, 9, 26)]
    assert (own.mark, own.is_exception, own.is_working) == ("休", True, False)
    assert shown.months[8].working_days == 20
    assert not shown.is_estimated
