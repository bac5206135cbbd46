"""Import batches and the originals they came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import User
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch, StoredFile
from app.models.plan import Plan
from app.queries.directory import names_to_ids
from app.rules.permissions import Action, Viewer, can

URGENCY = {"error": 0, "warning": 1, "note": 2}
DEPARTMENT_FIELDS = ("lead_departments", "main_departments", "supporting_departments")


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of the list of imports."""

    id: int
    file_name: str
    title: str
    year: int
    state: BatchState
    plan_id: int | None
    by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewNames:
    """Names of the file that the directory does not know yet, in order of appearance."""

    officials: list[str]
    departments: list[str]


def list_batches(session: Session, viewer: Viewer) -> list[BatchRow]:
    """All imports of the jurisdiction, the newest first."""
    query = (
        select(ImportBatch, col(StoredFile.name), col(User.name))
        .join(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .outerjoin(User, col(User.id) == col(ImportBatch.created_by))
        .where(col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(ImportBatch.id).desc())
    )
    return [
        BatchRow(
            batch.id or 0,
            file,
            batch.title,
            batch.year,
            batch.state,
            batch.plan_id,
            by or "命令行",
            batch.created_at,
        )
        for batch, file, by in session.execute(query)
    ]


def get_batch(session: Session, viewer: Viewer, batch_id: int) -> ImportBatch:
    """Raises ``NotFound`` when the batch does not exist for this viewer."""
    batch = session.get(ImportBatch, batch_id)
    if (
        batch is None
        or batch.jurisdiction_id != viewer.jurisdiction_id
        or not can(viewer, Action.IMPORT_PLAN)
    ):
        raise NotFound("没有找到这次导入。", "请从“导入”页面重新选择。")
    return batch


def get_original(session: Session, viewer: Viewer, batch_id: int) -> StoredFile:
    """The uploaded file of a batch, byte for byte."""
    batch = get_batch(session, viewer, batch_id)
    original = session.get(StoredFile, batch.file_id)
    if original is None:
        raise NotFound("没有找到原始文件。")
    return original


def latest_batch(session: Session, plan: Plan) -> ImportBatch | None:
    """The import that the plan's table stands on now."""
    query = (
        select(ImportBatch)
        .where(col(ImportBatch.plan_id) == plan.id, col(ImportBatch.state) == BatchState.COMMITTED)
        .order_by(col(ImportBatch.committed_at).desc(), col(ImportBatch.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def reported_since(session: Session, batch: ImportBatch) -> bool:
    """Whether anyone has reported on the plan after this batch was committed."""
    committed = select(func.max(col(Event.id))).where(
        col(Event.batch_id) == batch.id,
        col(Event.kind).in_(("plan_imported", "plan_revised", "import_repeated")),
    )
    query = (
        select(col(Event.id))
        .where(
            col(Event.plan_id) == batch.plan_id,
            col(Event.kind) == "progress_reported",
            col(Event.id) > committed.scalar_subquery(),
        )
        .limit(1)
    )
    return session.execute(query).first() is not None


def new_names(session: Session, viewer: Viewer, batch: ImportBatch) -> NewNames:
    """What the commit would add to the directory."""
    officials, departments = names_to_ids(session, viewer.jurisdiction_id)
    people: dict[str, None] = {}
    units: dict[str, None] = {}
    for task in batch.recognised["tasks"]:
        people.update(dict.fromkeys(task["officials"]))
        for role in DEPARTMENT_FIELDS:
            units.update(dict.fromkeys(task[role]))
    return NewNames(
        [name for name in people if name not in officials],
        [name for name in units if name not in departments],
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reading to be checked; ``row`` is the task's place in the list of rows (from 1), 0 for the file as a whole."""

    level: str
    place: str
    message: str
    row: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What the checking page shows beside the form: totals, the table as read, and what would be new."""

    file_name: str
    goals: int
    tasks: int
    officials: int
    departments: int
    new: NewNames
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    doubts: list[Doubt]


def preview(session: Session, viewer: Viewer, batch: ImportBatch) -> Preview:
    """The batch as read, in the order of the file, with every doubt."""
    recognised = batch.recognised
    tasks = recognised["tasks"]
    doubts = [Doubt(**issue, row=0) for issue in recognised["issues"]]
    for row, task in enumerate(tasks, 1):
        doubts += [Doubt(**issue, row=row) for issue in task["issues"]]
    return Preview(
        file_name=get_original(session, viewer, batch.id or 0).name,
        goals=len(recognised["goals"]),
        tasks=len(tasks),
        officials=len({name for task in tasks for name in task["officials"]}),
        departments=len({name for task in tasks for role in DEPARTMENT_FIELDS for name in task[role]}),
        new=new_names(session, viewer, batch),
        columns=recognised["columns"],
        rows=tasks,
        doubts=sorted(doubts, key=lambda doubt: URGENCY.get(doubt.level, 0)),
    )
