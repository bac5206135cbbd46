"""Blank cells of a newer version: what the plan has stays until a person says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.models.imports import BatchState, ImportBatch
from app.queries.import_preview import FIELD_OF_KIND, FIELD_WORDS
from app.queries.imports import DEPARTMENT_FIELDS
from app.rules.matching import Comparison, Pair, Version

AS_BEFORE = "as_before"
"""The meaning of a blank cell that the plan knows better than the row above it (保留现行的)."""
ROLE_OF_FIELD = dict(zip(FIELD_WORDS, ("official", "lead", "main", "supporting"), strict=True))
_LEADS_AND_HELPS = "沿用上行为牵头，又列为配合"
"""What the importer says of a unit that leads by the row above only."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell left blank, read by the row above or as none, for which the plan has other words: they stay."""

    header: str
    words: str
    """Under which the importer asks about it."""
    kept: str
    choices: list[tuple[str, str]]
    """How it may be read from the file alone, (meaning, words for the officer)."""
    is_settled: bool
    """Whether a person has said that the plan's words are to stay."""
    fields: tuple[str, ...]

    def sentence(self) -> str:
        told = f"现行的表写的是“{self.kept}”" if self.kept else "现行的表也没有写"
        return f"“{self.header}”这一格是空的，{told}，先照现行的保留。"


@dataclass(slots=True)
class BlankCells:
    """The blank cells of a batch by row, and the table with the plan's words in them: what the commit writes."""

    recognised: dict[str, Any]
    of_row: dict[int, list[BlankCell]] = field(default_factory=dict)

    def rows(self) -> list[tuple[int, Row]]:
        """The rows concerned, as the commit writes them."""
        return [(key, self.recognised["tasks"][key]) for key in self.of_row]


def keep_blanks(batch: ImportBatch, comparison: Comparison) -> BlankCells:
    """Let the plan's words stay in the cells that a batch under check leaves blank.

    A batch that was committed says all it was committed with.
    """
    found = BlankCells(batch.recognised)
    if batch.state is not BatchState.PREVIEWED:
        return found
    tasks = list(batch.recognised["tasks"])
    headers = _headers(batch.recognised["columns"])
    settled = {each["words"] for each in batch.decisions.get("settled", ()) if each["meaning"] == AS_BEFORE}
    for pair in comparison.pairs:
        task = tasks[pair.new.key]
        if cells := list(_differing(pair, task, headers, settled)):
            found.of_row[pair.new.key] = cells
            tasks[pair.new.key] = _filled(task, pair.old, cells)
    _date(comparison, found.of_row, tasks)
    if found.of_row:
        found.recognised = {**batch.recognised, "tasks": tasks}
    return found


def _date(comparison: Comparison, cells: dict[int, list[BlankCell]], tasks: list[Row]) -> None:
    """The plan's day beside its words of a deadline."""
    for pair in comparison.pairs:
        filled = any("due" in cell.fields for cell in cells.get(pair.new.key, ()))
        if filled and pair.old.due and pair.old.due_on:
            tasks[pair.new.key]["due_on"] = pair.old.due_on.isoformat()


def _headers(columns: list[Row]) -> dict[str, str]:
    """Field → the words above its columns."""
    told: dict[str, list[str]] = {}
    for column in columns:
        if name := "due" if column["kind"] == "due" else FIELD_OF_KIND.get(column["kind"]):
            told.setdefault(name, []).append(column["header"])
    return {name: "、".join(words) for name, words in told.items()}


def _differing(pair: Pair, task: Row, headers: dict[str, str], settled: set[str]) -> Iterator[BlankCell]:
    questions = [issue["question"] for issue in task["issues"] if issue.get("question")]
    filled_in = any(each["kind"] == "lead" and each["meaning"] for each in questions)
    for question in questions:
        asked = question["words"].partition("@")[0]
        if question["kind"] != "blank" or (filled_in and asked == "lead_departments"):
            continue
        fields = (asked,)
        if (
            asked in DEPARTMENT_FIELDS
        ):  # 牵头：…配合：… in one cell fills fields that have no column of their own
            fields += tuple(name for name in DEPARTMENT_FIELDS if name not in headers and name != asked)
        if any(_value(pair.old, name) != _value(pair.new, name) for name in fields):
            choices = [(each["meaning"], each["label"]) for each in question["choices"]]
            words = question["words"]
            kept = _told(pair.old, fields)
            yield BlankCell(headers.get(asked, ""), words, kept, choices, words in settled, fields)


def _value(version: Version, name: str) -> tuple[str, ...]:
    if name == "due":
        return (version.due,)
    return tuple(who for role, who in version.shares if role == ROLE_OF_FIELD.get(name))


def _told(version: Version, fields: tuple[str, ...]) -> str:
    told = [(name, "、".join(_value(version, name))) for name in fields]
    filled = [(name, words) for name, words in told if words]
    if len(filled) == 1:
        return filled[0][1]
    return "；".join(f"{FIELD_WORDS[name]}：{words}" for name, words in filled)


def _filled(task: Row, old: Version, cells: list[BlankCell]) -> Row:
    """The row with the plan's words in its blank cells, and a note of it in place of the question."""
    told = {cell.words: cell.sentence() for cell in cells}
    fields = [name for cell in cells for name in cell.fields]
    filled = {**task, "inherited": [name for name in task["inherited"] if name not in fields]}
    filled["written"] = {name: words for name, words in task.get("written", {}).items() if name not in fields}
    for name in fields:
        if name == "due":
            filled["due_text"], filled["due_on"] = old.due, None
        else:
            filled[name] = list(_value(old, name))
    filled["issues"] = [
        {"level": "note", "place": issue["place"], "message": told[_words(issue)]}
        if _words(issue) in told
        else issue
        for issue in task["issues"]
        if not _is_void(issue, filled, fields)
    ]
    return filled


def _words(issue: Row) -> str:
    return str((issue.get("question") or {}).get("words", ""))


def _is_void(issue: Row, filled: Row, fields: list[str]) -> bool:
    """Whether an issue asks about what was only read so because of the blank: who leads and helps, that nobody does, or when."""
    kind = (issue.get("question") or {}).get("kind")
    if kind == "due":
        return "due" in fields
    if kind == "lead":
        return any(filled[name] for name in ("officials", *DEPARTMENT_FIELDS))
    return "lead_departments" in fields and _LEADS_AND_HELPS in issue["message"]
