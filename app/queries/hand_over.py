"""交接: who holds how much, what has passed on and will, and who held a task when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, HandOver, Task, TaskStatus
from app.queries.own import own_row
from app.queries.page import Page
from app.queries.tasks import Named
from app.queries.visible import holds
from app.queries.workload import Bearer
from app.rules.permissions import Action, Viewer, can
from app.rules.stages import UNDER_WAY

ROLE_WORDS = {
    AssignmentRole.OFFICIAL: "分管",
    AssignmentRole.LEAD: "牵头",
    AssignmentRole.MAIN: "主责",
    AssignmentRole.SUPPORTING: "配合",
}


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """One hand-over, past or coming."""

    id: int
    bearer: Bearer
    giver: Named
    taker: Named
    effective_on: date
    reason: str
    tasks: int
    actor: str
    created_at: datetime
    is_coming: bool


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held a task in which role, from when until when. None: since it was listed, and to this day."""

    role: str
    name: str
    held_from: date | None
    held_to: date | None
    is_current: bool
    is_coming: bool


def open_tasks_of_department(session: Session, viewer: Viewer, department: Department) -> int:
    """How many unfinished tasks the unit answers for or supports today."""
    return _open_tasks(session, viewer, Bearer.DEPARTMENT, department.id)


def open_tasks_of_official(session: Session, viewer: Viewer, official: Official) -> int:
    """How many unfinished tasks are in the official's charge today."""
    return _open_tasks(session, viewer, Bearer.OFFICIAL, official.id)


def open_tasks(session: Session, viewer: Viewer, bearer: Bearer) -> dict[int, int]:
    """Unfinished tasks of every unit or official, for the choice of who hands over."""
    key = key_of(bearer)
    query: Select[*tuple[Any, ...]] = (
        select(key.label("id"), func.count().label("tasks"))
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(Plan, col(Plan.id) == col(Task.plan_id))
        .where(key.is_not(None), *_open(viewer))
        .group_by(key)
    )
    return {row.id: row.tasks for row in session.execute(query)}


def list_hand_overs(session: Session, viewer: Viewer, *, page: int = 1, size: int = 50) -> Page[HandOverRow]:
    """All of the jurisdiction, those to come first, then the newest; empty for whoever may not hand over."""
    mine = col(HandOver.jurisdiction_id) == viewer.jurisdiction_id
    if not can(viewer, Action.HAND_OVER):
        return Page([], page, size, 0)
    total = session.execute(select(func.count()).select_from(HandOver).where(mine)).scalar_one()
    query = _hand_overs(viewer).limit(size).offset((page - 1) * size)
    return Page(_told(session, viewer, query), page, size, total)


def hand_overs_of(session: Session, viewer: Viewer, bearer: Bearer, bearer_id: int) -> list[HandOverRow]:
    """What this unit or official has handed over or taken over, for everyone who may see the plan."""
    if not can(viewer, Action.VIEW_PLAN):
        return []
    given, taken = ends_of(bearer)
    query = _hand_overs(viewer).where(or_(given == bearer_id, taken == bearer_id))
    return _told(session, viewer, query)


def get_hand_over(session: Session, viewer: Viewer, hand_over_id: int) -> HandOver:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    found = own_row(session, viewer, HandOver, hand_over_id)
    if found is None or not can(viewer, Action.HAND_OVER):
        raise NotFound("没有找到这次交接。", "它可能已经取消，请从交接页面重新选择。")
    return found


def describe(session: Session, viewer: Viewer, hand_over: HandOver) -> HandOverRow:
    """One hand-over with its names."""
    return _told(session, viewer, _hand_overs(viewer).where(col(HandOver.id) == hand_over.id))[0]


def coming(session: Session, viewer: Viewer, bearer: Bearer, bearer_id: int | None) -> list[HandOverRow]:
    """Hand-overs still to come in which this unit or official gives or takes."""
    given, taken = ends_of(bearer)
    query = _hand_overs(viewer).where(
        col(HandOver.effective_on) > viewer.today, or_(given == bearer_id, taken == bearer_id)
    )
    return _told(session, viewer, query)


def tenures(session: Session, viewer: Viewer, task: Task) -> list[Tenure]:
    """责任变更 of a task: who held it when, the newest first; empty while nobody has handed it over."""
    query = (
        select(
            col(Assignment.role),
            func.coalesce(col(Official.name), col(Department.name)).label("name"),
            col(Assignment.held_from),
            col(Assignment.held_to),
            holds(viewer.today).label("is_current"),
        )
        .outerjoin(Official, col(Official.id) == col(Assignment.official_id))
        .outerjoin(Department, col(Department.id) == col(Assignment.department_id))
        .where(col(Assignment.task_id) == task.id)
        .order_by(col(Assignment.position), col(Assignment.id))
    )
    rows = session.execute(query).all()
    changed = {row.role for row in rows if row.held_from or row.held_to}
    told = [
        Tenure(
            ROLE_WORDS[row.role],
            row.name,
            row.held_from,
            row.held_to,
            bool(row.is_current),
            row.held_from is not None and row.held_from > viewer.today,
        )
        for row in rows
        if row.role in changed and (row.held_to is None or row.held_from != row.held_to)
    ]
    order = list(ROLE_WORDS.values())
    return sorted(told, key=lambda each: (order.index(each.role), -(each.held_from or date.min).toordinal()))


def key_of(bearer: Bearer) -> Mapped[int | None]:
    """The column of an assignment that names the bearer."""
    return col(Assignment.official_id if bearer is Bearer.OFFICIAL else Assignment.department_id)


def ends_of(bearer: Bearer) -> tuple[Mapped[int | None], Mapped[int | None]]:
    """The columns of a hand-over that name who gives and who takes."""
    if bearer is Bearer.OFFICIAL:
        return col(HandOver.from_official_id), col(HandOver.to_official_id)
    return col(HandOver.from_department_id), col(HandOver.to_department_id)


def _open(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
        col(Plan.undone_at).is_(None),
        col(Plan.state).in_(UNDER_WAY),
        col(Task.withdrawn_at).is_(None),
        col(Task.status) != TaskStatus.COMPLETED,
        holds(viewer.today),
    )


def _open_tasks(session: Session, viewer: Viewer, bearer: Bearer, bearer_id: int | None) -> int:
    query = (
        select(func.count(col(Assignment.task_id).distinct()))
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(Plan, col(Plan.id) == col(Task.plan_id))
        .where(key_of(bearer) == bearer_id, *_open(viewer))
    )
    return session.execute(query).scalar_one()


def _hand_overs(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    giving, taking = aliased(Department), aliased(Department)
    leaving, coming_in = aliased(Official), aliased(Official)
    return (
        select(
            HandOver,
            func.coalesce(col(giving.name), col(leaving.name)).label("giver"),
            func.coalesce(col(taking.name), col(coming_in.name)).label("taker"),
        )
        .outerjoin(giving, col(giving.id) == col(HandOver.from_department_id))
        .outerjoin(taking, col(taking.id) == col(HandOver.to_department_id))
        .outerjoin(leaving, col(leaving.id) == col(HandOver.from_official_id))
        .outerjoin(coming_in, col(coming_in.id) == col(HandOver.to_official_id))
        .where(col(HandOver.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(
            (col(HandOver.effective_on) > viewer.today).desc(),
            col(HandOver.effective_on).desc(),
            col(HandOver.id).desc(),
        )
    )


def _told(session: Session, viewer: Viewer, query: Select[*tuple[Any, ...]]) -> list[HandOverRow]:
    return [
        HandOverRow(
            id=done.id or 0,
            bearer=Bearer.OFFICIAL if done.from_official_id else Bearer.DEPARTMENT,
            giver=Named(done.from_official_id or done.from_department_id or 0, giver),
            taker=Named(done.to_official_id or done.to_department_id or 0, taker),
            effective_on=done.effective_on,
            reason=done.reason,
            tasks=done.tasks,
            actor=done.actor_name,
            created_at=done.created_at,
            is_coming=done.effective_on > viewer.today,
        )
        for done, giver, taker in session.execute(query)
    ]
