"""Uploaded originals and the batches made of them (导入批次)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class BatchState(StrEnum):
    """Shown for checking, made into a plan (or a newer version of one), or taken back."""

    PREVIEWED = "previewed"
    COMMITTED = "committed"
    UNDONE = "undone"


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
        CheckConstraint("(state = 'previewed') = (plan_id IS NULL)", name="committed_has_plan"),
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
    is_revision: bool = False
    """Whether the commit changed a plan that was there before, instead of making one."""
    decisions: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What a person settled while checking: column kinds, names, blanks; and what came of it in the directory."""


class ImportDecision(SQLModel, table=True):
    """A doubt settled once, remembered for the jurisdiction's next file (表头、名称的认法)."""

    __tablename__ = "import_decision"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "kind", "words"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    kind: str
    words: str
    """What the file says, white space removed."""
    meaning: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
