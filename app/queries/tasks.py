"""Tasks as rows: for the ledger page, the API's list, the workbook, and one task by itself."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.directory import Department, Official
from app.models.plan import Goal, Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.deadlines import extended_tasks
from app.queries.own import own_row
from app.queries.page import Page
from app.queries.splits import Split, splits
from app.queries.visible import TaskFilter, holds, in_table_order, judge_group, light_condition, visible_tasks
from app.rules.parts import sum_of_parts
from app.rules.permissions import Action, Share, Viewer, can
from app.rules.status import Judgement

COUNTED_STATES = (ReportState.SUBMITTED, ReportState.APPROVED)
"""Reports that count as said: drafts are not yet, returned ones no longer."""
LAST_WORD_FIRST = (col(ReportingPeriod.starts_on).desc(), col(ProgressReport.id).desc())
"""Of a task's reports the one of the latest period says how it stands: one made up for afterwards is about then."""


@dataclass(frozen=True, slots=True)
class Named:
    """An official or a department, enough for a link."""

    id: int
    name: str


@dataclass(slots=True)
class Responsibility:
    """Who answers for a task, each list in the order of the document."""

    officials: list[Named] = field(default_factory=list)
    lead_departments: list[Named] = field(default_factory=list)
    main_departments: list[Named] = field(default_factory=list)
    supporting_departments: list[Named] = field(default_factory=list)

    def of(self, role: AssignmentRole) -> list[Named]:
        return {
            AssignmentRole.OFFICIAL: self.officials,
            AssignmentRole.LEAD: self.lead_departments,
            AssignmentRole.MAIN: self.main_departments,
            AssignmentRole.SUPPORTING: self.supporting_departments,
        }[role]

    def shares(self) -> list[Share]:
        return [Share(AssignmentRole.OFFICIAL, None, official.id) for official in self.officials] + [
            Share(role, department.id, None)
            for role in (AssignmentRole.LEAD, AssignmentRole.MAIN, AssignmentRole.SUPPORTING)
            for department in self.of(role)
        ]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the ledger (台账). Progress fields are empty where the viewer may not see them."""

    id: int
    position: int
    number: str
    goal_id: int | None
    goal_number: str
    goal_name: str
    standard: str
    responsibility: Responsibility
    due_text: str
    due_on: date
    status: TaskStatus | None
    judgement: Judgement
    progress: str
    reported_at: datetime | None
    inherited: list[str]
    extra: dict[str, Any]
    original_due_on: date | None = None
    """原定时限, where ``due_on`` stands by an approved extension."""
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""


def list_tasks(
    session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter, *, page: int = 1, size: int = 50
) -> Page[TaskRow]:
    """One page of the plan's tasks in the order of the document."""
    tasks = visible_tasks(viewer, plan, wanted)
    chosen = select(tasks)
    counted = select(func.count()).select_from(tasks)
    if wanted.light is not None:
        condition = light_condition(session, viewer, plan, tasks, wanted.light)
        chosen, counted = chosen.where(condition), counted.where(condition)
    total = session.execute(counted).scalar_one()
    window = chosen.order_by(tasks.c.position).limit(size).offset((page - 1) * size)
    return Page(_rows(session, viewer, plan, window.subquery("chosen")), page, size, total)


def all_tasks(
    session: Session,
    viewer: Viewer,
    plan: Plan,
    wanted: TaskFilter | None = None,
    *,
    since: datetime | None = None,
) -> list[TaskRow]:
    """Every task of the plan in the order of the document: what a workbook is made of.

    With ``since`` also those withdrawn from that moment on.
    """
    tasks = visible_tasks(viewer, plan, wanted, since=since)
    chosen = select(tasks)
    if wanted is not None and wanted.light is not None:
        chosen = chosen.where(light_condition(session, viewer, plan, tasks, wanted.light))
    return _rows(session, viewer, plan, chosen.subquery("chosen"))


def get_task(session: Session, viewer: Viewer, task_id: int) -> Task:
    """The task itself, to be changed. Raises ``NotFound`` when it does not exist for this viewer."""
    task = own_row(session, viewer, Task, task_id)
    undone = task is not None and session.get_one(Plan, task.plan_id).undone_at is not None
    if task is None or undone or not can(viewer, Action.VIEW_PLAN):
        raise NotFound("没有找到这项任务。", "它可能不属于本辖区，请从台账重新打开。")
    return task


def get_row(
    session: Session, viewer: Viewer, plan: Plan, task: Task, *, since: datetime | None = None
) -> TaskRow:
    """The same line the ledger shows, for one task or part. Raises ``NotFound`` for one withdrawn before ``since``."""
    tasks = visible_tasks(viewer, plan, with_parts=True, since=since)
    rows = _rows(session, viewer, plan, select(tasks).where(tasks.c.id == task.id).subquery("chosen"))
    if not rows:
        raise NotFound("这项任务已撤回。", "请从台账查看现行任务。")
    return rows[0]


def rows_of(session: Session, viewer: Viewer, plan: Plan, task_ids: Collection[int]) -> list[TaskRow]:
    """These tasks as the ledger shows them, in the order of the document; withdrawn ones are none."""
    tasks = visible_tasks(viewer, plan, with_parts=True)
    chosen = select(tasks).where(tasks.c.id.in_(task_ids))
    return _rows(session, viewer, plan, chosen.subquery("chosen")) if task_ids else []


def shares_of(session: Session, task: Task, on: date) -> list[Share]:
    """Who answers for the task on this day, as the permission table wants to know it."""
    query = select(col(Assignment.role), col(Assignment.department_id), col(Assignment.official_id)).where(
        col(Assignment.task_id) == task.id, holds(on)
    )
    return [Share(row.role, row.department_id, row.official_id) for row in session.execute(query)]


def parts_of(session: Session, viewer: Viewer, plan: Plan, task: Task) -> list[TaskRow]:
    """The task's parts (分解项) as lines like the ledger's, in their order; withdrawn ones are none."""
    tasks = visible_tasks(viewer, plan, with_parts=True)
    chosen = select(tasks).where(
        tasks.c.id.in_(select(col(Task.id)).where(col(Task.parent_id) == task.id).correlate(None))
    )
    return _rows(session, viewer, plan, chosen.subquery("chosen"))


def progress_shares_of(session: Session, task: Task, on: date) -> list[Share]:
    """Who may follow the task that day: those who answer for it and, of a part, those who answer for the whole."""
    wholes = [task.id, task.parent_id] if task.parent_id else [task.id]
    query = select(col(Assignment.role), col(Assignment.department_id), col(Assignment.official_id)).where(
        col(Assignment.task_id).in_(wholes), holds(on)
    )
    return [Share(row.role, row.department_id, row.official_id) for row in session.execute(query)]


def shares_in_plan(session: Session, plan: Plan, viewer: Viewer) -> list[Share]:
    """Every kind of part the viewer's unit has in the plan today, for what is done to many tasks at once."""
    query = select(col(Assignment.role)).where(
        col(Assignment.plan_id) == plan.id,
        col(Assignment.department_id) == viewer.department_id,
        holds(viewer.today),
    )
    return [Share(role, viewer.department_id, None) for role in session.execute(query.distinct()).scalars()]


def _rows(session: Session, viewer: Viewer, plan: Plan, chosen: Subquery) -> list[TaskRow]:
    whole = aliased(Task)
    query = (
        select(
            chosen,
            col(Task.number),
            col(Task.standard),
            col(Task.due_text),
            col(Task.inherited),
            col(Task.extra),
            col(Task.withdrawn_at),
            col(Task.withdrawn_reason),
            col(Goal.number).label("goal_number"),
            col(Goal.name).label("goal_name"),
        )
        .join(Task, col(Task.id) == chosen.c.id)
        .outerjoin(Goal, col(Goal.id) == chosen.c.goal_id)
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .order_by(*in_table_order(whole))
    )
    found = session.execute(query).all()
    responsibilities = _responsibilities(session, chosen, viewer.today)
    split = splits(session, chosen)
    progress = _newest_progress(session, chosen, split)
    extended = extended_tasks(session, plan)
    return [
        TaskRow(
            id=row.id,
            position=row.position,
            number=row.number,
            goal_id=row.goal_id,
            goal_number=row.goal_number or "",
            goal_name=row.goal_name or "",
            standard=row.standard,
            responsibility=responsibilities.get(row.id) or Responsibility(),
            due_text=row.due_text,
            due_on=row.due_on,
            status=row.status,
            judgement=_judged(row, split.get(row.id), viewer, plan),
            progress=progress.get(row.id, ""),
            reported_at=row.reported_at,
            inherited=row.inherited,
            # Columns nobody has a word for may hold progress: they are told to those who may see progress.
            extra=row.extra if row.progress_visible else {},
            original_due_on=extended[row.id][0] if row.id in extended else None,
            withdrawn_at=row.withdrawn_at,
            withdrawn_reason=row.withdrawn_reason,
        )
        for row in found
    ]


def _judged(row: Any, split: Split | None, viewer: Viewer, plan: Plan) -> Judgement:
    judgement = judge_group(row, viewer, plan)
    if split is None or row.is_closed:
        return judgement
    return sum_of_parts(judgement, split.parts, are_begun=split.are_begun)


def _responsibilities(session: Session, chosen: Subquery, today: date) -> dict[int, Responsibility]:
    query = (
        select(
            col(Assignment.task_id),
            col(Assignment.role),
            func.coalesce(col(Assignment.official_id), col(Assignment.department_id)).label("id"),
            func.coalesce(col(Official.name), col(Department.name)).label("name"),
        )
        .join(chosen, chosen.c.id == col(Assignment.task_id))
        .outerjoin(Official, col(Official.id) == col(Assignment.official_id))
        .outerjoin(Department, col(Department.id) == col(Assignment.department_id))
        .where(holds(today))
        .order_by(col(Assignment.task_id), col(Assignment.position))
    )
    found: dict[int, Responsibility] = {}
    for row in session.execute(query):
        found.setdefault(row.task_id, Responsibility()).of(row.role).append(Named(row.id, row.name))
    return found


def last_words(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    """The number of each task's report that says how it stands, among those that count and meet the conditions."""
    place = func.row_number().over(partition_by=col(ProgressReport.task_id), order_by=LAST_WORD_FIRST)
    ranked = (
        select(col(ProgressReport.id), place.label("place"))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(col(ProgressReport.state).in_(COUNTED_STATES), *conditions)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place == 1)


def _newest_progress(session: Session, chosen: Subquery, split: dict[int, Split]) -> dict[int, str]:
    seen = select(chosen.c.id).where(chosen.c.progress_visible)
    query = select(
        col(ProgressReport.task_id), col(ProgressReport.progress), col(ProgressReport.submitted_at)
    ).where(col(ProgressReport.id).in_(last_words(col(ProgressReport.task_id).in_(seen))))
    return {
        row.task_id: split[row.task_id].told(row.progress, row.submitted_at)
        if row.task_id in split
        else row.progress
        for row in session.execute(query)
    }
