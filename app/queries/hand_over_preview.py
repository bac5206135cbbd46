"""What a hand-over (交接) on some day would pass on, and what it would leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.hand_over import ROLE_WORDS, key_of
from app.queries.tasks import Named
from app.queries.visible import in_table_order
from app.queries.workload import Bearer
from app.rules.permissions import Viewer
from app.rules.stages import UNDER_WAY
from app.rules.text import digest_of

STRONGEST_FIRST = tuple(ROLE_WORDS)


@dataclass(frozen=True, slots=True)
class Held:
    """One line of responsibility, as it stands in the database."""

    id: int
    task_id: int
    role: AssignmentRole
    position: int
    held_from: date | None
    held_to: date | None


@dataclass(frozen=True, slots=True)
class Passing:
    """One task that passes, and what the taker is to it already."""

    task_id: int
    plan_id: int
    plan: str
    number: str
    standard: str
    given: Held
    taken: Held | None

    @property
    def is_taken_over(self) -> bool:
        """Whether the taker gets the giver's role; otherwise he holds as strong a one already, and keeps it."""
        return self.taken is None or _strength(self.given.role) < _strength(self.taken.role)

    @property
    def becomes(self) -> AssignmentRole:
        """What the taker is afterwards: the stronger of the two roles."""
        return self.given.role if self.taken is None or self.is_taken_over else self.taken.role


@dataclass(frozen=True, slots=True)
class HandOverPreview:
    """What a hand-over on this day would do, and a digest of it: what was shown is what is done."""

    bearer: Bearer
    giver: Named
    taker: Named
    effective_on: date
    passing: list[Passing]
    finished: int
    withdrawn: int
    closed: int
    not_before: date | None
    """The first day it can count from; None when nothing passes."""
    digest: str

    def by_role(self) -> list[tuple[str, int]]:
        """(牵头, 5), (配合, 3) …, roles without a task left out."""
        roles = [each.given.role for each in self.passing]
        return [(word, roles.count(role)) for role, word in ROLE_WORDS.items() if role in roles]

    @property
    def held_already(self) -> int:
        """Tasks the taker has a part in already."""
        return sum(each.taken is not None for each in self.passing)

    @property
    def staying(self) -> list[tuple[str, int]]:
        """What the giver keeps, and why."""
        told = [("已完成", self.finished), ("已撤回", self.withdrawn), ("所在的表已结束", self.closed)]
        return [each for each in told if each[1]]


def what_passes(
    session: Session,
    viewer: Viewer,
    giver: Department | Official,
    taker: Department | Official,
    effective_on: date,
) -> HandOverPreview:
    """Everything the giver holds with no end in sight, and what becomes of it. Reads only."""
    bearer = Bearer.DEPARTMENT if isinstance(giver, Department) else Bearer.OFFICIAL
    whole = aliased(Task)
    query = (
        _held(bearer, giver.id)
        .add_columns(
            col(Task.number),
            col(Task.standard),
            col(Task.status),
            col(Task.withdrawn_at),
            col(Plan.id).label("plan_id"),
            col(Plan.title),
            col(Plan.state),
            col(Plan.starts_on),
        )
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .where(
            col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
            col(Plan.undone_at).is_(None),
            col(Assignment.held_to).is_(None),
        )
        .order_by(col(Plan.year).desc(), col(Plan.id).desc(), *in_table_order(whole))
    )
    rows = session.execute(query).all()
    withdrawn = [row for row in rows if row.withdrawn_at is not None]
    closed = [row for row in rows if row.withdrawn_at is None and row.state not in UNDER_WAY]
    live = [row for row in rows if row.withdrawn_at is None and row.state in UNDER_WAY]
    open_ = [row for row in live if row.status is not TaskStatus.COMPLETED]
    touched = _taken(session, bearer, taker, [row.task_id for row in open_])
    days = [day for held in touched for day in (held.held_from, held.held_to) if day]
    days += [row.held_from for row in open_ if row.held_from]
    taken = {held.task_id: held for held in touched if held.held_to is None}
    passing = [
        Passing(
            row.task_id, row.plan_id, row.title, row.number, row.standard, _line(row), taken.get(row.task_id)
        )
        for row in open_
    ]
    return HandOverPreview(
        bearer,
        Named(giver.id or 0, giver.name),
        Named(taker.id or 0, taker.name),
        effective_on,
        passing,
        finished=len(live) - len(open_),
        withdrawn=len(withdrawn),
        closed=len(closed),
        not_before=max([min(row.starts_on for row in open_), *days]) if open_ else None,
        digest=_digest(bearer, giver, taker, effective_on, passing),
    )


def _strength(role: AssignmentRole) -> int:
    return STRONGEST_FIRST.index(role)


def _held(bearer: Bearer, bearer_id: int | None) -> Select[*tuple[Any, ...]]:
    return (
        select(
            col(Assignment.id),
            col(Assignment.task_id),
            col(Assignment.role),
            col(Assignment.position),
            col(Assignment.held_from),
            col(Assignment.held_to),
        )
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(Plan, col(Plan.id) == col(Task.plan_id))
        .where(key_of(bearer) == bearer_id)
    )


def _line(row: Any) -> Held:
    return Held(row.id, row.task_id, row.role, row.position, row.held_from, row.held_to)


def _taken(
    session: Session, bearer: Bearer, taker: Department | Official, tasks: Sequence[int]
) -> list[Held]:
    """What the taker holds or has held of these tasks."""
    wanted = set(tasks)
    return [_line(row) for row in session.execute(_held(bearer, taker.id)) if row.task_id in wanted]


def _digest(
    bearer: Bearer,
    giver: Department | Official,
    taker: Department | Official,
    effective_on: date,
    passing: list[Passing],
) -> str:
    lines = [(each.given, each.taken) for each in passing]
    return digest_of((bearer, giver.id, taker.id, effective_on, lines))
