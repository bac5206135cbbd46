from datetime import date

import pytest

from app.models.plan import DueShift
from app.rules.working_days import WorkCalendar, holiday_name, is_estimated, is_make_up_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2018, 9, 28), True),
        (date(2018, 9, 29), True),  # a Saturday made up for
        (date(2018, 10, 1), False),
        (date(2018, 10, 5), False),
        (date(2018, 10, 6), False),
        (date(2018, 10, 8), True),
    ],
)
def test_the_published_calendar_knows_holidays_and_make_up_days(day: date, works: bool) -> None:
    assert WorkCalendar().is_working(day) is works


def test_what_the_office_says_stands_above_the_published_calendar() -> None:
    calendar = WorkCalendar({date(2018, 9, 29): False, date(2018, 10, 1): True})
    assert not calendar.is_working(date(2018, 9, 29))
    assert calendar.is_working(date(2018, 10, 1))


def test_a_year_without_its_notice_is_an_estimate() -> None:
    assert not is_estimated(2018)
    assert is_estimated(2035)


def test_days_have_the_words_a_calendar_shows() -> None:
    assert holiday_name(date(2018, 10, 1)) == "国庆节"
    assert holiday_name(date(2018, 9, 28)) == ""
    assert is_make_up_day(date(2018, 9, 30))
    assert not is_make_up_day(date(2018, 9, 28))


def test_a_calendar_without_any_working_day_leaves_the_day_where_it_is() -> None:
    class Never(WorkCalendar):
        def is_working(self, day: date) -> bool:
            return False

    assert Never().shifted(date(2018, 9, 30), DueShift.LATER) == date(2018, 9, 30)
