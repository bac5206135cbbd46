"""Signed-in browsers: kept awake, signed out, ended from elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, update
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import LoginSession, User
from app.rules.permissions import Action, Viewer, require
from app.services import events


def touch(session: Session, viewer: Viewer, now: datetime) -> None:
    """Push the idle limit out, at most once in a while (the caller sees to that)."""
    own = update(LoginSession).where(col(LoginSession.id) == viewer.session_id)
    session.execute(own.values(seen_at=now))


def sign_out(session: Session, viewer: Viewer, now: datetime) -> None:
    """End the session of this browser (退出登录)."""
    if session.execute(_live(now, col(LoginSession.id) == viewer.session_id)).first() is not None:
        events.record(session, viewer, "signed_out")


def end_own(session: Session, session_id: int, *, actor: Viewer, now: datetime) -> None:
    """End one of one's own sessions elsewhere. Raises ``NotFound`` when it is not one's own."""
    require(actor, Action.SIGN_IN)
    mine = (col(LoginSession.id) == session_id, col(LoginSession.user_id) == actor.user_id)
    ended = session.execute(_live(now, *mine)).all()
    if not ended:
        raise NotFound("没有找到这次登录，可能已经退出。", "请刷新页面查看现在的登录。")
    events.record(session, actor, "session_ended", username=actor.username, addresses=_addresses(ended))


def end_others(session: Session, *, actor: Viewer, now: datetime) -> int:
    """End all of one's own sessions but this one; returns how many there were."""
    require(actor, Action.SIGN_IN)
    others = (col(LoginSession.user_id) == actor.user_id, col(LoginSession.id) != actor.session_id)
    ended = session.execute(_live(now, *others)).all()
    if ended:
        events.record(session, actor, "session_ended", username=actor.username, addresses=_addresses(ended))
    return len(ended)


def end_all(session: Session, user: User, *, actor: Viewer, now: datetime) -> int:
    """The administrator ends every session of an account; returns how many there were."""
    require(actor, Action.MANAGE_ACCOUNTS)
    ended = session.execute(_live(now, col(LoginSession.user_id) == user.id)).all()
    if ended:
        events.record(session, actor, "session_ended", username=user.username, addresses=_addresses(ended))
    return len(ended)


def _live(now: datetime, *which: ColumnElement[bool]) -> Any:
    ending: Update = update(LoginSession).where(*which, col(LoginSession.ended_at).is_(None))
    return ending.values(ended_at=now).returning(col(LoginSession.address))


def _addresses(ended: Any) -> list[str]:
    return sorted({row.address for row in ended})
