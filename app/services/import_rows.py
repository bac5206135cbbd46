"""From recognised rows to rows of tables: what a new plan and a newer version of one both need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.imports import BatchState, ImportBatch
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, ProgressReport, ReportState
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.directory import names_to_ids
from app.queries.import_aliases import ALIASES, meant
from app.queries.imports import DEPARTMENT_FIELDS, new_names
from app.rules.permissions import Viewer
from app.services import events
from app.services.bulk import insert_rows, nobody, told_of
from app.services.directory import kind_of
from app.services.import_aliases import enter_aliases
from app.services.import_gaps import due_filled_in, filled_in
from app.services.import_names import remember_entered
from app.services.issued_progress import told_by
from app.services.periods import next_open_period
from importers import Listener
from importers.values.deadlines import read_deadline

ROLES = dict(
    zip(DEPARTMENT_FIELDS, (AssignmentRole.LEAD, AssignmentRole.MAIN, AssignmentRole.SUPPORTING), strict=True)
)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Directory:
    """Names as the jurisdiction knows them, aliases included."""

    officials: dict[str, int]
    departments: dict[str, int]

    def shares(self, task: Row) -> list[tuple[AssignmentRole, int]]:
        """Who answers for a recognised row: officials, then units; one named twice answers once, most strongly."""
        people = dict.fromkeys(self.officials[name] for name in task["officials"])
        units: dict[int, AssignmentRole] = {}
        for field, role in ROLES.items():
            for name in task[field]:
                units.setdefault(self.departments[name], role)
        return [(AssignmentRole.OFFICIAL, person) for person in people] + [
            (role, unit) for unit, role in units.items()
        ]


def ensure_names(session: Session, batch: ImportBatch, actor: Viewer) -> Directory:
    """Add the names and aliases of the file that the directory does not know, and return the directory.

    Aliases are entered by the commit alone: a version that stands again when a later one is undone brings none back.
    """
    new = new_names(session, actor, batch)
    _add(session, batch, Official, [{"name": name, "post": ""} for name in new.officials])
    _add(
        session,
        batch,
        Department,
        [{"name": name, "short_name": "", "kind": kind_of(name)} for name in new.departments],
    )
    is_commit = batch.state is BatchState.PREVIEWED
    aliases = enter_aliases(session, batch, actor=actor) if is_commit else {}
    officials, departments = names_to_ids(session, batch.jurisdiction_id)
    same = meant(batch, departments)
    departments |= {alias: departments[name] for alias, name in same.items() if name in departments}
    directory = Directory(officials, departments)
    entered = {
        "officials": {name: directory.officials[name] for name in new.officials},
        "departments": {name: directory.departments[name] for name in new.departments},
        ALIASES: aliases,
    }
    remember_entered(session, batch, entered)
    return directory


def goal_row(batch: ImportBatch, plan: Plan, position: int, goal: Row) -> Row:
    return {
        "jurisdiction_id": batch.jurisdiction_id,
        "plan_id": plan.id,
        "position": position,
        "number": number_text(goal["number"]),
        "name": goal["name"],
    }


def task_row(batch: ImportBatch, plan: Plan, position: int, task: Row, goal_ids: list[int]) -> Row:
    """What the file decides of a task; its progress is not among it."""
    return {
        "goal_id": None if task["goal_index"] is None else goal_ids[task["goal_index"]],
        "position": position,
        "number": number_text(task["number"]),
        "standard": task["standard"],
        "due_text": task["due_text"],
        "due_on": due_date(task, plan),
        "batch_id": batch.id,
        "place": task["place"],
        "inherited": task["inherited"],
        "extra": issued_words(batch, task),
    }


def issued_words(batch: ImportBatch, task: Row) -> Row:
    """Columns without a field of ours; the progress the table was issued with stands there too, for the workbook."""
    columns = [column["header"] for column in batch.recognised["columns"] if column["kind"] == "progress"]
    if len(columns) != 1 or not task["progress"]:
        return dict(task["extra"])
    return {**task["extra"], columns[0]: task["progress"]}


def due_date(task: Row, plan: Plan) -> date:
    """The day as it was read and shown, or as a person has said; without words, the end of the plan's year.

    A table read before its year was known (a caller's own) has its words read once more.
    """
    if task["due_on"]:
        return date.fromisoformat(task["due_on"])
    day = read_deadline(task["due_text"], plan.year).due_on if task["due_text"] else None
    return day or plan.ends_on


def new_task_row(batch: ImportBatch, plan: Plan, position: int, task: Row, goal_ids: list[int]) -> Row:
    return task_row(batch, plan, position, task, goal_ids) | {
        "jurisdiction_id": batch.jurisdiction_id,
        "plan_id": plan.id,
        "starts_on": plan.starts_on,
        "status": TaskStatus.NOT_STARTED,
        "withdrawn_reason": "",
    }


def write_tasks(
    session: Session,
    batch: ImportBatch,
    plan: Plan,
    actor: Viewer,
    rows: list[tuple[int, Row]],
    goal_ids: list[int],
    listener: Listener = nobody,
) -> list[int]:
    """New tasks with their assignments, events and any progress the file already tells. ``rows``: (position, row)."""
    directory = ensure_names(session, batch, actor)
    for some in told_of(rows, "tasks", listener):
        insert_rows(session, Task, [new_task_row(batch, plan, *row, goal_ids) for row in some])
    inserted = select(col(Task.position), col(Task.id)).where(
        col(Task.plan_id) == plan.id, col(Task.batch_id) == batch.id, col(Task.withdrawn_at).is_(None)
    )
    ids = {row.position: row.id for row in session.execute(inserted)}
    task_ids = [ids[position] for position, _ in rows]
    told = [(task_id, row) for task_id, (_, row) in zip(task_ids, rows, strict=True)]
    for some in told_of(told, "bearers", listener):
        write_assignments(session, plan, [(task_id, directory.shares(row)) for task_id, row in some])
    write_events(
        session,
        batch,
        plan,
        actor,
        [("task_imported", task_id, _origin(row)) for task_id, row in told],
    )
    _carry_progress(session, plan, actor, directory, told)
    return task_ids


def write_assignments(
    session: Session, plan: Plan, shares: Iterable[tuple[int, list[tuple[AssignmentRole, int]]]]
) -> None:
    common = {"jurisdiction_id": plan.jurisdiction_id, "plan_id": plan.id}
    rows = [
        {
            **common,
            "task_id": task_id,
            "role": role,
            "official_id": bearer if role is AssignmentRole.OFFICIAL else None,
            "department_id": None if role is AssignmentRole.OFFICIAL else bearer,
            "position": position,
        }
        for task_id, bearers in shares
        for position, (role, bearer) in enumerate(bearers, 1)
    ]
    insert_rows(session, Assignment, rows)


def write_events(
    session: Session, batch: ImportBatch, plan: Plan, actor: Viewer, deeds: Iterable[tuple[str, int, Row]]
) -> None:
    """One event per task, each naming the batch. ``deeds``: (kind, task id, detail)."""
    here = {"plan_id": plan.id, "batch_id": batch.id}
    events.record_all(
        session,
        actor,
        [{**here, "kind": kind, "task_id": task_id, "detail": detail} for kind, task_id, detail in deeds],
    )


def _origin(task: Row) -> Row:
    """Where the task stands in the file, and what a person has added to it."""
    added = {"filled_in": filled_in(task), "due_filled_in": due_filled_in(task)}
    return {"place": task["place"], **{name: told for name, told in added.items() if told}}


def number_text(number: int | str | None) -> str:
    return "" if number is None else str(number)


def _add(
    session: Session, batch: ImportBatch, table: type[Official] | type[Department], rows: list[Row]
) -> None:
    last = session.execute(
        select(func.max(table.position)).where(col(table.jurisdiction_id) == batch.jurisdiction_id)
    ).scalar_one()
    insert_rows(
        session,
        table,
        [
            {"jurisdiction_id": batch.jurisdiction_id, "position": position} | row
            for position, row in enumerate(rows, (last or 0) + 1)
        ],
    )


def _carry_progress(
    session: Session, plan: Plan, actor: Viewer, directory: Directory, tasks: list[tuple[int, Row]]
) -> None:
    """What the file already tells of the progress becomes each task's first report: no word is lost."""
    told = [
        (task_id, words, directory.shares(row))
        for task_id, row in tasks
        if (words := told_by(plan.columns, row))
    ]
    if not told:
        return
    period = next_open_period(session, plan, actor.today)
    named = select(col(Department.id), col(Department.name)).where(
        col(Department.jurisdiction_id) == plan.jurisdiction_id
    )
    names: dict[int | None, str] = {row.id: row.name for row in session.execute(named)}
    reports = []
    moved: dict[tuple[TaskStatus, int | None], list[int]] = {}
    for task_id, words, shares in told:
        unit = next((bearer for role, bearer in shares if role is not AssignmentRole.OFFICIAL), None)
        reports.append(
            {
                "jurisdiction_id": plan.jurisdiction_id,
                "task_id": task_id,
                "period_id": period.id,
                "department_id": unit,
                "department_name": names.get(unit, ""),
                "author_id": actor.user_id,
                "author_name": IMPORTED_BY,
                "state": ReportState.SUBMITTED,
                "status": words.status,
                "completion": words.completion,
                "progress": words.progress,
                "problems": words.problems,
                "next_steps": words.next_steps,
                "submitted_at": actor.now,
            }
        )
        if words.moves_task:
            moved.setdefault((words.status, words.completion), []).append(task_id)
    insert_rows(session, ProgressReport, reports)
    for (status, completion), task_ids in moved.items():
        values = {"status": status, "completion": completion, "reported_at": actor.now}
        session.execute(update(Task).where(col(Task.id).in_(task_ids)).values(values))
