"""Names that an import brings into the directory, and that leave it again when the import is taken back."""

from typing import Any, cast

from sqlalchemy import Table, delete, inspect, select, update
from sqlmodel import Session, SQLModel, col

from app.models.directory import Department, DepartmentAlias, Official
from app.models.imports import BatchState, ImportBatch
from app.models.plan import Plan
from app.models.progress import ProgressReport
from app.models.task import Assignment, Task
from app.queries.import_aliases import ALIASES, mentions
from app.services.bulk import in_portions

ENTERED = "entered"
TABLES: dict[str, type[Official] | type[Department]] = {"officials": Official, "departments": Department}
BEARERS = {"officials": col(Assignment.official_id), "departments": col(Assignment.department_id)}
SAID_BY_PEOPLE = {
    "officials": ("post", "external_id", "in_office_from", "in_office_to"),
    "departments": ("short_name", "category", "external_id", "parent_id", "retired_on"),
}
"""What an import never fills in: an entry that has any of it is somebody's work."""

Entered = dict[str, dict[str, int]]


def remember_entered(session: Session, batch: ImportBatch, entered: Entered) -> None:
    """Keep with the batch which names the directory has from it."""
    if not any(entered.values()):
        return
    before = batch.decisions.get(ENTERED, {})
    together = {kind: {**before.get(kind, {}), **names} for kind, names in entered.items()}
    batch.decisions = {**batch.decisions, ENTERED: together}
    session.add(batch)
    session.flush()


def take_out(session: Session, batch: ImportBatch, plan: Plan) -> list[str]:
    """Strike the names and aliases off the directory that only imports now taken back have brought in, and give them.

    Whatever else has come to use one keeps it: another table, an account, an alias, an entry of its own.
    """
    taken: list[str] = []
    batches = _taken_back(session, batch)
    aliases = _take_out_aliases(session, batch, batches)
    for kind, table in TABLES.items():
        names = {
            number: name for each in batches for name, number in each.decisions[ENTERED].get(kind, {}).items()
        }
        ids = list(names)
        for some in in_portions(ids):
            _let_go(session, batch, plan, kind, some)
        free = set(ids) - _used(session, table, ids)
        entries: list[Official | Department] = []
        for some in in_portions(list(free)):
            entries += session.execute(select(table).where(col(table.id).in_(some))).scalars()
        gone = [
            entry.id or 0
            for entry in sorted(entries, key=lambda entry: entry.position)
            if entry.name == names[entry.id or 0]
            and not any(getattr(entry, word) for word in SAID_BY_PEOPLE[kind])
        ]
        for some in in_portions(gone):
            session.execute(delete(table).where(col(table.id).in_(some)))
        for each in batches:
            _forget(session, each, kind, set(gone))
        taken += [names[number] for number in gone]
    return taken + aliases


def _take_out_aliases(session: Session, batch: ImportBatch, batches: list[ImportBatch]) -> list[str]:
    """Aliases that came with imports now taken back, unless another table of today is written with them."""
    names = {
        number: name for each in batches for name, number in each.decisions[ENTERED].get(ALIASES, {}).items()
    }
    entries: list[DepartmentAlias] = []
    for some in in_portions(list(names)):
        entries += session.execute(select(DepartmentAlias).where(col(DepartmentAlias.id).in_(some))).scalars()
    entries = [entry for entry in entries if entry.name == names[entry.id or 0]]
    relied = _written_elsewhere(session, batch) if entries else set()
    gone = {entry.id or 0: entry.name for entry in entries if entry.name not in relied}
    for some in in_portions(list(gone)):
        session.execute(delete(DepartmentAlias).where(col(DepartmentAlias.id).in_(some)))
    for each in batches:
        _forget(session, each, ALIASES, set(gone))
    return list(gone.values())


def _written_elsewhere(session: Session, batch: ImportBatch) -> set[str]:
    """Every unit as the tables that stand today write it."""
    query = select(ImportBatch).where(
        col(ImportBatch.jurisdiction_id) == batch.jurisdiction_id,
        col(ImportBatch.state) == BatchState.COMMITTED,
    )
    found: set[str] = set()
    for other in session.execute(query).scalars():
        found.update(mentions(other))
    return found


def _taken_back(session: Session, batch: ImportBatch) -> list[ImportBatch]:
    """The batch, and those before it whose names stayed because it used them too."""
    query = select(ImportBatch).where(
        col(ImportBatch.jurisdiction_id) == batch.jurisdiction_id,
        col(ImportBatch.state) == BatchState.UNDONE,
        col(ImportBatch.decisions)[ENTERED].as_string().is_not(None),
    )
    return list(session.execute(query.order_by(col(ImportBatch.id))).scalars())


def _let_go(session: Session, batch: ImportBatch, plan: Plan, kind: str, ids: list[int]) -> None:
    """Tasks that went with the import name them no more; what their reports say of a unit is kept in words."""
    tasks = select(col(Task.id)).where(col(Task.plan_id) == plan.id)
    if plan.undone_at is None:
        tasks = tasks.where(col(Task.batch_id) == batch.id, col(Task.withdrawn_at).is_not(None))
    lines = delete(Assignment).where(BEARERS[kind].in_(ids), col(Assignment.task_id).in_(tasks))
    session.execute(lines, execution_options={"synchronize_session": False})
    if kind == "departments":
        reports = update(ProgressReport).where(
            col(ProgressReport.department_id).in_(ids), col(ProgressReport.task_id).in_(tasks)
        )
        session.execute(reports.values(department_id=None), execution_options={"synchronize_session": False})


def _used(session: Session, table: type[SQLModel], ids: list[int]) -> set[int]:
    """Those that anything in the database still points to."""
    target = cast(Table, inspect(table).local_table).c.id
    pointing = [
        column
        for each in SQLModel.metadata.tables.values()
        for column in each.c
        if any(key.column is target for key in column.foreign_keys)
    ]
    found: set[int] = set()
    for column in pointing:
        for some in in_portions(ids):
            found.update(session.execute(select(column).where(column.in_(some)).distinct()).scalars())
    return found


def _forget(session: Session, batch: ImportBatch, kind: str, gone: set[int]) -> None:
    """A number may be given to another entry one day."""
    entered: dict[str, Any] = batch.decisions[ENTERED]
    left = {name: number for name, number in entered.get(kind, {}).items() if number not in gone}
    batch.decisions = {**batch.decisions, ENTERED: {**entered, kind: left}}
    session.add(batch)
    session.flush()
