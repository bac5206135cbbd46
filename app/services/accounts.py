"""Accounts (账号): opened, changed, disabled; never deleted."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.account import Credential, Role, User
from app.models.directory import Department, Official
from app.queries.account_list import account_row
from app.queries.accounts import ids_named
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events, sessions, tokens
from app.services.directory import wait_in_line
from app.services.stale_forms import refuse_when_stale

USERNAME = re.compile(r"[\w.@-]{2,50}")
USERNAME_RULE = "用户名须为 2 到 50 个字母、数字、汉字或 . _ - @，中间不能有空格。"


@dataclass(frozen=True, slots=True)
class AccountForm:
    """What the administrator says about an account."""

    username: str
    name: str
    role: Role
    department_id: int | None = None
    official_id: int | None = None
    external_id: str = ""
    credential: Credential = Credential.PASSWORD

    def cleaned(self) -> "AccountForm":
        """Without stray spaces; a unit or an official only where the role has one."""
        return AccountForm(
            plain(self.username),
            plain(self.name),
            self.role,
            self.department_id if self.role is Role.LIAISON else None,
            self.official_id if self.role is Role.LEAD_OFFICIAL else None,
            plain(self.external_id),
            self.credential,
        )


def open_account(
    session: Session,
    form: AccountForm,
    *,
    jurisdiction_id: int,
    password_hash: str,
    now: datetime,
    actor: Viewer,
    must_change_password: bool = True,
) -> User:
    """Open an account (建立账号) with a first password. Raises ``InvalidInput``."""
    require(actor, Action.MANAGE_ACCOUNTS)
    form = form.cleaned()
    fields = problems(session, form, jurisdiction_id)
    if fields:
        raise InvalidInput("账号没有建立。", fields=fields)
    by_password = form.credential is Credential.PASSWORD
    user = User(
        jurisdiction_id=jurisdiction_id,
        username=form.username,
        name=form.name,
        role=form.role,
        department_id=form.department_id,
        official_id=form.official_id,
        external_id=form.external_id or None,
        credential=form.credential,
        password_hash=password_hash if by_password else "",
        must_change_password=must_change_password and by_password,
        password_changed_at=now,
        created_at=now,
    )
    session.add(user)
    session.flush()
    events.record(session, actor, "account_created", **_told(session, user))
    return user


def problems(
    session: Session, form: AccountForm, jurisdiction_id: int, own_id: int | None = None
) -> dict[str, str]:
    """What is wrong with an account as it is written down, field by field; nothing when it can be kept."""
    fields = {}
    if not USERNAME.fullmatch(form.username):
        fields["username"] = USERNAME_RULE
    elif set(ids_named(session, form.username)) - {own_id}:
        fields["username"] = f"用户名“{form.username}”已有人使用，请换一个用户名。"
    if not 0 < len(form.name) <= 50:
        fields["name"] = "姓名是空的，请写明姓名。" if not form.name else "姓名不能超过 50 字。"
    if form.role is Role.LIAISON and not _is_here(session, Department, form.department_id, jurisdiction_id):
        fields["department"] = "请选择联络员所在的单位。"
    if form.role is Role.LEAD_OFFICIAL and not _is_here(session, Official, form.official_id, jurisdiction_id):
        fields["official"] = "请选择这个账号属于哪位分管领导。"
    if len(form.external_id) > 100:
        fields["external_id"] = "工号不能超过 100 字。"
    elif form.external_id and _taken(
        session,
        (col(User.external_id) == form.external_id) & (col(User.jurisdiction_id) == jurisdiction_id),
        own_id,
    ):
        fields["external_id"] = f"工号“{form.external_id}”已登记在另一个账号上。"
    return fields


def change_account(
    session: Session,
    user: User,
    form: AccountForm,
    *,
    actor: Viewer,
    now: datetime,
    shown: str | None = None,
) -> None:
    """Change name, role, unit, number or way of signing in (修改账号); what changed stands old → new in the trail.

    ``shown`` is the digest of the account as the person's page showed it; ``Conflict`` when it has changed since.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    wait_in_line(session, actor)
    session.refresh(user, with_for_update=True)
    form = AccountForm(
        user.username,
        form.name,
        form.role,
        form.department_id,
        form.official_id,
        form.external_id,
        form.credential,
    ).cleaned()
    if shown is not None:
        _refuse_when_stale(session, user, form, actor, shown)
    fields = problems(session, form, user.jurisdiction_id, user.id)
    if form.role is not user.role:
        if user.id == actor.user_id:
            fields["role"] = "不能改自己的角色，请由另一位系统管理员办理。"
        elif _is_last_administrator(session, user):
            fields["role"] = "这是最后一个可用的系统管理员账号，请先建立另一个。"
    if fields:
        raise InvalidInput("账号没有修改。", fields=fields)
    before = _told(session, user)
    user.name, user.role = form.name, form.role
    user.department_id, user.official_id = form.department_id, form.official_id
    user.external_id = form.external_id or None
    _let_in_by(user, form.credential)
    session.add(user)
    session.flush()
    after = _told(session, user)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    if "role" in changed or "credential" in changed:  # what was open was opened under other rights
        sessions.end_all(session, user, actor=actor, now=now)
    ended = tokens.revoke_all_of(session, user, now=now) if "role" in changed else 0
    events.record(
        session,
        actor,
        "account_changed",
        username=user.username,
        tokens=ended,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _refuse_when_stale(session: Session, user: User, form: AccountForm, actor: Viewer, shown: str) -> None:
    there = account_row(session, actor, user.id or 0)
    compared = [
        ("姓名", form.name, there.name, there.name),
        ("角色", form.role, there.role, there.role_label),
        ("单位", form.department_id, there.department_id, there.department),
        ("领导", form.official_id, there.official_id, there.official),
        ("登录方式", form.credential, there.credential, there.credential_label),
        ("工号", form.external_id, there.external_id, there.external_id),
    ]
    refuse_when_stale(shown, there.digest, "这个账号", compared)


def let_in_by_password(session: Session, user: User, *, actor: Viewer, now: datetime) -> None:
    """Back to a password of ours (改用本系统的密码), whatever has become of the other way in."""
    form = AccountForm(
        user.username,
        user.name,
        user.role,
        user.department_id,
        user.official_id,
        user.external_id or "",
        Credential.PASSWORD,
    )
    change_account(session, user, form, actor=actor, now=now)


def _let_in_by(user: User, credential: Credential) -> None:
    """Another way in (登录方式). The one before is forgotten, so that going back does not open an old door."""
    if credential is user.credential:
        return
    user.credential, user.subject = credential, None
    user.password_hash, user.must_change_password = "", False


def disable_account(session: Session, user: User, *, actor: Viewer, now: datetime) -> None:
    """Close an account (停用账号): its sessions and tokens end at once. Raises ``Conflict``."""
    require(actor, Action.MANAGE_ACCOUNTS)
    wait_in_line(session, actor)
    session.refresh(user, with_for_update=True)
    if not user.is_active:
        return
    if user.id == actor.user_id:
        raise Conflict("不能停用自己的账号，没有改动。", "请由另一位系统管理员办理。")
    if _is_last_administrator(session, user):
        raise Conflict("这是最后一个可用的系统管理员账号，没有停用。", "请先建立另一个系统管理员账号。")
    user.is_active, user.calendar_hash = False, None
    session.add(user)
    ended = sessions.end_all(session, user, actor=actor, now=now)
    revoked = tokens.revoke_all_of(session, user, now=now)
    events.record(session, actor, "account_disabled", username=user.username, sessions=ended, tokens=revoked)
    session.flush()


def enable_account(session: Session, user: User, *, actor: Viewer) -> None:
    """Open a disabled account again (恢复账号); its tokens stay revoked."""
    require(actor, Action.MANAGE_ACCOUNTS)
    if user.is_active:
        return
    user.is_active = True
    session.add(user)
    events.record(session, actor, "account_enabled", username=user.username)
    session.flush()


def _is_last_administrator(session: Session, user: User) -> bool:
    if user.role is not Role.ADMINISTRATOR or not user.is_active:
        return False
    others = select(func.count()).where(
        col(User.jurisdiction_id) == user.jurisdiction_id,
        col(User.role) == Role.ADMINISTRATOR,
        col(User.is_active),
        col(User.id) != user.id,
    )
    return session.execute(others).scalar_one() == 0


def _taken(session: Session, which: object, own_id: int | None) -> bool:
    found = session.execute(select(col(User.id)).where(which)).scalars().all()  # type: ignore[arg-type]
    return any(each != own_id for each in found)


def _is_here(session: Session, kind: type[Any], row_id: int | None, jurisdiction_id: int) -> bool:
    found = session.get(kind, row_id) if row_id else None
    return found is not None and found.jurisdiction_id == jurisdiction_id


def _told(session: Session, user: User) -> dict[str, Any]:
    """The account in words that stay true when units are renamed."""
    department = session.get(Department, user.department_id) if user.department_id else None
    official = session.get(Official, user.official_id) if user.official_id else None
    return {
        "username": user.username,
        "name": user.name,
        "role": user.role,
        "department": department.name if department else "",
        "official": official.name if official else "",
        "external_id": user.external_id or "",
        "credential": user.credential,
    }
