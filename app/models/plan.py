"""责任分解表 and its goals."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class PlanState(StrEnum):
    """Where the table stands in its year: drafted, out for comment (征求意见), issued (交办), reported on, closed, archived."""

    DRAFT = "draft"
    COMMENT = "comment"
    ISSUED = "issued"
    RUNNING = "running"
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


class DueShift(StrEnum):
    """Where a due day goes that is no working day: to the next one (顺延), or to the one before (提前)."""

    LATER = "later"
    EARLIER = "earlier"


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
        CheckConstraint("due_day BETWEEN 1 AND 31", name="due_day_of_month"),
        CheckConstraint("due_months_after BETWEEN 0 AND 1", name="due_soon_after"),
        CheckConstraint("remind_days BETWEEN 0 AND 31", name="reminded_in_time"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    title: str
    year: int
    state: PlanState = Field(default=PlanState.ISSUED, sa_type=checked(PlanState, "plan_state"))
    starts_on: date
    ends_on: date
    cycle: PeriodCycle = Field(default=PeriodCycle.MONTH, sa_type=checked(PeriodCycle, "period_cycle"))
    due_day: int = 31
    """The day of the month reports are due on; 31 is the month's last. Cycles within a month end on their last day."""
    due_months_after: int = 0
    """0: in the period's last month; 1: in the month after it (次月5日前)."""
    due_shift: DueShift = Field(default=DueShift.LATER, sa_type=checked(DueShift, "due_shift"))
    remind_days: int = 3
    """From so many days before the due day, whoever has not reported is reminded."""
    yellow_points: int = 10
    """Behind pace by this many percentage points or more: 未达序时进度."""
    red_points: int = 30
    """Behind by more than this: 严重滞后."""
    heading: str
    """The title line of the issued document, which need not be the name the office gives the plan."""
    columns: list[dict[str, Any]] = Field(sa_type=JSON)
    """The issued table's columns in order, each ``{"header", "kind"}``."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    comment_round: int = 0
    """How often the draft has gone round for comment (征求意见)."""
    comment_due_on: date | None = None
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When it was issued (交办) in this system; None for a table issued on paper, which nobody signs here."""
    sign_due_on: date | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
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
