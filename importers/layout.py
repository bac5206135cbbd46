"""Which column of a table holds what, settled with the rows below the header."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from importers import columns
from importers.columns import FIELD_OF_KIND, ColumnKind
from importers.counting import may_head_rows
from importers.goals import GOAL_RANK, SECTION_RANK
from importers.grid import Grid, Row
from importers.header_rows import Header
from importers.numbering import BULLET_RANK, TASK_RANK, Numbering, number_inside, numbering_of
from importers.raw import DEPARTMENT_FIELDS
from importers.rows import Column

INNER_NUMBER = re.compile(r"^(?:\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]|[①-⒛])", re.MULTILINE)
_MERE_WORDS = 6
_FEWEST_SPANNED = 2
_FEWEST_NAMED = 3
_FEWEST_PLAIN = 2  # headings without a number
_HEADS = re.compile(r"[及和与、/（(].{0,3}(负责人|责任人|负责同志|联系人|联络员)")
_MEASURES = re.compile(r"^(?!.*(任务|内容|措施|举措)).*(标准|要求|目标|指标)")  # how well, and not what
_SIGNED = re.compile(r"\s*[一-龥 \u3000]{2,8}[:：（(]")
_HEADS_TASKS = frozenset({ColumnKind.SECTION, ColumnKind.GOAL})
_ODD_NUMBERS = 4  # of five numbers one may stand beside the wrong row
_LONGEST_NAME = 16  # a name beside the sentences, in a table whose goals stand in a column of their own
_NAME_LENGTH = 8  # 老旧小区改造: a name; a sentence that says what to do is longer


@dataclass(slots=True)
class TableLayout:
    """The columns of one table by their meaning; numbers are those of the grid."""

    task: int
    number: int | None
    goal_columns: list[tuple[float, int]]
    fields: dict[str, list[int]]
    progress: list[tuple[int, str]]
    extra: list[tuple[int, str]]
    columns: list[Column]
    headers: dict[int, str]
    numbers_goals: bool = False
    named: int | None = None  # the column with a short name of each task, which its text begins with
    one_task_each: bool = False
    bulleted: bool = False
    embedded_numbers: bool = False
    merged_fields: set[str] = field(default_factory=set)
    trace: list[str] = field(default_factory=list)
    with_heads: frozenset[str] = frozenset()  # fields whose header says that the units' heads are named too
    both_roles: frozenset[str] = (
        frozenset()
    )  # fields whose one column is for those who lead and those who help
    plain_heads: frozenset[int] = (
        frozenset()
    )  # rows that are headings without a number, where the task stands first
    doubts: list[str] = field(default_factory=list)  # what cannot be known about the columns

    @property
    def names_nobody(self) -> bool:
        """Whether no column is for units."""
        return self.fields.keys().isdisjoint(DEPARTMENT_FIELDS)

    def unit_fields(self) -> tuple[str, ...]:
        """The fields of the columns for units, from left to right."""
        found = [name for name in DEPARTMENT_FIELDS if name in self.fields]
        return tuple(sorted(found, key=lambda name: min(self.fields[name])))

    def number_in(self, task: str) -> Numbering | None:
        """The number a task carries in its own words, where the tasks of this table do."""
        return number_inside(task) if self.embedded_numbers else None

    def headers_of(self, name: str) -> str:
        """The header an officer knows a field by."""
        return "、".join(dict.fromkeys(self.headers[column] for column in self.fields[name]))


def settle_layout(grid: Grid, header: Header) -> TableLayout:
    """Give every column one meaning: by its header, its neighbours, and (task or goal) how its cells are drawn."""
    numbers = sorted(header.cells)
    rows = [row for row in grid.rows[header.last + 1 :] if row.cells]
    cells = [header.cells[number] for number in numbers]
    kinds = columns.settle(columns.by_words([cell.header for cell in cells], [cell.kind for cell in cells]))
    kind_of = dict(zip(numbers, kinds, strict=True))
    _let_spanning_be_goal(kind_of, rows)
    behind = _task_before_units(kind_of, header, rows)
    named, rival = _choose_task(kind_of, rows)
    rival = rival if behind is None else behind
    task = next(number for number in numbers if kind_of[number] is ColumnKind.TASK)
    for behind in (n for n in numbers if n > task and kind_of[n] in _HEADS_TASKS):
        kind_of[behind] = ColumnKind.OTHER  # 目标类型 behind the task sorts it and heads nothing
    _let_own_numbers_count(kind_of, header, rows, task)
    number = next((n for n in numbers if kind_of[n] is ColumnKind.NUMBER), None)
    if number is not None and not any(row.own(number) for row in rows):
        number = None  # numbered by the word processor or by a formula: the numbers are no text
    goal_columns = _goal_columns(kind_of)
    layout = TableLayout(
        task=task,
        number=number,
        goal_columns=goal_columns,
        fields={
            name: found
            for kind, name in FIELD_OF_KIND.items()
            if (found := [n for n in numbers if kind_of[n] is kind])
        },
        progress=[(n, header.cells[n].header) for n in numbers if kind_of[n] is ColumnKind.PROGRESS],
        extra=_extra(kind_of, header),
        columns=_columns(numbers, kind_of, header),
        headers={n: header.cells[n].header for n in numbers},
    )
    layout.named = named
    if rival is not None:
        layout.doubts.append(
            f"“{layout.headers[task]}”与“{layout.headers[rival]}”两栏都像任务，按“{layout.headers[task]}”读入，请核对"
        )
    layout.merged_fields = {
        name
        for name, found in layout.fields.items()
        if any(row.continues(column) for row in rows for column in found)
    }
    layout.with_heads = frozenset(
        name for name in DEPARTMENT_FIELDS if name in layout.fields and _HEADS.search(layout.headers_of(name))
    )
    layout.both_roles = frozenset(
        name
        for name in DEPARTMENT_FIELDS
        if any(columns.mixes_roles(layout.headers[column]) for column in layout.fields.get(name, []))
    )
    layout.numbers_goals = _numbers_goals(layout, rows)
    layout.one_task_each = bool(goal_columns) and _one_task_each(layout, rows)
    layout.bulleted = _has_bullets(layout, rows)
    layout.embedded_numbers = _numbers_inside(layout, rows)
    layout.plain_heads = _plain_heads(rows) if task == numbers[0] else frozenset()
    layout.trace = _trace(grid, header, kind_of, layout)
    return layout


def _plain_heads(rows: list[Row]) -> frozenset[int]:
    """The numbers of rows that hold short words alone, one above the first row (民生福祉): headings."""
    table = [(row, texts) for row in rows if (texts := row.texts())]
    heads = [len(texts) == 1 and may_head_rows(texts[0][1], "") for _, texts in table]
    apart = not any(head and below for head, below in pairwise([*heads, True]))
    if not heads or not heads[0] or sum(heads) < _FEWEST_PLAIN or not apart:
        return frozenset()
    return frozenset(row.number for (row, _), head in zip(table, heads, strict=True) if head)


def _task_before_units(kind_of: dict[int, ColumnKind], header: Header, rows: list[Row]) -> int | None:
    """重点任务 | 责任单位 | 工作要求: what stands before the units and is new in each row is the task.

    Told is the column behind the units that had passed for the tasks.
    """
    units = [number for number, kind in kind_of.items() if kind in columns.DEPARTMENT_KINDS]
    tasks = [number for number, kind in kind_of.items() if kind is ColumnKind.TASK]
    heads = [number for number, kind in kind_of.items() if kind is ColumnKind.GOAL]
    if not units or not heads or not tasks or min(tasks) < min(units) or max(heads) > min(units):
        return None
    texts = [row.own(heads[-1]) for row in rows if row.own(tasks[0])]
    if (
        not _MEASURES.search(header.cells[tasks[0]].header)
        or not all(texts)
        or len(set(texts)) < len(texts)
        or sum(map(len, texts)) <= _NAME_LENGTH * len(texts)
    ):
        return None
    kind_of[heads[-1]], kind_of[tasks[0]] = ColumnKind.TASK, ColumnKind.OTHER
    return tasks[0]


def _let_spanning_be_goal(kind_of: dict[int, ColumnKind], rows: list[Row]) -> None:
    """工作内容 drawn over several rows of 重点任务: what spans is the goal, and what is written anew the task."""
    tasks = [number for number, kind in kind_of.items() if kind is ColumnKind.TASK]
    units = [number for number, kind in kind_of.items() if kind in columns.DEPARTMENT_KINDS]
    goals = [
        number
        for number, kind in kind_of.items()
        if kind is ColumnKind.GOAL and len(tasks) == 1 and tasks[0] < number < min(units, default=number + 1)
    ]
    if len(goals) != 1:
        return
    below = [row for row in rows if row.continues(tasks[0]) and row.own(goals[0])]
    if len(below) >= _FEWEST_SPANNED and all(row.own(goals[0]) for row in rows if row.own(tasks[0])):
        kind_of[tasks[0]], kind_of[goals[0]] = ColumnKind.GOAL, ColumnKind.TASK


def _let_own_numbers_count(
    kind_of: dict[int, ColumnKind], header: Header, rows: list[Row], task: int
) -> None:
    """序号 drawn over several tasks, and 编号 (1-1, 1-2) anew beside each: the latter numbers the tasks."""
    first = next((number for number, kind in kind_of.items() if kind is ColumnKind.NUMBER), None)
    tasks = [row for row in rows if row.own(task)]
    if first is None or sum(row.continues(first) for row in tasks) < _FEWEST_SPANNED:
        return
    for number, kind in kind_of.items():
        own = [row.own(number) for row in tasks]
        numbers = kind is ColumnKind.OTHER and header.cells[number].kind is ColumnKind.NUMBER
        if numbers and all(own) and len(set(own)) == len(own):
            kind_of[first], kind_of[number] = ColumnKind.OTHER, ColumnKind.NUMBER
            return


def _choose_task(kind_of: dict[int, ColumnKind], rows: list[Row]) -> tuple[int | None, int | None]:
    """Of several task columns the one written anew in every row holds the tasks; one that spans them, the goals.

    Also told: the column of short names that belong to the tasks, and one that may hold the tasks as well.
    """
    candidates = [number for number, kind in kind_of.items() if kind is ColumnKind.TASK]
    if len(candidates) < 2:
        return _name_before(kind_of, rows, candidates), None
    filled = Counter({number: sum(bool(row.own(number)) for row in rows) for number in candidates})
    most = max(filled.values())
    full = [number for number in candidates if filled[number] == most]
    lengths = {number: _mean_length(rows, number) for number in full}
    task = _longer(full, lengths)
    named = rival = None
    heads = any(kind in _HEADS_TASKS for number, kind in kind_of.items() if number < full[0])
    first, second = (lengths[number] for number in (full * 2)[:2])
    if first <= _LONGEST_NAME and (first < second if heads else _NAME_LENGTH < first < second / 1.5):
        named, task = full[0], full[1]
    elif len(full) > 1 and min(lengths.values()) > _NAME_LENGTH:
        rival = next(number for number in full if number != task)
    for number in candidates:
        if number < task:
            kind_of[number] = ColumnKind.OTHER if number == named else ColumnKind.GOAL
        elif number > task:
            kind_of[number] = ColumnKind.OTHER
    return named, rival


def _name_before(kind_of: dict[int, ColumnKind], rows: list[Row], tasks: list[int]) -> int | None:
    """名称 | 2025年目标 over 防汛应急预案 and 修订: in every row another name, and a word or two of what to do with it."""
    goals = [number for number, kind in kind_of.items() if kind in _HEADS_TASKS]
    if not tasks or not goals or goals[-1] > tasks[0] or _mean_length(rows, tasks[0]) > _MERE_WORDS:
        return None
    names = [row.own(goals[-1]) for row in rows if row.own(tasks[0])]
    longer = sum(map(len, names)) > _MERE_WORDS * len(names)
    again = len(names) - len(set(names))  # the header on the next page
    if len(names) < _FEWEST_NAMED or not all(names) or again * 10 > len(names) or not longer:
        return None
    kind_of[goals[-1]] = ColumnKind.OTHER
    return goals[-1]


def _longer(full: list[int], lengths: dict[int, float]) -> int:
    """The first of several full columns; but where it holds mere names and another sentences, that other."""
    longest = max(full, key=lambda number: lengths[number])
    return (
        longest if lengths[full[0]] <= _NAME_LENGTH and lengths[longest] >= 2 * lengths[full[0]] else full[0]
    )


def _mean_length(rows: list[Row], column: int) -> float:
    texts = [text for row in rows if (text := row.own(column))]
    return sum(map(len, texts)) / max(len(texts), 1)


def _goal_columns(kind_of: dict[int, ColumnKind]) -> list[tuple[float, int]]:
    ranks = {ColumnKind.SECTION: SECTION_RANK, ColumnKind.GOAL: GOAL_RANK}
    found = [number for number in sorted(kind_of) if kind_of[number] in ranks]
    return [(ranks[kind_of[number]] + index / 100, number) for index, number in enumerate(found)]


def _extra(kind_of: dict[int, ColumnKind], header: Header) -> list[tuple[int, str]]:
    return [(n, header.cells[n].header) for n in sorted(kind_of) if kind_of[n] in columns.KEPT_AS_WRITTEN]


def _columns(numbers: list[int], kind_of: dict[int, ColumnKind], header: Header) -> list[Column]:
    """The columns as issued: a header drawn across two cells counts once."""
    found: list[Column] = []
    for number in numbers:
        column = Column(header.cells[number].header, kind_of[number])
        if not (found and found[-1] == column):
            found.append(column)
    return found


def _task_rows(layout: TableLayout, rows: list[Row]) -> list[Row]:
    """The rows that hold tasks, without those at the end that sign the table: 填表人：… beside 审核人：…."""
    tasks = [row for row in rows if row.own(layout.task)]
    while tasks and all(_SIGNED.match(text) for _, text in tasks[-1].texts()):
        tasks.pop()
    return tasks


def _numbers_goals(layout: TableLayout, rows: list[Row]) -> bool:
    """Whether 序号 numbers the goals: a new number then begins with a goal and none where a goal goes on."""
    if layout.number is None or not layout.goal_columns:
        return False
    goal = layout.goal_columns[-1][1]
    tasks = _task_rows(layout, rows)
    if all(row.own(goal) for row in tasks):
        return False
    beginning = inside = 0
    number = ""
    for row in tasks:
        own = row.own(layout.number)
        if own and own != number:
            number = own
            beginning += bool(row.own(goal))
            inside += not row.own(goal)
    if inside and beginning > inside * _ODD_NUMBERS:
        layout.doubts.append("个别序号写在同一目标的后几行，按目标的序号读入，请核对")
    elif not inside and layout.number > goal:
        layout.doubts.append("序号写在目标之后，又与目标合并得一样，按目标的序号读入，任务另编流水号；请核对")
    return bool(beginning) and beginning > inside * _ODD_NUMBERS


def _one_task_each(layout: TableLayout, rows: list[Row]) -> bool:
    """Whether every task is a goal of its own; a goal written again under another number has several."""
    column = layout.goal_columns[-1][1]
    tasks = _task_rows(layout, rows)
    if not all(row.own(column) for row in tasks):
        return False
    return layout.number is None or not any(
        row.own(column) == above.own(column) and row.own(layout.number) != above.own(layout.number)
        for above, row in pairwise(tasks)
    )


def _has_bullets(layout: TableLayout, rows: list[Row]) -> bool:
    """Whether △ begins the tasks; a row without it is then the heading of those below."""
    found = [numbering_of(text) for row in rows if (text := row.own(layout.task))]
    return sum(each is not None and each.rank == BULLET_RANK for each in found) * 2 >= max(len(found), 1)


def _numbers_inside(layout: TableLayout, rows: list[Row]) -> bool:
    """Whether the tasks carry their numbers in their own text (14.改扩建…)."""
    if layout.number is not None and not layout.numbers_goals:
        return False
    texts = [text for row in rows if (text := row.own(layout.task))]
    found = [number_inside(text) for text in texts if len(INNER_NUMBER.findall(text)) < 2]
    heads = sum(each is not None and each.rank < TASK_RANK for each in found)  # （一）… across the table
    told = sum(each is not None and (isinstance(each.number, int) or "." in each.number) for each in found)
    return told * 2 > len(texts) - heads


def _trace(grid: Grid, header: Header, kind_of: dict[int, ColumnKind], layout: TableLayout) -> list[str]:
    place = grid.place(grid.rows[header.first].number)
    lines = [
        f"{place} 表头“{cell.header}”→ {kind_of[number]}：{cell.why or '不认识的表头，作为附加栏保留'}"
        for number, cell in sorted(header.cells.items())
    ]
    if layout.numbers_goals:
        lines.append(f"{place} 序号是目标的序号（同一目标的后几行没有序号），任务另编流水号")
    if layout.embedded_numbers:
        lines.append(f"{place} 任务的序号写在任务文字里")
    told = [number for number, cell in header.cells.items() if cell.kind is ColumnKind.RESPONSIBLE]
    if told:
        as_lead = kind_of[told[0]] is ColumnKind.LEAD_DEPARTMENT
        lines.append(
            f"{place} 责任单位按{'牵头' if as_lead else '配合'}读入：{'没有' if as_lead else '另有'}牵头栏"
        )
    for name in sorted(layout.merged_fields):
        lines.append(f"{place} “{layout.headers_of(name)}”有竖向合并的单元格，合并处沿用上行")
    return lines
