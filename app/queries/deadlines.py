"""延期: where a task's due day stands by an approved extension, and where it stood before."""

from datetime import date
from typing import Any

from sqlalchemy import Select, exists, select
from sqlmodel import Session, col

from app.models.application import Application, ApplicationKind, ApplicationState
from app.models.plan import Plan
from app.models.task import Task
from app.rules.deadlines import Extension, original_due


def granted_extensions(session: Session, plan: Plan) -> dict[int, list[Extension]]:
    """Per task of the plan, from which day to which its due day was moved, in the order of the decisions."""
    found: dict[int, list[Extension]] = {}
    for row in session.execute(_granted(plan).order_by(col(Application.decided_at), col(Application.id))):
        found.setdefault(row.task_id, []).append((row.due_on_before, row.due_on_wanted))
    return found


def extended_tasks(session: Session, plan: Plan) -> dict[int, tuple[date, date]]:
    """Each task whose due day stands by an approved extension: when it was due at first (原定时限), and when it is now."""
    granted = granted_extensions(session, plan)
    if not granted:
        return {}
    dues = select(col(Task.id), col(Task.due_on)).where(
        col(Task.plan_id) == plan.id, exists(_granted(plan).where(col(Application.task_id) == col(Task.id)))
    )
    found: dict[int, tuple[date, date]] = {}
    for row in session.execute(dues):
        original = original_due(row.due_on, granted[row.id])
        if original is not None:
            found[row.id] = original, row.due_on
    return found


def _granted(plan: Plan) -> Select[*tuple[Any, ...]]:
    return select(
        col(Application.task_id), col(Application.due_on_before), col(Application.due_on_wanted)
    ).where(
        col(Application.plan_id) == plan.id,
        col(Application.kind) == ApplicationKind.EXTENSION,
        col(Application.state) == ApplicationState.APPROVED,
    )
