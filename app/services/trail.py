"""What the auditor does with 办理记录 stands in it too: whoever watches is watched."""

from datetime import timedelta

from sqlmodel import Session

from app.queries.trail import TrailFilter, Verification, just_recorded
from app.rules.permissions import Action, Viewer, require
from app.services import events

LOOK = timedelta(hours=1)
"""Turning pages is one look."""


def is_looking(session: Session, actor: Viewer) -> bool:
    """Whether the actor's look at the trail is on record already."""
    require(actor, Action.VIEW_TRAIL)
    return bool(just_recorded(session, actor, "trail_viewed", since=actor.now - LOOK))


def note_look(session: Session, wanted: TrailFilter, *, actor: Viewer) -> None:
    """Somebody looks through the trail (查看办理记录), and what for."""
    if not is_looking(session, actor):
        events.record(session, actor, "trail_viewed", filter=wanted.as_query())


def note_export(session: Session, wanted: TrailFilter, count: int, form: str, *, actor: Viewer) -> None:
    """Part of the trail leaves the system (导出办理记录)."""
    require(actor, Action.VIEW_TRAIL)
    events.record(session, actor, "trail_exported", filter=wanted.as_query(), events=count, form=form)


def note_verification(session: Session, found: Verification, *, actor: Viewer) -> None:
    """The chain was checked (校验办理记录), with what result."""
    require(actor, Action.VIEW_TRAIL)
    events.record(
        session,
        actor,
        "trail_verified",
        events=found.events,
        head=str(found.head),
        breaks=[each.sequence for each in found.breaks[:20]],
    )
