"""日历地址: the secret address under which a calendar program reads a person's due days."""

from sqlmodel import Session

from app import security
from app.models.account import User
from app.rules.permissions import Action, Viewer, require
from app.services import events


def make_address(session: Session, *, actor: Viewer) -> str:
    """The secret part of a new address (取得日历地址); returned once, kept as its fingerprint. The one before ends."""
    require(actor, Action.SIGN_IN)
    user = _own(session, actor)
    key = security.new_key()
    had_one, user.calendar_hash = user.calendar_hash is not None, security.fingerprint(key)
    session.add(user)
    events.record(session, actor, "calendar_address_made", replaced=had_one)
    return key


def revoke_address(session: Session, *, actor: Viewer) -> None:
    """Nobody reads the calendar any more (停用日历地址); a second press finds it done."""
    require(actor, Action.SIGN_IN)
    user = _own(session, actor)
    if user.calendar_hash is not None:
        user.calendar_hash = None
        session.add(user)
        events.record(session, actor, "calendar_address_revoked")


def _own(session: Session, actor: Viewer) -> User:
    user = session.get_one(User, actor.user_id)
    session.refresh(user, with_for_update={"key_share": True})
    return user
