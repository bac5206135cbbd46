"""A table copied from a browser whose cells hold paragraphs: a line with a tab alone parts the cells of a row.

No tab parts the last cell of a row from the first of the next, and a cell may hold several paragraphs: of all ways
to cut the text into rows the likeliest is taken, by the width of the header and by what the paragraphs hold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from importers.characters import numeral, squash
from importers.columns import ColumnKind, is_listed, kind_of
from importers.counting import BEHIND_NUMERAL, NUMERAL
from importers.errors import TOO_LONG, UnreadableFile
from importers.grid import Grid, Line, Row, across
from importers.header_rows import is_responsibility_header
from importers.numbering import TASK_RANK, numbering_of
from importers.readers import piped
from importers.values.deadlines import says_only_when
from importers.values.departments import look_like_units
from importers.values.duties import find_label
from importers.values.people import names_people

_FEWEST_COLUMNS, _MOST_COLUMNS = 3, 20
_FEWEST_TABS = 6
_CELLS_SEARCHED = 200
_HEADERS_TRIED = 4
_CELLS_WEIGHED = 1_000
_MOST_CELLS = 30_000
_LONGEST_WORD, _LONGEST_HEADING = 12, 24
_LONGEST_MARK = 4
_MOST_TOGETHER = 12  # paragraphs of one cell, or of two and a heading between them
# What a way to cut the text costs: a row that lacks cells or has too many, …
_EACH_MISSING, _TOO_WIDE, _EACH_OVER = 0.6, 6.0, 2.0
# … a row that begins with its number, just before it, with none in a numbered table, a number within a cell, …
_NUMBERED, _BEFORE_NUMBER, _NO_NUMBER, _NUMBER_INSIDE = -3.0, -4.0, 1.0, 5.0
# … units or a time at a row's beginning, one sort of words on both sides of its end, two, a heading between, a
# blank cell before.
_NAMES_BEGIN, _SAME_SORT, _OTHER_SORT, _HEADING = 4.0, 1.4, -1.1, -1.6
_NOTHING_LAST, _NOTHING_AND_NO_NUMBER, _HEADING_INSIDE = 1.0, 6.0, 3.0

_NOTE = re.compile("(合计|总计|小计|共计)$|(备注|说明|注)[:：]")
_OUTLINE_NUMBER = re.compile(r"\d{1,2}[-－]\d{1,2}")

_Paragraph = tuple[int, str]
_Cell = list[_Paragraph]
_Row = list[_Cell]


def read(lines: list[str]) -> list[Grid | Line] | None:
    """The tables and the lines around them; None where no tabs on lines of their own part a plan's cells.

    A table of more cells than any plan has is refused.
    """
    cells = _cells(lines)
    if len(cells) <= _FEWEST_TABS:
        return None
    last = [each for each in cells[-1][:1] if not _NOTE.match(squash(each[1]))]
    weighed = [
        (path.cost, header)
        for header in _headers(cells)
        if (
            path := _Rows([header.below[-1:], *cells[header.ends + 1 :][:_CELLS_WEIGHED]], header).likeliest()
        )
    ]
    if not weighed:
        return None
    if len(cells) > _MOST_CELLS:
        raise UnreadableFile("too_large", TOO_LONG)
    _, header = min(weighed, key=lambda way: way[0])
    path = _Rows([header.below[-1:], *cells[header.ends + 1 : -1], last], header).likeliest()
    if path is None:
        return None
    above = [each for cell in cells[: header.begins] for each in cell] + cells[header.begins][:-1]
    rows = [
        *([[each]] for each in above),
        *header.rows,
        *([[each]] for each in header.below[:-1]),
        *(_without_blanks_behind(row, header.width) for row in _rows_of(path) if any(row)),
        *([[each]] for each in cells[-1][len(last) :]),
    ]
    width = len(header.rows[0])
    if {len(row) for row in rows if len(row) > 1} == {width}:
        return _blocks(rows, width)
    return piped.read(_with_bars(rows, len(lines)), broken=True)


def _cells(lines: list[str]) -> list[_Cell]:
    """The paragraphs between one lone tab and the next, with the numbers of their lines."""
    cells: list[_Cell] = [[]]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cells[-1].append((number, line.strip()))
        elif "\t" in line:
            cells.append([])
    return cells


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the header may begin and end, its one or two rows, what its last cell is run together with, the width."""

    begins: int
    ends: int
    rows: list[_Row]
    below: _Cell
    width: int

    def place_of(self, kind: ColumnKind) -> int | None:
        """How many words stand before the first of a kind, which must be among the first of all."""
        kinds = [_kind(cell) for cell in self.rows[0][:_FEWEST_COLUMNS]]
        return kinds.index(kind) if kind in kinds else None


def _headers(cells: list[_Cell]) -> list[_Header]:
    """The ways to read the first header: its last word shares a cell with the row below, but so may one within."""
    for first in range(min(len(cells) - 1, _CELLS_SEARCHED)):
        if not all(cells[first : first + _FEWEST_COLUMNS]):
            continue
        begins = cells[first][-1:]
        if _kind(begins) is None and _kind(cells[first + 1]) is None:
            continue
        found: list[_Header] = []
        for last in range(first + _FEWEST_COLUMNS - 1, min(first + _MOST_COLUMNS, len(cells) - 1)):
            if len(cells[last]) > 1 and not is_listed(squash(_text(cells[last]))):
                ends = 2 if _kind(cells[last][:1]) is None and _kind(cells[last][:2]) else 1  # 完成, 时限
                row = [begins, *cells[first + 1 : last], cells[last][:ends]]
                found += _with_second_row(first, last, row, cells)
        if found:
            return found[:_HEADERS_TRIED]
    return []


def _with_second_row(first: int, last: int, row: _Row, cells: list[_Cell]) -> Iterator[_Header]:
    """责任单位 over 牵头 and 配合: the words of the lower row stand behind those of the upper."""
    below = cells[last][len(row[-1]) :]
    if below and _kind(below[-1:]) and not _is_numeral(below[-1][1]):
        ends = next((place for place in range(last + 1, len(cells) - 1) if len(cells[place]) > 1), last)
        lower = [below[-1:], *cells[last + 1 : ends], cells[ends][:1]]
        words = [squash(_text(cell)) for cell in lower]
        if ends > last and all(0 < len(word) <= _LONGEST_WORD for word in words) and _heads([*row, *lower]):
            for over in (1, 2):
                width = len(row) + len(lower) - over
                yield _Header(first, ends, [row, lower], cells[ends][1:], width)
            return
    if _heads(row):
        yield _Header(first, last, [row], below, len(row))


def _heads(row: _Row) -> bool:
    """Whether these words head a plan's columns, none of them a sentence and most of them known."""
    if any(len(squash(_text(cell))) > _LONGEST_HEADING for cell in row):
        return False
    known = [kind for kind in map(_kind, row) if kind]
    return len(known) * 2 > len(row) and is_responsibility_header(set(known))


def _kind(cell: _Cell) -> ColumnKind | None:
    return kind_of(squash(_text(cell)))


def _blocks(rows: list[_Row], width: int) -> list[Grid | Line]:
    """Rows that lack nothing as tables; a line between two of them is a line, but a numbered heading a row."""
    blocks: list[Grid | Line] = []
    for row in rows:
        number, text = next(cell[0] for cell in row if cell)
        table = blocks[-1] if blocks and isinstance(blocks[-1], Grid) else None
        if len(row) > 1:
            if table is None:
                blocks.append(table := Grid("", [], knows_merges=False))
            table.rows.append(Row(number, dict(enumerate(map(_text, row), start=1))))
        elif table is not None and _is_heading(text):
            table.rows.append(across(number, text, width))
        else:
            blocks.append(Line(number, text))
    return blocks


def _without_blanks_behind(row: _Row, width: int) -> _Row:
    while len(row) > width and not row[-1]:
        row = row[:-1]
    return row


def _with_bars(rows: list[_Row], count: int) -> list[str]:
    """The same on one line each, for the reader that finds the columns of rows whose merged cells are left out."""
    lines = [""] * count
    for row in rows:
        number = next(cell[0][0] for cell in row if cell)
        texts = [_text(cell).replace("|", " ").replace("\n", "<br>") for cell in row]
        lines[number - 1] = f"|{'|'.join(texts)}|"
    return lines


def _text(cell: _Cell) -> str:
    return "\n".join(text for _, text in cell)


def _is_heading(text: str) -> bool:
    numbering = numbering_of(text)
    return numbering is not None and numbering.rank < TASK_RANK


def _is_numeral(text: str) -> bool:
    return bool(NUMERAL.fullmatch(squash(text)))


@dataclass(frozen=True, slots=True)
class _Cut:
    """One way to part what stands between two tabs: the end of a row, headings, and the beginning of the next."""

    own: _Cell
    headings: list[_Paragraph]
    following: _Cell
    cost: float


@dataclass(frozen=True, slots=True)
class _Path:
    """What was chosen so far, from the last tab back to the first."""

    cost: float
    cut: _Cut
    before: "_Path | None"


class _Rows:
    """Cells of which nobody says where a row ends."""

    def __init__(self, cells: list[_Cell], header: _Header) -> None:
        self._cells = cells
        self._width = header.width
        self._begins_header = squash(_text(header.rows[0][0]))
        self._number_column = header.place_of(ColumnKind.NUMBER)
        self._numbers = self._count(self._width // 2 + 1)
        self._cells_before = self._number_column or 0
        if self._number_column is None and self._numbers:
            self._cells_before = header.place_of(ColumnKind.TASK) or 0

    def _count(self, fewest: int) -> frozenset[int]:
        return _counting(self._cells, self._width, inside=self._number_column is None, fewest=fewest)

    def likeliest(self) -> _Path | None:
        """The rows that cost least: as wide as the header, and parted where words of one sort end.

        Where rows lack cells, a number may stand near the one before.
        """
        path = self._cheapest()
        if path is None or {len(row) for row in _rows_of(path) if len(row) > 1} == {self._width}:
            return path
        self._numbers = self._count(self._width // 3 + 1)
        return self._cheapest()

    def _cheapest(self) -> _Path | None:
        open_rows: dict[int, _Path | None] = {0: None}  # how many cells the open row has
        for place, cell in enumerate(self._cells[:-1]):
            told: dict[int, _Path | None] = {}
            for cut in self._cuts(place, cell):
                for count, path in open_rows.items():
                    cost = (path.cost if path else 0.0) + cut.cost
                    cost += self._missing(count + 1) if cut.following else 0.0
                    state = 1 if cut.following else count + 1
                    known = told.get(state)
                    if state <= 2 * self._width and (known is None or cost < known.cost):
                        told[state] = _Path(cost, cut, path)
            open_rows = told
        ends = _Cut(self._cells[-1], [], [], 0.0)
        paths = [
            _Path(path.cost + self._missing(count + 1), ends, path)
            for count, path in open_rows.items()
            if path is not None
        ]
        return min(paths, key=lambda path: path.cost, default=None)

    def _missing(self, count: int) -> float:
        over = count - self._width
        return _TOO_WIDE + _EACH_OVER * over if over > 0 else -_EACH_MISSING * over

    def _cuts(self, place: int, cell: _Cell) -> list[_Cut]:
        """A cell as it is, or parted before its last paragraph, with headings perhaps between the two rows."""
        if not cell or not place:
            return [_Cut(cell, [], [], 0.0)]
        following = cell[-1]
        sort = _sort_of(following[1])
        again = squash(following[1]) == self._begins_header
        begins_row = again or self._begins_row(place, following)
        inside = begins_row and not (self._cells_before and len(cell) == 1)
        cuts = [_Cut(cell, [], [], _NUMBER_INSIDE if inside else 0.0)]
        begins = _NAMES_BEGIN if sort not in ("", "word") else 0.0
        if begins_row:
            begins += _NUMBERED if again or following[0] in self._numbers else _BEFORE_NUMBER
        elif self._number_column is not None:
            begins += _NO_NUMBER
        for start in range(max(0, len(cell) - _MOST_TOGETHER), len(cell)):
            headings = cell[start:-1]
            if not again and not all(_is_heading(text) for _, text in headings):
                continue
            cost = begins + (_HEADING if headings else 0.0)
            if not start:
                cost += _NOTHING_LAST if begins_row else _NOTHING_AND_NO_NUMBER
            elif _is_heading(cell[start - 1][1]):
                cost += _HEADING_INSIDE
            elif not headings:
                cost += _OTHER_SORT if _sort_of(cell[start - 1][1]) != sort else _SAME_SORT
            cuts.append(_Cut(cell[:start], headings, [following], cost))
        return cuts

    def _begins_row(self, place: int, following: _Paragraph) -> bool:
        """Whether a row's number stands here, or as many cells behind as the header has words before it."""
        if following[0] in self._numbers or _NOTE.match(squash(following[1])):
            return True
        behind = self._cells[place + 1 : place + 1 + self._cells_before]
        return any(len(cell) == 1 and cell[0][0] in self._numbers for cell in behind)


def _counting(cells: list[_Cell], width: int, *, inside: bool, fewest: int) -> frozenset[int]:
    """The lines of the numbers that count on, or begin again; ``inside``: of the tasks that have them in their words.

    ``fewest``: how many cells a row has at least. Of several figures that might be the next number the one about a
    row further on is.
    """
    told = [(place, *cell[-1]) for place, cell in enumerate(cells) if cell]
    numbers = [
        (place, line, value) for place, line, text in told if (value := _value(text, inside)) is not None
    ]
    found: list[int] = []
    at = last = index = 0
    while index < len(numbers):
        likely = [
            (abs(place - at - width + 1), further)
            for further, (place, _, value) in enumerate(numbers[index : index + width], start=index)
            if value in (1, last + 1)
            and (place - at <= 2 * width or further == index)
            and (place - at >= fewest or not found)
        ]
        if not likely:
            index += 1
            continue
        _, chosen = min(likely) if found else likely[0]
        at, line, last = numbers[chosen]
        found.append(line)
        index = chosen + 1
    return frozenset(found) | {line for _, line, text in told if _OUTLINE_NUMBER.fullmatch(squash(text))}


def _value(text: str, inside: bool) -> int | None:
    if inside:
        numbering = numbering_of(text)
        whole = numbering is not None and numbering.rank == TASK_RANK and bool(numbering.rest)
        return numbering.number if numbering and whole and isinstance(numbering.number, int) else None
    return numeral(text.rstrip(BEHIND_NUMERAL)) if _is_numeral(text) else None


@lru_cache(maxsize=4096)
def _sort_of(text: str) -> str:
    """What a paragraph holds: a time, units, people, a word (是); or nothing of these, as tasks and goals do."""
    if find_label(text) == 0 or look_like_units(text):
        return "units"
    if says_only_when(text):
        return "time"
    if names_people(text):
        return "people"
    return "word" if len(text) <= _LONGEST_MARK else ""


def _rows_of(path: _Path) -> list[_Row]:
    cuts: list[_Cut] = []
    step: _Path | None = path
    while step is not None:
        cuts.append(step.cut)
        step = step.before
    rows: list[_Row] = [[]]
    for cut in reversed(cuts):
        rows[-1].append(cut.own)
        if cut.following:
            rows += [[[heading]] for heading in cut.headings]
            rows.append([cut.following])
    return rows
