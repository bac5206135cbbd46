"""通知: what the system told the viewer, his unit, or his role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import Session, col

from app.models.account import User
from app.models.notice import Notice
from app.queries.page import Page
from app.rules.permissions import Viewer

COUNTED = 100
"""Beyond so many, that there are more is all anybody wants to know."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One sentence, when it was said, the page it leads to, and whether the viewer has seen it."""

    id: int
    words: str
    address: str
    at: datetime
    is_new: bool


def list_notices(session: Session, viewer: Viewer, *, page: int = 1, size: int = 50) -> Page[NoticeRow]:
    """The viewer's notices, the newest first."""
    seen = notices_read(session, viewer)
    total = session.execute(select(func.count()).select_from(Notice).where(_for(viewer))).scalar_one()
    query = (
        select(col(Notice.id), col(Notice.words), col(Notice.address), col(Notice.at))
        .where(_for(viewer))
        .order_by(col(Notice.id).desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = [
        NoticeRow(row.id, row.words, row.address, row.at, row.id > seen) for row in session.execute(query)
    ]
    return Page(rows, page, size, total)


def unread(session: Session, viewer: Viewer, seen: int) -> int:
    """How many notices came after the one the viewer has seen; counted no further than anybody reads."""
    newer = select(col(Notice.id)).where(_for(viewer), col(Notice.id) > seen).limit(COUNTED)
    return session.execute(select(func.count()).select_from(newer.subquery())).scalar_one()


def notices_read(session: Session, viewer: Viewer) -> int:
    """The newest notice the viewer has been shown."""
    query = select(col(User.notices_read)).where(col(User.id) == viewer.user_id)
    return session.execute(query).scalar_one_or_none() or 0


def newest_up_to(session: Session, viewer: Viewer, number: int) -> int:
    """The viewer's newest notice that is not newer than this number; 0 when there is none."""
    query = select(func.max(col(Notice.id))).where(_for(viewer), col(Notice.id) <= number)
    return session.execute(query).scalar_one() or 0


def _for(viewer: Viewer) -> ColumnElement[bool]:
    """Said in the viewer's jurisdiction to the unit, the official or the role he stands for."""
    addressed = [col(Notice.role) == viewer.role]
    if viewer.department_id is not None:
        addressed.append(col(Notice.department_id) == viewer.department_id)
    if viewer.official_id is not None:
        addressed.append(col(Notice.official_id) == viewer.official_id)
    return and_(col(Notice.jurisdiction_id) == viewer.jurisdiction_id, or_(false(), *addressed))
