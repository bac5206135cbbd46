"""Several tables on a sheet, one below another with headers of their own or side by side, told apart."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from importers import columns
from importers.characters import squash
from importers.grid import Grid, Row
from importers.header import find_header
from importers.header_rows import Header, is_responsibility_header

_LONGEST_WORD = 12
_MOST_TABLES = 40
_FEWEST_COLUMNS = 3


def parted(grid: Grid, decided: Mapping[str, str]) -> list[Grid]:
    """The grid, cut above every header whose columns are not those of the header before."""
    parts: list[Grid] = []
    grid = _one_below_the_other(grid, decided)
    while len(parts) < _MOST_TABLES and (header := find_header(grid, decided)):
        below = range(header.last + 1, len(grid.rows))
        cut = next((index for index in below if _is_another_header(grid.rows[index], header)), None)
        if cut is None:
            break
        parts.append(replace(grid, rows=grid.rows[:cut]))
        grid = replace(grid, rows=grid.rows[cut:], notes=[])
    return [*parts, grid]


def _one_below_the_other(grid: Grid, decided: Mapping[str, str]) -> Grid:
    """Two halves of a table side by side to save paper, the right one put below the left."""
    header = find_header(grid, decided)
    numbers = sorted(header.cells) if header else []
    half = len(numbers) // 2
    words = [header.cells[number].header for number in numbers] if header else []
    if not header or half < _FEWEST_COLUMNS or len(numbers) % 2 or words[:half] != words[half:]:
        return grid
    middle, offset = numbers[half], numbers[half] - numbers[0]
    body = grid.rows[header.last + 1 :]
    left = [_kept(row, lambda column: column < middle) for row in grid.rows[: header.last + 1]]
    left += [_kept(row, lambda column: column < middle) for row in body]
    return replace(grid, rows=[*left, *(_moved(row, middle, offset) for row in body)])


def _kept(row: Row, keeps: Callable[[int], bool]) -> Row:
    cells = {column: text for column, text in row.cells.items() if keeps(column)}
    return replace(row, cells=cells, spans={c: span for c, span in row.spans.items() if keeps(c)})


def _moved(row: Row, middle: int, offset: int) -> Row:
    """The right half of a row, or a heading across both halves once more."""
    if len(row.texts()) == 1 and row.texts()[0][0] < middle:
        return _kept(row, lambda column: column < middle)
    right = _kept(row, lambda column: column >= middle)
    spans = {
        column - offset: replace(span, left=span.left - offset, right=span.right - offset)
        for column, span in right.spans.items()
    }
    return replace(right, cells={column - offset: text for column, text in right.cells.items()}, spans=spans)


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
