"""催办: numbered slips to units that are late."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.types import UtcDateTime


class Urging(SQLModel, table=True):
    """催办单: one slip to one unit, naming the tasks it is about, numbered within the jurisdiction's year."""

    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "year", "number"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="voided_with_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    jurisdiction_id: int = Field(foreign_key="jurisdiction.id")
    plan_id: int = Field(foreign_key="plan.id", index=True)
    period_id: int | None = Field(default=None, foreign_key="reporting_period.id")
    """The period whose reports are missing; None when it is about the tasks themselves."""
    department_id: int = Field(foreign_key="department.id", index=True)
    department_name: str
    year: int
    number: int
    task_ids: list[int] = Field(sa_type=JSON)
    words: str
    answer_by: date
    issued_by: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    received_by: str = ""
    received_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When somebody of the unit said that the slip was read (签收)."""
    voided_by: str = ""
    voided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the supervision office took it back (作废): its number stays used, and it urges nobody any more."""
    void_reason: str = ""
