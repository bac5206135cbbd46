"""The year a plan is for (年度), as its file names it; a file may name none, or several."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

_YEAR = re.compile(r"20\d\d")
_FIVE_YEARS = re.compile(r"十([一二三四五六七八九])个?五")
_FIRST_OF_FIVE = {numeral: 2006 + 5 * count for count, numeral in enumerate("一二三四五六七八九")}


def years_named(heading: str, file_name: str) -> list[int]:
    """The years in the heading, or where that names none in the file's name; a 十四五 is its first and its last."""
    for words in (heading, file_name):
        years = {int(year) for year in _YEAR.findall(words)}
        for numeral in _FIVE_YEARS.findall(words):
            years |= {_FIRST_OF_FIVE[numeral], _FIRST_OF_FIVE[numeral] + 4}
        if years:
            return sorted(years)
    return []


def usual_year(deadlines: Iterable[str]) -> list[int]:
    """The year most deadlines name, where heading and file name none: 2021年9月底前 is due in the plan's year."""
    told = Counter(year for words in deadlines for year in set(_YEAR.findall(words)))
    return [int(year) for year, _ in told.most_common(1)]


def likely_year(years: list[int], today: date) -> int:
    """The one year named; of several the running one if it lies between them, else the first; without any this year."""
    if not years:
        return today.year
    return today.year if years[0] <= today.year <= years[-1] else years[0]


def doubt_of_year(years: list[int], year: int) -> str:
    """What to ask about the year, and what hangs on it; nothing when the file names just one."""
    if len(years) == 1:
        return ""
    named = f"文件写的是 {years[0]}—{years[-1]} 年" if years else "文件的标题没有写明年度"
    return f"{named}，现按 {year} 年读入，请核对“年度”。没写年份的完成时限都换算到这一年，没写时限的任务按这一年全年。"
