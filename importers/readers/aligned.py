"""Tables typed with spaces: every row has a wide gap where the header has one."""

import re

from importers.characters import squash
from importers.columns import kind_of
from importers.grid import Grid, Line, Row
from importers.readers import piped
from importers.readers.ragged import DOUBT

_GAP = re.compile(r"(?: {2,}|\u3000+ *|\t)+")
_SPACES = re.compile(r" {2,}")
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
_FEWEST_COLUMNS = 3
_WIDE = 3  # two spaces stand inside names typed wide
_LINES_SEARCHED = 400
_MOST_DOUBTED = 4  # one row in so many


def read(lines: list[str]) -> list[Grid | Line] | None:
    """The table below a header of spaced words, or None unless the rows have its columns.

    With one cell left blank nobody can say which: such a text is left to be refused. A row may run over several
    lines where the gaps are wide, so that those inside a name are told from those between cells.
    """
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_header(_cells(line))), None)
    if header is None:
        return None
    width = len(_cells(lines[header]))
    rows: list[Row] = []
    for number, line in enumerate(lines[header:], start=header + 1):
        cells = _cells(line)
        if len(cells) not in (0, 1, width):
            return _broken(lines, header)
        rows.append(Row(number, dict(enumerate(cells, start=1))))
    if sum(len(row.cells) == width for row in rows) < 2:
        return None
    above: list[Grid | Line] = [Line(number, line.strip()) for number, line in enumerate(lines[:header], 1)]
    return [*above, Grid("", rows, knows_merges=False)]


def _broken(lines: list[str], header: int) -> list[Grid | Line] | None:
    """The same with gaps as wide as the header's, rows put together from their lines; None where many stay unsure."""
    gaps = [len(gap) for gap in _SPACES.findall(lines[header].strip())]
    if not gaps or min(gaps) < _WIDE or any("|" in line or "｜" in line for line in lines):
        return None
    wide = re.compile(rf" {{{min(gaps)},}}|\u3000{{2,}}")
    framed = [f"|{'|'.join(wide.split(line.strip()))}|" if line.strip() else "" for line in lines]
    told = piped.read(framed, broken=True)
    table = [
        (grid, row)
        for grid in told or ()
        if isinstance(grid, Grid)
        for row in grid.rows
        if len(row.texts()) > 1
    ]
    for grid, row in table:
        if not all(row.cells.values()) and row.number not in dict(grid.notes):
            grid.notes.append((row.number, DOUBT))  # whether it was blank or merged, spaces do not show
    doubted = sum(row.number in dict(grid.notes) for grid, row in table)
    return told if table and doubted * _MOST_DOUBTED <= len(table) else None


def _cells(line: str) -> list[str]:
    return [cell for cell in _GAP.split(line.strip(" \t\u3000")) if cell]


def _is_header(cells: list[str]) -> bool:
    if any(_LABEL.search(cell) for cell in cells):
        return False
    known = sum(kind_of(squash(cell)) is not None for cell in cells)
    return len(cells) >= _FEWEST_COLUMNS and known * 3 >= len(cells) * 2
