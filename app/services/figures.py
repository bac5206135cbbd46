"""A task's figures (办理状态、完成率) as its newest report that counts says them, or as its parts add up."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import ProgressReport
from app.models.task import Task, TaskStatus
from app.queries.tasks import COUNTED_STATES


def refresh(session: Session, task: Task) -> None:
    """Bring the task's figures in line with what counts, after a report came, was returned, or a part moved.

    A task that was suspended (中止) or taken off the list (办结) stays as it was decided.
    """
    if task.status is TaskStatus.SUSPENDED or task.closed_at is not None:
        return
    newest = (
        select(ProgressReport)
        .where(col(ProgressReport.task_id) == task.id, col(ProgressReport.state).in_(COUNTED_STATES))
        .order_by(col(ProgressReport.id).desc())
        .limit(1)
    )
    report = session.execute(newest).scalar_one_or_none()
    if report is None:
        task.status, task.completion, task.reported_at = TaskStatus.NOT_STARTED, None, None
    else:
        task.status, task.completion = report.status, report.completion
        task.reported_at = report.submitted_at
    session.add(task)
