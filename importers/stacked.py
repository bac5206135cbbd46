"""Several tables one below another on a sheet, each with a header of its own, told apart."""

from collections.abc import Mapping
from dataclasses import replace

from importers import columns
from importers.characters import squash
from importers.grid import Grid, Row
from importers.header import Header, find_header, is_responsibility_header

_LONGEST_WORD = 12
_MOST_TABLES = 40


def parted(grid: Grid, decided: Mapping[str, str]) -> list[Grid]:
    """The grid, cut above every header whose columns are not those of the header before."""
    parts: list[Grid] = []
    while len(parts) < _MOST_TABLES and (header := find_header(grid, decided)):
        below = range(header.last + 1, len(grid.rows))
        cut = next((index for index in below if _is_another_header(grid.rows[index], header)), None)
        if cut is None:
            break
        parts.append(replace(grid, rows=grid.rows[:cut]))
        grid = replace(grid, rows=grid.rows[cut:], notes=[])
    return [*parts, grid]


def _is_another_header(row: Row, header: Header) -> bool:
    """A row of nothing but header words, some of them over columns that held something else."""
    if len(row.cells) < 3 or any(len(text) > _LONGEST_WORD for text in row.cells.values()):
        return False
    words = {column: squash(text) for column, text in row.texts()}
    if not all(columns.is_listed(word) for word in words.values()):
        return False
    kinds = {column: kind for column, word in words.items() if (kind := columns.kind_of(word))}
    before = {column: cell.kind for column, cell in header.cells.items()}
    moved = any(before.get(column) is not kind for column, kind in kinds.items())
    return moved and len(words) > 2 and is_responsibility_header(set(kinds.values()))
