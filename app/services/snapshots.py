"""定格: what a closed period leaves behind, gathered in the transaction that closes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import office_date
from app.config import OFFICE_ZONE
from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.progress import PeriodSnapshot, ProgressReport, ReportingPeriod
from app.models.task import Task, TaskStatus
from app.models.urging import Urging
from app.queries.ledger import LedgerColumn
from app.queries.owed import Owed, owed_reports
from app.queries.snapshots import VERSION, FrozenReport, FrozenTask, Missing, Snapshot, pack
from app.queries.tasks import COUNTED_STATES, Named, TaskRow, all_tasks, last_words
from app.rules.parts import PartFacts, derived
from app.rules.periods import ONE_DAY
from app.rules.permissions import Viewer
from app.rules.status import Facts, Thresholds, judge


def keep(session: Session, plan: Plan, period: ReportingPeriod, *, actor: Viewer) -> PeriodSnapshot:
    """Keep the period's table for ever, judged on its last day (or today, when it is closed before that)."""
    content = pack(gather(session, plan, period, actor))
    kept = PeriodSnapshot(
        jurisdiction_id=period.jurisdiction_id,
        period_id=period.id or 0,
        content=content,
        sha256=sha256(content).hexdigest(),
        taken_at=actor.now,
        taken_by=actor.name,
    )
    session.add(kept)
    session.flush()
    return kept


def gather(session: Session, plan: Plan, period: ReportingPeriod, actor: Viewer) -> Snapshot:
    """The table as the supervision office sees it, with what was reported up to this period and not later."""
    as_of = min(actor.today, period.ends_on)
    viewer = replace(actor, now=datetime.combine(as_of, time(12), OFFICE_ZONE).astimezone(UTC))
    rows = _as_of_then(session, plan, period, as_of, all_tasks(session, viewer, plan))
    reports, before = _reports(session, plan, period)
    owed = _owed_then(session, plan, period, viewer)
    return Snapshot(
        version=VERSION,
        name=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        title=plan.title,
        heading=plan.heading,
        year=plan.year,
        as_of=as_of,
        columns=[LedgerColumn(column["header"], column["kind"]) for column in plan.columns],
        yellow_points=plan.yellow_points,
        red_points=plan.red_points,
        is_demonstration=actor.demonstration_date is not None,
        taken_at=actor.now,
        taken_by=actor.name,
        officials=_officials(session, rows),
        departments=_departments(session, rows),
        tasks=[FrozenTask.of(row, reports.get(row.id), before.get(row.id)) for row in rows],
        missing=[
            Missing(each.task_id, each.department_id, each.department, each.reported_on, each.is_group)
            for each in owed
        ],
        urged=_urged(session, period),
    )


def _as_of_then(
    session: Session, plan: Plan, period: ReportingPeriod, as_of: date, rows: list[TaskRow]
) -> list[TaskRow]:
    """A period closed late: what was reported or taken off the list (办结) after it is taken out of the figures again."""
    moved = _moved_later(session, plan, period, as_of)
    if not moved:
        return rows
    tasks = {task.id: task for task in _tasks(session, plan)}
    parts_of: dict[int | None, list[Task]] = {}
    for task in tasks.values():
        parts_of.setdefault(task.parent_id, []).append(task)
    newest = _newest(session, plan, period)
    thresholds = Thresholds(plan.yellow_points, plan.red_points)
    then = []
    for row in rows:
        task = tasks[row.id]
        if row.id not in moved or _is_settled(task, as_of):
            then.append(row)
            continue
        report, parts = newest.get(row.id), parts_of.get(row.id, [])
        added_up = derived([_part_facts(part, newest, as_of) for part in parts])
        status, completion = added_up or _figures(task, newest)
        told = [newest[each.id or 0].submitted_at for each in (task, *parts) if each.id in newest]
        signed = plan.issued_at is None or task.signed_at is not None
        facts = Facts(status, completion, task.starts_on, task.due_on, task.rating, False, signed)
        then.append(
            replace(
                row,
                status=status,
                judgement=judge(facts, as_of, thresholds),
                progress=report.progress if report else "",
                reported_at=max([each for each in told if each is not None], default=None),
            )
        )
    return then


def _owed_then(session: Session, plan: Plan, period: ReportingPeriod, viewer: Viewer) -> list[Owed]:
    """Who owed a report on the period's last day, though the task was reported finished or taken off the list since."""
    as_of = viewer.today
    moved = _moved_later(session, plan, period, as_of)
    if not moved:
        return owed_reports(session, viewer, plan, period.starts_on)
    tasks = {task.id or 0: task for task in _tasks(session, plan)}
    newest = _newest(session, plan, period)

    def is_owed(each: Owed) -> bool:
        task, whole = tasks[each.reported_on], tasks[each.task_id]
        if _is_settled(task, as_of) or _is_settled(whole, as_of):
            return False
        status, _ = _figures(task, newest) if whole.id in moved else (task.status, None)
        return status is not TaskStatus.COMPLETED

    return list(filter(is_owed, owed_reports(session, viewer, plan, period.starts_on, finished_too=True)))


def _figures(task: Task, newest: dict[int, ProgressReport]) -> tuple[TaskStatus, int | None]:
    report = newest.get(task.id or 0)
    return (report.status, report.completion) if report else (TaskStatus.NOT_STARTED, None)


def _part_facts(part: Task, newest: dict[int, ProgressReport], as_of: date) -> PartFacts:
    status, completion = (
        (part.status, part.completion) if _is_settled(part, as_of) else _figures(part, newest)
    )
    return PartFacts(status, completion, part.weight, _is_closed(part, as_of), part.withdrawn_at is not None)


def _is_settled(task: Task, as_of: date) -> bool:
    return task.status is TaskStatus.SUSPENDED or _is_closed(task, as_of)


def _is_closed(task: Task, as_of: date) -> bool:
    return task.closed_at is not None and office_date(task.closed_at) <= as_of


def _moved_later(session: Session, plan: Plan, period: ReportingPeriod, as_of: date) -> set[int]:
    """Tasks that were reported on in a period after this one, or taken off the list, themselves or in parts."""
    whole = func.coalesce(col(Task.parent_id), col(Task.id))
    reported = (
        select(whole)
        .join(ProgressReport, col(ProgressReport.task_id) == col(Task.id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.starts_on) > period.starts_on,
            col(ProgressReport.state).in_(COUNTED_STATES),
        )
        .distinct()
    )
    day_after = datetime.combine(as_of + ONE_DAY, time(), OFFICE_ZONE).astimezone(UTC)
    closed = select(whole).where(col(Task.plan_id) == plan.id, col(Task.closed_at) >= day_after)
    return {*session.execute(reported).scalars(), *session.execute(closed).scalars()}


def _tasks(session: Session, plan: Plan) -> list[Task]:
    return list(session.execute(select(Task).where(col(Task.plan_id) == plan.id)).scalars())


def _newest(session: Session, plan: Plan, period: ReportingPeriod) -> dict[int, ProgressReport]:
    """Each task's newest report that counts, of this period or an earlier one."""
    newest = last_words(
        col(ReportingPeriod.plan_id) == plan.id, col(ReportingPeriod.starts_on) <= period.starts_on
    )
    found = session.execute(select(ProgressReport).where(col(ProgressReport.id).in_(newest))).scalars()
    return {report.task_id: report for report in found}


def _reports(
    session: Session, plan: Plan, period: ReportingPeriod
) -> tuple[dict[int, FrozenReport], dict[int, FrozenReport]]:
    """Each task's newest report of this period (one that counts before one that was returned), and of any before."""
    query = (
        select(ProgressReport, col(ReportingPeriod.name))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(col(ReportingPeriod.plan_id) == plan.id)
    )
    own = query.where(col(ReportingPeriod.id) == period.id).order_by(col(ProgressReport.id))
    now: dict[int, FrozenReport] = {}
    for report, name in session.execute(own):
        standing = now.get(report.task_id)
        if report.state in COUNTED_STATES or standing is None or standing.state not in COUNTED_STATES:
            now[report.task_id] = _frozen(report, name)
    newest_before = last_words(
        col(ReportingPeriod.plan_id) == plan.id, col(ReportingPeriod.starts_on) < period.starts_on
    )
    earlier = session.execute(query.where(col(ProgressReport.id).in_(newest_before)))
    return now, {report.task_id: _frozen(report, name) for report, name in earlier}


def _frozen(report: ProgressReport, period: str) -> FrozenReport:
    return FrozenReport(
        period,
        report.department_name,
        report.author_name,
        report.state,
        report.status,
        report.completion,
        report.actual,
        report.progress,
        report.problems,
        report.next_steps,
        report.submitted_at,
        report.return_reason,
    )


def _officials(session: Session, rows: list[TaskRow]) -> list[Named]:
    named = {each.id: each for row in rows for each in row.responsibility.officials}
    order = select(col(Official.id)).order_by(col(Official.position), col(Official.id))
    return [named[number] for number in session.execute(order).scalars() if number in named]


def _departments(session: Session, rows: list[TaskRow]) -> list[Named]:
    people = [row.responsibility for row in rows]
    named = {
        named.id: named
        for each in people
        for units in (each.lead_departments, each.main_departments, each.supporting_departments)
        for named in units
    }
    order = select(col(Department.id)).order_by(col(Department.position), col(Department.id))
    return [named[number] for number in session.execute(order).scalars() if number in named]


def _urged(session: Session, period: ReportingPeriod) -> dict[int, int]:
    query = (
        select(col(Urging.department_id), func.count().label("slips"))
        .where(col(Urging.period_id) == period.id, col(Urging.voided_at).is_(None))
        .group_by(col(Urging.department_id))
    )
    return {row.department_id: row.slips for row in session.execute(query)}
