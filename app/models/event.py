"""办理记录: what happened, append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime, checked


class EventSource(StrEnum):
    """Which door a deed came through."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"


class Event(SQLModel, table=True):
    """One deed: who, when, through which door, on what, and what changed. Written with the change itself."""

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key="user_account.id")
    actor_name: str
    source: EventSource = Field(sa_type=checked(EventSource, "event_source"))
    kind: str
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    task_id: int | None = Field(default=None, foreign_key="task.id", index=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id")
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
