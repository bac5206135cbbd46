"""Every setting of an installation, its default, and one line on its meaning.

Each can be given as an environment variable with the prefix ``DUBAN_`` (``DUBAN_DATA_DIR=/srv/duban``).
"""

import os
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Dates and times are stored in UTC and shown, and counted, in the office's zone."""
ROLES = frozenset({"supervision", "liaison", "lead_official", "administrator", "auditor"})


class Settings(BaseSettings):
    """How this installation runs; the docs table of settings is held equal to this class by a test."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", frozen=True)

    data_dir: Path = Path("data")
    """Folder of the embedded database, and of how far imports under way have come."""

    database_url: str = ""
    """SQLAlchemy address of the database; empty means SQLite inside data_dir."""

    public_url: str = ""
    """Address people type, when a proxy stands in front; decides Secure cookies and the same-origin check."""

    processes: int = Field(default=0, ge=0)
    """Server processes on the port; 0 means 1 on SQLite, and on PostgreSQL one for each processor, but four at most."""

    threads: int = 0
    """Requests each process works on at once; 0 means 4 on SQLite and 8 on PostgreSQL."""

    body_limit: int = 1_000_000
    """Largest request body in bytes, except for uploads."""

    upload_limit: int = 20_000_000
    """Largest uploaded file in bytes."""

    session_idle_minutes: int = 60
    """Signed out after so many minutes without a request."""

    session_hours: int = 12
    """Signed out after so many hours in any case."""

    login_attempts: int = 10
    """Wrong passwords of one account from one address before sign-in pauses; after three each doubles the wait."""

    lockout_minutes: float = 15
    """How long sign-in pauses then."""

    password_min_length: int = 8
    """Shortest password a person may choose."""

    password_classes: int = 3
    """How many of capital letters, small letters, figures and signs a password must have."""

    password_history: int = 5
    """How many earlier passwords may not be chosen again."""

    password_days: int = 90
    """After so many days the next sign-in leads to a new password; 0 means never."""

    first_password_days: int = 14
    """So long a first password works."""

    totp_roles: str = ""
    """Roles that must use a second factor, separated by commas: administrator,supervision,auditor."""

    oidc_issuer: str = ""
    """Address of the office's single sign-on (OpenID Connect issuer); empty means there is none."""

    oidc_client_id: str = ""
    """Under which name the single sign-on knows this program."""

    oidc_client_secret: str = Field(default="", repr=False)
    """The secret the single sign-on gave this program."""

    oidc_name: str = "统一身份认证"
    """What the people of the office call their single sign-on; stands on the button."""

    oidc_username_claim: str = "preferred_username"
    """Which claim of the single sign-on is the user name here; asked only at an account's first sign-in."""

    oidc_scopes: str = "openid profile"
    """What is asked of the single sign-on."""

    ldap_url: str = ""
    """The office's directory: ldaps://host, or ldap://host, then always with StartTLS; empty means there is none."""

    ldap_bind_dn: str = ""
    """The account that may search the directory; empty means it may be searched without one."""

    ldap_bind_password: str = Field(default="", repr=False)
    """Its password."""

    ldap_base: str = ""
    """Below which entry of the directory the people stand."""

    ldap_filter: str = "(uid={username})"
    """How a person is found in the directory; {username} is the user name here."""

    @cached_property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'duban.db'}"

    @field_validator("totp_roles")
    @classmethod
    def _known_roles(cls, text: str) -> str:
        """A mistyped role would leave its people without a second factor, and nobody would notice."""
        if not {role.strip() for role in text.split(",") if role.strip()} <= ROLES:
            raise ValueError("unknown role")
        return text

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        return frozenset(role.strip() for role in self.totp_roles.split(",") if role.strip())

    @property
    def is_sqlite(self) -> bool:
        return self.resolved_database_url.startswith("sqlite")

    @property
    def thread_count(self) -> int:
        return self.threads or (4 if self.is_sqlite else 8)

    @property
    def process_count(self) -> int:
        return self.processes or (1 if self.is_sqlite else min(os.cpu_count() or 1, 4))

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.startswith("https://")
