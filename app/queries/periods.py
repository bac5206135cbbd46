"""填报周期: the periods of a plan, those in the database and those its cycle will bring, and what they still lack."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Task
from app.models.urging import Urging
from app.queries.due_reports import closed_silence
from app.queries.owed import (
    Silent,
    SilentDepartment,
    first_asked,
    missing_reports,
    silent_departments,
    still_counts,
)
from app.queries.own import own_row
from app.queries.plans import get_plan
from app.queries.review import waits
from app.queries.tasks import COUNTED_STATES
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
    """Reported, and still owed, now or when it was closed; 0 while nobody asks for it."""
    waiting: int = 0
    """Reports nobody has judged."""
    silent: tuple[SilentDepartment, ...] = ()
    groups: tuple[SilentDepartment, ...] = ()
    """Groups (各镇街) that nobody can report for, and what they owe."""
    slips: int = 0
    """催办单 that units which still owe reports were sent for it."""

    @property
    def unfinished(self) -> str:
        """What would be cut off by closing now (2 个单位还有 3 项没有报，其中 1 项退回后等待改正); empty when all came."""
        missing = self.due - self.reported
        told = []
        if missing:
            units = len(self.silent) + len(self.groups)
            told.append(f"{units} 个单位还有 {missing} 项没有报")
        if missing and self.returned:
            told.append(f"其中 {self.returned} 项退回后等待改正")
        if self.slips:
            told.append(f"{self.slips} 张催办单还没有办完")
        return "，".join(told)

    @property
    def may_open(self) -> bool:
        return self.opened_at is None and self.closed_at is None


def list_periods(session: Session, viewer: Viewer, plan: Plan) -> list[PeriodRow]:
    """The year's periods, the earliest first, each with how its reporting stands."""
    current = period_in_view(session, viewer, plan)
    kept = {row.starts_on: row for row in _kept(session, plan)}
    told, frozen = _told(session, viewer, plan), closed_silence(session, viewer, plan)
    slips, asked = _slips(session, viewer, plan), first_asked(session, plan)
    rows = []
    for bounds in periods_of_year(session, plan):
        is_current = bounds.starts_on == current.starts_on and may_report(plan)
        counts = told.get(bounds.id or 0, {})
        is_begun = asked <= bounds.starts_on and (is_current or bool(counts))
        row = _row(bounds, kept.get(bounds.starts_on), viewer.today, is_begun, is_current)
        row = replace(row, is_current=is_current, **counts)
        if _is_asked_for(row):
            row = _with_owed(session, viewer, plan, row)
            row = replace(row, slips=sum(slips.get((row.id, unit.id), 0) for unit in row.silent))
        elif row.id in frozen:
            then = frozen[row.id]
            row = replace(row, reported=row.reported if then.reported is None else then.reported)
            row = _with_silence(row, then.missing, then.silent)
        rows.append(row)
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


def awaited_periods(session: Session, viewer: Viewer, plan: Plan) -> list[PeriodBounds]:
    """The periods whose reports units owe now, the earliest first: the one in view, and the others still open."""
    if not may_report(plan):
        return []
    asked = first_asked(session, plan)
    found = {
        each.starts_on: PeriodBounds(each.name, each.starts_on, each.ends_on, each.due_on, each.id)
        for each in open_periods(session, viewer, plan)
    }
    current = period_in_view(session, viewer, plan)
    if not current.is_closed:
        found.setdefault(current.starts_on, current)
    return [found[day] for day in sorted(found) if day >= asked]


def period_in_view(session: Session, viewer: Viewer, plan: Plan) -> PeriodBounds:
    """The period pages speak of today: the one a report of today would belong to. ``id`` is None before its first."""
    calendar = work_calendar(session, plan.jurisdiction_id)
    return rules.period_to_report(viewer.today, Schedule.of(plan), calendar, known_periods(session, plan))


def between_periods(session: Session, viewer: Viewer, plan: Plan) -> tuple[PeriodBounds, PeriodBounds] | None:
    """After an early close nothing is reported: the period that was closed, and the next; None while one is open."""
    current = period_in_view(session, viewer, plan)
    if not current.is_closed:
        return None
    calendar = work_calendar(session, plan.jurisdiction_id)
    after = current.ends_on + rules.ONE_DAY
    return current, rules.containing(after, Schedule.of(plan), calendar, known_periods(session, plan))


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


def waiting_for_review(session: Session, viewer: Viewer, period: ReportingPeriod) -> int:
    """How many reports of the period nobody has judged: as many as the queue of 填报审核 shows of it."""
    found = session.execute(_unreviewed(viewer, col(ReportingPeriod.id) == period.id)).first()
    return int(found[1]) if found else 0


def _kept(session: Session, plan: Plan) -> Iterator[ReportingPeriod]:
    query = (
        select(ReportingPeriod)
        .where(col(ReportingPeriod.plan_id) == plan.id)
        .order_by(col(ReportingPeriod.starts_on))
    )
    return iter(session.execute(query).scalars())


def _row(
    bounds: PeriodBounds, kept: ReportingPeriod | None, today: date, is_begun: bool, is_current: bool
) -> PeriodRow:
    opened_at, closed_at = (kept.opened_at, kept.closed_at) if kept else (None, None)
    return PeriodRow(
        bounds.id,
        bounds.name,
        bounds.starts_on,
        bounds.ends_on,
        bounds.due_on,
        opened_at,
        closed_at,
        _state(bounds, today, is_begun or opened_at is not None, closed_at is not None, is_current),
    )


def _state(
    bounds: PeriodBounds, today: date, is_begun: bool, is_closed: bool, is_current: bool
) -> PeriodState:
    if is_closed:
        return PeriodState.CLOSED
    if is_begun:
        return PeriodState.RUNNING if today <= bounds.due_on else PeriodState.OVERDUE
    return PeriodState.COMING if today < bounds.starts_on or is_current else PeriodState.UNUSED


def _is_asked_for(row: PeriodRow) -> bool:
    return row.state in (PeriodState.RUNNING, PeriodState.OVERDUE)


def _with_owed(session: Session, viewer: Viewer, plan: Plan, row: PeriodRow) -> PeriodRow:
    missing = missing_reports(session, viewer, plan, row.starts_on)
    return _with_silence(row, missing, silent_departments(session, viewer, plan, row.starts_on))


def _with_silence(row: PeriodRow, missing: int, silent: Silent) -> PeriodRow:
    return replace(row, due=row.reported + missing, silent=tuple(silent.units), groups=tuple(silent.groups))


def _slips(session: Session, viewer: Viewer, plan: Plan) -> dict[tuple[int | None, int], int]:
    """催办单 by period and unit."""
    query = (
        select(col(Urging.period_id), col(Urging.department_id), func.count().label("slips"))
        .where(
            col(Urging.jurisdiction_id) == viewer.jurisdiction_id,
            col(Urging.plan_id) == plan.id,
            col(Urging.voided_at).is_(None),
        )
        .group_by(col(Urging.period_id), col(Urging.department_id))
    )
    return {(row.period_id, row.department_id): row.slips for row in session.execute(query)}


def _told(session: Session, viewer: Viewer, plan: Plan) -> dict[int, dict[str, Any]]:
    """What was reported in each period, by the state of each task's newest report, and how many wait for review.

    While a period is open, only what is asked for counts: a report on a task that was split or withdrawn since is none
    of those its parts owe now. A closed one keeps what it had: its table says what that was.
    """
    newest = (
        _newest_of_period()
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(col(ReportingPeriod.plan_id) == plan.id)
    )
    query = (
        select(col(ProgressReport.period_id), col(ProgressReport.state), func.count().label("reports"))
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ProgressReport.jurisdiction_id) == viewer.jurisdiction_id,
            col(ProgressReport.id).in_(newest),
            or_(col(ReportingPeriod.closed_at).is_not(None), and_(*still_counts(plan))),
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
    waiting = _unreviewed(viewer, col(ReportingPeriod.plan_id) == plan.id)
    for period_id, reports in session.execute(waiting):
        told.setdefault(period_id, {})["waiting"] = reports
    return told


def _unreviewed(viewer: Viewer, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(col(ProgressReport.period_id), func.count())
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(col(ProgressReport.jurisdiction_id) == viewer.jurisdiction_id, which, *waits())
        .group_by(col(ProgressReport.period_id))
    )


def _newest_of_period() -> Select[int | None]:
    return select(func.max(col(ProgressReport.id))).group_by(
        col(ProgressReport.task_id), col(ProgressReport.period_id)
    )
