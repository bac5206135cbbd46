"""A table copied from a page so that every cell became a line of its own, put back into rows and columns."""

from dataclasses import dataclass

from importers import columns
from importers.alignment import align
from importers.characters import squash
from importers.errors import UnreadableFile
from importers.grid import Grid, Line, Row
from importers.header import is_responsibility_header

_FEWEST_COLUMNS = 3
_LINES_SEARCHED = 400
_MOST_LINES = 60_000


@dataclass(slots=True)
class _Cell:
    number: int
    text: str


def rebuild(lines: list[Line]) -> Grid | None:
    """The table whose cells these lines are, or None when no run of header words stands among them."""
    by_tabs = any(line.text.startswith("\t") for line in lines)
    cells = (
        _tab_cells(lines)
        if by_tabs
        else [_Cell(line.number, line.text.strip()) for line in lines if line.text.strip()]
    )
    found = _header_run(cells)
    if found is None:
        return None
    if len(cells) > _MOST_LINES and not by_tabs:
        raise UnreadableFile("too_large", f"文本超过 {_MOST_LINES} 行，请分成几个文件导入。")
    first, width = found
    above = [Row(cell.number, {1: cell.text}) for cell in cells[:first] if cell.text]
    header = Row(cells[first].number, {index + 1: cells[first + index].text for index in range(width)})
    below = cells[first + width :]
    rows = _in_order(below, width) if by_tabs else _aligned(below, header)
    return Grid("", [*above, header, *rows], knows_merges=False)


def _tab_cells(lines: list[Line]) -> list[_Cell]:
    """A line that begins with a tab opens a cell; lines without one, blank ones too, go on with it."""
    cells: list[_Cell] = []
    in_table = False
    for line in lines:
        if line.text.startswith("\t"):
            in_table = True
            for text in line.text[1:].split("\t"):
                cells.append(_Cell(line.number, text.strip(" ")))
        elif not in_table:
            if line.text.strip():
                cells.append(_Cell(line.number, line.text.strip()))
        else:
            cells[-1].text += "\n" + line.text.strip(" ")
    for cell in cells:
        cell.text = cell.text.strip("\n \u3000")
    return cells


def _header_run(cells: list[_Cell]) -> tuple[int, int] | None:
    """The first run of cells that are all header words and together name tasks and those responsible."""
    for first in range(min(len(cells), _LINES_SEARCHED)):
        kinds: list[columns.ColumnKind] = []
        for cell in cells[first:]:
            words = squash(cell.text)
            kind = columns.kind_of(words)
            if kind is None or words in (squash(other.text) for other in cells[first : first + len(kinds)]):
                break
            kinds.append(kind)
        if len(kinds) >= _FEWEST_COLUMNS and is_responsibility_header(set(kinds)):
            return first, len(kinds)
    return None


def _in_order(cells: list[_Cell], width: int) -> list[Row]:
    """Every row has all its cells, blank ones included."""
    rows = []
    for start in range(0, len(cells), width):
        chunk = cells[start : start + width]
        filled = [cell.number for cell in chunk if cell.text]
        rows.append(
            Row(
                filled[0] if filled else chunk[0].number,
                {i: cell.text for i, cell in enumerate(chunk, start=1)},
            )
        )
    return rows


def _aligned(cells: list[_Cell], header: Row) -> list[Row]:
    """Cells that were blank or merged left no line: each line finds its column by what it says."""
    kinds = columns.settle([columns.kind_of(squash(text)) for _, text in header.texts()])
    repeated = {squash(text) for _, text in header.texts()}
    kept = [cell for cell in cells if squash(cell.text) not in repeated]
    rows: list[Row] = []
    for cell, (column, begins) in zip(kept, align([cell.text for cell in kept], kinds), strict=True):
        if begins or not rows:
            rows.append(Row(cell.number, {}))
        row = rows[-1]
        row.cells[column] = f"{row.cells[column]}\n{cell.text}" if row.cells.get(column) else cell.text
    for row in rows:
        for column in header.cells:
            row.cells.setdefault(column, "")
    return rows
