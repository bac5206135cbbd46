"""定格: one line of a closed period's table as it was kept, with what was said of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.models.progress import ReportState
from app.models.task import TaskStatus
from app.queries.tasks import COUNTED_STATES, Named, Responsibility, TaskRow
from app.rules.permissions import Action, Viewer, can
from app.rules.status import Facts, Judgement, Light, Thresholds, judge


@dataclass(frozen=True, slots=True)
class FrozenReport:
    """What a unit said of the task, under the name it had then."""

    period: str
    department: str
    author: str
    state: ReportState
    status: TaskStatus
    completion: int | None
    actual: float | None
    progress: str
    problems: str
    next_steps: str
    submitted_at: datetime | None
    return_reason: str = ""


@dataclass(frozen=True, slots=True)
class FrozenPart:
    """A part (分解项) of a task that was split, with what its own unit said."""

    id: int
    number: str
    standard: str
    departments: list[Named]
    report: FrozenReport | None = None
    before: FrozenReport | None = None

    @property
    def told(self) -> FrozenReport | None:
        """Its report of this period, where one counts."""
        return self.report if self.report is not None and self.report.state in COUNTED_STATES else None


@dataclass(frozen=True, slots=True)
class FrozenTask:
    """One line of the table as it stood: text, who answered for it, how it was judged, what was said of it."""

    id: int
    position: int
    number: str
    goal_id: int | None
    goal_number: str
    goal_name: str
    standard: str
    officials: list[Named]
    lead_departments: list[Named]
    main_departments: list[Named]
    supporting_departments: list[Named]
    due_text: str
    due_on: date
    status: TaskStatus
    light: Light
    completion: int | None
    pace: int | None
    explanation: str
    is_rated: bool
    progress: str
    reported_at: datetime | None
    inherited: list[str]
    extra: dict[str, Any]
    report: FrozenReport | None = None
    """The newest of this period: one that counts, or else the one that was returned."""
    before: FrozenReport | None = None
    """The newest that counts of any period before."""
    original_due_on: date | None = None
    parts: list[FrozenPart] = field(default_factory=list)
    """Those that stood in its place that day; none where that was not kept."""

    @classmethod
    def of(
        cls,
        row: TaskRow,
        report: FrozenReport | None,
        before: FrozenReport | None,
        parts: list[FrozenPart],
    ) -> "FrozenTask":
        people, judgement = row.responsibility, row.judgement
        return cls(
            row.id,
            row.position,
            row.number,
            row.goal_id,
            row.goal_number,
            row.goal_name,
            row.standard,
            people.officials,
            people.lead_departments,
            people.main_departments,
            people.supporting_departments,
            row.due_text,
            row.due_on,
            row.status or TaskStatus.NOT_STARTED,
            judgement.light,
            judgement.completion,
            judgement.pace,
            judgement.explanation,
            judgement.is_rated,
            row.progress,
            row.reported_at,
            row.inherited,
            row.extra,
            report,
            before,
            row.original_due_on,
            parts,
        )

    @property
    def responsibility(self) -> Responsibility:
        return Responsibility(
            self.officials, self.lead_departments, self.main_departments, self.supporting_departments
        )

    def as_row(self, viewer: Viewer) -> TaskRow:
        """The line as the ledger shows it; without its progress for a unit that had no part in the task then."""
        seen = can(viewer, Action.VIEW_PROGRESS, self.responsibility.shares())
        judgement = Judgement(self.light, self.completion, self.pace, self.explanation, self.is_rated)
        return TaskRow(
            id=self.id,
            position=self.position,
            number=self.number,
            goal_id=self.goal_id,
            goal_number=self.goal_number,
            goal_name=self.goal_name,
            standard=self.standard,
            responsibility=self.responsibility,
            due_text=self.due_text,
            due_on=self.due_on,
            status=self.status if seen else None,
            judgement=judgement if seen else self._hidden(),
            progress=self.progress if seen else "",
            reported_at=self.reported_at if seen else None,
            inherited=self.inherited,
            extra=self.extra if seen else {},
            original_due_on=self.original_due_on,
        )

    def _hidden(self) -> Judgement:
        return judge(Facts(None, None, self.due_on, self.due_on), self.due_on, Thresholds())
