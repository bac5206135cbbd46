"""单位名录 and 领导名录, entry by entry: for their pages, the workbook and the OA's organisation sync."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import User
from app.models.directory import Department, DepartmentAlias, DepartmentKind, DepartmentMember, Official
from app.queries.tasks import Named
from app.rules.permissions import Action, Viewer, can
from app.rules.text import digest_of


class Which(StrEnum):
    """Whom a list shows: those of today, those of the past, or both."""

    CURRENT = "current"
    PAST = "past"
    ALL = "all"


@dataclass(slots=True)
class DepartmentEntry:
    """All the office has entered about one unit, and how it stands to the others."""

    id: int
    number: int
    """Its place in the office's order; units of the past come after those of today."""
    name: str
    short_name: str
    category: str
    kind: DepartmentKind
    external_id: str | None
    retired_on: date | None
    is_current: bool
    parent: Named | None = None
    successor: Named | None = None
    aliases: list[str] = field(default_factory=list)
    members: list[Named] = field(default_factory=list)
    """What a group stands for today."""
    former_members: list[Named] = field(default_factory=list)
    groups: list[Named] = field(default_factory=list)
    parts: list[Named] = field(default_factory=list)
    """The units under it."""
    predecessors: list[tuple[Named, date | None]] = field(default_factory=list)

    @property
    def other_names(self) -> list[str]:
        """What else it is written as."""
        return [self.short_name, *self.aliases] if self.short_name else self.aliases

    @property
    def digest(self) -> str:
        """Of what a form of the unit shows; how it stands to the others is changed elsewhere."""
        parent = self.parent.id if self.parent else None
        names = (self.name, self.short_name, sorted(self.aliases))
        return digest_of((names, self.category, self.kind, parent, self.external_id or ""))

    @property
    def is_group(self) -> bool:
        return self.kind is DepartmentKind.GROUP


@dataclass(frozen=True, slots=True)
class OfficialEntry:
    """All the office has entered about one official."""

    id: int
    number: int
    name: str
    post: str
    in_office_from: date | None
    in_office_to: date | None
    external_id: str | None
    is_current: bool

    @property
    def digest(self) -> str:
        """Of what a form of the official shows."""
        days = (self.in_office_from, self.in_office_to)
        return digest_of((self.name, self.post, days, self.external_id or ""))


Entry = TypeVar("Entry", DepartmentEntry, OfficialEntry)


def department_entries(
    session: Session, viewer: Viewer, which: Which = Which.ALL, category: str | None = None
) -> list[DepartmentEntry]:
    """Units in the office's order, those of the past last."""
    found = _departments(session, viewer)
    return [entry for entry in _chosen(found, which) if category is None or entry.category == category]


def department_entry(session: Session, viewer: Viewer, department_id: int) -> DepartmentEntry:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    found = next((entry for entry in _departments(session, viewer) if entry.id == department_id), None)
    if found is None:
        raise NotFound("没有找到这个单位。", "请从单位与人员页面重新选择。")
    return found


def categories(entries: Iterable[DepartmentEntry]) -> list[str]:
    """The office's own words for kinds of units, in order of appearance."""
    return list(dict.fromkeys(entry.category for entry in entries if entry.category))


def official_entries(session: Session, viewer: Viewer, which: Which = Which.ALL) -> list[OfficialEntry]:
    """Officials by rank, those who have left office last."""
    return _chosen(_officials(session, viewer), which)


def official_entry(session: Session, viewer: Viewer, official_id: int) -> OfficialEntry:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    found = next((entry for entry in _officials(session, viewer) if entry.id == official_id), None)
    if found is None:
        raise NotFound("没有找到这位领导。", "请从单位与人员页面重新选择。")
    return found


def liaisons_of(session: Session, viewer: Viewer, department_id: int) -> int:
    """How many liaison accounts that can sign in belong to the unit."""
    query = select(func.count(col(User.id))).where(
        col(User.jurisdiction_id) == viewer.jurisdiction_id,
        col(User.department_id) == department_id,
        col(User.is_active).is_(True),
    )
    return session.execute(query).scalar_one()


def _chosen(entries: list[Entry], which: Which) -> list[Entry]:
    return [entry for entry in entries if which is Which.ALL or entry.is_current == (which is Which.CURRENT)]


def _departments(session: Session, viewer: Viewer) -> list[DepartmentEntry]:
    if not can(viewer, Action.VIEW_DIRECTORY):
        return []
    query = (
        select(Department)
        .where(col(Department.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(Department.position), col(Department.id))
    )
    rows = list(session.execute(query).scalars())
    rows.sort(key=lambda row: not is_current(row, viewer.today))
    named = {row.id or 0: Named(row.id or 0, row.name) for row in rows}
    entries = {
        row.id or 0: DepartmentEntry(
            id=row.id or 0,
            number=number,
            name=row.name,
            short_name=row.short_name,
            category=row.category,
            kind=row.kind,
            external_id=row.external_id,
            retired_on=row.retired_on,
            is_current=is_current(row, viewer.today),
            parent=named.get(row.parent_id or 0),
            successor=named.get(row.successor_id or 0),
        )
        for number, row in enumerate(rows, 1)
    }
    for entry in entries.values():
        if entry.parent:
            entries[entry.parent.id].parts.append(named[entry.id])
        if entry.successor:
            entries[entry.successor.id].predecessors.append((named[entry.id], entry.retired_on))
    _add_aliases(session, viewer, entries)
    _add_members(session, viewer, entries)
    return list(entries.values())


def is_current(row: Department, today: date) -> bool:
    return row.retired_on is None or row.retired_on > today


def is_in_office(row: Official, today: date) -> bool:
    return row.in_office_to is None or row.in_office_to > today


def _add_aliases(session: Session, viewer: Viewer, entries: dict[int, DepartmentEntry]) -> None:
    query = (
        select(col(DepartmentAlias.department_id), col(DepartmentAlias.name))
        .where(col(DepartmentAlias.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(DepartmentAlias.id))
    )
    for row in session.execute(query):
        entries[row.department_id].aliases.append(row.name)


def _add_members(session: Session, viewer: Viewer, entries: dict[int, DepartmentEntry]) -> None:
    query = select(col(DepartmentMember.group_id), col(DepartmentMember.department_id)).where(
        col(DepartmentMember.jurisdiction_id) == viewer.jurisdiction_id
    )
    rows = sorted(session.execute(query).all(), key=lambda row: entries[row.department_id].number)
    for row in rows:
        group, member = entries[row.group_id], entries[row.department_id]
        among = group.members if member.is_current else group.former_members
        among.append(Named(member.id, member.name))
        member.groups.append(Named(group.id, group.name))


def _officials(session: Session, viewer: Viewer) -> list[OfficialEntry]:
    if not can(viewer, Action.VIEW_DIRECTORY):
        return []
    query = (
        select(Official)
        .where(col(Official.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(Official.position), col(Official.id))
    )
    rows = sorted(session.execute(query).scalars(), key=lambda row: not is_in_office(row, viewer.today))
    return [
        OfficialEntry(
            row.id or 0,
            number,
            row.name,
            row.post,
            row.in_office_from,
            row.in_office_to,
            row.external_id,
            is_in_office(row, viewer.today),
        )
        for number, row in enumerate(rows, 1)
    ]
