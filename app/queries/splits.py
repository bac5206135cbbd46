"""Tasks that were split (拆分): since when, and into how many parts that count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, case, func, or_, select
from sqlmodel import Session, col

from app.clock import office_date
from app.models.event import Event
from app.models.task import Task, TaskStatus
from app.rules.parts import said_before_split


@dataclass(frozen=True, slots=True)
class Split:
    """What became of a task that parts report for."""

    parts: int
    are_begun: bool
    """Whether any of them has told of progress: until then the whole stands as it did before."""
    since: datetime | None
    """None in the transaction that splits it."""

    def told(self, words: str, said_at: datetime | None) -> str:
        """The whole's words as they are to be read now."""
        if not words or (said_at is not None and self.since is not None and said_at >= self.since):
            return words
        return said_before_split(words, office_date(said_at) if said_at else None)


def splits(session: Session, tasks: Subquery) -> dict[int, Split]:
    """Those of the tasks that stand by what their parts have reached."""
    is_begun = or_(col(Task.status) != TaskStatus.NOT_STARTED, col(Task.closed_at).is_not(None))
    wholes = select(col(Task.parent_id), func.count(), func.max(case((is_begun, 1), else_=0))).where(
        col(Task.parent_id).in_(select(tasks.c.id)),
        col(Task.withdrawn_at).is_(None),
        col(Task.status) != TaskStatus.SUSPENDED,
    )
    parts = {row[0]: (row[1], bool(row[2])) for row in session.execute(wholes.group_by(col(Task.parent_id)))}
    made = (
        select(col(Task.parent_id), col(Task.withdrawn_at), col(Event.at))
        .join(Event, col(Event.task_id) == col(Task.id))
        .where(col(Task.parent_id).in_(parts), col(Event.kind) == "task_split")
    )
    times: dict[int, list[Any]] = {}
    for row in session.execute(made) if parts else ():
        times.setdefault(row.parent_id, []).append(row)
    return {whole: Split(*found, _since(times.get(whole, []))) for whole, found in parts.items()}


def _since(times: Sequence[Any]) -> datetime | None:
    """Since when there was always a part; one put together again for a while was split anew."""
    since = min((row.at for row in times if row.withdrawn_at is None), default=None)
    gone = sorted((row for row in times if row.withdrawn_at), key=lambda row: row.withdrawn_at, reverse=True)
    for row in gone if since else ():
        since = min(since, row.at) if row.withdrawn_at >= since else since
    return since
