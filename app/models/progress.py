"""Reporting periods (填报周期) and what departments report in them (进展填报)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.task import TaskStatus
from app.models.types import UtcDateTime, checked


class ReportState(StrEnum):
    """已报送 → 退回 or 审核通过. What is not submitted yet is a ``ReportDraft``."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


IMPORTED_BY = "导入"
"""Whom a report names that came with an imported table: nobody made it here, so nobody reviews it."""


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
    """The day reports are due, already moved to a working day."""
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ProgressReport(SQLModel, table=True):
    """What a department said about one task. Never overwritten: the newest counts, the others are history."""

    __tablename__ = "progress_report"
    __table_args__ = (
        Index("ix_progress_report_task_id_state_id", "task_id", "state", "id"),
        CheckConstraint("completion BETWEEN 0 AND 100", name="completion_is_percent"),
        CheckConstraint("(state = 'returned') = (return_reason <> '')", name="returned_with_reason"),
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
    actual: float | None = None
    """完成值: the figure reached, where the task has an indicator."""
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewer_name: str = ""
    return_reason: str = ""


class ReportDraft(SQLModel, table=True):
    """草稿: what a unit has typed so far for one task and period, exactly as typed, even what no report may say.

    A field is only replaced by whoever has seen what stands in it: two people on one sheet lose nothing.
    """

    __tablename__ = "report_draft"
    __table_args__ = (UniqueConstraint("task_id", "period_id", "department_id"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    task_id: int = Field(foreign_key="task.id")
    period_id: int = Field(foreign_key="reporting_period.id", index=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    status: str = ""
    completion: str = ""
    actual: str = ""
    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    updated_at: datetime = Field(sa_type=UtcDateTime)
    updated_by: str
    """The colleague who typed last."""


class Contribution(SQLModel, table=True):
    """配合情况: what a supporting unit tells the lead unit for its joint report."""

    __table_args__ = (UniqueConstraint("task_id", "period_id", "department_id"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    task_id: int = Field(foreign_key="task.id")
    period_id: int = Field(foreign_key="reporting_period.id", index=True)
    department_id: int = Field(foreign_key="department.id", index=True)
    department_name: str
    draft: str = ""
    """As typed; the lead unit sees ``words`` only."""
    words: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    updated_by: str


class Attachment(SQLModel, table=True):
    """佐证材料: a file beside what a unit claims for one task and period."""

    __table_args__ = (Index("ix_attachment_task_id_period_id", "task_id", "period_id"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    task_id: int = Field(foreign_key="task.id")
    period_id: int = Field(foreign_key="reporting_period.id", index=True)
    department_id: int = Field(foreign_key="department.id")
    department_name: str
    file_id: int = Field(foreign_key="stored_file.id")
    media_type: str
    """What the content is, told by the content and not by its name."""
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_by: str = ""


class PeriodSnapshot(SQLModel, table=True):
    """定格: a closed period's table as it was, so that it can be shown and exported again for ever."""

    __tablename__ = "period_snapshot"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    period_id: int = Field(foreign_key="reporting_period.id", unique=True)
    content: bytes
    """The rows of the ledger with progress, packed; read by ``queries/snapshots``."""
    sha256: str
    taken_at: datetime = Field(sa_type=UtcDateTime)
    taken_by: str


class CalendarDay(SQLModel, table=True):
    """工作日调整: a day the office works, or does not, whatever the published calendar says."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    day: date
    is_working: bool
    note: str = ""
