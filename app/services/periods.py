"""填报周期: which period a report belongs to; setting, opening and closing them."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.clock import short_day
from app.errors import Conflict, NotFound
from app.models.plan import Plan, PlanState
from app.models.progress import ReportingPeriod
from app.models.task import Assignment, Task
from app.queries.periods import get_row, known_periods, waiting_for_review
from app.queries.visible import holds
from app.queries.working_days import work_calendar
from app.rules import periods as rules
from app.rules.periods import ONE_DAY, PeriodBounds, Schedule
from app.rules.permissions import Action, Viewer, require, require_ever
from app.rules.stages import require_reporting
from app.services import events, notices, snapshots
from app.services.stages import begin_running


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


def begin(session: Session, plan: Plan, *, actor: Viewer) -> ReportingPeriod:
    """A unit begins to fill in the period of today, which nobody has opened yet; nobody is told."""
    require_ever(actor, Action.REPORT_PROGRESS)
    require_reporting(plan)
    return period_to_report(session, plan, actor.today)


def open_period(session: Session, plan: Plan, starts_on: date, *, actor: Viewer) -> ReportingPeriod:
    """Open the period that begins on this day and tell every unit of the plan; once, however often it is asked for."""
    require(actor, Action.MANAGE_PERIODS)
    require_reporting(plan)
    begin_running(session, plan, actor)
    calendar = work_calendar(session, plan.jurisdiction_id)
    bounds = rules.containing(starts_on, Schedule.of(plan), calendar, known_periods(session, plan))
    if bounds.starts_on != starts_on:
        raise NotFound("没有从这一天开始的一期。", "填报周期可能刚刚改过，请重新打开“填报周期”页面。")
    period = keep(session, plan, bounds)
    session.refresh(period, with_for_update={"key_share": True})
    if period.closed_at is not None:
        raise closed(period.name)
    if period.opened_at is not None:
        return period
    period.opened_at = actor.now
    session.add(period)
    words = f"“{plan.title}”{period.name}的填报已开启，请于{short_day(period.due_on, period.ends_on.year)}前报送。"
    units = _units(session, plan, actor.today)
    for department_id in units:
        notices.tell_department(session, actor, department_id, words, f"/plans/{plan.id}/sheet")
    told: dict[str, Any] = {"period": period.id, "name": period.name, "due_on": period.due_on.isoformat()}
    events.record(session, actor, "period_opened", plan_id=plan.id, **told, departments=len(units))
    events.announce(session, actor, "period.opened", plan=plan.id, **told)
    return period


def close(
    session: Session,
    period: ReportingPeriod,
    *,
    actor: Viewer,
    unreviewed: bool = False,
    early: bool = False,
) -> None:
    """Close the period and keep its table as it stands (关闭并定格); nothing of it changes any more.

    Raises ``Conflict`` while reports wait for review, unless ``unreviewed`` says to close all the same, and before
    the due day, unless ``early`` does.
    """
    require(actor, Action.MANAGE_PERIODS)
    session.refresh(period, with_for_update=True)  # whoever is reporting in it ends first
    if period.closed_at is not None:
        return
    plan = session.get_one(Plan, period.plan_id, populate_existing=True)
    if plan.state is PlanState.ARCHIVED:
        raise Conflict("这份表已经归档，不能再关闭各期。", "归档以后只能查看。")
    if actor.today < period.starts_on:
        raise Conflict(
            f"“{period.name}”还没有到，不能关闭。",
            f"它从{short_day(period.starts_on, actor.today.year)}开始。",
        )
    waiting = waiting_for_review(session, actor, period)
    _require_sure(session, plan, period, waiting, actor=actor, unreviewed=unreviewed, early=early)
    period.closed_at = actor.now
    session.add(period)
    session.flush()
    kept = snapshots.keep(session, plan, period, actor=actor)
    told: dict[str, Any] = {"period": period.id, "name": period.name}
    events.record(
        session, actor, "period_closed", plan_id=plan.id, **told, unreviewed=waiting, sha256=kept.sha256
    )
    events.announce(session, actor, "period.closed", plan=plan.id, **told)


def _require_sure(
    session: Session,
    plan: Plan,
    period: ReportingPeriod,
    waiting: int,
    *,
    actor: Viewer,
    unreviewed: bool,
    early: bool,
) -> None:
    """Nobody closes a period without having been told what that cuts off. Raises ``Conflict``."""
    reasons, remedies = [], []
    if actor.today < period.due_on and not early:
        due = f"截止日{short_day(period.due_on, actor.today.year)}还没有到"
        unfinished = get_row(session, actor, plan, period).unfinished
        reasons.append(f"{due}，{unfinished}" if unfinished else due)
        remedies.append("请等到截止日；确实要提前关闭的，勾选“提前关闭”后再关闭。")
    if waiting and not unreviewed:
        reasons.append(f"还有 {waiting} 条填报没有审核")
        remedies.append("请先审核；确实不再审核的，勾选“不再审核，直接关闭”后再关闭。")
    if reasons:
        raise Conflict(f"“{period.name}”{'；'.join(reasons)}，没有关闭。", "".join(remedies))


def closed(name: str, following: PeriodBounds | None = None) -> Conflict:
    """The sentence for whoever comes after the close."""
    if following is None:
        return Conflict(f"“{name}”已关闭并定格，不能再改动。", "请在现行的一期中填报，或与督查室联系。")
    return Conflict(
        f"“{name}”已关闭并定格，不能再填报。",
        f"下一期是“{following.name}”，从{short_day(following.starts_on, following.ends_on.year)}开始填报。",
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


def _units(session: Session, plan: Plan, today: date) -> list[int]:
    """Every unit that has a part in the plan today."""
    query = (
        select(col(Assignment.department_id))
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .where(
            col(Assignment.plan_id) == plan.id,
            col(Assignment.department_id).is_not(None),
            col(Task.withdrawn_at).is_(None),
            holds(today),
        )
        .distinct()
        .order_by(col(Assignment.department_id))
    )
    return [number for number in session.execute(query).scalars() if number is not None]
