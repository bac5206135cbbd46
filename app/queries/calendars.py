"""日历: the days on which a person must have done something, and whose calendar an address is."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.account import Role, User
from app.models.event import EventSource
from app.models.plan import Plan, PlanState
from app.models.task import Assignment, Task, TaskStatus
from app.models.urging import Urging
from app.queries.accounts import viewer_of_user
from app.queries.owed import first_asked
from app.queries.own_tasks import own_tasks
from app.queries.periods import periods_of_year
from app.queries.plans import plans_in
from app.queries.visible import holds, is_living
from app.rules.permissions import Viewer
from app.rules.stages import UNDER_WAY, may_report
from app.rules.text import abridged

KEPT = timedelta(days=31)
"""So long a day that has passed stays in the calendar."""
TITLE_LENGTH = 60
TABLE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Day:
    """One all-day entry. ``key`` is the same each time it is asked for, so that programs replace it, not repeat it."""

    key: str
    on: date
    title: str
    words: str
    address: str
    table: str
    """The title of the table it belongs to."""


def subscriber(session: Session, address_hash: str) -> Viewer | None:
    """Whose calendar this is; None for an address that was never given, was changed, or whose account is closed."""
    query = select(col(User.id)).where(col(User.calendar_hash) == address_hash, col(User.is_active))
    user_id = session.execute(query).scalar_one_or_none()
    return None if user_id is None else viewer_of_user(session, user_id, EventSource.PAGE)


def days(session: Session, viewer: Viewer) -> list[Day]:
    """Everything with a day that this person must see to, the earliest first. It holds no progress of anybody."""
    plans = {plan.id or 0: plan for plan in plans_in(session, viewer, UNDER_WAY)}
    if viewer.role is Role.LIAISON:
        found = _of_unit(session, viewer, plans)
    elif viewer.role is Role.SUPERVISION:
        found = [day for plan in plans.values() for day in _of_plan(session, plan)]
    elif viewer.role is Role.LEAD_OFFICIAL:
        found = _of_official(session, viewer, plans)
    else:
        found = []
    if len({day.table for day in found}) > 1:
        found = [replace(day, title=f"{day.title}（{abridged(day.table, TABLE_LENGTH)}）") for day in found]
    return sorted((day for day in found if day.on >= viewer.today - KEPT), key=lambda day: (day.on, day.key))


def _of_unit(session: Session, viewer: Viewer, plans: dict[int, Plan]) -> list[Day]:
    found = _urgings(session, viewer, {id: plan for id, plan in plans.items() if may_report(plan)})
    for plan_id, own in own_tasks(session, viewer, plans).items():
        plan = plans[plan_id]
        if plan.state is PlanState.COMMENT:
            found += _comments_due(plan)
        if not may_report(plan):
            continue
        if any(task.unsigned for task in own):
            found += _signing_due(plan)
        if any(task.is_reported_on for task in own):
            found += _reports_due(session, plan, "sheet")
        found += [
            _deadline(task.id, task.number, task.standard, task.due_on, plan)
            for task in own
            if task.leads and not task.is_completed
        ]
    return found


def _of_plan(session: Session, plan: Plan) -> list[Day]:
    """What the supervision office has set for the units."""
    if plan.state is PlanState.COMMENT:
        return _comments_due(plan)
    return _signing_due(plan) + _reports_due(session, plan, "periods") if may_report(plan) else []


def _of_official(session: Session, viewer: Viewer, plans: dict[int, Plan]) -> list[Day]:
    """完成时限 of what is unfinished in the official's portfolio."""
    query = (
        select(col(Task.id), col(Task.plan_id), col(Task.number), col(Task.standard), col(Task.due_on))
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .where(
            col(Assignment.plan_id).in_([id for id, plan in plans.items() if may_report(plan)]),
            col(Assignment.official_id) == viewer.official_id,
            holds(viewer.today),
            *is_living(Task),
            col(Task.status) != TaskStatus.COMPLETED,
            col(Task.parent_id).is_(None),
        )
    )
    return [
        _deadline(row.id, row.number, row.standard, row.due_on, plans[row.plan_id])
        for row in session.execute(query)
    ]


def _comments_due(plan: Plan) -> list[Day]:
    if plan.comment_due_on is None:
        return []
    key = f"comments-{plan.id}-{plan.comment_round}"
    return [
        Day(key, plan.comment_due_on, "征求意见截止", plan.title, f"/plans/{plan.id}/comments", plan.title)
    ]


def _signing_due(plan: Plan) -> list[Day]:
    if plan.sign_due_on is None:
        return []
    key = f"signing-{plan.id}"
    return [Day(key, plan.sign_due_on, "签收任务截止", plan.title, f"/plans/{plan.id}/signing", plan.title)]


def _reports_due(session: Session, plan: Plan, page: str) -> list[Day]:
    """The year's due days, those to come included, from the first period that is asked for."""
    asked = first_asked(session, plan)
    return [
        Day(
            f"period-{plan.id}-{period.starts_on:%Y%m%d}",
            period.due_on,
            f"填报截止：{period.name}",
            plan.title,
            f"/plans/{plan.id}/{page}",
            plan.title,
        )
        for period in periods_of_year(session, plan)
        if asked <= period.starts_on and not period.is_closed
    ]


def _deadline(task_id: int, number: str, standard: str, due_on: date, plan: Plan) -> Day:
    text = " ".join(standard.split())
    short = text if len(text) <= TITLE_LENGTH else f"{text[:TITLE_LENGTH]}…"
    place = plan.title + (f" 第 {number} 项" if number else "")
    return Day(
        f"task-{task_id}", due_on, f"完成时限：{short}", f"{place}\n{text}", f"/tasks/{task_id}", plan.title
    )


def _urgings(session: Session, viewer: Viewer, plans: dict[int, Plan]) -> list[Day]:
    """催办单 of the unit that nobody has received (签收) yet."""
    query = select(
        col(Urging.id),
        col(Urging.plan_id),
        col(Urging.year),
        col(Urging.number),
        col(Urging.answer_by),
        col(Urging.task_ids),
    ).where(
        col(Urging.plan_id).in_(plans),
        col(Urging.department_id) == viewer.department_id,
        col(Urging.voided_at).is_(None),
        col(Urging.received_at).is_(None),
    )
    return [
        Day(
            f"urging-{row.id}",
            row.answer_by,
            f"回复催办单〔{row.year}〕第{row.number}号",
            f"涉及 {len(row.task_ids)} 项任务",
            f"/urging/{row.id}",
            plans[row.plan_id].title,
        )
        for row in session.execute(query)
    ]
