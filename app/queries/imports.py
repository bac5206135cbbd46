"""Import batches and the originals they came from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import User
from app.models.event import COMMAND_ACTOR, Event
from app.models.imports import BatchState, ImportBatch, ImportDecision, StoredFile
from app.models.plan import Plan, PlanState
from app.models.task import Task
from app.queries.directory import names_to_ids
from app.queries.own import own_row
from app.rules import stages
from app.rules.permissions import Action, Viewer, can

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
    is_newest: bool
    """Whether its plan stands on it now, so that it can be taken back (撤销导入)."""


@dataclass(frozen=True, slots=True)
class NewNames:
    """Names of the file that the directory does not know yet, in order of appearance."""

    officials: list[str]
    departments: list[str]


def list_batches(session: Session, viewer: Viewer) -> list[BatchRow]:
    """All imports of the jurisdiction, the newest first."""
    query: Select[*tuple[Any, ...]] = (
        select(
            col(ImportBatch.id),
            col(ImportBatch.title),
            col(ImportBatch.year),
            col(ImportBatch.state),
            col(ImportBatch.plan_id),
            col(ImportBatch.created_at),
            col(ImportBatch.committed_at),
            col(StoredFile.name).label("file"),
            col(User.name).label("by"),
        )
        .join(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .outerjoin(User, col(User.id) == col(ImportBatch.created_by))
        .where(col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(ImportBatch.id).desc())
    )
    rows = session.execute(query).all()
    committed = sorted(
        (row.committed_at, row.id, row.plan_id) for row in rows if row.state is BatchState.COMMITTED
    )
    newest = {plan_id: batch_id for _, batch_id, plan_id in committed}
    return [
        BatchRow(
            row.id,
            row.file,
            row.title,
            row.year,
            row.state,
            row.plan_id,
            row.by or COMMAND_ACTOR,
            row.created_at,
            newest.get(row.plan_id) == row.id,
        )
        for row in rows
    ]


def get_batch(session: Session, viewer: Viewer, batch_id: int) -> ImportBatch:
    """Raises ``NotFound`` when the batch does not exist for this viewer."""
    batch = own_row(session, viewer, ImportBatch, batch_id)
    if batch is None or not can(viewer, Action.IMPORT_PLAN):
        raise NotFound("没有找到这次导入。", "请从“导入”页面重新选择。")
    return batch


def list_decisions(session: Session, viewer: Viewer) -> list[ImportDecision]:
    """What the jurisdiction has settled for good, the newest first."""
    query = (
        select(ImportDecision)
        .where(col(ImportDecision.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(ImportDecision.decided_at).desc(), col(ImportDecision.id).desc())
    )
    return list(session.execute(query).scalars()) if can(viewer, Action.IMPORT_PLAN) else []


def get_decision(session: Session, viewer: Viewer, decision_id: int) -> ImportDecision | None:
    """None when it has been forgotten already, or is not this viewer's to forget."""
    return next((each for each in list_decisions(session, viewer) if each.id == decision_id), None)


def get_original(session: Session, viewer: Viewer, batch_id: int) -> StoredFile:
    """The uploaded file of a batch, byte for byte."""
    batch = get_batch(session, viewer, batch_id)
    original = session.get(StoredFile, batch.file_id)
    if original is None:
        raise NotFound("没有找到原始文件。")
    return original


def begins_as(session: Session, batch: ImportBatch) -> PlanState:
    """What is proposed for the table: a draft where its file, heading or title says that it is not final."""
    return stages.begins_as(original_name(session, batch), batch.recognised["title"], batch.title)


def original_name(session: Session, batch: ImportBatch) -> str:
    """The name of the uploaded file, without its bytes."""
    return session.execute(
        select(col(StoredFile.name)).where(col(StoredFile.id) == batch.file_id)
    ).scalar_one()


def latest_batch(session: Session, plan: Plan) -> ImportBatch | None:
    """The import that the plan's table stands on now."""
    query = (
        select(ImportBatch)
        .where(col(ImportBatch.plan_id) == plan.id, col(ImportBatch.state) == BatchState.COMMITTED)
        .order_by(col(ImportBatch.committed_at).desc(), col(ImportBatch.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def is_newest(session: Session, batch: ImportBatch) -> bool:
    """Whether the batch's plan stands on it now."""
    plan = session.get(Plan, batch.plan_id) if batch.plan_id else None
    latest = latest_batch(session, plan) if plan else None
    return latest is not None and latest.id == batch.id


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
class Origin:
    """出处: the file a task came from, and where in it."""

    batch_id: int
    file_name: str
    place: str
    uploaded_at: datetime
    may_download: bool


def origin_of(session: Session, viewer: Viewer, task: Task) -> Origin | None:
    """None for a task that no import made."""
    query = (
        select(col(ImportBatch.id), col(StoredFile.name), col(StoredFile.uploaded_at))
        .join(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .where(col(ImportBatch.id) == task.batch_id)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    may_download = can(viewer, Action.IMPORT_PLAN)
    return Origin(found.id, found.name, task.place, found.uploaded_at, may_download)
