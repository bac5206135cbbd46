"""A table of which each cell stands on a line of its own that begins with a bar; a bare bar ends the row."""

from importers import columns
from importers.alignment import align
from importers.cell_lines import FEWEST_COLUMNS, Cell
from importers.characters import squash
from importers.grid import Grid, Line, Row
from importers.header_rows import is_responsibility_header


def by_bars(lines: list[Line]) -> Grid | None:
    """Cells that begin with | on lines of their own; a bare | ends the row. Merged cells are left out of a row."""
    if sum(line.text.strip() == "|" for line in lines) < 2:
        return None
    rows: list[list[Cell]] = [[]]
    for line in lines:
        text = line.text.strip()
        if text == "|":
            rows.append([])
        elif text.startswith("|"):
            rows[-1].append(Cell(line.number, text[1:].strip()))
        elif text and rows[-1] and len(rows) > 1:
            rows[-1][-1].text += "\n" + text
        elif text:
            rows[-1].append(Cell(line.number, text))
    for index, cells in enumerate(rows):
        for first in range(len(cells)):
            kinds = [columns.kind_of(squash(cell.text)) for cell in cells[first:]]
            if (
                len(kinds) >= FEWEST_COLUMNS
                and all(kinds)
                and is_responsibility_header({kind for kind in kinds if kind})
            ):
                return _pipe_grid(
                    [*(cell for row in rows[:index] for cell in row), *cells[:first]],
                    cells[first:],
                    rows[index + 1 :],
                )
    return None


def _pipe_grid(above: list[Cell], header: list[Cell], below: list[list[Cell]]) -> Grid:
    kinds = columns.settle([columns.kind_of(squash(cell.text)) for cell in header])
    rows = [Row(cell.number, {1: cell.text}) for cell in above]
    rows.append(Row(header[0].number, {index: cell.text for index, cell in enumerate(header, start=1)}))
    for cells in below:
        if not cells:
            continue
        row = Row(cells[0].number, dict.fromkeys(range(1, len(header) + 1), ""))
        places = list(range(1, len(header) + 1))
        if len(cells) != len(header):
            places = [column for column, _ in align([cell.text for cell in cells], kinds)]
        for column, cell in zip(places, cells, strict=True):
            row.cells[column] = f"{row.cells[column]}\n{cell.text}" if row.cells[column] else cell.text
        rows.append(row)
    return Grid("", rows, knows_merges=False)
