"""The office's order of its units and its officials: 1, 2, 3 … without a gap, those of the past last."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.directory import Department, Official
from app.queries.directory_entries import DepartmentEntry, OfficialEntry, department_entries, official_entries
from app.rules.permissions import Action, Viewer, require
from app.services import events
from app.services.directory import wait_in_line

Table = type[Department] | type[Official]


def move_department(session: Session, department: Department, place: int | None, *, actor: Viewer) -> None:
    """Put a unit at this place in the order (调整次序). Raises ``InvalidInput`` when the place is no number."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    _move(session, Department, department_entries(session, actor), department.id or 0, place, actor)


def move_official(session: Session, official: Official, place: int | None, *, actor: Viewer) -> None:
    """Put an official at this place in the order of rank. Raises ``InvalidInput`` as above."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    _move(session, Official, official_entries(session, actor), official.id or 0, place, actor)


def put_in_order(session: Session, table: Table, ids: Sequence[int], *, actor: Viewer) -> None:
    """Number the whole list anew."""
    here = select(col(table.id), col(table.position)).where(
        col(table.jurisdiction_id) == actor.jurisdiction_id
    )
    positions: dict[int, int] = dict(session.execute(here).all())
    for position, each in enumerate(ids, 1):
        if positions.get(each) != position:
            session.execute(update(table).where(col(table.id) == each).values(position=position))


def next_position(session: Session, table: Table, actor: Viewer) -> int:
    """The end of the list."""
    last = session.execute(
        select(func.max(table.position)).where(col(table.jurisdiction_id) == actor.jurisdiction_id)
    ).scalar_one()
    return (last or 0) + 1


def _move(
    session: Session,
    table: Table,
    entries: Sequence[DepartmentEntry] | Sequence[OfficialEntry],
    moved: int,
    place: int | None,
    actor: Viewer,
) -> None:
    if place is None:
        raise InvalidInput("次序没有调整：位次不是数字。", fields={"place": "请填写要移到第几位，例如 3。"})
    entry = next(each for each in entries if each.id == moved)
    alike = [each.id for each in entries if each.is_current == entry.is_current]
    before = alike.index(moved) + 1
    place = min(max(place, 1), len(alike))
    if place == before:
        return
    alike.remove(moved)
    alike.insert(place - 1, moved)
    others = [each.id for each in entries if each.is_current != entry.is_current]
    put_in_order(session, table, alike + others if entry.is_current else others + alike, actor=actor)
    kind = "department_moved" if table is Department else "official_moved"
    events.record(session, actor, kind, name=entry.name, before=before, after=place)
    session.flush()
