"""填报周期: which period a report belongs to; setting, opening and closing them."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.queries.periods import known_periods
from app.queries.working_days import work_calendar
from app.rules import periods as rules
from app.rules.periods import ONE_DAY, PeriodBounds, Schedule


def period_to_report(session: Session, plan: Plan, today: date) -> ReportingPeriod:
    """The period a report of today belongs to, kept from now on: today's, or the one before while still awaited.

    Raises ``Conflict`` naming the next one when it is closed.
    """
    calendar = work_calendar(session, plan.jurisdiction_id)
    known = known_periods(session, plan)
    schedule = Schedule.of(plan)
    bounds = rules.period_to_report(today, schedule, calendar, known)
    if bounds.is_closed:
        following = rules.containing(bounds.ends_on + ONE_DAY, schedule, calendar, known)
        raise closed(bounds.name, following)
    return require_open(session, keep(session, plan, bounds))


def next_open_period(session: Session, plan: Plan, today: date) -> ReportingPeriod:
    """Like ``period_to_report``, for what a table already says: after a closed period comes the next that is not."""
    calendar = work_calendar(session, plan.jurisdiction_id)
    known = known_periods(session, plan)
    schedule = Schedule.of(plan)
    bounds = rules.period_to_report(today, schedule, calendar, known)
    while bounds.is_closed:
        bounds = rules.containing(bounds.ends_on + ONE_DAY, schedule, calendar, known)
    return require_open(session, keep(session, plan, bounds))


def require_open(session: Session, period: ReportingPeriod) -> ReportingPeriod:
    """Nothing of a closed period changes any more: no report, no draft, no review. Raises ``Conflict``.

    The period is held, shared with all others who report, so that nobody closes it until the commit.
    """
    session.refresh(period, with_for_update={"read": True, "key_share": True})
    if period.closed_at is not None:
        raise closed(period.name)
    return period


def closed(name: str, following: PeriodBounds | None = None) -> Conflict:
    """The sentence for whoever comes after the close."""
    if following is None:
        return Conflict(f"“{name}”已关闭并定格，不能再改动。", "请在现行的一期中填报，或与督查室联系。")
    begins = f"{following.starts_on.month}月{following.starts_on.day}日"
    return Conflict(
        f"“{name}”已关闭并定格，不能再填报。", f"下一期是“{following.name}”，从{begins}开始填报。"
    )


def keep(session: Session, plan: Plan, bounds: PeriodBounds) -> ReportingPeriod:
    """The period in the database, put there if nobody needed it before."""
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
