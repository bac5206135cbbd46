"""Sentences that the edge of a narrow column broke over several lines, each of which was copied as a line of its own."""

from collections.abc import Sequence
from itertools import pairwise

from importers.characters import squash
from importers.columns import ColumnKind
from importers.counting import NUMERAL
from importers.fitting import names_units, strain

_SHORTEST = 12
_FEWEST = 3
_RAGGED = 6  # columns of a terminal: three characters
_MAY_BE_TASK = 1.5
_ENDS = ("。", "；", ";", "：", ":", "）", ")", "%")


def edge_of(lines: Sequence[str]) -> int:
    """How wide the column of tasks is, told by the sentences broken at its edge; 0 where no such edge is seen."""
    rows = sum(bool(NUMERAL.fullmatch(line)) for line in lines)
    stops = sum(line.endswith("。") and not names_units(line) for line in lines)
    if rows < _FEWEST or stops * 10 < rows * 9:
        return 0
    edge = max((_width(line) for line in lines if _is_said(line)), default=0)
    widths = [_width(above) for above, line in pairwise(lines) if _may_go_on(above, line)]
    full = sum(width >= edge - _RAGGED for width in widths)
    return edge if full >= _FEWEST and full * 5 >= len(widths) * 4 else 0


def goes_on(above: str, line: str, edge: int) -> bool:
    """Whether a line is the rest of the sentence that the line above breaks off at the edge."""
    return edge > 0 and _may_go_on(above, line) and _width(above) >= edge - _RAGGED


def _may_go_on(above: str, line: str) -> bool:
    if above.endswith(_ENDS) or not line.endswith("。") or NUMERAL.fullmatch(squash(line)):
        return False
    return _is_said(above) and not names_units(line)


def _is_said(line: str) -> bool:
    return len(line) >= _SHORTEST and strain(line, ColumnKind.TASK) <= _MAY_BE_TASK


def _width(text: str) -> int:
    return sum(1 if character < "\u2000" else 2 for character in text)
