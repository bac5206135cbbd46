"""Tasks counted in a way that only shows as such when all lines are seen: 1 新建…, 【2】改造…, 三是完成…."""

import re
from collections.abc import Iterable
from dataclasses import replace

from importers.characters import numeral
from importers.grid import Line
from importers.numbering import TASK_RANK, numbering_of

_CHINESE = "一二三四五六七八九十"
_STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<n>\d{1,3})[ \u3000\t]+(?=[一-龥“])",
        r"(?P<n>\d{1,3})[，,：:](?=[一-龥“])",
        r"[【\[［](?P<n>\d{1,3})[】\]］](?=[一-龥“])",
        r"(?:项目|任务|工作|实事|事项)(?P<n>\d{1,3})[ \u3000]+(?=[一-龥“])",
        rf"第(?P<n>[{_CHINESE}]{{1,3}})[，,、](?=[一-龥“])",
        rf"(?P<n>[{_CHINESE}]{{1,3}})是(?=[一-龥“])",
        rf"(?P<n>[{_CHINESE}]{{1,3}})[ \u3000]+(?=[一-龥“])",
        r"(?P<n>\d{1,3})(?![月日年个项家所处条座名户岁届级万亿])(?=[一-龥“])",
    )
)
_FEWEST = 3


def with_usual_numbers(lines: list[Line]) -> list[Line]:
    """The lines with 1．, 2．, 3．, where they count on in one odd style and no task has a number of the usual ones."""
    known = [numbering_of(line.text) for line in lines]
    if any(found and found.rank >= TASK_RANK for found in known):
        return lines
    for style in _STYLES:
        told = {
            index: (number, found.end())
            for index, line in enumerate(lines)
            if not known[index]
            and (found := style.match(text := line.text.lstrip()))
            and (number := numeral(found["n"])) is not None
            and len(text) > found.end()
        }
        if len(told) >= _FEWEST and _count_on(number for number, _ in told.values()):
            return [
                replace(line, text=f"{told[index][0]}．{line.text.lstrip()[told[index][1] :]}")
                if index in told
                else line
                for index, line in enumerate(lines)
            ]
    return lines


def _count_on(numbers: Iterable[int]) -> bool:
    """Whether numbers go up by one each, begun anew perhaps below the next heading."""
    last = 0
    for number in numbers:
        if number not in (last + 1, 1):
            return False
        last = number
    return True
