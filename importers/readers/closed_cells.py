"""Rows whose cells each stand on a line that a bar closes, filled up with bars to the width of the table."""

import re
from itertools import accumulate
from math import gcd

from importers.characters import squash
from importers.columns import ColumnKind, kind_of

_WIDTHS = range(3, 16)
_FEWEST_FILLED_UP = 2
_FEWEST_NUMBERED = 3
_LINES_CUT_OFF = 3
_ROWS_SEARCHED = 2  # the title may fill the first row
_CLOSED = re.compile(r"(?P<cell>[^|]*)(?P<bars>\|[|\s]*)")


def rows_joined(lines: list[str]) -> list[str] | None:
    """The lines with each row on its first line (甲 | / 乙 | || becomes |甲|乙|||), or None where none is written so.

    A line that several bars close fills its row up: the width of the table is the one with which all of them do.
    """
    barred = [index for index, line in enumerate(lines) if "|" in line]
    closed = {index: told for index in barred if (told := _CLOSED.fullmatch(lines[index].strip()))}
    others = [index for index in barred if index not in closed]  # 首页 | 政务公开, above the table
    here = [index for index in closed if not others or index > others[-1]]
    bars = [closed[index]["bars"].count("|") for index in here]
    ends = list(accumulate(bars))
    filled_up = [end for end, count in zip(ends, bars, strict=True) if count > 1]
    width = gcd(*filled_up)
    if len(filled_up) < _FEWEST_FILLED_UP or width not in _WIDTHS:
        return None
    last_cells = {index for index, end in zip(here, ends, strict=True) if end % width == 0}
    cells = [(end, squash(closed[index]["cell"])) for index, end in zip(here, ends, strict=True)]
    headed = any(_has_header(cells, width * row, width) for row in range(_ROWS_SEARCHED))
    if len(last_cells) < ends[-1] // width or not headed:
        return None
    rows, begins = list(lines), here[0]
    end = next((i for i in range(here[-1] + 1, len(lines)) if not lines[i].strip()), len(lines))
    if here[-1] not in last_cells and end - here[-1] <= _LINES_CUT_OFF:
        here.append(end - 1)  # the text ends within a cell, which no bar closes
    for index in here:
        if index in last_cells or index == here[-1]:
            row = "<br>".join(filter(None, map(str.strip, lines[begins : index + 1])))
            rows[begins : index + 1] = [f"|{row.replace('|<br>', '|')}", *[""] * (index - begins)]
            begins = index + 1
    return _with_numbers(rows)


def _with_numbers(rows: list[str]) -> list[str]:
    """工作任务 drawn over a category, a number and the task: the first two columns get headers of their own.

    A row under a category that was merged downwards begins with its number.
    """
    split = {index: row.strip("|").split("|") for index, row in enumerate(rows) if row.startswith("|")}
    head = next((index for index, cells in split.items() if _is_header([*filter(None, cells)], "")), None)
    words = [word for cell in split[head] if (word := cell.strip())] if head is not None else []
    if head is None or any(kind_of(squash(word)) is ColumnKind.NUMBER for word in words):
        return rows
    places: dict[int, int] = {}
    for index, cells in split.items():
        expected = str(len(places) + 1)
        if index > head and expected in (begun := [cell.strip() for cell in cells[:2]]):
            places[index] = begun.index(expected)
    if len(places) < _FEWEST_NUMBERED:
        return rows
    before = max(places.values())
    told = {head: [*["类别"] * before, "序号", *words]}
    told |= {index: [*[""] * (before - place), *split[index]] for index, place in places.items()}
    return [f"|{'|'.join(told[index])}|" if index in told else row for index, row in enumerate(rows)]


def _has_header(cells: list[tuple[int, str]], before: int, width: int) -> bool:
    """Whether the row that begins behind so many bars names the columns."""
    header = [words for end, words in cells if before < end <= before + width]
    below = next((words for end, words in cells if end > before + width), "")
    return _is_header([word for word in header if word], below)


def _is_header(words: list[str], below: str) -> bool:
    known = sum(kind_of(word) is not None for word in words)
    return len(words) > 1 and known * 3 >= len(words) * 2 and kind_of(below) is None
