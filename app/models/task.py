"""Tasks (工作标准) and who answers for them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class TaskStatus(StrEnum):
    """办理状态: what the lead unit says of the task. How it stands against time is derived, never stored."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    SUSPENDED = "suspended"


class Rating(StrEnum):
    """What the supervision office may say of a task against its figures (人工评定), with a reason."""

    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    UNRATED = "unrated"


class AssignmentRole(StrEnum):
    """分管领导, then the units: 牵头, 主责, 配合."""

    OFFICIAL = "official"
    LEAD = "lead"
    MAIN = "main"
    SUPPORTING = "supporting"


class Task(SQLModel, table=True):
    """任务: the unit of everything that follows. Its text is ``standard``, kept as the office wrote it."""

    __table_args__ = (
        # All that counting and paging a plan's tasks asks for, so that neither reads the tasks themselves.
        Index("ix_task_of_plan", "jurisdiction_id", "plan_id", "withdrawn_at", "position"),
        Index("ix_task_plan_id_goal_id", "plan_id", "goal_id"),
        CheckConstraint("completion BETWEEN 0 AND 100", name="completion_is_percent"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_reason"),
        CheckConstraint("weight BETWEEN 1 AND 1000", name="weight_counts"),
        CheckConstraint("(rating IS NULL) = (rating_reason = '')", name="rated_with_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id")
    goal_id: int | None = Field(default=None, foreign_key="goal.id")
    parent_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    position: int
    number: str = ""
    standard: str
    due_text: str = ""
    """完成时限 in the office's own words; empty when the table gives none."""
    starts_on: date
    due_on: date
    status: TaskStatus = Field(default=TaskStatus.NOT_STARTED, sa_type=checked(TaskStatus, "task_status"))
    completion: int | None = None
    """完成率 in percent from the newest report; None while no figure was given."""
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    weight: int = 1
    """How much a 分解项 counts among its siblings when the parent's progress is derived."""
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the last of its lead and main units had signed for it (签收)."""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the supervision office verified it and took it off the list (办结); nobody reports on it any more."""
    rating: Rating | None = Field(default=None, sa_type=checked(Rating, "rating"))
    """What the supervision office says of it instead of the figures."""
    rating_reason: str = ""
    rated_by: str = ""
    rated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str = ""
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    place: str = ""
    """Where in the imported file this task stands (Sheet1 第12行)."""
    inherited: list[str] = Field(default_factory=list, sa_type=JSON)
    """Cells the issued table left to the row above, so that a workbook can merge them again."""
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


def _held_once(bearer: str) -> Index:
    """A task may come back to the one who handed it over, but nobody holds it twice at a time."""
    held = text(f"held_to IS NULL AND {bearer} IS NOT NULL")
    return Index(
        f"uq_assignment_task_id_{bearer}",
        "task_id",
        bearer,
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )


class Assignment(SQLModel, table=True):
    """One official or one department on one task, in the order of the document, for as long as they hold it."""

    __table_args__ = (
        _held_once("official_id"),
        _held_once("department_id"),
        CheckConstraint("held_to >= held_from", name="days_in_order"),
        CheckConstraint(
            "(official_id IS NULL) <> (department_id IS NULL) AND (role = 'official') = (official_id IS NOT NULL)",
            name="one_person_or_one_unit",
        ),
        Index("ix_assignment_plan_id", "plan_id"),
        # Its sheet, which the whole office opens on one evening.
        Index("ix_assignment_of_unit", "department_id", "plan_id"),
        # All that asking who answers for a task on a day needs, so that lists by unit or official stay fast.
        Index("ix_assignment_of_task", "task_id", "department_id", "official_id", "held_from", "held_to"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id")
    task_id: int = Field(foreign_key="task.id")
    role: AssignmentRole = Field(sa_type=checked(AssignmentRole, "assignment_role"))
    official_id: int | None = Field(default=None, foreign_key="official.id")
    department_id: int | None = Field(default=None, foreign_key="department.id")
    position: int
    held_from: date | None = None
    """The first day it counts; None from the beginning."""
    held_to: date | None = None
    """The first day it counts no longer; None while it is held."""
    hand_over_id: int | None = Field(default=None, foreign_key="hand_over.id")
    """The hand-over that brought it."""
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_by: str = ""
    """Who signed for it (签收) on behalf of the unit."""


class Indicator(SQLModel, table=True):
    """量化指标: what a task's words promise in figures. Completion is then figure ÷ target, not an opinion."""

    __table_args__ = (UniqueConstraint("task_id"), CheckConstraint("target > 0", name="target_counts"))

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    task_id: int = Field(foreign_key="task.id")
    name: str
    """What is counted (新建、改造公厕)."""
    target: float
    unit: str = ""


class HandOver(SQLModel, table=True):
    """交接: an official's or a department's open tasks pass to another on a date."""

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint(
            "(from_official_id IS NULL) = (to_official_id IS NULL)"
            " AND (from_department_id IS NULL) = (to_department_id IS NULL)"
            " AND (from_official_id IS NULL) <> (from_department_id IS NULL)",
            name="people_or_units",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id", index=True)
    from_official_id: int | None = Field(default=None, foreign_key="official.id")
    to_official_id: int | None = Field(default=None, foreign_key="official.id")
    from_department_id: int | None = Field(default=None, foreign_key="department.id")
    to_department_id: int | None = Field(default=None, foreign_key="department.id")
    effective_on: date
    reason: str = ""
    tasks: int
    """How many tasks passed."""
    actor_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
