"""Which column each line of a flattened table stood in: the cheapest reading of all lines together."""

import re
from collections import Counter
from itertools import pairwise

from importers import wrapped
from importers.broken_names import UPRIGHT_BREAK
from importers.characters import squash
from importers.columns import DEPARTMENT_KINDS, HOLD_ANYTHING, RESPONSIBILITY_KINDS, ColumnKind
from importers.counting import (
    NUMERAL,
    counted_sections,
    counted_tasks,
    goals_answered,
    outline_numbers,
    points_apart,
    serial_numbers,
    surely_serial,
)
from importers.fitting import GOES_ON, aside_cost, is_remark, names_units, strain
from importers.numbering import numbering_of
from importers.values.brackets import closes_with_duties
from importers.values.departments import look_like_units
from importers.values.people import look_like_people

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
_LISTED = re.compile("[、，,；;]")
_CLAUSES = re.compile("[，,。；;：:]")
_UNEVEN = 0.3  # single units under each other are one cell, a list beside them is another
_FIRST_POINT = 1.0
_NEXT_POINT = 2.0
_BROKEN_OFF = 5.0
_GOES_ON_BELOW = 3.0  # 市财政局、 / 各区人民政府
_ALONE = 2.5  # 已完成 stands in a cell by itself, as in the rows above
_USUAL = 3
_AGAIN = 2.0
_NO_GOAL = 3.0
_GOALS = frozenset({ColumnKind.GOAL, ColumnKind.SECTION})
_HEADING = _GOALS | {ColumnKind.TASK}
_NO_REMARK, _MORE_THAN_ROWS = 4.0, 1.4
_LONGEST_REMARK = 12
_BLANK_CELL = 1.4
_BLANK = {  # goals are merged downwards, and so are units that head the rows; one that stands alone leads
    ColumnKind.TASK: 6.0,
    ColumnKind.GOAL: 0.8,
    ColumnKind.SECTION: 0.7,
    ColumnKind.LEAD_DEPARTMENT: 1.5,
    ColumnKind.OTHER: 1.0,  # 备注 is blank more often than not
}
_FURTHER_UNIT = 1.0  # 甲局 / its progress / 乙局 / its progress: two units of one numbered task
_SERIAL_ELSEWHERE, _SURELY_ELSEWHERE = 3.0, 8.0
_UPRIGHT_ELSEWHERE = 3.0
_GAP = 0.8
_WHOLE = {  # a second line where blank lines part the cells: of names and remarks pages set each apart as well
    ColumnKind.TASK: 3.0,
    ColumnKind.GOAL: 2.0,
    ColumnKind.SECTION: 2.0,
}
ILL = 4.0
_NEVER = 20.0
_UNCOUNTED = 6.0
_UNANSWERED = 3.0
_NO_REMARK_BUT_A_NAME = 1.5
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def align(
    lines: list[str],
    kinds: list[ColumnKind],
    wide: frozenset[int] = frozenset(),
    *,
    goes_on: bool = True,
    whole: bool = False,
    tasks: frozenset[str] = frozenset(),
) -> list[tuple[int, bool]]:
    """For each line its column (from 1) and whether it begins a row. A heading or note is a row by itself.

    ``goes_on``: the page may be cut off behind the last line, so that its row need not be complete;
    ``wide``: the lines above which the page is blank for longer than elsewhere, as it is where a cell was left blank;
    ``whole``: blank lines part the cells, so that each line holds all of its cell; ``tasks``: the lines that surely begin one.
    """
    return _cheapest(lines, kinds, wide, goes_on=goes_on, whole=whole, tasks=tasks)[1] if lines else []


def price(lines: list[str], kinds: list[ColumnKind]) -> float:
    """What the cheapest reading of the lines under these columns costs: the less, the likelier are the columns."""
    return _cheapest(lines, kinds)[0] if lines else 0.0


def _cheapest(
    lines: list[str],
    kinds: list[ColumnKind],
    wide: frozenset[int] = frozenset(),
    *,
    goes_on: bool = True,
    whole: bool = False,
    tasks: frozenset[str] = frozenset(),
) -> tuple[float, list[tuple[int, bool]]]:
    """The cheapest way from column to column through all lines, and what it costs."""
    kinds = with_one_task(kinds)
    width = len(kinds)
    whole = whole and not any(line.startswith("——") for line in lines)  # a list is set with blank lines too
    states = range(width + 1)  # the columns, and one more state for headings and notes
    steps = [[_step(kinds, before, column, whole=whole) for before in states] for column in states]
    known: dict[str, list[float]] = {}
    best: list[float] = []
    trail: list[list[tuple[int, bool]]] = []
    counted = counted_tasks(lines)
    outlined = outline_numbers(lines) if ColumnKind.NUMBER in kinds else frozenset()
    serial = serial_numbers(lines) if ColumnKind.NUMBER in kinds else frozenset()
    sure = surely_serial(lines, serial)
    led = kinds[0] in _HEADING and DEPARTMENT_KINDS.issuperset(kinds[1:2])
    answered = goals_answered(lines) if led else frozenset()
    points = points_apart(lines)
    begins_task = counted | points | {index for index, line in enumerate(lines) if line in tasks}
    edge = wrapped.edge_of(lines)
    bare = _bare_again(lines) if kinds[-1] is ColumnKind.OTHER else frozenset()
    people = _known_people(lines) if ColumnKind.OFFICIAL in kinds else frozenset()
    usual = _usual(lines)
    works = _works(lines, kinds) | counted_sections(lines)
    task = kinds.index(ColumnKind.TASK)
    remarks = {column for column, kind in enumerate(kinds) if kind in HOLD_ANYTHING}
    merged_left = ColumnKind.LEAD_DEPARTMENT in kinds[:task]
    closed = not RESPONSIBILITY_KINDS & set(kinds)  # no column for units: each task closes with its own
    for index, (above, line) in enumerate(zip(["", *lines], lines, strict=False)):
        fits = known.get(line)
        listed = line.rpartition("、")[0] if index == len(lines) - 1 and goes_on else ""
        if not _CLAUSES.search(line) and names_units(listed):
            line, fits = listed, known.get(listed)  # 区商务局、区工作专, where the page was cut off
        if fits is None:
            fits = known[line] = [*(strain(line, kind) for kind in kinds), aside_cost(line)]
            fits[task] += _UNANSWERED if closed and not closes_with_duties(line) else 0.0
        if UPRIGHT_BREAK in line and merged_left:  # 市 / 监 / 察 / 局 stands upright in a narrow column
            fits = [cost + (_UPRIGHT_ELSEWHERE if i > task else 0.0) for i, cost in enumerate(fits)]
        if index in works:
            fits = [cost + (_NO_REMARK if i in remarks else 0.0) for i, cost in enumerate(fits)]
        if ColumnKind.OFFICIAL in kinds and line not in people and look_like_people(line):
            fits = [cost + (_NO_REMARK_BUT_A_NAME if i in remarks else 0.0) for i, cost in enumerate(fits)]
        no_goal = _NO_GOAL if line in people else 0.0
        no_goal += _AGAIN if line in bare or (kinds[-1] is ColumnKind.OTHER and is_remark(line)) else 0.0
        if no_goal:
            fits = [
                cost + (no_goal if kind in _GOALS else 0.0)
                for cost, kind in zip(fits, [*kinds, None], strict=True)
            ]
        if index in points:
            fits = [cost + (_SERIAL_ELSEWHERE if i > task else 0.0) for i, cost in enumerate(fits)]
        if index in serial:
            elsewhere = {*remarks, width}  # no remark, and no number of a page
            more = _SURELY_ELSEWHERE if index in sure else _SERIAL_ELSEWHERE
            remark = [more if column in elsewhere else 0.0 for column in states]
            fits = [cost + more for cost, more in zip(fits, remark, strict=True)]
        if index and index == len(lines) - 1 and index - 1 in serial and goes_on:  # 9 居民收入增速, cut off
            fits = [
                cost + (_NO_GOAL if kind in _GOALS else 0.0)
                for cost, kind in zip(fits, [*kinds, None], strict=True)
            ]
        if line in tasks:
            fits = [0.0 if column == task else _NEVER for column in states]
        elif index in answered:
            fits = [0.0 if column == 0 else _NEVER for column in states]
        elif index in outlined:
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
        apart, together = _apart(above, line), _together(above, line, edge)
        if answered and _counts_on(above, line):
            apart -= _SECOND_LINE[ColumnKind.TASK]  # 1.…, 2.…, 3.… in the cell of one numbered goal
            apart -= _WHOLE[ColumnKind.TASK] if whole else 0.0
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
            came.append((before, steps[column][before][1] or (index in begins_task and before == task)))
        best = now
        trail.append(came)
    if not goes_on:
        best = [cost + _skipped(kinds, state + 1, width) for state, cost in enumerate(best)]
    column = min(states, key=lambda state: best[state])
    least = best[column]
    path: list[tuple[int, bool]] = []
    for came in reversed(trail):
        before, begins = came[column]
        path.append((column, begins))
        column = before
    path.append((column, True))
    return least, [(task + 1 if state == width else state + 1, begins) for state, begins in reversed(path)]


def _works(lines: list[str], kinds: list[ColumnKind]) -> frozenset[int]:
    """The whole sentences of a table with 备注 alone behind its units, where there are hardly more of them than rows."""
    if kinds[-1] is not ColumnKind.OTHER or sum(kind in HOLD_ANYTHING for kind in kinds) > 1:
        return frozenset()
    said = [
        index
        for index, line in enumerate(lines)
        if line.endswith("。") and len(line) > _LONGEST_REMARK and not strain(line, ColumnKind.TASK)
    ]
    named = sum(map(names_units, lines)) / max(1, sum(kind in DEPARTMENT_KINDS for kind in kinds))
    return frozenset(said) if len(said) <= named * _MORE_THAN_ROWS else frozenset()


def _known_people(lines: list[str]) -> frozenset[str]:
    """The lines of names that stand elsewhere too, in a list of names or of three characters: no goals."""
    named = {line: [squash(name) for name in _LISTED.split(line)] for line in lines if look_like_people(line)}
    listed = {name for names in named.values() if len(names) > 1 for name in names}
    times = Counter(name for line in lines for name in named.get(line, ()))
    known = {name for name, count in times.items() if count > 1 and (name in listed or len(name) > 2)}
    return frozenset(line for line, names in named.items() if known.issuperset(names))


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


def _apart(above: str, line: str) -> float:
    """What speaks against two lines in one cell: a list beside a single unit, the first of several points."""
    if above.endswith(GOES_ON):
        return 0.0
    uneven = bool(_LISTED.search(above)) != bool(_LISTED.search(line))
    begins = _point(line) == 1 or line.startswith(("——", "--"))
    return (_UNEVEN if uneven else 0.0) + (_FIRST_POINT if begins else 0.0)


def _bare_again(lines: list[str]) -> frozenset[str]:
    """Words that come again (续建, 省级实事): a remark, where a goal is written once above its tasks."""
    times = Counter(lines)
    return frozenset(line for line in times if times[line] > 1 and len(line) <= _LONGEST_REMARK)


def _together(above: str, line: str, edge: int) -> float:
    """What speaks against two lines in different cells: a comma between them, the points of one list."""
    if wrapped.goes_on(above, line, edge):
        return _BROKEN_OFF
    if above.endswith(GOES_ON) and not NUMERAL.fullmatch(squash(line)):
        return _GOES_ON_BELOW
    return _NEXT_POINT if _counts_on(above, line) else 0.0


def _counts_on(above: str, line: str) -> bool:
    number = _point(line)
    return number is not None and number > 1 and _point(above) == number - 1


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
    return sum(strain(line, kind) >= ILL for line, kind in zip(lines, kinds, strict=True)) <= odd


def misfit(lines: list[str], kinds: list[ColumnKind]) -> float:
    """How ill the lines fit the columns of their turn, all together."""
    return sum(strain(line, kind) for line, kind in zip(lines, kinds, strict=True))


def is_whole(lines: list[str], kinds: list[ColumnKind], edge: int) -> bool:
    """Whether as many lines as there are columns are likelier one whole row than anything else."""
    apart = sum(_together(above, line, edge) for above, line in pairwise(lines))
    further = any(  # a unit under 备注 is likelier a further one in the cell before
        kind is ColumnKind.OTHER and before in DEPARTMENT_KINDS and names_units(line)
        for before, kind, line in zip(kinds, kinds[1:], lines[1:], strict=False)
    )
    if kinds[-1] is ColumnKind.OTHER and not aside_cost(lines[-1]):
        return False  # （二）健全机制。 behind the units is the heading of the rows below
    whole = apart == 0 and not further
    return whole or misfit(lines, with_one_task(kinds)) + apart <= price(lines, kinds)


def _step(kinds: list[ColumnKind], before: int, column: int, *, whole: bool) -> tuple[float, bool]:
    """The cost of going from one column to the next line's, and whether that begins a row."""
    width = len(kinds)
    if column == width:
        return (_skipped(kinds, before + 1, width) if before < width else 0.0), True
    if before == width:
        return _skipped(kinds, 0, column), True
    new_row = _skipped(kinds, before + 1, width) + _skipped(kinds, 0, column)
    if column == before:
        same = _SECOND_LINE.get(kinds[column], 0.8 if kinds[column] in HOLD_ANYTHING else _SECOND_NAME)
        same += _WHOLE.get(kinds[column], 0.0) if whole else 0.0
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
    blank = sum(_BLANK.get(kind, _BLANK_CELL) for kind in kinds[start:stop])
    if start == 0 < stop and kinds[0] is ColumnKind.LEAD_DEPARTMENT:
        return blank - _BLANK[ColumnKind.LEAD_DEPARTMENT] + _BLANK[ColumnKind.GOAL]
    return blank
