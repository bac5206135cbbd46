from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.plan import DueShift, PeriodCycle
from app.rules.periods import (
    PeriodBounds,
    Schedule,
    containing,
    month_of,
    period_of,
    period_to_report,
    periods_of_year,
)
from app.rules.working_days import WorkCalendar

YEAR = (date(2018, 1, 1), date(2018, 12, 31))
CALENDAR = WorkCalendar()


def schedule(cycle: PeriodCycle = PeriodCycle.MONTH, due_day: int = 31, after: int = 0) -> Schedule:
    return Schedule(*YEAR, cycle, due_day, after)


def test_a_month_runs_from_its_first_to_its_last_day() -> None:
    february = month_of(date(2020, 2, 14))
    assert (february.name, february.starts_on, february.ends_on) == (
        "2020年2月",
        date(2020, 2, 1),
        date(2020, 2, 29),
    )


def test_december_does_not_run_into_the_next_year() -> None:
    assert month_of(date(2018, 12, 31)).due_on == date(2018, 12, 31)


@pytest.mark.parametrize(
    ("cycle", "count", "third"),
    [
        (PeriodCycle.MONTH, 12, "2018年3月"),
        (PeriodCycle.HALF_MONTH, 24, "2018年2月上半月"),
        (PeriodCycle.FORTNIGHT, 27, "2018年第3期双周（1月29日—2月11日）"),
        (PeriodCycle.TWO_MONTHS, 6, "2018年5—6月"),
        (PeriodCycle.QUARTER, 4, "2018年第三季度"),
        (PeriodCycle.HALF_YEAR, 2, None),
    ],
)
def test_a_year_has_so_many_periods_named_as_offices_write_them(
    cycle: PeriodCycle, count: int, third: str | None
) -> None:
    periods = periods_of_year(schedule(cycle), CALENDAR)
    assert len(periods) == count
    assert third is None or periods[2].name == third


def test_the_halves_of_a_year_and_of_a_month_are_named() -> None:
    halves = periods_of_year(schedule(PeriodCycle.HALF_YEAR), CALENDAR)
    assert [half.name for half in halves] == ["2018年上半年", "2018年下半年"]
    second = period_of(date(2018, 2, 28), schedule(PeriodCycle.HALF_MONTH), CALENDAR)
    assert (second.name, second.starts_on, second.ends_on) == (
        "2018年2月下半月",
        date(2018, 2, 16),
        date(2018, 2, 28),
    )


def test_fortnights_run_from_monday_and_the_first_holds_the_plans_first_day() -> None:
    year = Schedule(date(2019, 1, 1), date(2019, 12, 31), PeriodCycle.FORTNIGHT)  # a Tuesday
    first = period_of(date(2019, 1, 1), year, CALENDAR)
    assert (first.starts_on, first.ends_on) == (date(2018, 12, 31), date(2019, 1, 13))
    assert first.name == "2019年第1期双周（12月31日—1月13日）"


@given(
    st.dates(date(2005, 1, 1), date(2040, 1, 1)),
    st.integers(0, 500),
    st.sampled_from(PeriodCycle),
    st.integers(1, 31),
    st.integers(0, 1),
    st.sampled_from(DueShift),
)
def test_the_periods_of_any_year_tile_it_without_gap_or_overlap(
    first: date, days: int, cycle: PeriodCycle, due_day: int, after: int, shift: DueShift
) -> None:
    last = first + timedelta(days=days)
    plan = Schedule(first, last, cycle, due_day, after, shift)
    periods = periods_of_year(plan, CALENDAR)
    assert periods[0].starts_on <= first <= periods[0].ends_on
    assert periods[-1].starts_on <= last <= periods[-1].ends_on
    for above, below in pairwise(periods):
        assert below.starts_on == above.ends_on + timedelta(days=1)
    assert len({period.name for period in periods}) == len(periods)
    for day in (first, last, first + timedelta(days=days // 2)):
        assert sum(period.starts_on <= day <= period.ends_on for period in periods) == 1
        assert period_of(day, plan, CALENDAR) in periods
    assert all(CALENDAR.is_working(period.due_on) for period in periods)


@pytest.mark.parametrize(
    ("cycle", "due_day", "after", "shift", "day", "due"),
    [
        (PeriodCycle.MONTH, 31, 0, DueShift.LATER, date(2018, 2, 3), date(2018, 2, 28)),
        (PeriodCycle.MONTH, 25, 0, DueShift.LATER, date(2018, 8, 3), date(2018, 8, 27)),  # 25 is a Saturday
        (PeriodCycle.MONTH, 25, 0, DueShift.EARLIER, date(2018, 8, 3), date(2018, 8, 24)),
        (PeriodCycle.MONTH, 5, 1, DueShift.LATER, date(2018, 9, 3), date(2018, 10, 8)),  # past the holidays
        (PeriodCycle.MONTH, 5, 1, DueShift.EARLIER, date(2018, 9, 3), date(2018, 9, 30)),  # a make-up Sunday
        (PeriodCycle.MONTH, 5, 1, DueShift.LATER, date(2018, 12, 3), date(2019, 1, 7)),
        (PeriodCycle.QUARTER, 20, 0, DueShift.LATER, date(2018, 7, 1), date(2018, 9, 20)),
        (PeriodCycle.HALF_YEAR, 31, 0, DueShift.LATER, date(2018, 1, 1), date(2018, 7, 2)),
        (PeriodCycle.HALF_MONTH, 5, 1, DueShift.LATER, date(2018, 9, 1), date(2018, 9, 17)),
        (PeriodCycle.FORTNIGHT, 5, 1, DueShift.EARLIER, date(2018, 9, 24), date(2018, 9, 30)),
    ],
)
def test_the_due_day_is_the_plans_day_moved_to_a_working_day(
    cycle: PeriodCycle, due_day: int, after: int, shift: DueShift, day: date, due: date
) -> None:
    plan = Schedule(*YEAR, cycle, due_day, after, shift)
    assert period_of(day, plan, CALENDAR).due_on == due


def test_an_exception_of_the_office_moves_the_due_day() -> None:
    flood = WorkCalendar({date(2018, 8, 31): False})
    assert period_of(date(2018, 8, 1), schedule(), flood).due_on == date(2018, 9, 3)


def test_a_report_belongs_to_the_month_before_while_that_is_awaited() -> None:
    plan = schedule(due_day=5, after=1)  # September is due on 8 October
    assert period_to_report(date(2018, 10, 8), plan, CALENDAR).name == "2018年9月"
    assert period_to_report(date(2018, 10, 9), plan, CALENDAR).name == "2018年10月"


def test_a_month_closed_early_is_awaited_no_longer() -> None:
    plan = schedule(due_day=5, after=1)
    september = PeriodBounds("2018年9月", date(2018, 9, 1), date(2018, 9, 30), date(2018, 10, 8), 7, True)
    assert period_to_report(date(2018, 10, 3), plan, CALENDAR, [september]).name == "2018年10月"


def test_nothing_comes_before_the_first_period_and_the_last_is_not_the_end() -> None:
    plan = schedule(due_day=5, after=1)
    assert period_to_report(date(2017, 11, 3), plan, CALENDAR).name == "2018年1月"
    assert period_to_report(date(2018, 1, 3), plan, CALENDAR).name == "2018年1月"
    assert period_to_report(date(2019, 2, 20), plan, CALENDAR).name == "2019年2月"


def test_a_period_reported_in_stays_whatever_the_cycle_has_become() -> None:
    march = PeriodBounds("2018年3月", date(2018, 3, 1), date(2018, 3, 31), date(2018, 3, 30), 3)
    plan = schedule(PeriodCycle.QUARTER)
    assert containing(date(2018, 3, 14), plan, CALENDAR, [march]) is march
    assert containing(date(2018, 4, 1), plan, CALENDAR, [march]).name == "2018年第二季度"


def test_after_an_early_close_reports_belong_to_the_next_period_once_it_is_there() -> None:
    monthly = schedule()
    september = replace(period_of(date(2018, 9, 28), monthly, CALENDAR), id=1, is_closed=True)
    october = replace(period_of(date(2018, 10, 8), monthly, CALENDAR), id=2)
    today = date(2018, 9, 28)
    assert period_to_report(today, monthly, CALENDAR, [september]) == september
    assert period_to_report(today, monthly, CALENDAR, [september, october]) == october
