"""What the supervision office must do: review, decide, answer, urge, close."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.application import OPEN_STATES, Application, ApplicationState
from app.models.comment import CommentAnswer, TaskComment
from app.models.plan import Plan, PlanState
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Task
from app.models.urging import Urging
from app.queries.owed import silent_departments
from app.queries.periods import awaited_periods
from app.queries.plans import plans_in
from app.queries.review import waits
from app.queries.visible import is_living
from app.rules.periods import PeriodBounds
from app.rules.permissions import Viewer
from app.rules.stages import UNDER_WAY, may_report
from app.rules.todos import Todo, TodoKind, Urgency, due_in_words


def todos_of_supervision(session: Session, viewer: Viewer) -> list[Todo]:
    """Everything that waits for the supervision office, in the plans that are being worked on."""
    plans = plans_in(session, viewer, UNDER_WAY)
    reported_on = [plan for plan in plans if may_report(plan)]
    found = _to_review(session, reported_on) + _to_decide(session, reported_on)
    found += _to_settle(session, plans)
    for plan in plans:
        if plan.state is PlanState.COMMENT:
            found += _round_to_end(viewer, plan)
    for plan in reported_on:
        found += _periods_past_due(session, viewer, plan)
    return found


def _to_review(session: Session, plans: list[Plan]) -> list[Todo]:
    """Reports of open periods that nobody has judged."""
    query = (
        select(col(ReportingPeriod.plan_id), func.count())
        .join(ProgressReport, col(ProgressReport.period_id) == col(ReportingPeriod.id))
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(
            col(ReportingPeriod.plan_id).in_([plan.id for plan in plans]),
            col(ReportingPeriod.closed_at).is_(None),
            *waits(),
        )
        .group_by(col(ReportingPeriod.plan_id))
    )
    counts = {row[0]: row[1] for row in session.execute(query)} if plans else {}
    return [
        _todo(plan, TodoKind.REVIEW, Urgency.NOW, f"审核 {count} 条填报", count, "review")
        for plan in plans
        if (count := counts.get(plan.id or 0))
    ]


def _to_decide(session: Session, plans: list[Plan]) -> list[Todo]:
    """Applications not decided, those verified and waiting for 办结 among them."""
    query = (
        select(col(Application.plan_id), col(Application.state), func.count().label("applications"))
        .join(Task, col(Task.id) == col(Application.task_id))
        .where(
            col(Application.plan_id).in_([plan.id for plan in plans]),
            col(Application.state).in_(OPEN_STATES),
            *is_living(Task),
        )
        .group_by(col(Application.plan_id), col(Application.state))
    )
    counts = {(row.plan_id, row.state): row.applications for row in session.execute(query)} if plans else {}
    found = []
    for plan in plans:
        verified = counts.get((plan.id, ApplicationState.VERIFIED), 0)
        count = verified + counts.get((plan.id, ApplicationState.PENDING), 0)
        if count:
            detail = f"其中 {verified} 项已核实，等待办结" if verified else ""
            title = f"审批 {count} 项申请"
            kind = TodoKind.DECIDE_APPLICATIONS
            found.append(_todo(plan, kind, Urgency.NOW, title, count, "applications", detail))
    return found


def _to_settle(session: Session, plans: list[Plan]) -> list[Todo]:
    """Changes wanted by units in the newest round, of a table not issued yet, that nobody has answered."""
    drafts = [plan for plan in plans if plan.state in (PlanState.DRAFT, PlanState.COMMENT)]
    query = (
        select(col(TaskComment.plan_id), func.count())
        .join(Task, col(Task.id) == col(TaskComment.task_id))
        .join(Plan, col(Plan.id) == col(TaskComment.plan_id))
        .where(
            col(TaskComment.plan_id).in_([plan.id for plan in drafts]),
            col(TaskComment.round) == col(Plan.comment_round),
            col(TaskComment.answer) == CommentAnswer.CHANGE,
            col(TaskComment.is_adopted).is_(None),
            *is_living(Task),
        )
        .group_by(col(TaskComment.plan_id))
    )
    counts = {row[0]: row[1] for row in session.execute(query)} if drafts else {}
    return [
        _todo(plan, TodoKind.SETTLE_COMMENTS, Urgency.NOW, f"答复 {count} 条修改意见", count, "comments")
        for plan in drafts
        if (count := counts.get(plan.id or 0))
    ]


def _round_to_end(viewer: Viewer, plan: Plan) -> list[Todo]:
    due_on = plan.comment_due_on
    if due_on is None or viewer.today <= due_on:
        return []
    detail = due_in_words(due_on, viewer.today)
    kind = TodoKind.END_COMMENT_ROUND
    return [_todo(plan, kind, Urgency.NOW, "结束征求意见", 1, "stage", detail, due_on)]


def _periods_past_due(session: Session, viewer: Viewer, plan: Plan) -> list[Todo]:
    """After the due day: urge whoever is silent and has not been urged for this period, and close it."""
    found = []
    for period in awaited_periods(session, viewer, plan):
        if viewer.today <= period.due_on:
            continue
        detail = f"{period.name}，{due_in_words(period.due_on, viewer.today)}"
        units = _silent_and_not_urged(session, viewer, plan, period)
        if units:
            title = f"催办 {units} 个未报送单位"
            found.append(
                _todo(plan, TodoKind.URGE, Urgency.NOW, title, units, "urging", detail, period.due_on)
            )
        if period.id is not None:
            title = f"关闭{period.name}的填报"
            found.append(
                _todo(plan, TodoKind.CLOSE_PERIOD, Urgency.SOON, title, 1, "periods", detail, period.due_on)
            )
    return found


def _silent_and_not_urged(session: Session, viewer: Viewer, plan: Plan, period: PeriodBounds) -> int:
    slips = select(col(Urging.department_id)).where(
        col(Urging.period_id) == period.id, col(Urging.voided_at).is_(None)
    )
    urged = set(session.execute(slips).scalars()) if period.id else set()
    silent = silent_departments(session, viewer, plan, period.starts_on)
    return sum(unit.id not in urged for unit in silent.units)


def _todo(
    plan: Plan,
    kind: TodoKind,
    urgency: Urgency,
    title: str,
    count: int,
    page: str,
    detail: str = "",
    due_on: date | None = None,
) -> Todo:
    return Todo(kind, urgency, title, detail, due_on, f"/plans/{plan.id}/{page}", count, plan.title)
