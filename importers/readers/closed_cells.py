"""Rows whose cells each stand on a line that a bar closes, filled up with bars to the width of the table."""

import re
from itertools import accumulate
from math import gcd

from importers.characters import squash
from importers.columns import kind_of

_WIDTHS = range(3, 16)
_FEWEST_FILLED_UP = 2
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
    header = [squash(closed[index]["cell"]) for index, end in zip(here, ends, strict=True) if end <= width]
    below = next(
        (squash(closed[index]["cell"]) for index, end in zip(here, ends, strict=True) if end > width), ""
    )
    if len(last_cells) < ends[-1] // width or not _is_header([word for word in header if word], below):
        return None
    rows, begins = list(lines), here[0]
    for index in here:
        if index in last_cells or index == here[-1]:
            row = "<br>".join(filter(None, map(str.strip, lines[begins : index + 1])))
            rows[begins : index + 1] = [f"|{row.replace('|<br>', '|')}", *[""] * (index - begins)]
            begins = index + 1
    return rows


def _is_header(words: list[str], below: str) -> bool:
    known = sum(kind_of(word) is not None for word in words)
    return len(words) > 1 and known * 3 >= len(words) * 2 and kind_of(below) is None
