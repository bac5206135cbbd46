"""Passwords: first ones given, own ones chosen, forgotten ones reset."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app import security
from app.config import Settings
from app.errors import Conflict, InvalidInput
from app.models.account import Credential, LoginFailure, LoginSession, PastPassword, User
from app.models.directory import Jurisdiction
from app.queries.account_list import password_mark
from app.rules.passwords import PasswordRules, reasons
from app.rules.permissions import Action, Viewer, require
from app.rules.usernames import folded
from app.services import events

FIRST_LENGTH = 10


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """A password made by us, to be handed over once and changed at the first sign-in; we keep only the hash."""

    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose password it is, with those it must not repeat."""

    username: str
    password_hash: str
    past_hashes: tuple[str, ...]
    place: str


def rules_of(settings: Settings) -> PasswordRules:
    return PasswordRules(
        min_length=settings.password_min_length,
        classes=settings.password_classes,
        history=settings.password_history,
        days=settings.password_days,
        first_days=settings.first_password_days,
    )


def first_password(settings: Settings) -> FirstPassword:
    """A readable password by the office's rules, with its hash: slow, so made before any transaction is open."""
    rules = rules_of(settings)
    text = ""
    while not text or reasons(text, rules):
        text = security.readable_password(max(FIRST_LENGTH, rules.min_length), rules.classes)
    return FirstPassword(text, security.hash_password(text))


def first_passwords(settings: Settings, count: int) -> list[FirstPassword]:
    return [first_password(settings) for _ in range(count)]


def holder(session: Session, viewer: Viewer, settings: Settings) -> Holder:
    """The viewer's own account as its password is concerned. Raises ``Conflict`` when it has none here."""
    user = session.get_one(User, viewer.user_id)
    if user.credential is not Credential.PASSWORD:
        raise Conflict("您的账号用单位目录或统一身份认证登录，这里没有密码。", "请到那里修改密码。")
    past = (
        select(col(PastPassword.password_hash))
        .where(col(PastPassword.user_id) == user.id)
        .order_by(col(PastPassword.replaced_at).desc(), col(PastPassword.id).desc())
        .limit(settings.password_history)
    )
    place = session.get_one(Jurisdiction, user.jurisdiction_id)
    hashes = tuple(session.execute(past).scalars())
    return Holder(user.username, user.password_hash, hashes, place.name)


def checked_new_password(owner: Holder, *, old: str, new: str, again: str, settings: Settings) -> str:
    """The hash of a person's own new password. Touches no database: it is slow. Raises ``InvalidInput``."""
    fields: dict[str, str] = {}
    if not security.password_matches(old, owner.password_hash):
        fields["old"] = "原密码不正确。"
    rules = rules_of(settings)
    wrong = reasons(new, rules, username=owner.username, place=owner.place)
    if new == old:
        wrong.append("新密码不能与原密码相同。")
    elif not wrong and "old" not in fields and _was_used(new, owner):
        wrong.append(f"这个密码最近用过，请换一个与最近 {rules.history} 次都不同的。")
    if wrong:
        fields["new"] = "".join(wrong)
    if new != again:
        fields["again"] = "两次输入的新密码不一致。"
    if fields:
        raise InvalidInput("密码没有修改。", fields=fields)
    return security.hash_password(new)


def locked(session: Session, user_id: int | None) -> User:
    """The account as it is now; nobody resets or changes it until we are done."""
    return session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)


def _was_used(password: str, owner: Holder) -> bool:
    return any(security.password_matches(password, each) for each in owner.past_hashes)


def set_own_password(
    session: Session,
    actor: Viewer,
    password_hash: str,
    now: datetime,
    settings: Settings,
    *,
    instead_of: Holder,
) -> None:
    """Keep the new password; every other browser of theirs is signed out.

    Raises ``Conflict`` when the old one was reset or changed while the new one was being checked.
    """
    require(actor, Action.SIGN_IN)
    user = locked(session, actor.user_id)
    if user.password_hash != instead_of.password_hash:
        raise Conflict("您的密码刚刚被重置或修改过，这一次没有改动。", "请用新的密码重新登录。")
    _keep_past(session, user, now, settings.password_history)
    user.password_hash, user.must_change_password, user.password_changed_at = password_hash, False, now
    session.add(user)
    others = update(LoginSession).where(
        col(LoginSession.user_id) == user.id,
        col(LoginSession.id) != actor.session_id,
        col(LoginSession.ended_at).is_(None),
    )
    session.execute(others.values(ended_at=now))
    events.record(session, actor, "password_changed")
    session.flush()


def reset_password(
    session: Session,
    user: User,
    password_hash: str,
    *,
    actor: Viewer,
    now: datetime,
    settings: Settings,
    mark: str | None = None,
) -> None:
    """A first password once more (重置密码), to be changed at the next sign-in; open sign-ins end.

    Wrong passwords so far are forgotten: whoever forgot it has typed some. ``mark`` is that of the form: sent a
    second time it would make the sheet worthless that the first time has printed. Raises ``Conflict``.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    session.refresh(user, with_for_update={"key_share": True})
    if mark is not None and mark != password_mark(user):
        done = "重置过，首次密码只显示一次" if user.must_change_password else "修改过"
        raise Conflict(
            f"您打开那一页之后，这个账号的密码已经{done}，这一次没有再重置。",
            "首次密码没有留下的，请在这一页重新办理。",
        )
    if user.credential is not Credential.PASSWORD:
        raise Conflict(
            "这个账号用单位目录或统一身份认证登录，这里没有密码，未作改动。",
            "请到那里重置，或先把登录方式改为本系统的密码。",
        )
    _keep_past(session, user, now, settings.password_history)
    user.password_hash, user.must_change_password, user.password_changed_at = password_hash, True, now
    user.calendar_hash = None  # the account may be passing to a successor
    session.add(user)
    session.execute(delete(LoginFailure).where(col(LoginFailure.username) == folded(user.username)))
    live = update(LoginSession).where(
        col(LoginSession.user_id) == user.id, col(LoginSession.ended_at).is_(None)
    )
    session.execute(live.values(ended_at=now))
    events.record(session, actor, "password_reset", username=user.username)
    session.flush()


def _keep_past(session: Session, user: User, now: datetime, history: int) -> None:
    """Remember the password that is being replaced, and forget those the office no longer asks about."""
    if not user.password_hash:
        return
    session.add(
        PastPassword(
            jurisdiction_id=user.jurisdiction_id,
            user_id=user.id or 0,
            password_hash=user.password_hash,
            replaced_at=now,
        )
    )
    session.flush()
    kept = (
        select(col(PastPassword.id))
        .where(col(PastPassword.user_id) == user.id)
        .order_by(col(PastPassword.replaced_at).desc(), col(PastPassword.id).desc())
        .limit(history)
    )
    remembered = session.execute(kept).scalars().all()
    session.execute(
        delete(PastPassword).where(
            col(PastPassword.user_id) == user.id, col(PastPassword.id).not_in(remembered)
        )
    )
