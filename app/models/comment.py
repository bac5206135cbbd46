"""征求意见: what departments answer to the draft of a table before it is issued."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class CommentAnswer(StrEnum):
    """无意见, or 建议修改 with words."""

    AGREE = "agree"
    CHANGE = "change"


class TaskComment(SQLModel, table=True):
    """One unit's answer on one task in one round of comment, and what the supervision office made of it."""

    __tablename__ = "task_comment"
    __table_args__ = (
        UniqueConstraint("task_id", "department_id", "round"),
        CheckConstraint("answer <> 'change' OR words <> ''", name="change_has_words"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id", index=True)
    task_id: int = Field(foreign_key="task.id")
    department_id: int = Field(foreign_key="department.id", index=True)
    department_name: str
    round: int
    answer: CommentAnswer = Field(sa_type=checked(CommentAnswer, "comment_answer"))
    words: str = ""
    author_name: str
    answered_at: datetime = Field(sa_type=UtcDateTime)
    is_adopted: bool | None = None
    """采纳 or 不采纳; None while the supervision office has not said."""
    reply: str = ""
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
