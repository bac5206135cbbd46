"""填报周期: the periods of a plan, those in the database and those its cycle will bring."""

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.queries.working_days import work_calendar
from app.rules import periods as rules
from app.rules.periods import PeriodBounds, Schedule
from app.rules.permissions import Viewer


def open_periods(session: Session, viewer: Viewer, plan: Plan) -> list[ReportingPeriod]:
    """The periods that may still be reported in, the earliest first: begun or opened, and not closed."""
    query = (
        select(ReportingPeriod)
        .where(
            col(ReportingPeriod.jurisdiction_id) == viewer.jurisdiction_id,
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.closed_at).is_(None),
            or_(col(ReportingPeriod.opened_at).is_not(None), col(ReportingPeriod.starts_on) <= viewer.today),
        )
        .order_by(col(ReportingPeriod.starts_on))
    )
    return list(session.execute(query).scalars())


def period_in_view(session: Session, viewer: Viewer, plan: Plan) -> PeriodBounds:
    """The period pages speak of today: the one a report of today would belong to. ``id`` is None before its first."""
    calendar = work_calendar(session, plan.jurisdiction_id)
    return rules.period_to_report(viewer.today, Schedule.of(plan), calendar, known_periods(session, plan))


def known_periods(session: Session, plan: Plan) -> list[PeriodBounds]:
    """The plan's periods that are in the database, the earliest first."""
    query = (
        select(ReportingPeriod)
        .where(col(ReportingPeriod.plan_id) == plan.id)
        .order_by(col(ReportingPeriod.starts_on))
    )
    return [
        PeriodBounds(row.name, row.starts_on, row.ends_on, row.due_on, row.id, row.closed_at is not None)
        for row in session.execute(query).scalars()
    ]
