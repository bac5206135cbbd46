"""What each column of the ledger shows: the issued table's own columns, then 进展情况, 完成率 and 状态."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.clock import short_day
from app.queries.ledger import Ledger, LedgerColumn
from app.queries.tasks import Named, TaskRow
from app.reports import look
from app.reports.cells import Value
from app.reports.look import Style

OURS = 3
"""Columns we append: 进展情况, 完成率, 状态."""

HIDDEN = "—"
"""Stands where the viewer's unit has no part in a task."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how wide, how set, what it shows of a task, and whether the issued table merged it."""

    header: str
    width: float
    style: Style
    value: Callable[[TaskRow], Value]
    inherited: str = ""
    """The name under which a task says that this cell was left to the row above."""


_Shape = tuple[float, Style]
_SHAPES: dict[str, _Shape] = {
    "number": (4.5, look.CENTRED),
    "section": (10, look.CENTRED),
    "goal": (12, look.CENTRED),
    "task": (40, look.TEXT),
    "official": (10, look.CENTRED),
    "lead_department": (14, look.CENTRED),
    "main_department": (14, look.CENTRED),
    "supporting_department": (16, look.CENTRED),
    "due": (13, look.DATE),
    "progress": (30, look.TEXT),
    "plan": (26, look.TEXT),
    "evaluation": (10, look.CENTRED),
}
_OTHER_SHAPE: _Shape = (14, look.TEXT)


def _names(people: list[Named]) -> str:
    return "\n".join(named.name for named in people)


_FIELDS: dict[str, tuple[str, Callable[[TaskRow], Value]]] = {
    "task": ("", lambda task: task.standard),
    "official": ("officials", lambda task: _names(task.responsibility.officials)),
    "lead_department": ("lead_departments", lambda task: _names(task.responsibility.lead_departments)),
    "main_department": ("main_departments", lambda task: _names(task.responsibility.main_departments)),
    "supporting_department": (
        "supporting_departments",
        lambda task: _names(task.responsibility.supporting_departments),
    ),
    "due": ("due", lambda task: _due(task)),
}


def columns_of(ledger: Ledger) -> list[Column]:
    """The issued columns in their order, one for extensions where none of them tells of these, then our three."""
    issued = ledger.columns or _usual_columns(ledger.tasks)
    goal_at = _goal_column(issued)
    shown: set[str] = set()
    columns: list[Column] = []
    for index, column in enumerate(issued):
        width, style = _SHAPES.get(column.kind, _OTHER_SHAPE)
        inherited, value = _content(column, index == goal_at, shown, ledger)
        columns.append(Column(column.header, width, style, value, inherited))
        shown.add(column.kind)
    if ledger.tells_extensions and "due" not in shown and any(map(_extension, ledger.tasks)):
        columns.append(Column("经批准延期", 16, look.CENTRED, _extension))
    return [
        *columns,
        Column("进展情况", 36, look.TEXT, _progress),
        Column("完成率", 7.5, look.PERCENT, _completion),
        Column("状态", 13, look.CENTRED, _standing),
    ]


def shows_goals(ledger: Ledger) -> bool:
    """Whether the issued table names its goals in a column; otherwise they stand as lines across the table."""
    return _goal_column(ledger.columns) is not None


def goal_line(task: TaskRow) -> str:
    """A goal as a line across the table, its number before its name."""
    number, name = task.goal_number, task.goal_name
    return f"{number}　{name}" if number and not name.startswith(number) else name


def _content(
    column: LedgerColumn, names_goal: bool, shown: set[str], ledger: Ledger
) -> tuple[str, Callable[[TaskRow], Value]]:
    if names_goal:
        return "goal", lambda task: task.goal_name
    if column.kind in shown:  # the second of two alike: everything stands in the first
        return _extra(column)
    if column.kind == "number":
        numbers_goals = shows_goals(ledger) and _numbers_goals(ledger.tasks)
        return "number", lambda task: _number(task.goal_number if numbers_goals else task.number)
    return _FIELDS.get(column.kind) or _extra(column)


def _extra(column: LedgerColumn) -> tuple[str, Callable[[TaskRow], Value]]:
    return "", lambda task: str(task.extra.get(column.header, ""))


def _goal_column(columns: list[LedgerColumn]) -> int | None:
    """The last goal column names the goal; a category column does where there is no other."""
    for kind in ("goal", "section"):
        found = [index for index, column in enumerate(columns) if column.kind == kind]
        if found:
            return found[-1]
    return None


def _numbers_goals(tasks: Iterable[TaskRow]) -> bool:
    """Whether the importer took 序号 for the goals' number: their tasks were then counted by themselves.

    A number merged over several tasks is the same in all of them, and none of the goal's.
    """
    going_on = [(above, task) for above, task in pairwise(tasks) if "goal" in task.inherited]
    goals = sum(
        "number" in task.inherited and bool(task.goal_number) and task.number != above.number
        for above, task in going_on
    )
    return 2 * goals > len(going_on)


def _number(number: str) -> Value:
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else number


def _progress(task: TaskRow) -> Value:
    return HIDDEN if task.judgement.light == "hidden" else task.progress


def _completion(task: TaskRow) -> Value:
    if task.judgement.light == "hidden":
        return HIDDEN
    completion = task.judgement.completion
    return None if completion is None else completion / 100


def _due(task: TaskRow) -> Value:
    """The office's own words, and beside them the day an approved extension (延期) moved it to."""
    if task.original_due_on is None:
        return task.due_text or task.due_on
    year = task.original_due_on.year
    issued = task.due_text or short_day(task.original_due_on, year)
    return f"{issued}（经批准延至{short_day(task.due_on, year)}）"


def _extension(task: TaskRow) -> Value:
    """The day an approved extension (延期) moved the task to, and from which, for a table without 完成时限."""
    if task.original_due_on is None:
        return None
    year = task.original_due_on.year
    return f"原定{short_day(task.original_due_on, year)}\n延至{short_day(task.due_on, year)}"


def _standing(task: TaskRow) -> Value:
    """The light in a word; what the supervision office said (人工评定) says so."""
    return f"{task.judgement.label}（评定）" if task.judgement.is_rated else task.judgement.label


def _usual_columns(tasks: list[TaskRow]) -> list[LedgerColumn]:
    """For a plan issued as paragraphs, the columns a table of it would have."""
    people = [task.responsibility for task in tasks]
    optional = (
        ("分管领导", "official", any(each.officials for each in people)),
        ("牵头单位", "lead_department", any(each.lead_departments for each in people)),
        ("主责单位", "main_department", any(each.main_departments for each in people)),
        ("配合单位", "supporting_department", any(each.supporting_departments for each in people)),
        ("完成时限", "due", any(task.due_text for task in tasks)),
    )
    wanted = [LedgerColumn(header, kind) for header, kind, filled in optional if filled]
    return [LedgerColumn("序号", "number"), LedgerColumn("工作标准", "task"), *wanted]
