"""A unit's own open tasks: what its to-dos and its calendar come from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.task import Assignment, Task, TaskStatus
from app.queries.owed import ANSWERING, is_asked_for, is_split
from app.queries.visible import holds, in_table_order, is_at_work
from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A task the unit has a part in today, still open."""

    id: int
    plan_id: int
    number: str
    standard: str
    due_on: date
    is_completed: bool
    has_parts: bool
    leads: bool
    unsigned: bool
    is_reported_on: bool
    """Whether this unit is asked for a report on it: one that was split is reported on by its parts."""


def own_tasks(session: Session, viewer: Viewer, plans: Collection[int]) -> dict[int, list[OwnTask]]:
    """The unit's tasks and parts that make it work, by plan, in the order of the document."""
    whole = aliased(Task)
    query: Any = (
        select(
            col(Task.id),
            col(Task.plan_id),
            col(Task.number),
            col(Task.standard),
            col(Task.due_on),
            col(Task.status),
            col(Assignment.role),
            col(Assignment.signed_at),
            is_split().label("has_parts"),
            and_(*is_asked_for()).label("is_asked_for"),
        )
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .where(
            col(Assignment.plan_id).in_(plans),
            col(Assignment.department_id) == viewer.department_id,
            holds(viewer.today),
            *is_at_work(),
        )
        .order_by(*in_table_order(whole))
    )
    found: dict[int, list[OwnTask]] = {}
    for row in session.execute(query) if plans else ():
        leads = row.role in ANSWERING
        found.setdefault(row.plan_id, []).append(
            OwnTask(
                row.id,
                row.plan_id,
                row.number,
                row.standard,
                row.due_on,
                row.status is TaskStatus.COMPLETED,
                row.has_parts,
                leads,
                leads and row.signed_at is None,
                leads and row.is_asked_for,
            )
        )
    return found
