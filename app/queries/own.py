"""A row by its number, for this viewer."""

from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from app.rules.permissions import Viewer

Row = TypeVar("Row", bound=SQLModel)


def own_row(session: Session, viewer: Viewer, table: type[Row], number: int) -> Row | None:
    """The row if it belongs to the viewer's jurisdiction. Another's is not even read: to say no takes no longer."""
    columns = table.__table__.c  # type: ignore[attr-defined]
    mine = select(table).where(columns.id == number, columns.jurisdiction_id == viewer.jurisdiction_id)
    return session.execute(mine).scalar_one_or_none()
