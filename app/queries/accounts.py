"""Accounts, and who stands behind a cookie or a token."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import LargeBinary, Select, bindparam, cast, func, or_, select
from sqlmodel import Session, col

from app.clock import office_now
from app.errors import NotFound
from app.models.account import ApiToken, Credential, LoginSession, Role, User
from app.models.directory import Department, Jurisdiction
from app.models.event import EventSource
from app.rules.passwords import is_aged
from app.rules.permissions import Viewer
from app.rules.usernames import folded


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who stands behind a cookie, and when they were last here."""

    viewer: Viewer
    seen_at: datetime
    has_second_factor: bool
    """Of ours, or asked for by the single sign-on, whose business it then is."""


def find_user(session: Session, username: str, *, for_update: bool = False) -> User | None:
    """The account of this name, however its letters are typed."""
    user_id = find_user_id(session, username)
    if user_id is None:
        return None
    query = select(User).where(col(User.id) == user_id)
    return session.execute(query.with_for_update() if for_update else query).scalar_one_or_none()


def find_user_id(session: Session, username: str) -> int | None:
    """The number of the account of this name; of two that differ by capitals only the one typed exactly."""
    exactly = select(col(User.id)).where(col(User.username) == username)
    found = session.execute(exactly).scalar_one_or_none()
    if found is not None:
        return found
    alike = ids_named(session, username)
    return alike[0] if len(alike) == 1 else None


def ids_named(session: Session, username: str) -> list[int]:
    """The accounts whose names are this one but for capitals and the width of letters.

    The database compares the names of plain letters; those with any others are few, and compared here.
    """
    name, wanted = col(User.username), folded(username)
    has_others = func.length(cast(name, LargeBinary)) != func.length(name)
    query = (
        select(col(User.id), name).where(or_(func.lower(name) == wanted, has_others)).order_by(col(User.id))
    )
    return [user_id for user_id, written in session.execute(query) if folded(written) == wanted]


def get_user(session: Session, username: str) -> User:
    """Raises ``NotFound`` with a remedy for the command line."""
    user = find_user(session, username)
    if user is None or not user.is_active:
        raise NotFound(f"没有名为“{username}”的账号。", "请先用 duban account 建立账号。")
    return user


def viewer_of_user(session: Session, user_id: int, source: EventSource) -> Viewer:
    """The account as an actor, for commands."""
    row = session.execute(_accounts().where(col(User.id) == user_id)).one()
    return _viewer(row, source)


def signed_in(
    session: Session,
    token_hash: str,
    *,
    now: datetime,
    idle: timedelta,
    longest: timedelta,
    password_days: int = 0,
) -> SignedIn | None:
    """Whose cookie this is; None when it is unknown, ended, idle too long, or the account is disabled.

    A password that was older than ``password_days`` at the sign-in must be changed first.
    """
    asked = {"token": token_hash, "seen_after": now - idle, "begun_after": now - longest}
    row = session.execute(_signed_in(), asked).one_or_none()
    if row is None:
        return None
    viewer = _viewer(row, EventSource.PAGE, row.session_id)
    is_ours = row.credential is Credential.PASSWORD and row.demonstration_date is None
    if is_ours and is_aged(row.password_set_at, row.since, password_days):
        viewer = replace(viewer, must_change_password=True)
    has_second_factor = row.totp_secret is not None or row.credential is Credential.OIDC
    return SignedIn(viewer, row.seen_at, has_second_factor)


@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    """Put together once: every page and every save begins with it."""
    return (
        _accounts()
        .add_columns(
            col(LoginSession.id).label("session_id"),
            col(LoginSession.seen_at),
            col(LoginSession.created_at).label("since"),
            col(User.credential),
            col(User.totp_secret),
            func.coalesce(col(User.password_changed_at), col(User.created_at)).label("password_set_at"),
        )
        .join(LoginSession, col(LoginSession.user_id) == col(User.id))
        .where(
            col(LoginSession.token_hash) == bindparam("token"),
            col(LoginSession.ended_at).is_(None),
            ~col(LoginSession.is_pending),
            col(LoginSession.seen_at) > bindparam("seen_after"),
            col(LoginSession.created_at) > bindparam("begun_after"),
            col(User.is_active),
        )
    )


def token_viewer(session: Session, token_hash: str, now: datetime) -> Viewer | None:
    """Whose API token this is; None when it is unknown, revoked or expired, or the account is disabled."""
    query = (
        _accounts()
        .join(ApiToken, col(ApiToken.user_id) == col(User.id))
        .where(
            col(ApiToken.token_hash) == token_hash,
            col(ApiToken.revoked_at).is_(None),
            or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > now),
            col(User.is_active),
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _viewer(row, EventSource.API)


def has_demonstration(session: Session) -> bool:
    """Whether a jurisdiction here is only a demonstration."""
    query = select(col(Jurisdiction.id)).where(col(Jurisdiction.demonstration_date).is_not(None)).limit(1)
    return session.execute(query).first() is not None


def _accounts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(User.id),
            col(User.jurisdiction_id),
            col(User.username),
            col(User.name),
            col(User.role),
            col(User.department_id),
            col(User.official_id),
            col(User.must_change_password),
            col(Department.name).label("department_name"),
            col(Jurisdiction.name).label("jurisdiction_name"),
            col(Jurisdiction.demonstration_date),
        )
        .join(Jurisdiction, col(Jurisdiction.id) == col(User.jurisdiction_id))
        .outerjoin(Department, col(Department.id) == col(User.department_id))
    )


def _viewer(row: Any, source: EventSource, session_id: int | None = None) -> Viewer:
    return Viewer(
        jurisdiction_id=row.jurisdiction_id,
        role=Role(row.role),
        name=row.name,
        now=office_now(row.demonstration_date),
        user_id=row.id,
        username=row.username,
        department_id=row.department_id,
        department_name=row.department_name or "",
        official_id=row.official_id,
        source=source,
        demonstration_date=row.demonstration_date,
        jurisdiction_name=row.jurisdiction_name,
        session_id=session_id,
        must_change_password=row.must_change_password,
    )
