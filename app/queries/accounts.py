"""Accounts, and who stands behind a cookie or a token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.clock import office_now
from app.errors import NotFound
from app.models.account import ApiToken, LoginFailure, LoginSession, Role, User
from app.models.directory import Department, Jurisdiction
from app.models.event import EventSource
from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who stands behind a cookie, and when they were last here."""

    viewer: Viewer
    seen_at: datetime


def find_user(session: Session, username: str) -> User | None:
    return session.execute(select(User).where(col(User.username) == username)).scalar_one_or_none()


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
    session: Session, token_hash: str, *, now: datetime, idle: timedelta, longest: timedelta
) -> SignedIn | None:
    """Whose cookie this is; None when it is unknown, ended, idle too long, or the account is disabled."""
    query = (
        _accounts()
        .add_columns(col(LoginSession.id).label("session_id"), col(LoginSession.seen_at))
        .join(LoginSession, col(LoginSession.user_id) == col(User.id))
        .where(
            col(LoginSession.token_hash) == token_hash,
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.seen_at) > now - idle,
            col(LoginSession.created_at) > now - longest,
            col(User.is_active),
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else SignedIn(_viewer(row, EventSource.PAGE, row.session_id), row.seen_at)


def token_viewer(session: Session, token_hash: str) -> Viewer | None:
    """Whose API token this is; None when it is unknown, revoked, or the account is disabled."""
    query = (
        _accounts()
        .join(ApiToken, col(ApiToken.user_id) == col(User.id))
        .where(
            col(ApiToken.token_hash) == token_hash, col(ApiToken.revoked_at).is_(None), col(User.is_active)
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _viewer(row, EventSource.API)


def failures_since(session: Session, username: str, address: str, since: datetime) -> tuple[int, int]:
    """Wrong passwords lately: for this account from this address, and from this address for anyone."""
    query = select(
        func.count().filter(col(LoginFailure.username) == username),
        func.count(),
    ).where(col(LoginFailure.at) > since, col(LoginFailure.address) == address)
    own, anyone = session.execute(query).one()
    return own, anyone


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
