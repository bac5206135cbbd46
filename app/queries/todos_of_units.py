"""What a liaison's unit must do: correct, answer, report, sign, comment, contribute."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import short_day
from app.models.comment import TaskComment
from app.models.plan import Plan, PlanState
from app.models.progress import Contribution, ProgressReport, ReportingPeriod, ReportState
from app.models.urging import Urging
from app.queries.owed import told_in
from app.queries.own_tasks import OwnTask, own_tasks
from app.queries.periods import awaited_periods
from app.queries.plans import plans_in
from app.rules.periods import PeriodBounds
from app.rules.permissions import Viewer
from app.rules.stages import UNDER_WAY, is_signed_for, may_report
from app.rules.todos import Todo, TodoKind, Urgency, due_in_words, urgency_of
from app.rules.urging import after_close

DUE_SOON = timedelta(days=14)
REASON_SHOWN = 40


def todos_of_unit(session: Session, viewer: Viewer) -> list[Todo]:
    """Everything that waits for the viewer's unit, in the plans that are being worked on."""
    plans = {plan.id or 0: plan for plan in plans_in(session, viewer, UNDER_WAY)}
    tasks = own_tasks(session, viewer, plans)
    found = _urgings(session, viewer, {id: plan for id, plan in plans.items() if may_report(plan)})
    for plan_id, plan in plans.items():
        own = tasks.get(plan_id, [])
        if own and plan.state is PlanState.COMMENT:
            found += _to_comment(session, viewer, plan, own)
        elif own and may_report(plan):
            found += _to_report(session, viewer, plan, own)
            found += _to_sign(viewer, plan, own)
            found += _due_soon(viewer, plan, own)
    return found


def _urgings(session: Session, viewer: Viewer, plans: dict[int, Plan]) -> list[Todo]:
    """催办单 that nobody of the unit has received yet; of a closed period those that still want a word."""
    query: Any = (
        select(
            col(Urging.id),
            col(Urging.plan_id),
            col(Urging.year),
            col(Urging.number),
            col(Urging.answer_by),
            col(Urging.task_ids),
            col(Urging.period_id),
            col(ReportingPeriod.name).label("period"),
            col(ReportingPeriod.due_on).label("missed"),
            col(ReportingPeriod.closed_at).label("closed_at"),
        )
        .outerjoin(ReportingPeriod, col(ReportingPeriod.id) == col(Urging.period_id))
        .where(
            col(Urging.department_id) == viewer.department_id,
            col(Urging.plan_id).in_(plans),
            col(Urging.received_at).is_(None),
            col(Urging.voided_at).is_(None),
        )
        .order_by(col(Urging.answer_by), col(Urging.id))
    )
    rows = session.execute(query).all() if plans else []
    closed = [row for row in rows if row.closed_at is not None]
    told = told_in(
        session, {row.period_id for row in closed}, {task for row in closed for task in row.task_ids}
    )
    found = []
    for row in rows:
        slip, about = f"催办单〔{row.year}〕第{row.number}号", f"涉及 {len(row.task_ids)} 项任务"
        place = f"/urging/{row.id}", 1, plans[row.plan_id].title
        if row.closed_at is None:
            missed = f"，应于{short_day(row.missed, viewer.today.year)}前报送" if row.missed else ""
            detail = f"{about}{missed}；答复{due_in_words(row.answer_by, viewer.today)}"
            found.append(
                Todo(TodoKind.ANSWER_URGING, Urgency.NOW, f"回复{slip}", detail, row.answer_by, *place)
            )
        elif missing := set(row.task_ids) - told.get(row.period_id, set()):
            detail = f"{about}；{after_close(row.period, len(missing))}"
            found.append(Todo(TodoKind.ANSWER_URGING, Urgency.OTHER, f"签收{slip}", detail, None, *place))
    return found


def _to_comment(session: Session, viewer: Viewer, plan: Plan, own: list[OwnTask]) -> list[Todo]:
    answered = select(col(TaskComment.task_id)).where(
        col(TaskComment.plan_id) == plan.id,
        col(TaskComment.department_id) == viewer.department_id,
        col(TaskComment.round) == plan.comment_round,
    )
    waiting = len({task.id for task in own} - set(session.execute(answered).scalars()))
    if not waiting:
        return []
    return [
        Todo(
            TodoKind.COMMENT,
            urgency_of(plan.comment_due_on, viewer.today, plan.remind_days),
            f"对 {waiting} 项任务答复征求意见",
            due_in_words(plan.comment_due_on, viewer.today),
            plan.comment_due_on,
            f"/plans/{plan.id}/comments",
            waiting,
            plan.title,
        )
    ]


def _to_report(session: Session, viewer: Viewer, plan: Plan, own: list[OwnTask]) -> list[Todo]:
    """The reports that were returned, those not made yet, and what other units wait for, period by period."""
    periods = awaited_periods(session, viewer, plan)
    if not periods:
        return []
    ids = {task.id for task in own}
    reported = told_in(session, [period.id for period in periods if period.id], ids)
    answered = {task.id for task in own if task.leads and not task.has_parts}
    returned = _returned(session, viewer, periods, answered)
    sent = _sent(session, viewer, periods, ids)
    found: list[Todo] = []
    for period in periods:
        back = returned.get(period.id, {})
        due = due_in_words(period.due_on, viewer.today)
        urgency = urgency_of(period.due_on, viewer.today, plan.remind_days)
        address = f"/plans/{plan.id}/sheet" + (f"?period={period.id}" if period.id else "")
        if back:
            found.append(
                Todo(
                    TodoKind.CORRECT_REPORT,
                    Urgency.NOW,
                    f"改正 {len(back)} 项退回的填报",
                    f"{period.name}，{_reasons(list(back.values()))}",
                    period.due_on,
                    address,
                    len(back),
                    plan.title,
                )
            )
        done = reported.get(period.id or 0, set())
        missing = {task.id for task in own if task.is_reported_on} - done - set(back)
        if missing:
            found.append(
                Todo(
                    TodoKind.REPORT,
                    urgency,
                    f"填报 {len(missing)} 项任务的进展",
                    f"{period.name}，{due}",
                    period.due_on,
                    address,
                    len(missing),
                    plan.title,
                )
            )
        helped = {task.id for task in own if not task.leads and not task.is_completed and not task.has_parts}
        silent = helped - done - sent.get(period.id, set())
        if silent and viewer.today <= period.due_on:
            found.append(
                Todo(
                    TodoKind.CONTRIBUTE,
                    Urgency.SOON if urgency is Urgency.NOW else Urgency.OTHER,
                    f"报送 {len(silent)} 项任务的配合情况",
                    f"{period.name}，送牵头单位汇总，{due}",
                    period.due_on,
                    address,
                    len(silent),
                    plan.title,
                )
            )
    return found


def _returned(
    session: Session, viewer: Viewer, periods: list[PeriodBounds], task_ids: set[int]
) -> dict[int | None, dict[int, str]]:
    """Tasks whose newest report of a period by the unit was returned, by period, with the reason."""
    newest = (
        select(func.max(col(ProgressReport.id)))
        .where(
            col(ProgressReport.department_id) == viewer.department_id,
            col(ProgressReport.task_id).in_(task_ids),
        )
        .group_by(col(ProgressReport.task_id), col(ProgressReport.period_id))
    )
    query = select(
        col(ProgressReport.period_id), col(ProgressReport.task_id), col(ProgressReport.return_reason)
    ).where(
        col(ProgressReport.id).in_(newest),
        col(ProgressReport.state) == ReportState.RETURNED,
        col(ProgressReport.period_id).in_([period.id for period in periods if period.id]),
    )
    found: dict[int | None, dict[int, str]] = {}
    for row in session.execute(query):
        found.setdefault(row.period_id, {})[row.task_id] = row.return_reason
    return found


def _reasons(reasons: list[str]) -> str:
    """The first reason, cut short; that there are others is said."""
    first = " ".join(reasons[0].split())
    shown = first if len(first) <= REASON_SHOWN else f"{first[:REASON_SHOWN]}…"
    return f"退回原因：{shown}" + (" 等" if len(set(reasons)) > 1 else "")


def _sent(
    session: Session, viewer: Viewer, periods: list[PeriodBounds], task_ids: set[int]
) -> dict[int | None, set[int]]:
    query = select(col(Contribution.period_id), col(Contribution.task_id)).where(
        col(Contribution.period_id).in_([period.id for period in periods if period.id]),
        col(Contribution.task_id).in_(task_ids),
        col(Contribution.department_id) == viewer.department_id,
        col(Contribution.sent_at).is_not(None),
    )
    found: dict[int | None, set[int]] = {}
    for row in session.execute(query):
        found.setdefault(row.period_id, set()).add(row.task_id)
    return found


def _to_sign(viewer: Viewer, plan: Plan, own: list[OwnTask]) -> list[Todo]:
    count = sum(task.unsigned for task in own)
    if not count or not is_signed_for(plan):
        return []
    return [
        Todo(
            TodoKind.SIGN,
            urgency_of(plan.sign_due_on, viewer.today, plan.remind_days),
            f"签收 {count} 项任务",
            due_in_words(plan.sign_due_on, viewer.today),
            plan.sign_due_on,
            f"/plans/{plan.id}/signing",
            count,
            plan.title,
        )
    ]


def _due_soon(viewer: Viewer, plan: Plan, own: list[OwnTask]) -> list[Todo]:
    """The unit's own tasks that end within a fortnight."""
    last = viewer.today + DUE_SOON
    soon = [
        task for task in own if task.leads and not task.is_completed and viewer.today <= task.due_on <= last
    ]
    if not soon:
        return []
    first = min(task.due_on for task in soon)
    address = (
        f"/tasks/{soon[0].id}"
        if len(soon) == 1
        else f"/plans/{plan.id}/tasks?department={viewer.department_id}"
    )
    return [
        Todo(
            TodoKind.FINISH_IN_TIME,
            Urgency.OTHER,
            f"完成 {len(soon)} 项 14 天内到期的任务",
            f"{'最早的' if len(soon) > 1 else ''}{due_in_words(first, viewer.today)}",
            first,
            address,
            len(soon),
            plan.title,
        )
    ]
