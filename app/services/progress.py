"""进展填报: a department says how far a task is."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import AssignmentRole, Task, TaskStatus
from app.queries.tasks import COUNTED_STATES, shares_of
from app.rules.permissions import Action, Share, Viewer, require
from app.rules.status import REPORTABLE
from app.rules.text import plain
from app.services import events, figures
from app.services.periods import period_to_report

LONGEST_TEXT = 5000
FIELD_LABELS = {"progress": "进展情况", "problems": "存在问题", "next_steps": "下一步措施"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What the department states: 办理状态, 完成率 (percent or None), and three texts."""

    status: TaskStatus
    completion: int | None
    progress: str
    problems: str = ""
    next_steps: str = ""


def newest_report_id(session: Session, task: Task) -> int:
    """The report a person has seen when filling in; 0 when there is none. Sent back to detect a colleague's newer one."""
    query = select(func.max(col(ProgressReport.id))).where(
        col(ProgressReport.task_id) == task.id, col(ProgressReport.state).in_(COUNTED_STATES)
    )
    return session.execute(query).scalar_one() or 0


def report_progress(
    session: Session, task: Task, statement: Statement, *, actor: Viewer, seen: int | None = None
) -> ProgressReport:
    """Put a report on record (报送进展), move the task's figures, and tell the OA system.

    ``seen`` is the newest report the person saw; a newer one by somebody else raises ``Conflict`` and nothing
    is written. The same words sent twice (a double click) are one report.
    """
    session.refresh(task, with_for_update=True)  # two people on one task take turns, on PostgreSQL too
    shares = shares_of(session, task, actor.today)
    require(actor, Action.REPORT_PROGRESS, shares)
    plan = session.get_one(Plan, task.plan_id, populate_existing=True)
    if task.withdrawn_at is not None or plan.undone_at is not None:
        raise Conflict("这项任务已撤回，不能再填报。", "请从台账查看现行任务。")
    statement = _checked(statement)
    period = period_to_report(session, plan, actor.today)
    newest = session.get(ProgressReport, newest_report_id(session, task))
    if newest is not None and _repeats(newest, statement, period, actor):
        return newest
    if seen is not None and newest is not None and newest.id != seen:
        raise Conflict(
            f"您填写期间，{newest.author_name}已报送了这项任务的新进展。",
            "请对照最新进展修改后再报送。",
        )
    department = session.get_one(Department, _reporting_department(actor, shares))
    report = ProgressReport(
        jurisdiction_id=task.jurisdiction_id,
        task_id=task.id or 0,
        period_id=period.id or 0,
        department_id=department.id,
        department_name=department.name,
        author_id=actor.user_id,
        author_name=actor.name,
        state=ReportState.SUBMITTED,
        status=statement.status,
        completion=statement.completion,
        progress=statement.progress,
        problems=statement.problems,
        next_steps=statement.next_steps,
        submitted_at=actor.now,
    )
    session.add(report)
    before = {"status": task.status, "completion": task.completion}
    session.flush()
    figures.refresh(session, task)
    session.flush()
    after = {"status": task.status, "completion": task.completion}
    events.record(
        session,
        actor,
        "progress_reported",
        plan_id=task.plan_id,
        task_id=task.id,
        report=report.id,
        before=before,
        after=after,
    )
    events.announce(session, actor, "task.progress_reported", task=task.id, report=report.id, **after)
    return report


def _checked(statement: Statement) -> Statement:
    texts = {name: plain(getattr(statement, name)) for name in FIELD_LABELS}
    fields: dict[str, str] = {}
    if not texts["progress"]:
        fields["progress"] = "请写明进展情况，哪怕只有一句话。"
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            fields[name] = f"{FIELD_LABELS[name]}最多 {LONGEST_TEXT} 字，现有 {len(text)} 字，请精简。"
    if statement.status not in REPORTABLE:
        fields["status"] = "请选择未启动、推进中或已完成。"
    completion = statement.completion
    if completion is not None and not 0 <= completion <= 100:
        fields["completion"] = "完成率请填 0 到 100 之间的整数。"
    if statement.status is TaskStatus.COMPLETED:
        if completion not in (None, 100):
            fields["completion"] = "已完成的任务，完成率应为 100；如未全部完成，请选择“推进中”。"
        completion = 100
    if statement.status is TaskStatus.NOT_STARTED and completion:
        fields["status"] = "已有完成率的任务，请选择“推进中”或“已完成”。"
    if fields:
        raise InvalidInput("有内容需要修改，尚未报送。", fields=fields)
    return Statement(statement.status, completion, **texts)


def _repeats(newest: ProgressReport, statement: Statement, period: ReportingPeriod, actor: Viewer) -> bool:
    said = Statement(newest.status, newest.completion, newest.progress, newest.problems, newest.next_steps)
    return said == statement and newest.period_id == period.id and newest.author_id == actor.user_id


def _reporting_department(actor: Viewer, shares: list[Share]) -> int:
    """The actor's own unit; for the supervision office, the first lead unit it enters for."""
    if actor.department_id is not None:
        return actor.department_id
    for role in (AssignmentRole.LEAD, AssignmentRole.MAIN):
        for share in shares:
            if share.role is role and share.department_id is not None:
                return share.department_id
    raise Conflict("这项任务没有牵头单位，不能填报。", "请先在责任分解表中明确牵头单位。")
