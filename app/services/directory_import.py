"""名录 from Excel: what an uploaded workbook would change, and the change. The preview is the change, undone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session, col

from app.errors import AppError, Conflict, InvalidInput, NotFound
from app.models.directory import Department, Official
from app.models.imports import ImportBatch, StoredFile
from app.queries import directory_sheet as words
from app.queries.directory_entries import (
    DepartmentEntry,
    OfficialEntry,
    department_entries,
    official_entries,
)
from app.rules.permissions import Action, Viewer, require
from app.rules.text import digest_of
from app.services import events
from app.services.directory import wait_in_line
from app.services.directory_order import put_in_order
from app.services.directory_rows import UnknownName, write_department, write_official
from app.services.directory_sheets import SheetRow, Sheets, read_sheets


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class RowFate:
    """One line of the workbook and what comes of it."""

    sheet: str
    place: str
    name: str
    fate: Fate = Fate.UNCHANGED
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    """Column, old, new."""
    reason: str = ""
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class DirectoryChange:
    """What a workbook does to the directory, line by line."""

    rows: list[RowFate]
    moved: dict[str, int]
    """How many entries of each sheet get another place in the order."""
    unread: list[str] = field(default_factory=list)
    """Columns of the file that are none of the directory's."""

    def of(self, fate: Fate) -> list[RowFate]:
        return [row for row in self.rows if row.fate == fate]

    @property
    def changes_anything(self) -> bool:
        return bool(self.of(Fate.NEW) or self.of(Fate.CHANGED) or self.moved)

    @property
    def digest(self) -> str:
        """The change in short; the form that commits it carries this, so that what was shown is what is done."""
        told = [(row.place, row.fate.value, row.changes, row.reason) for row in self.rows]
        return digest_of((told, sorted(self.moved.items())))


def keep_workbook(session: Session, data: bytes, name: str, *, actor: Viewer) -> StoredFile:
    """Keep an uploaded workbook to be checked. Raises ``FileRefused`` when it holds no directory."""
    require(actor, Action.EDIT_DIRECTORY)
    read_sheets(data, name)
    file = StoredFile(
        jurisdiction_id=actor.jurisdiction_id,
        name=name[:200],
        size=len(data),
        sha256=sha256(data).hexdigest(),
        content=data,
        uploaded_at=actor.now,
    )
    session.add(file)
    session.flush()
    return file


def get_workbook(session: Session, viewer: Viewer, file_id: int) -> StoredFile:
    """A workbook kept to be checked; the original of a plan is none. Raises ``NotFound``."""
    require(viewer, Action.EDIT_DIRECTORY)
    query = select(StoredFile).where(
        col(StoredFile.id) == file_id,
        col(StoredFile.jurisdiction_id) == viewer.jurisdiction_id,
        ~exists().where(col(ImportBatch.file_id) == col(StoredFile.id)),
    )
    file = session.execute(query).scalar_one_or_none()
    if file is None:
        raise NotFound("没有找到这份名录文件。", "请重新上传。")
    return file


def preview_workbook(session: Session, file: StoredFile, *, actor: Viewer) -> DirectoryChange:
    """What the workbook would change. The transaction is undone: nothing is written."""
    require(actor, Action.EDIT_DIRECTORY)
    change = _apply(session, read_sheets(file.content, file.name), actor)
    session.rollback()
    return change


def commit_workbook(session: Session, file: StoredFile, *, shown: str, actor: Viewer) -> DirectoryChange:
    """Write what was shown, in one transaction. Raises ``Conflict`` when the directory has changed since."""
    require(actor, Action.EDIT_DIRECTORY)
    change = _apply(session, read_sheets(file.content, file.name), actor)
    if change.digest != shown:
        raise Conflict("名录在您核对期间有了改动，还没有写入。", "请把现在的对照结果再看一遍后确认。")
    if change.changes_anything:
        events.record(
            session,
            actor,
            "directory_imported",
            file=file.name,
            added=len(change.of(Fate.NEW)),
            changed=len(change.of(Fate.CHANGED)),
            refused=len(change.of(Fate.REFUSED)),
            moved=sum(change.moved.values()),
        )
    session.flush()
    return change


def _apply(session: Session, sheets: Sheets, actor: Viewer) -> DirectoryChange:
    wait_in_line(session, actor)
    rows = sheets.rows
    units = {entry.id: entry for entry in department_entries(session, actor)}
    people = {entry.id: entry for entry in official_entries(session, actor)}
    fates = [RowFate(row.sheet, row.place, _name(row)) for row in rows]
    lines = list(zip(rows, fates, strict=True))
    units_told = [line for line in lines if line[0].sheet == words.DEPARTMENTS]
    people_told = [line for line in lines if line[0].sheet == words.OFFICIALS]
    _write_all(session, units_told, lambda row, taken: write_department(session, row, units, taken, actor))
    _write_all(session, people_told, lambda row, taken: write_official(session, row, people, taken, actor))
    moved = {
        words.DEPARTMENTS: _put_in_order(session, Department, units_told, actor),
        words.OFFICIALS: _put_in_order(session, Official, people_told, actor),
    }
    units_now = {entry.id: entry for entry in department_entries(session, actor)}
    people_now = {entry.id: entry for entry in official_entries(session, actor)}
    called = {entry.id: entry.name for entry in units_now.values()}
    for _, fate in units_told:
        _compare(fate, units, units_now, lambda entry: _department_words(entry, called))
    for _, fate in people_told:
        _compare(fate, people, people_now, _official_words)
    return DirectoryChange(fates, {sheet: count for sheet, count in moved.items() if count}, sheets.unread)


def _name(row: SheetRow) -> str:
    return row.says(words.NAME if row.sheet == words.DEPARTMENTS else words.PERSON)


def _write_all(
    session: Session,
    lines: list[tuple[SheetRow, RowFate]],
    write: Callable[[SheetRow, set[int]], int],
) -> None:
    """Each line wholly or not at all; one that names a unit further down waits until that is written."""
    taken: set[int] = set()
    waiting = lines
    while waiting:
        later: list[tuple[SheetRow, RowFate]] = []
        for row, fate in waiting:
            try:
                with session.begin_nested():
                    fate.entry_id = write(row, taken)
                taken.add(fate.entry_id)
                fate.reason = ""
            except UnknownName as refusal:
                fate.reason = refusal.sentence()
                later.append((row, fate))
            except AppError as refusal:
                fate.fate, fate.reason = Fate.REFUSED, _reason(refusal)
        if len(later) == len(waiting):
            for _, fate in later:
                fate.fate = Fate.REFUSED
            return
        waiting = later


def _reason(refusal: AppError) -> str:
    if isinstance(refusal, InvalidInput) and refusal.fields:
        return "".join(refusal.fields.values())
    return refusal.sentence()


def _put_in_order(
    session: Session,
    table: type[Department] | type[Official],
    lines: list[tuple[SheetRow, RowFate]],
    actor: Viewer,
) -> int:
    """Order all by the numbers in the file; who has none there keeps the own. The same file gives the same order."""
    entries: list[Any] = [
        *(department_entries(session, actor) if table is Department else official_entries(session, actor))
    ]
    wanted: dict[int, tuple[int, int]] = {}
    for place, (row, fate) in enumerate(lines):
        number = row.says(words.NUMBER)
        if fate.entry_id and number.isascii() and number.isdigit() and len(number) < 7:
            wanted[fate.entry_id] = (int(number), place)
    current = [entry.id for entry in entries if entry.is_current]
    numbers = {entry.id: entry.number for entry in entries}
    order = sorted(current, key=lambda each: wanted.get(each, (numbers[each], len(lines))))
    moved = sum(one != other for one, other in zip(current, order, strict=True))
    if moved:
        put_in_order(
            session, table, order + [each.id for each in entries if not each.is_current], actor=actor
        )
    return moved


def _compare(
    fate: RowFate, before: dict[int, Any], after: dict[int, Any], told: Callable[[Any], dict[str, str]]
) -> None:
    if fate.fate is Fate.REFUSED or fate.entry_id is None:
        return
    fate.name = after[fate.entry_id].name
    new = told(after[fate.entry_id])
    if fate.entry_id not in before:
        fate.fate = Fate.NEW
        fate.changes = [(column, "", text) for column, text in new.items() if text]
        return
    old = told(before[fate.entry_id])
    fate.changes = [(column, old[column], text) for column, text in new.items() if text != old[column]]
    fate.fate = Fate.CHANGED if fate.changes else Fate.UNCHANGED


def _department_words(entry: DepartmentEntry, called: dict[int, str]) -> dict[str, str]:
    """``called``: units by their names of now, so that one that is only renamed changes no other line."""
    parent, successor = entry.parent, entry.successor
    return {
        words.NAME: entry.name,
        words.SHORT_NAME: entry.short_name,
        words.ALIASES: words.joined(entry.aliases),
        words.CATEGORY: entry.category,
        words.PARENT: called[parent.id] if parent else "",
        words.MEMBERS: words.joined([called[member.id] for member in entry.members]),
        words.EXTERNAL_ID: entry.external_id or "",
        words.RETIRED_ON: entry.retired_on.isoformat() if entry.retired_on else "",
        words.SUCCESSOR: called[successor.id] if successor else "",
    }


def _official_words(entry: OfficialEntry) -> dict[str, str]:
    return {
        words.PERSON: entry.name,
        words.POST: entry.post,
        words.FROM: entry.in_office_from.isoformat() if entry.in_office_from else "",
        words.TO: entry.in_office_to.isoformat() if entry.in_office_to else "",
        words.EXTERNAL_ID: entry.external_id or "",
    }
