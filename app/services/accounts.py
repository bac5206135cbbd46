"""Accounts: made, signed in and out, given tokens."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from app import security
from app.config import Settings
from app.errors import Conflict, InvalidInput, TooManyAttempts, WrongPassword
from app.models.account import ApiToken, LoginFailure, LoginSession, Role, User
from app.queries import accounts as account_queries
from app.rules.permissions import Viewer
from app.rules.text import plain
from app.services import events

PAUSE = timedelta(minutes=15)
PER_ADDRESS = 5
"""One address may be a whole building behind one gateway: it gets so many times an account's wrong passwords."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person typed at sign-in, and from where."""

    username: str
    password: str
    address: str

    @classmethod
    def typed(cls, username: str, password: str, address: str) -> "Credentials":
        """Without the spaces and stray characters of a hasty hand, and no longer than any account's."""
        return cls(plain(username)[:100], password[:1000], address)


def create_user(
    session: Session,
    *,
    jurisdiction_id: int,
    username: str,
    name: str,
    role: Role,
    password: str,
    now: datetime,
    actor: Viewer,
    department_id: int | None = None,
    official_id: int | None = None,
    must_change_password: bool = False,
) -> User:
    """Open an account (建立账号). Raises ``Conflict`` when the name is taken, ``InvalidInput`` when it is none."""
    if not re.fullmatch(r"[\w.@-]{2,50}", username):
        raise InvalidInput(
            "用户名须为 2 到 50 个字母、数字、汉字或 . _ - @，中间不能有空格。", "请换一个用户名。"
        )
    if not plain(name):
        raise InvalidInput("姓名是空的。", "请写明姓名。")
    if account_queries.find_user(session, username) is not None:
        raise Conflict(f"用户名“{username}”已有人使用。", "请换一个用户名。")
    user = User(
        jurisdiction_id=jurisdiction_id,
        username=username,
        name=name,
        role=role,
        department_id=department_id,
        official_id=official_id,
        password_hash=security.hash_password(password),
        must_change_password=must_change_password,
        created_at=now,
    )
    session.add(user)
    session.flush()
    events.record(session, actor, "account_created", username=username, name=name, role=role)
    return user


def reset_password(session: Session, user: User, password: str, *, actor: Viewer, now: datetime) -> None:
    """A first password once more (重置密码), to be changed at the next sign-in; open sign-ins end."""
    user.password_hash, user.must_change_password = security.hash_password(password), True
    session.add(user)
    mine = update(LoginSession).where(
        col(LoginSession.user_id) == user.id, col(LoginSession.ended_at).is_(None)
    )
    session.execute(mine.values(ended_at=now))
    events.record(session, actor, "password_reset", username=user.username)


def refuse_if_paused(session: Session, credentials: Credentials, settings: Settings, now: datetime) -> None:
    """Raises ``TooManyAttempts`` before any password is hashed, so that guessing costs us nothing."""
    own, anyone = account_queries.failures_since(
        session, credentials.username, credentials.address, now - PAUSE
    )
    if own >= settings.login_attempts or anyone >= PER_ADDRESS * settings.login_attempts:
        raise TooManyAttempts(
            "密码错误次数过多，已暂停从这台电脑登录。", "请 15 分钟后再试；忘记密码请联系系统管理员。"
        )


def check_password(user: User | None, credentials: Credentials) -> User:
    """Raises ``WrongPassword`` without telling which of the two was wrong. Touches no database: it is slow."""
    known = user if user is not None and user.is_active else None
    if (
        not security.password_matches(credentials.password, known.password_hash if known else None)
        or known is None
    ):
        raise WrongPassword("用户名或密码不正确。", "请检查大小写和输入法后重试；忘记密码请联系系统管理员。")
    return known


def record_failure(session: Session, credentials: Credentials, now: datetime) -> None:
    """Remember a wrong password, and forget those of yesterday."""
    session.execute(delete(LoginFailure).where(col(LoginFailure.at) < now - timedelta(days=1)))
    session.add(LoginFailure(username=credentials.username[:100], address=credentials.address, at=now))


def open_session(session: Session, user: User, address: str, now: datetime) -> str:
    """Sign a person in and return the cookie's key; only its fingerprint is kept."""
    key = security.new_key()
    session.add(
        LoginSession(
            jurisdiction_id=user.jurisdiction_id,
            user_id=user.id or 0,
            token_hash=security.fingerprint(key),
            address=address,
            created_at=now,
            seen_at=now,
        )
    )
    return key
    return key


def touch_session(session: Session, viewer: Viewer, now: datetime) -> None:
    """Push the idle limit out, at most once in a while (the caller sees to that)."""
    own = update(LoginSession).where(col(LoginSession.id) == viewer.session_id)
    session.execute(own.values(seen_at=now))


def close_session(session: Session, viewer: Viewer, now: datetime) -> None:
    """Sign out."""
    own = update(LoginSession).where(col(LoginSession.id) == viewer.session_id)
    session.execute(own.values(ended_at=now))


def checked_new_password(user: User, *, old: str, new: str, again: str, settings: Settings) -> str:
    """The hash of a person's own new password. Touches no database: it is slow. Raises ``InvalidInput``."""
    fields: dict[str, str] = {}
    if not security.password_matches(old, user.password_hash):
        fields["old"] = "原密码不正确。"
    if len(new) < settings.password_min_length:
        fields["new"] = f"新密码至少 {settings.password_min_length} 位。"
    elif new == old or new.lower() == user.username.lower():
        fields["new"] = "新密码不能与原密码或用户名相同。"
    if new != again:
        fields["again"] = "两次输入的新密码不一致。"
    if fields:
        raise InvalidInput("密码没有修改。", fields=fields)
    return security.hash_password(new)


def set_own_password(session: Session, actor: Viewer, password_hash: str, now: datetime) -> None:
    """Keep the new password; every other browser of theirs is signed out."""
    user = session.get_one(User, actor.user_id)
    user.password_hash, user.must_change_password = password_hash, False
    session.add(user)
    others = update(LoginSession).where(
        col(LoginSession.user_id) == user.id,
        col(LoginSession.id) != actor.session_id,
        col(LoginSession.ended_at).is_(None),
    )
    session.execute(others.values(ended_at=now))
    events.record(session, actor, "password_changed")


def issue_token(session: Session, user: User, name: str, now: datetime, *, actor: Viewer) -> str:
    """A key for an OA system that acts as this account; returned once, stored as its fingerprint."""
    key = security.new_key()
    session.add(
        ApiToken(
            jurisdiction_id=user.jurisdiction_id,
            user_id=user.id or 0,
            name=name,
            token_hash=security.fingerprint(key),
            created_at=now,
        )
    )
    events.record(session, actor, "token_issued", name=name, username=user.username)
    return key


def revoke_tokens(session: Session, name: str, *, actor: Viewer, now: datetime) -> int:
    """Stop every token of that name (停用令牌); returns how many there were."""
    live = update(ApiToken).where(
        col(ApiToken.jurisdiction_id) == actor.jurisdiction_id,
        col(ApiToken.name) == name,
        col(ApiToken.revoked_at).is_(None),
    )
    stopped = session.execute(live.values(revoked_at=now).returning(col(ApiToken.id))).all()
    events.record(session, actor, "tokens_revoked", name=name, count=len(stopped))
    return len(stopped)
