"""动态口令: a second factor on the person's own telephone, computed from the time; no message is sent."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, cast
from unicodedata import normalize

import pyotp
from sqlalchemy import CursorResult, or_, update
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.account import User
from app.rules.permissions import ROLE_LABELS, Action, Viewer, require
from app.services import events

STEP = timedelta(seconds=30)
TOLERANCE = 1
"""A telephone's clock may be half a minute fast or slow."""


def new_secret() -> str:
    return pyotp.random_base32()


def is_secret(text: str) -> bool:
    return re.fullmatch(r"[A-Z2-7]{32}", text) is not None


def address_for(secret: str, username: str, place: str) -> str:
    """What the QR code says to the telephone."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=f"{place}督办")


def use_code(session: Session, user: User, code: str, now: datetime) -> bool:
    """Whether the code is right; it is then used up, and so are those before it."""
    step = matching_step(user.totp_secret or "", code, now)
    if step is None:
        return False
    unused = update(User).where(
        col(User.id) == user.id, or_(col(User.totp_step).is_(None), col(User.totp_step) < step)
    )
    return cast(CursorResult[Any], session.execute(unused.values(totp_step=step))).rowcount == 1


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The half minute this code belongs to; None when it is of none near now."""
    typed = re.sub(r"[^0-9]", "", normalize("NFKC", code))
    current = int(now.timestamp() // STEP.total_seconds())
    generator = pyotp.TOTP(secret)
    for step in range(current - TOLERANCE, current + TOLERANCE + 1):
        if compare_digest(generator.generate_otp(step), typed):
            return step
    return None


def enrol(session: Session, secret: str, code: str, *, actor: Viewer, now: datetime) -> None:
    """Switch one's own second factor on, once the telephone has shown that it knows the key."""
    require(actor, Action.SIGN_IN)
    user = session.get_one(User, actor.user_id)
    if user.totp_secret is not None:
        raise Conflict("动态口令已经启用，没有改动。", "要换手机，请先停用再重新设置。")
    if not is_secret(secret):
        raise InvalidInput("没有启用动态口令。", fields={"code": "这一页已过时，请重新扫码。"})
    step = matching_step(secret, code, now)
    if step is None:
        raise InvalidInput(
            "没有启用动态口令。",
            fields={"code": "六位数不正确。请检查手机的时间是否准确，再输入现在显示的六位数。"},
        )
    user.totp_secret, user.totp_step = secret, step
    session.add(user)
    events.record(session, actor, "second_factor_on")
    session.flush()


def refuse_where_needed(actor: Viewer, needed: Collection[str]) -> None:
    """A role that must have it would be asked to set it up again at once. Raises ``Conflict``."""
    if actor.role in needed:
        raise Conflict(
            f"按规定{ROLE_LABELS[actor.role]}登录须使用动态口令，不能停用。",
            "手机丢失或更换时，请系统管理员重置。",
        )


def switch_off(session: Session, *, actor: Viewer, needed: Collection[str] = ()) -> None:
    """Switch one's own second factor off; the page has asked for the password.

    Raises ``Conflict`` where the role is among those that need one.
    """
    require(actor, Action.SIGN_IN)
    refuse_where_needed(actor, needed)
    _clear(session, session.get_one(User, actor.user_id))
    events.record(session, actor, "second_factor_off")


def reset(session: Session, user: User, *, actor: Viewer) -> None:
    """The telephone is lost (重置动态口令): the next sign-in asks for the password only."""
    require(actor, Action.MANAGE_ACCOUNTS)
    if user.totp_secret is None:
        return
    _clear(session, user)
    events.record(session, actor, "second_factor_reset", username=user.username)


def _clear(session: Session, user: User) -> None:
    user.totp_secret = user.totp_step = None
    session.add(user)
    session.flush()
