"""What stands beside the names of pages: how much there is to do, and how many notices are new."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.account import User
from app.models.event import TrailHead
from app.queries.notices import unread
from app.queries.todos import todos
from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines of 我的待办, and 通知 not read yet."""

    todos: int = 0
    notices: int = 0


def moment(session: Session, viewer: Viewer) -> tuple[int, int]:
    """How many deeds are on record, and the newest notice the viewer has read.

    Whatever makes or ends a to-do or a notice is a deed: while neither number moves, nor do the counts.
    """
    query = select(
        select(col(TrailHead.sequence))
        .where(col(TrailHead.jurisdiction_id) == viewer.jurisdiction_id)
        .scalar_subquery(),
        col(User.notices_read),
    ).where(col(User.id) == viewer.user_id)
    found = session.execute(query).one_or_none()
    return (0, 0) if found is None else (found[0] or 0, found[1])


def waiting(session: Session, viewer: Viewer, seen: int) -> Waiting:
    return Waiting(len(todos(session, viewer)), unread(session, viewer, seen))
