"""The checking page of an import: the file's own table beside what it becomes, and every doubt."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.imports import ImportBatch
from app.queries.directory import names_to_ids
from app.queries.import_aliases import AlikeNames, AlikePair, meant, mentions
from app.queries.import_goals import GoalAbove, goals_begun, goals_of
from app.queries.import_names import doubtful_names
from app.queries.imports import NewNames, new_names, original_name
from app.rules.permissions import Viewer
from app.rules.plan_year import doubt_of_year, years_named

URGENCY = {"error": 0, "warning": 1, "note": 2}
PAGE = 200
"""Rows of the table shown at once."""

FIELD_OF_KIND = {
    "officials": "officials",
    "official": "officials",
    "lead_department": "lead_departments",
    "main_department": "main_departments",
    "supporting_department": "supporting_departments",
    "responsible": "lead_departments",
}
FIELD_WORDS = {
    "officials": "分管领导",
    "lead_departments": "牵头单位",
    "main_departments": "主责单位",
    "supporting_departments": "配合单位",
}
_JOINED = re.compile(r"换行的((?:“[^”]+”)+)按一个单位“(.+?)”")


@dataclass(slots=True)
class Doubt:
    """One reading to be checked, with all places it occurs at; a row is counted from 1, 0 is the file as a whole.

    ``kind`` says what can be done on the spot: column, name, post, blank, repeat, lead, due (a decision), alike (an
    alias), year, or nothing.
    """

    level: str
    messages: list[str]
    places: list[tuple[int, str]]
    kind: str = ""
    words: str = ""
    meaning: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    pairs: list[AlikePair] = field(default_factory=list)
    """alike: names that may be one unit, all in one list."""
    task: str = ""
    """lead: the words of the task nobody answers for."""
    others: int = 0
    """lead: how many more tasks under its goal nobody answers for."""

    @property
    def is_open(self) -> bool:
        return self.level != "note"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the file's own table, and how it was read."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ReadName:
    """A name as the plan will have it."""

    name: str
    mark: str = ""
    is_new: bool = False
    written: str = ""
    """How the file writes it, when the directory knows it by another name."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One task: its cells in the file's own columns, and what becomes of them."""

    number: int
    place: str
    cells: list[Cell]
    names: list[tuple[str, list[ReadName]]]
    due_on: str
    due_mark: str
    due_is_whole_year: bool
    issues: list[dict[str, Any]]
    goals_above: list[GoalAbove]


@dataclass(frozen=True, slots=True)
class Preview:
    """Totals, columns, doubts, and one page of rows."""

    file_name: str
    goals: int
    tasks: int
    officials: int
    departments: int
    new: NewNames
    columns: list[dict[str, Any]]
    has_columns: bool
    """Whether the file is a table, so that a person can say what a column is."""
    doubts: list[Doubt]
    year_doubt: str
    """What to ask about the year of the plan, beside its field."""
    rows: list[PreviewRow]
    page: int
    pages: int

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if doubt.is_open]

    @property
    def notes(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if not doubt.is_open]

    def page_of(self, row: int) -> int:
        return (row - 1) // PAGE + 1


def preview(
    session: Session,
    viewer: Viewer,
    batch: ImportBatch,
    *,
    page: int = 1,
    alike: AlikeNames | None = None,
    is_for_new_plan: bool = False,
    recognised: dict[str, Any] | None = None,
) -> Preview:
    """The batch as read. ``alike``: names that may be one unit.

    The year of a new plan is a doubt where the file does not name just one; a plan that is there has its own.
    ``recognised`` is the table as it would be written onto that plan.
    """
    recognised = recognised or batch.recognised
    tasks = recognised["tasks"]
    page = min(max(page, 1), max(1, -(-len(tasks) // PAGE)))
    first = (page - 1) * PAGE
    new = new_names(session, viewer, batch)
    directory = _Directory.of(session, batch, new)
    shown = tasks[first : first + PAGE]
    before: list[list[int]] = [[], *(goals_of(recognised, task) for task in shown)]
    rows = [
        _row(batch, directory, number, task, goals_begun(recognised, before[number - first - 1], task))
        for number, task in enumerate(shown, first + 1)
    ]
    file_name = original_name(session, batch)
    year_doubt = _year_doubt(batch, file_name) if is_for_new_plan else ""
    doubts = _doubts(recognised, alike or AlikeNames(), _doubtful(session, viewer, batch))
    if year_doubt:
        doubts.insert(0, Doubt("warning", [year_doubt], [(0, "")], "year"))
    return Preview(
        file_name=file_name,
        goals=len(recognised["goals"]),
        tasks=len(tasks),
        officials=len({name for task in tasks for name in task["officials"]}),
        departments=len({directory.meant(name) for name in mentions(batch)}),
        new=new,
        columns=recognised["columns"],
        has_columns=recognised["layout"] == "table",
        doubts=doubts,
        year_doubt=year_doubt,
        rows=rows,
        page=page,
        pages=max(1, -(-len(tasks) // PAGE)),
    )


def _year_doubt(batch: ImportBatch, file_name: str) -> str:
    if years_named(batch.title, "") == [batch.year]:
        return ""  # the person named the plan so
    return doubt_of_year(years_named(batch.recognised["title"], file_name), batch.year)


@dataclass(frozen=True, slots=True)
class _Directory:
    """Names of units as the jurisdiction writes them."""

    departments: dict[str, int]
    written: dict[int, str]
    new: set[str]
    same: dict[str, str]

    @classmethod
    def of(cls, session: Session, batch: ImportBatch, new: NewNames) -> "_Directory":
        _, departments = names_to_ids(session, batch.jurisdiction_id)
        query = select(col(Department.id), col(Department.name)).where(
            col(Department.jurisdiction_id) == batch.jurisdiction_id
        )
        written = {row.id: row.name for row in session.execute(query)}
        same = meant(batch, departments)
        return cls(departments, written, {*new.officials, *new.departments}, same)

    def read(self, name: str, mark: str) -> ReadName:
        known = self.meant(name)
        return ReadName(known, mark, known in self.new, name if known != name else "")

    def meant(self, name: str) -> str:
        name = self.same.get(name, name)
        return self.written.get(self.departments.get(name, 0), name)


def _row(
    batch: ImportBatch,
    directory: _Directory,
    number: int,
    task: dict[str, Any],
    goals_above: list[GoalAbove],
) -> PreviewRow:
    marks, written = _marks(task)
    joined = {
        name: pieces.strip("“”").replace("”“", " ⏎ ")
        for issue in task["issues"]
        for pieces, name in _JOINED.findall(issue["message"])
    }
    names = [
        (
            words,
            [
                directory.read(name, "joined" if name in joined else marks.get(each, ""))
                for name in task[each]
            ],
        )
        for each, words in FIELD_WORDS.items()
        if task[each]
    ]
    cells = [_cell(task, column, marks, written, joined) for column in batch.recognised["columns"]]
    due_on = task["due_on"] or f"{batch.year}-12-31"
    whole_year = not task["due_on"]
    due_mark = marks.get("due_on", "")
    return PreviewRow(
        number, task["place"], cells, names, due_on, due_mark, whole_year, task["issues"], goals_above
    )


def _marks(task: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """How each field was read, the most doubtful word last; and what the file says where that is known."""
    marks = dict.fromkeys(task["inherited"], "inherited")
    written: dict[str, str] = {}
    for issue in task["issues"]:
        question = issue.get("question")
        if question is None:
            continue
        if question["kind"] == "blank" and issue["level"] != "note":
            marks[question["words"].partition("@")[0]] = "guess"
        if question["kind"] == "lead" and question["meaning"]:
            marks["lead_departments"] = "supplied"
        if question["kind"] == "parting" and issue["level"] != "note":
            marks |= dict.fromkeys(
                (each for each in FIELD_WORDS if each != "officials" and task[each]), "guess"
            )
        if question["kind"] == "due":
            marks["due_on"] = "supplied" if issue["level"] == "note" else "guess"
        for each in FIELD_WORDS:
            if question["kind"] in ("name", "post") and "、".join(task[each]) == question["meaning"]:
                marks[each], written[each] = "guess", question["words"]
    return marks, written


def _cell(
    task: dict[str, Any],
    column: dict[str, Any],
    marks: dict[str, str],
    written: dict[str, str],
    joined: dict[str, str],
) -> Cell:
    kind = column["kind"]
    if kind in FIELD_OF_KIND:
        each = FIELD_OF_KIND[kind]
        if marks.get(each) == "supplied":
            return Cell("")
        names = [joined.get(name, name) for name in task[each]]
        if names == task[each]:
            words = written.get(each) or task.get("written", {}).get(each)
            return Cell(words or "、".join(names), marks.get(each, ""))
        return Cell("、".join(names), "guess" if each in written else "joined")
    if kind == "number":
        number = task["number"]
        return Cell("" if number is None else str(number), marks.get("number", ""))
    if kind in ("goal", "section"):
        return Cell(task["goal"] or "", marks.get("goal", ""))
    if kind == "task":
        return Cell(task["standard"])
    if kind == "due":
        return Cell(task["due_text"], marks.get("due", ""))
    if kind == "progress":
        return Cell(task["progress"])
    return Cell(str(task["extra"].get(column["header"], "")))


def _doubts(recognised: dict[str, Any], alike: AlikeNames, doubtful: dict[str, Doubt]) -> list[Doubt]:
    """The worklist: what one answer settles is one entry, however many rows it stands in."""
    found: dict[Any, Doubt] = {}
    gaps = Counter(task["goal_index"] for task in recognised["tasks"] if _is_gap(task))
    rows = enumerate(recognised["tasks"], 1)
    issues = [(0, issue) for issue in recognised["issues"] if issue.get("kind") != "alike"]
    issues += [(number, issue) for number, task in rows for issue in task["issues"]]
    for number, issue in issues:
        doubt = _doubt(number, issue)
        if doubt.kind == "lead":
            if doubt.meaning:
                continue  # filled in: it stands among what was settled
            doubt.task = recognised["tasks"][number - 1]["standard"]
            doubt.others = gaps[recognised["tasks"][number - 1]["goal_index"]] - 1
        key = (doubt.kind, doubt.words) if doubt.kind else len(found)
        if key in found:
            known = found[key]
            known.messages += [each for each in doubt.messages if each not in known.messages]
            known.places += [each for each in doubt.places if each not in known.places]
        else:
            found[key] = doubt
    if alike.open:
        message = f"有 {len(alike.open)} 对名称写法相近，可能是同一个单位，现在都按两个单位读入"
        found["alike"] = Doubt("warning", [message], [(0, "单位名称")], "alike", pairs=alike.open)
    found.update(doubtful)
    return sorted(found.values(), key=lambda doubt: URGENCY.get(doubt.level, 0))


def _is_gap(task: dict[str, Any]) -> bool:
    """Whether nobody answers for the task yet (没有责任单位)."""
    questions = [issue["question"] for issue in task["issues"] if issue.get("question")]
    return any(each["kind"] == "lead" and not each["meaning"] for each in questions)


def _doubt(number: int, issue: dict[str, Any]) -> Doubt:
    doubt = Doubt(issue["level"], [issue["message"]], [(number, issue["place"])])
    question = issue.get("question")
    if question:
        doubt.kind, doubt.words, doubt.meaning = question["kind"], question["words"], question["meaning"]
        doubt.choices = [(each["meaning"], each["label"]) for each in question["choices"]]
    return doubt


def _doubtful(session: Session, viewer: Viewer, batch: ImportBatch) -> dict[str, Doubt]:
    """Names of the file behind which somebody else may stand."""
    places: dict[str, list[tuple[int, str]]] = {}
    for number, task in enumerate(batch.recognised["tasks"], 1):
        for name in {name for each in FIELD_WORDS for name in task[each]}:
            places.setdefault(name, []).append((number, task["place"]))
    return {
        name: Doubt("warning", [sentence], places[name])
        for name, sentence in doubtful_names(session, viewer)
        if name in places
    }
