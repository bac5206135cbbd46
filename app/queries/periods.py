"""填报周期: the periods of a plan, those in the database and those its cycle will bring, and what they still lack."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, distinct, exists, func, or_, select, true
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.own import own_row
from app.queries.plans import get_plan
from app.queries.review import waits
from app.queries.tasks import COUNTED_STATES
from app.queries.visible import TaskFilter, holds, is_at_work, reported_by_parts, visible_tasks
from app.queries.working_days import work_calendar
from app.rules import periods as rules
from app.rules.periods import CYCLE_LABELS as CYCLE_LABELS
from app.rules.periods import PeriodBounds as PeriodBounds
from app.rules.periods import Schedule
from app.rules.permissions import Action, Viewer, can
from app.rules.stages import may_report


class PeriodState(StrEnum):
    """Where a period stands: derived from its days and from whether it was opened or closed."""

    COMING = "coming"
    RUNNING = "running"
    OVERDUE = "overdue"
    CLOSED = "closed"
    UNUSED = "unused"

    @property
    def label(self) -> str:
        return PERIOD_LABELS[self]


PERIOD_LABELS = {
    PeriodState.COMING: "未开始",
    PeriodState.RUNNING: "填报中",
    PeriodState.OVERDUE: "已过期未关闭",
    PeriodState.CLOSED: "已关闭",
    PeriodState.UNUSED: "没有填报",
}


@dataclass(frozen=True, slots=True)
class SilentDepartment:
    """A lead unit that has not reported on all its tasks this period (未报送单位)."""

    id: int
    name: str
    missing: int


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is missing: of a lead unit, on a task. Of a part, ``task_id`` is the whole's."""

    reported_on: int
    task_id: int
    department_id: int
    department: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One line of the list of periods. Counts are of tasks (or of the parts that report for them)."""

    id: int | None
    name: str
    starts_on: date
    ends_on: date
    due_on: date
    opened_at: datetime | None
    closed_at: datetime | None
    state: PeriodState
    is_current: bool = False
    reported: int = 0
    approved: int = 0
    returned: int = 0
    due: int = 0
    """Reported, and still owed; 0 while nobody asks for it."""
    silent: tuple[SilentDepartment, ...] = ()

    @property
    def waiting(self) -> int:
        """Reported and not reviewed yet."""
        return self.reported - self.approved

    @property
    def may_open(self) -> bool:
        return self.opened_at is None and self.closed_at is None


def list_periods(session: Session, viewer: Viewer, plan: Plan) -> list[PeriodRow]:
    """The year's periods, the earliest first, each with how its reporting stands."""
    current = period_in_view(session, viewer, plan)
    kept = {row.starts_on: row for row in _kept(session, plan)}
    told = _told(session, viewer, plan)
    rows = []
    for bounds in periods_of_year(session, plan):
        is_current = bounds.starts_on == current.starts_on and may_report(plan)
        counts = told.get(bounds.id or 0, {})
        row = _row(bounds, kept.get(bounds.starts_on), viewer.today, is_current or bool(counts))
        row = replace(row, is_current=is_current, **counts)
        rows.append(_with_owed(session, viewer, plan, row) if _is_asked_for(row) else row)
    return rows


def periods_of_year(session: Session, plan: Plan, schedule: Schedule | None = None) -> list[PeriodBounds]:
    """Every period of the plan's year; with another schedule, as they would be with that."""
    calendar = work_calendar(session, plan.jurisdiction_id)
    return rules.periods_of_year(schedule or Schedule.of(plan), calendar, known_periods(session, plan))


def open_periods(session: Session, viewer: Viewer, plan: Plan) -> list[ReportingPeriod]:
    """The periods that may still be reported in, the earliest first: opened, reported in, or not due yet."""
    current = period_in_view(session, viewer, plan)
    reported = exists().where(col(ProgressReport.period_id) == col(ReportingPeriod.id))
    not_due = and_(
        col(ReportingPeriod.starts_on) <= viewer.today, col(ReportingPeriod.due_on) >= viewer.today
    )
    is_current = col(ReportingPeriod.starts_on) == current.starts_on
    query = (
        select(ReportingPeriod)
        .where(
            col(ReportingPeriod.jurisdiction_id) == viewer.jurisdiction_id,
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.closed_at).is_(None),
            or_(col(ReportingPeriod.opened_at).is_not(None), reported, not_due, is_current),
        )
        .order_by(col(ReportingPeriod.starts_on))
    )
    return list(session.execute(query).scalars())


def period_in_view(session: Session, viewer: Viewer, plan: Plan) -> PeriodBounds:
    """The period pages speak of today: the one a report of today would belong to. ``id`` is None before its first."""
    calendar = work_calendar(session, plan.jurisdiction_id)
    return rules.period_to_report(viewer.today, Schedule.of(plan), calendar, known_periods(session, plan))


def known_periods(session: Session, plan: Plan) -> list[PeriodBounds]:
    """The plan's periods that are in the database, the earliest first."""
    return [
        PeriodBounds(row.name, row.starts_on, row.ends_on, row.due_on, row.id, row.closed_at is not None)
        for row in _kept(session, plan)
    ]


def get_period(session: Session, viewer: Viewer, period_id: int) -> ReportingPeriod:
    """The period itself, to be closed. Raises ``NotFound`` when it does not exist for this viewer."""
    period = own_row(session, viewer, ReportingPeriod, period_id)
    if period is None:
        raise NotFound("没有找到这一期。", "请从“填报周期”页面重新选择。")
    get_plan(session, viewer, period.plan_id)
    return period


def get_row(session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod) -> PeriodRow:
    """The line of the list for one period in the database."""
    return next(row for row in list_periods(session, viewer, plan) if row.id == period.id)


def plan_of(session: Session, viewer: Viewer, period: ReportingPeriod) -> Plan:
    """The plan a period belongs to."""
    return get_plan(session, viewer, period.plan_id)


def closed_periods(session: Session, viewer: Viewer, plan: Plan) -> list[ReportingPeriod]:
    """The plan's closed periods (往期), the newest first, to be shown and exported again."""
    query = (
        select(ReportingPeriod)
        .where(
            col(ReportingPeriod.jurisdiction_id) == viewer.jurisdiction_id,
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.closed_at).is_not(None),
        )
        .order_by(col(ReportingPeriod.starts_on).desc())
    )
    return list(session.execute(query).scalars()) if can(viewer, Action.VIEW_CLOSED_PERIODS) else []


def silent_departments(
    session: Session, viewer: Viewer, plan: Plan, starts_on: date, wanted: TaskFilter | None = None
) -> list[SilentDepartment]:
    """Lead units that owe reports of the period, those who owe most first, as far as the viewer may know."""
    owed = _owed(viewer, plan, starts_on, wanted).subquery()
    query = (
        select(owed.c.department_id, owed.c.department, func.count().label("missing"))
        .group_by(owed.c.department_id, owed.c.department, owed.c.place)
        .order_by(func.count().desc(), owed.c.place, owed.c.department_id)
    )
    return [SilentDepartment(*row) for row in session.execute(query)]


def owed_reports(
    session: Session, viewer: Viewer, plan: Plan, starts_on: date, *, finished_too: bool = False
) -> list[Owed]:
    """Every report of the period that is still missing; ``finished_too``: also where work goes on no longer today."""
    query = _owed(viewer, plan, starts_on, None, finished_too)
    return [
        Owed(row.reported_on, row.task_id, row.department_id, row.department)
        for row in session.execute(query)
    ]


def waiting_for_review(session: Session, viewer: Viewer, period: ReportingPeriod) -> int:
    """How many reports of the period nobody has judged: as many as the queue of 填报审核 shows of it."""
    query = (
        select(func.count())
        .select_from(ProgressReport)
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(
            col(ProgressReport.jurisdiction_id) == viewer.jurisdiction_id,
            col(ProgressReport.period_id) == period.id,
            *waits(),
        )
    )
    return session.execute(query).scalar_one()


def _kept(session: Session, plan: Plan) -> Iterator[ReportingPeriod]:
    query = (
        select(ReportingPeriod)
        .where(col(ReportingPeriod.plan_id) == plan.id)
        .order_by(col(ReportingPeriod.starts_on))
    )
    return iter(session.execute(query).scalars())


def _row(bounds: PeriodBounds, kept: ReportingPeriod | None, today: date, is_begun: bool) -> PeriodRow:
    opened_at, closed_at = (kept.opened_at, kept.closed_at) if kept else (None, None)
    return PeriodRow(
        bounds.id,
        bounds.name,
        bounds.starts_on,
        bounds.ends_on,
        bounds.due_on,
        opened_at,
        closed_at,
        _state(bounds, today, is_begun or opened_at is not None, closed_at is not None),
    )


def _state(bounds: PeriodBounds, today: date, is_begun: bool, is_closed: bool) -> PeriodState:
    if is_closed:
        return PeriodState.CLOSED
    if is_begun:
        return PeriodState.RUNNING if today <= bounds.due_on else PeriodState.OVERDUE
    return PeriodState.COMING if today < bounds.starts_on else PeriodState.UNUSED


def _is_asked_for(row: PeriodRow) -> bool:
    return row.state in (PeriodState.RUNNING, PeriodState.OVERDUE)


def _with_owed(session: Session, viewer: Viewer, plan: Plan, row: PeriodRow) -> PeriodRow:
    owed = _owed(viewer, plan, row.starts_on, None).subquery()
    missing = session.execute(select(func.count(distinct(owed.c.reported_on)))).scalar_one()
    silent = silent_departments(session, viewer, plan, row.starts_on)
    return replace(row, due=row.reported + missing, silent=tuple(silent))


def _told(session: Session, viewer: Viewer, plan: Plan) -> dict[int, dict[str, Any]]:
    """What was reported in each period, by the state of each task's newest report."""
    newest = (
        _newest_of_period()
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(col(ReportingPeriod.plan_id) == plan.id)
    )
    query = (
        select(col(ProgressReport.period_id), col(ProgressReport.state), func.count().label("reports"))
        .where(
            col(ProgressReport.jurisdiction_id) == viewer.jurisdiction_id,
            col(ProgressReport.id).in_(newest),
        )
        .group_by(col(ProgressReport.period_id), col(ProgressReport.state))
    )
    told: dict[int, dict[str, Any]] = {}
    for row in session.execute(query):
        counts = told.setdefault(row.period_id, {"reported": 0, "approved": 0, "returned": 0})
        if row.state in COUNTED_STATES:
            counts["reported"] += row.reports
        if row.state != ReportState.SUBMITTED:
            counts[row.state.value] += row.reports
    return told


def _newest_of_period() -> Select[int | None]:
    return select(func.max(col(ProgressReport.id))).group_by(
        col(ProgressReport.task_id), col(ProgressReport.period_id)
    )


def _owed(
    viewer: Viewer, plan: Plan, starts_on: date, wanted: TaskFilter | None, finished_too: bool = False
) -> Select[*tuple[Any, ...]]:
    """Lead units × unfinished tasks without a report of the period. Where a task was split, its parts report.

    A task that no unit leads is reported on by its main units (主责).
    """
    wholes = visible_tasks(viewer, plan, wanted)
    led = select(col(Assignment.task_id)).where(
        col(Assignment.plan_id) == plan.id,
        col(Assignment.role) == AssignmentRole.LEAD,
        holds(viewer.today),
    )
    is_main = and_(col(Assignment.role) == AssignmentRole.MAIN, col(Task.id).not_in(led.correlate(None)))
    unfinished = (*is_at_work(), col(Task.status) != TaskStatus.COMPLETED)
    whole_id = func.coalesce(col(Task.parent_id), col(Task.id))
    reported = (
        select(col(ProgressReport.task_id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.starts_on) == starts_on,
            col(ProgressReport.state).in_(COUNTED_STATES),
        )
    )
    return (
        select(
            col(Task.id).label("reported_on"),
            whole_id.label("task_id"),
            col(Department.id).label("department_id"),
            col(Department.name).label("department"),
            col(Department.position).label("place"),
        )
        .join(wholes, wholes.c.id == whole_id)
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(
            col(Task.plan_id) == plan.id,
            col(Task.withdrawn_at).is_(None),
            true() if finished_too else and_(*unfinished),
            col(Task.id).not_in(reported),
            col(Task.id).not_in(reported_by_parts(plan)),
            or_(col(Assignment.role) == AssignmentRole.LEAD, is_main),
            holds(viewer.today),
            wholes.c.progress_visible,
        )
        .order_by(col(Task.position), col(Assignment.position))
    )
