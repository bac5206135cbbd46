"""进展填报: a department says how far a task is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Indicator, Task, TaskStatus
from app.queries.tasks import COUNTED_STATES, shares_of
from app.rules.figures import LEFT_OUT as LEFT_OUT
from app.rules.figures import NONSENSE, figure_in, is_left_out, percent_in
from app.rules.permissions import Action, Share, Viewer, reporting_unit, require
from app.rules.stages import require_reporting
from app.rules.status import REPORTABLE
from app.rules.targets import completion_of, figure_words
from app.rules.text import plain
from app.services import events, figures
from app.services.periods import period_to_report, require_open
from app.services.signing import sign_by_reporting
from app.services.stages import begin_running, hold_before_running

LONGEST_TEXT = 5000
FIELD_LABELS = {"progress": "进展情况", "problems": "存在问题", "next_steps": "下一步措施"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What the department states: 办理状态, 完成率 (percent or None), three texts, and 完成值 where there is a target.

    ``is_left_out``: it gives no 完成率 though it gave one before, and means it.
    """

    status: TaskStatus
    completion: int | None
    progress: str
    problems: str = ""
    next_steps: str = ""
    actual: float | None = None
    is_left_out: bool = False


def statement_of(typed: Mapping[str, str], unit: str = "") -> Statement:
    """What somebody typed into the fields; nonsense becomes values that are refused with a sentence at the field."""
    status = typed.get("status", "")
    return Statement(
        status=TaskStatus(status) if status in list(TaskStatus) else TaskStatus.SUSPENDED,
        completion=percent_in(typed.get("completion", "")),
        progress=typed.get("progress", ""),
        problems=typed.get("problems", ""),
        next_steps=typed.get("next_steps", ""),
        actual=figure_in(typed.get("actual", ""), unit),
        is_left_out=is_left_out(typed.get("completion", "")),
    )


def indicator_of(session: Session, task: Task) -> Indicator | None:
    """The task's quantified target (量化指标), if it has one."""
    return session.execute(select(Indicator).where(col(Indicator.task_id) == task.id)).scalar_one_or_none()


def newest_report_id(session: Session, task: Task, department_id: int | None = None) -> int:
    """The report a person has seen when filling in, of all units or of one; 0 when there is none."""
    query = select(func.max(col(ProgressReport.id))).where(
        col(ProgressReport.task_id) == task.id, col(ProgressReport.state).in_(COUNTED_STATES)
    )
    if department_id is not None:
        query = query.where(col(ProgressReport.department_id) == department_id)
    return session.execute(query).scalar_one() or 0


def report_progress(
    session: Session,
    task: Task,
    statement: Statement,
    *,
    actor: Viewer,
    seen: int | None = None,
    period: ReportingPeriod | None = None,
) -> ProgressReport:
    """Put a report on record (报送进展), move the task's figures, and tell the OA system.

    ``seen`` is the newest report the person saw; a newer one of the same unit raises ``Conflict`` and nothing is
    written. Another lead unit's report stands in nobody's way. The same words sent twice (a double click) are one
    report. Without a ``period`` it belongs to the one that is reported today.
    """
    hold_before_running(session, session.get_one(Plan, task.plan_id))
    figures.lock(session, task)  # two people on one task take turns, on PostgreSQL too
    plan = session.get_one(
        Plan, task.plan_id, populate_existing=True
    )  # it may have been closed while we waited
    shares = shares_of(session, task, actor.today)
    require(actor, Action.REPORT_PROGRESS, shares)
    require_reporting(plan)
    _require_open(task, plan)
    if task.parent_id is not None:  # what is a part goes with the whole
        _require_open(session.get_one(Task, task.parent_id), plan)
    period = _held_open(session, plan, period) if period else period_to_report(session, plan, actor.today)
    parent = task if _has_parts(session, task) else None
    stood = figures.told_before(session, task, period)
    statement = _checked(statement, indicator_of(session, task), parent, stood)
    department = session.get_one(Department, _reporting_department(actor, shares))
    newest = session.get(ProgressReport, newest_report_id(session, task, department.id))
    if newest is not None and _repeats(session, newest, statement, period, actor):
        return newest
    if seen is not None and newest is not None and (newest.id or 0) > seen:
        raise Conflict(
            f"您填写期间，{newest.author_name}已报送了这项任务的新进展。",
            "请对照最新进展修改后再报送。",
        )
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
        actual=statement.actual,
        progress=statement.progress,
        problems=statement.problems,
        next_steps=statement.next_steps,
        submitted_at=actor.now,
    )
    session.add(report)
    before = {"status": task.status, "completion": task.completion}
    figures.refresh(session, task)
    sign_by_reporting(session, task, actor)
    begin_running(session, plan, actor)
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


def _require_open(task: Task, plan: Plan) -> None:
    if task.withdrawn_at is not None or plan.undone_at is not None:
        raise Conflict("这项任务已撤回，不能再填报。", "请从台账查看现行任务。")
    if task.closed_at is not None:
        raise Conflict("这项任务已办结，不再填报。", "如需恢复办理，请与督查室联系。")
    if task.status is TaskStatus.SUSPENDED:
        raise Conflict("这项任务已中止，恢复以前不填报。", "如需恢复办理，请与督查室联系。")


def _held_open(session: Session, plan: Plan, period: ReportingPeriod) -> ReportingPeriod:
    if period.plan_id != plan.id:
        raise Conflict("这一期不属于这份责任分解表。", "请从填报页重新打开。")
    return require_open(session, period)


def _has_parts(session: Session, task: Task) -> bool:
    living = select(col(Task.id)).where(col(Task.parent_id) == task.id, col(Task.withdrawn_at).is_(None))
    return session.execute(living.limit(1)).first() is not None


def _checked(
    statement: Statement, indicator: Indicator | None, parent: Task | None, stood: int | None
) -> Statement:
    """The statement fit to keep. The figures of a task that was split (``parent``) come from its parts."""
    texts = {name: plain(getattr(statement, name)) for name in FIELD_LABELS}
    fields: dict[str, str] = {}
    if not texts["progress"]:
        fields["progress"] = "请写明进展情况，哪怕只有一句话。"
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            fields[name] = f"{FIELD_LABELS[name]}最多 {LONGEST_TEXT} 字，现有 {len(text)} 字，请精简。"
    if parent is not None:
        statement = replace(statement, status=parent.status, completion=parent.completion, actual=None)
    elif indicator is not None:
        statement, sentences = _measured(statement, indicator)
        fields |= sentences
    else:
        statement, sentences = _estimated(replace(statement, actual=None), stood)
        fields |= sentences
    if fields:
        raise InvalidInput("有内容需要修改，尚未报送。", fields=fields)
    return replace(
        statement,
        progress=texts["progress"],
        problems=texts["problems"],
        next_steps=texts["next_steps"],
        is_left_out=False,
    )


def _estimated(statement: Statement, stood: int | None) -> tuple[Statement, dict[str, str]]:
    """The unit's own estimate. What it ``stood`` at is not taken away by an empty field: that may be an oversight."""
    fields: dict[str, str] = {}
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
    is_open = statement.status is TaskStatus.IN_PROGRESS and completion is None
    if is_open and stood is not None and not statement.is_left_out:
        fields["completion"] = (
            f"上次报的是 {stood} %，这次没有填：沿用请填 {stood}，确实不填请写“{LEFT_OUT}”。"
        )
    return replace(statement, completion=completion), fields


def _measured(statement: Statement, indicator: Indicator) -> tuple[Statement, dict[str, str]]:
    """A measured figure beats an opinion: the percentage follows from it, whatever was typed."""
    fields: dict[str, str] = {}
    target = f"{figure_words(indicator.target)}{indicator.unit}"
    actual = statement.actual
    if statement.status not in REPORTABLE:
        fields["status"] = "请选择未启动、推进中或已完成。"
    if actual == NONSENSE or (actual is not None and actual < 0):
        fields["actual"] = (
            f"完成值请填数字，单位是“{indicator.unit}”。" if indicator.unit else "完成值请填数字。"
        )
        return statement, fields
    if actual is None:
        if statement.status is not TaskStatus.NOT_STARTED:
            fields["actual"] = f"这项任务的目标是{target}，请填写到目前为止的完成值；还没有的填 0。"
        return replace(statement, completion=None), fields
    completion = completion_of(actual, indicator.target)
    if statement.status is TaskStatus.COMPLETED and completion < 100:
        fields["actual"] = f"完成值还没有达到目标{target}；如未全部完成，请选择“推进中”。"
    if statement.status is TaskStatus.NOT_STARTED and actual:
        fields["status"] = "已有完成值的任务，请选择“推进中”或“已完成”。"
    return replace(statement, completion=completion), fields


def _repeats(
    session: Session,
    newest: ProgressReport,
    statement: Statement,
    period: ReportingPeriod,
    actor: Viewer,
) -> bool:
    """The same said twice. It is said anew where something the unit said in between was sent back (退回)."""
    since = select(col(ProgressReport.id)).where(
        col(ProgressReport.task_id) == newest.task_id,
        col(ProgressReport.department_id) == newest.department_id,
        col(ProgressReport.id) > newest.id,
    )
    said = Statement(
        newest.status,
        newest.completion,
        newest.progress,
        newest.problems,
        newest.next_steps,
        newest.actual,
    )
    is_same = said == statement and newest.period_id == period.id and newest.author_id == actor.user_id
    return is_same and session.execute(since.limit(1)).first() is None


def _reporting_department(actor: Viewer, shares: list[Share]) -> int:
    unit = reporting_unit(actor, shares)
    if unit is not None:
        return unit
    raise Conflict("这项任务没有牵头单位，不能填报。", "请先在责任分解表中明确牵头单位。")
