"""催办: which units owe reports, how often they were urged, and the slips they were sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.clock import office_date
from app.errors import NotFound
from app.models.account import Role
from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Task
from app.models.urging import Urging
from app.queries.owed import owed_reports, told_in
from app.queries.own import own_row
from app.queries.page import Page
from app.queries.periods import awaited_periods
from app.queries.tasks import TaskRow, rows_of
from app.rules.periods import PeriodBounds
from app.rules.permissions import Share, Viewer
from app.rules.status import WORST_FIRST, Judgement
from app.rules.urging import after_close, slip_words


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A lead unit that owes reports of a period (未报送单位), and what was done about it."""

    id: int
    name: str
    tasks: list[TaskRow]
    urged: int
    """How often it was urged for this period."""
    urged_today: str
    """The slip of today, if there is one: another would say the same."""

    @property
    def worst(self) -> Judgement:
        return min((task.judgement for task in self.tasks), key=lambda each: WORST_FIRST.index(each.light))


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One 催办单 in the list."""

    id: int
    slip: str
    department_id: int
    department: str
    period: str
    tasks: int
    answer_by: date
    issued_by: str
    issued_at: datetime
    received_by: str
    received_at: datetime | None
    voided_by: str
    voided_at: datetime | None
    void_reason: str
    after_close: str
    """What is still wanted now that its period is closed; empty while it is open."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A 催办单 whole: what stands on the paper, and its tasks as they are today."""

    row: SlipRow
    words: str
    tasks: list[TaskRow]
    gone: int
    """Tasks of the slip that the table no longer has."""
    issued_on: date
    is_own: bool
    """Whether it was sent to the viewer's unit."""
    plan: Plan = field(repr=False)


def periods_to_urge(session: Session, viewer: Viewer, plan: Plan) -> list[PeriodBounds]:
    """The periods one may urge for, the newest first: those whose reports are awaited."""
    return awaited_periods(session, viewer, plan)[::-1]


def period_urged(periods: list[PeriodBounds], today: date, wanted: int | None = None) -> PeriodBounds | None:
    """The one asked for; else the newest that is past its due day; else the newest. None where all are closed."""
    if wanted is not None:
        return next((each for each in periods if each.id == wanted), None)
    return next((each for each in periods if each.due_on < today), next(iter(periods), None))


def late_units(session: Session, viewer: Viewer, plan: Plan, period: PeriodBounds) -> list[LateUnit]:
    """Units that owe reports of the period, those who owe most first; of a split task the parts they owe."""
    owed: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for each in owed_reports(session, viewer, plan, period.starts_on):
        if not each.is_group:
            owed.setdefault(each.department_id, set()).add(each.reported_on)
            names[each.department_id] = each.department
    tasks = rows_of(session, viewer, plan, {one for ids in owed.values() for one in ids})
    urged = _urged(session, viewer, period)
    units = [
        LateUnit(
            unit,
            names[unit],
            [task for task in tasks if task.id in ids],
            len(urged.get(unit, ())),
            next((slip for day, slip in urged.get(unit, ()) if day == viewer.today), ""),
        )
        for unit, ids in owed.items()
    ]
    return sorted((unit for unit in units if unit.tasks), key=lambda unit: -len(unit.tasks))


def list_slips(
    session: Session, viewer: Viewer, plan: Plan, *, page: int = 1, size: int = 50
) -> Page[SlipRow]:
    """The plan's slips, the newest first; a unit sees its own."""
    query = _slips(viewer).where(col(Urging.plan_id) == plan.id)
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    window = query.order_by(col(Urging.id).desc()).limit(size).offset((page - 1) * size)
    return Page(rows(session, session.execute(window).scalars().all()), page, size, total)


def get_urging(session: Session, viewer: Viewer, urging_id: int) -> Urging:
    """The slip itself. Raises ``NotFound`` when it does not exist for this viewer, as another unit's does not."""
    urging = own_row(session, viewer, Urging, urging_id)
    undone = urging is not None and session.get_one(Plan, urging.plan_id).undone_at is not None
    theirs = (
        urging is not None and viewer.role is Role.LIAISON and urging.department_id != viewer.department_id
    )
    if urging is None or undone or theirs:
        raise NotFound("没有找到这份催办单。", "它可能是发给其他单位的，请从“催办”页面重新打开。")
    return urging


def shares_in(urging: Urging) -> list[Share]:
    """The unit a slip was sent to answers for it, as the permission table wants to know it."""
    return [Share(AssignmentRole.LEAD, urging.department_id, None)]


def describe(session: Session, viewer: Viewer, urging: Urging) -> Slip:
    """The slip as it is shown and printed."""
    plan = session.get_one(Plan, urging.plan_id)
    tasks = rows_of(session, viewer, plan, urging.task_ids)
    return Slip(
        row=rows(session, [urging])[0],
        words=urging.words,
        tasks=tasks,
        gone=len(set(urging.task_ids)) - len(tasks),
        issued_on=office_date(urging.issued_at),
        is_own=viewer.department_id == urging.department_id,
        plan=plan,
    )


def rows(session: Session, urgings: Sequence[Urging]) -> list[SlipRow]:
    """Slips already found, as lines of the list."""
    wanted = {urging.period_id for urging in urgings} - {None}
    query = select(ReportingPeriod).where(col(ReportingPeriod.id).in_(wanted))
    periods = {period.id: period for period in session.execute(query).scalars()} if wanted else {}
    closed = {number for number, period in periods.items() if number and period.closed_at is not None}
    asked = {task for urging in urgings if urging.period_id in closed for task in urging.task_ids}
    told = told_in(session, closed, asked)
    return [_row(urging, periods.get(urging.period_id), told) for urging in urgings]


def slips_of_task(session: Session, viewer: Viewer, task: Task) -> list[SlipRow]:
    """The slips that name this task or a part of it, the newest first, as far as the viewer may see them."""
    parts = select(col(Task.id)).where(col(Task.parent_id) == task.id)
    told_of = {task.id or 0, *session.execute(parts).scalars()}
    answering = select(col(Assignment.department_id)).where(
        col(Assignment.task_id).in_(told_of), col(Assignment.department_id).is_not(None)
    )
    query = (
        _slips(viewer)
        .where(col(Urging.plan_id) == task.plan_id, col(Urging.department_id).in_(answering))
        .order_by(col(Urging.id).desc())
    )
    found = session.execute(query).scalars()
    return rows(session, [urging for urging in found if told_of & set(urging.task_ids)])


def _slips(viewer: Viewer) -> Select[Urging]:
    query = select(Urging).where(col(Urging.jurisdiction_id) == viewer.jurisdiction_id)
    if viewer.role is Role.LIAISON:
        query = query.where(col(Urging.department_id) == viewer.department_id)
    return query


def _urged(session: Session, viewer: Viewer, period: PeriodBounds) -> dict[int, list[tuple[date, str]]]:
    """Unit → the days it was urged for the period, with the slip's number."""
    if period.id is None:
        return {}
    query = select(Urging).where(
        col(Urging.jurisdiction_id) == viewer.jurisdiction_id,
        col(Urging.period_id) == period.id,
        col(Urging.voided_at).is_(None),
    )
    found: dict[int, list[tuple[date, str]]] = {}
    for each in session.execute(query.order_by(col(Urging.id))).scalars():
        told = office_date(each.issued_at), slip_words(each.year, each.number)
        found.setdefault(each.department_id, []).append(told)
    return found


def _row(urging: Urging, period: ReportingPeriod | None, told: dict[int, set[int]]) -> SlipRow:
    ended = ""
    if period is not None and period.closed_at is not None:
        ended = after_close(period.name, len(set(urging.task_ids) - told.get(period.id or 0, set())))
    return SlipRow(
        id=urging.id or 0,
        slip=slip_words(urging.year, urging.number),
        department_id=urging.department_id,
        department=urging.department_name,
        period=period.name if period else "",
        tasks=len(urging.task_ids),
        answer_by=urging.answer_by,
        issued_by=urging.issued_by,
        issued_at=urging.issued_at,
        received_by=urging.received_by,
        received_at=urging.received_at,
        voided_by=urging.voided_by,
        voided_at=urging.voided_at,
        void_reason=urging.void_reason,
        after_close=ended,
    )
