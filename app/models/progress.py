"""Reporting periods (填报周期) and what departments report in them (进展填报)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.task import TaskStatus
from app.models.types import UtcDateTime, checked


class ReportState(StrEnum):
    """草稿 → 已报送 → 退回 or 审核通过."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class ReportingPeriod(SQLModel, table=True):
    """One month (or half month, quarter …) in which every task of a plan is reported on once."""

    __tablename__ = "reporting_period"
    __table_args__ = (
        UniqueConstraint("plan_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="days_in_order"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id")
    name: str
    starts_on: date
    ends_on: date
    due_on: date
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProgressReport(SQLModel, table=True):
    """What a department said about one task. Never overwritten: the newest counts, the others are history."""

    __tablename__ = "progress_report"
    __table_args__ = (
        Index("ix_progress_report_task_id_state_id", "task_id", "state", "id"),
        CheckConstraint("completion BETWEEN 0 AND 100", name="completion_is_percent"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    task_id: int = Field(foreign_key="task.id")
    period_id: int = Field(foreign_key="reporting_period.id", index=True)
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    """None only for words an imported table already held on a task without any unit."""
    department_name: str = ""
    """What the unit was called then: a closed period keeps the name through renaming, merger and hand-over."""
    author_id: int | None = Field(default=None, foreign_key="user_account.id")
    author_name: str
    state: ReportState = Field(default=ReportState.SUBMITTED, sa_type=checked(ReportState, "report_state"))
    status: TaskStatus = Field(sa_type=checked(TaskStatus, "reported_status"))
    completion: int | None = None
    progress: str
    problems: str = ""
    next_steps: str = ""
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
