"""签收: which unit has signed for which task, and which has yet to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.account import Role
from app.models.directory import Department, DepartmentKind
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.visible import holds, in_table_order, is_at_work
from app.rules.permissions import Action, Viewer, can

ROLE_LABELS = {AssignmentRole.LEAD: "牵头", AssignmentRole.MAIN: "主责"}


@dataclass(frozen=True, slots=True)
class SigningRow:
    """One unit that answers for one task, and whether it has signed."""

    task_id: int
    number: str
    standard: str
    is_part: bool
    parent: str
    department_id: int
    department: str
    role: str
    due_text: str
    due_on: date
    signed_at: datetime | None
    signed_by: str


@dataclass(frozen=True, slots=True)
class UnitSigning:
    """One unit: what it has to sign for, those not signed first read."""

    id: int
    name: str
    rows: list[SigningRow]

    @property
    def unsigned(self) -> list[SigningRow]:
        return [row for row in self.rows if row.signed_at is None]

    @property
    def signed(self) -> int:
        return len(self.rows) - len(self.unsigned)


def signing_rows(session: Session, viewer: Viewer, plan: Plan, task: Task | None = None) -> list[SigningRow]:
    """Who has to sign for what, in the order of the document; a liaison sees his own unit's lines."""
    whole = aliased(Task)
    query: Select[*tuple[Any, ...]] = (
        select(
            col(Task.id).label("task_id"),
            col(Task.number),
            col(Task.standard),
            col(Task.parent_id),
            col(Task.due_text),
            col(Task.due_on),
            col(whole.standard).label("parent"),
            col(Department.id).label("department_id"),
            col(Department.name).label("department"),
            col(Assignment.role),
            col(Assignment.signed_at),
            col(Assignment.signed_by),
        )
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .where(
            col(Task.plan_id) == plan.id,
            *is_signed_for(),
            col(Assignment.role).in_(ROLE_LABELS),
            col(Department.kind) == DepartmentKind.UNIT,
            holds(viewer.today),
        )
        .order_by(col(Department.position), col(Department.id), *in_table_order(whole))
    )
    if viewer.role is Role.LIAISON:
        query = query.where(col(Assignment.department_id) == viewer.department_id)
    if task is not None:
        query = query.where(col(Task.id) == task.id)
    if not can(viewer, Action.VIEW_PLAN):
        return []
    return [
        SigningRow(
            row.task_id,
            row.number,
            row.standard,
            row.parent_id is not None,
            row.parent or "",
            row.department_id,
            row.department,
            ROLE_LABELS[row.role],
            row.due_text,
            row.due_on,
            row.signed_at,
            row.signed_by,
        )
        for row in session.execute(query)
    ]


def is_signed_for() -> tuple[ColumnElement[bool], ...]:
    """Lines of ``Assignment`` that count: signed, or of a ``Task`` on which work goes on. What rests is not asked for."""
    whole = aliased(Task)
    gone = select(col(whole.id)).where(
        col(whole.id) == col(Task.parent_id), col(whole.withdrawn_at).is_not(None)
    )
    return (
        col(Task.withdrawn_at).is_(None),
        ~exists(gone),
        or_(col(Assignment.signed_at).is_not(None), and_(*is_at_work())),
    )


def by_unit(rows: list[SigningRow]) -> list[UnitSigning]:
    """Units with something to sign first, in the office's order."""
    found: dict[int, UnitSigning] = {}
    for row in rows:
        found.setdefault(row.department_id, UnitSigning(row.department_id, row.department, [])).rows.append(
            row
        )
    return sorted(found.values(), key=lambda unit: not unit.unsigned)
