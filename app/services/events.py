"""办理记录 and the message that goes with it, both written in the transaction of the deed."""

from typing import Any
from uuid import uuid4

from sqlmodel import Session

from app.models.event import Event
from app.models.outbox import OutboxMessage
from app.rules.permissions import Viewer


def record(
    session: Session,
    actor: Viewer,
    kind: str,
    *,
    plan_id: int | None = None,
    task_id: int | None = None,
    batch_id: int | None = None,
    **detail: Any,
) -> None:
    """Write down who did what, through which door, and what changed."""
    session.add(
        Event(
            jurisdiction_id=actor.jurisdiction_id,
            at=actor.now,
            actor_id=actor.user_id,
            actor_name=actor.name,
            source=actor.source,
            kind=kind,
            plan_id=plan_id,
            task_id=task_id,
            batch_id=batch_id,
            detail=detail,
        )
    )


def announce(session: Session, actor: Viewer, kind: str, **payload: Any) -> None:
    """Leave a message for OA systems, kept only if the deed itself is."""
    session.add(
        OutboxMessage(
            jurisdiction_id=actor.jurisdiction_id,
            message_id=str(uuid4()),
            kind=kind,
            payload=payload,
            created_at=actor.now,
            due_at=actor.now,
        )
    )
