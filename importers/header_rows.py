"""The rows of a drawn table that may be its header, and what their words make of each column."""

from collections.abc import Iterable
from dataclasses import dataclass

from importers import columns
from importers.characters import squash
from importers.columns import ColumnKind
from importers.grid import Grid, Row

_ROWS_SEARCHED = 400
_MOST_HEADER_ROWS = 3
_LONGEST_CELL = 40
_MOST_COLUMNS = 200
ROWS_WEIGHED = 80
TASK_LIKE = frozenset({ColumnKind.TASK, ColumnKind.GOAL, ColumnKind.SECTION})


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """The header of one column: its words without white space, what they mean, and why."""

    header: str
    kind: ColumnKind | None
    why: str
    guessed: bool = False


@dataclass(slots=True)
class Header:
    """The rows ``first`` to ``last`` of a grid (counted in its list) and the columns they name."""

    first: int
    last: int
    cells: dict[int, HeaderCell]

    def kinds(self) -> set[ColumnKind]:
        return {cell.kind for cell in self.cells.values() if cell.kind}

    def words(self) -> frozenset[str]:
        return frozenset(cell.header for cell in self.cells.values())


def headers_from(grid: Grid) -> Iterable[Header]:
    """Every row that might be a header, read as one, from top to bottom."""
    for index in range(min(len(grid.rows), _ROWS_SEARCHED)):
        texts = grid.rows[index].texts()
        if not 2 <= len(texts) <= _MOST_COLUMNS or any(len(text) > _LONGEST_CELL for _, text in texts):
            continue
        if not any(columns.kind_of(squash(text)) for _, text in texts):
            continue
        last = index
        while last - index + 1 < _MOST_HEADER_ROWS and _goes_on(grid, index, last + 1):
            last += 1
        yield Header(index, last, _cells(grid, index, last))


def is_responsibility_header(kinds: set[ColumnKind]) -> bool:
    """Whether these columns make a 责任分解表: something to do, and who answers for it."""
    return bool(kinds & TASK_LIKE) and bool(kinds & columns.RESPONSIBILITY_KINDS)


def written_in(grid: Grid, header: Header | None) -> frozenset[str]:
    """Every word of a header, also those that only stand above others (责任单位 over 牵头 and 配合)."""
    if header is None:
        return frozenset()
    rows = grid.rows[header.first : header.last + 1]
    return header.words() | {squash(text) for row in rows for _, text in row.texts()}


def repeats(known: frozenset[str], texts: list[tuple[int, str]]) -> bool:
    """Whether a row is the header again, whose words are ``known``, as authors write it on top of each page."""
    if len(texts) < 2 or not known:
        return False
    longest = 3 * max(map(len, known))  # a header word spaced out, and no sentence
    words = [squash(text) if len(text) <= longest else text for _, text in texts]
    needed = max(2, len(words) * 0.7)
    same = sum(word in known for word in words)
    if same >= needed or not same:
        return same >= needed
    bare = set(map(columns.header_word, known))  # 重点工作任务（市级2项） above, 重点工作任务（市级6项） here
    return sum(columns.header_word(word) in bare for word in words) >= needed


def _goes_on(grid: Grid, first: int, candidate: int) -> bool:
    """Whether the next row still belongs to the header: short words under a header cell that spans them."""
    if candidate >= len(grid.rows):
        return False
    top, row = grid.rows[first], grid.rows[candidate]
    texts = row.texts()
    if not texts or any(len(text) > 24 for _, text in texts):
        return False
    if not any(columns.kind_of(squash(text)) for _, text in texts) and not _parts_wide_cells(top, row, texts):
        return False
    return all(_stands_under(top, c) or columns.is_listed(squash(top.own(c) + text)) for c, text in texts)


def _parts_wide_cells(top: Row, row: Row, texts: list[tuple[int, str]]) -> bool:
    """Words nobody knows (一季度, 甲) below cells that span several columns, where all other header cells go on."""
    if all(columns.names_a_period(text) for _, text in texts):
        return True
    below = {column for column, _ in texts}
    return all(top.width(column) > 1 for column in below) and all(
        row.continues(column) for column in top.cells if column not in below and top.own(column)
    )


def _stands_under(top: Row, column: int) -> bool:
    """Whether a cell of the lower row refines one of the upper: under a wide cell, or beside a blank one."""
    if not top.own(column) or top.width(column) > 1:
        return True
    return column + 1 not in top.spans and not top.own(column + 1) and any(c > column for c in top.cells)


def _cells(grid: Grid, first: int, last: int) -> dict[int, HeaderCell]:
    rows = grid.rows[first : last + 1]
    used = sorted({c for row in rows for c in (*row.cells, *row.spans)})
    cells: dict[int, HeaderCell] = {}
    for column in used:
        words: list[str] = []
        for row in rows:
            text = squash(row.full(column)) or (
                _to_the_left(row, column) if row is rows[0] and last > first else ""
            )
            if text and text not in words:
                words.append(text)
        if words:
            cells[column] = _read(words)
    if not grid.knows_merges:
        _widen(cells, grid.rows[last + 1 : last + 1 + ROWS_WEIGHED])
    return cells


def _widen(cells: dict[int, HeaderCell], below: list[Row]) -> None:
    """项目名称 over two columns, where the file cannot say that it spans them: groups stand left and their parts right."""
    for column, cell in list(cells.items()):
        beside = column + 1
        if cell.kind in TASK_LIKE and beside not in cells:
            written = [row for row in below if row.own(beside)]
            if len(written) > 1 and sum(bool(row.own(column)) for row in written) < len(written):
                cells[beside] = cell


def _to_the_left(row: Row, column: int) -> str:
    """The upper header word a blank cell stands under, where the file cannot say that cells are merged."""
    left = [c for c in row.cells if c < column and row.cells[c]]
    return squash(row.cells[max(left)]) if left and column not in row.spans else ""


def _read(words: list[str]) -> HeaderCell:
    """A column's meaning from its words, top to bottom: the lowest word known decides, helped by those above."""
    lowest, whole = words[-1], "".join(words)
    if len(words) > 1 and columns.names_heads(lowest):
        return HeaderCell(lowest, columns.kind_of(lowest), "")  # 项目责任人 under 责任单位 is no unit
    for text, header in ((lowest, lowest), (whole, whole), *((word, whole) for word in reversed(words[:-1]))):
        # 单位 under 牵头 says little alone and everything together.
        if (
            text == lowest
            and len(words) > 1
            and len(text) <= 2
            and columns.kind_of(whole)
            and not _names_a_role(words)
        ):
            continue
        kind, why = columns.reading_of(text)
        if kind:
            return HeaderCell(header, kind, why, guessed="疑为" in why)
    return HeaderCell(whole, None, "")


def _names_a_role(words: list[str]) -> bool:
    """牵头 and 配合 under 责任单位 say which of the units; 单位 under 牵头 does not."""
    roles = columns.DEPARTMENT_KINDS - {ColumnKind.RESPONSIBLE}
    return columns.kind_of(words[-1]) in roles and columns.kind_of(words[-2]) is ColumnKind.RESPONSIBLE
