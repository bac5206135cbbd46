"""The two numbers on every page, worked out anew only when something has happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import Session

from app.queries.waiting import Waiting, moment, waiting
from app.rules.permissions import Action, Viewer, can

Asked = tuple[int | None, date, tuple[int, int]]
MOST_KEPT = 2000
"""Accounts at work at a time; the memory begins anew beyond."""

_known: WeakKeyDictionary[Any, dict[Asked, Waiting]] = WeakKeyDictionary()
"""By database: the tests open many in one process."""


def waiting_for(
    reading: Callable[[], AbstractContextManager[Session]], viewer: Viewer
) -> Callable[[], Waiting | None]:
    """Asked when a page is drawn, and not for an answer without a masthead; None for who has no business here."""

    def ask() -> Waiting | None:
        if not can(viewer, Action.VIEW_PLAN):
            return None
        with reading() as session:
            known = _known.setdefault(session.get_bind(), {})
            now = moment(session, viewer)
            asked = (viewer.user_id, viewer.today, now)
            found = known.get(asked)
            if found is None:
                found = waiting(session, viewer, now[1])
                if len(known) >= MOST_KEPT:
                    known.clear()
                known[asked] = found
        return found

    return ask
