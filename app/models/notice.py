"""通知: what the system tells people of others' deeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from app.models.account import Role
from app.models.types import UtcDateTime, checked


class Notice(SQLModel, table=True):
    """One sentence for everybody of a unit, for one official, or for a role; read when the person has opened the list."""

    __table_args__ = (
        Index("ix_notice_jurisdiction_id_id", "jurisdiction_id", "id"),
        CheckConstraint(
            "(department_id IS NOT NULL AND official_id IS NULL AND role IS NULL)"
            " OR (department_id IS NULL AND official_id IS NOT NULL AND role IS NULL)"
            " OR (department_id IS NULL AND official_id IS NULL AND role IS NOT NULL)",
            name="for_somebody",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    official_id: int | None = Field(default=None, foreign_key="official.id")
    role: Role | None = Field(default=None, sa_type=checked(Role, "notice_role"))
    words: str
    address: str = ""
    """The page of ours it leads to."""
    at: datetime = Field(sa_type=UtcDateTime)
