"""配合情况 as the lead unit and all who see a task's progress read it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import Contribution, ReportingPeriod
from app.models.task import Task
from app.queries.tasks import progress_shares_of
from app.rules.permissions import Action, Viewer, can


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """What one supporting unit sent for one period, under the name it had then."""

    department: str
    period: str
    words: str
    sent_at: datetime


def of_task(session: Session, viewer: Viewer, task: Task) -> list[ContributionRow]:
    """All that was sent for the task, the newest first; none for a viewer who may not see its progress."""
    if not can(viewer, Action.VIEW_PROGRESS, progress_shares_of(session, task, viewer.today)):
        return []
    return sent_for(session, [task.id or 0]).get(task.id or 0, [])


def sent_for(
    session: Session, task_ids: Sequence[int], period_id: int | None = None
) -> dict[int, list[ContributionRow]]:
    """What was sent for tasks whose progress the caller may see, by task, the newest first."""
    query = (
        select(Contribution, col(ReportingPeriod.name))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(Contribution.period_id))
        .where(col(Contribution.task_id).in_(task_ids), col(Contribution.sent_at).is_not(None))
        .order_by(col(Contribution.sent_at).desc(), col(Contribution.id).desc())
    )
    if period_id is not None:
        query = query.where(col(Contribution.period_id) == period_id)
    found: dict[int, list[ContributionRow]] = defaultdict(list)
    for line, period in session.execute(query):
        row = ContributionRow(line.department_name, period, line.words, line.sent_at)
        found[line.task_id].append(row)
    return dict(found)
