"""填报周期: how a plan's year falls into periods, which one a day belongs to, and when its reports are due."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.plan import DueShift, PeriodCycle, Plan
from app.rules.working_days import WorkCalendar

CYCLE_LABELS = {
    PeriodCycle.MONTH: "每月",
    PeriodCycle.HALF_MONTH: "每半月",
    PeriodCycle.FORTNIGHT: "每两周",
    PeriodCycle.TWO_MONTHS: "每两个月",
    PeriodCycle.QUARTER: "每季度",
    PeriodCycle.HALF_YEAR: "每半年",
}
MONTHS = {PeriodCycle.MONTH: 1, PeriodCycle.TWO_MONTHS: 2, PeriodCycle.QUARTER: 3, PeriodCycle.HALF_YEAR: 6}
"""How many months a period has, where it has whole months."""
FORTNIGHT = timedelta(days=14)
ONE_DAY = timedelta(days=1)
_QUARTERS = "一二三四"
_HALF = 15


@dataclass(frozen=True, slots=True)
class PeriodBounds:
    """A period: its name, first and last day, and the day reports are due. ``id`` is None while nobody reported in it."""

    name: str
    starts_on: date
    ends_on: date
    due_on: date
    id: int | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the plan says about its periods."""

    starts_on: date
    ends_on: date
    cycle: PeriodCycle = PeriodCycle.MONTH
    due_day: int = 31
    due_months_after: int = 0
    due_shift: DueShift = DueShift.LATER

    @classmethod
    def of(cls, plan: Plan) -> "Schedule":
        return cls(
            plan.starts_on, plan.ends_on, plan.cycle, plan.due_day, plan.due_months_after, plan.due_shift
        )


def month_of(day: date) -> PeriodBounds:
    """The month a day falls in, as a period whose reports are due on its last day."""
    last = _month_end(day)
    return PeriodBounds(f"{day.year}年{day.month}月", day.replace(day=1), last, last)


def period_of(day: date, schedule: Schedule, calendar: WorkCalendar) -> PeriodBounds:
    """The period of the plan's cycle that a day falls in.

    Periods are whole: those of months are the calendar's, also where the plan begins amid one. Fortnights run from
    Monday to Sunday, and the first is the one the plan's first day falls in. What comes before the plan belongs to
    its first period; after its end the periods go on, for there are tasks that are late.
    """
    day = max(day, schedule.starts_on)
    if schedule.cycle is PeriodCycle.FORTNIGHT:
        name, first, last = _fortnight(day, schedule.starts_on)
    elif schedule.cycle is PeriodCycle.HALF_MONTH:
        name, first, last = _half_month(day)
    else:
        name, first, last = _months(day, schedule.cycle)
    return PeriodBounds(name, first, last, due_on(last, schedule, calendar))


def due_on(last: date, schedule: Schedule, calendar: WorkCalendar) -> date:
    """When reports of a period with this last day are due, moved to a working day.

    A day of the month makes no sense for periods shorter than a month: their reports are due on their last day.
    """
    if schedule.cycle not in MONTHS:
        return calendar.shifted(last, schedule.due_shift)
    month = last if schedule.due_months_after == 0 else last + ONE_DAY
    day = month.replace(day=min(schedule.due_day, _month_end(month).day))
    return calendar.shifted(day, schedule.due_shift)


def periods_of_year(
    schedule: Schedule, calendar: WorkCalendar, known: Sequence[PeriodBounds] = ()
) -> list[PeriodBounds]:
    """Every period of the plan's year in order; those ``known`` (already reported in) as they are."""
    return list(_from_first_to_last(schedule, calendar, known))


def period_to_report(
    today: date, schedule: Schedule, calendar: WorkCalendar, known: Sequence[PeriodBounds] = ()
) -> PeriodBounds:
    """The period a report of today belongs to: today's, or the one before while its reports are still awaited.

    Where today's was closed early and the office has opened the next, it is that one.
    """
    current = containing(today, schedule, calendar, known)
    if current.is_closed:
        return next((each for each in known if each.starts_on > today and not each.is_closed), current)
    if current.starts_on <= schedule.starts_on:
        return current
    before = containing(current.starts_on - ONE_DAY, schedule, calendar, known)
    return before if not before.is_closed and today <= before.due_on else current


def containing(
    day: date, schedule: Schedule, calendar: WorkCalendar, known: Sequence[PeriodBounds] = ()
) -> PeriodBounds:
    """The period of a day: one that is known, or else the cycle's."""
    day = max(day, schedule.starts_on)
    found = next((each for each in known if each.starts_on <= day <= each.ends_on), None)
    return found or period_of(day, schedule, calendar)


def _from_first_to_last(
    schedule: Schedule, calendar: WorkCalendar, known: Sequence[PeriodBounds]
) -> Iterator[PeriodBounds]:
    day = schedule.starts_on
    last = max([schedule.ends_on, *(each.ends_on for each in known)])
    while day <= last:
        period = containing(day, schedule, calendar, known)
        yield period
        day = period.ends_on + ONE_DAY


def _fortnight(day: date, plan_starts_on: date) -> tuple[str, date, date]:
    monday = plan_starts_on - timedelta(days=plan_starts_on.weekday())
    number = (day - monday) // FORTNIGHT
    first = monday + number * FORTNIGHT
    last = first + FORTNIGHT - ONE_DAY
    days = f"{first.month}月{first.day}日—{last.month}月{last.day}日"
    return f"{plan_starts_on.year}年第{number + 1}期双周（{days}）", first, last


def _half_month(day: date) -> tuple[str, date, date]:
    month = f"{day.year}年{day.month}月"
    if day.day <= _HALF:
        return f"{month}上半月", day.replace(day=1), day.replace(day=_HALF)
    return f"{month}下半月", day.replace(day=_HALF + 1), _month_end(day)


def _months(day: date, cycle: PeriodCycle) -> tuple[str, date, date]:
    length = MONTHS[cycle]
    number = (day.month - 1) // length
    first = date(day.year, number * length + 1, 1)
    last = _month_end(date(day.year, (number + 1) * length, 1))
    return f"{day.year}年{_part_of_year(cycle, number, first, last)}", first, last


def _part_of_year(cycle: PeriodCycle, number: int, first: date, last: date) -> str:
    if cycle is PeriodCycle.QUARTER:
        return f"第{_QUARTERS[number]}季度"
    if cycle is PeriodCycle.HALF_YEAR:
        return "下半年" if number else "上半年"
    return f"{first.month}月" if first.month == last.month else f"{first.month}—{last.month}月"


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
