"""工作量: how much each official and each department carries, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole
from app.queries.visible import TaskFilter, facts_of, holds, judge_group, visible_tasks
from app.rules.permissions import Viewer
from app.rules.status import LIGHT_LABELS, SLOW, UNTOLD, Judgement, Light, counts_in_average

SELDOM = (Light.HIDDEN, Light.UNSIGNED)


class Bearer(StrEnum):
    """Whose workload: officials' or departments'."""

    OFFICIAL = "official"
    DEPARTMENT = "department"


@dataclass(slots=True)
class Standing:
    """Tasks counted by light, with the mean completion and pace of those whose progress the viewer sees and knows."""

    total: int = 0
    lights: dict[Light, int] = field(default_factory=dict)
    averaged: int = 0
    """Of how many tasks the means are."""
    _completion: int = 0
    _pace: int = 0

    def add(self, judgement: Judgement, count: int, *, is_averaged: bool = True) -> None:
        self.total += count
        self.lights[judgement.light] = self.lights.get(judgement.light, 0) + count
        if is_averaged and judgement.light is not Light.HIDDEN:
            self.averaged += count
            done = 100 if judgement.light is Light.DONE else judgement.completion or 0
            self._completion += done * count
            self._pace += (judgement.pace or 0) * count

    @property
    def seen(self) -> int:
        return self.total - self.lights.get(Light.HIDDEN, 0)

    @property
    def without_figure(self) -> int:
        return self.seen - self.averaged

    @property
    def parts(self) -> list[tuple[Light, str, int]]:
        """Light, its word and its count in the office's order; what few plans have only where there is some."""
        return [
            (light, label, self.lights.get(light, 0))
            for light, label in LIGHT_LABELS.items()
            if light not in SELDOM or light in self.lights
        ]

    @property
    def slow(self) -> int:
        return sum(self.lights.get(light, 0) for light in SLOW)

    @property
    def untold(self) -> list[tuple[str, int]]:
        """Of how many tasks it cannot be said whether they are slow, by the word for why."""
        return [(light.label, self.lights[light]) for light in UNTOLD if self.lights.get(light)]

    @property
    def done(self) -> int:
        return self.lights.get(Light.DONE, 0)

    @property
    def completion(self) -> int | None:
        return round(self._completion / self.averaged) if self.averaged else None

    @property
    def pace(self) -> int | None:
        return round(self._pace / self.averaged) if self.averaged else None


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """One official or department: tasks in all, by role, and how they stand."""

    id: int
    name: str
    standing: Standing
    roles: dict[AssignmentRole, int]

    @property
    def lead(self) -> int:
        return self.roles.get(AssignmentRole.LEAD, 0)

    @property
    def main(self) -> int:
        return self.roles.get(AssignmentRole.MAIN, 0)

    @property
    def supporting(self) -> int:
        return self.roles.get(AssignmentRole.SUPPORTING, 0)


def workload(
    session: Session, viewer: Viewer, plan: Plan, bearer: Bearer, wanted: TaskFilter | None = None
) -> list[WorkloadRow]:
    """Everyone who carries a task of the plan (or of what the filter leaves of it), the most tasks first,
    equals in the order of the directory."""
    rows = _by_bearer(session, viewer, plan, bearer, wanted)
    return sorted(rows, key=lambda row: -row.standing.total)


def standing(session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter | None = None) -> Standing:
    """How the whole plan (or what the filter leaves of it) stands."""
    tasks = visible_tasks(viewer, plan, wanted)
    facts = facts_of(tasks.c)
    result = Standing()
    for group in session.execute(select(*facts, func.count().label("tasks")).group_by(*facts)):
        _count(result, group, viewer, plan)
    return result


def bearers(
    session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter | None = None
) -> dict[Bearer, set[int]]:
    """Whoever answers for a task of the plan (or of what the filter leaves of it) today."""
    tasks = visible_tasks(viewer, plan, wanted)
    query = select(col(Assignment.official_id), col(Assignment.department_id)).where(
        col(Assignment.task_id).in_(select(tasks.c.id)), holds(viewer.today)
    )
    found = session.execute(query.distinct()).all()
    return {
        Bearer.OFFICIAL: {row.official_id for row in found if row.official_id},
        Bearer.DEPARTMENT: {row.department_id for row in found if row.department_id},
    }


def _by_bearer(
    session: Session, viewer: Viewer, plan: Plan, bearer: Bearer, wanted: TaskFilter | None
) -> Iterable[WorkloadRow]:
    tasks = visible_tasks(viewer, plan, wanted)
    table: type[Official] | type[Department]
    if bearer is Bearer.OFFICIAL:
        table, key = Official, col(Assignment.official_id)
    else:
        table, key = Department, col(Assignment.department_id)
    facts = facts_of(tasks.c)
    query = (
        select(table.id, table.name, col(Assignment.role), *facts, func.count().label("tasks"))  # type: ignore[call-overload]
        .join(Assignment, key == table.id)
        .join(tasks, tasks.c.id == col(Assignment.task_id))
        .where(holds(viewer.today))
        .group_by(table.id, table.name, table.position, col(Assignment.role), *facts)
        .order_by(table.position, table.id)
    )
    rows: dict[int, WorkloadRow] = {}
    for group in session.execute(query):
        row = rows.setdefault(group.id, WorkloadRow(group.id, group.name, Standing(), {}))
        _count(row.standing, group, viewer, plan)
        row.roles[group.role] = row.roles.get(group.role, 0) + group.tasks
    return rows.values()


def _count(standing: Standing, group: Any, viewer: Viewer, plan: Plan) -> None:
    averaged = counts_in_average(group.status, group.completion)
    standing.add(judge_group(group, viewer, plan), group.tasks, is_averaged=averaged)
