from datetime import date

from app.rules.periods import month_of


def test_a_month_runs_from_its_first_to_its_last_day() -> None:
    february = month_of(date(2020, 2, 14))
    assert (february.name, february.starts_on, february.ends_on) == (
        "2020年2月",
        date(2020, 2, 1),
        date(2020, 2, 29),
    )


def test_december_does_not_run_into_the_next_year() -> None:
    assert month_of(date(2018, 12, 31)).due_on == date(2018, 12, 31)
