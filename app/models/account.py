"""Accounts, their sign-ins, and the tokens of OA systems."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class Role(StrEnum):
    """督查室, 部门联络员, 分管领导, 系统管理员, 审计员."""

    SUPERVISION = "supervision"
    LIAISON = "liaison"
    LEAD_OFFICIAL = "lead_official"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Credential(StrEnum):
    """What lets an account in: our own password, the office's LDAP directory, or its single sign-on (OIDC)."""

    PASSWORD = "password"  # noqa: S105 - the kind, not one
    LDAP = "ldap"
    OIDC = "oidc"


class User(SQLModel, table=True):
    """账号: one person's way in. Disabled, never deleted, so that history keeps its names."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "external_id"),
        CheckConstraint("(role = 'liaison') = (department_id IS NOT NULL)", name="liaison_has_department"),
        CheckConstraint("(role = 'lead_official') = (official_id IS NOT NULL)", name="leader_is_official"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    username: str = Field(unique=True)
    name: str
    role: Role = Field(sa_type=checked(Role, "role"))
    department_id: int | None = Field(default=None, foreign_key="department.id")
    official_id: int | None = Field(default=None, foreign_key="official.id")
    password_hash: str
    is_active: bool = True
    must_change_password: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    credential: Credential = Field(default=Credential.PASSWORD, sa_type=checked(Credential, "credential"))
    subject: str | None = Field(default=None, unique=True)
    """Who the single sign-on says this is; kept at the first sign-in through it."""
    external_id: str | None = None
    """The person's number in the OA system."""
    password_changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_secret: str | None = None
    """The second factor's key (动态口令), once its first code was right."""
    totp_step: int | None = None
    """The half minute whose code was used last: none works twice."""
    notices_read: int = 0
    """The newest notice this person has been shown."""
    calendar_hash: str | None = Field(default=None, unique=True)
    """SHA-256 of the secret address of the person's calendar (iCalendar), once there is one."""


class PastPassword(SQLModel, table=True):
    """A password the account had before, so that it is not chosen again soon."""

    __tablename__ = "past_password"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    user_id: int = Field(foreign_key="user_account.id", index=True)
    password_hash: str
    replaced_at: datetime = Field(sa_type=UtcDateTime)


class LoginSession(SQLModel, table=True):
    """One signed-in browser. The cookie holds a random token; here stands only its SHA-256."""

    __tablename__ = "login_session"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    user_id: int = Field(foreign_key="user_account.id", index=True)
    token_hash: str = Field(unique=True)
    address: str = ""
    agent: str = ""
    """The browser, as it introduces itself."""
    is_pending: bool = False
    """The password was right and the second factor is still asked for."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginFailure(SQLModel, table=True):
    """A wrong password, kept to slow down guessing per account and per address."""

    __tablename__ = "login_failure"

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(index=True)
    address: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    was_checked: bool = True
    """False when it was sent away unchecked: noted once, so that this address gets its turn after the wait."""


class ApiToken(SQLModel, table=True):
    """An OA system's key. It sees and does what its account may; shown once, stored as SHA-256."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    user_id: int = Field(foreign_key="user_account.id", index=True)
    name: str
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
