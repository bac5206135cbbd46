"""Where every read of tasks begins: what this viewer may see, with hidden progress already taken out."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.plan import Goal, Plan
from app.models.task import Assignment, Rating, Task, TaskStatus
from app.rules.permissions import Action, Viewer, can, sees_all_progress
from app.rules.stages import is_in_force
from app.rules.status import Facts, Judgement, Light, Thresholds, judge
from app.rules.text import plain

NO_COMPLETION = -1
NO_RATING = ""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the filter bar, the API's parameters and a drill-down link narrow a list by."""

    goal: int | None = None
    official: int | None = None
    department: int | None = None
    status: TaskStatus | None = None
    light: Light | None = None
    text: str = ""
    withdrawn: bool = False
    """Those that the table had once (已撤回), instead of those it has."""

    def without(self, name: str) -> dict[str, Any]:
        """The other settings, for the link that clears this one."""
        return {key: value for key, value in self.as_query().items() if key != name}

    def as_query(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        values["withdrawn"] = "1" if self.withdrawn else ""
        return {name: value for name, value in values.items() if value not in (None, "")}


def visible_tasks(
    viewer: Viewer,
    plan: Plan,
    wanted: TaskFilter | None = None,
    *,
    with_parts: bool = False,
    since: datetime | None = None,
) -> Subquery:
    """The plan's tasks that the viewer may see, narrowed by everything except ``light``, as a subquery.

    ``status``, ``completion`` and ``reported_at`` are NULL where the viewer's unit has no part in the task:
    whoever builds on this cannot leak them in a count, a filter, or a workbook. A task counts once, however many
    parts (分解项) its unit made of it; ``with_parts`` adds these as rows of their own, and ``since`` what was withdrawn
    from that moment on.
    """
    wanted = wanted or TaskFilter()
    seen = _progress_visible(viewer, with_parts)
    query = select(
        col(Task.id).label("id"),
        col(Task.goal_id).label("goal_id"),
        col(Task.position).label("position"),
        case((seen, col(Task.status))).label("status"),
        case((seen, col(Task.completion))).label("completion"),
        case((seen, col(Task.reported_at))).label("reported_at"),
        col(Task.starts_on).label("starts_on"),
        col(Task.due_on).label("due_on"),
        case((seen, col(Task.rating))).label("rating"),
        case((col(Task.closed_at).is_(None), 0), else_=1).label("is_closed"),
        case((col(Task.signed_at).is_(None), 0), else_=1).label("is_signed"),
        seen.label("progress_visible"),
    ).where(
        col(Task.jurisdiction_id) == viewer.jurisdiction_id,
        col(Task.plan_id) == plan.id,
        _living_part(plan, since) if with_parts else col(Task.parent_id).is_(None),
        col(Task.withdrawn_at).is_not(None) if wanted.withdrawn else listed(since),
        true() if can(viewer, Action.VIEW_PLAN) else false(),
        *_conditions(wanted, seen, viewer.today),
    )
    return query.subquery("visible")


def listed(since: datetime | None = None) -> ColumnElement[bool]:
    """Of ``Task``: the table has it, or had it until that moment."""
    is_now = col(Task.withdrawn_at).is_(None)
    return is_now if since is None else or_(is_now, col(Task.withdrawn_at) >= since)


def is_living(task: Any) -> tuple[ColumnElement[bool], ...]:
    """Tasks that make anybody work: neither withdrawn, nor taken off the list (办结), nor suspended (中止)."""
    return (
        col(task.withdrawn_at).is_(None),
        col(task.closed_at).is_(None),
        col(task.status) != TaskStatus.SUSPENDED,
    )


@cache
def is_at_work() -> tuple[ColumnElement[bool], ...]:
    """The same of ``Task``, and of the task it is a part of: what is a part (分解项) rests with the whole."""
    whole = aliased(Task)
    living = select(col(whole.id)).where(col(whole.id) == col(Task.parent_id), *is_living(whole))
    return (*is_living(Task), or_(col(Task.parent_id).is_(None), exists(living)))


def in_table_order(whole: Any) -> tuple[Any, ...]:
    """The order of the document: what is a part (分解项) stands under ``whole``, the joined task it is a part of."""
    return (
        func.coalesce(col(whole.position), col(Task.position)),
        func.coalesce(col(whole.id), col(Task.id)),
        col(Task.parent_id).is_not(None),
        col(Task.position),
    )


def holds(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Who answers for a task on this day: from the first day held until the day before it passed on.

    Every read that joins assignments asks this, so that a hand-over works by itself on its day. A statement that is
    put together once, and asked every day, leaves the day open.
    """
    begun = or_(col(Assignment.held_from).is_(None), col(Assignment.held_from) <= on)
    going_on = or_(col(Assignment.held_to).is_(None), col(Assignment.held_to) > on)
    return and_(begun, going_on)


def facts_of(columns: Any) -> tuple[Any, ...]:
    """What a judgement rests on, as columns of ``visible_tasks``: tasks alike in these stand alike."""
    return (
        columns.status,
        columns.completion,
        columns.starts_on,
        columns.due_on,
        columns.rating,
        columns.is_closed,
        columns.is_signed,
    )


def judge_group(group: Any, viewer: Viewer, plan: Plan) -> Judgement:
    """The judgement of a row that carries ``facts_of``. A table issued on paper is signed for there."""
    facts = Facts(
        None if group.status is None else TaskStatus(group.status),
        group.completion,
        group.starts_on,
        group.due_on,
        None if group.rating is None else Rating(group.rating),
        bool(group.is_closed),
        plan.issued_at is None or bool(group.is_signed),
        is_in_force(plan),
    )
    return judge(facts, viewer.today, Thresholds(plan.yellow_points, plan.red_points))


def light_condition(
    session: Session, viewer: Viewer, plan: Plan, tasks: Subquery, light: Light
) -> ColumnElement[bool]:
    """Rows of ``tasks`` that stand at ``light`` today.

    Lights are judged in Python; the distinct combinations of facts are few, so the condition names those that match.
    """
    columns = tasks.c
    facts = select(*facts_of(columns)).distinct()
    groups = [group for group in session.execute(facts) if judge_group(group, viewer, plan).light is light]
    if not groups:
        return false()
    hidden = [group for group in groups if group.status is None]
    if hidden:
        return columns.status.is_(None)
    key = tuple_(
        columns.status,
        func.coalesce(columns.completion, NO_COMPLETION),
        columns.starts_on,
        columns.due_on,
        func.coalesce(columns.rating, NO_RATING),
        columns.is_closed,
        columns.is_signed,
    )
    return key.in_(
        [
            (
                group.status,
                NO_COMPLETION if group.completion is None else group.completion,
                group.starts_on,
                group.due_on,
                group.rating or NO_RATING,
                group.is_closed,
                group.is_signed,
            )
            for group in groups
        ]
    )


def _living_part(plan: Plan, since: datetime | None) -> ColumnElement[bool]:
    """Not a part of a withdrawn task: what is a part goes with the whole."""
    gone = select(col(Task.id)).where(col(Task.plan_id) == plan.id, ~listed(since))
    return or_(col(Task.parent_id).is_(None), col(Task.parent_id).not_in(gone.correlate(None)))


def _progress_visible(viewer: Viewer, with_parts: bool) -> ColumnElement[bool]:
    """Whoever has a part in the whole sees how its parts (分解项) are doing."""
    if sees_all_progress(viewer):
        return true()
    of_task = col(Assignment.task_id) == col(Task.id)
    return exists(
        select(col(Assignment.id)).where(
            or_(of_task, col(Assignment.task_id) == col(Task.parent_id)) if with_parts else of_task,
            col(Assignment.department_id) == viewer.department_id,
            holds(viewer.today),
        )
    )


def _conditions(wanted: TaskFilter, seen: ColumnElement[bool], today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.goal is not None:
        conditions.append(col(Task.goal_id) == wanted.goal)
    if wanted.official is not None:
        conditions.append(_assigned(col(Assignment.official_id) == wanted.official, today))
    if wanted.department is not None:
        conditions.append(_assigned(col(Assignment.department_id) == wanted.department, today))
    if wanted.status is not None:
        conditions.append(and_(seen, col(Task.status) == wanted.status))
    for word in plain(wanted.text).split():
        conditions.append(or_(col(Task.standard).contains(word, autoescape=True), _under_goal_named(word)))
    return conditions


def _assigned(condition: ColumnElement[bool], today: date) -> ColumnElement[bool]:
    held = select(col(Assignment.id)).where(col(Assignment.task_id) == col(Task.id), condition, holds(today))
    return exists(held)


def _under_goal_named(word: str) -> ColumnElement[bool]:
    return exists(
        select(col(Goal.id)).where(
            col(Goal.id) == col(Task.goal_id), col(Goal.name).contains(word, autoescape=True)
        )
    )
