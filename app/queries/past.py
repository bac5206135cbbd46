"""How a plan stood at the end of a period closed late: what was said, decided or imported since is taken out again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import office_date
from app.config import OFFICE_ZONE
from app.models.event import Event
from app.models.imports import ImportBatch
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Indicator, Task, TaskStatus
from app.queries.owed import Owed
from app.queries.splits import Split, splits
from app.queries.tasks import COUNTED_STATES, TaskRow, last_words
from app.rules.parts import PartFacts, derived, sum_of_parts
from app.rules.periods import ONE_DAY
from app.rules.status import Facts, Thresholds, judge
from app.rules.targets import completion_told

DECIDED = ("task_suspended", "task_resumed", "task_completed", "task_reopened")
"""Each says in ``before`` how the task stood until then."""
OF_PARTS = ("part_withdrawn", "task_split")
REVISED = ("task_revised", "task_set_back")
LISTED = ("task_withdrawn", "task_imported", *REVISED, *OF_PARTS)
"""By these a task comes into the table, leaves it, or comes back."""
RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Past:
    """What a plan's tasks were on that day."""

    as_of: date
    tasks: dict[int, Task]
    parts: dict[int, list[Task]]
    newest: dict[int, ProgressReport]
    """Each task's newest report that counts, of the period or an earlier one."""
    targets: dict[int, float]
    decided: dict[int, Any]
    """The first decision that came after that day."""
    listed: dict[int, bool]
    """Whether a task was in the table, where that has changed since."""
    moved: frozenset[int]
    """Tasks that stand elsewhere by now, themselves or in parts."""
    split: dict[int, Split]

    def was_listed(self, task: Task) -> bool:
        """Whether the table had it; a part (分解项) goes with the whole."""
        own = self.listed.get(task.id or 0, task.withdrawn_at is None or _day(task.withdrawn_at) > self.as_of)
        return own and (task.parent_id is None or self.was_listed(self.tasks[task.parent_id]))

    def was_closed(self, task: Task) -> bool:
        """Whether it had been verified and taken off the list (办结)."""
        since = self.decided.get(task.id or 0)
        if since is not None:
            return bool(since.kind == "task_reopened")
        return task.closed_at is not None and _day(task.closed_at) <= self.as_of

    def was_suspended(self, task: Task) -> bool:
        """Whether it had been set aside (中止)."""
        since = self.decided.get(task.id or 0)
        return (
            TaskStatus(since.detail["before"]["status"]) if since else task.status
        ) is TaskStatus.SUSPENDED

    def was_split(self, task: Task) -> bool:
        """Whether parts reported for it."""
        return any(self.was_listed(part) for part in self.parts.get(task.id or 0, []))

    def figures(self, task: Task) -> tuple[TaskStatus, int | None]:
        """办理状态 and 完成率 of the task itself: as decided, or else as reported by then."""
        if self.was_suspended(task) or self.was_closed(task):
            since = self.decided.get(task.id or 0)
            if since is None:
                return task.status, task.completion
            return TaskStatus(since.detail["before"]["status"]), since.detail["before"]["completion"]
        report = self.newest.get(task.id or 0)
        if report is None:
            return TaskStatus.NOT_STARTED, None
        return report.status, completion_told(report, self.targets.get(report.task_id))

    def was_asked(self, owed: Owed) -> bool:
        """Whether a report on the task, and not on its whole or its parts, was one of those asked for."""
        task = self.tasks[owed.reported_on]
        return self.was_listed(task) and not self.was_split(task)

    def is_due(self, owed: Owed) -> bool:
        """Whether the report that is missing was asked for on that day."""
        task, whole = self.tasks[owed.reported_on], self.tasks[owed.task_id]
        rests = any(self.was_suspended(each) or self.was_closed(each) for each in (task, whole))
        if rests or not self.was_asked(owed):
            return False
        status, _ = self.figures(task) if whole.id in self.moved else (task.status, None)
        return status is not TaskStatus.COMPLETED

    def rows(self, plan: Plan, rows: Iterable[TaskRow]) -> list[TaskRow]:
        """The lines of the table as they were; those that were not in it are left out."""
        listed = [row for row in rows if self.was_listed(self.tasks[row.id])]
        return [self._row(plan, row) if row.id in self.moved else row for row in listed]

    def _row(self, plan: Plan, row: TaskRow) -> TaskRow:
        task = self.tasks[row.id]
        parts = self.parts.get(task.id or 0, [])
        is_closed = self.was_closed(task)
        facts_of_parts = [self._part_facts(part) for part in parts]
        counted = [each for each in facts_of_parts if each.counts]
        rests = is_closed or self.was_suspended(task)
        own = self.figures(task)
        status, completion = own if rests else derived(facts_of_parts, own)
        signed = plan.issued_at is None or task.signed_at is not None
        facts = Facts(status, completion, task.starts_on, task.due_on, task.rating, is_closed, signed)
        judgement = judge(facts, self.as_of, Thresholds(plan.yellow_points, plan.red_points))
        report = self.newest.get(row.id)
        words = report.progress if report else ""
        if counted and report and row.id in self.split:
            words = self.split[row.id].told(words, report.submitted_at)
        told = [self.newest[each.id or 0].submitted_at for each in (task, *parts) if each.id in self.newest]
        return replace(
            row,
            status=status,
            judgement=judgement
            if rests or not counted
            else sum_of_parts(judgement, len(counted), are_begun=any(each.is_begun for each in counted)),
            progress=words,
            reported_at=max([each for each in told if each is not None], default=None),
        )

    def _part_facts(self, part: Task) -> PartFacts:
        status, completion = self.figures(part)
        return PartFacts(status, completion, part.weight, self.was_closed(part), not self.was_listed(part))


def day_after(day: date) -> datetime:
    """The moment the day is over for the office."""
    return datetime.combine(day + ONE_DAY, time(), OFFICE_ZONE).astimezone(UTC)


def look_back(session: Session, plan: Plan, period: ReportingPeriod, as_of: date) -> Past | None:
    """How the plan stood at the end of that day; None where nothing has moved since."""
    since = _since(session, plan, as_of)
    moved = _reported_later(session, plan, period) | _moved_by_now(session, plan, as_of)
    if not moved and not since:
        return None
    tasks = {
        task.id or 0: task
        for task in session.execute(select(Task).where(col(Task.plan_id) == plan.id)).scalars()
    }
    decided: dict[int, Any] = {}
    listed: dict[int, bool] = {}
    for row in since:
        task = tasks[row.task_id]
        if row.kind in DECIDED:
            decided.setdefault(row.task_id, row)
        elif (was := _was_listed_before(row, task)) is not None:
            listed.setdefault(row.task_id, was)
    for number in (*decided, *listed):
        moved.add(tasks[number].parent_id or number)
    parts: dict[int, list[Task]] = {}
    for task in tasks.values():
        if task.parent_id is not None:
            parts.setdefault(task.parent_id, []).append(task)
    split = splits(session, select(col(Task.id)).where(col(Task.plan_id) == plan.id).subquery())
    newest, targets = _newest(session, plan, period), _targets(session, plan)
    return Past(as_of, tasks, parts, newest, targets, decided, listed, frozenset(moved), split)


def _was_listed_before(row: Any, task: Task) -> bool | None:
    """Whether the task was in the table before this event; None where the event says nothing of that."""
    if row.kind in OF_PARTS and task.parent_id is None:  # told of the whole, too
        return None
    if row.kind in REVISED:
        return False if RESTORED in row.detail["changes"] else None
    if row.kind == "task_imported":  # a table imported late as a whole was there before on paper
        return False if row.is_revision else None
    return row.kind != "task_split"


def _since(session: Session, plan: Plan, as_of: date) -> list[Any]:
    query = (
        select(col(Event.task_id), col(Event.kind), col(Event.detail), col(ImportBatch.is_revision))
        .outerjoin(ImportBatch, col(ImportBatch.id) == col(Event.batch_id))
        .where(
            col(Event.jurisdiction_id) == plan.jurisdiction_id,
            col(Event.plan_id) == plan.id,
            col(Event.task_id).is_not(None),
            col(Event.kind).in_((*DECIDED, *LISTED)),
            col(Event.at) >= day_after(as_of),
        )
        .order_by(col(Event.sequence))
    )
    return list(session.execute(query))


def _reported_later(session: Session, plan: Plan, period: ReportingPeriod) -> set[int]:
    query = (
        select(_whole())
        .join(ProgressReport, col(ProgressReport.task_id) == col(Task.id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(ProgressReport.period_id))
        .where(
            col(ReportingPeriod.plan_id) == plan.id,
            col(ReportingPeriod.starts_on) > period.starts_on,
            col(ProgressReport.state).in_(COUNTED_STATES),
        )
        .distinct()
    )
    return set(session.execute(query).scalars())


def _moved_by_now(session: Session, plan: Plan, as_of: date) -> set[int]:
    """What the tasks themselves tell: when they were taken off the list, or withdrawn."""
    later = (col(Task.closed_at) >= day_after(as_of)) | (col(Task.withdrawn_at) >= day_after(as_of))
    return set(session.execute(select(_whole()).where(col(Task.plan_id) == plan.id, later)).scalars())


def _whole() -> Any:
    return func.coalesce(col(Task.parent_id), col(Task.id))


def _newest(session: Session, plan: Plan, period: ReportingPeriod) -> dict[int, ProgressReport]:
    newest = last_words(
        col(ReportingPeriod.plan_id) == plan.id, col(ReportingPeriod.starts_on) <= period.starts_on
    )
    found = session.execute(select(ProgressReport).where(col(ProgressReport.id).in_(newest))).scalars()
    return {report.task_id: report for report in found}


def _targets(session: Session, plan: Plan) -> dict[int, float]:
    query = select(col(Indicator.task_id), col(Indicator.target)).join(
        Task, col(Task.id) == col(Indicator.task_id)
    )
    return {row.task_id: row.target for row in session.execute(query.where(col(Task.plan_id) == plan.id))}


def _day(moment: datetime) -> date:
    return office_date(moment)
