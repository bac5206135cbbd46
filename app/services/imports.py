"""Import of a 责任分解表: recognise, preview, commit, undo. Nothing but the batch is written before the commit."""

from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.imports import BatchState, ImportBatch, StoredFile
from app.models.plan import Goal, Plan, PlanState
from app.queries import imports as import_queries
from app.queries import revisions as revision_queries
from app.queries.import_names import unchecked_names
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import require_open
from app.rules.text import plain
from app.services import events, figures
from app.services.bulk import insert_rows, nobody, uncollected
from app.services.directory import wait_in_line
from app.services.import_decisions import checked_title, read_again, refuse_removed
from app.services.import_names import take_out
from app.services.import_reading import guess_year, recognise, recognise_upload, stored_form, year_in
from app.services.import_rows import goal_row, write_tasks
from app.services.plan_revision import apply_revision
from importers import Listener, RecognisedTable

__all__ = ["commit", "guess_year", "preview", "recognise", "recognise_upload", "remove", "undo", "year_in"]


def preview(
    session: Session, table: RecognisedTable, data: bytes, name: str, *, title: str, year: int, actor: Viewer
) -> ImportBatch:
    """Keep the original and what was read in it, so that a person can check before anything is made of it."""
    require(actor, Action.IMPORT_PLAN)
    title = checked_title(title, year)
    original = StoredFile(
        jurisdiction_id=actor.jurisdiction_id,
        name=plain(name)[-200:] or "未命名",
        size=len(data),
        sha256=sha256(data).hexdigest(),
        content=data,
        uploaded_at=actor.now,
    )
    session.add(original)
    session.flush()
    with uncollected():
        batch = ImportBatch(
            jurisdiction_id=actor.jurisdiction_id,
            file_id=original.id or 0,
            title=title,
            year=year,
            recognised=stored_form(table),
            created_by=actor.user_id,
            created_at=actor.now,
        )
        session.add(batch)
        session.flush()
    events.record(session, actor, "import_previewed", batch_id=batch.id, file=original.name)
    return batch


def commit(
    session: Session,
    batch: ImportBatch,
    *,
    actor: Viewer,
    title: str = "",
    year: int = 0,
    shown: str = "",
    reason: str = "",
    state: PlanState = PlanState.ISSUED,
    unchecked: bool = False,
    listener: Listener = nobody,
) -> Plan:
    """Make the plan of a previewed batch, or a newer version of the plan of that name: all or nothing.

    A new plan is issued on paper already (已印发), or with ``state`` a draft that first goes round for comment
    (征求意见稿). A newer version leaves the plan in the state it is in.

    Committing again, or committing the same table once more, changes nothing. Changing an existing plan needs
    ``shown``, the digest of the comparison the person has seen; without it, or when the plan has changed since,
    ``Conflict`` is raised and nothing written. ``reason`` is why tasks no longer in the table are withdrawn.
    Names that may be none and would enter the directory are refused, unless ``unchecked`` says that they may.
    ``listener`` is told how far the writing has come.
    """
    require(actor, Action.IMPORT_PLAN)
    seen = batch.decisions
    session.refresh(batch, ["state", "plan_id", "decisions"], with_for_update=True)
    if batch.decisions != seen:  # a colleague settled a doubt meanwhile: the table reads differently now
        session.refresh(batch)
    refuse_removed(batch)
    if batch.state is BatchState.UNDONE:
        raise Conflict("这次导入已经撤销，不能再提交。", "请重新上传文件。")
    if batch.state is BatchState.COMMITTED:
        return session.get_one(Plan, batch.plan_id)
    if title or year:
        batch.title = checked_title(title, year)
        if year != batch.year:
            reading = read_again(session, batch, actor=actor, year=year)
            batch.recognised = reading.recognised
            batch.decisions = {**batch.decisions, "settled": reading.settled}
        batch.year = year
    wait_in_line(session, actor)  # a unit being merged has its successor before its name is read
    existing = revision_queries.plan_to_revise(session, actor, batch.title, batch.year)
    if existing is None:
        _refuse_unchecked(session, batch, actor, unchecked)
        with uncollected():
            plan = _make_plan(session, batch, actor, state, listener)
        listener("trail", 0, 0)
        return _close(session, batch, plan, actor, "plan_imported")
    session.refresh(existing, with_for_update={"key_share": True})  # reports in hand may still be entered
    require_open(existing)
    latest = import_queries.latest_batch(session, existing)
    if latest is not None and _same_table(batch, latest):
        return _repeat(session, batch, existing, actor)
    revision = revision_queries.revision(session, existing, batch)
    if latest is not None and revision.changes_nothing and _same_file(session, batch, latest):
        return _repeat(session, batch, existing, actor)
    if shown != revision.digest:
        raise Conflict(
            f"{batch.year} 年已有名为“{batch.title}”的责任分解表，内容与这份文件不同，未作任何改动。",
            "请逐行核对新旧两版的差别后再更新，或换一个名称导入。",
        )
    _refuse_unchecked(session, batch, actor, unchecked)
    batch.is_revision, batch.recognised = True, revision.recognised
    apply_revision(session, batch, revision, actor=actor, reason=reason, listener=listener)
    listener("trail", 0, 0)
    return _close(session, batch, existing, actor, "plan_revised")


def remove(session: Session, batch: ImportBatch, *, actor: Viewer) -> None:
    """Take a file off the list that waits for checking (移除); its bytes go, the trail keeps its name.

    A second press finds it gone. Raises ``Conflict`` when it has been imported.
    """
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    if import_queries.REMOVED in batch.decisions:
        return
    if batch.state is not BatchState.PREVIEWED:
        raise Conflict("这份文件已经导入，不能从待核对中移除。", "如导入有误，请撤销导入。")
    original = session.get_one(StoredFile, batch.file_id)
    original.content = b""
    batch.decisions = {import_queries.REMOVED: actor.name}
    batch.recognised = {**batch.recognised, "goals": [], "tasks": [], "issues": []}
    session.add_all([original, batch])
    events.record(session, actor, "import_removed", batch_id=batch.id, file=original.name)
    session.flush()


def undo(session: Session, batch: ImportBatch, *, actor: Viewer) -> None:
    """Take an import back (撤销导入), as long as it is the plan's newest and no one has reported on it since.

    A plan made by it disappears and frees its name; after a revision the version before stands again. Names that
    came into the directory with it and that nothing else uses go too. Raises ``Conflict`` with the reason when it is
    too late.
    """
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    if batch.state is not BatchState.COMMITTED:
        raise Conflict("这次导入没有生效，或已经撤销，无需再撤。")
    wait_in_line(session, actor)  # names leave the directory
    plan = session.get_one(Plan, batch.plan_id)
    session.refresh(plan, with_for_update={"key_share": True})  # a hand-over under way is finished first
    require_open(plan)
    figures.lock_plan(session, plan)
    if obstacle := import_queries.why_not_undone(session, batch):
        raise Conflict(*obstacle)
    batch.state = BatchState.UNDONE
    session.add(batch)
    session.flush()
    before = import_queries.latest_batch(session, plan)
    if batch.is_revision and before is not None:
        revision = revision_queries.revision(session, plan, before, batch)
        apply_revision(session, before, revision, actor=actor, reason="撤销导入")
    else:
        plan.undone_at = actor.now
        session.add(plan)
        _undo_repeats(session, plan)
        session.flush()
    taken_out = take_out(session, batch, plan)
    here = {"plan_id": plan.id, "batch_id": batch.id}
    events.record(session, actor, "import_undone", **here, title=plan.title, taken_out=taken_out)
    events.announce(session, actor, "plan.import_undone", plan=plan.id)


def _refuse_unchecked(session: Session, batch: ImportBatch, actor: Viewer, unchecked: bool) -> None:
    names = [] if unchecked else unchecked_names(session, actor, batch)
    if names:
        told = "、".join(names[:MOST_TOLD]) + (" 等" if len(names) > MOST_TOLD else "")
        raise Conflict(
            f"有 {len(names)} 个名称拿不准、还没有核对，导入后会新增到单位与人员：{told}。现在还没有导入。",
            "请逐个核对，或勾选“照此导入”后再提交。",
        )


MOST_TOLD = 10
CONTENT = (
    "number",
    "goal_index",
    "standard",
    "officials",
    "lead_departments",
    "main_departments",
    "supporting_departments",
    "due_text",
    "due_on",
    "progress",
)
"""What makes two tables the same, be one a workbook and the other a document; places and merges do not."""


def _same_table(one: ImportBatch, other: ImportBatch) -> bool:
    def content(batch: ImportBatch) -> list[list[Any]]:
        return [[task[field] for field in CONTENT] for task in batch.recognised["tasks"]]

    return one.recognised["goals"] == other.recognised["goals"] and content(one) == content(other)


def _same_file(session: Session, one: ImportBatch, other: ImportBatch) -> bool:
    files = select(col(StoredFile.sha256)).where(col(StoredFile.id).in_((one.file_id, other.file_id)))
    return len(set(session.execute(files).scalars())) == 1


def _repeat(session: Session, batch: ImportBatch, plan: Plan, actor: Viewer) -> Plan:
    """The table the plan stands on already: it goes on standing on that import, which can still be taken back."""
    batch.state, batch.plan_id, batch.is_revision = BatchState.COMMITTED, plan.id, True
    session.add(batch)
    here = {"plan_id": plan.id, "batch_id": batch.id}
    events.record(session, actor, "import_repeated", **here, title=plan.title, year=plan.year)
    session.flush()
    return plan


def _undo_repeats(session: Session, plan: Plan) -> None:
    """What said that the table was there already has no table any more."""
    repeats = update(ImportBatch).where(
        col(ImportBatch.plan_id) == plan.id,
        col(ImportBatch.state) == BatchState.COMMITTED,
        col(ImportBatch.committed_at).is_(None),
    )
    session.execute(repeats.values(state=BatchState.UNDONE))


def _close(session: Session, batch: ImportBatch, plan: Plan, actor: Viewer, kind: str) -> Plan:
    batch.state, batch.plan_id, batch.committed_at = BatchState.COMMITTED, plan.id, actor.now
    session.add(batch)
    events.record(session, actor, kind, plan_id=plan.id, batch_id=batch.id, title=plan.title, year=plan.year)
    events.announce(session, actor, "plan.imported", plan=plan.id)
    session.flush()
    return plan


def _make_plan(
    session: Session, batch: ImportBatch, actor: Viewer, state: PlanState, listener: Listener
) -> Plan:
    recognised = batch.recognised
    if not recognised["tasks"]:
        raise Conflict("这份文件里没有可以导入的任务。", "请检查文件是否完整。")
    plan = Plan(
        jurisdiction_id=batch.jurisdiction_id,
        title=batch.title,
        year=batch.year,
        state=PlanState.DRAFT if state is PlanState.DRAFT else PlanState.ISSUED,
        starts_on=date(batch.year, 1, 1),
        ends_on=date(batch.year, 12, 31),
        heading=recognised["title"] or batch.title,
        columns=recognised["columns"],
        created_at=actor.now,
    )
    session.add(plan)
    session.flush()
    goals = [goal_row(batch, plan, position, goal) for position, goal in enumerate(recognised["goals"], 1)]
    insert_rows(session, Goal, goals)
    inserted = select(col(Goal.id)).where(col(Goal.plan_id) == plan.id).order_by(col(Goal.position))
    goal_ids = list(session.execute(inserted).scalars())
    write_tasks(session, batch, plan, actor, list(enumerate(recognised["tasks"], 1)), goal_ids, listener)
    return plan
