"""What the tests about accounts and signing in look up."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.config import Settings
from app.models.account import User
from app.models.event import Event
from tests.office import PASSWORD, Office


def user_of(office: Office, username: str) -> User:
    with office.database.reading() as session:
        return session.execute(select(User).where(col(User.username) == username)).scalar_one()


def change_user(office: Office, username: str, /, **values: Any) -> None:
    with office.database.writing() as session:
        user = session.execute(select(User).where(col(User.username) == username)).scalar_one()
        for name, value in values.items():
            setattr(user, name, value)
        session.add(user)


def account_id(office: Office, username: str) -> int:
    return user_of(office, username).id or 0


def told(office: Office, kind: str) -> list[dict[str, Any]]:
    """The details of the events of one kind, in order."""
    with office.database.reading() as session:
        query = select(col(Event.detail)).where(col(Event.kind) == kind).order_by(col(Event.id))
        return list(session.execute(query).scalars())


def sign_in(office: Office, username: str, password: str = PASSWORD) -> Any:
    return office.browser().post("/login", data={"username": username, "password": password})


@contextmanager
def settings(office: Office, **values: Any) -> Iterator[None]:
    """The office as it is with other settings, of those that are asked anew at each request."""
    state = office.app.state
    usual, state.settings = state.settings, Settings(**values)
    try:
        yield
    finally:
        state.settings = usual
