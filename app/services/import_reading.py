"""An uploaded file read into the form a batch keeps; no database is touched."""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from app.errors import FileRefused
from app.models.imports import ImportBatch
from app.rules.plan_year import likely_year, usual_year, years_named
from app.services.bulk import uncollected
from app.services.import_gaps import settle_gaps
from importers import Decision, Decisions, ImportedRow, Listener, RecognisedTable, UnreadableFile, read_table

NOTHING_DECIDED = Decisions()


def recognise(
    data: bytes,
    name: str,
    *,
    year: int | None = None,
    decisions: Decisions = NOTHING_DECIDED,
    listener: Listener | None = None,
) -> RecognisedTable:
    """Read an uploaded file without touching the database. Raises ``FileRefused`` with the reason."""
    try:
        with uncollected():
            table = read_table(data, name, year=year, decisions=decisions, listener=listener)
            settle_gaps(table, decisions.leads)
            return table
    except UnreadableFile as refusal:
        raise FileRefused(str(refusal)) from refusal


def recognise_upload(
    data: bytes,
    name: str,
    today: date,
    *,
    year: int | None = None,
    decisions: Iterable[Decision] = (),
    listener: Listener | None = None,
) -> tuple[RecognisedTable, int]:
    """The table and its year. A file that names no year is read once more when its deadlines need one."""
    settled = Decisions.of(decisions)
    table = recognise(data, name, year=year, decisions=settled, listener=listener)
    found = year or guess_year(table, name, today)
    if year is None and any(_needs_year(task, settled) for task in table.tasks):
        table = recognise(data, name, year=found, decisions=settled, listener=listener)
    return table, found


def _needs_year(task: ImportedRow, settled: Decisions) -> bool:
    """Whether its deadline reads otherwise once the year is known, by itself or by what was said of an earlier file."""
    said = settled.dues_of_earlier_files
    return bool(task.due_text) and (
        task.due_on is None or (bool(said) and "".join(task.due_text.split()) in said)
    )


def guess_year(table: RecognisedTable, file_name: str, today: date) -> int:
    """The year in the heading, the file's name or the deadlines; where not one is named, a person is asked to confirm it."""
    years = years_named(table.title, file_name) or usual_year(task.due_text for task in table.tasks)
    return likely_year(years, today)


def year_in(title: str) -> int | None:
    """The year a person wrote into the title, if just one."""
    years = years_named(title, "")
    return years[0] if len(years) == 1 else None


def own_name(batch: ImportBatch, file_name: str, today: date) -> tuple[str, str]:
    """What the file calls itself, for a plan of its own: the heading, or else its name; and its year."""
    heading = batch.recognised["title"]
    year = likely_year(years_named(heading, file_name), today)
    return (heading or PurePosixPath(file_name).stem)[:200], str(year)


def stored_form(table: RecognisedTable) -> dict[str, Any]:
    """The published JSON form, plus which goal each task stands under (two may share a name), and each goal under which."""
    stored = table.as_dict()
    stored["goal_parents"] = [goal.parent for goal in table.goals]
    for task, row in zip(stored["tasks"], table.tasks, strict=True):
        task["goal_index"] = row.goal
    return stored
