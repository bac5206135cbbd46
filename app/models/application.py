"""申请: a unit asks for more time, for its task to be taken off the list, or for it to be suspended."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class ApplicationKind(StrEnum):
    """申请延期, 申请办结, 申请中止."""

    EXTENSION = "extension"
    COMPLETION = "completion"
    SUSPENSION = "suspension"


class ApplicationState(StrEnum):
    """待审 → (办结: 已核实) → 同意 or 不同意; the unit may take it back before."""

    PENDING = "pending"
    VERIFIED = "verified"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_STATES = (ApplicationState.PENDING, ApplicationState.VERIFIED)


class Application(SQLModel, table=True):
    """One application of one unit on one task, with every step's person, time and words."""

    __table_args__ = (
        Index(
            "uq_application_open",
            "task_id",
            "kind",
            unique=True,
            sqlite_where=text("state IN ('pending', 'verified')"),
            postgresql_where=text("state IN ('pending', 'verified')"),
        ),
        CheckConstraint("(kind = 'extension') = (due_on_wanted IS NOT NULL)", name="extension_has_date"),
        CheckConstraint("state <> 'verified' OR kind = 'completion'", name="only_completion_is_verified"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id", index=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    department_id: int = Field(foreign_key="department.id")
    department_name: str
    kind: ApplicationKind = Field(sa_type=checked(ApplicationKind, "application_kind"))
    state: ApplicationState = Field(
        default=ApplicationState.PENDING, sa_type=checked(ApplicationState, "application_state")
    )
    reason: str
    progress: str = ""
    """How far the task is, in the applicant's words."""
    due_on_before: date
    due_on_wanted: date | None = None
    author_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    verified_by: str = ""
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_words: str = ""
    """核实: what was found, and how."""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_words: str = ""
