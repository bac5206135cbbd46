"""填报: a unit's sheet for one period, as it is kept now: drafts, reports, last period's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, Contribution, ProgressReport, ReportDraft, ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Indicator, Task
from app.queries import contributions as contribution_queries
from app.queries.contributions import ContributionRow
from app.queries.owed import ANSWERING, is_asked_for, is_split
from app.queries.visible import holds, in_table_order, is_at_work, judge_group
from app.queries.words_beside import Beside, HandedDraft, Said, Told, words_beside
from app.rules.drafts import FIELDS, RowState, fields_of, row_state
from app.rules.permissions import Viewer
from app.rules.status import Judgement
from app.rules.targets import figure_words

PLANS: BindParameter[Sequence[int]] = bindparam("plans", expanding=True)
"""What is open in the statements that are put together once."""


@dataclass(frozen=True, slots=True)
class Target:
    """量化指标: what the figure of this period is measured against."""

    name: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One task the unit answers for. ``fields`` is what is kept of this period: the draft, else what was reported."""

    task_id: int
    number: str
    standard: str
    whole: str
    """The standard of the task this is a part of (分解项), or nothing."""
    has_parts: bool
    due_text: str
    due_on: date
    judgement: Judgement
    is_reported: bool
    """Whether anything reported on it counts, also a report without a figure."""
    target: Target | None
    fields: dict[str, str]
    state: RowState
    seen: int
    """The unit's newest report of the period; 0 while there is none."""
    saved_at: datetime | None
    saved_by: str
    reported_at: datetime | None
    reported_by: str
    reason: str
    """Why it was sent back (退回)."""
    last: Said | None
    is_asked_for: bool
    """Whether anybody is to report on it: it is neither finished nor split."""
    stands: int | None
    """完成率 that an empty one would take away."""
    told: Told | None
    """Another unit's report of this period, where several answer for the task: one does for all."""
    given: HandedDraft | None
    """What the unit that had the task before typed and did not send."""
    contributions: list[ContributionRow] = field(default_factory=list)

    @property
    def figure_before(self) -> int | None:
        """完成率 of the last period the unit reported on."""
        said = self.last.fields["completion"] if self.last and self.last.is_sent else ""
        return int(said) if said.isdecimal() else None

    @property
    def is_filled(self) -> bool:
        """Written, or sent already (已填)."""
        if self.state is RowState.RETURNED and self.saved_at is None:
            return False
        return self.is_sent or bool(self.fields["progress"].strip())

    @property
    def is_sent(self) -> bool:
        """On record and not sent back (已报送)."""
        return self.state in (RowState.SUBMITTED, RowState.CHANGED, RowState.APPROVED)

    @property
    def may_be_left(self) -> bool:
        """Nobody asks the unit for it: finished before, reported on by its parts, or told of by another unit."""
        if self.has_parts:
            return True
        if self.is_sent or self.state is RowState.RETURNED:
            return False
        return not self.is_asked_for or self.told is not None

    @property
    def may_edit(self) -> bool:
        return self.state is not RowState.APPROVED


@dataclass(frozen=True, slots=True)
class SupportingRow:
    """One task the unit helps with: what it typed for the lead unit, and whether that was sent."""

    task_id: int
    number: str
    standard: str
    due_text: str
    due_on: date
    lead: str
    text: str
    words: str
    sent_at: datetime | None
    saved_at: datetime | None

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None and self.text.strip() == self.words


@dataclass(frozen=True, slots=True)
class Sheet:
    """All a unit has to write in one period; what was sent back stands first."""

    period: ReportingPeriod
    rows: list[SheetRow]
    supporting: list[SupportingRow]

    @property
    def asked(self) -> list[SheetRow]:
        """The reports the unit is counted by: those it owes and those it has made."""
        return [row for row in self.rows if not row.may_be_left]

    @property
    def filled(self) -> int:
        return sum(row.is_filled for row in self.asked)

    @property
    def sent(self) -> int:
        return sum(row.is_sent for row in self.asked)


def sheet_of(session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod) -> Sheet:
    """The sheet of the viewer's unit; empty for whoever works for none."""
    if viewer.department_id is None:
        return Sheet(period, [], [])
    tasks = _tasks(session, viewer, plan)
    ids = [task.id for task in tasks]
    drafts = _drafts(session, viewer, period, ids)
    reports = _reports(session, viewer, period, ids)
    beside = words_beside(session, viewer, period, ids)
    given = contribution_queries.sent_for(session, ids, period.id)
    rows = [
        _row(task, viewer, plan, drafts.get(task.id), reports.get(task.id), beside, given) for task in tasks
    ]
    rows.sort(key=lambda row: row.state is not RowState.RETURNED)
    return Sheet(period, rows, _supporting(session, viewer, plan, period))


def rows_reported(
    session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod, ids: set[int]
) -> list[SheetRow]:
    """The rows just reported on, as far as their left cells go: how the tasks stand by now."""
    tasks = [task for task in _tasks(session, viewer, plan) if task.id in ids]
    bare = [task.id for task in tasks if task.completion is None]
    beside = words_beside(session, viewer, period, bare) if bare else Beside()
    return [_row(task, viewer, plan, None, None, beside, {}) for task in tasks]


def _row(
    task: Any,
    viewer: Viewer,
    plan: Plan,
    draft: ReportDraft | None,
    report: ProgressReport | None,
    beside: Beside,
    given: dict[int, list[ContributionRow]],
) -> SheetRow:
    if draft is not None:
        fields = {name: getattr(draft, name) for name in FIELDS}
    else:
        fields = fields_of(report) if report is not None else dict.fromkeys(FIELDS, "")
    target = None
    if task.target is not None:
        target = Target(task.indicator, figure_words(task.target), task.unit)
    return SheetRow(
        task_id=task.id,
        number=task.number,
        standard=task.standard,
        whole=task.whole or "",
        has_parts=bool(task.has_parts),
        due_text=task.due_text,
        due_on=task.due_on,
        judgement=judge_group(task, viewer, plan),
        is_reported=bool(task.is_reported),
        target=target,
        fields=fields,
        state=row_state(report.state if report else None, has_draft=draft is not None),
        seen=(report.id or 0) if report else 0,
        saved_at=draft.updated_at if draft else None,
        saved_by=draft.updated_by if draft else "",
        reported_at=report.submitted_at if report else None,
        reported_by=report.author_name if report else "",
        reason=report.return_reason if report else "",
        last=beside.last.get(task.id),
        is_asked_for=bool(task.is_asked_for),
        stands=task.completion if target is None and not task.has_parts else None,
        told=beside.told.get(task.id),
        given=beside.given.get(task.id),
        contributions=given.get(task.id, []),
    )


def _tasks(session: Session, viewer: Viewer, plan: Plan) -> list[Any]:
    return list(session.execute(_tasks_query(), _asked(viewer, plan)))


@cache
def _tasks_query() -> Any:
    """Put together once: that takes longer than answering it, and the whole office opens its sheets on one evening."""
    whole = aliased(Task)
    asked: Any = select(
        col(Task.id),
        col(Task.number),
        col(Task.standard),
        col(whole.standard).label("whole"),
        is_split().label("has_parts"),
        and_(*is_asked_for()).label("is_asked_for"),
        col(Task.due_text),
        col(Task.due_on),
        col(Task.starts_on),
        col(Task.status),
        col(Task.completion),
        col(Task.rating),
        case((col(Task.reported_at).is_(None), 0), else_=1).label("is_reported"),
        case((col(Task.closed_at).is_(None), 0), else_=1).label("is_closed"),
        case((col(Task.signed_at).is_(None), 0), else_=1).label("is_signed"),
        col(Indicator.name).label("indicator"),
        col(Indicator.target),
        col(Indicator.unit),
    )
    return (
        asked.outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .outerjoin(Indicator, col(Indicator.task_id) == col(Task.id))
        .where(*_open(), _has_role(ANSWERING))
        .order_by(*in_table_order(whole))
    )


def _open() -> list[ColumnElement[bool]]:
    return [
        col(Task.jurisdiction_id) == bindparam("jurisdiction"),
        col(Task.plan_id).in_(PLANS),
        *is_at_work(),
    ]


def _has_role(roles: Sequence[AssignmentRole]) -> ColumnElement[bool]:
    """Asked of the assignments at once: asked of every task of a large plan it takes ten times as long."""
    held = select(col(Assignment.task_id)).where(
        col(Assignment.plan_id).in_(PLANS),
        col(Assignment.department_id) == bindparam("unit"),
        col(Assignment.role).in_(roles),
        holds(bindparam("day")),
    )
    return col(Task.id).in_(held)


def _asked(viewer: Viewer, plan: Plan) -> dict[str, Any]:
    return {
        "jurisdiction": viewer.jurisdiction_id,
        "plans": [plan.id],
        "unit": viewer.department_id,
        "day": viewer.today,
    }


def _drafts(
    session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]
) -> dict[int, ReportDraft]:
    query = select(ReportDraft).where(
        col(ReportDraft.period_id) == period.id,
        col(ReportDraft.department_id) == viewer.department_id,
        col(ReportDraft.task_id).in_(ids),
    )
    return {draft.task_id: draft for draft in session.execute(query).scalars()}


def _reports(
    session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]
) -> dict[int, ProgressReport]:
    """The unit's newest report of the period on each task, whatever became of it."""
    newest = (
        select(func.max(col(ProgressReport.id)))
        .where(
            col(ProgressReport.period_id) == period.id,
            col(ProgressReport.department_id) == viewer.department_id,
            col(ProgressReport.author_name) != IMPORTED_BY,
            col(ProgressReport.task_id).in_(ids),
        )
        .group_by(col(ProgressReport.task_id))
    )
    query = select(ProgressReport).where(col(ProgressReport.id).in_(newest))
    return {report.task_id: report for report in session.execute(query).scalars()}


def _supporting(session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod) -> list[SupportingRow]:
    asked = {**_asked(viewer, plan), "period": period.id}
    found = session.execute(_supporting_query(), asked).all()
    leads = _lead_units(session, viewer, [row.id for row in found])
    return [
        SupportingRow(
            row.id,
            row.number,
            row.standard,
            row.due_text,
            row.due_on,
            "、".join(leads.get(row.id, [])),
            row.draft or "",
            row.words or "",
            row.sent_at,
            row.updated_at,
        )
        for row in found
    ]


@cache
def _supporting_query() -> Any:
    own = and_(
        col(Contribution.task_id) == col(Task.id),
        col(Contribution.period_id) == bindparam("period"),
        col(Contribution.department_id) == bindparam("unit"),
    )
    asked: Any = select(
        col(Task.id),
        col(Task.number),
        col(Task.standard),
        col(Task.due_text),
        col(Task.due_on),
        col(Contribution.draft),
        col(Contribution.words),
        col(Contribution.sent_at),
        col(Contribution.updated_at),
    )
    return (
        asked.outerjoin(Contribution, own)
        .where(*_open(), _has_role([AssignmentRole.SUPPORTING]), ~_has_role(ANSWERING))
        .order_by(col(Task.position), col(Task.id))
    )


def _lead_units(session: Session, viewer: Viewer, ids: list[int]) -> dict[int, list[str]]:
    query = (
        select(col(Assignment.task_id), col(Department.name))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(col(Assignment.task_id).in_(ids), col(Assignment.role).in_(ANSWERING), holds(viewer.today))
        .order_by(col(Assignment.position))
    )
    found: dict[int, list[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.task_id, []).append(row.name)
    return found
