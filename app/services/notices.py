"""通知: tells people of others' deeds, in the transaction of the deed."""

from sqlalchemy import update
from sqlmodel import Session, col

from app.models.account import Role, User
from app.models.notice import Notice
from app.queries.notices import newest_up_to
from app.rules.permissions import Viewer


def tell_department(
    session: Session, actor: Viewer, department_id: int, words: str, address: str = ""
) -> None:
    """Everybody who works for the unit is told. ``address`` is the page of ours that the sentence leads to."""
    session.add(_notice(actor, words, address, department_id=department_id))


def tell_official(session: Session, actor: Viewer, official_id: int, words: str, address: str = "") -> None:
    session.add(_notice(actor, words, address, official_id=official_id))


def tell_supervision(session: Session, actor: Viewer, words: str, address: str = "") -> None:
    session.add(_notice(actor, words, address, role=Role.SUPERVISION))


def mark_read(session: Session, newest: int, *, actor: Viewer) -> None:
    """The person has seen his notices up to this one. What was seen once does not become new again."""
    seen = newest_up_to(session, actor, newest)
    mine = update(User).where(col(User.id) == actor.user_id, col(User.notices_read) < seen)
    session.execute(mine.values(notices_read=seen))


def _notice(
    actor: Viewer,
    words: str,
    address: str,
    *,
    department_id: int | None = None,
    official_id: int | None = None,
    role: Role | None = None,
) -> Notice:
    return Notice(
        jurisdiction_id=actor.jurisdiction_id,
        department_id=department_id,
        official_id=official_id,
        role=role,
        words=words,
        address=address,
        at=actor.now,
    )
