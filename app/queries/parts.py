"""分解项 of a task: how each stands, and who may be given one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Department, DepartmentKind
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.queries.tasks import Named, TaskRow, get_task, parts_of, progress_shares_of, shares_of
from app.queries.visible import holds
from app.rules.permissions import Action, Viewer, can
from app.rules.stages import may_report
from app.rules.text import digest_of

UNIT_ROLES = (AssignmentRole.LEAD, AssignmentRole.MAIN, AssignmentRole.SUPPORTING)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One living part: the line it would be in the ledger, and how much it counts."""

    row: TaskRow
    weight: int
    starts_on: date
    digest: str
    """What a form that changes it was filled from."""

    @property
    def unit(self) -> Named | None:
        return next(iter(self.row.responsibility.lead_departments), None)


@dataclass(frozen=True, slots=True)
class WithdrawnPart:
    """A part taken back, with the reason; its reports stay readable."""

    number: str
    standard: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parts:
    """All parts of a task, or the whole that a part belongs to."""

    rows: list[PartRow]
    withdrawn: list[WithdrawnPart]
    parent: Task | None
    may_split: bool

    @property
    def are_begun(self) -> bool:
        """Whether the whole stands by them yet; where they are hidden (不公开), nothing else is known."""
        return any(part.row.status != TaskStatus.NOT_STARTED for part in self.rows)


def parts_in(session: Session, viewer: Viewer, plan: Plan, task: Task) -> Parts:
    """What the task's page tells of its parts; of a part, it names the whole."""
    if task.parent_id is not None:
        return Parts([], [], get_task(session, viewer, task.parent_id), may_split=False)
    found = {
        part.id: part
        for part in session.execute(
            select(Task).where(col(Task.parent_id) == task.id).order_by(col(Task.position))
        ).scalars()
    }
    rows = parts_of(session, viewer, plan, task) if found and task.withdrawn_at is None else []
    sees = can(viewer, Action.VIEW_PROGRESS, progress_shares_of(session, task, viewer.today))
    return Parts(
        rows=[
            PartRow(
                row, found[row.id].weight, found[row.id].starts_on, digest_of_part(session, found[row.id])
            )
            for row in rows
        ],
        withdrawn=[
            WithdrawnPart(part.number, part.standard, part.withdrawn_reason)
            for part in found.values()
            if part.withdrawn_at is not None and sees
        ],
        parent=None,
        may_split=may_report(plan)
        and task.closed_at is None
        and task.withdrawn_at is None
        and can(viewer, Action.SPLIT_TASK, shares_of(session, task, viewer.today)),
    )


def units_to_choose(session: Session, viewer: Viewer, task: Task) -> list[Named]:
    """Who may be given a part: the task's own units, the leading one first; for the supervision office, any unit."""
    query = (
        select(col(Department.id), col(Department.name), col(Assignment.role), col(Assignment.position))
        .join(Assignment, col(Assignment.department_id) == col(Department.id))
        .where(
            col(Assignment.task_id) == task.id,
            col(Department.kind) == DepartmentKind.UNIT,
            holds(viewer.today),
        )
    )
    lines = sorted(
        session.execute(query),
        key=lambda line: (line.id != viewer.department_id, UNIT_ROLES.index(line.role), line.position),
    )
    own = [Named(line.id, line.name) for line in lines]
    if not can(viewer, Action.ADVANCE_PLAN):
        return own
    others = (
        select(col(Department.id), col(Department.name))
        .where(
            col(Department.jurisdiction_id) == viewer.jurisdiction_id,
            col(Department.kind) == DepartmentKind.UNIT,
            col(Department.retired_on).is_(None) | (col(Department.retired_on) > viewer.today),
            col(Department.id).not_in([unit.id for unit in own]),
        )
        .order_by(col(Department.position), col(Department.id))
    )
    return own + [Named(row.id, row.name) for row in session.execute(others)]


def unit_of(session: Session, part: Task, on: date) -> Named | None:
    """The unit that answers for the part that day."""
    query = (
        select(col(Department.id), col(Department.name))
        .join(Assignment, col(Assignment.department_id) == col(Department.id))
        .where(col(Assignment.task_id) == part.id, col(Assignment.role) == AssignmentRole.LEAD, holds(on))
        .order_by(col(Assignment.id).desc())
    )
    row = session.execute(query).first()
    return Named(row.id, row.name) if row else None


def digest_of_part(session: Session, part: Task) -> str:
    """Stands for the part as shown, so that no older form puts back what a colleague changed."""
    line = (
        select(col(Assignment.department_id))
        .where(
            col(Assignment.task_id) == part.id,
            col(Assignment.role) == AssignmentRole.LEAD,
            col(Assignment.held_to).is_(None),
        )
        .order_by(col(Assignment.id).desc())
    )
    unit_id = session.execute(line.limit(1)).scalar()
    return digest_of_line(part.standard, part.due_on, part.weight, unit_id)


def digest_of_line(standard: str, due_on: date | None, weight: int | None, unit_id: int | None) -> str:
    """The same of what stands in a form: equal to what it was filled from where nobody has typed."""
    return digest_of((standard, due_on, weight, unit_id))
