"""Tables typed with spaces: every row has a wide gap where the header has one."""

import re

from importers.characters import squash
from importers.columns import kind_of
from importers.grid import Grid, Line, Row

_GAP = re.compile(r"(?: {2,}|\u3000+ *|\t)+")
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
_FEWEST_COLUMNS = 3
_LINES_SEARCHED = 400


def read(lines: list[str]) -> list[Grid | Line] | None:
    """The table below a header of spaced words, or None unless every row has exactly its columns.

    With one cell left blank nobody can say which: such a text is left to be refused.
    """
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_header(_cells(line))), None)
    if header is None:
        return None
    width = len(_cells(lines[header]))
    rows: list[Row] = []
    for number, line in enumerate(lines[header:], start=header + 1):
        cells = _cells(line)
        if len(cells) not in (0, 1, width):
            return None
        rows.append(Row(number, dict(enumerate(cells, start=1))))
    if sum(len(row.cells) == width for row in rows) < 2:
        return None
    above: list[Grid | Line] = [Line(number, line.strip()) for number, line in enumerate(lines[:header], 1)]
    return [*above, Grid("", rows, knows_merges=False)]


def _cells(line: str) -> list[str]:
    return [cell for cell in _GAP.split(line.strip(" \t\u3000")) if cell]


def _is_header(cells: list[str]) -> bool:
    if any(_LABEL.search(cell) for cell in cells):
        return False
    known = sum(kind_of(squash(cell)) is not None for cell in cells)
    return len(cells) >= _FEWEST_COLUMNS and known * 3 >= len(cells) * 2
