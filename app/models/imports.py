"""Uploaded originals and the batches made of them (导入批次)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class BatchState(StrEnum):
    """Shown for checking, or made into a plan."""

    PREVIEWED = "previewed"
    COMMITTED = "committed"


class StoredFile(SQLModel, table=True):
    """An uploaded original, byte for byte, in the database so that it lives and dies with its batch."""

    __tablename__ = "stored_file"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    name: str
    size: int
    sha256: str = Field(index=True)
    content: bytes
    uploaded_at: datetime = Field(sa_type=UtcDateTime)


class ImportBatch(SQLModel, table=True):
    """导入批次: a file, what was read in it, and the plan that came of it."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("(state = 'committed') = (plan_id IS NOT NULL)", name="committed_has_plan"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    file_id: int = Field(foreign_key="stored_file.id")
    state: BatchState = Field(default=BatchState.PREVIEWED, sa_type=checked(BatchState, "batch_state"))
    title: str
    year: int
    recognised: dict[str, Any] = Field(sa_type=JSON)
    """The table as read, in the form ``duban read --json`` prints."""
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    created_by: int | None = Field(default=None, foreign_key="user_account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    committed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
