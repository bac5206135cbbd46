"""What every table becomes, whatever its format: plain rows that know nothing of a database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from importers.decisions import Question
from importers.values.deadlines import Certainty


class Layout(StrEnum):
    """Whether the office drew a table or wrote numbered paragraphs."""

    TABLE = "table"
    PARAGRAPHS = "paragraphs"


class Level(StrEnum):
    """How much an issue matters: an error drops the row, a warning asks, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class IssueKind(StrEnum):
    """A doubt that a page treats in its own way, known by this and not by its wording."""

    ALIKE = "alike"  # two names that may be one unit


@dataclass(frozen=True, slots=True)
class Issue:
    """A doubtful reading, told in Chinese with its place, so that an officer can settle it."""

    level: Level
    place: str
    message: str
    question: Question | None = None
    kind: IssueKind | None = None
    names: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {"level": self.level, "place": self.place, "message": self.message}
        if self.kind is not None:
            told |= {"kind": self.kind, "names": list(self.names)}
        if self.question is not None:
            told["question"] = self.question.as_dict()
        return told


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the issued table: its header as written (white space removed) and what it holds."""

    header: str
    kind: str


@dataclass(frozen=True, slots=True)
class ReadGoal:
    """A goal (目标) in the order of the file. A plain numeral is an int, any other numbering its own words."""

    number: int | str | None
    name: str
    parent: int | None = None  # the heading above it, as an index into the goals


@dataclass(slots=True)
class ImportedRow:
    """One task (工作标准) as the office wrote it.

    ``goal`` is an index into ``RecognisedTable.goals`` (None: the task stands under no goal).
    ``inherited`` names the fields whose value was carried down from the row above, because the cell was
    merged or left blank: any of ``number``, ``goal``, ``officials``, ``lead_departments``,
    ``main_departments``, ``supporting_departments``, ``due``.
    ``extra`` keeps the columns Duban has no field for, header → text.
    """

    number: int | str | None
    goal: int | None
    standard: str
    officials: list[str] = field(default_factory=list)
    lead_departments: list[str] = field(default_factory=list)
    main_departments: list[str] = field(default_factory=list)
    supporting_departments: list[str] = field(default_factory=list)
    due_text: str = ""
    due_on: date | None = None
    due_certainty: Certainty | None = None
    progress: str = ""
    place: str = ""
    inherited: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(
        default_factory=dict
    )  # field → its cell's words, where the names say less
    unmarked_roles: bool = False  # leads and helpers stand in one list of the cell, without a mark
    says_who_leads: bool = False  # the cell itself marks its leads (甲局、乙局分别牵头)


@dataclass(slots=True)
class RecognisedTable:
    """A whole 责任分解表 as read: title, columns, goals, tasks, and every doubt."""

    title: str
    layout: Layout
    columns: list[Column]
    goals: list[ReadGoal]
    tasks: list[ImportedRow]
    issues: list[Issue] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)  # why each decision was taken, for `duban read --explain`

    def tell_at_rows(self) -> None:
        """Hand each doubt about a row to the task read there: who looks at the task sees it."""
        tasks: dict[str, ImportedRow] = {}
        for task in self.tasks:
            tasks.setdefault(task.place, task)
        kept: list[Issue] = []
        for issue in self.issues:
            if issue.kind is None and issue.place in tasks:
                tasks[issue.place].issues.append(issue)
            else:
                kept.append(issue)
        self.issues = kept

    def all_issues(self) -> Iterator[Issue]:
        """The doubts of the file, then those of each row, in reading order."""
        yield from self.issues
        for task in self.tasks:
            yield from task.issues

    def as_dict(self) -> dict[str, Any]:
        """The JSON that ``duban read --json`` prints; its keys are a published contract."""
        return {
            "title": self.title,
            "layout": self.layout,
            "columns": [{"header": column.header, "kind": column.kind} for column in self.columns],
            "goals": [{"number": goal.number, "name": goal.name} for goal in self.goals],
            "tasks": [self._task_as_dict(task) for task in self.tasks],
            "issues": [issue.as_dict() for issue in self.issues],
        }

    def _task_as_dict(self, task: ImportedRow) -> dict[str, Any]:
        return {
            "number": task.number,
            "goal": None if task.goal is None else self.goals[task.goal].name,
            "standard": task.standard,
            "officials": task.officials,
            "lead_departments": task.lead_departments,
            "main_departments": task.main_departments,
            "supporting_departments": task.supporting_departments,
            "due_text": task.due_text,
            "due_on": task.due_on.isoformat() if task.due_on else None,
            "progress": task.progress,
            "place": task.place,
            "inherited": task.inherited,
            "issues": [issue.as_dict() for issue in task.issues],
            "extra": task.extra,
            "written": task.written,
        }
