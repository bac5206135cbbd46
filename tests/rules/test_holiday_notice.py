from datetime import date

import pytest

from app.rules.holiday_notice import read_notice

FREE, WORKED = False, True


def days(text: str, year: int = 2025) -> dict[date, bool]:
    return {each.day: each.is_working for each in read_notice(text, year).days}


def test_ranges_are_free_and_single_days_worked_as_the_notice_says() -> None:
    read = days("10月1日至7日放假，9月27日（星期六）、10月11日（星期六）上班")
    assert [day for day, works in read.items() if works] == [date(2025, 9, 27), date(2025, 10, 11)]
    assert [day for day, works in read.items() if not works] == [date(2025, 10, day) for day in range(1, 8)]


def test_the_notice_of_the_state_council_is_read_line_by_line_with_its_holidays() -> None:
    read = read_notice(
        "一、元旦：1月1日（周三）放假1天，不调休。\n"
        "二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。",
        2025,
    )
    assert read.doubts == []
    assert {each.note for each in read.days} == {"元旦", "春节"}
    assert len(read.days) == 1 + 8 + 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5月1日放假", {date(2025, 5, 1): FREE}),
        ("２０２６年１月１日放假", {date(2026, 1, 1): FREE}),
        ("12月31日至1月1日放假", {date(2025, 12, 31): FREE, date(2026, 1, 1): FREE}),
        ("5月1日放假。5月1日上班", {date(2025, 5, 1): WORKED}),
        ("4月4日—5日放假", {date(2025, 4, 4): FREE, date(2025, 4, 5): FREE}),
        ("", {}),
    ],
)
def test_dates_are_read_in_the_forms_notices_use(text: str, expected: dict[date, bool]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("2月30日放假", "不是日历上有的日期"),
        ("10月7日至1日放假", "起止日期不对"),
        ("3日上班", "不是日历上有的日期"),
        ("5月1日", "没有写放假还是上班"),
        ("9月27日（星期日）上班", "请核对年份"),
        ("各单位妥善安排值班", "没有读到日期"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, doubt: str) -> None:
    assert any(doubt in sentence for sentence in read_notice(text, 2025).doubts)
