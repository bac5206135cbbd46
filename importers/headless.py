"""A table that lost its header: what its columns hold, told by their cells and always asked about."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from importers import columns
from importers.alignment import align
from importers.cell_lines import Cell
from importers.characters import is_figure, numeral
from importers.grid import Grid, Row
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.people import look_like_people

_FEWEST_ROWS = 3
_ROWS_WEIGHED = 80
_SHARE_THAT_DECIDES = 0.75
_SHORTEST_TASK = 8
_TASK, _LEAD, _RESPONSIBLE, _SUPPORTING = "工作任务", "牵头单位", "责任单位", "配合单位"
_WORDS = (("责任领导", look_like_people), (_RESPONSIBLE, look_like_units), ("完成时限", names_a_time))


def words_by_content(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """Header words for numbered rows of equally many cells, or None where it is not plain who does what."""
    widths = Counter(len(cells) for cells in rows if numeral(cells[0]) is not None)
    if not widths:
        return None
    width = widths.most_common(1)[0][0]
    whole = [cells for cells in rows[:_ROWS_WEIGHED] if len(cells) == width and numeral(cells[0]) is not None]
    numbers = [numeral(cells[0]) or 0 for cells in whole]
    if len(whole) < _FEWEST_ROWS or width < _FEWEST_ROWS or any(a >= b for a, b in pairwise(numbers)):
        return None
    words = ["序号", *(_word([cells[column] for cells in whole], column) for column in range(1, width))]
    units = [index for index, word in enumerate(words) if word == _RESPONSIBLE]
    if not 0 < len(units) <= 2 or _TASK not in words[: units[0]]:
        return None
    if len(units) == 2:
        words[units[0]], words[units[1]] = _LEAD, _SUPPORTING
    return [_nth(index) if word == _TASK and index > units[0] else word for index, word in enumerate(words)]


def doubts_about(words: list[str], numbers: Sequence[int]) -> list[tuple[int, str]]:
    """What to ask: once what the columns hold, and in every row who leads, if two columns hold units."""
    told = "、".join(f"第{index}栏{word}" for index, word in enumerate(words, 1) if word != _nth(index - 1))
    doubts = [(numbers[0], f"这张表没有表头，按各栏内容认作{told}，请核对")]
    if _SUPPORTING in words:
        doubts += [
            (number, "没有表头，看不出两栏单位哪一栏牵头，按前一栏牵头读入，请核对") for number in numbers
        ]
    return doubts


def with_header(grid: Grid) -> Grid | None:
    """A table without a header as one that has it, or None."""
    used = grid.columns()
    rows = [row for row in grid.rows if len(row.texts()) > 1]
    cells = [[row.full(column) for column in used] for row in rows]
    if not used or not (words := words_by_content(cells)):
        return None
    header = Row(rows[0].number, dict(zip(used, words, strict=True)))
    first = grid.rows.index(rows[0])
    doubts = doubts_about(words, [row.number for row in rows])
    return Grid(
        grid.name,
        [*grid.rows[:first], header, *grid.rows[first:]],
        grid.knows_merges,
        grid.hidden_columns,
        grid.layout_breaks,
        [*grid.notes, *doubts],
    )


def of_cells(rows: list[list[Cell]]) -> Grid | None:
    """Rows of cells without a header as a table that has one, or None; cells left out are found by what stands there."""
    words = words_by_content([[cell.text for cell in row] for row in rows])
    if words is None:
        return None
    kinds = columns.settle([columns.kind_of(word) for word in words])
    told = [Row(rows[0][0].number, dict(enumerate(words, start=1)))]
    doubts = doubts_about(words, [row[0].number for row in rows if len(row) > 1])
    for row in rows:
        texts = [cell.text for cell in row]
        cells = dict.fromkeys(range(1, len(words) + 1), "")
        if len(row) > 1 and len(row) != len(words):
            doubts.append((row[0].number, "这一行的格数与别的行不同，按各格内容认定是哪一栏，请核对"))
            for (column, _), text in zip(align(texts, kinds), texts, strict=True):
                cells[column] = f"{cells[column]}\n{text}".strip()
        else:
            cells |= dict(enumerate(texts, start=1))
        told.append(Row(row[0].number, cells))
    return Grid("", told, knows_merges=False, notes=doubts)


def _word(texts: list[str], column: int) -> str:
    filled = [text for text in texts if text]
    enough = len(filled) * _SHARE_THAT_DECIDES
    if len(filled) * 2 < len(texts):
        return _nth(column)
    for word, fits in _WORDS:
        if sum(map(fits, filled)) >= enough:
            return word
    if sum(map(is_figure, filled)) >= enough or sum(map(len, filled)) < _SHORTEST_TASK * len(filled):
        return _nth(column)
    return _TASK


def _nth(column: int) -> str:
    return f"第{column + 1}栏"
