"""Who has handed a task over, and to whom in the end (交接): what a newer table says of it is read by that."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.task import Assignment, HandOver


def handed_on(session: Session, plan: Plan) -> dict[int, dict[tuple[bool, int], int]]:
    """Task → who has handed it over (official or not, id) → who took over in the end.

    Whoever holds the task himself stands for himself, also when it has come back to him.
    """
    query = select(
        col(Assignment.task_id),
        col(Assignment.official_id),
        col(Assignment.department_id),
        col(Assignment.held_to),
    ).where(col(Assignment.plan_id) == plan.id)
    ended = query.where(col(Assignment.held_to).is_not(None))
    if session.execute(ended.limit(1)).first() is None:
        return {}
    takers = _takers(session, plan.jurisdiction_id)
    last_day: dict[int, dict[tuple[bool, int], date | None]] = {}
    for row in session.execute(ended.order_by(col(Assignment.held_to), col(Assignment.id))):
        last_day.setdefault(row.task_id, {})[_bearer(row)] = row.held_to
    for row in session.execute(query.where(col(Assignment.held_to).is_(None))):
        if row.task_id in last_day:
            last_day[row.task_id][_bearer(row)] = None
    found: dict[int, dict[tuple[bool, int], int]] = {}
    for task_id, days in last_day.items():
        steps = {
            who: taker
            for who, day in days.items()
            if day
            for taker in takers.get((who, day), ())
            if taker in days
        }
        for who in steps:
            at, passed = who, {who}
            while at in steps and steps[at] not in passed:
                at = steps[at]
                passed.add(at)
            if at != who:
                found.setdefault(task_id, {})[who] = at[1]
    return found


def names_handed_on(
    handed: dict[tuple[bool, int], int], known: dict[str, dict[int, str]]
) -> Iterator[tuple[tuple[bool, str], str]]:
    """The same of one task by name: (official or not, who has handed it over), who took over."""
    for (is_official, giver), taker in handed.items():
        names = known["official" if is_official else "department"]
        yield (is_official, names[giver]), names[taker]


def _takers(
    session: Session, jurisdiction_id: int
) -> dict[tuple[tuple[bool, int], date], list[tuple[bool, int]]]:
    """Who took over from whom on which day."""
    query = select(HandOver).where(col(HandOver.jurisdiction_id) == jurisdiction_id)
    found: dict[tuple[tuple[bool, int], date], list[tuple[bool, int]]] = {}
    for done in session.execute(query.order_by(col(HandOver.id))).scalars():
        is_official = done.from_official_id is not None
        giver = is_official, done.from_official_id or done.from_department_id or 0
        taker = is_official, done.to_official_id or done.to_department_id or 0
        found.setdefault((giver, done.effective_on), []).append(taker)
    return found


def _bearer(row: Any) -> tuple[bool, int]:
    return row.official_id is not None, row.official_id or row.department_id
