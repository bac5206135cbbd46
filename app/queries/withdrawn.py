"""撤回: tasks that the table has no longer; what was reported on them stays readable."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.event import Event
from app.models.imports import ImportBatch, StoredFile
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, ProgressReport
from app.models.task import Task
from app.queries.visible import TaskFilter, visible_tasks
from app.rules.permissions import Action, Viewer, can


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When, by whom and why a task was taken out of the table, and with which import."""

    at: datetime
    by: str
    reason: str
    file_name: str = ""
    batch_id: int | None = None
    may_open: bool = False
    """Whether this viewer may look at that import."""


def withdrawn_as(session: Session, task: Task) -> Task | None:
    """What took the task out: itself, or of a part (分解项) the whole it goes with; None for a task at work."""
    if task.withdrawn_at is not None:
        return task
    whole = session.get_one(Task, task.parent_id) if task.parent_id else None
    return whole if whole is not None and whole.withdrawn_at is not None else None


def withdrawal_of(session: Session, viewer: Viewer, task: Task) -> Withdrawal | None:
    """What the task's page says of its withdrawal (已撤回); None for a task at work."""
    gone = withdrawn_as(session, task)
    if gone is None or gone.withdrawn_at is None:
        return None
    query = (
        select(col(Event.actor_name), col(Event.batch_id), col(StoredFile.name))
        .outerjoin(ImportBatch, col(ImportBatch.id) == col(Event.batch_id))
        .outerjoin(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .where(
            col(Event.task_id) == gone.id,
            col(Event.kind).in_(("task_withdrawn", "part_withdrawn")),
            col(Event.at) == gone.withdrawn_at,
        )
        .order_by(col(Event.id).desc())
    )
    told = session.execute(query).first()
    if told is None:
        return Withdrawal(gone.withdrawn_at, "", gone.withdrawn_reason)
    return Withdrawal(
        gone.withdrawn_at,
        told.actor_name,
        gone.withdrawn_reason,
        told.name or "",
        told.batch_id,
        told.batch_id is not None and can(viewer, Action.IMPORT_PLAN),
    )


def count_withdrawn(session: Session, viewer: Viewer, plan: Plan) -> int:
    """How many tasks the plan once had: the ledger names them, and nothing else counts them."""
    gone = visible_tasks(viewer, plan, TaskFilter(withdrawn=True))
    return session.execute(select(func.count()).select_from(gone)).scalar_one()


def reports_in(session: Session, plan: Plan) -> dict[int, int]:
    """How often units reported on each task and its parts (分解项); what a table came with is no report."""
    whole = func.coalesce(col(Task.parent_id), col(Task.id))
    query = (
        select(whole.label("whole"), func.count().label("reports"))
        .join(ProgressReport, col(ProgressReport.task_id) == col(Task.id))
        .where(
            col(Task.plan_id) == plan.id,
            col(ProgressReport.submitted_at).is_not(None),
            col(ProgressReport.author_name) != IMPORTED_BY,
        )
        .group_by(whole)
    )
    return {row.whole: row.reports for row in session.execute(query)}
