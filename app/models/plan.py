"""责任分解表 and its goals."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class PlanState(StrEnum):
    """Where the table stands in its year: drafted, issued (交办), closed, archived."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    ARCHIVED = "archived"


class PeriodCycle(StrEnum):
    """How often departments report (填报周期)."""

    MONTH = "month"
    HALF_MONTH = "half_month"
    FORTNIGHT = "fortnight"
    TWO_MONTHS = "two_months"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"


class Plan(SQLModel, table=True):
    """责任分解表: one issued table of one year, with the columns it was issued with."""

    __table_args__ = (
        Index(
            "uq_plan_current_title",
            "jurisdiction_id",
            "title",
            "year",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("ends_on >= starts_on", name="year_in_order"),
        CheckConstraint("0 < yellow_points AND yellow_points < red_points", name="points_in_order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    title: str
    year: int
    state: PlanState = Field(default=PlanState.ISSUED, sa_type=checked(PlanState, "plan_state"))
    starts_on: date
    ends_on: date
    cycle: PeriodCycle = Field(default=PeriodCycle.MONTH, sa_type=checked(PeriodCycle, "period_cycle"))
    yellow_points: int = 10
    """Behind pace by this many percentage points or more: 未达序时进度."""
    red_points: int = 30
    """Behind by more than this: 严重滞后."""
    heading: str
    """The title line of the issued document, which need not be the name the office gives the plan."""
    columns: list[dict[str, Any]] = Field(sa_type=JSON)
    """The issued table's columns in order, each ``{"header", "kind"}``."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Set when the import that made the plan was undone; it is then shown nowhere, and its name is free again."""


class Goal(SQLModel, table=True):
    """目标: a numbered heading of the plan that holds tasks."""

    __table_args__ = (Index("ix_goal_plan_id_position", "plan_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id")
    position: int
    number: str = ""
    name: str
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Set when a newer version of the table no longer has this goal."""
