"""What stands beside a row of the sheet: what was said of the task before, and by others."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.progress import IMPORTED_BY, ProgressReport, ReportDraft, ReportingPeriod
from app.models.task import Assignment
from app.queries.owed import ANSWERING
from app.queries.tasks import COUNTED_STATES, last_words
from app.queries.visible import holds
from app.rules.drafts import FIELDS, fields_of
from app.rules.permissions import Viewer

TEXTS = ("progress", "problems", "next_steps")


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
class Told:
    """Another unit's report of the same period."""

    department: str
    at: datetime | None
    is_imported: bool
    """Whether it came with the table."""


@dataclass(frozen=True, slots=True)
class HandedDraft:
    """What the unit that handed the task over had typed for the period, or an earlier one, and not sent."""

    period: str
    department: str
    author: str
    at: datetime
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Beside:
    """All that stands beside the rows of a sheet, by task."""

    last: dict[int, Said] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    given: dict[int, HandedDraft] = field(default_factory=dict)


def words_beside(session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]) -> Beside:
    """What the unit is shown beside its own fields."""
    last = _last(session, viewer, period, ids)
    for task_id, typed in _left_behind(session, viewer, period, ids).items():
        if task_id not in last or last[task_id].starts_on <= typed.starts_on:
            last[task_id] = typed
    return Beside(last, _told(session, viewer, period, ids), _given(session, viewer, period, ids))


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


def _told(session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]) -> dict[int, Told]:
    query = (
        select(ProgressReport)
        .where(
            col(ProgressReport.period_id) == period.id,
            col(ProgressReport.task_id).in_(ids),
            col(ProgressReport.state).in_(COUNTED_STATES),
            or_(
                col(ProgressReport.department_id).is_distinct_from(viewer.department_id),
                col(ProgressReport.author_name) == IMPORTED_BY,
            ),
        )
        .order_by(col(ProgressReport.id))
    )
    return {
        report.task_id: Told(report.department_name, report.submitted_at, report.author_name == IMPORTED_BY)
        for report in session.execute(query).scalars()
    }


def _given(
    session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]
) -> dict[int, HandedDraft]:
    """Of tasks that came to the unit by a hand-over (交接): it goes on from the last words of whoever had them."""
    taken = select(col(Assignment.task_id)).where(
        col(Assignment.task_id).in_(ids),
        col(Assignment.department_id) == viewer.department_id,
        col(Assignment.role).in_(ANSWERING),
        col(Assignment.hand_over_id).is_not(None),
        holds(viewer.today),
    )
    query = (
        select(ReportDraft, col(Department.name), col(ReportingPeriod.name))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ReportDraft.period_id))
        .join(Department, col(Department.id) == col(ReportDraft.department_id))
        .join(
            Assignment,
            and_(
                col(Assignment.task_id) == col(ReportDraft.task_id),
                col(Assignment.department_id) == col(ReportDraft.department_id),
                col(Assignment.role).in_(ANSWERING),
            ),
        )
        .where(
            col(ReportDraft.task_id).in_(taken),
            col(ReportDraft.department_id) != viewer.department_id,
            col(ReportingPeriod.starts_on) <= period.starts_on,
            col(Assignment.held_to) <= viewer.today,
            or_(*(col(getattr(ReportDraft, name)) != "" for name in TEXTS)),
        )
        .order_by(col(ReportingPeriod.starts_on), col(ReportDraft.updated_at))
    )
    return {
        draft.task_id: HandedDraft(
            name, unit, draft.updated_by, draft.updated_at, {each: getattr(draft, each) for each in FIELDS}
        )
        for draft, unit, name in session.execute(query)
    }
