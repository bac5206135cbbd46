"""概览: the plan in one sentence, what is slow, what falls due, who has been silent."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from app.models.plan import Plan
from app.queries.owed import Silent, silent_departments
from app.queries.periods import awaited_periods, period_in_view
from app.queries.tasks import TaskRow, all_tasks
from app.queries.visible import TaskFilter
from app.queries.workload import Standing, standing
from app.rules.periods import PeriodBounds
from app.rules.permissions import Viewer
from app.rules.status import SLOW, WORST_FIRST, Light

DUE_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the office, or one leader, reads first."""

    standing: Standing
    goals: int
    slow: list[TaskRow]
    due_soon: list[TaskRow]
    period: PeriodBounds
    is_awaited: bool
    """Whether units owe reports for the period now; nobody is silent otherwise."""
    silent: Silent


def overview(session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter | None = None) -> Overview:
    """The portfolio the filter names (the whole plan without one), judged today."""
    rows = all_tasks(session, viewer, plan, wanted)
    slow = [row for row in rows if row.judgement.light in SLOW]
    unfinished = [row for row in rows if row.judgement.light not in (Light.DONE, Light.HIDDEN)]
    period = period_in_view(session, viewer, plan)
    is_awaited = period in awaited_periods(session, viewer, plan)
    silent = silent_departments(session, viewer, plan, period.starts_on, wanted) if is_awaited else Silent()
    return Overview(
        standing=standing(session, viewer, plan, wanted),
        goals=len({row.goal_id for row in rows}),
        slow=sorted(slow, key=_worst_first),
        due_soon=[row for row in unfinished if viewer.today <= row.due_on <= viewer.today + DUE_SOON],
        period=period,
        is_awaited=is_awaited,
        silent=silent,
    )


def _worst_first(row: TaskRow) -> tuple[int, int]:
    behind = (row.judgement.pace or 0) - (row.judgement.completion or 0)
    return WORST_FIRST.index(row.judgement.light), -behind
