from datetime import date

from app.clock import short_day
from app.rules.text import plain


def test_ideographic_spaces_stay_and_control_characters_go() -> None:
    assert plain("一、进度\r\n\u3000\u3000已\x0b完成\x00一半 ") == "一、进度\n\u3000\u3000已完成一半"


def test_a_day_carries_its_year_where_that_is_not_the_one_spoken_of() -> None:
    assert short_day(date(2018, 12, 31), 2018) == "12月31日"
    assert short_day(date(2019, 1, 2), 2018) == "2019年1月2日"
