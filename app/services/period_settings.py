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
    known = _used(session, plan)
    if settings.cycle is not plan.cycle:
        _refuse_overlap(schedule, calendar, known)
        known = _with_gaps_filled(plan, calendar, known)
    return [
        _due_anew(each, schedule, calendar, actor.today)
        for each in rules.periods_of_year(schedule, calendar, known)
    ]


def set_periods(session: Session, plan: Plan, settings: PeriodSettings, *, actor: Viewer) -> bool:
    """Change how often and by when units report; False where nothing changed.

    Periods with reports stay as they are. Those to come follow the new cycle, and due days that are not reached yet
    the new due day. Raises ``Conflict`` where a period of the new cycle would overlap one that has reports.
    """
    require(actor, Action.MANAGE_PERIODS)
    _check(settings)
    session.refresh(plan, with_for_update={"key_share": True})
    require_open_plan(plan)
    before = PeriodSettings.of(plan)
    if before == settings:
        return False
    calendar = work_calendar(session, plan.jurisdiction_id)
    if settings.cycle is not plan.cycle:
        _change_cycle(session, plan, settings.schedule(plan), calendar)
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


def _change_cycle(session: Session, plan: Plan, schedule: Schedule, calendar: WorkCalendar) -> None:
    rows = select(ReportingPeriod).where(col(ReportingPeriod.plan_id) == plan.id).with_for_update()
    held = session.execute(rows).scalars().all()  # nobody begins to use one while it goes
    used = _used(session, plan)
    _refuse_overlap(schedule, calendar, used)
    for bounds in _with_gaps_filled(plan, calendar, used):
        periods.keep(session, plan, bounds)
    last = used[-1].ends_on if used else None
    for row in held:
        if last is None or row.starts_on > last:  # nobody has used it
            session.delete(row)
    session.flush()


def _refuse_overlap(schedule: Schedule, calendar: WorkCalendar, used: list[PeriodBounds]) -> None:
    if not used:
        return
    last = used[-1]
    following = rules.period_of(last.ends_on + ONE_DAY, schedule, calendar)
    if following.starts_on > last.ends_on:
        return
    until = f"{following.ends_on.year}年{following.ends_on.month}月{following.ends_on.day}日"
    words = f"“{last.name}”已经在用，改成“{CYCLE_LABELS[schedule.cycle]}”后，会与“{following.name}”重叠。"
    raise InvalidInput(NOTHING, fields={"cycle": f"{words}请先按现在的周期报到{until}，再改。"})


def _with_gaps_filled(plan: Plan, calendar: WorkCalendar, used: list[PeriodBounds]) -> list[PeriodBounds]:
    """Periods of the cycle so far, from the plan's first day up to the last one in use, so that no day is lost."""
    if not used:
        return []
    so_far = rules.periods_of_year(Schedule.of(plan), calendar, used)
    return [each for each in so_far if each.starts_on <= used[-1].starts_on]


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
