"""填报审核: the reports that wait for the supervision office, each beside what its unit said before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.plan import Plan
from app.models.progress import IMPORTED_BY, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, Indicator, Rating, Task, TaskStatus
from app.queries import evidence as evidence_queries
from app.queries.evidence import EvidenceRow
from app.queries.owed import ANSWERING
from app.queries.own import own_row
from app.queries.tasks import COUNTED_STATES, LAST_WORD_FIRST
from app.queries.visible import TaskFilter, facts_of, holds, in_table_order, is_at_work, visible_tasks
from app.rules.matching import Piece
from app.rules.permissions import Action, Viewer, can
from app.rules.review import Remark, Said, remarks, wording
from app.rules.status import Facts, Judgement, Thresholds, judge


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the reviewer wants to see of the queue."""

    department: int | None = None
    official: int | None = None
    period: int | None = None
    only_changed: bool = False
    """Only tasks that stand otherwise than after the unit's report before."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was said of the task in the period before, and how it stood then."""

    period: str
    said: Said
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One report that waits (待审核): what is claimed, what was claimed before, what stands beside it."""

    id: int
    task_id: int
    number: str
    standard: str
    department_id: int | None
    department: str
    author: str
    submitted_at: datetime | None
    period_id: int
    period: str
    said: Said
    problems: str
    next_steps: str
    actual: str
    """完成值 with its unit and target, in words."""
    judgement: Judgement
    before: Before | None
    evidence: list[EvidenceRow] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing in it asks to be read by itself."""
        return not any(remark.is_serious for remark in self.remarks)

    @property
    def light_changed(self) -> bool:
        return self.before is not None and self.before.judgement.light is not self.judgement.light

    @property
    def pieces(self) -> list[Piece]:
        return wording(self.before.said.progress, self.said.progress) if self.before else []


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """Everything that waits in a plan, and what of it the filter leaves."""

    rows: list[ReviewRow]
    waiting: int
    departments: list[tuple[int, str]]
    periods: list[tuple[int, str]]

    @property
    def clean(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.is_clean]

    @property
    def striking(self) -> list[ReviewRow]:
        return [row for row in self.rows if not row.is_clean]


def review_queue(
    session: Session, viewer: Viewer, plan: Plan, wanted: ReviewFilter | None = None
) -> ReviewQueue:
    """The newest report of every unit on every task that nobody has judged yet, of periods still open."""
    wanted = wanted or ReviewFilter()
    if not can(viewer, Action.REVIEW_REPORTS):
        return ReviewQueue([], 0, [], [])
    waiting = session.execute(_waiting(viewer, plan)).all()
    chosen = waiting
    if wanted.official is not None:
        narrowed = _waiting(viewer, plan, TaskFilter(official=wanted.official))
        theirs = {row.ProgressReport.id for row in session.execute(narrowed)}
        chosen = [row for row in waiting if row.ProgressReport.id in theirs]
    rows = _rows(
        session,
        viewer,
        plan,
        [
            row
            for row in chosen
            if wanted.department in (None, row.ProgressReport.department_id)
            and wanted.period in (None, row.ProgressReport.period_id)
        ],
    )
    if wanted.only_changed:
        rows = [row for row in rows if row.light_changed]
    return ReviewQueue(
        rows,
        len(waiting),
        list({each.department_id or 0: each.department_name for each, *_ in waiting}.items()),
        list({row.ProgressReport.period_id: row.period for row in waiting}.items()),
    )


def get_report(session: Session, viewer: Viewer, report_id: int) -> ProgressReport:
    """A report to be judged. Raises ``NotFound`` when it does not exist for this viewer."""
    report = own_row(session, viewer, ProgressReport, report_id)
    if report is None or not can(viewer, Action.REVIEW_REPORTS):
        raise NotFound("没有找到这条填报。", "请从填报审核重新打开。")
    return report


def get_reports(session: Session, viewer: Viewer, plan: Plan, ids: Sequence[int]) -> list[ProgressReport]:
    """Those of the reports that belong to the plan."""
    if not can(viewer, Action.REVIEW_REPORTS):
        return []
    query = (
        select(ProgressReport)
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .where(
            col(ProgressReport.jurisdiction_id) == viewer.jurisdiction_id,
            col(Task.plan_id) == plan.id,
            col(ProgressReport.id).in_(ids),
        )
        .order_by(col(ProgressReport.id))
    )
    return list(session.execute(query).scalars())


def waits() -> tuple[ColumnElement[bool], ...]:
    """What of ``ProgressReport`` waits for review: the newest of its unit on a task and period, where work goes on.

    What a table brought along is not checked.
    """
    return (
        col(ProgressReport.state) == ReportState.SUBMITTED,
        col(ProgressReport.author_name) != IMPORTED_BY,
        *is_at_work(),
        ~_is_replaced(),
    )


def _is_replaced() -> ColumnElement[bool]:
    """The unit has said something newer on the same task in the same period."""
    newer = aliased(ProgressReport)
    return (
        select(col(newer.id))
        .where(
            col(newer.task_id) == col(ProgressReport.task_id),
            # By the task's index alone: few have reported on it, but thousands in the period, and the unit on hundreds.
            func.coalesce(col(newer.period_id), 0) == col(ProgressReport.period_id),
            func.coalesce(col(newer.department_id), 0) == func.coalesce(col(ProgressReport.department_id), 0),
            col(newer.id) > col(ProgressReport.id),
        )
        .exists()
    )


def _waiting(viewer: Viewer, plan: Plan, wanted: TaskFilter | None = None) -> Select[*tuple[Any, ...]]:
    """Reports with their tasks in the order of the document."""
    tasks, whole = visible_tasks(viewer, plan, wanted, with_parts=True), aliased(Task)
    return (
        select(
            ProgressReport,
            *facts_of(tasks.c),
            col(Task.number),
            col(Task.standard),
            col(ReportingPeriod.name).label("period"),
            col(ReportingPeriod.starts_on).label("period_starts_on"),
        )
        .join(tasks, tasks.c.id == col(ProgressReport.task_id))
        .join(Task, col(Task.id) == col(ProgressReport.task_id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .outerjoin(whole, col(whole.id) == col(Task.parent_id))
        .where(col(ReportingPeriod.closed_at).is_(None), *waits())
        .order_by(*in_table_order(whole), col(ProgressReport.id))
    )


def _rows(session: Session, viewer: Viewer, plan: Plan, chosen: Sequence[Any]) -> list[ReviewRow]:
    task_ids = sorted({row.ProgressReport.task_id for row in chosen})
    earlier = _earlier(session, task_ids)
    colleagues = _answering(session, viewer, task_ids)
    files = evidence_queries.of_tasks(session, viewer, task_ids)
    figures = _figures(session, task_ids)
    rows = []
    for row in chosen:
        report: ProgressReport = row.ProgressReport
        said = Said(report.status, report.completion, report.progress)
        judgement = _judged(report, row, viewer, plan)
        before = _before(
            earlier.get(report.task_id, ()), row, colleagues.get(report.task_id, set()), viewer, plan
        )
        evidence = [each for each in files.get(report.task_id, ()) if each.period_id == report.period_id]
        rows.append(
            ReviewRow(
                id=report.id or 0,
                task_id=report.task_id,
                number=row.number,
                standard=row.standard,
                department_id=report.department_id,
                department=report.department_name,
                author=report.author_name,
                submitted_at=report.submitted_at,
                period_id=report.period_id,
                period=row.period,
                said=said,
                problems=report.problems,
                next_steps=report.next_steps,
                actual=_actual(report, figures.get(report.task_id)),
                judgement=judgement,
                before=before,
                evidence=evidence,
                remarks=remarks(
                    said, before.said if before else None, judgement, has_evidence=bool(evidence)
                ),
            )
        )
    return rows


def _earlier(session: Session, task_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What counts of the tasks' reports, the newest first, with the periods they belong to."""
    query: Select[*tuple[Any, ...]] = (
        select(
            col(ProgressReport.task_id),
            col(ProgressReport.department_id),
            col(ProgressReport.author_name),
            col(ProgressReport.status),
            col(ProgressReport.completion),
            col(ProgressReport.progress),
            col(ReportingPeriod.name).label("period"),
            col(ReportingPeriod.starts_on),
            col(ReportingPeriod.ends_on),
        )
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(col(ProgressReport.task_id).in_(task_ids), col(ProgressReport.state).in_(COUNTED_STATES))
        .order_by(*LAST_WORD_FIRST)
    )
    found: dict[int, list[Any]] = {}
    for row in session.execute(query) if task_ids else ():
        found.setdefault(row.task_id, []).append(row)
    return found


def _answering(session: Session, viewer: Viewer, task_ids: Sequence[int]) -> dict[int, set[int]]:
    query = select(col(Assignment.task_id), col(Assignment.department_id)).where(
        col(Assignment.task_id).in_(task_ids), col(Assignment.role).in_(ANSWERING), holds(viewer.today)
    )
    found: dict[int, set[int]] = {}
    for row in session.execute(query) if task_ids else ():
        found.setdefault(row.task_id, set()).add(row.department_id)
    return found


def _judged(report: ProgressReport, row: Any, viewer: Viewer, plan: Plan) -> Judgement:
    """How the task stands by this report: of two lead units the other's figures are not what this one says."""
    facts = Facts(
        report.status,
        report.completion,
        row.starts_on,
        row.due_on,
        None if row.rating is None else Rating(row.rating),
    )
    return judge(facts, viewer.today, Thresholds(plan.yellow_points, plan.red_points))


def _before(
    earlier: Sequence[Any], row: Any, colleagues: set[int], viewer: Viewer, plan: Plan
) -> Before | None:
    """The unit's own words of a period before, or the table's; after a hand-over its predecessor's, never a colleague's."""
    past = [each for each in earlier if each.starts_on < row.period_starts_on]
    own = [each for each in past if each.department_id == row.ProgressReport.department_id]
    inherited = [
        each for each in past if each.author_name == IMPORTED_BY or each.department_id not in colleagues
    ]
    if not own and not inherited:
        return None
    last = (own or inherited)[0]
    facts = Facts(TaskStatus(last.status), last.completion, row.starts_on, row.due_on)
    then = judge(facts, min(last.ends_on, viewer.today), Thresholds(plan.yellow_points, plan.red_points))
    return Before(last.period, Said(last.status, last.completion, last.progress), then)


def _figures(session: Session, task_ids: Sequence[int]) -> dict[int, Indicator]:
    query = select(Indicator).where(col(Indicator.task_id).in_(task_ids))
    return {each.task_id: each for each in session.execute(query).scalars()} if task_ids else {}


def _actual(report: ProgressReport, indicator: Indicator | None) -> str:
    if report.actual is None:
        return ""
    if indicator is None:
        return f"{report.actual:g}"
    return f"{report.actual:g} {indicator.unit}，目标 {indicator.target:g} {indicator.unit}".replace(
        " ，", "，"
    )
