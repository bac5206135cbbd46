"""When and by whom imports were taken back (撤销导入)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.event import Event
from app.models.imports import BatchState


def undoings(session: Session, rows: Sequence[Any]) -> dict[int, tuple[datetime, str]]:
    """When and by whom each import was taken back; a repeat went with the import that had made its plan."""
    undone = [row for row in rows if row.state is BatchState.UNDONE]
    query = (
        select(col(Event.batch_id), col(Event.plan_id), col(Event.at), col(Event.actor_name))
        .where(col(Event.kind) == "import_undone", col(Event.plan_id).in_({row.plan_id for row in undone}))
        .order_by(col(Event.id))
    )
    of_batch: dict[int | None, tuple[datetime, str]] = {}
    of_plan: dict[int | None, tuple[datetime, str]] = {}
    for event in session.execute(query) if undone else ():
        of_batch[event.batch_id] = of_plan[event.plan_id] = event.at, event.actor_name
    told = {row.id: of_batch.get(row.id) or of_plan.get(row.plan_id) for row in undone}
    return {number: each for number, each in told.items() if each}
