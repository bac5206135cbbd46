"""序时进度 as tables of cases: a task's first and last day and a day in, percent out. No database."""

from datetime import date

import pytest

from app.rules.pace import pace

NEW_YEAR, YEAR_END = date(2018, 1, 1), date(2018, 12, 31)


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        (date(2017, 11, 1), 0.0),
        (date(2017, 12, 31), 0.0),
        (date(2018, 1, 1), 0.3),
        (date(2018, 1, 31), 8.3),
        (date(2018, 2, 28), 16.7),
        (date(2018, 3, 31), 25.0),
        (date(2018, 6, 30), 50.0),
        (date(2018, 9, 30), 75.0),
        (date(2018, 11, 30), 91.7),  # eleven of twelve months
        (date(2018, 12, 30), 99.7),
        (date(2018, 12, 31), 100.0),
        (date(2019, 3, 1), 100.0),
    ],
)
def test_a_years_task_is_counted_in_months(today: date, percent: float) -> None:
    assert round(pace(NEW_YEAR, YEAR_END, today), 1) == percent


@pytest.mark.parametrize(
    ("starts_on", "due_on", "today", "percent"),
    [
        (NEW_YEAR, date(2018, 6, 30), date(2018, 3, 31), 50),
        (NEW_YEAR, date(2018, 6, 30), date(2018, 6, 30), 100),
        (NEW_YEAR, date(2018, 6, 30), date(2018, 7, 1), 100),
        (date(2018, 7, 1), YEAR_END, date(2018, 6, 30), 0),
        (date(2018, 7, 1), YEAR_END, date(2018, 9, 30), 50),
        (date(2018, 4, 1), date(2018, 4, 30), date(2018, 4, 15), 50),
        (date(2018, 3, 16), date(2018, 4, 15), date(2018, 3, 31), 100 * (16 / 31) / (16 / 31 + 0.5)),
        (NEW_YEAR, YEAR_END, date(2018, 4, 15), 100 * 3.5 / 12),  # days count evenly within a month
        (date(2020, 1, 1), date(2020, 12, 31), date(2020, 2, 29), 100 / 6),  # leap or not
        (date(2018, 1, 1), date(2019, 12, 31), YEAR_END, 50),
        (NEW_YEAR, NEW_YEAR, NEW_YEAR, 100),
        (NEW_YEAR, NEW_YEAR, date(2017, 12, 31), 0),
        (NEW_YEAR, date(2017, 12, 31), date(2017, 12, 30), 0),  # due before it starts
        (NEW_YEAR, date(2017, 12, 31), date(2017, 12, 31), 100),
    ],
)
def test_any_task_runs_from_its_first_day_to_its_due_day(
    starts_on: date, due_on: date, today: date, percent: float
) -> None:
    assert pace(starts_on, due_on, today) == pytest.approx(percent)
