"""What a jurisdiction has imported, a page at a time, for a system that keeps its own account of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.models.account import User
from app.models.event import COMMAND_ACTOR
from app.models.imports import BatchState, ImportBatch, StoredFile
from app.models.plan import Plan
from app.queries.imports import not_removed
from app.queries.page import Page
from app.queries.revisions import plans_to_revise
from app.queries.undoings import undoings
from app.rules.permissions import Action, Viewer, can


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import (导入批次): the file, who and when, what became of it, and how much was read in it."""

    id: int
    file: str
    title: str
    year: int
    state: BatchState
    is_revision: bool
    is_repeat: bool
    """Whether its plan had this very table already, so that nothing was changed."""
    plan_id: int | None
    plan: str | None
    target_plan_id: int | None
    target_plan: str | None
    """The plan that a file which waits for checking would update as it is named now."""
    by: str
    created_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None
    undone_by: str | None
    goals: int
    tasks: int


def list_past_imports(
    session: Session,
    viewer: Viewer,
    *,
    state: BatchState | None = None,
    plan_id: int | None = None,
    page: int = 1,
    size: int = 50,
) -> Page[PastImport]:
    """The imports of the viewer's jurisdiction, the newest first; none for who may not import."""
    wanted = [
        col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id,
        not_removed(),
        *([col(ImportBatch.state) == state] if state else []),
        *([col(ImportBatch.plan_id) == plan_id] if plan_id else []),
    ]
    if not can(viewer, Action.IMPORT_PLAN):
        return Page([], page, size, 0)
    total = session.execute(select(func.count()).select_from(ImportBatch).where(*wanted)).scalar_one()
    read = col(ImportBatch.recognised)
    query: Select[*tuple[Any, ...]] = (
        select(
            col(ImportBatch.id),
            col(StoredFile.name).label("file"),
            col(ImportBatch.title),
            col(ImportBatch.year),
            col(ImportBatch.state),
            col(ImportBatch.is_revision),
            col(ImportBatch.plan_id),
            col(Plan.title).label("plan"),
            col(User.name).label("by"),
            col(ImportBatch.created_at),
            col(ImportBatch.committed_at),
            func.json_array_length(read["goals"]).label("goals"),
            func.json_array_length(read["tasks"]).label("tasks"),
        )
        .join(StoredFile, col(StoredFile.id) == col(ImportBatch.file_id))
        .outerjoin(Plan, col(Plan.id) == col(ImportBatch.plan_id))
        .outerjoin(User, col(User.id) == col(ImportBatch.created_by))
        .where(*wanted)
        .order_by(col(ImportBatch.id).desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = session.execute(query).all()
    waiting = {(row.title, row.year) for row in rows if row.state is BatchState.PREVIEWED}
    targets = plans_to_revise(session, viewer, waiting)
    taken_back = undoings(session, rows)
    items = [
        _past_import(row, targets.get((row.title, row.year)), *taken_back.get(row.id, (None, None)))
        for row in rows
    ]
    return Page(items, page, size, total)


def _past_import(
    row: Any, target: Plan | None, undone_at: datetime | None, undone_by: str | None
) -> PastImport:
    if row.state is not BatchState.PREVIEWED:
        target = None
    return PastImport(
        id=row.id,
        file=row.file,
        title=row.title,
        year=row.year,
        state=row.state,
        is_revision=row.is_revision,
        is_repeat=row.state is BatchState.COMMITTED and row.committed_at is None,
        plan_id=row.plan_id,
        plan=row.plan,
        target_plan_id=target.id if target else None,
        target_plan=target.title if target else None,
        by=row.by or COMMAND_ACTOR,
        created_at=row.created_at,
        committed_at=row.committed_at,
        undone_at=undone_at,
        undone_by=undone_by,
        goals=row.goals,
        tasks=row.tasks,
    )
