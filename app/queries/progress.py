"""What was reported on a task, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlmodel import Session, col

from app.models.event import Event
from app.models.progress import IMPORTED_BY, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Task, TaskStatus
from app.queries.tasks import COUNTED_STATES, progress_shares_of
from app.queries.withdrawn import withdrawn_as
from app.rules.permissions import Action, Viewer, can


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of one department, under the name it had then, with the period it belongs to."""

    id: int
    period: str
    department: str
    author: str
    state: ReportState
    status: TaskStatus
    completion: int | None
    progress: str
    problems: str
    next_steps: str
    submitted_at: datetime | None
    period_id: int
    department_id: int | None
    state_words: str = ""
    """What became of it (已报送、审核通过、退回), for its own unit and the supervision office."""
    may_return: bool = False
    """Whether this viewer may send it back: the unit's last word, in a period still open."""

    @property
    def counts(self) -> bool:
        """Whether it is still said: a returned one is history."""
        return self.state in COUNTED_STATES


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of 办理记录."""

    id: int
    at: datetime
    actor: str
    kind: str
    detail: dict[str, Any]


def list_reports(session: Session, viewer: Viewer, task: Task) -> list[ReportRow]:
    """All reports on the task, the newest first; empty for a viewer who may not see its progress.

    Returned ones are shown to their own unit and to the supervision office; others read what counts.
    """
    if not can(viewer, Action.VIEW_PROGRESS, progress_shares_of(session, task, viewer.today)):
        return []
    query = (
        select(ProgressReport, col(ReportingPeriod.name), col(ReportingPeriod.closed_at))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ProgressReport.task_id) == task.id,
            or_(col(ProgressReport.state).in_(COUNTED_STATES), _own(viewer)),
        )
        .order_by(col(ProgressReport.id).desc())
    )
    rows = session.execute(query).all()
    newest = {(report.department_id, report.period_id): report.id for report, *_ in reversed(rows)}
    alive = task.closed_at is None and withdrawn_as(session, task) is None
    found = []
    for report, period, closed_at in rows:
        last_word = (
            alive
            and closed_at is None
            and newest[report.department_id, report.period_id] == report.id
            and report.state in COUNTED_STATES
            and report.author_name != IMPORTED_BY
        )
        row = ReportRow(
            id=report.id or 0,
            period=period,
            department=report.department_name,
            author=report.author_name,
            state=report.state,
            status=report.status,
            completion=report.completion,
            progress=report.progress,
            problems=report.problems,
            next_steps=report.next_steps,
            submitted_at=report.submitted_at,
            period_id=report.period_id,
            department_id=report.department_id,
            state_words=_state_words(report, viewer, awaited=last_word),
            may_return=last_word and can(viewer, Action.REVIEW_REPORTS),
        )
        found.append(row)
    return found


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if can(viewer, Action.REVIEW_REPORTS):
        return true()
    return col(ProgressReport.department_id) == viewer.department_id


def _state_words(report: ProgressReport, viewer: Viewer, *, awaited: bool) -> str:
    own = viewer.department_id is not None and viewer.department_id == report.department_id
    if report.author_name == IMPORTED_BY or not (own or can(viewer, Action.REVIEW_REPORTS)):
        return ""
    if report.state is ReportState.RETURNED:
        return f"退回：{report.return_reason}"
    if report.state is ReportState.APPROVED:
        return "审核通过"
    return "已报送，待审核" if awaited else "已报送"


def corrected(reports: Sequence[ReportRow], period_id: int | None, unit: int | None) -> ReportRow | None:
    """Of a task's reports the one that another of the unit in this period would correct (更正)."""
    own = (row for row in reports if (row.period_id, row.department_id) == (period_id, unit))
    return next((row for row in own if row.counts and row.author != IMPORTED_BY), None)


def list_events(session: Session, viewer: Viewer, task: Task) -> list[EventRow]:
    """What happened to the task, the newest first, under the same rule as its reports."""
    if not can(viewer, Action.VIEW_PROGRESS, progress_shares_of(session, task, viewer.today)):
        return []
    query = (
        select(col(Event.id), col(Event.at), col(Event.actor_name), col(Event.kind), col(Event.detail))
        .where(col(Event.task_id) == task.id)
        .order_by(col(Event.id).desc())
    )
    return [EventRow(row.id, row.at, row.actor_name, row.kind, row.detail) for row in session.execute(query)]
