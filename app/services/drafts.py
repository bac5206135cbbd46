"""草稿: what a unit types into its sheet is kept as it is typed, and nobody's words are replaced unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.errors import Busy, Conflict, InvalidInput, NotFound
from app.models.plan import Plan
from app.models.progress import (
    IMPORTED_BY,
    Contribution,
    ProgressReport,
    ReportDraft,
    ReportingPeriod,
    ReportState,
)
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.tasks import get_task, shares_of
from app.queries.visible import holds, is_at_work
from app.rules.drafts import FIELDS, Change, RowState, fields_of, merge, row_state, too_long
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import require_reporting
from app.services import periods

LEADING = (AssignmentRole.LEAD, AssignmentRole.MAIN)
TASK: BindParameter[int] = bindparam("task")
PERIOD: BindParameter[int] = bindparam("period")
PLAN: BindParameter[int] = bindparam("plan")
UNIT: BindParameter[int] = bindparam("unit")
JURISDICTION: BindParameter[int] = bindparam("jurisdiction")
DAY: BindParameter[date] = bindparam("day")
TURNS = 5
"""How often one tries again when a colleague's save came in between."""


@dataclass(frozen=True, slots=True)
class Place:
    """One row of one sheet."""

    plan_id: int
    period_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a colleague typed into a field meanwhile."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it is kept now. ``conflicts`` holds the fields of which nothing was replaced."""

    saved_at: datetime
    fields: dict[str, str]
    conflicts: dict[str, Theirs]
    row: RowState
    report_id: int


def save(
    session: Session, place: Place, changes: Mapping[str, Change], *, actor: Viewer, seen: int = 0
) -> Kept:
    """Keep what was typed into a row (保存草稿). A draft is no deed: it leaves no event.

    ``seen`` is the unit's newest report of the period that the page showed. Raises ``Conflict`` when a colleague has
    reported meanwhile, or nothing can be reported any more.
    """
    if unknown := set(changes) - set(FIELDS):
        raise InvalidInput("没有保存。", fields=dict.fromkeys(sorted(unknown), "没有这一栏。"))
    if sentences := too_long(changes):
        raise InvalidInput("有一处文字太长，没有保存。", fields=sentences)
    for _ in range(TURNS):
        row = row_at(session, _row_query(), place, actor)
        _require_writable(session, row, place, actor, seen)
        kept = _kept_fields(row)
        merged = merge(kept, changes)
        if not merged.written or _write(session, place, row, kept, merged.written, actor):
            return _told(row, kept, merged.written, merged.conflicts, actor)
    raise Busy("几个人同时在改这一行，这次没有保存。", "请稍候再试。")


def discard(session: Session, place: Place, actor: Viewer) -> None:
    """The draft has become a report."""
    session.execute(
        delete(ReportDraft).where(
            col(ReportDraft.task_id) == place.task_id,
            col(ReportDraft.period_id) == place.period_id,
            col(ReportDraft.department_id) == actor.department_id,
        )
    )


@cache
def _row_query() -> Any:
    """All that is to be known of a row, in one statement: five hundred people may be asking at once."""
    newest = (
        select(func.max(col(ProgressReport.id)))
        .where(
            col(ProgressReport.task_id) == TASK,
            col(ProgressReport.period_id) == PERIOD,
            col(ProgressReport.department_id) == UNIT,
            col(ProgressReport.author_name) != IMPORTED_BY,
        )
        .scalar_subquery()
    )
    leads = exists().where(
        col(Assignment.task_id) == TASK,
        col(Assignment.department_id) == UNIT,
        col(Assignment.role).in_(LEADING),
        holds(DAY),
    )
    asked: Any = select(
        col(Task.withdrawn_at),
        and_(*is_at_work()).label("is_at_work"),
        col(Plan.state),
        col(ReportingPeriod.name).label("period_name"),
        col(ReportingPeriod.closed_at).label("period_closed_at"),
        leads.label("leads"),
        col(ReportDraft.id).label("draft_id"),
        col(ReportDraft.updated_at),
        col(ReportDraft.updated_by),
        *(col(getattr(ReportDraft, name)).label(f"draft_{name}") for name in FIELDS),
        col(ProgressReport.id).label("report_id"),
        col(ProgressReport.state).label("report_state"),
        col(ProgressReport.author_name),
        col(ProgressReport.submitted_at),
        *(col(getattr(ProgressReport, name)) for name in FIELDS),
    )
    return row_query(
        asked.select_from(Task).outerjoin(ProgressReport, col(ProgressReport.id) == newest), ReportDraft
    )


def row_query(asked: Any, line: type[ReportDraft] | type[Contribution]) -> Any:
    """The statement for ``row_at``, to be put together once: that takes longer than answering it."""
    return (
        asked.join(Plan, col(Plan.id) == col(Task.plan_id))
        .join(
            ReportingPeriod,
            and_(col(ReportingPeriod.id) == PERIOD, col(ReportingPeriod.plan_id) == col(Task.plan_id)),
        )
        .outerjoin(
            line,
            and_(
                col(line.task_id) == col(Task.id),
                col(line.period_id) == PERIOD,
                col(line.department_id) == UNIT,
            ),
        )
        .where(
            col(Task.id) == TASK,
            col(Task.plan_id) == PLAN,
            col(Task.jurisdiction_id) == JURISDICTION,
            col(Plan.undone_at).is_(None),
        )
        # Whoever submits the row has the task in hand, whoever closes the period has that: we wait for them here,
        # and not half way.
        .with_for_update(read=True, key_share=True, of=(Task, ReportingPeriod))
    )


def row_at(session: Session, query: Any, place: Place, actor: Viewer) -> Any:
    """The row of this task, period and unit, with what the unit has typed into it; raises ``NotFound``."""
    asked = {
        "task": place.task_id,
        "period": place.period_id,
        "plan": place.plan_id,
        "unit": actor.department_id,
        "jurisdiction": actor.jurisdiction_id,
        "day": actor.today,
    }
    found = session.execute(query, asked).one_or_none()
    if found is None:
        raise NotFound("没有找到这项任务或这一期。", "请从“填报”重新打开。")
    return found


def _require_writable(session: Session, row: Any, place: Place, actor: Viewer, seen: int) -> None:
    if not row.leads:
        task = get_task(session, actor, place.task_id)
        require(actor, Action.REPORT_PROGRESS, shares_of(session, task, actor.today))
        raise Conflict("草稿由牵头单位自己填写。", "代填请从任务页报送。")
    if row.period_closed_at is not None:
        raise periods.closed(row.period_name)
    require_reporting(row)
    if row.withdrawn_at is not None:
        raise Conflict("这项任务已撤回，不能再填报。", "请从台账查看现行任务。")
    if not row.is_at_work:
        raise Conflict("这项任务已办结或中止，不再填报。", "如需恢复办理，请与督查室联系。")
    if (row.report_id or 0) > seen:
        raise Conflict(
            f"{row.author_name}已报送了这一项。", "您写的还留在页面上；请重新打开本页，对照后再改。"
        )
    if row.report_state is ReportState.APPROVED:
        raise Conflict("这一项已审核通过，不再改动。", "有新的进展请在下一期填报，或从任务页补报。")


def _kept_fields(row: Any) -> dict[str, str]:
    if row.draft_id is not None:
        return {name: getattr(row, f"draft_{name}") for name in FIELDS}
    return fields_of(row)


def _write(
    session: Session, place: Place, row: Any, kept: dict[str, str], written: dict[str, str], actor: Viewer
) -> bool:
    """False when somebody was quicker, and what he left must be looked at first."""
    if row.draft_id is not None:
        unchanged = [col(getattr(ReportDraft, name)) == kept[name] for name in written]
        set_now = (
            update(ReportDraft)
            .where(col(ReportDraft.id) == row.draft_id, *unchanged)
            .values(**written, updated_at=actor.now, updated_by=actor.name)
            .execution_options(synchronize_session=False)
        )
        return bool(session.execute(set_now).rowcount)  # type: ignore[attr-defined]
    first = ReportDraft(
        jurisdiction_id=actor.jurisdiction_id,
        task_id=place.task_id,
        period_id=place.period_id,
        department_id=actor.department_id or 0,
        updated_at=actor.now,
        updated_by=actor.name,
    )
    for name, text in {**kept, **written}.items():
        setattr(first, name, text)
    try:
        with session.begin_nested():
            session.add(first)
    except IntegrityError:
        return False
    return True


def _told(
    row: Any, kept: dict[str, str], written: dict[str, str], conflicts: frozenset[str], actor: Viewer
) -> Kept:
    by, at = (row.updated_by, row.updated_at) if row.draft_id else (row.author_name, row.submitted_at)
    return Kept(
        saved_at=actor.now if written or at is None else at,
        fields={**kept, **written},
        conflicts={name: Theirs(kept[name], by or "", at or actor.now) for name in sorted(conflicts)},
        row=row_state(row.report_state, has_draft=bool(written) or row.draft_id is not None),
        report_id=row.report_id or 0,
    )
