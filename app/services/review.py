"""填报审核: the supervision office accepts a report, or sends it back with a reason."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Task
from app.queries.review import waits
from app.queries.withdrawn import withdrawn_as
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import require_not_archived
from app.services import events, figures, notices
from app.services.periods import require_open
from app.services.tasks import task_words, words_of

LONGEST_REASON = 500


def approve(session: Session, report: ProgressReport, *, actor: Viewer) -> None:
    """Accept what the unit reported (审核通过). A second press changes nothing."""
    task = _hold(session, report, actor)
    if report.state is ReportState.APPROVED:
        return
    if report.state is ReportState.RETURNED:
        raise Conflict(
            f"这条填报已由{report.reviewer_name}退回，没有改动。", "单位修改后会重新报送，到时再审核。"
        )
    _accept(session, task, report, actor)


def approve_all(session: Session, reports: Sequence[ProgressReport], *, actor: Viewer) -> list[str]:
    """Accept all of these that are still as they were shown; a sentence for each that is not.

    Somebody else may have judged one meanwhile, or its unit may have written anew: the others are accepted all the same.
    """
    require(actor, Action.REVIEW_REPORTS)
    wanted = [session.get_one(Task, report.task_id) for report in reports]
    figures.lock_all(session, wanted)
    left = []
    for report in reports:
        try:
            approve(session, report, actor=actor)
        except Conflict as refusal:
            task = session.get_one(Task, report.task_id)
            left.append(f"{task_words(task)}（{report.department_name}）：{refusal.message}")
    return left


def return_report(
    session: Session,
    report: ProgressReport,
    reason: str,
    *,
    actor: Viewer,
    seen: ReportState = ReportState.SUBMITTED,
) -> None:
    """Send the report back to its unit with a reason (退回): it no longer counts, and the unit is told.

    ``seen`` is the state the reviewer was shown: one that was approved may still be sent back while its period is
    open, but not by somebody who did not know that it was approved.
    """
    task = _hold(session, report, actor)
    reason = words_of(
        reason, "reason", "退回理由", missing="请写明为什么退回，单位要照着修改。", longest=LONGEST_REASON
    )
    if report.state is ReportState.RETURNED:
        if report.reviewer_name == actor.name and report.return_reason == reason:
            return
        raise Conflict(f"这条填报已由{report.reviewer_name}退回，没有改动。", "单位会按那次的理由修改。")
    if report.state is not seen:
        raise Conflict(
            f"这条填报刚刚由{report.reviewer_name}审核通过，没有退回。", "仍需退回的，请从任务页退回。"
        )
    before = {"status": task.status, "completion": task.completion}
    _judge(session, report, ReportState.RETURNED, actor, reason)
    figures.refresh(session, task)
    session.flush()
    after = {"status": task.status, "completion": task.completion}
    _record(session, "report_returned", task, report, actor, reason=reason, before=before, after=after)
    if report.department_id is not None:
        notices.tell_department(
            session,
            actor,
            report.department_id,
            f"{task_words(task)}的填报被退回：{reason}",
            f"/plans/{task.plan_id}/sheet?period={report.period_id}#task-{task.id}",
        )


def accept_with_task(session: Session, task: Task, *, actor: Viewer) -> None:
    """The reports that still wait for review when their task is taken off the list (办结).

    Whoever verified the task has answered them: nobody reviews them after that, and no unit could correct them.
    """
    parts = select(col(Task.id)).where(col(Task.parent_id) == task.id)
    waiting = (
        select(ProgressReport)
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(or_(col(Task.id) == task.id, col(Task.id).in_(parts)), *waits())
        .order_by(col(ProgressReport.id))
        .with_for_update(of=ProgressReport)
    )
    for report in session.execute(waiting.execution_options(populate_existing=True)).scalars().all():
        period = session.get_one(ReportingPeriod, report.period_id)
        session.refresh(period, with_for_update={"read": True, "key_share": True})
        if period.closed_at is None:
            reported_on = session.get_one(Task, report.task_id)
            _judge(session, report, ReportState.APPROVED, actor)
            _record(session, "report_approved", reported_on, report, actor, with_task=True)


def _hold(session: Session, report: ProgressReport, actor: Viewer) -> Task:
    """The task and the report, held until the commit, and still to be judged."""
    require(actor, Action.REVIEW_REPORTS)
    task = session.get_one(Task, report.task_id)
    figures.lock(session, task)
    session.refresh(report, with_for_update=True)
    require_not_archived(session.get_one(Plan, task.plan_id))
    if report.author_name == IMPORTED_BY:
        raise Conflict("这是导入时表中已有的进展，不需要审核。", "单位填报后再审核。")
    if withdrawn_as(session, task) is not None or task.closed_at is not None:
        raise Conflict("这项任务已撤回或办结，填报不再审核。", "请从台账查看任务的现状。")
    require_open(session, session.get_one(ReportingPeriod, report.period_id))
    newer = (
        select(ProgressReport)
        .where(
            col(ProgressReport.task_id) == report.task_id,
            col(ProgressReport.period_id) == report.period_id,
            col(ProgressReport.department_id) == report.department_id,
            col(ProgressReport.id) > report.id,
        )
        .order_by(col(ProgressReport.id).desc())
        .limit(1)
    )
    newest = session.execute(newer).scalar_one_or_none()
    if newest is not None:
        raise Conflict(
            f"{report.department_name}已报送了更新的进展，这一条没有改动。", "请刷新后审核最新的一条。"
        )
    return task


def _accept(session: Session, task: Task, report: ProgressReport, actor: Viewer) -> None:
    _judge(session, report, ReportState.APPROVED, actor)
    _record(session, "report_approved", task, report, actor)


def _judge(
    session: Session, report: ProgressReport, state: ReportState, actor: Viewer, reason: str = ""
) -> None:
    report.state, report.return_reason = state, reason
    report.reviewer_name, report.reviewed_at = actor.name, actor.now
    session.add(report)
    session.flush()


def _record(
    session: Session, kind: str, task: Task, report: ProgressReport, actor: Viewer, **more: Any
) -> None:
    period = session.get_one(ReportingPeriod, report.period_id)
    events.record(
        session,
        actor,
        kind,
        plan_id=task.plan_id,
        task_id=task.id,
        report=report.id,
        department=report.department_name,
        period=period.name,
        **more,
    )
    events.announce(session, actor, f"task.{kind}", task=task.id, report=report.id, **more)
