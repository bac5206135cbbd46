"""办理阶段 as the supervision office reads it: where a plan stands, since when, and what a step would meet."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.comment import CommentAnswer, TaskComment
from app.models.directory import Department, DepartmentKind
from app.models.event import Event
from app.models.plan import Plan, PlanState
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.signing import is_signed_for
from app.queries.tasks import Named
from app.queries.visible import holds, visible_tasks
from app.rules import stages
from app.rules.permissions import Viewer
from app.rules.stages import STATE_LABELS, Step
from app.rules.text import digest_of

SHOWN = 50
"""Unfinished tasks listed before a plan is closed; the ledger has them all."""
_ENTERED_BY = {
    "comment_round_opened": PlanState.COMMENT,
    "plan_running": PlanState.RUNNING,
    "plan_archived": PlanState.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class StageRow:
    """One of the six steps, with the moment it began and whether the plan has passed it."""

    state: PlanState
    label: str
    entered_at: datetime | None
    is_past: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task not finished yet, told before the plan is closed."""

    id: int
    number: str
    standard: str


@dataclass(frozen=True, slots=True)
class StageView:
    """Everything the page of the stages says, with digests of what a step has to tell first."""

    rows: list[StageRow]
    final_title: str
    """What it would be called once it is issued."""
    steps: list[Step]
    units: int
    answered: int
    unanswered: list[Named]
    unsettled: int
    to_sign: int
    signed: int
    unfinished: int
    first_unfinished: list[OpenTask]
    comment_due_on: date | None
    sign_due_on: date | None
    issue_digest: str
    close_digest: str


def stage_view(session: Session, viewer: Viewer, plan: Plan) -> StageView:
    units = units_concerned(session, plan, viewer.today)
    unanswered = without_answer(session, plan, viewer.today) if plan.comment_round else []
    unsettled = unsettled_comments(session, plan)
    unfinished = unfinished_tasks(session, viewer, plan)
    signed, to_sign = signatures(session, plan, viewer.today)
    return StageView(
        rows=_rows(session, plan),
        final_title=stages.final_title(plan.title),
        steps=[step for step in Step if step is not Step.BEGIN and stages.after(plan.state, step)],
        units=len(units),
        answered=len(units) - len(unanswered) if plan.comment_round else 0,
        unanswered=unanswered,
        unsettled=unsettled,
        to_sign=to_sign,
        signed=signed,
        unfinished=len(unfinished),
        first_unfinished=unfinished[:SHOWN],
        comment_due_on=plan.comment_due_on,
        sign_due_on=plan.sign_due_on,
        issue_digest=issue_digest(unanswered, unsettled),
        close_digest=close_digest(unfinished),
    )


def takes_reports(plan: Plan) -> bool:
    """Whether departments report on the plan now, so that pages offer no form that would be refused."""
    return stages.may_report(plan)


def issue_digest(unanswered: list[Named], unsettled: int) -> str:
    return digest_of((sorted(unit.id for unit in unanswered), unsettled))


def close_digest(unfinished: list[OpenTask]) -> str:
    return digest_of(sorted(task.id for task in unfinished))


def units_concerned(session: Session, plan: Plan, on: date) -> list[Named]:
    """Every single unit with a part in the plan that day, in the office's order; groups (各镇街) are nobody's desk."""
    query = (
        select(col(Department.id), col(Department.name))
        .where(
            col(Department.kind) == DepartmentKind.UNIT,
            col(Department.id).in_(
                select(col(Assignment.department_id))
                .join(Task, col(Task.id) == col(Assignment.task_id))
                .where(col(Assignment.plan_id) == plan.id, col(Task.withdrawn_at).is_(None), holds(on))
            ),
        )
        .order_by(col(Department.position), col(Department.id))
    )
    return [Named(row.id, row.name) for row in session.execute(query)]


def without_answer(session: Session, plan: Plan, on: date) -> list[Named]:
    """Units that have left at least one of their tasks unanswered in the newest round of comment."""
    answered = (
        select(col(TaskComment.id))
        .where(
            col(TaskComment.task_id) == col(Assignment.task_id),
            col(TaskComment.department_id) == col(Assignment.department_id),
            col(TaskComment.round) == plan.comment_round,
        )
        .exists()
    )
    query = (
        select(col(Department.id), col(Department.name))
        .join(Assignment, col(Assignment.department_id) == col(Department.id))
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .where(
            col(Assignment.plan_id) == plan.id,
            col(Department.kind) == DepartmentKind.UNIT,
            col(Task.withdrawn_at).is_(None),
            col(Task.parent_id).is_(None),
            holds(on),
            ~answered,
        )
        .group_by(col(Department.id), col(Department.name), col(Department.position))
        .order_by(col(Department.position), col(Department.id))
    )
    return [Named(row.id, row.name) for row in session.execute(query)]


def unsettled_comments(session: Session, plan: Plan) -> int:
    """How many wanted changes (建议修改), of any round, the supervision office has not replied to."""
    query = select(func.count()).where(
        col(TaskComment.plan_id) == plan.id,
        col(TaskComment.answer) == CommentAnswer.CHANGE,
        col(TaskComment.is_adopted).is_(None),
    )
    return session.execute(query).scalar_one()


def unfinished_tasks(session: Session, viewer: Viewer, plan: Plan) -> list[OpenTask]:
    """Tasks neither reported complete nor taken off the list nor suspended, in the order of the document."""
    tasks = visible_tasks(viewer, plan)
    query = (
        select(col(Task.id), col(Task.number), col(Task.standard))
        .join(tasks, tasks.c.id == col(Task.id))
        .where(
            col(Task.status).not_in((TaskStatus.COMPLETED, TaskStatus.SUSPENDED)),
            col(Task.closed_at).is_(None),
        )
        .order_by(col(Task.position))
    )
    return [OpenTask(row.id, row.number, row.standard) for row in session.execute(query)]


def signatures(session: Session, plan: Plan, on: date) -> tuple[int, int]:
    """How many signatures are there, of how many: one for each lead or main unit on each task it holds."""
    query = (
        select(func.count(col(Assignment.signed_at)), func.count())
        .select_from(Assignment)
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(
            col(Assignment.plan_id) == plan.id,
            col(Assignment.role).in_((AssignmentRole.LEAD, AssignmentRole.MAIN)),
            col(Department.kind) == DepartmentKind.UNIT,
            *is_signed_for(),
            holds(on),
        )
    )
    signed, of = session.execute(query).one()
    return signed, of


def _rows(session: Session, plan: Plan) -> list[StageRow]:
    entered: dict[PlanState, datetime | None] = {
        PlanState.DRAFT: plan.created_at,
        PlanState.ISSUED: plan.issued_at,
        PlanState.CLOSED: plan.closed_at,
    }
    query = (
        select(col(Event.kind), func.max(col(Event.at)))
        .where(col(Event.plan_id) == plan.id, col(Event.kind).in_(_ENTERED_BY))
        .group_by(col(Event.kind))
    )
    entered |= {_ENTERED_BY[kind]: at for kind, at in session.execute(query)}
    if plan.issued_at is None and plan.state not in (PlanState.DRAFT, PlanState.COMMENT):
        entered[PlanState.ISSUED] = plan.created_at  # issued on paper: here from the import on
        entered[PlanState.DRAFT] = None
    order = list(PlanState)
    here = order.index(plan.state)
    return [
        StageRow(state, STATE_LABELS[state], entered.get(state), place < here, place == here)
        for place, state in enumerate(order)
    ]
