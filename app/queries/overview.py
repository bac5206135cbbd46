"""概览: the plan in one sentence, what is slow, what falls due, who has been silent."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Assignment, AssignmentRole, TaskStatus
from app.queries.periods import period_in_view
from app.queries.tasks import COUNTED_STATES, TaskRow, all_tasks
from app.queries.visible import TaskFilter, holds, visible_tasks
from app.queries.workload import Standing, standing
from app.rules.periods import PeriodBounds
from app.rules.permissions import Viewer
from app.rules.status import SLOW, WORST_FIRST, Light

DUE_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SilentDepartment:
    """A lead unit that has not reported on all its tasks this period (未报送单位)."""

    id: int
    name: str
    missing: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the office, or one leader, reads first."""

    standing: Standing
    goals: int
    slow: list[TaskRow]
    due_soon: list[TaskRow]
    period: PeriodBounds
    silent: list[SilentDepartment]


def overview(session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter | None = None) -> Overview:
    """The portfolio the filter names (the whole plan without one), judged today."""
    rows = all_tasks(session, viewer, plan, wanted)
    slow = [row for row in rows if row.judgement.light in SLOW]
    unfinished = [row for row in rows if row.judgement.light not in (Light.DONE, Light.HIDDEN)]
    period = period_in_view(session, viewer, plan)
    return Overview(
        standing=standing(session, viewer, plan, wanted),
        goals=len({row.goal_id for row in rows}),
        slow=sorted(slow, key=_worst_first),
        due_soon=[row for row in unfinished if viewer.today <= row.due_on <= viewer.today + DUE_SOON],
        period=period,
        silent=_silent(session, viewer, plan, wanted, period),
    )


def _worst_first(row: TaskRow) -> tuple[int, int]:
    behind = (row.judgement.pace or 0) - (row.judgement.completion or 0)
    return WORST_FIRST.index(row.judgement.light), -behind


def _silent(
    session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter | None, period: PeriodBounds
) -> list[SilentDepartment]:
    tasks = visible_tasks(viewer, plan, wanted)
    reported = (
        select(col(ProgressReport.task_id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.starts_on) == period.starts_on,
            col(ProgressReport.state).in_(COUNTED_STATES),
        )
    )
    query = (
        select(col(Department.id), col(Department.name), func.count().label("missing"))
        .join(Assignment, col(Assignment.department_id) == col(Department.id))
        .join(tasks, tasks.c.id == col(Assignment.task_id))
        .where(
            col(Assignment.role) == AssignmentRole.LEAD,
            holds(viewer.today),
            tasks.c.progress_visible,
            tasks.c.status.in_((TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS)),
            tasks.c.id.not_in(reported),
        )
        .group_by(col(Department.id), col(Department.name), col(Department.position))
        .order_by(func.count().desc(), col(Department.position))
    )
    return [SilentDepartment(row.id, row.name, row.missing) for row in session.execute(query)]
