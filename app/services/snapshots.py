"""定格: what a closed period leaves behind, gathered in the transaction that closes it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from hashlib import sha256

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.config import OFFICE_ZONE
from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.progress import PeriodSnapshot, ProgressReport, ReportingPeriod
from app.models.task import Assignment, Task
from app.models.urging import Urging
from app.queries.due_reports import DueReport
from app.queries.frozen import FrozenPart, FrozenReport, FrozenTask
from app.queries.ledger import LedgerColumn
from app.queries.owed import ANSWERING, Owed, given_reports, owed_reports
from app.queries.past import Past, day_after, look_back
from app.queries.review import waits
from app.queries.snapshots import VERSION, Snapshot, pack
from app.queries.tasks import COUNTED_STATES, Named, TaskRow, all_tasks, last_words
from app.queries.visible import holds
from app.rules.permissions import Viewer
from app.rules.stages import heading_of


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
    past = look_back(session, plan, period, as_of)
    rows = all_tasks(session, viewer, plan, since=day_after(as_of))
    if past is not None:
        rows = past.rows(plan, rows)
    reports, before = _reports(session, plan, period)
    parts = _parts(session, plan, viewer, past, reports, before)
    missing, given = _owed(session, plan, period, viewer, past)
    return Snapshot(
        version=VERSION,
        name=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        title=plan.title,
        heading=heading_of(plan),
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
        tasks=[
            FrozenTask.of(row, reports.get(row.id), before.get(row.id), parts.get(row.id, [])) for row in rows
        ],
        missing=missing,
        given=given,
        urged=_urged(session, period),
        unreviewed=_unreviewed(session, period),
        averages_all=False,
        tells_extensions=True,
    )


def _parts(
    session: Session,
    plan: Plan,
    viewer: Viewer,
    past: Past | None,
    reports: dict[int, FrozenReport],
    before: dict[int, FrozenReport],
) -> dict[int, list[FrozenPart]]:
    """The parts (分解项) each task stood in that day, in their order, with the units that answered for them."""
    query = select(Task).where(col(Task.plan_id) == plan.id, col(Task.parent_id).is_not(None))
    found = [
        task
        for task in session.execute(query.order_by(col(Task.position), col(Task.id))).scalars()
        if (past.was_listed(task) if past is not None else task.withdrawn_at is None)
    ]
    answering = (
        select(col(Assignment.task_id), col(Department.id), col(Department.name))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .where(
            col(Task.plan_id) == plan.id,
            col(Task.parent_id).is_not(None),
            col(Assignment.role).in_(ANSWERING),
            holds(viewer.today),
        )
        .order_by(col(Assignment.position))
    )
    units: dict[int, list[Named]] = {}
    for row in session.execute(answering):
        units.setdefault(row.task_id, []).append(Named(row.id, row.name))
    parts: dict[int, list[FrozenPart]] = {}
    for task in found:
        one = task.id or 0
        part = FrozenPart(
            one, task.number, task.standard, units.get(one, []), reports.get(one), before.get(one)
        )
        parts.setdefault(task.parent_id or 0, []).append(part)
    return parts


def _unreviewed(session: Session, period: ReportingPeriod) -> list[int]:
    """What each report that still waits for review is about."""
    query = (
        select(col(ProgressReport.task_id))
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(col(ProgressReport.period_id) == period.id, *waits())
        .order_by(col(ProgressReport.id))
    )
    return list(session.execute(query).scalars())


def _owed(
    session: Session, plan: Plan, period: ReportingPeriod, viewer: Viewer, past: Past | None
) -> tuple[list[DueReport], list[DueReport]]:
    """What was owed for the period and did not come, and what did."""
    if past is None:
        missing = owed_reports(session, viewer, plan, period.starts_on)
        return _frozen_due(missing), _frozen_due(given_reports(session, viewer, plan, period.starts_on))
    since = day_after(past.as_of)
    missing = owed_reports(session, viewer, plan, period.starts_on, since=since)
    given = given_reports(session, viewer, plan, period.starts_on, since=since)
    return _frozen_due(filter(past.is_due, missing)), _frozen_due(filter(past.was_asked, given))


def _frozen_due(owed: Iterable[Owed]) -> list[DueReport]:
    return [
        DueReport(each.task_id, each.department_id, each.department, each.reported_on, each.is_group)
        for each in owed
    ]


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
