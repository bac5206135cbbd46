"""Signed-in browsers of an account, and how it signs in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.config import Settings
from app.models.account import Credential, LoginSession, User
from app.rules.browsers import browser_in_words
from app.rules.permissions import Action, Viewer, require


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One signed-in browser: where it is, what it is, since when, and when it was last used."""

    id: int
    address: str
    browser: str
    since: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One's own account page."""

    has_password: bool
    """Of ours; the single sign-on and the directory keep their own."""
    may_have_second_factor: bool
    """The single sign-on asks for its own."""
    has_second_factor: bool
    must_have_second_factor: bool
    """The office asks it of this role: it is not for the person to switch off."""
    has_calendar: bool
    """Whether there is an address under which a calendar program reads this person's days."""
    sessions: list[SessionRow]

    @property
    def has_others(self) -> bool:
        return any(not each.is_this for each in self.sessions)


def own_account(session: Session, viewer: Viewer, settings: Settings, now: datetime) -> OwnAccount:
    user = session.get_one(User, viewer.user_id)
    return OwnAccount(
        has_password=user.credential is Credential.PASSWORD,
        may_have_second_factor=user.credential is not Credential.OIDC,
        has_second_factor=user.totp_secret is not None,
        must_have_second_factor=user.role in settings.roles_with_second_factor,
        has_calendar=user.calendar_hash is not None,
        sessions=_live_sessions(session, viewer, viewer.user_id or 0, settings, now),
    )


def sessions_of(
    session: Session, viewer: Viewer, user_id: int, settings: Settings, now: datetime
) -> list[SessionRow]:
    """Where an account is signed in, for those who look after accounts."""
    require(viewer, Action.VIEW_ACCOUNTS)
    return _live_sessions(session, viewer, user_id, settings, now)


def has_second_factor(session: Session, viewer: Viewer) -> bool:
    return session.get_one(User, viewer.user_id).totp_secret is not None


def _live_sessions(
    session: Session, viewer: Viewer, user_id: int, settings: Settings, now: datetime
) -> list[SessionRow]:
    """Those not ended, and within both limits; the one used last first."""
    query = (
        select(LoginSession)
        .where(
            col(LoginSession.jurisdiction_id) == viewer.jurisdiction_id,
            col(LoginSession.user_id) == user_id,
            col(LoginSession.ended_at).is_(None),
            ~col(LoginSession.is_pending),
            col(LoginSession.seen_at) > now - timedelta(minutes=settings.session_idle_minutes),
            col(LoginSession.created_at) > now - timedelta(hours=settings.session_hours),
        )
        .order_by(col(LoginSession.seen_at).desc(), col(LoginSession.id).desc())
    )
    return [
        SessionRow(
            each.id or 0,
            each.address,
            browser_in_words(each.agent),
            each.created_at,
            each.seen_at,
            each.id == viewer.session_id,
        )
        for each in session.execute(query).scalars()
    ]
