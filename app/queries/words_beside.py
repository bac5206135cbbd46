"""What stands beside a row of the sheet: what was said of the task before, and by others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.progress import IMPORTED_BY, ProgressReport, ReportDraft, ReportingPeriod, ReportState
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
    returned_for: str = ""
    """Why it was sent back (退回) and not reported again before the close."""


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


TASKS: BindParameter[Sequence[int]] = bindparam("tasks", expanding=True)
UNIT: BindParameter[int] = bindparam("unit")
PERIOD: BindParameter[int] = bindparam("period")
BEGINNING: BindParameter[date] = bindparam("beginning")
DAY: BindParameter[date] = bindparam("day")
"""What is open in the statements, which are put together once: that takes longer than answering them."""


def words_beside(session: Session, viewer: Viewer, period: ReportingPeriod, ids: list[int]) -> Beside:
    """What the unit is shown beside its own fields."""
    asked = {
        "tasks": ids,
        "unit": viewer.department_id,
        "period": period.id,
        "beginning": period.starts_on,
        "day": viewer.today,
    }
    last = _last(session, asked)
    returned, typed = _returned(session, asked), _left_behind(session, asked, viewer.department_name)
    for uncounted in (returned, typed):
        for task_id, said in uncounted.items():
            if task_id not in last or last[task_id].starts_on <= said.starts_on:
                last[task_id] = said
    return Beside(last, _told(session, asked), _given(session, asked))


def _last(session: Session, asked: dict[str, Any]) -> dict[int, Said]:
    """What was said before this period: the unit's own words, or else whoever's the table has."""
    found: dict[int, Said] = {}
    for query in _last_queries():
        for report, name, starts_on in session.execute(query, asked):
            words = fields_of(report)
            found[report.task_id] = Said(name, starts_on, report.department_name, report.author_name, words)
    return found


@cache
def _last_queries() -> tuple[Any, Any]:
    earlier = or_(
        col(ReportingPeriod.starts_on) < BEGINNING,
        and_(col(ReportingPeriod.id) == PERIOD, col(ProgressReport.author_name) == IMPORTED_BY),
    )
    of_these = col(ProgressReport.task_id).in_(TASKS)
    own = col(ProgressReport.department_id) == UNIT
    said = select(ProgressReport, col(ReportingPeriod.name), col(ReportingPeriod.starts_on)).join(
        ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id)
    )
    anybodys, ones_own = last_words(of_these, earlier), last_words(of_these, earlier, own)
    return said.where(col(ProgressReport.id).in_(anybodys)), said.where(col(ProgressReport.id).in_(ones_own))


def _returned(session: Session, asked: dict[str, Any]) -> dict[int, Said]:
    """What was sent back in an earlier period and not reported again when that was closed."""
    return {
        report.task_id: Said(
            name,
            starts_on,
            report.department_name,
            report.author_name,
            fields_of(report),
            is_sent=False,
            returned_for=report.return_reason,
        )
        for report, name, starts_on in session.execute(_returned_query(), asked)
    }


@cache
def _returned_query() -> Any:
    again = aliased(ProgressReport)
    made_good = exists().where(
        col(again.task_id) == col(ProgressReport.task_id),
        col(again.period_id) == col(ProgressReport.period_id),
        col(again.department_id) == UNIT,
        col(again.id) > col(ProgressReport.id),
    )
    return (
        select(ProgressReport, col(ReportingPeriod.name), col(ReportingPeriod.starts_on))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ProgressReport.department_id) == UNIT,
            col(ProgressReport.task_id).in_(TASKS),
            col(ProgressReport.state) == ReportState.RETURNED,
            ~made_good,
            col(ReportingPeriod.starts_on) < BEGINNING,
            col(ReportingPeriod.closed_at).is_not(None),
        )
        .order_by(col(ReportingPeriod.starts_on), col(ProgressReport.id))
    )


def _left_behind(session: Session, asked: dict[str, Any], department: str) -> dict[int, Said]:
    """What the unit typed for an earlier period and had not sent when that was closed: no word of it is lost."""
    return {
        draft.task_id: Said(
            name,
            starts_on,
            department,
            draft.updated_by,
            {each: getattr(draft, each) for each in FIELDS},
            is_sent=False,
        )
        for draft, name, starts_on in session.execute(_left_behind_query(), asked)
    }


@cache
def _left_behind_query() -> Any:
    return (
        select(ReportDraft, col(ReportingPeriod.name), col(ReportingPeriod.starts_on))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ReportDraft.period_id))
        .where(
            col(ReportDraft.department_id) == UNIT,
            col(ReportDraft.task_id).in_(TASKS),
            _has_words(),
            col(ReportingPeriod.starts_on) < BEGINNING,
            col(ReportingPeriod.closed_at).is_not(None),
        )
        .order_by(col(ReportingPeriod.starts_on))
    )


def _has_words() -> ColumnElement[bool]:
    return or_(*(col(getattr(ReportDraft, name)) != "" for name in TEXTS))


def _told(session: Session, asked: dict[str, Any]) -> dict[int, Told]:
    return {
        report.task_id: Told(report.department_name, report.submitted_at, report.author_name == IMPORTED_BY)
        for report in session.execute(_told_query(), asked).scalars()
    }


@cache
def _told_query() -> Any:
    return (
        select(ProgressReport)
        .where(
            col(ProgressReport.period_id) == PERIOD,
            col(ProgressReport.task_id).in_(TASKS),
            col(ProgressReport.state).in_(COUNTED_STATES),
            or_(
                col(ProgressReport.department_id).is_distinct_from(UNIT),
                col(ProgressReport.author_name) == IMPORTED_BY,
            ),
        )
        .order_by(col(ProgressReport.id))
    )


def _given(session: Session, asked: dict[str, Any]) -> dict[int, HandedDraft]:
    """Of tasks that came to the unit by a hand-over (交接): it goes on from the last words of whoever had them.

    Who still answers for the task in another role goes on writing there: that draft is its own.
    """
    return {
        draft.task_id: HandedDraft(
            name, unit, draft.updated_by, draft.updated_at, {each: getattr(draft, each) for each in FIELDS}
        )
        for draft, unit, name in session.execute(_given_query(), asked)
    }


@cache
def _given_query() -> Any:
    taken = select(col(Assignment.task_id)).where(
        col(Assignment.task_id).in_(TASKS),
        col(Assignment.department_id) == UNIT,
        col(Assignment.role).in_(ANSWERING),
        col(Assignment.hand_over_id).is_not(None),
        holds(DAY),
    )
    giver = and_(
        col(Assignment.task_id) == col(ReportDraft.task_id),
        col(Assignment.department_id) == col(ReportDraft.department_id),
        col(Assignment.role).in_(ANSWERING),
    )
    kept = aliased(Assignment)
    goes_on = exists().where(
        col(kept.task_id) == col(ReportDraft.task_id),
        col(kept.department_id) == col(ReportDraft.department_id),
        col(kept.role).in_(ANSWERING),
        or_(col(kept.held_to).is_(None), col(kept.held_to) > DAY),
    )
    return (
        select(ReportDraft, col(Department.name), col(ReportingPeriod.name))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ReportDraft.period_id))
        .join(Department, col(Department.id) == col(ReportDraft.department_id))
        .join(Assignment, giver)
        .where(
            col(ReportDraft.task_id).in_(taken),
            col(ReportDraft.department_id) != UNIT,
            col(ReportingPeriod.starts_on) <= BEGINNING,
            col(Assignment.held_to) <= DAY,
            ~goes_on,
            _has_words(),
        )
        .order_by(col(ReportingPeriod.starts_on), col(ReportDraft.updated_at))
    )
