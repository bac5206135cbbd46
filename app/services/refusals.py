"""拒绝: an attempt at what one has no right to stands in the trail, though nothing else of it is left.

Recorded are a missing right, a request another site made a browser send, and a token that is valid no more. Not
recorded is ``NotFound``: an object of another jurisdiction does not exist for the viewer, and a mistyped address is
no attempt at anything.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.account import ApiToken, LoginSession, User
from app.models.event import EventSource
from app.queries import accounts as account_queries
from app.queries.trail import just_recorded
from app.rules.permissions import Viewer
from app.rules.text import plain
from app.services import events
from app.services.sign_in import Place, nobody

KIND, TOKEN_KIND, TOKEN = "refused", "sign_in_refused", "token"
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


@dataclass(frozen=True, slots=True)
class RefusedToken:
    """A key that opened something once, and why it opens nothing any more."""

    actor: Viewer
    token_id: int
    name: str
    username: str
    why: str


def token_behind(session: Session, key_fingerprint: str, address: str, now: datetime) -> RefusedToken | None:
    """Whose revoked or expired token is tried; None for one nobody ever issued, which no trail is kept of."""
    query = (
        select(ApiToken, User)
        .join(User, col(User.id) == col(ApiToken.user_id))
        .where(col(ApiToken.token_hash) == key_fingerprint)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    token, user = found
    if token.revoked_at is not None:
        why = "revoked"
    elif token.expires_at is not None and token.expires_at <= now:
        why = "expired"
    elif not user.is_active:
        why = "disabled"
    else:
        return None
    actor = nobody(session, user, Place(address))
    if actor is None:
        return None
    return RefusedToken(replace(actor, source=EventSource.API), token.id or 0, token.name, user.username, why)


def is_token_on_record(session: Session, refused: RefusedToken) -> bool:
    """Whether a token from this address is on record within the minute: a clock that calls must not fill the trail."""
    lately = just_recorded(session, refused.actor, TOKEN_KIND, since=_since(refused.actor.now))
    return any(each.get("reason") == TOKEN for each in lately)


def record_token(session: Session, refused: RefusedToken) -> None:
    """Write down that a token was refused (令牌被拒绝), at most once a minute for an address."""
    session.get(ApiToken, refused.token_id, with_for_update=True)  # calls of one token wait for one another
    if not is_token_on_record(session, refused):
        events.record(
            session,
            refused.actor,
            TOKEN_KIND,
            username=refused.username,
            reason=TOKEN,
            name=refused.name,
            why=refused.why,
        )


def _detail(refusal: Refusal) -> dict[str, Any]:
    return {"method": refusal.method[:10], "path": plain(refusal.path)[:200], "right": refusal.right}


def _since(now: datetime) -> datetime:
    return now - ONCE_IN
