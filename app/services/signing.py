"""签收: a unit takes note of the tasks it answers for, once for each task and each time it takes one over."""

from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.directory import Department, DepartmentKind
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.tasks import shares_in_plan, shares_of
from app.queries.visible import holds, is_at_work
from app.rules import stages
from app.rules.permissions import Action, Viewer, require
from app.services import events, figures

SIGNING_ROLES = (AssignmentRole.LEAD, AssignmentRole.MAIN)


def sign(session: Session, task: Task, *, actor: Viewer) -> bool:
    """The unit signs for one task (签收); False, and nothing written, where it has signed already."""
    figures.lock(session, task)
    require(actor, Action.SIGN_TASK, shares_of(session, task, actor.today))
    stages.require_signing(session.get_one(Plan, task.plan_id, populate_existing=True))
    if task.withdrawn_at is not None:
        raise Conflict("这项任务已撤回，不用签收。", "请从台账查看现行任务。")
    return _sign(session, task, actor, by_reporting=False)


def sign_all(session: Session, plan: Plan, *, actor: Viewer) -> int:
    """The unit signs for every task of the plan it has not signed for yet; how many those were."""
    require(actor, Action.SIGN_TASK, shares_in_plan(session, plan, actor))
    stages.require_signing(plan)
    tasks = list(session.execute(_unsigned_tasks(plan, actor)).scalars())
    figures.lock_all(session, tasks)
    return sum(_sign(session, task, actor, by_reporting=False) for task in tasks)


def sign_by_reporting(session: Session, task: Task, actor: Viewer) -> None:
    """A unit that reports on a task has taken note of it: its report signs. The caller holds the task."""
    plan = session.get_one(Plan, task.plan_id)
    if stages.is_signed_for(plan) and actor.department_id is not None:
        _sign(session, task, actor, by_reporting=True)


def sign_own_part(session: Session, part: Task, actor: Viewer) -> None:
    """A unit that makes a part for itself need not sign for it again; a part nobody signs for waits for nobody."""
    plan = session.get_one(Plan, part.plan_id)
    if plan.issued_at is None:
        return
    for line in _lines(session, part, actor):
        if line.signed_at is None and line.department_id == actor.department_id:
            line.signed_at, line.signed_by = actor.now, actor.name
            session.add(line)
    session.flush()
    _complete(session, part, actor)


def _sign(session: Session, task: Task, actor: Viewer, *, by_reporting: bool) -> bool:
    mine = [line for line in _lines(session, task, actor) if line.department_id == actor.department_id]
    unsigned = [line for line in mine if line.signed_at is None]
    if not unsigned:
        return False
    for line in unsigned:
        line.signed_at, line.signed_by = actor.now, actor.name
        session.add(line)
    session.flush()
    _complete(session, task, actor)
    events.record(
        session,
        actor,
        "task_signed",
        plan_id=task.plan_id,
        task_id=task.id,
        unit=actor.department_name,
        by_reporting=by_reporting,
    )
    events.announce(session, actor, "task.signed", task=task.id, department=actor.department_id)
    return True


def _complete(session: Session, task: Task, actor: Viewer) -> None:
    """A task is signed for when the last of its units has; who takes over later signs without undoing that."""
    if task.signed_at is None and all(line.signed_at for line in _lines(session, task, actor)):
        task.signed_at = actor.now
        session.add(task)


def _lines(session: Session, task: Task, actor: Viewer) -> list[Assignment]:
    """Who has to sign for the task today: its lead and main units, groups (各镇街) left out."""
    query = (
        select(Assignment)
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(
            col(Assignment.task_id) == task.id,
            col(Assignment.role).in_(SIGNING_ROLES),
            col(Department.kind) == DepartmentKind.UNIT,
            holds(actor.today),
        )
    )
    return list(session.execute(query).scalars())


def _unsigned_tasks(plan: Plan, actor: Viewer) -> Select[*tuple[Any, ...]]:
    lines = select(col(Assignment.task_id)).where(
        col(Assignment.plan_id) == plan.id,
        col(Assignment.department_id) == actor.department_id,
        col(Assignment.role).in_(SIGNING_ROLES),
        col(Assignment.signed_at).is_(None),
        holds(actor.today),
    )
    return select(Task).where(col(Task.id).in_(lines), *is_at_work()).order_by(col(Task.id))
