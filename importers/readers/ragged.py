"""Rows of a text whose merged cells were left out: each cell finds its column by what it says, and by its like.

A browser copies a cell merged downwards only in the row where it begins; in the rows below, all that stands to its
right moves over. How many cells a row lacks is certain. Which, is told by what the columns hold, by the names that
stand in whole rows, and by what the other rows of as many cells lack.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, exp, log

from importers.alignment import ILL, misfit, with_one_task
from importers.characters import numeral, squash
from importers.columns import DEPARTMENT_KINDS, ColumnKind, kind_of, settle
from importers.grid import Grid, Row
from importers.header import find_header
from importers.header_rows import TASK_LIKE
from importers.headings import PAGE_LABEL, is_heading
from importers.numbering import counts_on, numbering_of
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.people import names_people

DOUBT = "这一行比表头少几格，按各格内容认定是哪一栏，请核对"
ALONE = "这一行只有一格，按任务读入，责任单位等沿用上行，请核对"
MISFIT = "这张表里许多格与表头对不上，看不出各格是哪一栏，请核对"
_FEWEST_CELLS = _FEWEST_ODD = 3
_LONGEST_NUMBER = 8
_LONGEST_WORD = 12
_FAR = 8.0
_MOST_READINGS = 1000
_OUTLINE_NUMBER = re.compile(r"\d{1,2}([.-]\d{1,2}){1,2}|[A-Z]{1,4}(20\d\d)?-?\d{1,4}")  # 1.2, 1-2, A2025-07
_SUMS = frozenset({"合计", "总计", "小计", "共计"})
_MERGED = {  # how unlikely a cell of the column is merged into the one above
    ColumnKind.NUMBER: 0.0,
    ColumnKind.SECTION: 0.0,
    ColumnKind.GOAL: 0.0,
    ColumnKind.TASK: 20.0,
    ColumnKind.LEAD_DEPARTMENT: 2.0,  # a unit that stands alone leads
    ColumnKind.PROGRESS: 4.0,
    ColumnKind.OTHER: 0.3,
}
_MERGED_ELSE = 1.0
_REMARK_MERGED = (
    1.3  # what nobody has a word for sorts the tasks to its right, and remarks on those to its left
)
_LEFT_BLANK = {ColumnKind.OTHER: 0.2, ColumnKind.NUMBER: 8.0, ColumnKind.TASK: 20.0}  # behind the last cell
_BLANK_ELSE = 1.0
_FURTHER_LINE = {  # how unlikely a line break is inside a cell
    ColumnKind.NUMBER: 20.0,
    ColumnKind.TASK: 1.2,
    ColumnKind.GOAL: 2.0,
    ColumnKind.SECTION: 2.0,
    ColumnKind.DUE: 2.5,
}
_LINE_ELSE = 0.3
_IN_MID_SENTENCE = 1.5
_LONGEST_PART = 12
_LONG_LINE = 4.0
_TOO_WIDE = 30.0
_GOAL_WITHOUT_NUMBER = 3.0
_INNER_WITHOUT_OUTER = 3.0  # a goal does not go on below where another category begins
_NOT_FROM_FIRST = 0.5  # a numbered row has its first cells sooner than its last
_KNOWN_HERE, _KNOWN_ELSEWHERE = -0.5, 2.0
_AS_WRITTEN = 1.0  # filled up behind: the blanks may stand where they were
_ROUNDS, _UNHEARD_OF, _SURE = 3, 1.0, 1.0
_LONGEST_HEADING = 30
_SENTENCE_END = ("。", "；", ";")
_CLAUSE_END = (*_SENTENCE_END, "，", ",", "：", ":", "、")
_NAMES = DEPARTMENT_KINDS | {ColumnKind.OFFICIAL, ColumnKind.DUE}
_WORK = re.compile(r"[0-9０-９%％]|增长|推进|提升|完成|改造|新增|新建|开展|落实|加强|加快")
_BETWEEN_NAMES = re.compile(r"[\s、，,；;]+")

Places = tuple[int, ...]


@dataclass(slots=True)
class Cells:
    """One row as written. ``cut``: the text ends within it."""

    number: int
    cells: list[str]
    cut: bool = False

    def shown(self) -> list[str]:
        """Its cells without the blank ones behind, which may only fill the row up."""
        last = max((index for index, cell in enumerate(self.cells, start=1) if cell), default=0)
        return self.cells[:last]


@dataclass(slots=True)
class _Reading:
    """One way to place the cells of a row: how unlikely it is, and how ill its worst cell fits."""

    cost: float
    worst: float
    places: Places


def placed(rows: Sequence[Cells], words: Sequence[str], doubts: list[tuple[int, str]]) -> list[Row]:
    """The rows below a header of these words with every cell in its column.

    What is unsure is added to ``doubts``, by the row's number.
    """
    return Columns(words, rows).placed(doubts)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number of a row: 3, 三, （2）, 1.2, A2025-07."""
    return (
        numeral(cell) is not None
        or bool(_OUTLINE_NUMBER.fullmatch(cell))
        or (numbering_of(cell) is not None and len(cell) < 5)
    )


def _kinds(words: Sequence[str], rows: Sequence[Cells]) -> list[ColumnKind]:
    """What the columns hold, by the header's words and the rows that lack nothing."""
    whole = [row for row in rows if len(row.cells) == len(words) and row.cells[0] and row.cells[-1]]
    table = [
        Row(number, dict(enumerate(cells, start=1)))
        for number, cells in enumerate([words, *(row.cells for row in whole)])
    ]
    found = find_header(Grid("", table, knows_merges=False)) if whole else None
    if found and found.first == found.last == 0 and len(found.cells) == len(words):
        kinds = settle([found.cells[column].kind for column in sorted(found.cells)])
    else:
        kinds = settle([kind_of(squash(word)) for word in words])
    return with_one_task(kinds) if ColumnKind.TASK in kinds else kinds


class Columns:
    """What is known of the columns of one table, and the readings of its rows."""

    def __init__(self, words: Sequence[str], rows: Sequence[Cells]) -> None:
        self.kinds = _kinds(words, rows)
        self._rows = rows
        self._names = self._names_of_whole_rows()
        width = len(words)
        self._shows_blanks = not all(words) or any(
            len(row.cells) == width and not row.cells[0] and any(row.cells) for row in rows
        )
        self._cost = cache(self._cost_of)
        self._lost: dict[tuple[Places, bool, bool], float] = {}
        self._known: dict[tuple[tuple[str, ...], bool], tuple[float, bool]] = {}

    def placed(self, doubts: list[tuple[int, str]]) -> list[Row]:
        readings = self._agreed(
            {row.number: self._readings(row) for row in self._rows if self._is_ragged(row)}
        )
        alone = self._tasks_alone(readings.keys())
        found = []
        for row in self._rows:
            if row.number in alone:
                task = self.kinds.index(ColumnKind.TASK) + 1
                cells = dict.fromkeys(range(1, len(self.kinds) + 1), "")
                found.append(Row(row.number, cells | {task: row.shown()[0]}))
                doubts += [(row.number, ALONE)] if row is not self._rows[-1] else []
            elif PAGE_LABEL.fullmatch(squash(row.cells[0])):
                found.append(Row(row.number, {1: " ".join(filter(None, row.cells))}))
            elif row.number not in readings:
                found.append(Row(row.number, dict(enumerate(row.cells, start=1))))
            else:
                likeliest, *others = readings[row.number]
                if likeliest.worst >= ILL or (others and others[0].cost - likeliest.cost < _SURE):
                    doubts.append((row.number, DOUBT))
                cells = dict.fromkeys(range(1, len(self.kinds) + 1), "")
                told = zip(likeliest.places, self._drawn(row), strict=True)
                found.append(Row(row.number, cells | {column + 1: cell for column, cell in told}))
        self._ask_about_all(found, readings.keys(), doubts)
        return found

    def _ask_about_all(self, rows: list[Row], ragged: Set[int], doubts: list[tuple[int, str]]) -> None:
        """Where most rows do not fit the header, or it goes on in words nobody placed, it was not understood."""
        table = [row for row in rows if len(row.texts()) >= _FEWEST_CELLS]
        odd = {row.number for row in table if any(self._is_odd(column, cell) for column, cell in row.texts())}
        whole = {row.number for row in table if row.number not in ragged}
        unplaced = bool(rows) and rows[0].number in ragged and _are_header_words(rows[0])
        mostly = len(odd) >= _FEWEST_ODD and (
            len(odd) * 2 > len(table) or len(odd & whole) * 2 > len(whole) > 1
        )
        if unplaced or mostly:
            asked = {number for number, _ in doubts}
            doubts += [(row.number, MISFIT) for row in table if row.number not in asked]

    def _is_odd(self, column: int, cell: str) -> bool:
        if column > len(self.kinds):
            return True
        kind = self.kinds[column - 1]
        if kind is ColumnKind.NUMBER:
            return not is_number(cell) and len(cell) > _LONGEST_NUMBER
        return kind in _NAMES and misfit([cell], [kind]) >= _FAR

    def _agreed(self, readings: dict[int, list[_Reading]]) -> dict[int, list[_Reading]]:
        """The readings of each row, the likeliest first, where rows of a kind bear each other out."""
        sorts: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for row in self._rows:
            if row.number in readings:
                sorts[len(self._drawn(row)), self._begins_with_number(row)].append(row.number)
        for alike in sorts.values():
            alone = {number: readings[number] for number in alike}
            for _ in range(_ROUNDS if len(alike) > 1 else 0):
                shares = {number: _shares(readings[number]) for number in alike}
                among: Counter[Places] = Counter()
                for share in shares.values():
                    among.update(share)
                for number in alike:
                    own = shares[number]
                    readings[number] = [
                        _Reading(
                            each.cost
                            - log(
                                (among[each.places] - own[each.places] + _UNHEARD_OF / len(own))
                                / (len(alike) - 1 + _UNHEARD_OF)
                            ),
                            each.worst,
                            each.places,
                        )
                        for each in alone[number]
                    ]
        return {number: sorted(found, key=lambda each: each.cost) for number, found in readings.items()}

    def least_cost(self, row: Cells) -> float:
        """How unlikely the likeliest places of a row's cells are, the line breaks inside them counted."""
        return self._likeliest(tuple(self._drawn(row)), row.cut)[0]

    def is_closed(self, row: Cells) -> bool:
        """Whether a row reaches the last column."""
        return len(row.cells) >= len(self.kinds) or self._likeliest(tuple(self._drawn(row)), row.cut)[1]

    def _likeliest(self, shown: tuple[str, ...], cut: bool) -> tuple[float, bool]:
        found = self._known.get((shown, cut))
        if found is None:
            width = len(self.kinds)
            found = (_TOO_WIDE, True) if len(shown) > width else (0.0, True)
            if len(shown) <= width and comb(width, len(shown)) <= _MOST_READINGS and shown:
                least = min(self._readings(Cells(0, list(shown), cut)), key=lambda each: each.cost)
                found = least.cost, least.places[-1] == width - 1
            self._known[shown, cut] = found
        return found

    def _tasks_alone(self, ragged: Set[int]) -> frozenset[int]:
        """Rows of a single cell that are tasks, all else merged from above, and no headings.

        No cell is merged downwards across a heading: below one stands a whole row. Where one lone cell is a task,
        those without a heading's number are, but for words too short for one.
        """
        table = [row for row in self._rows if any(row.cells)]
        if ColumnKind.TASK not in self.kinds or self._shows_blanks or not table:
            return frozenset()
        longest = self._longest_heading()
        lone, proven = [], False
        for row, below in zip(table, [*table[1:], None], strict=True):
            if row is table[0] or not self._is_alone(row) or is_heading(row.shown()[0]):
                continue
            if len(row.shown()[0]) < longest and not is_sentence(row.shown()[0]):
                continue
            lacks = below is not None and below.number in ragged
            proven = proven or lacks or row.shown()[0].endswith(_SENTENCE_END)
            if below is not None:
                lone.append(row.number)
        told = set(lone if proven else ())
        if len(table) > 1 and self._is_alone(table[-1]):  # 11.… behind 10.…, where the page was cut off
            told |= {table[-1].number for cell in table[-2].shown() if counts_on(cell, table[-1].shown()[0])}
        return frozenset(told)

    def _longest_heading(self) -> int:
        """Up to which length words alone in their row are too short for a task, where tasks have numbers."""
        task, numbered = self.kinds.index(ColumnKind.TASK), ColumnKind.NUMBER in self.kinds
        whole = [r.cells[task] for r in self._rows[1:] if numbered and len(r.cells) == len(self.kinds)]
        return min((len(text) for text in whole if text and kind_of(text) is None), default=0)

    def _is_alone(self, row: Cells) -> bool:
        return len(row.shown()) == 1 and not is_number(row.cells[0])

    def _is_ragged(self, row: Cells) -> bool:
        """Whether cells were left out of a row; one filled up behind is whole where the table shows its blank cells."""
        shown, width = self._drawn(row), len(self.kinds)
        filled = sum(map(bool, shown))
        if ColumnKind.TASK not in self.kinds or squash(row.cells[0]) in _SUMS:
            return False
        if PAGE_LABEL.fullmatch(squash(row.cells[0])) or comb(width, len(shown)) > _MOST_READINGS:
            return False
        if not len(shown) < width or len(row.cells) > width or filled < 2:
            return False
        if filled == 2 and self._begins_with_number(row) and not is_sentence(shown[1]):
            return False  # a heading with its number
        return len(row.cells) < width or not self._shows_blanks

    def _drawn(self, row: Cells) -> list[str]:
        """The cells a row has. Blank ones behind in a row that is too short are its own, they do not fill it up."""
        shown = row.shown()
        return row.cells if len(row.cells) < len(self.kinds) and sum(map(bool, shown)) > 1 else shown

    def _begins_with_number(self, row: Cells) -> bool:
        return ColumnKind.NUMBER in self.kinds and is_number(row.cells[0])

    def _readings(self, row: Cells) -> list[_Reading]:
        """Every way to place the cells of a row in their order."""
        shown = self._drawn(row)
        width = len(self.kinds)
        costs = [[self._cost(cell, column) for column in range(width)] for cell in shown]
        if numbered := self._begins_with_number(row):
            costs[0] = [
                0.0 if kind is ColumnKind.NUMBER else cost
                for kind, cost in zip(self.kinds, costs[0], strict=True)
            ]
        found = []
        for kept in combinations(range(width), len(shown)):
            fit = [costs[cell][column] for cell, column in enumerate(kept)]
            worst = max(fit)
            cost = sum(fit) + self._cost_of_lost(kept, numbered, row.cut)
            if worst < ILL and len(row.cells) == width and kept[-1] == len(kept) - 1:
                cost -= _AS_WRITTEN
            found.append(_Reading(cost, worst, kept))
        return found

    def _cost_of(self, cell: str, column: int) -> float:
        if not cell:
            return 0.0
        kind = self.kinds[column]
        above = cell.split("\n")[:-1]
        cost = misfit([cell], [kind]) + len(above) * _FURTHER_LINE.get(kind, _LINE_ELSE)
        if kind is ColumnKind.TASK:
            cost += sum(_IN_MID_SENTENCE for line in above if not line.endswith(_CLAUSE_END))
        if kind in _NAMES:
            cost += sum(_LONG_LINE for line in above if _is_no_name(line))
            pieces = _pieces(cell)
            if pieces and not above and pieces <= self._names[column]:
                cost = 0.0  # 矣丽芬: no name one knows, but it stands there in whole rows
            elsewhere = any(pieces & names for other, names in enumerate(self._names) if other != column)
            cost += _KNOWN_HERE if pieces & self._names[column] else _KNOWN_ELSEWHERE if elsewhere else 0.0
        return cost

    def _cost_of_lost(self, kept: Places, numbered: bool, cut: bool) -> float:
        known = self._lost.get((kept, numbered, cut))
        if known is not None:
            return known
        kinds = self.kinds[: kept[-1] + 1] if cut else self.kinds
        lost = [column for column in range(len(kinds)) if column not in kept]
        cost = _NOT_FROM_FIRST if numbered and kept[-1] >= len(kept) else 0.0
        for column in lost:
            kind = kinds[column]
            remark = kind is ColumnKind.OTHER and ColumnKind.TASK in kinds[:column]
            merged = _REMARK_MERGED if remark else _MERGED.get(kind, _MERGED_ELSE)
            cost += merged if column < kept[-1] else min(merged, _LEFT_BLANK.get(kind, _BLANK_ELSE))
            outer = [other for other in kept if other < column and kinds[other] in TASK_LIKE]
            cost += _INNER_WITHOUT_OUTER if kind in TASK_LIKE and outer else 0.0
        if any(kinds[column] is ColumnKind.NUMBER for column in lost):
            goals = any(kinds[column] is ColumnKind.GOAL for column in kept)
            cost += _GOAL_WITHOUT_NUMBER if goals else 0.0
        self._lost[kept, numbered, cut] = cost
        return cost

    def _names_of_whole_rows(self) -> list[set[str]]:
        found: list[set[str]] = [set() for _ in self.kinds]
        for row in self._rows:
            if len(row.cells) == len(self.kinds) and row.cells[-1]:
                for column, cell in enumerate(row.cells):
                    found[column] |= _pieces(cell)
        return found


def _shares(readings: list[_Reading]) -> Counter[Places]:
    """How likely each reading of a row is, all together 1."""
    least = min(each.cost for each in readings)
    weights = {each.places: exp(least - each.cost) for each in readings}
    whole = sum(weights.values())
    return Counter({places: weight / whole for places, weight in weights.items()})


def _are_header_words(row: Row) -> bool:
    """Whether a row goes on with the header, as far as one can see: short words, one of them known, and no names."""
    words = [squash(text) for _, text in row.texts()]
    return any(map(kind_of, words)) and not any(
        len(word) > _LONGEST_WORD or is_number(word) or look_like_units(word) or names_people(word)
        for word in words
    )


def is_sentence(text: str) -> bool:
    return len(text) > _LONGEST_HEADING or text.endswith(_SENTENCE_END)


def _is_no_name(line: str) -> bool:
    """Whether a line is no part of a name that a narrow cell broke off: too long for one, or it tells of work."""
    if look_like_units(line) or names_a_time(line):
        return False
    return len(squash(line)) > _LONGEST_PART or bool(_WORK.search(line))


def _pieces(cell: str) -> set[str]:
    return {squash(piece) for piece in _BETWEEN_NAMES.split(cell) if len(piece) > 1}
