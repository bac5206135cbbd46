"""Import batches and the originals they came from."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import User
from app.models.event import COMMAND_ACTOR, Event
from app.models.imports import BatchState, ImportBatch, ImportDecision, StoredFile
from app.models.plan import Plan, PlanState
from app.models.task import Task
from app.queries.directory import names_to_ids
from app.queries.import_aliases import meant
from app.queries.own import own_row
from app.queries.undoings import undoings
from app.rules import stages
from app.rules.permissions import Action, Viewer, can

REMOVED = "removed"
"""Among a batch's decisions: that the file was taken off the list unchecked, and by whom."""
_ROW = re.compile(r"(?:^| )第(\d+)行$")
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
    """Whether its plan stands on it now, so that it may be taken back (撤销导入)."""
    obstacle: str
    """Why it cannot be taken back all the same."""
    is_repeat: bool
    """Whether the plan had this very table already, so that nothing was changed."""
    undone_at: datetime | None
    undone_by: str | None
    """When and by whom it was taken back."""


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
        .where(col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id, not_removed())
        .order_by(col(ImportBatch.id).desc())
    )
    rows = session.execute(query).all()
    committed = sorted(
        (row.committed_at, row.id, row.plan_id)
        for row in rows
        if row.state is BatchState.COMMITTED and row.committed_at
    )
    newest = {plan_id: batch_id for _, batch_id, plan_id in committed}
    obstacles = _obstacles(session, list(newest.values()))
    taken_back = undoings(session, rows)
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
            obstacles.get(row.id, ""),
            row.state is BatchState.COMMITTED and row.committed_at is None,
            *taken_back.get(row.id, (None, None)),
        )
        for row in rows
    ]


def not_removed() -> ColumnElement[bool]:
    """Leaves out what was taken off the list unchecked (移除)."""
    return col(ImportBatch.decisions)[REMOVED].as_string().is_(None)


def get_batch(session: Session, viewer: Viewer, batch_id: int, *, even_removed: bool = False) -> ImportBatch:
    """Raises ``NotFound`` when the batch does not exist for this viewer, or has been removed."""
    batch = own_row(session, viewer, ImportBatch, batch_id)
    if batch is None or not can(viewer, Action.IMPORT_PLAN):
        raise NotFound("没有找到这次导入。", "请从“导入”页面重新选择。")
    if REMOVED in batch.decisions and not even_removed:
        raise NotFound("这份待核对的文件已经移除。", "需要时请重新上传。")
    return batch


def waiting_twins(session: Session, viewer: Viewer, batch: ImportBatch) -> list[BatchRow]:
    """Other uploads of the very same file that wait for checking like this one (待核对), the newest first."""
    if batch.state is not BatchState.PREVIEWED:
        return []
    digest = select(col(StoredFile.sha256)).where(col(StoredFile.id) == batch.file_id).scalar_subquery()
    twins = (
        select(col(ImportBatch.id))
        .join(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .where(
            col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id,
            col(ImportBatch.state) == BatchState.PREVIEWED,
            col(ImportBatch.id) != batch.id,
            col(StoredFile.sha256) == digest,
        )
    )
    alike = set(session.execute(twins).scalars())
    return [row for row in list_batches(session, viewer) if row.id in alike] if alike else []


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
        .where(
            col(ImportBatch.plan_id) == plan.id,
            col(ImportBatch.state) == BatchState.COMMITTED,
            col(ImportBatch.committed_at).is_not(None),  # a repeat changed nothing
        )
        .order_by(col(ImportBatch.committed_at).desc(), col(ImportBatch.id).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def why_not_undone(session: Session, batch: ImportBatch) -> tuple[str, str] | None:
    """What stands against taking a committed import back, and what to do instead; None when it can be."""
    plan = session.get_one(Plan, batch.plan_id)
    latest = latest_batch(session, plan)
    if batch.committed_at is None:
        return "这次导入没有改动台账，不需要撤销。", "要撤回这份表，请撤销最早的那一次导入。"
    if latest is None or latest.id != batch.id:
        return "在这之后又导入过新版，不能撤销这一次。", "请先撤销最近的一次导入。"
    if plan.state not in stages.UNDER_WAY:
        return "这份表已经办结或归档，不能再撤销导入。", ""
    if reported_since(session, batch):
        return "已有单位填报了进展，不能再撤销。", "如表中有误，请导入改正后的新版，进展会保留。"
    if plan.issued_at is not None and not batch.is_revision:
        return "这份表已经交办，不能再撤销导入。", "如表中有误，请导入改正后的新版。"
    return None


@dataclass(frozen=True, slots=True)
class Undoing:
    """Whether an import is offered to be taken back, and if not, what to say of it."""

    is_offered: bool = False
    obstacle: str = ""
    plan_stands: bool = False
    """Whether the table it was for is still there, as after an update taken back."""


def undoing(session: Session, batch: ImportBatch) -> Undoing:
    """撤销导入, as the page of the import shows it."""
    stands = batch.plan_id is not None and session.get_one(Plan, batch.plan_id).undone_at is None
    if batch.state is not BatchState.COMMITTED or batch.committed_at is None:
        return Undoing(plan_stands=stands)
    obstacle = why_not_undone(session, batch)
    return Undoing(obstacle is None, "".join(obstacle or ()), stands)


def _obstacles(session: Session, batch_ids: list[int]) -> dict[int, str]:
    """For each import a plan stands on now: why it cannot be taken back."""
    query = select(ImportBatch).options(defer(cast("QueryableAttribute[Any]", ImportBatch.recognised)))
    batches = session.execute(query.where(col(ImportBatch.id).in_(batch_ids))).scalars().all()
    told = {each.id or 0: why_not_undone(session, each) for each in batches}
    return {number: "".join(obstacle) for number, obstacle in told.items() if obstacle}


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
    same = meant(batch, departments)
    people: dict[str, None] = {}
    units: dict[str, None] = {}
    for task in batch.recognised["tasks"]:
        people.update(dict.fromkeys(task["officials"]))
        for role in DEPARTMENT_FIELDS:
            units.update(dict.fromkeys(same.get(name, name) for name in task[role]))
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

    @property
    def sheet(self) -> str:
        """The sheet, table or page of the place; empty where the file has but one."""
        return self.place.rpartition(" ")[0] if self.row else ""

    @property
    def row(self) -> int | None:
        found = _ROW.search(self.place)
        return int(found[1]) if found else None


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
