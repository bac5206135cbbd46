"""Row heights: no spreadsheet program fits a merged cell to its text, so we reckon them ourselves."""

from collections.abc import Iterable
from functools import lru_cache
from math import ceil

from app.reports.look import BODY_SIZE

LINE = 1.45
"""Height of a line of Chinese type in font sizes; the tallest of the usual fonts, so that none is cut."""
PADDING = 6.0
TALLEST = 400.0
"""A spreadsheet row ends at 409 points; what needs more is set over several rows."""
_ALWAYS_FITS = 100
_PIXELS_PER_UNIT = (
    7.7  # widths are in digits of the standard font: 8 pixels on most desks, 7.3 by the font itself
)
_CELL_MARGIN = 6
_PIXELS_PER_POINT = 96 / 72


def text_height(text: str, width: float, size: float = BODY_SIZE) -> float:
    """Points that a text needs in a column (or merged columns) of this width."""
    return height_of(lines(text, width, size), size)


def fits(text: str, width: float) -> bool:
    """Whether a text in the usual size finds room in one row."""
    return len(text) < _ALWAYS_FITS or text_height(text, width) <= TALLEST


def height_of(count: int, size: float = BODY_SIZE) -> float:
    """Points that so many lines of type need."""
    return count * size * LINE + PADDING


@lru_cache(maxsize=8192)
def lines(text: str, width: float, size: float = BODY_SIZE) -> int:
    """Lines that a text takes when wrapped: a Chinese character is twice a Latin one."""
    room = _room(width, size)
    if "\n" not in text:
        return max(1, ceil(_width(text) / room))
    return sum(max(1, ceil(_width(line) / room)) for line in text.split("\n"))


@lru_cache(maxsize=256)
def _room(width: float, size: float) -> float:
    """Half characters to a line. A mark that may not begin a line takes its neighbour along: half a one is lost."""
    whole = int((width * _PIXELS_PER_UNIT - _CELL_MARGIN) / (size * _PIXELS_PER_POINT))
    return max(2.0, 2.0 * whole - (1 if whole > 6 else 0))


def _width(line: str) -> float:
    """In half characters: UTF-8 spends one byte on a Latin letter and three on a Chinese character."""
    return (len(line) + len(line.encode(errors="replace"))) / 2


def stretch(heights: list[float], runs: Iterable[tuple[int, int, float]]) -> None:
    """Give merged cells their room: what a run (first, last, needed) lacks is shared out among its rows."""
    for first, last, needed in runs:
        lacking = needed - sum(heights[first : last + 1])
        if lacking > 0:
            for index in range(first, last + 1):
                heights[index] += lacking / (last - first + 1)
