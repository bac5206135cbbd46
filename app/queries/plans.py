"""Plans and their goals."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.plan import Goal, Plan, PlanState
from app.queries.own import own_row
from app.queries.visible import visible_tasks
from app.rules.permissions import Action, Viewer, can
from app.rules.stages import STATE_LABELS, begins_with


@dataclass(frozen=True, slots=True)
class PlanRef:
    """A plan for the switcher."""

    id: int
    title: str
    year: int
    state: PlanState

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with the number of its tasks."""

    id: int
    number: str
    name: str
    tasks: int


def list_plans(session: Session, viewer: Viewer) -> list[PlanRef]:
    """The jurisdiction's plans, newest year first."""
    if not can(viewer, Action.VIEW_PLAN):
        return []
    query = (
        select(col(Plan.id), col(Plan.title), col(Plan.year), col(Plan.state))
        .where(col(Plan.jurisdiction_id) == viewer.jurisdiction_id, col(Plan.undone_at).is_(None))
        .order_by(col(Plan.year).desc(), col(Plan.id).desc())
    )
    return [PlanRef(row.id, row.title, row.year, row.state) for row in session.execute(query)]


def plan_to_begin_with(plans: Iterable[PlanRef]) -> PlanRef | None:
    """The table whoever has chosen none is shown: the newest that is worked by, and a draft only where nothing else is."""
    return min(plans, key=lambda plan: begins_with(plan.state), default=None)


def plans_in(session: Session, viewer: Viewer, states: Iterable[PlanState]) -> list[Plan]:
    """The plans themselves that stand in one of these states, the newest year first."""
    if not can(viewer, Action.VIEW_PLAN):
        return []
    query = (
        select(Plan)
        .where(
            col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
            col(Plan.undone_at).is_(None),
            col(Plan.state).in_(list(states)),
        )
        .order_by(col(Plan.year).desc(), col(Plan.id).desc())
    )
    return list(session.execute(query).scalars())


def get_plan(session: Session, viewer: Viewer, plan_id: int) -> Plan:
    """Raises ``NotFound`` when the plan does not exist for this viewer."""
    plan = own_row(session, viewer, Plan, plan_id)
    if plan is None or plan.undone_at is not None or not can(viewer, Action.VIEW_PLAN):
        raise NotFound("没有找到这份责任分解表。", "请从页面左上角的列表中重新选择。")
    return plan


def find_plan(session: Session, viewer: Viewer, title: str, year: int | None = None) -> Plan:
    """The plan of that title (and year), for commands. Raises ``NotFound`` naming those that exist."""
    known = list_plans(session, viewer)
    matching = [plan for plan in known if plan.title == title and year in (None, plan.year)]
    if not matching:
        titles = "、".join(f"“{plan.title}”" for plan in known) or "（还没有）"
        raise NotFound(f"没有名为“{title}”的责任分解表。", f"现有：{titles}。")
    return get_plan(session, viewer, matching[0].id)


def list_goals(session: Session, viewer: Viewer, plan: Plan) -> list[GoalRow]:
    """The plan's goals in order, those without any task included."""
    tasks = visible_tasks(viewer, plan)
    query = (
        select(col(Goal.id), col(Goal.number), col(Goal.name), func.count(tasks.c.id).label("tasks"))
        .outerjoin(tasks, tasks.c.goal_id == col(Goal.id))
        .where(col(Goal.plan_id) == plan.id, col(Goal.withdrawn_at).is_(None))
        .group_by(col(Goal.id), col(Goal.number), col(Goal.name), col(Goal.position))
        .order_by(col(Goal.position))
    )
    return [GoalRow(row.id, row.number, row.name, row.tasks) for row in session.execute(query)]
