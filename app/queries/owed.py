"""Who owes a report of a period on what: sheet, to-dos, periods, urging and the closed table all ask here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.account import User
from app.models.directory import Department, DepartmentKind
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, ProgressReport, ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.tasks import COUNTED_STATES
from app.queries.visible import TaskFilter, holds, is_at_work, listed, visible_tasks
from app.rules.permissions import Viewer
from app.rules.stages import is_in_force

ANSWERING = (AssignmentRole.LEAD, AssignmentRole.MAIN)
"""牵头 and 主责: either may report, one report of the period does for the task, and all are silent until it comes."""


@dataclass(frozen=True, slots=True)
class SilentDepartment:
    """A unit that has not reported on all its tasks this period (未报送单位)."""

    id: int
    name: str
    missing: int


@dataclass(frozen=True, slots=True)
class Silent:
    """Who owes reports of a period, those who owe most first.

    A group (各镇街) that has no account cannot report: what it owes is the supervision office's to enter or to share out.
    """

    units: list[SilentDepartment] = field(default_factory=list)
    groups: list[SilentDepartment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is missing: of a unit, on a task. Of a part, ``task_id`` is the whole's."""

    reported_on: int
    task_id: int
    department_id: int
    department: str
    is_group: bool
    """Whether the unit is a group (各镇街) that nobody can report for."""


def is_asked_for() -> tuple[ColumnElement[bool], ...]:
    """Of ``Task``: somebody is to report on it every period, as it goes on, is not finished, and was not split."""
    return (*is_at_work(), col(Task.status) != TaskStatus.COMPLETED, ~is_split())


def is_split() -> ColumnElement[bool]:
    """Of ``Task``: living parts (分解项) report for it, and nobody is asked for a report on the whole."""
    part = aliased(Task)
    return exists().where(col(part.parent_id) == col(Task.id), col(part.withdrawn_at).is_(None))


def first_asked(session: Session, plan: Plan) -> date:
    """The first day of the periods that units owe reports for; ``date.max`` while none of them is asked for.

    A table issued on paper asks from its first day; one that was issued here from the first period the supervision
    office opened, or a unit reported in: before that its units owe nothing but to sign for it.
    """
    if not is_in_force(plan):
        return date.max
    if plan.issued_at is None:
        return date.min
    return session.execute(_first_asked(plan)).scalar_one() or date.max


def still_counts(plan: Plan) -> tuple[ColumnElement[bool], ...]:
    """Of ``Task``: a report on it is one of those asked for, be it finished since; not a whole that was split since."""
    whole = aliased(Task)
    gone = select(col(whole.id)).where(col(whole.plan_id) == plan.id, col(whole.withdrawn_at).is_not(None))
    return (
        col(Task.withdrawn_at).is_(None),
        or_(col(Task.parent_id).is_(None), col(Task.parent_id).not_in(gone)),
        ~is_split(),
    )


def told_in(session: Session, periods: Collection[int], tasks: Collection[int]) -> dict[int, set[int]]:
    """Which of the tasks have a report that counts, by period, whoever of their units made it."""
    query = select(col(ProgressReport.period_id), col(ProgressReport.task_id)).where(
        col(ProgressReport.period_id).in_(periods),
        col(ProgressReport.task_id).in_(tasks),
        col(ProgressReport.state).in_(COUNTED_STATES),
    )
    found: dict[int, set[int]] = {}
    for row in session.execute(query) if periods and tasks else ():
        found.setdefault(row.period_id, set()).add(row.task_id)
    return found


def owed_reports(
    session: Session, viewer: Viewer, plan: Plan, starts_on: date, *, since: datetime | None = None
) -> list[Owed]:
    """Every report of the period that is still missing.

    With ``since`` also where work goes on no longer today, and on what was split or withdrawn from that moment on.
    """
    return _read(session, _owed(viewer, plan, starts_on, None, since))


def given_reports(
    session: Session, viewer: Viewer, plan: Plan, starts_on: date, *, since: datetime | None = None
) -> list[Owed]:
    """What was owed for the period and has come, for every unit that answers for the task."""
    return _read(session, _owed(viewer, plan, starts_on, None, since, given=True))


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[Owed]:
    return [
        Owed(row.reported_on, row.task_id, row.department_id, row.department, bool(row.is_group))
        for row in session.execute(query)
    ]


def missing_reports(session: Session, viewer: Viewer, plan: Plan, starts_on: date) -> int:
    """How many tasks (or parts) still lack a report of the period, however many units owe it."""
    owed = _owed(viewer, plan, starts_on, None).subquery()
    return session.execute(select(func.count(owed.c.reported_on.distinct()))).scalar_one()


def silent_departments(
    session: Session, viewer: Viewer, plan: Plan, starts_on: date, wanted: TaskFilter | None = None
) -> Silent:
    """Units that owe reports of the period, and groups, as far as the viewer may know."""
    owed = _owed(viewer, plan, starts_on, wanted).subquery()
    columns = (owed.c.department_id, owed.c.department, owed.c.place, owed.c.is_group)
    query: Any = (
        select(owed.c.department_id, owed.c.department, func.count().label("missing"), owed.c.is_group)
        .group_by(*columns)
        .order_by(func.count().desc(), owed.c.place, owed.c.department_id)
    )
    found = Silent()
    for row in session.execute(query):
        silent = SilentDepartment(row.department_id, row.department, row.missing)
        (found.groups if row.is_group else found.units).append(silent)
    return found


def _owed(
    viewer: Viewer,
    plan: Plan,
    starts_on: date,
    wanted: TaskFilter | None,
    since: datetime | None = None,
    *,
    given: bool = False,
) -> Select[*tuple[Any, ...]]:
    """Answering units × tasks asked for without a report of the period; those that have one, where it was ``given``."""
    wholes = visible_tasks(viewer, plan, wanted, since=since)
    whole_id = func.coalesce(col(Task.parent_id), col(Task.id))
    asked_for = true() if since else ~is_split() if given else and_(*is_asked_for())
    told = (
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
            case((_nobody_reports_for_it(), 1), else_=0).label("is_group"),
        )
        .join(wholes, wholes.c.id == whole_id)
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(
            col(Task.plan_id) == plan.id,
            _asks_for_reports(plan, starts_on),
            listed(since),
            asked_for,
            col(Task.id).in_(told) if given else col(Task.id).not_in(told),
            col(Assignment.role).in_(ANSWERING),
            holds(viewer.today),
            wholes.c.progress_visible,
        )
        .order_by(col(Task.position), col(Assignment.position))
    )


def _asks_for_reports(plan: Plan, starts_on: date) -> ColumnElement[bool]:
    if plan.issued_at is None:
        return true() if is_in_force(plan) else false()
    return literal(starts_on) >= _first_asked(plan).scalar_subquery()


def _first_asked(plan: Plan) -> Select[date | None]:
    """That a unit has begun to write asks nobody else, nor do words that came with the table."""
    told = exists().where(
        col(ProgressReport.period_id) == col(ReportingPeriod.id),
        col(ProgressReport.author_name) != IMPORTED_BY,
    )
    return select(func.min(col(ReportingPeriod.starts_on))).where(
        col(ReportingPeriod.plan_id) == plan.id, or_(col(ReportingPeriod.opened_at).is_not(None), told)
    )


def _nobody_reports_for_it() -> ColumnElement[bool]:
    """A group (各镇街) stands for its members and has, as a rule, no account of its own."""
    account = exists().where(col(User.department_id) == col(Department.id), col(User.is_active).is_(True))
    return and_(col(Department.kind) == DepartmentKind.GROUP, ~account)
