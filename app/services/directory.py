"""单位与人员: other names of a unit, and the members of a group of units."""

from collections.abc import Iterable
from itertools import combinations

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput, NotFound
from app.models.directory import Department, DepartmentAlias, DepartmentKind, DepartmentMember, Jurisdiction
from app.models.imports import ImportDecision
from app.queries.directory import names_to_ids
from app.queries.directory_entries import DepartmentEntry, Which, department_entries
from app.queries.import_aliases import DIFFERENT, told_apart
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events
from importers.duplicates import may_be_one
from importers.values.departments import is_group

MOST_COMPARED = 300_000
"""Pairs of names; a file with more new names than that is wrong in another way."""


def kind_of(name: str) -> DepartmentKind:
    """各镇街 and the like stand for several units."""
    return DepartmentKind.GROUP if is_group(name) else DepartmentKind.UNIT


def alike_known(session: Session, viewer: Viewer, names: Iterable[str]) -> dict[str, str]:
    """For names the directory does not know: the one it knows that looks like another form of it."""
    _, departments = names_to_ids(session, viewer.jurisdiction_id)
    wanted = [name for name in names if kind_of(name) is DepartmentKind.UNIT]
    if len(wanted) * len(departments) > MOST_COMPARED:
        return {}
    known = [name for name in departments if kind_of(name) is DepartmentKind.UNIT]
    found = {name: next((each for each in known if may_be_one(name, each)), "") for name in wanted}
    return {name: each for name, each in found.items() if each}


def alike_pairs(session: Session, viewer: Viewer) -> list[tuple[DepartmentEntry, DepartmentEntry]]:
    """Units of today that look like one written twice, until somebody says they are two."""
    units = [entry for entry in department_entries(session, viewer, Which.CURRENT) if not entry.is_group]
    if len(units) ** 2 > MOST_COMPARED:
        return []
    apart = told_apart(session, viewer.jurisdiction_id)
    return [
        (one, other)
        for one, other in combinations(units, 2)
        if may_be_one(one.name, other.name) and {one.name, other.name} not in apart
    ]


def register_alias(session: Session, alias: str, name: str, *, actor: Viewer) -> Department:
    """Say that a unit is also written another way (登记为别名). A unit not in the directory yet is entered first."""
    require(actor, Action.EDIT_DIRECTORY)
    alias, name = checked_name(alias), checked_name(name)
    wait_in_line(session, actor)
    _, departments = names_to_ids(session, actor.jurisdiction_id)
    known = departments.get(name)
    if departments.get(alias) is not None:
        if departments[alias] == known:
            return session.get_one(Department, known)  # said already
        remedy = "如确是同一单位，请改为把另一个名称登记为别名。"
        if known:
            remedy = f"如确是同一单位，请督查室在“单位与人员”中打开“{alias}”，把它并入“{name}”。"
        raise Conflict(f"“{alias}”已在单位名录中，不能再作为“{name}”的别名，未作改动。", remedy)
    if alias == name:
        raise InvalidInput("没有登记，未作任何改动。", fields={"meaning": "别名与名称相同，不用登记。"})
    department = session.get(Department, known) if known else _enter(session, name, actor)
    if department is None or department.jurisdiction_id != actor.jurisdiction_id:
        raise NotFound("没有找到这个单位。", "请从单位与人员页面重新选择。")
    session.add(
        DepartmentAlias(jurisdiction_id=actor.jurisdiction_id, department_id=department.id or 0, name=alias)
    )
    events.record(session, actor, "alias_registered", alias=alias, name=department.name)
    session.flush()
    return department


def tell_apart(session: Session, one: str, other: str, *, actor: Viewer) -> None:
    """Say that two names are two units, so that no later file asks again."""
    require(actor, Action.EDIT_DIRECTORY)
    words = _unlike(checked_name(one), checked_name(other))
    wait_in_line(session, actor)
    known = select(col(ImportDecision.id)).where(
        col(ImportDecision.jurisdiction_id) == actor.jurisdiction_id,
        col(ImportDecision.kind) == DIFFERENT,
        col(ImportDecision.words) == words,
    )
    if session.execute(known).first() is None:
        session.add(
            ImportDecision(
                jurisdiction_id=actor.jurisdiction_id,
                kind=DIFFERENT,
                words=words,
                meaning="",
                decided_at=actor.now,
            )
        )
        events.record(session, actor, "units_told_apart", names=[one, other])
    session.flush()


def set_members(session: Session, group: Department, members: Iterable[int], *, actor: Viewer) -> None:
    """Say which units a group (各镇街) stands for; the list replaces the one before."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    session.refresh(group)
    if group.kind is not DepartmentKind.GROUP:
        raise Conflict(f"“{group.name}”是一个单位，没有成员单位。", "请从单位与人员页面选择一类单位。")
    units = select(col(Department.id), col(Department.name), col(Department.retired_on)).where(
        col(Department.jurisdiction_id) == actor.jurisdiction_id,
        col(Department.kind) == DepartmentKind.UNIT,
    )
    names: dict[int, str] = {
        row.id: row.name
        for row in session.execute(units)
        if row.retired_on is None or row.retired_on > actor.today
    }
    wanted = [member for member in dict.fromkeys(members) if member in names]
    mine = col(DepartmentMember.group_id) == group.id
    before = set(session.execute(select(col(DepartmentMember.department_id)).where(mine)).scalars())
    before &= set(names)  # one that is no more stays on the list, for history
    if before == set(wanted):
        return
    gone = before - set(wanted)
    session.execute(delete(DepartmentMember).where(mine, col(DepartmentMember.department_id).in_(gone)))
    session.add_all(
        DepartmentMember(jurisdiction_id=actor.jurisdiction_id, group_id=group.id or 0, department_id=member)
        for member in wanted
        if member not in before
    )
    events.record(
        session,
        actor,
        "group_members_set",
        group=group.name,
        before=[names[member] for member in names if member in before],
        members=[names[member] for member in wanted],
    )
    session.flush()


def checked_name(name: str) -> str:
    """A unit's name as the directory keeps it: no spaces. Raises ``InvalidInput``."""
    name = "".join(plain(name).split())
    if not 0 < len(name) <= 100:
        raise InvalidInput(
            "没有登记，未作任何改动。", fields={"meaning": "单位名称不能空，也不能超过 100 字。"}
        )
    return name


def _unlike(one: str, other: str) -> str:
    """How it is kept that two names are two units."""
    return "≠".join(sorted((one, other)))


def wait_in_line(session: Session, actor: Viewer) -> None:
    """One change of directory, accounts or hand-overs at a time; reports of progress do not wait."""
    here = select(col(Jurisdiction.id)).where(col(Jurisdiction.id) == actor.jurisdiction_id)
    session.execute(here.with_for_update(key_share=True))


def _enter(session: Session, name: str, actor: Viewer) -> Department:
    last = session.execute(
        select(func.max(Department.position)).where(col(Department.jurisdiction_id) == actor.jurisdiction_id)
    ).scalar_one()
    department = Department(
        jurisdiction_id=actor.jurisdiction_id, name=name, kind=kind_of(name), position=(last or 0) + 1
    )
    session.add(department)
    session.flush()
    return department
