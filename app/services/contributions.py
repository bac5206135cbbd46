"""配合情况: what a supporting unit tells the lead unit, for its joint report."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.errors import Busy, Conflict, InvalidInput
from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import Contribution, ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.tasks import get_task, shares_of
from app.queries.visible import holds, is_at_work
from app.rules.drafts import Change, merge, too_long
from app.rules.permissions import Action, Share, Viewer, require
from app.rules.stages import require_reporting
from app.rules.text import plain
from app.services import events, notices, periods
from app.services.drafts import DAY, LEADING, TASK, TURNS, UNIT, Place, Theirs, row_at, row_query
from app.services.progress import LONGEST_TEXT

FIELD = "words"


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What of a contribution is kept now; ``theirs`` is a colleague's newer text that was not replaced."""

    text: str
    saved_at: Any
    is_sent: bool
    """Whether the lead unit has just these words."""
    theirs: Theirs | None = None


def save_words(session: Session, place: Place, change: Change | None, *, actor: Viewer) -> KeptWords:
    """Keep what was typed; the lead unit does not see it yet. Without a change it only tells what is kept."""
    if change is not None and (sentences := too_long({FIELD: change})):
        raise InvalidInput("文字太长，没有保存。", fields=sentences)
    for _ in range(TURNS):
        row = row_at(session, _row_query(), place, actor)
        _require_writable(session, row, place, actor)
        kept = row.draft or ""
        merged = merge({FIELD: kept}, {FIELD: change} if change is not None else {})
        if merged.conflicts:
            theirs = Theirs(kept, row.updated_by or "", row.updated_at or actor.now)
            return KeptWords(kept, row.updated_at or actor.now, False, theirs)
        if not merged.written:
            return KeptWords(kept, row.updated_at or actor.now, _is_sent(row, kept))
        text = merged.written[FIELD]
        if _write(session, place, row, kept, text, actor):
            return KeptWords(text, actor.now, _is_sent(row, text))
    raise Busy("几个人同时在改这一处，这次没有保存。", "请稍候再试。")


def send_words(session: Session, place: Place, change: Change | None, *, actor: Viewer) -> KeptWords:
    """Hand the words to the lead unit (送牵头单位) as the person saw them. The same words twice are sent once."""
    task = get_task(session, actor, place.task_id)
    kept = save_words(session, place, change, actor=actor)
    if kept.theirs is not None or kept.is_sent:
        return kept
    words = plain(kept.text)
    if not words:
        raise InvalidInput("还没有送出。", fields={FIELD: "请写明配合情况，哪怕只有一句话。"})
    if len(words) > LONGEST_TEXT:
        sentence = f"配合情况最多 {LONGEST_TEXT} 字，现有 {len(words)} 字，请精简。"
        raise InvalidInput("还没有送出。", fields={FIELD: sentence})
    periods.require_open(session, session.get_one(ReportingPeriod, place.period_id))
    line = _own_line(session, place, actor)
    before, line.words, line.draft = line.words, words, words
    line.sent_at = line.updated_at = actor.now
    line.updated_by = actor.name
    session.add(line)
    events.record(
        session,
        actor,
        "contribution_sent",
        plan_id=place.plan_id,
        task_id=place.task_id,
        unit=line.department_name,
        before=before,
        after=words,
    )
    _tell_leads(session, task, place, shares_of(session, task, actor.today), actor)
    session.flush()
    return KeptWords(words, actor.now, True)


@cache
def _row_query() -> Any:
    supports = exists().where(
        col(Assignment.task_id) == TASK,
        col(Assignment.department_id) == UNIT,
        col(Assignment.role) == AssignmentRole.SUPPORTING,
        holds(DAY),
    )
    asked: Any = select(
        and_(*is_at_work()).label("is_at_work"),
        col(Plan.state),
        col(ReportingPeriod.name).label("period_name"),
        col(ReportingPeriod.closed_at).label("period_closed_at"),
        supports.label("supports"),
        col(Contribution.id).label("line_id"),
        col(Contribution.draft),
        col(Contribution.words),
        col(Contribution.sent_at),
        col(Contribution.updated_at),
        col(Contribution.updated_by),
    )
    return row_query(asked.select_from(Task), Contribution)


def _require_writable(session: Session, row: Any, place: Place, actor: Viewer) -> None:
    if not row.supports:
        task = get_task(session, actor, place.task_id)
        require(actor, Action.CONTRIBUTE, shares_of(session, task, actor.today))
    if row.period_closed_at is not None:
        raise periods.closed(row.period_name)
    require_reporting(row)
    if not row.is_at_work:
        raise Conflict("这项任务已撤回、办结或中止，不再填报。", "请从台账查看。")


def _is_sent(row: Any, text: str) -> bool:
    return row.sent_at is not None and plain(text) == row.words


def _write(session: Session, place: Place, row: Any, kept: str, text: str, actor: Viewer) -> bool:
    """False when a colleague was quicker."""
    if row.line_id is not None:
        set_now = (
            update(Contribution)
            .where(col(Contribution.id) == row.line_id, col(Contribution.draft) == kept)
            .values(draft=text, updated_at=actor.now, updated_by=actor.name)
            .execution_options(synchronize_session=False)
        )
        return bool(session.execute(set_now).rowcount)  # type: ignore[attr-defined]
    first = Contribution(
        jurisdiction_id=actor.jurisdiction_id,
        task_id=place.task_id,
        period_id=place.period_id,
        department_id=actor.department_id or 0,
        department_name=actor.department_name,
        draft=text,
        updated_at=actor.now,
        updated_by=actor.name,
    )
    try:
        with session.begin_nested():
            session.add(first)
    except IntegrityError:
        return False
    return True


def _own_line(session: Session, place: Place, actor: Viewer) -> Contribution:
    mine = select(Contribution).where(
        col(Contribution.task_id) == place.task_id,
        col(Contribution.period_id) == place.period_id,
        col(Contribution.department_id) == actor.department_id,
    )
    held = mine.with_for_update().execution_options(populate_existing=True)
    line = session.execute(held).scalar_one()
    line.department_name = session.get_one(Department, line.department_id).name
    return line


def _tell_leads(session: Session, task: Task, place: Place, shares: list[Share], actor: Viewer) -> None:
    number = f"第 {task.number} 项" if task.number else "一项任务"
    words = f"{actor.department_name}送来了{number}的配合情况。"
    leads = dict.fromkeys(share.department_id for share in shares if share.role in LEADING)
    for department_id in leads:
        if department_id is not None and department_id != actor.department_id:
            notices.tell_department(
                session,
                actor,
                department_id,
                words,
                f"/plans/{place.plan_id}/sheet?period={place.period_id}#task-{task.id}",
            )
