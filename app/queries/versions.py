"""A plan's tasks, and the rows of an imported batch, in the one form in which they are compared."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.imports import ImportBatch
from app.models.plan import Goal, Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.deadlines import extended_tasks
from app.queries.directory import final_successors, names_to_ids
from app.queries.handed_on import handed_on, names_handed_on
from app.queries.import_aliases import meant
from app.queries.imports import DEPARTMENT_FIELDS
from app.rules.matching import Version, taken_over


def old_versions(session: Session, plan: Plan) -> list[Version]:
    """Every task the plan ever had, withdrawn ones marked, in the order of the document.

    Parts (分解项) are the units' own and stand in no table: no newer version changes or withdraws them.
    """
    query: Select[*tuple[Any, ...]] = (
        select(
            col(Task.id),
            col(Task.standard),
            col(Task.due_text),
            col(Task.due_on),
            col(Task.withdrawn_at),
            col(Task.position),
            col(Goal.name).label("goal"),
        )
        .outerjoin(Goal, col(Goal.id) == col(Task.goal_id))
        .where(col(Task.plan_id) == plan.id, col(Task.parent_id).is_(None))
        .order_by(col(Task.position), col(Task.id))
    )
    shares, handed = _shares(session, plan), handed_on(session, plan)
    known = _canonical_names(session, plan.jurisdiction_id)
    extended = extended_tasks(session, plan)
    versions = []
    for row in session.execute(query):
        original, extended_to = extended.get(row.id, (row.due_on, None))
        versions.append(
            Version(
                row.id,
                row.goal or "",
                row.standard,
                tuple(shares.get(row.id, ())),
                row.due_text,
                original,
                row.withdrawn_at,
                tuple(names_handed_on(handed.get(row.id, {}), known)),
                extended_to,
                row.position,
            )
        )
    return versions


def new_versions(
    session: Session, plan: Plan, batch: ImportBatch, rows: Iterable[tuple[int, dict[str, Any]]] = ()
) -> list[Version]:
    """The batch's rows with names as the directory writes them, so that an alias is no reassignment.

    With ``rows`` only these, by their place.
    """
    officials, departments = names_to_ids(session, batch.jurisdiction_id)
    same = meant(batch, departments)
    known = _canonical_names(session, batch.jurisdiction_id)
    goals = batch.recognised["goals"]
    versions = []
    for key, task in rows or enumerate(batch.recognised["tasks"]):
        shares = [
            (AssignmentRole.OFFICIAL.value, known["official"].get(officials.get(name, 0), name))
            for name in task["officials"]
        ]
        taken: set[str] = set()
        for field, role in zip(DEPARTMENT_FIELDS, ("lead", "main", "supporting"), strict=True):
            for written in task[field]:
                name = same.get(written, written)
                unit = known["department"].get(departments.get(name, 0), name)
                if unit not in taken:
                    taken.add(unit)
                    shares.append((role, unit))
        goal = "" if task["goal_index"] is None else goals[task["goal_index"]]["name"]
        told = tuple(dict.fromkeys(shares))
        due_on = date.fromisoformat(task["due_on"]) if task["due_on"] else plan.ends_on
        versions.append(Version(key, goal, task["standard"], told, task["due_text"], due_on, place=key + 1))
    return versions


def _shares(session: Session, plan: Plan) -> dict[int, list[tuple[str, str]]]:
    """Who holds each task with no end in sight: a hand-over that is arranged counts as done.

    A merged unit keeps what it had finished, and the table that names it means its successor: they are one here.
    """
    query = (
        select(
            col(Assignment.task_id),
            col(Assignment.role),
            col(Assignment.official_id),
            col(Assignment.department_id),
        )
        .where(col(Assignment.plan_id) == plan.id, col(Assignment.held_to).is_(None))
        .order_by(col(Assignment.task_id), col(Assignment.position))
    )
    known = _canonical_names(session, plan.jurisdiction_id)
    heirs = final_successors(session, plan.jurisdiction_id)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in session.execute(query):
        unit = heirs.get(row.department_id, row.department_id)
        name = known["official"][row.official_id] if row.official_id else known["department"][unit]
        found.setdefault(row.task_id, []).append((row.role.value, name))
    return {task_id: taken_over(shares, {}) for task_id, shares in found.items()}


def _canonical_names(session: Session, jurisdiction_id: int) -> dict[str, dict[int, str]]:
    names: dict[str, dict[int, str]] = {}
    for kind, table in (("official", Official), ("department", Department)):
        query = select(col(table.id), col(table.name)).where(col(table.jurisdiction_id) == jurisdiction_id)
        names[kind] = {row.id: row.name for row in session.execute(query)}
    return names
