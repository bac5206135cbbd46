"""填报: one row of a unit's sheet, or every row that is filled in, becomes a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import AppError, InvalidInput
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Task
from app.models.types import LARGEST_ID
from app.queries.sheet import sheet_of
from app.queries.tasks import get_task
from app.rules.drafts import Change, RowState, fields_of
from app.rules.figures import is_left_out
from app.rules.permissions import Viewer
from app.rules.text import as_typed
from app.services import drafts, figures
from app.services.contributions import FIELD, save_words, send_words
from app.services.drafts import Kept, Place, Theirs
from app.services.progress import indicator_of, report_progress, statement_of
from app.services.stages import hold_before_running


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one row: a report, or the sentences and conflicts that kept it from becoming one."""

    task_id: int
    row: RowState
    fields: dict[str, str]
    report_id: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    """A sentence at each field; under "" one about the row as a whole."""
    conflicts: dict[str, Theirs] = field(default_factory=dict)

    @property
    def is_reported(self) -> bool:
        return not self.errors and not self.conflicts


def submit(
    session: Session, place: Place, changes: Mapping[str, Change], *, actor: Viewer, seen: int = 0
) -> Sent:
    """Report one row just as the person saw it (报送).

    What was typed is kept first. Where a colleague has typed something else meanwhile, or a field cannot be right,
    nothing is reported and the draft stays. The same press twice is one report.
    """
    task = get_task(session, actor, place.task_id)
    hold_before_running(session, session.get_one(Plan, task.plan_id))
    figures.lock(session, task)
    again = _sent_already(session, place, changes, actor, seen)
    if again is not None:
        return again
    kept = drafts.save(session, place, changes, actor=actor, seen=seen)
    if kept.conflicts:
        return Sent(place.task_id, kept.row, kept.fields, kept.report_id, conflicts=kept.conflicts)
    return _report(session, task, place, kept, actor, seen)


def submit_all(
    session: Session,
    plan: Plan,
    rows: Mapping[Place, Mapping[str, Change]],
    *,
    actor: Viewer,
    seen: Mapping[int, int],
) -> list[Sent]:
    """Report every row that can be reported, each for itself; the others come back with their sentences."""
    hold_before_running(session, plan)
    tasks = {place: get_task(session, actor, place.task_id) for place in rows}
    figures.lock_all(session, tasks.values())
    sent = []
    for place, changes in rows.items():
        try:
            with session.begin_nested():
                sent.append(submit(session, place, changes, actor=actor, seen=seen.get(place.task_id, 0)))
        except AppError as refusal:
            typed = {name: change.text for name, change in changes.items()}
            sent.append(_refused(place, refusal, typed))
    return sent


def keep(
    session: Session,
    rows: Mapping[Place, Mapping[str, Change]],
    supporting: Mapping[Place, Change],
    *,
    actor: Viewer,
    seen: Mapping[int, int],
) -> list[Sent]:
    """Keep all that was typed into a sheet; the rows of which something could not be kept come back."""
    _hold_all(session, [*rows, *supporting], actor)
    left = []
    for place, changes in rows.items():
        typed = {name: change.text for name, change in changes.items()}
        try:
            kept = drafts.save(session, place, changes, actor=actor, seen=seen.get(place.task_id, 0))
        except AppError as refusal:
            left.append(_refused(place, refusal, typed))
        else:
            if kept.conflicts:
                mine = {name: typed[name] for name in kept.conflicts}
                left.append(Sent(place.task_id, kept.row, mine, conflicts=kept.conflicts))
    for place, change in supporting.items():
        try:
            words = save_words(session, place, change, actor=actor)
        except AppError as refusal:
            left.append(_refused(place, refusal, {FIELD: change.text}))
        else:
            if words.theirs is not None:
                theirs = {FIELD: words.theirs}
                left.append(Sent(place.task_id, RowState.DRAFT, {FIELD: change.text}, conflicts=theirs))
    return left


def _hold_all(session: Session, places: Sequence[Place], actor: Viewer) -> None:
    """Two who keep a sheet and then send it take turns: each would have a hand on its tasks and wait for the other's."""
    chosen = select(Task).where(
        col(Task.id).in_({place.task_id for place in places}),
        col(Task.plan_id).in_({place.plan_id for place in places}),
        col(Task.jurisdiction_id) == actor.jurisdiction_id,
    )
    tasks = session.execute(chosen).scalars().all()
    for plan_id in {task.plan_id for task in tasks}:
        hold_before_running(session, session.get_one(Plan, plan_id))
    figures.lock_all(session, tasks)


def carry_out(
    session: Session, plan: Plan, period_id: int, act: str, *, actor: Viewer, seen: Mapping[int, int]
) -> list[Sent]:
    """Do what the button says with what is kept: submit-12, send-15, all. Rows that could not be sent come back."""
    verb, _, number = act.partition("-")
    if verb == "all":
        period = session.get_one(ReportingPeriod, period_id)
        rows = [
            row
            for row in sheet_of(session, actor, plan, period).rows
            if row.is_filled and row.saved_at is not None
        ]
        places: dict[Place, dict[str, Change]] = {
            Place(plan.id or 0, period_id, row.task_id): {} for row in rows
        }
    else:
        is_number = number.isdecimal() and int(number) <= LARGEST_ID
        places = {Place(plan.id or 0, period_id, int(number)): {}} if is_number else {}
    if verb == "send":
        return [sent for place in places if (sent := _give(session, place, actor)) is not None]
    if verb not in ("submit", "all"):
        return []
    tried = submit_all(session, plan, places, actor=actor, seen=seen)
    return [each for each in tried if not each.is_reported]


def _give(session: Session, place: Place, actor: Viewer) -> Sent | None:
    try:
        send_words(session, place, None, actor=actor)
    except AppError as refusal:
        return _refused(place, refusal, {})
    return None


def _refused(place: Place, refusal: AppError, typed: dict[str, str]) -> Sent:
    errors = refusal.fields if isinstance(refusal, InvalidInput) else {}
    return Sent(place.task_id, RowState.DRAFT, typed, errors=errors or {"": refusal.sentence()})


def _report(session: Session, task: Task, place: Place, kept: Kept, actor: Viewer, seen: int) -> Sent:
    period = session.get_one(ReportingPeriod, place.period_id)
    indicator = indicator_of(session, task)
    statement = statement_of(kept.fields, indicator.unit if indicator else "")
    try:
        with session.begin_nested():
            report = report_progress(session, task, statement, actor=actor, seen=None, period=period)
    except AppError as refusal:
        errors = refusal.fields if isinstance(refusal, InvalidInput) else {}
        return Sent(
            place.task_id, kept.row, kept.fields, kept.report_id, errors=errors or {"": refusal.sentence()}
        )
    drafts.discard(session, place, actor)
    return Sent(place.task_id, RowState.SUBMITTED, fields_of(report), report.id or 0)


def _sent_already(
    session: Session, place: Place, changes: Mapping[str, Change], actor: Viewer, seen: int
) -> Sent | None:
    """The report this very person has made of these very words, which his page has not heard of yet."""
    newest = session.execute(
        select(ProgressReport)
        .where(
            col(ProgressReport.task_id) == place.task_id,
            col(ProgressReport.period_id) == place.period_id,
            col(ProgressReport.department_id) == actor.department_id,
            col(ProgressReport.author_id) == actor.user_id,
            col(ProgressReport.state) == ReportState.SUBMITTED,
        )
        .order_by(col(ProgressReport.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    if newest is None or (newest.id or 0) <= seen:
        return None
    said = fields_of(newest)
    if any(_as_said(name, change.text) != said.get(name) for name, change in changes.items()):
        return None
    return Sent(place.task_id, RowState.SUBMITTED, said, newest.id or 0)


def _as_said(name: str, text: str) -> str:
    return "" if name == "completion" and is_left_out(text) else as_typed(text).strip()
