"""The header of a table copied one cell a line, of which a word that matters is known to nobody: its rows tell."""

from collections.abc import Sequence
from itertools import pairwise

from importers import columns
from importers.cell_lines import FEWEST_COLUMNS, Cell
from importers.characters import squash
from importers.columns import ColumnKind
from importers.copied_header import words_from
from importers.counting import NUMERAL, serial_numbers
from importers.header import kind_by_content
from importers.header_rows import is_responsibility_header

_LINES_SEARCHED = 400
_CELLS_WEIGHED = 2_000
_FEWEST_ROWS = 3


def run_by_content(cells: list[Cell]) -> tuple[int, int, list[Cell]] | None:
    """序号 | 工作任务 | 经办方 | 时限 over numbered rows of as many cells, among which units stand.

    Where the header begins, how many cells it takes, and its words; the column is asked about when it is read.
    """
    for first in range(min(len(cells), _LINES_SEARCHED)):
        if columns.kind_of(squash(cells[first].text)) is not ColumnKind.NUMBER:
            continue
        words, ends = words_from(cells, first)
        for count in range(FEWEST_COLUMNS, len(words) + 1):
            below = cells[ends[count - 1] :]
            if below and NUMERAL.fullmatch(squash(below[0].text)):
                kinds = [columns.kind_of(squash(word.text)) for word in words[:count]]
                rows = _whole_rows([cell.text for cell in below[:_CELLS_WEIGHED]], count)
                if rows and is_responsibility_header({kind for kind in with_content(kinds, rows) if kind}):
                    return first, ends[count - 1] - first, words[:count]
                break
    return None


def with_content(
    kinds: Sequence[ColumnKind | None], rows: Sequence[Sequence[str]]
) -> list[ColumnKind | None]:
    """The kinds of columns, those nobody has a word for by what stands in them, where tasks or units are lacking."""
    known = {kind for kind in kinds if kind}
    if is_responsibility_header(known) or len(known) < 2 or len(rows) < _FEWEST_ROWS:
        return list(kinds)
    return [kind or kind_by_content([row[place] for row in rows]) for place, kind in enumerate(kinds)]


def _whole_rows(texts: list[str], width: int) -> list[list[str]]:
    """The rows between one number and the next, where most have just as many cells as the header."""
    starts = sorted(serial_numbers(texts))
    rows = [texts[start:end] for start, end in pairwise([*starts, len(texts)])]
    whole = [row for row in rows if len(row) == width]
    return whole if len(whole) >= _FEWEST_ROWS and len(whole) * 3 >= len(rows) * 2 else []
