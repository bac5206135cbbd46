"""The ledger of the issued table of 2018, built from the file itself, and the workbook made of it."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.models.task import AssignmentRole, TaskStatus
from app.queries.ledger import Ledger, LedgerColumn
from app.queries.tasks import Named, Responsibility, TaskRow
from app.queries.workload import Standing, WorkloadRow
from app.reports.ledger import ledger_workbook
from app.rules.status import Facts, Judgement, Thresholds, judge
from importers import ImportedRow, RecognisedTable, read_table

FILE = Path(__file__).resolve().parents[2] / "examples" / "武进区2018年目标任务责任分解表.xlsx"
AS_OF = date(2018, 9, 28)
YEAR_END = date(2018, 12, 31)
TABLE_TOP = 4
"""The first row below title, day and header."""


@cache
def issued_table() -> RecognisedTable:
    return read_table(FILE.read_bytes(), FILE.name)


@cache
def issued_ledger() -> Ledger:
    return ledger_of(issued_table())


def ledger_of(table: RecognisedTable) -> Ledger:
    """The ledger of a table just imported, nothing reported yet."""
    ids: dict[str, int] = {}
    tasks = [_task(table, position, row, ids) for position, row in enumerate(table.tasks, 1)]
    columns = [LedgerColumn(column.header, str(column.kind)) for column in table.columns]
    officials = _workload(tasks, AssignmentRole.OFFICIAL)
    departments = _workload(tasks, AssignmentRole.LEAD)
    return Ledger(
        table.title, table.title, 2018, AS_OF, columns, tasks, officials, departments, demonstration=True
    )


def ledger_with(*changed: TaskRow, **fields: object) -> Ledger:
    """The issued ledger with these tasks in place of all others."""
    return replace(issued_ledger(), tasks=list(changed), **fields)


def task(index: int = 0, **fields: object) -> TaskRow:
    return replace(issued_ledger().tasks[index], **fields)


def opened(ledger: Ledger) -> Workbook:
    return load_workbook(BytesIO(ledger_workbook(ledger)))


def first_sheet(ledger: Ledger) -> Worksheet:
    return opened(ledger).worksheets[0]


def judged(completion: int | None, status: TaskStatus = TaskStatus.IN_PROGRESS) -> Judgement:
    return judge(Facts(status, completion, date(2018, 1, 1), YEAR_END), AS_OF, Thresholds())


def _task(table: RecognisedTable, position: int, row: ImportedRow, ids: dict[str, int]) -> TaskRow:
    def named(names: list[str]) -> list[Named]:
        return [Named(ids.setdefault(name, len(ids) + 1), name) for name in names]

    goal = table.goals[row.goal] if row.goal is not None else None
    return TaskRow(
        id=position,
        position=position,
        number=str(row.number),
        goal_id=row.goal,
        goal_number="" if goal is None or goal.number is None else str(goal.number),
        goal_name="" if goal is None else goal.name,
        standard=row.standard,
        responsibility=Responsibility(
            named(row.officials),
            named(row.lead_departments),
            named(row.main_departments),
            named(row.supporting_departments),
        ),
        due_text=row.due_text,
        due_on=row.due_on or YEAR_END,
        status=TaskStatus.IN_PROGRESS,
        judgement=judged(position % 101),
        progress=f"第{position}项正在推进。",
        reported_at=None,
        inherited=row.inherited,
        extra=row.extra,
    )


def _workload(tasks: list[TaskRow], role: AssignmentRole) -> list[WorkloadRow]:
    rows: dict[int, WorkloadRow] = {}
    for each in tasks:
        for bearer in each.responsibility.of(role):
            row = rows.setdefault(bearer.id, WorkloadRow(bearer.id, bearer.name, Standing(), {}))
            row.standing.add(each.judgement, 1)
            row.roles[role] = row.roles.get(role, 0) + 1
    return sorted(rows.values(), key=lambda row: -row.standing.total)
