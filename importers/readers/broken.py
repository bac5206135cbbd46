"""Rows of a text whose cells hold line breaks: the lines of one row are put together again.

Copied from a page, a cell of three units is three lines, and what stood to its right goes on behind the third. Where
a row begins is told by all lines together: the cheapest way to make rows of them that fit the columns.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set

from importers.characters import squash
from importers.columns import DEPARTMENT_KINDS, HOLD_ANYTHING, ColumnKind, is_listed, kind_of, names_a_period
from importers.headings import is_heading
from importers.numbering import numbering_of
from importers.readers.ragged import Cells, Columns, is_number
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.people import look_like_people

_MOST_LINES_OF_A_ROW = 24
_MOST_LINES = 1000  # of one row and those behind it without a number
_MOST_ROWS = 12_000
TOO_LONG = "文本太长，一行断成几行的格没有拼接，请核对；最好改用表格文件导入"
_MOST_LINES_OF_A_HEADER = 12
_LONGEST_WORD, _LONGEST_HEADER = 12, 20
_LONGEST_HEADING = 24
_LONGEST_ROLE = 2
_FEWEST_HEADINGS = 2
_AFTER_A_WHOLE_ROW = 2.5
_HEADING_INSIDE = 4.0
_UNCLOSED = 1.5  # a blank last cell shows by the mark before it
_LONE_NAME = 6.0
_LONE_WORDS = 2.5
_LONE_BESIDE_REMARKS = 0.5


def joined(rows: Sequence[Cells], words: Sequence[str], doubts: list[tuple[int, str]]) -> list[Cells]:
    """The rows below a header of these words, each with all its lines; those that are whole stay as they are."""
    columns = Columns(words, rows)
    if not _is_broken(rows, columns):
        return list(rows)
    numbered = ColumnKind.NUMBER in columns.kinds
    heads = plain_headings(rows, len(words)) if numbered else frozenset[str]()
    told: list[Cells] = []
    first = 0
    for end in [*(index for index in range(1, len(rows)) if _begins(rows[index], columns)), len(rows)]:
        part = rows[first:end]
        if len(part) > _MOST_LINES or len(rows) > _MOST_ROWS:
            doubts += [(row.number, TOO_LONG) for row in part]
            told += part
        else:
            told += _cheapest(part, columns, heads)
        first = end
    return told


def _begins(row: Cells, columns: Columns) -> bool:
    """Whether a row begins here in any case: with its number."""
    return ColumnKind.NUMBER in columns.kinds and len(row.cells) > 1 and is_number(row.cells[0])


def plain_headings(rows: Sequence[Cells], width: int) -> frozenset[str]:
    """Words alone on their line above a numbered row, again and again, where the row before has come to an end.

    Where there are such headings, words below a whole row of ``width`` cells are one too.
    """
    heads: list[str] = []
    likely: list[str] = []
    for above, row, below in zip([None, *rows], rows, rows[1:], strict=False):
        if (
            len(row.cells) > 1
            or not _may_head(row.cells[0])
            or len(below.cells) < 2
            or not is_number(below.cells[0])
        ):
            continue
        last = above.shown()[-1:] if above else []
        if not above or not last or last[0].endswith("。") or is_name(last[0]) or len(above.cells) == 1:
            heads.append(row.cells[0])
        elif len(above.cells) == width:
            likely.append(row.cells[0])
    return frozenset([*heads, *likely] if len(heads) >= _FEWEST_HEADINGS else ())


def _may_head(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；", ";")) and not is_name(text)


def _cheapest(rows: Sequence[Cells], columns: Columns, heads: Set[str]) -> list[Cells]:
    best: list[tuple[float, int]] = [(0.0, len(rows))]
    for start in reversed(range(len(rows))):
        found = []
        for end, row, inside in _from(rows, start, columns, heads):
            found.append((_cost(row, columns, heads) + inside + best[len(rows) - end][0], end))
        best.append(min(found))
    told: list[Cells] = []
    start = 0
    while start < len(rows):
        end = best[len(rows) - start][1]
        told.append(next(row for stop, row, _ in _from(rows, start, columns, heads) if stop == end))
        start = end
    return told


def with_whole_words(rows: list[list[str]]) -> list[list[str]]:
    """Lines of header words put together where a word was broken: 分管 / 领导. What was taken up is left blank.

    Where the lines together have as many cells as the rows below, a word may also be whole in its first line.
    """
    whole = _joined_words([list(cells) for cells in rows if any(cells)])
    return [next(whole) if any(cells) else [] for cells in rows]


def _joined_words(told: list[list[str]]) -> Iterator[list[str]]:
    usual = Counter(len(cells) for cells in told if len(cells) > 1).most_common(1)
    widths = {width for width, _ in usual} | {max(map(len, told), default=0)}  # the first row is whole
    for place, cells in enumerate(told):
        before = [kind_of(squash(cell)) is not None for cell in cells[:-1] if cell]
        if sum(before) * 3 < len(before) * 2 or not all(before[:2]):
            continue  # 具体任务分解, which nobody knows, may be among them
        whole = next(filter(None, (_whole_header(told, place, width) for width in sorted(widths))), 0)
        for below in range(place + 1, min(place + _MOST_LINES_OF_A_HEADER, len(told))):
            if not cells or not told[below] or _are_roles_below(cells, told[below]):
                break
            if below >= whole and not _is_one_word(cells[-1], told[below][0], alone=len(cells) == 1):
                break
            cells[-1] += told[below][0]
            cells += told[below][1:]
            told[below] = []
    return iter(told)


def _are_roles_below(cells: Sequence[str], below: Sequence[str]) -> bool:
    """牵头部门 | 配合部门 below a header with 责任单位: words of a second level."""
    kinds = {kind_of(squash(word)) for word in below}
    upper = [kind_of(squash(cell)) for cell in cells]
    return len(below) > 1 and kinds <= DEPARTMENT_KINDS and ColumnKind.RESPONSIBLE in upper


def _whole_header(rows: list[list[str]], place: int, width: int) -> int:
    """Where the lines end that together are a header of so many words; 0 where they are none."""
    count = len(rows[place])
    if not 1 < count < width:
        return 0
    surely = False  # a word is broken: 责任 | 领导
    for below in range(place + 1, min(place + _MOST_LINES_OF_A_HEADER, len(rows))):
        if not rows[below]:
            return 0
        above, *under = map(squash, (rows[below - 1][-1], *rows[below]))
        whole = kind_of(above + under[0])
        if kind_of(above) and whole is None:
            return 0
        if numbering_of(under[0]) or under[0].isdigit() or max(map(len, under)) > _LONGEST_HEADER:
            return 0  # a heading, or cells of a row
        if len(under) > 1 and all(map(names_a_period, under)):
            return 0  # 第一季度 | 第二季度: a second level
        role = (
            len(above) <= _LONGEST_ROLE and whole is kind_of(under[0]) is ColumnKind.OFFICIAL
        )  # 牵头 / 区领导
        surely = (
            surely or role or is_listed(above + under[0]) or (whole is not None and kind_of(above) is None)
        )
        if not surely and all(kind_of(word) or names_a_period(word) for word in (above, *under)):
            return 0  # 牵头部门 | 配合部门: words of a second level, whole by themselves
        count += len(under) - 1
        if count >= width:
            return below + 1 if count == width else 0
    return 0


def _is_one_word(above: str, below: str, *, alone: bool) -> bool:
    above, below = squash(above), squash(below)
    whole = above + below
    if not above or not below or len(whole) > _LONGEST_WORD or numbering_of(below) or kind_of(whole) is None:
        return False
    return is_listed(whole) or (kind_of(above) is None and not alone)


def _is_broken(rows: Sequence[Cells], columns: Columns) -> bool:
    """Whether lines go on with the row above: those that lack cells, or hold the names the last column holds."""
    if ColumnKind.TASK not in columns.kinds:
        return False
    width = len(columns.kinds)
    return any(
        1 < len(row.cells) < width or (len(row.cells) == 1 and row.cells[0] and is_name(row.cells[0]))
        for row in rows[1:]
    )


def _from(
    rows: Sequence[Cells], start: int, columns: Columns, heads: Set[str]
) -> list[tuple[int, Cells, float]]:
    """Every row that may begin with a line: behind which line it ends, its cells, and what speaks against it."""
    found = []
    cells: list[str] = []
    inside = 0.0
    for end, line in enumerate(rows[start : start + _MOST_LINES_OF_A_ROW], start=start + 1):
        if cells:
            if len(cells) + len(line.cells) - 1 > len(columns.kinds):
                break
            if len(line.cells) > 1:
                inside += _AFTER_A_WHOLE_ROW if columns.is_closed(Cells(line.number, cells)) else 0.0
            if len(line.cells) == 1 and (is_heading(line.cells[0]) or line.cells[0] in heads):
                inside += _HEADING_INSIDE
            cells = [*cells[:-1], f"{cells[-1]}\n{line.cells[0]}".strip("\n"), *line.cells[1:]]
        else:
            cells = list(line.cells)
        found.append((end, Cells(rows[start].number, cells, rows[end - 1].cut), inside))
    return found


def _cost(row: Cells, columns: Columns, heads: Set[str]) -> float:
    """How unlikely it is that these cells are a row, or a heading or a note by themselves."""
    shown = row.shown()
    if len(shown) > 1:
        return columns.least_cost(row) + (0.0 if row.cut or columns.is_closed(row) else _UNCLOSED)
    return sum(_cost_alone(line, columns, heads) for line in shown[0].split("\n")) if shown else 0.0


def _cost_alone(text: str, columns: Columns, heads: Set[str]) -> float:
    if is_heading(text) or text in heads:
        return 0.0
    if is_name(text):
        return _LONE_NAME
    return _LONE_BESIDE_REMARKS if columns.kinds[-1] in HOLD_ANYTHING else _LONE_WORDS


def is_name(text: str) -> bool:
    """Whether a line names units, people or a time, and so fills a cell or goes on in it."""
    return look_like_units(text) or look_like_people(text) or names_a_time(text)
