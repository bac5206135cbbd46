"""The table comes again: an imported batch beside the plan it would change."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.imports import ImportBatch
from app.models.plan import Goal, Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.directory import names_to_ids
from app.queries.imports import DEPARTMENT_FIELDS
from app.rules.matching import Change, Comparison, Pair, Piece, Version, compare, differing_pieces
from app.rules.permissions import Action, Viewer, can


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One line of the comparison: ``fate`` is unchanged, changed, new or gone."""

    fate: str
    changes: list[Change]
    old: Version | None
    new: Version | None
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Revision:
    """What committing the batch onto the plan would do, row by row, and a digest of it."""

    plan: Plan
    comparison: Comparison
    rows: list[RevisionRow]
    digest: str

    def count(self, fate: str) -> int:
        return sum(row.fate == fate for row in self.rows)

    @property
    def changes_nothing(self) -> bool:
        return all(row.fate == "unchanged" for row in self.rows)


def plan_to_revise(session: Session, viewer: Viewer, title: str, year: int) -> Plan | None:
    """The plan a table of this name and year would be a newer version of."""
    query = select(Plan).where(
        col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
        col(Plan.title) == title,
        col(Plan.year) == year,
        col(Plan.undone_at).is_(None),
    )
    found = session.execute(query).scalar_one_or_none()
    return found if can(viewer, Action.IMPORT_PLAN) else None


def revision(session: Session, plan: Plan, batch: ImportBatch) -> Revision:
    """Compare the plan as it is with the batch as read. Reads only."""
    result = compare(old_versions(session, plan), new_versions(session, batch))
    rows = [_pair_row(pair) for pair in result.pairs]
    rows += [RevisionRow("new", [], None, row, []) for row in result.added]
    rows.sort(key=lambda row: row.new.key if row.new else 0)
    rows += [RevisionRow("gone", [], task, None, []) for task in result.gone]
    return Revision(plan, result, rows, _digest(rows))


def old_versions(session: Session, plan: Plan) -> list[Version]:
    """Every task the plan ever had, withdrawn ones marked, in the order of the document."""
    query: Select[*tuple[Any, ...]] = (
        select(
            col(Task.id),
            col(Task.standard),
            col(Task.due_text),
            col(Task.withdrawn_at),
            col(Goal.name).label("goal"),
        )
        .outerjoin(Goal, col(Goal.id) == col(Task.goal_id))
        .where(col(Task.plan_id) == plan.id)
        .order_by(col(Task.position), col(Task.id))
    )
    shares = _shares(session, plan)
    return [
        Version(
            row.id,
            row.goal or "",
            row.standard,
            tuple(shares.get(row.id, ())),
            row.due_text,
            row.withdrawn_at is not None,
        )
        for row in session.execute(query)
    ]


def new_versions(session: Session, batch: ImportBatch) -> list[Version]:
    """The batch's rows with names as the directory writes them, so that an alias is no reassignment."""
    officials, departments = names_to_ids(session, batch.jurisdiction_id)
    known = _canonical_names(session, batch.jurisdiction_id)
    goals = batch.recognised["goals"]
    versions = []
    for key, task in enumerate(batch.recognised["tasks"]):
        shares = [
            (AssignmentRole.OFFICIAL.value, known["official"].get(officials.get(name, 0), name))
            for name in task["officials"]
        ]
        taken: set[str] = set()
        for field, role in zip(DEPARTMENT_FIELDS, ("lead", "main", "supporting"), strict=True):
            for name in task[field]:
                unit = known["department"].get(departments.get(name, 0), name)
                if unit not in taken:
                    taken.add(unit)
                    shares.append((role, unit))
        goal = "" if task["goal_index"] is None else goals[task["goal_index"]]["name"]
        versions.append(Version(key, goal, task["standard"], tuple(dict.fromkeys(shares)), task["due_text"]))
    return versions


def _pair_row(pair: Pair) -> RevisionRow:
    changes = [change for change in Change if change in pair.changes]
    pieces = differing_pieces(pair.old.standard, pair.new.standard) if Change.REWORDED in pair.changes else []
    return RevisionRow("changed" if changes else "unchanged", changes, pair.old, pair.new, pieces)


def _digest(rows: list[RevisionRow]) -> str:
    """Two comparisons with one digest do the same; what was shown is what is committed."""
    told = [(row.fate, row.changes, row.old and row.old.key, row.old, row.new) for row in rows]
    return sha256(repr(told).encode()).hexdigest()[:32]


def _shares(session: Session, plan: Plan) -> dict[int, list[tuple[str, str]]]:
    query = (
        select(
            col(Assignment.task_id),
            col(Assignment.role),
            func.coalesce(col(Official.name), col(Department.name)).label("name"),
        )
        .outerjoin(Official, col(Official.id) == col(Assignment.official_id))
        .outerjoin(Department, col(Department.id) == col(Assignment.department_id))
        .where(col(Assignment.plan_id) == plan.id)
        .order_by(col(Assignment.task_id), col(Assignment.position))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in session.execute(query):
        found.setdefault(row.task_id, []).append((row.role.value, row.name))
    return found


def _canonical_names(session: Session, jurisdiction_id: int) -> dict[str, dict[int, str]]:
    names: dict[str, dict[int, str]] = {}
    for kind, table in (("official", Official), ("department", Department)):
        query = select(col(table.id), col(table.name)).where(col(table.jurisdiction_id) == jurisdiction_id)
        names[kind] = {row.id: row.name for row in session.execute(query)}
    return names
