"""量化指标 of a task: the target, what is reached, what is missing."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Indicator, Task
from app.queries.tasks import COUNTED_STATES, LAST_WORD_FIRST, shares_of
from app.rules.permissions import Action, Viewer, can
from app.rules.targets import figure_words, missing_of


@dataclass(frozen=True, slots=True)
class TargetRow:
    """目标账 and 缺口账 in words. ``actual`` is None while no report that counts gives a figure, or it may not be seen."""

    name: str
    unit: str
    target: str
    actual: str | None
    missing: str | None
    is_reached: bool


def target_of(session: Session, viewer: Viewer, task: Task) -> TargetRow | None:
    """What the task promises in figures and how far it is; None where it promises none."""
    query = select(Indicator).where(col(Indicator.task_id) == task.id)
    indicator = session.execute(query).scalar_one_or_none()
    if indicator is None or not can(viewer, Action.VIEW_PLAN):
        return None
    seen = can(viewer, Action.VIEW_PROGRESS, shares_of(session, task, viewer.today))
    actual = _newest_actual(session, task) if seen else None
    missing = missing_of(actual, indicator.target)
    return TargetRow(
        name=indicator.name,
        unit=indicator.unit,
        target=figure_words(indicator.target),
        actual=None if actual is None else figure_words(actual),
        missing=figure_words(missing) if seen else None,
        is_reached=actual is not None and not missing,
    )


def _newest_actual(session: Session, task: Task) -> float | None:
    newest = (
        select(col(ProgressReport.actual))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ProgressReport.task_id) == task.id,
            col(ProgressReport.state).in_(COUNTED_STATES),
            col(ProgressReport.actual).is_not(None),
        )
        .order_by(*LAST_WORD_FIRST)
        .limit(1)
    )
    return session.execute(newest).scalar_one_or_none()
