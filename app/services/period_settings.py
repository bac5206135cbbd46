"""填报周期的设定: how often and by when a plan's units report, and what moves when that changes."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.plan import DueShift, PeriodCycle, Plan
from app.models.progress import Attachment, Contribution, ProgressReport, ReportDraft, ReportingPeriod
from app.models.urging import Urging
from app.queries.periods import known_periods
from app.queries.working_days import work_calendar
from app.rules import periods as rules
from app.rules.periods import CYCLE_LABELS, ONE_DAY, PeriodBounds, Schedule
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import require_open as require_open_plan
from app.rules.working_days import WorkCalendar
from app.services import events, periods

NOTHING = "填报周期没有保存。"
MOST_DAYS = 31
MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class PeriodSettings:
    """What the office decides: cycle, due day, when to remind, and from where on a task is slow."""

    cycle: PeriodCycle
    due_day: int | None
    due_months_after: int | None
    due_shift: DueShift
    remind_days: int | None
    yellow_points: int | None
    red_points: int | None

    @classmethod
    def of(cls, plan: Plan) -> "PeriodSettings":
        return cls(
            plan.cycle,
            plan.due_day,
            plan.due_months_after,
            plan.due_shift,
            plan.remind_days,
            plan.yellow_points,
            plan.red_points,
        )

    def schedule(self, plan: Plan) -> Schedule:
        days, months = self.due_day or MOST_DAYS, self.due_months_after or 0
        return Schedule(plan.starts_on, plan.ends_on, self.cycle, days, months, self.due_shift)


def preview(session: Session, plan: Plan, settings: PeriodSettings, *, actor: Viewer) -> list[PeriodBounds]:
    """The year's periods and due days as these settings would make them; nothing is written."""
    require(actor, Action.MANAGE_PERIODS)
    _check(settings)
    calendar = work_calendar(session, plan.jurisdiction_id)
    schedule = settings.schedule(plan)
    staying = _staying(session, plan, schedule, calendar, actor.today)
    return [
        _due_anew(each, schedule, calendar, actor.today)
        for each in rules.periods_of_year(schedule, calendar, staying)
    ]


def set_periods(session: Session, plan: Plan, settings: PeriodSettings, *, actor: Viewer) -> bool:
    """Change how often and by when units report; False where nothing changed.

    Periods gone by or in use stay as they are. Those to come follow the new cycle, and due days that are not reached
    yet the new due day. Raises ``InvalidInput`` where a period of the new cycle would overlap one in use.
    """
    require(actor, Action.MANAGE_PERIODS)
    _check(settings)
    session.refresh(plan, with_for_update={"key_share": True})
    require_open_plan(plan)
    before = PeriodSettings.of(plan)
    if before == settings:
        return False
    calendar = work_calendar(session, plan.jurisdiction_id)
    _keep_what_stays(session, plan, settings.schedule(plan), calendar, actor.today)
    for name, value in asdict(settings).items():
        setattr(plan, name, value)
    session.add(plan)
    session.flush()
    moved = move_due_days(session, plan, calendar, actor.today)
    old, new = asdict(before), asdict(settings)
    changed = [name for name in new if old[name] != new[name]]
    events.record(
        session,
        actor,
        "periods_set",
        plan_id=plan.id,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
        moved=moved,
    )
    events.announce(session, actor, "plan.periods_set", plan=plan.id, cycle=plan.cycle.value)
    return True


def move_due_days(session: Session, plan: Plan, calendar: WorkCalendar, today: date) -> list[dict[str, Any]]:
    """Bring due days that are not reached yet, of periods not closed, in line with plan and calendar; what moved."""
    schedule = Schedule.of(plan)
    open_ones = (
        select(ReportingPeriod)
        .where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.closed_at).is_(None),
            col(ReportingPeriod.due_on) >= today,
        )
        .order_by(col(ReportingPeriod.id))
        .with_for_update(key_share=True)
    )
    moved = []
    for period in session.execute(open_ones).scalars().all():
        bounds = PeriodBounds(period.name, period.starts_on, period.ends_on, period.due_on)
        due_on = _due_anew(bounds, schedule, calendar, today).due_on
        if due_on != period.due_on:
            moved.append({"name": period.name, "before": period.due_on, "after": due_on})
            period.due_on = due_on
            session.add(period)
    session.flush()
    return moved


def keep_gone(session: Session, plan: Plan, before: WorkCalendar, after: WorkCalendar, today: date) -> None:
    """Due days that have passed stay, also of periods nobody used, where another calendar would move them."""
    schedule = Schedule.of(plan)
    for bounds in rules.periods_of_year(schedule, before, known_periods(session, plan)):
        if bounds.due_on < today and rules.due_on(bounds.ends_on, schedule, after) != bounds.due_on:
            periods.keep(session, plan, bounds)


def _due_anew(bounds: PeriodBounds, schedule: Schedule, calendar: WorkCalendar, today: date) -> PeriodBounds:
    """A period of another cycle, one closed, and one whose due day has passed keep their due day."""
    fits = rules.period_of(bounds.starts_on, schedule, calendar)
    if bounds.is_closed or bounds.due_on < today:
        return bounds
    if (fits.starts_on, fits.ends_on) != (bounds.starts_on, bounds.ends_on):
        return bounds
    return fits


def _check(settings: PeriodSettings) -> None:
    fields: dict[str, str] = {}
    if settings.due_day is None or not 1 <= settings.due_day <= MOST_DAYS:
        fields["due_day"] = "截止日请填 1 到 31；31 表示当月最后一天。"
    if settings.due_months_after not in (0, 1):
        fields["due_months_after"] = "请选择当月或次月。"
    if settings.remind_days is None or not 0 <= settings.remind_days <= MOST_DAYS:
        fields["remind_days"] = "提前提醒的天数请填 0 到 31。"
    yellow, red = settings.yellow_points, settings.red_points
    if yellow is None or not 0 < yellow < MOST_POINTS:
        fields["yellow_points"] = "请填 1 到 99 的整数。"
    if red is None or not 0 < red <= MOST_POINTS:
        fields["red_points"] = "请填 1 到 100 的整数。"
    elif yellow is not None and "yellow_points" not in fields and red <= yellow:
        fields["red_points"] = "严重滞后的界限应当大于未达序时进度的界限。"
    if fields:
        raise InvalidInput(NOTHING, fields=fields)


def _keep_what_stays(
    session: Session, plan: Plan, schedule: Schedule, calendar: WorkCalendar, today: date
) -> None:
    if schedule == Schedule.of(plan):
        return
    rows = select(ReportingPeriod).where(col(ReportingPeriod.plan_id) == plan.id).with_for_update()
    held = session.execute(rows).scalars().all()  # nobody begins to use one while it goes
    staying = _staying(session, plan, schedule, calendar, today)
    for bounds in staying:
        periods.keep(session, plan, bounds)
    stays = {bounds.starts_on for bounds in staying}
    for row in held:
        if row.starts_on not in stays:  # nobody has used it
            session.delete(row)
    session.flush()


def _staying(
    session: Session, plan: Plan, schedule: Schedule, calendar: WorkCalendar, today: date
) -> list[PeriodBounds]:
    """The periods that another schedule leaves alone: those gone by (or due before today, where the cycle stays), those
    in use, and all before these.

    Where the cycle changes, the last ones gone by give way if nobody used them and the new cycle has no day to begin on
    after them. Raises ``InvalidInput`` where a period in use would have to.
    """
    old, known, used = Schedule.of(plan), known_periods(session, plan), _used(session, plan)
    changes = schedule.cycle is not old.cycle
    if changes and used:
        _refuse_overlap(schedule, calendar, used[-1])
    last_used = used[-1].starts_on if used else date.min
    so_far = rules.periods_of_year(old, calendar, known)
    if not changes:
        due = [each for each in so_far if each.starts_on <= last_used or each.due_on < today]
        return [*due, *(each for each in known if each not in due)]
    gone = [each for each in so_far if each.starts_on <= last_used or _is_gone(each, today)]
    while gone and gone[-1].starts_on > last_used and _overlaps(gone[-1], schedule, calendar):
        gone.pop()
    return gone


def _is_gone(period: PeriodBounds, today: date) -> bool:
    return max(period.due_on, period.ends_on) < today


def _overlaps(last: PeriodBounds, schedule: Schedule, calendar: WorkCalendar) -> bool:
    """Whether the first period of the new cycle would begin before this one ends."""
    return rules.period_of(last.ends_on + ONE_DAY, schedule, calendar).starts_on <= last.ends_on


def _refuse_overlap(schedule: Schedule, calendar: WorkCalendar, last: PeriodBounds) -> None:
    if not _overlaps(last, schedule, calendar):
        return
    following = rules.period_of(last.ends_on + ONE_DAY, schedule, calendar)
    until = f"{following.ends_on.year}年{following.ends_on.month}月{following.ends_on.day}日"
    words = f"“{last.name}”已经在用，改成“{CYCLE_LABELS[schedule.cycle]}”后，会与“{following.name}”重叠。"
    raise InvalidInput(NOTHING, fields={"cycle": f"{words}请先按现在的周期报到{until}，再改。"})


def _used(session: Session, plan: Plan) -> list[PeriodBounds]:
    """Periods somebody has opened, closed, or put anything into."""
    in_use = or_(
        col(ReportingPeriod.opened_at).is_not(None),
        col(ReportingPeriod.closed_at).is_not(None),
        *(
            col(ReportingPeriod.id).in_(select(col(table.period_id)).where(col(table.period_id).is_not(None)))
            for table in (ProgressReport, ReportDraft, Contribution, Attachment, Urging)
        ),
    )
    query = select(col(ReportingPeriod.id)).where(col(ReportingPeriod.plan_id) == plan.id, in_use)
    numbers = set(session.execute(query).scalars())
    return [each for each in known_periods(session, plan) if each.id in numbers]
