"""责任矩阵: goals down, officials or departments across, in each cell how many tasks and the worst light."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.task import Assignment
from app.queries.plans import GoalRow, list_goals
from app.queries.tasks import Named
from app.queries.visible import facts_of, holds, judge_group, visible_tasks
from app.queries.workload import Bearer, Standing, WorkloadRow, workload
from app.rules.permissions import Viewer
from app.rules.status import WORST_FIRST, Light


@dataclass(frozen=True, slots=True)
class Cell:
    """Tasks of one goal that one bearer carries."""

    count: int
    worst: Light


@dataclass(frozen=True, slots=True)
class Matrix:
    """``cells[goal id][bearer id]``; tasks under no goal stand under goal id 0."""

    bearer: Bearer
    goals: list[GoalRow]
    bearers: list[WorkloadRow]
    cells: dict[int, dict[int, Cell]]

    @property
    def total(self) -> int:
        """Tasks of the plan, each counted once however many carry it."""
        return sum(goal.tasks for goal in self.goals)

    @property
    def lights(self) -> list[tuple[Light, str]]:
        """The lights that occur as a corner, for the legend."""
        shown = {cell.worst for row in self.cells.values() for cell in row.values()}
        return [(light, light.label) for light in WORST_FIRST if light in shown]

    def cell(self, goal_id: int, bearer: Named | WorkloadRow) -> Cell | None:
        return self.cells.get(goal_id, {}).get(bearer.id)


def responsibility_matrix(session: Session, viewer: Viewer, plan: Plan, bearer: Bearer) -> Matrix:
    """The plan as a matrix; row totals are tasks of the goal, column totals tasks of the bearer."""
    tasks = visible_tasks(viewer, plan)
    key = col(Assignment.official_id if bearer is Bearer.OFFICIAL else col(Assignment.department_id))
    facts = facts_of(tasks.c)
    query = (
        select(tasks.c.goal_id, key.label("bearer_id"), *facts, func.count().label("tasks"))
        .join(Assignment, col(Assignment.task_id) == tasks.c.id)
        .where(key.is_not(None), holds(viewer.today))
        .group_by(tasks.c.goal_id, key, *facts)
    )
    found: dict[int, dict[int, Standing]] = {}
    for group in session.execute(query):
        cell = found.setdefault(group.goal_id or 0, {}).setdefault(group.bearer_id, Standing())
        cell.add(judge_group(group, viewer, plan), group.tasks, is_averaged=False)
    cells = {
        goal: {bearer_id: Cell(cell.total, _worst(cell)) for bearer_id, cell in row.items()}
        for goal, row in found.items()
    }
    goals = list_goals(session, viewer, plan)
    if without_goal := _without_goal(session, viewer, plan):
        goals.append(GoalRow(0, "", "（未列入目标）", without_goal))
    return Matrix(bearer, goals, workload(session, viewer, plan, bearer), cells)


def _worst(cell: Standing) -> Light:
    return next(light for light in WORST_FIRST if light in cell.lights)


def _without_goal(session: Session, viewer: Viewer, plan: Plan) -> int:
    tasks = visible_tasks(viewer, plan)
    query = select(func.count()).select_from(tasks).where(tasks.c.goal_id.is_(None))
    return session.execute(query).scalar_one()
