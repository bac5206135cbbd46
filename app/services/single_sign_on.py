"""From whom the single sign-on vouches for to the account of ours that they may use."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import NotAdmitted
from app.models.account import Credential, User
from app.models.event import EventSource
from app.queries import accounts as account_queries
from app.services import events
from app.services.sign_in import Place, nobody

ASK = "请联系系统管理员。"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is for the single sign-on: its address, its number for the person, and a user name."""

    issuer: str
    subject: str
    username: str

    @property
    def key(self) -> str:
        return f"{self.issuer}|{self.subject}"


def admit(session: Session, identity: Identity, place: Place) -> User:
    """The account this person uses (对应账号). The first time it is found by its user name, later by the number.

    Only an account whose way in is the single sign-on can be entered so: a user name that somebody could choose
    at the provider must not open an account with a password. Raises ``NotAdmitted``.
    """
    user = find_user(session, identity)
    if user is None:
        name = f"“{identity.username[:50]}”" if identity.username else ""
        raise NotAdmitted(f"本系统还没有您的账号{name}。", ASK)
    if not user.is_active:
        raise NotAdmitted(f"您在本系统的账号“{user.username}”已停用。", ASK)
    if user.credential is not Credential.OIDC:
        raise NotAdmitted(f"账号“{user.username}”没有开通统一身份认证登录。", ASK)
    if user.subject is None:
        _bind(session, user, identity, place)
    elif user.subject != identity.key:
        raise NotAdmitted(f"账号“{user.username}”已对应统一身份认证中的另一个人。", ASK)
    return user


def find_user(session: Session, identity: Identity) -> User | None:
    """The account of this person, or the one that bears the user name; whether they may enter it is not said."""
    mine = select(User).where(col(User.subject) == identity.key).with_for_update()
    bound = session.execute(mine).scalar_one_or_none()
    if bound is not None or not identity.username:
        return bound
    return account_queries.find_user(session, identity.username, for_update=True)


def refuse(session: Session, identity: Identity, place: Place) -> None:
    """Record that somebody the single sign-on vouches for was not let in."""
    user = find_user(session, identity)
    actor = nobody(session, user, place)
    if actor is not None:
        username = user.username if user else identity.username[:50]
        events.record(session, actor, "sign_in_refused", username=username, reason="single_sign_on")


def _bind(session: Session, user: User, identity: Identity, place: Place) -> None:
    """From now on the account is this person's, whatever either side renames."""
    user.subject = identity.key
    session.add(user)
    session.flush()
    actor = account_queries.viewer_of_user(session, user.id or 0, EventSource.PAGE)
    events.record(
        session,
        replace(actor, address=place.address),
        "single_sign_on_bound",
        username=user.username,
        before=None,
        after=identity.key,
    )
