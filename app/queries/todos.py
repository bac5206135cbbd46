"""我的待办: what a person must do now, derived from the tables each time and kept nowhere."""

from dataclasses import dataclass

from sqlmodel import Session

from app.models.account import Role
from app.queries.plans import plans_in
from app.queries.todos_of_supervision import todos_of_supervision
from app.queries.todos_of_units import todos_of_unit
from app.queries.visible import TaskFilter
from app.queries.workload import standing
from app.rules.permissions import Viewer
from app.rules.stages import UNDER_WAY, may_report
from app.rules.status import Light
from app.rules.todos import URGENCY_LABELS, Todo, TodoKind, Urgency, in_order


@dataclass(frozen=True, slots=True)
class TodoGroup:
    """Lines of one urgency, under its word."""

    urgency: Urgency
    label: str
    todos: list[Todo]


def todos(session: Session, viewer: Viewer) -> list[Todo]:
    """Everything that waits for this person, the most urgent first; nothing for who has no business here."""
    if viewer.role is Role.LIAISON:
        return in_order(todos_of_unit(session, viewer))
    if viewer.role is Role.SUPERVISION:
        return in_order(todos_of_supervision(session, viewer))
    if viewer.role is Role.LEAD_OFFICIAL:
        return in_order(_todos_of_official(session, viewer))
    return []


def by_urgency(found: list[Todo]) -> list[TodoGroup]:
    """The same lines under 现在要办, 近期 and 其他, those that have any."""
    groups = (
        TodoGroup(urgency, label, [todo for todo in found if todo.urgency is urgency])
        for urgency, label in URGENCY_LABELS.items()
    )
    return [group for group in groups if group.todos]


def _todos_of_official(session: Session, viewer: Viewer) -> list[Todo]:
    """需要关注: what is overdue or far behind in the official's own portfolio."""
    found = []
    for plan in filter(may_report, plans_in(session, viewer, UNDER_WAY)):
        lights = standing(session, viewer, plan, TaskFilter(official=viewer.official_id)).lights
        worrying = [(light, lights[light]) for light in (Light.OVERDUE, Light.FAR_BEHIND) if light in lights]
        if worrying:
            count = sum(number for _, number in worrying)
            found.append(
                Todo(
                    TodoKind.LOOK_AFTER,
                    Urgency.NOW,
                    f"关注 {count} 项逾期或严重滞后的任务",
                    "，".join(f"{light.label} {number} 项" for light, number in worrying),
                    None,
                    f"/plans/{plan.id}/workload/officials/{viewer.official_id}",
                    count,
                    plan.title,
                )
            )
    return found
