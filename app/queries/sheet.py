"""填报: a unit's sheet for one period, as it is kept now: drafts, reports, last period's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, Contribution, ProgressReport, ReportDraft, ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Indicator, Task, TaskStatus
from app.queries import contributions as contribution_queries
from app.queries.contributions import ContributionRow
from app.queries.tasks import last_words
from app.queries.visible import holds, is_at_work, judge_group
from app.rules.drafts import FIELDS, RowState, fields_of, row_state
from app.rules.permissions import Viewer
from app.rules.status import Judgement
from app.rules.targets import figure_words

TEXTS = ("progress", "problems", "next_steps")
LEADING = (AssignmentRole.LEAD, AssignmentRole.MAIN)


@dataclass(frozen=True, slots=True)
class Target:
    """量化指标: what the figure of this period is measured against."""

    name: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Said:
    """What was said last time, or typed and never sent, to look at and to go on from."""

    period: str
    starts_on: date
    department: str
    author: str
    fields: dict[str, str]
    is_sent: bool = True


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One task the unit answers for. ``fields`` is what is kept of this period: the draft, else what was reported."""

    task_id: int
    number: str
    standard: str
    whole: str
    """The standard of the task this is a part of (分解项), or nothing."""
    has_parts: bool
    is_finished: bool
    due_text: str
    due_on: date
    judgement: Judgement
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
    contributions: list[ContributionRow] = field(default_factory=list)

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
        """Not written, and nobody asks for it: finished before, or reported on by its parts."""
        return (self.is_finished or self.has_parts) and self.state is RowState.EMPTY

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
    def filled(self) -> int:
        return sum(row.is_filled for row in self.rows)

    @property
    def sent(self) -> int:
        return sum(row.is_sent for row in self.rows)

    @property
    def may_be_left(self) -> int:
        return sum(row.may_be_left for row in self.rows)


def sheet_of(session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod) -> Sheet:
    """The sheet of the viewer's unit; empty for whoever works for none."""
    if viewer.department_id is None:
        return Sheet(period, [], [])
    tasks = _tasks(session, viewer, plan)
    ids = [task.id for task in tasks]
    drafts = _drafts(session, viewer, period, ids)
    reports = _reports(session, viewer, period, ids)
    last = _last(session, viewer, period, ids)
    for task_id, typed in _left_behind(session, viewer, period, ids).items():
        if task_id not in last or last[task_id].starts_on <= typed.starts_on:
            last[task_id] = typed
    given = contribution_queries.sent_for(session, ids, period.id)
    rows = [
        _row(task, viewer, plan, drafts.get(task.id), reports.get(task.id), last.get(task.id), given)
        for task in tasks
    ]
    rows.sort(key=lambda row: row.state is not RowState.RETURNED)
    return Sheet(period, rows, _supporting(session, viewer, plan, period))


def _row(
    task: Any,
    viewer: Viewer,
    plan: Plan,
    draft: ReportDraft | None,
    report: ProgressReport | None,
    last: Said | None,
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
        is_finished=task.status is TaskStatus.COMPLETED,
        due_text=task.due_text,
        due_on=task.due_on,
        judgement=judge_group(task, viewer, plan),
        target=target,
        fields=fields,
        state=row_state(report.state if report else None, has_draft=draft is not None),
        seen=(report.id or 0) if report else 0,
        saved_at=draft.updated_at if draft else None,
        saved_by=draft.updated_by if draft else "",
        reported_at=report.submitted_at if report else None,
        reported_by=report.author_name if report else "",
        reason=report.return_reason if report else "",
        last=last,
        contributions=given.get(task.id, []),
    )


def _tasks(session: Session, viewer: Viewer, plan: Plan) -> list[Any]:
    whole, part = aliased(Task), aliased(Task)
    parts = exists().where(col(part.parent_id) == col(Task.id), col(part.withdrawn_at).is_(None))
    query: Any = (
        select(
            col(Task.id),
            col(Task.number),
            col(Task.standard),
            col(whole.standard).label("whole"),
            parts.label("has_parts"),
            col(Task.due_text),
            col(Task.due_on),
            col(Task.starts_on),
            col(Task.status),
            col(Task.completion),
            col(Task.rating),
            case((col(Task.closed_at).is_(None), 0), else_=1).label("is_closed"),
            case((col(Task.signed_at).is_(None), 0), else_=1).label("is_signed"),
            col(Indicator.name).label("indicator"),
            col(Indicator.target),
            col(Indicator.unit),
        )
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .outerjoin(Indicator, col(Indicator.task_id) == col(Task.id))
        .where(*_open(viewer, plan), _has_role(viewer, plan, LEADING))
        .order_by(
            func.coalesce(col(whole.position), col(Task.position)),
            func.coalesce(col(whole.id), col(Task.id)),
            col(Task.parent_id).is_not(None),
            col(Task.position),
        )
    )
    return list(session.execute(query))


def _open(viewer: Viewer, plan: Plan) -> list[ColumnElement[bool]]:
    return [
        col(Task.jurisdiction_id) == viewer.jurisdiction_id,
        col(Task.plan_id) == plan.id,
        *is_at_work(),
    ]


def _has_role(viewer: Viewer, plan: Plan, roles: Sequence[AssignmentRole]) -> ColumnElement[bool]:
    """Asked of the assignments at once: asked of every task of a large plan it takes ten times as long."""
    held = select(col(Assignment.task_id)).where(
        col(Assignment.plan_id) == plan.id,
        col(Assignment.department_id) == viewer.department_id,
        col(Assignment.role).in_(roles),
        holds(viewer.today),
    )
    return col(Task.id).in_(held)


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


def _last(session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]) -> dict[int, Said]:
    """What was said before this period: the unit's own words, or else whoever's the table has."""
    earlier = or_(
        col(ReportingPeriod.starts_on) < period.starts_on,
        and_(col(ReportingPeriod.id) == period.id, col(ProgressReport.author_name) == IMPORTED_BY),
    )
    of_these = col(ProgressReport.task_id).in_(ids)
    own = col(ProgressReport.department_id) == viewer.department_id
    found: dict[int, Said] = {}
    for newest in (last_words(of_these, earlier), last_words(of_these, earlier, own)):
        query = (
            select(ProgressReport, col(ReportingPeriod.name), col(ReportingPeriod.starts_on))
            .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
            .where(col(ProgressReport.id).in_(newest))
        )
        for report, name, starts_on in session.execute(query):
            words = fields_of(report)
            found[report.task_id] = Said(name, starts_on, report.department_name, report.author_name, words)
    return found


def _left_behind(
    session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]
) -> dict[int, Said]:
    """What the unit typed for an earlier period and had not sent when that was closed: no word of it is lost."""
    query = (
        select(ReportDraft, col(ReportingPeriod.name), col(ReportingPeriod.starts_on))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ReportDraft.period_id))
        .where(
            col(ReportDraft.department_id) == viewer.department_id,
            col(ReportDraft.task_id).in_(ids),
            or_(*(col(getattr(ReportDraft, name)) != "" for name in TEXTS)),
            col(ReportingPeriod.starts_on) < period.starts_on,
            col(ReportingPeriod.closed_at).is_not(None),
        )
        .order_by(col(ReportingPeriod.starts_on))
    )
    return {
        draft.task_id: Said(
            name,
            starts_on,
            viewer.department_name,
            draft.updated_by,
            {name: getattr(draft, name) for name in FIELDS},
            is_sent=False,
        )
        for draft, name, starts_on in session.execute(query)
    }


def _supporting(session: Session, viewer: Viewer, plan: Plan, period: ReportingPeriod) -> list[SupportingRow]:
    own = and_(
        col(Contribution.task_id) == col(Task.id),
        col(Contribution.period_id) == period.id,
        col(Contribution.department_id) == viewer.department_id,
    )
    query: Any = (
        select(
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
        .outerjoin(Contribution, own)
        .where(
            *_open(viewer, plan),
            _has_role(viewer, plan, [AssignmentRole.SUPPORTING]),
            ~_has_role(viewer, plan, LEADING),
        )
        .order_by(col(Task.position), col(Task.id))
    )
    found = session.execute(query).all()
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


def _lead_units(session: Session, viewer: Viewer, ids: list[int]) -> dict[int, list[str]]:
    query = (
        select(col(Assignment.task_id), col(Department.name))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(col(Assignment.task_id).in_(ids), col(Assignment.role).in_(LEADING), holds(viewer.today))
        .order_by(col(Assignment.position))
    )
    found: dict[int, list[str]] = {}
    for row in session.execute(query):
        found.setdefault(row.task_id, []).append(row.name)
    return found
