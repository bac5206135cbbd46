"""办理记录 of the whole jurisdiction, for the auditor."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.event import Event, EventSource
from app.models.task import Task
from app.queries.page import Page
from app.rules.permissions import Action, Viewer, can

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One deed: when, who, through which door, what, on what."""

    id: int
    at: datetime
    actor: str
    source: EventSource
    kind: str
    task_id: int | None
    task_number: str
    detail: dict[str, Any]


def list_trail(session: Session, viewer: Viewer, *, page: int = 1) -> Page[TrailRow]:
    """The newest first; empty for anyone but those the permission table names."""
    mine = col(Event.jurisdiction_id) == viewer.jurisdiction_id
    if not can(viewer, Action.VIEW_TRAIL):
        return Page([], 1, PAGE_SIZE, 0)
    total = session.execute(select(func.count()).select_from(Event).where(mine)).scalar_one()
    query = (
        select(
            col(Event.id),
            col(Event.at),
            col(Event.actor_name),
            col(Event.source),
            col(Event.kind),
            col(Event.task_id),
            col(Task.number).label("task_number"),
            col(Event.detail),
        )
        .outerjoin(Task, col(Task.id) == col(Event.task_id))
        .where(mine)
        .order_by(col(Event.id).desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    rows = [
        TrailRow(
            row.id,
            row.at,
            row.actor_name,
            row.source,
            row.kind,
            row.task_id,
            row.task_number or "",
            row.detail,
        )
        for row in session.execute(query)
    ]
    return Page(rows, page, PAGE_SIZE, total, lambda number: f"/trail?page={number}")
