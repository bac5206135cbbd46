"""The office's address book: jurisdictions, departments (单位) and officials (分管领导)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class DepartmentKind(StrEnum):
    """A group (各镇街) stands for members that the office names later."""

    UNIT = "unit"
    GROUP = "group"


class Jurisdiction(SQLModel, table=True):
    """辖区: a district, county or city with its own plans, directory and accounts."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    demonstration_date: date | None = None
    """Set only by the demonstration: its clock stands on this date and every page says so."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Department(SQLModel, table=True):
    """单位: who leads or supports tasks. A merged one keeps its name in history and points to its successor."""

    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "name"),
        UniqueConstraint("jurisdiction_id", "external_id"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("successor_id <> id", name="not_its_own_successor"),
        CheckConstraint("successor_id IS NULL OR retired_on IS NOT NULL", name="succeeded_on_a_date"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    name: str
    short_name: str = ""
    category: str = ""
    """How the office groups its units (区直部门, 镇街, 园区), in its own words."""
    kind: DepartmentKind = Field(
        default=DepartmentKind.UNIT, sa_type=checked(DepartmentKind, "department_kind")
    )
    position: int = 0
    parent_id: int | None = Field(default=None, foreign_key="department.id")
    """The unit above (县政府办 of 县金融办)."""
    successor_id: int | None = Field(default=None, foreign_key="department.id")
    """Who took over after a merger, on ``retired_on``."""
    retired_on: date | None = None
    """The first day the unit no longer exists."""
    external_id: str | None = None
    """Its number in the OA system's organisation."""


class DepartmentAlias(SQLModel, table=True):
    """Another name the same department is written by (区发改局, 区发展和改革局)."""

    __tablename__ = "department_alias"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    department_id: int = Field(foreign_key="department.id", index=True)
    name: str


class DepartmentMember(SQLModel, table=True):
    """One member of a group: 各镇街 stands for each of its members."""

    __tablename__ = "department_member"
    __table_args__ = (
        UniqueConstraint("group_id", "department_id"),
        CheckConstraint("group_id <> department_id", name="not_its_own_member"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    group_id: int = Field(foreign_key="department.id")
    department_id: int = Field(foreign_key="department.id", index=True)


class Official(SQLModel, table=True):
    """分管领导: a person in post, in the office's own order of rank; may have no account."""

    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "name", "post"),
        UniqueConstraint("jurisdiction_id", "external_id"),
        CheckConstraint("in_office_to > in_office_from", name="term_in_order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    name: str
    post: str = ""
    position: int = 0
    in_office_from: date | None = None
    in_office_to: date | None = None
    """The first day no longer in office; None while in office."""
    external_id: str | None = None
    """The person's number in the OA system's organisation."""
