"""工作日: the published calendar of holidays and make-up days, and the office's own exceptions to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

from app.models.plan import DueShift

ONE_DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_REST = 60
"""No office rests longer; a calendar that says so was filled in by mistake, and nothing may search in it for ever."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """On which days this office works: its own exceptions first, then what the State Council published."""

    exceptions: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_working(self, day: date) -> bool:
        said = self.exceptions.get(day)
        return is_published_working(day) if said is None else said

    def shifted(self, day: date, shift: DueShift) -> date:
        """The day itself if the office works on it, else the nearest working day after (顺延) or before it (提前)."""
        step = ONE_DAY if shift is DueShift.LATER else -ONE_DAY
        for days in range(LONGEST_REST):
            if self.is_working(day + days * step):
                return day + days * step
        return day

    def after(self, day: date, wait: timedelta) -> date:
        """The day an answer is proposed for: that much later, or the working day after."""
        return self.shifted(day + wait, DueShift.LATER)


def is_published_working(day: date) -> bool:
    """Whether offices work on this day by the published calendar; by weekday and statutory holiday where none is yet."""
    published = _published(day.year)
    if day in published.make_up_days:
        return True
    return day.weekday() < SATURDAY and day not in published.holidays


def holiday_name(day: date) -> str:
    """What is celebrated, or why the day is free; empty for a plain day."""
    return _published(day.year).holidays.get(day, "")


def is_make_up_day(day: date) -> bool:
    """A weekend day on which offices work, for a holiday made longer (调休上班)."""
    return day in _published(day.year).make_up_days


def is_estimated(year: int) -> bool:
    """Whether the year's notice is not in the calendar yet (预估): make-up days are then missing from it."""
    return not _published(year).make_up_days


@dataclass(frozen=True, slots=True)
class _Published:
    holidays: dict[date, str]
    make_up_days: frozenset[date]


@cache
def _published(year: int) -> _Published:
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    days = {day: name for day, name in known.items() if day.year == year}
    return _Published(days, frozenset(day for day in known.weekend_workdays if day.year == year))
