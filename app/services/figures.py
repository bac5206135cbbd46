"""A task's figures (办理状态、完成率) as its newest report that counts says them, or as its parts add up."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Indicator, Task, TaskStatus
from app.queries.tasks import COUNTED_STATES, LAST_WORD_FIRST
from app.rules.parts import PartFacts, derived
from app.rules.targets import completion_told


def lock(session: Session, task: Task) -> None:
    """Hold the task, and first the whole it is a part of: a part's move changes the whole's figures too."""
    lock_all(session, [task])


def lock_all(session: Session, tasks: Iterable[Task]) -> None:
    """Hold many tasks in one order for everybody, wholes before parts, so that no two wait for each other."""
    wanted = {task.id or 0: task for task in tasks}
    for parent_id in sorted({task.parent_id for task in wanted.values() if task.parent_id} - set(wanted)):
        session.get(Task, parent_id, with_for_update=True, populate_existing=True)
    for task in sorted(wanted.values(), key=lambda each: (each.parent_id is not None, each.id)):
        session.refresh(task, with_for_update=True)


def lock_plan(session: Session, plan: Plan) -> None:
    """Hold every task of the plan: a report under way is finished first, and the next one finds what we leave."""
    in_order = (col(Task.parent_id).is_not(None), col(Task.id))
    tasks = select(col(Task.id)).where(col(Task.plan_id) == plan.id).order_by(*in_order)
    session.execute(tasks.with_for_update())


def refresh(session: Session, task: Task) -> None:
    """Bring the task's figures in line with what counts, after a report came, was returned, or a part moved.

    A task that was suspended (中止) or taken off the list (办结) stays as it was decided. Where the task is a part,
    the whole follows.
    """
    session.flush()
    _settle(session, task)
    if task.parent_id is not None:
        session.flush()
        _settle(session, session.get_one(Task, task.parent_id))


def told_before(session: Session, task: Task, period: ReportingPeriod) -> int | None:
    """完成率 as it stood until now, for whoever reports on this period: what a report without one would take away."""
    report = _newest(session, task, col(ReportingPeriod.starts_on) <= period.starts_on)
    return None if report is None else _completion(session, report)


def _settle(session: Session, task: Task) -> None:
    if task.status is TaskStatus.SUSPENDED or task.closed_at is not None:
        return
    report = _newest(session, task)
    if report is None:
        task.status, task.completion, task.reported_at = TaskStatus.NOT_STARTED, None, None
    else:
        task.status, task.completion = report.status, _completion(session, report)
        task.reported_at = report.submitted_at
    _add_up(session, task)
    session.add(task)


def _newest(session: Session, task: Task, *conditions: ColumnElement[bool]) -> ProgressReport | None:
    query = (
        select(ProgressReport)
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ProgressReport.task_id) == task.id, col(ProgressReport.state).in_(COUNTED_STATES), *conditions
        )
        .order_by(*LAST_WORD_FIRST)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def _completion(session: Session, report: ProgressReport) -> int | None:
    query = select(col(Indicator.target)).where(col(Indicator.task_id) == report.task_id)
    target = None if report.actual is None else session.execute(query).scalar_one_or_none()
    return completion_told(report, target)


def _add_up(session: Session, task: Task) -> None:
    if task.parent_id is not None:
        return
    parts = session.execute(select(Task).where(col(Task.parent_id) == task.id)).scalars().all()
    facts = [
        PartFacts(
            part.status,
            part.completion,
            part.weight,
            part.closed_at is not None,
            part.withdrawn_at is not None,
        )
        for part in parts
    ]
    task.status, task.completion = derived(facts, (task.status, task.completion))
    if not any(each.counts for each in facts):
        return
    told = [part.reported_at for part in parts if part.withdrawn_at is None and part.reported_at is not None]
    task.reported_at = max([*told, *([task.reported_at] if task.reported_at else [])], default=None)
