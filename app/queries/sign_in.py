"""What is remembered of earlier tries to sign in, and of the places people sign in from."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from app.models.account import LoginFailure, LoginSession, User
from app.models.directory import Jurisdiction
from app.queries.accounts import find_user_id
from app.rules.sign_in import PER_ACCOUNT, PER_ADDRESS, Limits, Tries
from app.rules.usernames import folded

KNOWN_FOR = timedelta(days=400)
"""So long an address an account has signed in from counts as one of its places."""
CODE_WITHIN = timedelta(minutes=10)
"""So long after the right password the second factor may be given."""


def tries(session: Session, username: str, address: str, limits: Limits, now: datetime) -> Tries:
    """The wrong passwords that bear on the next try of this account from this address."""
    here, theirs = col(LoginFailure.address) == address, col(LoginFailure.username) == folded(username)
    checked, at = col(LoginFailure.was_checked), col(LoginFailure.at)
    own = select(at).where(here, theirs, checked).order_by(at.desc()).limit(limits.attempts)
    known_place = (
        select(col(LoginSession.id))
        .where(
            col(LoginSession.user_id) == find_user_id(session, username),
            col(LoginSession.address) == address,
            ~col(LoginSession.is_pending),
            col(LoginSession.seen_at) > now - KNOWN_FOR,
        )
        .limit(1)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            _nth_newest(0, here, checked).label("address_newest"),
            _nth_newest(PER_ADDRESS * limits.attempts - 1, here, checked).label("address_nth"),
            _nth_newest(PER_ACCOUNT * limits.attempts - 1, theirs, checked).label("account_nth"),
            _nth_newest(0, here, theirs, ~checked).label("sent_away_at"),
            known_place.label("known_place"),
        )
    ).one()
    return Tries(
        own=session.execute(own).scalars().all(),
        address_newest=row.address_newest,
        address_nth=row.address_nth,
        account_nth=row.account_nth,
        is_known_place=row.known_place is not None,
        sent_away_at=row.sent_away_at,
    )


def _nth_newest(back: int, *which: ColumnElement[bool] | Mapped[bool]) -> ScalarSelect[Any]:
    at = col(LoginFailure.at)
    return select(at).where(*which).order_by(at.desc()).limit(1).offset(back).scalar_subquery()


def pending_user(session: Session, token_hash: str, now: datetime) -> User | None:
    """Whose password was right a moment ago, and whose second factor is still asked for."""
    query = (
        select(User)
        .join(LoginSession, col(LoginSession.user_id) == col(User.id))
        .where(
            col(LoginSession.token_hash) == token_hash,
            col(LoginSession.is_pending),
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.created_at) > now - CODE_WITHIN,
            col(User.is_active),
        )
    )
    return session.execute(query).scalar_one_or_none()


def jurisdiction_of(session: Session, user: User | None) -> Jurisdiction | None:
    """Where a try to sign in is recorded: the account's jurisdiction, or the first one for an unknown name."""
    if user is not None:
        return session.get(Jurisdiction, user.jurisdiction_id)
    return session.execute(select(Jurisdiction).order_by(col(Jurisdiction.id)).limit(1)).scalar_one_or_none()
