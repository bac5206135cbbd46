"""拒绝: an attempt at what one has no right to stands in the trail, though nothing else of it is left.

Recorded are a missing right and a request another site made a browser send. Not recorded is ``NotFound``: an
object of another jurisdiction does not exist for the viewer, and a mistyped address is no attempt at anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.account import LoginSession
from app.models.event import EventSource
from app.queries import accounts as account_queries
from app.queries.trail import just_recorded
from app.rules.permissions import Viewer
from app.rules.text import plain
from app.services import events
from app.services.sign_in import Place, nobody

KIND = "refused"
ONCE_IN = timedelta(minutes=1)
MOST = 30
"""Of one person in that time, whatever the addresses: a loop must not fill the disk."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was asked for, and which right was missing; none is named for a request from another site."""

    method: str
    path: str
    right: str = ""


def person_behind(session: Session, key_fingerprint: str, address: str) -> Viewer | None:
    """Whose browser another site has used: the cookie tells, though nothing is done in that person's name."""
    if key_fingerprint:
        mine = select(col(LoginSession.user_id)).where(
            col(LoginSession.token_hash) == key_fingerprint, col(LoginSession.ended_at).is_(None)
        )
        user_id = session.execute(mine).scalar_one_or_none()
        if user_id is not None:
            found = account_queries.viewer_of_user(session, user_id, EventSource.PAGE)
            return replace(found, address=address)
    return nobody(session, None, Place(address))


def is_on_record(session: Session, refusal: Refusal, *, actor: Viewer) -> bool:
    """Whether it would add nothing: the same again, or one of too many."""
    lately = just_recorded(session, actor, KIND, since=_since(actor.now))
    told = _detail(refusal)
    return len(lately) >= MOST or told in lately


def record_refusal(session: Session, refusal: Refusal, *, actor: Viewer) -> None:
    """Write down who was refused what (越权操作被拒绝), at most once a minute for the same address."""
    if not is_on_record(session, refusal, actor=actor):
        events.record(session, actor, KIND, **_detail(refusal))


def _detail(refusal: Refusal) -> dict[str, Any]:
    return {"method": refusal.method[:10], "path": plain(refusal.path)[:200], "right": refusal.right}


def _since(now: datetime) -> datetime:
    return now - ONCE_IN
