"""A corrected or next version of a table onto its plan: progress and history stay, nothing is deleted."""

from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, inspect, select, update
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.imports import ImportBatch
from app.models.plan import Goal, Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.deadlines import extended_tasks, granted_extensions
from app.queries.directory import final_successors
from app.queries.handed_on import handed_on
from app.queries.revisions import Revision
from app.rules.deadlines import extended_due
from app.rules.matching import Change, Pair, is_another_day, taken_over
from app.rules.permissions import Viewer
from app.rules.text import plain
from app.services.assignments import Share, reassign
from app.services.bulk import in_portions, nobody, told_of
from app.services.import_gaps import due_filled_in
from app.services.import_rows import (
    Directory,
    ensure_names,
    goal_row,
    number_text,
    task_row,
    write_events,
    write_tasks,
)
from importers import Listener

DEFAULT_REASON = "新版责任分解表不再列入"


def apply_revision(
    session: Session,
    batch: ImportBatch,
    revision: Revision,
    *,
    actor: Viewer,
    reason: str,
    listener: Listener = nobody,
) -> None:
    """Write what the comparison says: matched tasks keep their progress, new ones come, gone ones are withdrawn."""
    plan, rows = revision.plan, batch.recognised["tasks"]
    reason = _checked_reason(revision, reason)
    plan.columns = batch.recognised["columns"]
    plan.heading = batch.recognised["title"] or plan.heading
    session.add(plan)
    goal_ids = _settle_goals(session, batch, plan, actor)
    directory = ensure_names(session, batch, actor)
    overruled = _rewrite(session, batch, plan, revision.comparison.pairs, rows, goal_ids, listener)
    _reassign(session, plan, directory, revision.comparison.pairs, rows, actor)
    _record_changes(session, batch, plan, revision.comparison.pairs, rows, overruled, actor)
    added = [(row.key + 1, rows[row.key]) for row in revision.comparison.added]
    write_tasks(session, batch, plan, actor, added, goal_ids, listener)
    _withdraw(session, batch, revision, actor, reason)


def _checked_reason(revision: Revision, reason: str) -> str:
    """Why tasks are withdrawn: nobody's reports are put away without a word."""
    if revision.reported_and_gone and not plain(reason):
        told = f"撤回的任务里有 {revision.reported_and_gone} 项已报进展，请写明撤回的原因。"
        raise InvalidInput("有内容需要修改，尚未更新。", fields={"reason": told})
    return plain(reason) or DEFAULT_REASON


def _settle_goals(session: Session, batch: ImportBatch, plan: Plan, actor: Viewer) -> list[int]:
    """The new version's goals: those of the same name live on, others come or are withdrawn."""
    query = select(Goal).where(col(Goal.plan_id) == plan.id).order_by(col(Goal.position))
    waiting = list(session.execute(query).scalars())
    ids: list[int] = []
    for position, told in enumerate(batch.recognised["goals"], 1):
        goal = next((each for each in waiting if each.name == told["name"]), None)
        if goal is None:
            goal = Goal(**goal_row(batch, plan, position, told))
        else:
            waiting.remove(goal)
        goal.position, goal.number, goal.withdrawn_at = position, number_text(told["number"]), None
        session.add(goal)
        session.flush()
        ids.append(goal.id or 0)
    for goal in waiting:
        goal.withdrawn_at = goal.withdrawn_at or actor.now
        session.add(goal)
    session.flush()
    return ids


def _rewrite(
    session: Session,
    batch: ImportBatch,
    plan: Plan,
    pairs: list[Pair],
    rows: list[dict[str, Any]],
    goal_ids: list[int],
    listener: Listener,
) -> dict[int, date]:
    """What the file decides of each matched task; thousands with one statement, past the ORM.

    Gives the day that an approved extension (延期) had moved a task to, where the table overrules it.
    """
    values = [
        task_row(batch, plan, pair.new.key + 1, rows[pair.new.key], goal_ids) | {"task_id": pair.old.key}
        for pair in pairs
    ]
    overruled = _keep_extensions(session, batch, plan, pairs, values)
    table = cast(Table, inspect(Task).local_table)
    for portion in told_of(values, "tasks", listener):
        session.execute(update(table).where(table.c.id == bindparam("task_id")), portion)
    restored = [pair.old.key for pair in pairs if Change.RESTORED in pair.changes]
    for some in in_portions(restored):
        back = update(Task).where(col(Task.id).in_(some))
        session.execute(back.values(withdrawn_at=None, withdrawn_reason=""))
    session.expire_all()
    return overruled


def _keep_extensions(
    session: Session, batch: ImportBatch, plan: Plan, pairs: list[Pair], values: list[dict[str, Any]]
) -> dict[int, date]:
    """An approved extension stands until the table's own words change; then the table wins, and its day is told.

    Taking back an import brings back the older words, and with them what was granted for them.
    """
    granted = granted_extensions(session, plan)
    extended = extended_tasks(session, plan)
    overruled: dict[int, date] = {}
    for pair, row in zip(pairs, values, strict=True):
        task_id = pair.old.key
        if task_id in granted and Change.RESCHEDULED in pair.changes and batch.committed_at is not None:
            row["due_on"] = extended_due(row["due_on"], granted[task_id])
        elif task_id in extended and Change.RESCHEDULED not in pair.changes:
            row["due_on"] = extended[task_id][1]
        elif task_id in extended:
            overruled[task_id] = extended[task_id][1]
    return overruled


def _reassign(
    session: Session,
    plan: Plan,
    directory: Directory,
    pairs: list[Pair],
    rows: list[dict[str, Any]],
    actor: Viewer,
) -> None:
    """Who answers now by the table; where somebody has handed over, whoever took over stays in his place."""
    handed = handed_on(session, plan)
    wanted = {
        pair.old.key: taken_over(directory.shares(rows[pair.new.key]), handed.get(pair.old.key, {}))
        for pair in pairs
        if Change.REASSIGNED in pair.changes
    }
    reassign(session, plan, wanted, today=actor.today)
    reassign(session, plan, _of_parts(session, plan, wanted), today=actor.today)


def _of_parts(session: Session, plan: Plan, wanted: dict[int, list[Share]]) -> dict[int, list[Share]]:
    """Who answers for the parts (分解项) of these tasks: the whole's officials of now, and the unit it was given to."""
    heirs = final_successors(session, plan.jurisdiction_id)
    found: dict[int, list[Share]] = {}
    for some in in_portions(list(wanted)):
        query = (
            select(col(Task.id), col(Task.parent_id), col(Assignment.role), col(Assignment.department_id))
            .join(Assignment, col(Assignment.task_id) == col(Task.id))
            .where(
                col(Task.parent_id).in_(some),
                col(Task.withdrawn_at).is_(None),
                col(Assignment.department_id).is_not(None),
                col(Assignment.held_to).is_(None),
            )
            .order_by(col(Task.id), col(Assignment.position))
        )
        for row in session.execute(query):
            officials = [share for share in wanted[row.parent_id] if share[0] is AssignmentRole.OFFICIAL]
            unit = heirs.get(row.department_id, row.department_id)
            found.setdefault(row.id, officials).append((row.role, unit))
    return found


def _record_changes(
    session: Session,
    batch: ImportBatch,
    plan: Plan,
    pairs: list[Pair],
    rows: list[dict[str, Any]],
    overruled: dict[int, date],
    actor: Viewer,
) -> None:
    """Old → new in the event of each task that changed: the trail keeps what the table said before."""
    kind = "task_revised" if batch.committed_at is None else "task_set_back"  # 撤销导入
    deeds = []
    for pair in pairs:
        if pair.changes:
            detail: dict[str, Any] = {
                "changes": sorted(pair.changes),
                "before": _told(pair, "old"),
                "after": _told(pair, "new"),
            }
            if Change.RESCHEDULED in pair.changes and (filled_in := due_filled_in(rows[pair.new.key])):
                detail["due_filled_in"] = filled_in
            if pair.old.key in overruled:
                detail["extension_overruled"] = overruled[pair.old.key]
            deeds.append((kind, pair.old.key, detail))
    write_events(session, batch, plan, actor, deeds)


def _told(pair: Pair, side: str) -> dict[str, Any]:
    version = getattr(pair, side)
    told: dict[str, Any] = {}
    if Change.REWORDED in pair.changes:
        told["standard"] = version.standard
    if Change.REASSIGNED in pair.changes:
        told["shares"] = [list(share) for share in version.shares]
    if Change.RESCHEDULED in pair.changes:
        told["due_text"] = version.due
        if is_another_day(pair.old, pair.new):
            told["due_on"] = version.due_on
    if Change.MOVED in pair.changes:
        told["goal"], told["place"] = version.goal, version.place
    return told


def _withdraw(session: Session, batch: ImportBatch, revision: Revision, actor: Viewer, reason: str) -> None:
    gone = revision.comparison.gone
    if not gone:
        return
    for some in in_portions([task.key for task in gone]):
        leaving = update(Task).where(col(Task.id).in_(some))
        session.execute(leaving.values(withdrawn_at=actor.now, withdrawn_reason=reason))
    write_events(
        session,
        batch,
        revision.plan,
        actor,
        [("task_withdrawn", task.key, {"reason": reason, "place": task.place}) for task in gone],
    )
