from datetime import date

import pytest

from app.rules.pace import pace

YEAR = (date(2018, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        (date(2017, 12, 31), 0.0),
        (date(2018, 1, 31), 8.3),
        (date(2018, 2, 28), 16.7),
        (date(2018, 6, 30), 50.0),
        (date(2018, 11, 30), 91.7),
        (date(2018, 12, 31), 100.0),
        (date(2019, 3, 1), 100.0),
    ],
)
def test_a_years_task_is_counted_in_months(today: date, percent: float) -> None:
    assert round(pace(*YEAR, today), 1) == percent


def test_leap_years_do_not_move_the_end_of_february() -> None:
    assert pace(date(2020, 1, 1), date(2020, 12, 31), date(2020, 2, 29)) == pytest.approx(100 / 6)


def test_days_count_evenly_within_a_month() -> None:
    assert pace(*YEAR, date(2018, 4, 15)) == pytest.approx(100 * 3.5 / 12)


def test_a_task_due_in_june_is_half_way_at_the_end_of_march() -> None:
    assert pace(date(2018, 1, 1), date(2018, 6, 30), date(2018, 3, 31)) == pytest.approx(50)


def test_a_task_due_before_it_starts_has_no_time_left_on_its_due_day() -> None:
    due = date(2017, 12, 31)
    assert pace(date(2018, 1, 1), due, date(2017, 12, 30)) == 0
    assert pace(date(2018, 1, 1), due, due) == 100
