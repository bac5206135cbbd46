"""What a merger (并入) of two units would carry over, named one by one: it cannot be taken back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.account import User
from app.models.directory import Department
from app.queries.directory_entries import DepartmentEntry, department_entry
from app.queries.hand_over_preview import HandOverPreview, what_passes
from app.queries.tasks import Named
from app.rules.permissions import Viewer
from app.rules.text import digest_of


@dataclass(frozen=True, slots=True)
class Mover:
    """One liaison whose account goes along."""

    username: str
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """All that passes from one unit to another, and a digest of it: what was shown is what is done."""

    department: DepartmentEntry
    successor: DepartmentEntry
    on: date
    tasks: HandOverPreview
    liaisons: list[Mover]

    @property
    def names(self) -> list[str]:
        """What will be read as the successor from now on."""
        return [self.department.name, *self.department.other_names]

    @property
    def parts(self) -> list[Named]:
        return self.department.parts

    @property
    def groups(self) -> list[Named]:
        """Those the successor is new in."""
        there = {group.id for group in self.successor.groups}
        return [group for group in self.department.groups if group.id not in there]

    @property
    def digest(self) -> str:
        movers = [(each.username, each.is_active) for each in self.liaisons]
        places = [[each.id for each in named] for named in (self.parts, self.groups)]
        return digest_of((self.successor.id, self.on, self.tasks.digest, movers, self.names, places))


def what_merges(
    session: Session,
    viewer: Viewer,
    department: Department,
    successor: Department,
    on: date,
    passing_on: date,
) -> MergePreview:
    """``passing_on``: the day the tasks pass, which may be later than the merger. Reads only."""
    movers = (
        select(col(User.username), col(User.name), col(User.is_active))
        .where(col(User.jurisdiction_id) == viewer.jurisdiction_id, col(User.department_id) == department.id)
        .order_by(col(User.id))
    )
    return MergePreview(
        department_entry(session, viewer, department.id or 0),
        department_entry(session, viewer, successor.id or 0),
        on,
        what_passes(session, viewer, department, successor, passing_on),
        [Mover(*row) for row in session.execute(movers)],
    )
