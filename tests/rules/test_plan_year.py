"""The year of a plan, from what its file says."""

from datetime import date

import pytest

from app.rules.plan_year import doubt_of_year, likely_year, years_named

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("heading", "file_name", "year", "is_asked"),
    [
        ("2025年重点工作", "2026.xlsx", 2025, False),
        ("重点工作", "2024年.xlsx", 2024, False),
        ("“十四五”规划和2035年远景目标任务分工", "", 2026, True),
        ("第十五个五年规划", "", 2026, True),
        ("2022—2024年行动方案", "", 2022, True),
        ("重点工作", "表.xlsx", 2026, True),
    ],
)
def test_one_year_is_taken_and_none_or_several_are_asked_about(
    heading: str, file_name: str, year: int, is_asked: bool
) -> None:
    years = years_named(heading, file_name)
    assert likely_year(years, TODAY) == year
    assert bool(doubt_of_year(years, year)) == is_asked
