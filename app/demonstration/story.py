"""The invented year: what departments report month by month, and what the supervision office makes of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from random import Random

from sqlalchemy import select
from sqlmodel import Session, col

from app.config import OFFICE_ZONE
from app.demonstration import september
from app.demonstration.people import liaison, supervision
from app.demonstration.words import MARK, NEXT_STEPS, PROBLEMS, stage
from app.models.plan import PeriodCycle, Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import TaskStatus
from app.queries.tasks import Named, TaskRow, all_tasks, get_task
from app.rules.pace import pace
from app.rules.permissions import Viewer
from app.services import periods, review
from app.services.period_settings import PeriodSettings, set_periods
from app.services.progress import Statement, report_progress

PACES = (0.45, 0.78, 0.92, 0.95, 0.97, 1.0, 1.0, 1.02, 1.03, 1.18, 1.4)
"""How fast invented tasks go, against time; most are on pace."""
MONTHS = (3, 6, 7, 8, 9)
CLOSED_ON = (date(2018, 4, 8), date(2018, 7, 4), date(2018, 8, 3), date(2018, 9, 4))
"""When each table was closed; September is being reported on."""
CYCLES = ((date(2018, 1, 16), PeriodCycle.QUARTER), (date(2018, 7, 5), PeriodCycle.MONTH))
"""The office asked once a quarter until the summer, and every month from then on."""


def tell(session: Session, actor: Viewer, plan: Plan) -> None:
    """Everything through the same services as in an office, in order of time, the same on every machine."""
    chance = Random(plan.year)  # noqa: S311 - invents a demonstration
    deeds: list[tuple[datetime, int, Callable[[], None]]] = [
        (moment, row.id, _reporting(session, actor, row, unit, statement, moment))
        for row in all_tasks(session, actor, plan)
        if row.responsibility.lead_departments
        for unit in row.responsibility.lead_departments[:1]
        for moment, statement in _reports(row, plan, chance)
    ]
    deeds += [(at_four(day), 0, _closing(session, actor, plan, day)) for day in CLOSED_ON]
    deeds += [(at_four(day), 0, _asking(session, actor, plan, day, cycle)) for day, cycle in CYCLES]
    for _, _, deed in sorted(deeds, key=lambda each: each[:2]):
        deed()
    september.tell(session, actor, plan)


def at_four(day: date) -> datetime:
    return datetime.combine(day, time(16), OFFICE_ZONE)


def _reporting(
    session: Session, actor: Viewer, row: TaskRow, unit: Named, statement: Statement, moment: datetime
) -> Callable[[], None]:
    def report() -> None:
        task = get_task(session, actor, row.id)
        report_progress(session, task, statement, actor=liaison(actor, unit, moment))

    return report


def _closing(session: Session, actor: Viewer, plan: Plan, day: date) -> Callable[[], None]:
    def close() -> None:
        office = supervision(actor, at_four(day))
        ended = select(ReportingPeriod).where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.closed_at).is_(None),
            col(ReportingPeriod.ends_on) < day,
        )
        for period in list(session.execute(ended).scalars()):
            waiting = select(ProgressReport).where(
                col(ProgressReport.period_id) == period.id, col(ProgressReport.state) == ReportState.SUBMITTED
            )
            review.approve_all(session, list(session.execute(waiting).scalars()), actor=office)
            periods.close(session, period, actor=office, early=True)

    return close


def _asking(session: Session, actor: Viewer, plan: Plan, day: date, cycle: PeriodCycle) -> Callable[[], None]:
    def ask() -> None:
        wanted = replace(PeriodSettings.of(plan), cycle=cycle)
        set_periods(session, plan, wanted, actor=supervision(actor, at_four(day)))

    return ask


def _reports(row: TaskRow, plan: Plan, chance: Random) -> Iterator[tuple[datetime, Statement]]:
    speed = chance.choice(PACES)
    silent_in_september = chance.random() < 0.12
    if chance.random() < 0.05:
        return
    for month in MONTHS:
        if month == 9 and (silent_in_september or row.number in september.UNREPORTED):
            return
        day = date(plan.year, month, chance.randint(20, 27))
        completion = min(100, round(pace(plan.starts_on, row.due_on, day) * speed))
        slow = speed < 0.9
        done = completion >= 100
        moment = time(chance.randint(9, 17), chance.randint(0, 59))
        yield (
            datetime.combine(day, moment, OFFICE_ZONE),
            Statement(
                status=TaskStatus.COMPLETED if done else TaskStatus.IN_PROGRESS,
                completion=completion,
                progress=f"{MARK}截至{month}月下旬，{stage(completion)}",
                problems=MARK + chance.choice(PROBLEMS) if slow else "",
                next_steps=MARK + chance.choice(NEXT_STEPS) if not done else "",
            ),
        )
        if done:
            return
