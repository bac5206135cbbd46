"""Messages waiting to leave for OA systems, written in the transaction of the change they tell of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime


class OutboxMessage(SQLModel, table=True):
    """One message; ``message_id`` lets the receiver drop repeats."""

    __tablename__ = "outbox_message"

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    message_id: str = Field(unique=True)
    kind: str
    payload: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = ""
