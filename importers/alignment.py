"""Which column each line of a flattened table stood in: the cheapest reading of all lines together."""

import re
from collections import Counter

from importers.characters import squash
from importers.columns import DEPARTMENT_KINDS, HOLD_ANYTHING, RESPONSIBILITY_KINDS, ColumnKind
from importers.counting import (
    NUMERAL,
    counted_tasks,
    outline_numbers,
    points_apart,
    serial_numbers,
    surely_serial,
)
from importers.headings import NOTE
from importers.numbering import TASK_RANK, numbering_of
from importers.raw import DEPARTMENT_FIELDS
from importers.scripts import either_script
from importers.values.brackets import closes_with_duties
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, duties_of_heading, read_duties
from importers.values.people import look_like_people, may_be_a_person, may_be_people, names_people
from importers.values.words import NOTHING

_CODE = re.compile(  # what else stands under 序号: 任务3, 第5项, A1, （2）, 三
    r"(第|任务|项目|事项|指标|目标|附?表|[一-龥]{1,2}表)\d{1,3}[项号]?|[A-Z]\d{1,3}|[A-Z]{1,4}(20\d\d)?-?\d{1,4}|[（(]([一二三四五六七八九十]{1,3}|\d{1,2})[）)]"
    r"|[一二三四五六七八九十]{1,3}、?"
)
# What it costs to take a second line for the same cell, by column; a task seldom has two, a list of units often.
_SECOND_LINE = {
    ColumnKind.NUMBER: 20.0,
    ColumnKind.TASK: 1.2,
    ColumnKind.GOAL: 2.5,
    ColumnKind.SECTION: 2.5,
    ColumnKind.DUE: 2.5,
    ColumnKind.LEAD_DEPARTMENT: 0.4,  # one unit leads more often than one supports
}
_SECOND_NAME = 0.3
_STANDING = re.compile(  # how a task stands: 已完成, 按时序推进
    either_script(
        r"已|正在|正常(推进|进行|运行|开展|实施)|按(时序|序时|计划|期|进度)|基本(完成|建成)|全部完成|(全面)?完成[。.]?$"
        r"|未(完成|启动|开工|达)|(推进|进行|实施)中|有序(推进|开展|进行)|(达标|滞后|[是否])$"
    )
)
_LONGEST_STANDING = 12
_TIMES = re.compile(r"\d月|年底|季度|长期|持续")
_LISTED = re.compile("[、，,；;]")
_UNEVEN = 0.3  # single units under each other are one cell, a list beside them is another
_FIRST_POINT = 1.0
_NEXT_POINT = 2.0
_ALONE = 2.5  # 已完成 stands in a cell by itself, as in the rows above
_USUAL = 3
_LONGEST_REMARK = 12
_BLANK_CELL = 1.4
_BLANK = {  # goals are merged downwards; a unit that stands alone leads
    ColumnKind.TASK: 6.0,
    ColumnKind.GOAL: 0.8,
    ColumnKind.SECTION: 0.7,
    ColumnKind.LEAD_DEPARTMENT: 1.5,
    ColumnKind.OTHER: 1.0,  # 备注 is blank more often than not
}
_DEPARTMENT_ROLES = frozenset({RESPONSIBLE, *DEPARTMENT_FIELDS})
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_FURTHER_UNIT = 1.0  # 甲局 / its progress / 乙局 / its progress: two units of one numbered task
_LONG_NAME = 8  # 某某生物医药产业园 may name a project as well as a unit
_SERIAL_ELSEWHERE, _SURELY_ELSEWHERE = 3.0, 8.0
_GAP = 0.8
_LONGEST_HEADING = 30
ILL = 4.0
_NEVER = 20.0
_UNCOUNTED = 6.0
_UNANSWERED = 3.0
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SERIAL = (TASK_RANK, TASK_RANK + 1)  # 1.… and （1）…


def align(
    lines: list[str], kinds: list[ColumnKind], wide: frozenset[int] = frozenset(), *, goes_on: bool = True
) -> list[tuple[int, bool]]:
    """For each line its column (from 1) and whether it begins a row. A heading or note is a row by itself.

    ``goes_on``: the page may be cut off behind the last line, so that its row need not be complete;
    ``wide``: the lines above which the page is blank for longer than elsewhere, as it is where a cell was left blank.
    """
    if not lines:
        return []
    kinds = with_one_task(kinds)
    width = len(kinds)
    states = range(width + 1)  # the columns, and one more state for headings and notes
    steps = [[_step(kinds, before, column) for before in states] for column in states]
    known: dict[str, list[float]] = {}
    best: list[float] = []
    trail: list[list[tuple[int, bool]]] = []
    counted = counted_tasks(lines)
    outlined = outline_numbers(lines) if ColumnKind.NUMBER in kinds else frozenset()
    serial = serial_numbers(lines) if ColumnKind.NUMBER in kinds else frozenset()
    sure = surely_serial(lines, serial)
    points = points_apart(lines)
    usual = _usual(lines)
    task = kinds.index(ColumnKind.TASK)
    remarks = {column for column, kind in enumerate(kinds) if kind in HOLD_ANYTHING}
    closed = not RESPONSIBILITY_KINDS & set(kinds)  # no column for units: each task closes with its own
    for index, (above, line) in enumerate(zip(["", *lines], lines, strict=False)):
        fits = known.get(line)
        if fits is None:
            fits = known[line] = [*(_cost(line, kind) for kind in kinds), _aside_cost(line)]
            fits[task] += _UNANSWERED if closed and not closes_with_duties(line) else 0.0
        if index in points:
            fits = [cost + (_SERIAL_ELSEWHERE if i > task else 0.0) for i, cost in enumerate(fits)]
        if index in serial:
            elsewhere = {*remarks, width}  # no remark, and no number of a page
            more = _SURELY_ELSEWHERE if index in sure else _SERIAL_ELSEWHERE
            remark = [more if column in elsewhere else 0.0 for column in states]
            fits = [cost + more for cost, more in zip(fits, remark, strict=True)]
        if index in outlined:
            fits = [0.0 if kind is ColumnKind.NUMBER else _NEVER for kind in [*kinds, None]]
        elif index in counted:
            fits = [0.0 if column == task else _NEVER for column in states]
        elif counted:
            fits = [cost + (_UNCOUNTED if column == task else 0.0) for column, cost in enumerate(fits)]
        if not best:
            best = [
                fits[column] + (_skipped(kinds, 0, column) if column < width else 0.0) for column in states
            ]
            continue
        now: list[float] = []
        came: list[tuple[int, bool]] = []
        apart, together = _apart(above, line), _together(above, line)
        alone = _ALONE if above in usual or line in usual else 0.0
        gap = 0.0 if not wide else _GAP if index in wide else -_GAP
        again = [gap if gap > 0 or column in remarks else 0.0 for column in states]
        for column in states:
            cost, before = min(
                (
                    best[before]
                    + steps[column][before][0]
                    + (apart + alone + again[column] if before == column else together)
                    - (gap if _leaves_blank(before, column, width) else 0.0),
                    before,
                )
                for before in states
            )
            now.append(cost + fits[column])
            came.append((before, steps[column][before][1] or (index in counted and before == task)))
        best = now
        trail.append(came)
    if not goes_on:
        best = [cost + _skipped(kinds, state + 1, width) for state, cost in enumerate(best)]
    column = min(states, key=lambda state: best[state])
    path: list[tuple[int, bool]] = []
    for came in reversed(trail):
        before, begins = came[column]
        path.append((column, begins))
        column = before
    path.append((column, True))
    return [(task + 1 if state == width else state + 1, begins) for state, begins in reversed(path)]


def _usual(lines: list[str]) -> frozenset[str]:
    """Short remarks that come again and again (已完成, 正在推进): each fills its cell."""
    return frozenset(
        line
        for line, times in Counter(lines).items()
        if times >= _USUAL
        and len(line) <= _LONGEST_REMARK
        and not NUMERAL.fullmatch(squash(line))
        and not look_like_units(line)
        and not look_like_people(line)
    )


def _serial(line: str) -> bool:
    """A number and words behind it that are no unit (（2）稳定就业)."""
    found = numbering_of(line)
    return found is not None and found.rank in _SERIAL and not look_like_units(found.rest)


def _apart(above: str, line: str) -> float:
    """What speaks against two lines in one cell: a list beside a single unit, the first of several points."""
    uneven = bool(_LISTED.search(above)) != bool(_LISTED.search(line))
    begins = _point(line) == 1 or line.startswith(("——", "--"))
    return (_UNEVEN if uneven else 0.0) + (_FIRST_POINT if begins else 0.0)


def _together(above: str, line: str) -> float:
    """What speaks against two lines in different cells: the points of one list."""
    number = _point(line)
    return _NEXT_POINT if number is not None and number > 1 and _point(above) == number - 1 else 0.0


def _point(line: str) -> int | None:
    """The number of a line that is one point of a list (2.增加人手, ②增加人手); a bare number is none."""
    if line[:1] in _CIRCLED and len(line) > 1:
        return _CIRCLED.index(line[0]) + 1
    if not line[:1].isdigit() or not (found := numbering_of(line)) or not found.rest:
        return None
    return found.number if isinstance(found.number, int) else None


def with_one_task(kinds: list[ColumnKind]) -> list[ColumnKind]:
    """Of several task columns the last holds the tasks; those before it may be blank as goals are."""
    last = len(kinds) - 1 - kinds[::-1].index(ColumnKind.TASK)
    return [
        ColumnKind.GOAL if kind is ColumnKind.TASK and index < last else kind
        for index, kind in enumerate(kinds)
    ]


def fits(lines: list[str], kinds: list[ColumnKind], odd: int = 0) -> bool:
    """Whether each line, but for ``odd`` of them, may stand in the column of its turn."""
    return sum(_cost(line, kind) >= ILL for line, kind in zip(lines, kinds, strict=True)) <= odd


def misfit(lines: list[str], kinds: list[ColumnKind]) -> float:
    """How ill the lines fit the columns of their turn, all together."""
    return sum(_cost(line, kind) for line, kind in zip(lines, kinds, strict=True))


def _step(kinds: list[ColumnKind], before: int, column: int) -> tuple[float, bool]:
    """The cost of going from one column to the next line's, and whether that begins a row."""
    width = len(kinds)
    if column == width:
        return (_skipped(kinds, before + 1, width) if before < width else 0.0), True
    if before == width:
        return _skipped(kinds, 0, column), True
    new_row = _skipped(kinds, before + 1, width) + _skipped(kinds, 0, column)
    if column == before:
        same = _SECOND_LINE.get(kinds[column], 0.8 if kinds[column] in HOLD_ANYTHING else _SECOND_NAME)
        return (same, False) if same <= new_row else (new_row, True)
    if column > before:
        onward = _skipped(kinds, before + 1, column)
        return (onward, False) if onward <= new_row else (new_row, True)
    reported = kinds[before] is ColumnKind.PROGRESS and ColumnKind.NUMBER in kinds[:column]
    if reported and before == width - 1 == column + 1 and kinds[column] in DEPARTMENT_KINDS:
        return min(new_row, _FURTHER_UNIT), True
    return new_row, True


def _leaves_blank(before: int, column: int, width: int) -> bool:
    """Whether cells between one line's column and the next line's stay blank."""
    if width in (before, column) or before == column:
        return False
    return column - before != 1 and not (column == 0 and before == width - 1)


def _skipped(kinds: list[ColumnKind], start: int, stop: int) -> float:
    return sum(_BLANK.get(kind, _BLANK_CELL) for kind in kinds[start:stop])


def _cost(line: str, kind: ColumnKind) -> float:
    """How ill a line fits a column."""
    text = squash(line)
    if duties_of_heading(text):
        return 8.0
    numeral = bool(NUMERAL.fullmatch(text))
    if kind is ColumnKind.NUMBER:
        return 0.0 if numeral else 0.5 if _CODE.fullmatch(text) else 20.0
    if _CODE.fullmatch(text):
        return 4.0 if kind in HOLD_ANYTHING else 8.0
    if numeral:
        return 1.0 if kind in HOLD_ANYTHING else 10.0
    if NOTHING.match(text):
        return 6.0 if kind is ColumnKind.TASK else 0.0
    units = names_units(line)
    sentence = text.endswith(("。", "；")) or (
        not units and (len(text) > 25 or (len(text) > 10 and "、" not in text))
    )
    if kind is ColumnKind.TASK:
        return (
            3.5  # what is done is reported, not set
            if text.startswith("已") or (len(text) <= _LONGEST_STANDING and _STANDING.match(text))
            else 0.0
            if sentence
            else 6.0
            if names_a_time(text)
            else 4.0
            if units or look_like_people(line)
            else 1.5
        )
    if kind in (ColumnKind.GOAL, ColumnKind.SECTION):
        return (
            3.0
            if text.endswith("。") or len(text) > 30 or _STANDING.match(text)
            else 2.0
            if units and len(text) > _LONG_NAME and not _LISTED.search(text)
            else 4.0
            if (units or names_a_time(text)) and not numbering_of(text)
            else 0.5
        )
    if kind in DEPARTMENT_KINDS:
        return (
            0.0
            if units
            else 12.0
            if (text.endswith("。") and len(text) > _LONGEST_STANDING) or _serial(text)
            else 8.0
            if names_a_time(text)
            else 4.0
        )
    if kind is ColumnKind.OFFICIAL:
        if names_people(_IN_BRACKETS.sub("", line)):
            return 0.0
        return 1.0 if may_be_people(text) else 2.5 if may_be_a_person(text) else 12.0 if sentence else 6.0
    if kind is ColumnKind.DUE:
        return 0.0 if names_a_time(text) else 2.0 if len(text) < 40 and _TIMES.search(text) else 8.0
    if (found := numbering_of(text)) and found.rank >= TASK_RANK:
        return 0.2  # 1.…；2.…: points of a report
    if found and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；")):
        return 4.0  # 二、做强实体经济 heads the rows below
    if names_a_time(text):
        return 1.0 if kind is ColumnKind.PLAN else 3.0
    if units:
        return 3.0 if kind is ColumnKind.OTHER else 4.0
    return 1.0


def names_units(line: str) -> bool:
    """Whether a line holds units: a plain list, or 牵头：甲局；配合：乙局, or 甲局牵头，乙局配合."""
    text = squash(line)
    if look_like_units(line) or look_like_units(text):
        return True
    duties = read_duties(text)
    return duties is not None and not set(duties).isdisjoint(_DEPARTMENT_ROLES)


def _aside_cost(line: str) -> float:
    found = numbering_of(squash(line))
    heading = (found and found.rank < TASK_RANK and len(line) < 40) or duties_of_heading(line)
    if heading or NOTE.match(squash(line)):
        return 0.0
    return 30.0
