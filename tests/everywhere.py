"""Every address of the program, called as people of the small office: the routes come from the router, never from a list."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from app.models.imports import ImportBatch
from app.rules.permissions import may_ever, needed
from docs.rights import routes
from tests.office import GROWTH, Office, the_app

STATE_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Place:
    """One method of one address."""

    method: str
    path: str
    handler: Callable[..., Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_interface(self) -> bool:
        return self.path.startswith("/api/")


PLACES = [Place(method, path, handler) for method, path, handler in routes(the_app())]
SAFE = [place for place in PLACES if place.method not in STATE_CHANGING]
UNSAFE = [place for place in PLACES if place.method in STATE_CHANGING]


def rows(session: Session, office: Office) -> dict[str, str]:
    """Rows of 青山区 for the numbers in addresses; any other kind of row is number 1."""
    task = office.task(session, GROWTH)
    batch = session.exec(select(col(ImportBatch.id))).first()
    return {"plan_id": str(task.plan_id), "task_id": str(task.id), "batch_id": str(batch)}


def address(office: Office, path: str) -> str:
    with office.database.reading() as session:
        known = rows(session, office)
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], "1"), path)


def open_to(office: Office, username: str, places: list[Place]) -> Iterator[Place]:
    """Where this person may ever come in."""
    role = office.viewer(username).role
    for place in places:
        right = needed(place.handler)
        if right is None or may_ever(role, right):
            yield place


def call(office: Office, username: str, place: Place, **request: Any) -> httpx.Response:
    """As a page or through the interface, whichever the address is. A surprise is an answer, not an exception."""
    return visitor(office, username, place).request(place.method, address(office, place.path), **request)


def visitor(office: Office, username: str, place: Place) -> TestClient:
    """Signed in once for looking around, and anew for each change: one of them signs out."""
    known: dict[tuple[str, bool], TestClient] = office.__dict__.setdefault("visitors", {})
    who = username, place.is_interface
    if place in UNSAFE or who not in known:
        known[who] = (office.api if place.is_interface else office.browser)(username)
        known[who]._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    return known.pop(who) if place in UNSAFE else known[who]
