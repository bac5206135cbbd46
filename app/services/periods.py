"""填报周期: which period a report belongs to."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.rules.periods import month_of


def period_to_report(session: Session, plan: Plan, today: date) -> ReportingPeriod:
    """The plan's period that today falls in, opened when the first report of it arrives."""
    bounds = month_of(today)
    query = select(ReportingPeriod).where(
        col(ReportingPeriod.plan_id) == plan.id, col(ReportingPeriod.starts_on) == bounds.starts_on
    )
    found = session.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    period = ReportingPeriod(
        jurisdiction_id=plan.jurisdiction_id,
        plan_id=plan.id or 0,
        name=bounds.name,
        starts_on=bounds.starts_on,
        ends_on=bounds.ends_on,
        due_on=bounds.due_on,
    )
    try:
        with session.begin_nested():
            session.add(period)
    except IntegrityError:  # another department's first report of the period came in between
        return session.execute(query).scalar_one()
    return period
