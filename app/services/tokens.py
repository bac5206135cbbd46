"""API tokens (令牌): the keys of OA systems, each acting as one account."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from app import security
from app.clock import office_date
from app.errors import Conflict, InvalidInput
from app.models.account import ApiToken, User
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events

LONGEST_DAYS = 3650


def issue_token(
    session: Session,
    user: User,
    name: str,
    now: datetime,
    *,
    actor: Viewer,
    days: int | None = None,
    newest: int | None = None,
) -> str:
    """A key for an OA system that acts as this account; returned once, stored as its fingerprint.

    Without ``days`` it holds until it is revoked. ``newest`` is the newest token the form knew of: when this one
    has been issued since, the form was sent a second time. Raises ``InvalidInput`` or ``Conflict``.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    session.refresh(
        user, with_for_update={"key_share": True}
    )  # one that is being disabled just now gets none
    name = plain(name)
    fields = {}
    if not 0 < len(name) <= 50:
        fields["name"] = "请写明用途，不超过 50 字，例如：OA 系统。"
    if days is not None and not 0 < days <= LONGEST_DAYS:
        fields["days"] = f"有效天数请填 1 到 {LONGEST_DAYS}；不填则长期有效。"
    if not user.is_active:
        fields["account"] = f"账号“{user.username}”已停用，请选择可用的账号。"
    if fields:
        raise InvalidInput("令牌没有签发。", fields=fields)
    if newest is not None:
        _refuse_a_second_time(session, user, name, newest)
    key = security.new_key()
    expires_at = None if days is None else now + timedelta(days=days)
    session.add(
        ApiToken(
            jurisdiction_id=user.jurisdiction_id,
            user_id=user.id or 0,
            name=name,
            token_hash=security.fingerprint(key),
            created_at=now,
            expires_at=expires_at,
        )
    )
    until = None if expires_at is None else office_date(expires_at).isoformat()
    events.record(session, actor, "token_issued", name=name, username=user.username, until=until)
    return key


def _refuse_a_second_time(session: Session, user: User, name: str, newest: int) -> None:
    same = select(col(ApiToken.id)).where(
        col(ApiToken.user_id) == user.id, col(ApiToken.name) == name, col(ApiToken.id) > newest
    )
    if session.execute(same.limit(1)).first() is not None:
        raise Conflict(
            f"令牌“{name}”已经签发，只在当时显示一次，这一次没有再签发。",
            "没有留下的，请先停用它，再在这一页重新签发。",
        )


def revoke_token(session: Session, token: ApiToken, *, actor: Viewer, now: datetime) -> None:
    """Stop one token (停用令牌); a second press finds it done."""
    require(actor, Action.MANAGE_ACCOUNTS)
    if token.revoked_at is None:
        token.revoked_at = now
        session.add(token)
        events.record(session, actor, "tokens_revoked", name=token.name, count=1)


def revoke_tokens(session: Session, name: str, *, actor: Viewer, now: datetime) -> int:
    """Stop every token of that name; returns how many there were."""
    require(actor, Action.MANAGE_ACCOUNTS)
    live = update(ApiToken).where(
        col(ApiToken.jurisdiction_id) == actor.jurisdiction_id,
        col(ApiToken.name) == name,
        col(ApiToken.revoked_at).is_(None),
    )
    stopped = session.execute(live.values(revoked_at=now).returning(col(ApiToken.id))).all()
    if stopped:
        events.record(session, actor, "tokens_revoked", name=name, count=len(stopped))
    return len(stopped)


def revoke_all_of(session: Session, user: User, *, now: datetime) -> int:
    """The account is disabled, or may do other things now: its tokens end, and do not come back."""
    live = update(ApiToken).where(col(ApiToken.user_id) == user.id, col(ApiToken.revoked_at).is_(None))
    return len(session.execute(live.values(revoked_at=now).returning(col(ApiToken.id))).all())
