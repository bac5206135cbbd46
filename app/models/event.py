"""办理记录: what happened, append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked

COMMAND_ACTOR = "系统管理员（命令）"
"""Who acts where a command does: it runs on the server, which the administrator keeps."""


class EventSource(StrEnum):
    """Which door a deed came through."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"


class Event(SQLModel, table=True):
    """One deed: who, when, from where, on what, and what changed (old → new). Written with the change itself.

    Triggers refuse to change or delete a row. ``hash`` covers the row and the hash of the one before it in the
    jurisdiction, so that whoever gets past the triggers is found by ``duban audit verify``.
    """

    __table_args__ = (UniqueConstraint("jurisdiction_id", "sequence"),)

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    sequence: int
    """1, 2, 3 … within the jurisdiction, without a gap."""
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    actor_name: str
    source: EventSource = Field(sa_type=checked(EventSource, "event_source"))
    address: str = ""
    """The network address it came from; empty for commands."""
    kind: str
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    hash: str


class TrailHead(SQLModel, table=True):
    """The newest link of a jurisdiction's chain of events: its row is the queue that writers wait in."""

    __tablename__ = "trail_head"

    jurisdiction_id: int = Field(foreign_key="jurisdiction.id", primary_key=True)
    sequence: int
    hash: str
