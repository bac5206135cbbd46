"""放假通知: the days in the words of the yearly notice, as an office pastes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

LONGEST_RANGE = 31
WEEKDAYS = "一二三四五六日"
_DAY = r"(?:(?P<year{0}>\d{{4}})年)?(?:(?P<month{0}>\d{{1,2}})月)?(?P<day{0}>\d{{1,2}})日(?P<aside{0}>\([^)]*\))?"
_DATES = re.compile(_DAY.format("1") + r"(?:\s*(?:至|到|—+|-+|–|~)\s*" + _DAY.format("2") + ")?")
_VERBS = re.compile(r"放假|上班|休息|补休|补班")
_WORKING = ("上班", "补班")
_NAME = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、])?\s*([^:\d]{2,12}):")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日天])")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day of a notice: free or worked, and for which holiday."""

    day: date
    is_working: bool
    note: str


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """What was understood, and a sentence for everything that was not."""

    days: list[NoticeDay]
    doubts: list[str]


def read_notice(text: str, year: int) -> ReadNotice:
    """“10月1日至7日放假，9月27日（星期六）上班”: every day named, free or worked. Later words win over earlier ones."""
    days: dict[date, NoticeDay] = {}
    doubts: list[str] = []
    for line in normalize("NFKC", text).splitlines():
        named = _NAME.match(line)
        note = named.group(1).strip() if named else ""
        found, wrong = _read_line(line, year, note)
        days.update({each.day: each for each in found})
        doubts += wrong
    if not days and not doubts and text.strip():
        doubts.append("没有读到日期，请照通知原文粘贴，例如：10月1日至7日放假，9月27日（星期六）上班。")
    return ReadNotice(sorted(days.values(), key=lambda each: each.day), doubts)


def _read_line(line: str, year: int, note: str) -> tuple[list[NoticeDay], list[str]]:
    found: list[NoticeDay] = []
    doubts: list[str] = []
    waiting: list[re.Match[str]] = []
    for token in _tokens(line):
        if token.re is _DATES:
            waiting.append(token)
            continue
        is_working = token.group() in _WORKING
        for dates in waiting:
            days, wrong = _days(dates, year)
            doubts += wrong
            found += [NoticeDay(day, is_working, note) for day in days]
        waiting = []
    doubts += [f"“{dates.group()}”后面没有写放假还是上班。" for dates in waiting]
    return found, doubts


def _tokens(line: str) -> Iterator[re.Match[str]]:
    tokens = [*_DATES.finditer(line), *_VERBS.finditer(line)]
    return iter(sorted(tokens, key=lambda token: token.start()))


def _days(dates: re.Match[str], year: int) -> tuple[list[date], list[str]]:
    words = dates.group()
    try:
        first = _day(dates, "1", date(year, 1, 1))
        last = _day(dates, "2", first) if dates["day2"] else first
    except ValueError:
        return [], [f"“{words}”不是日历上有的日期。"]
    if not first <= last <= first + timedelta(days=LONGEST_RANGE):
        return [], [f"“{words}”的起止日期不对。"]
    doubts = [
        f"{day.month}月{day.day}日是{day.year}年的星期{WEEKDAYS[day.weekday()]}，通知写的不是这一天，请核对年份。"
        for day, aside in ((first, dates["aside1"]), (last, dates["aside2"]))
        if _is_another_weekday(day, aside or "")
    ]
    return [first + timedelta(days=number) for number in range((last - first).days + 1)], doubts


def _day(dates: re.Match[str], which: str, before: date) -> date:
    month = int(dates[f"month{which}"] or before.month)
    year = int(dates[f"year{which}"] or before.year)
    if which == "2" and not dates["year2"] and month < before.month:
        year += 1  # 12月30日至1月1日
    if which == "1" and not dates["month1"]:
        raise ValueError
    return date(year, month, int(dates[f"day{which}"]))


def _is_another_weekday(day: date, aside: str) -> bool:
    said = _WEEKDAY.search(aside)
    return said is not None and WEEKDAYS.index(said.group(1).replace("天", "日")) != day.weekday()
