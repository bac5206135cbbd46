"""One line of an uploaded directory, written. An empty cell changes nothing; nothing is deleted by absence."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from app.errors import InvalidInput
from app.models.directory import Department, DepartmentKind, Official
from app.queries import directory_sheet as words
from app.queries.directory import own_names
from app.queries.directory_entries import DepartmentEntry, OfficialEntry
from app.rules.permissions import Viewer
from app.services.departments import (
    DepartmentFacts,
    add_department,
    change_department,
    find_by_external_id,
    no_spaces,
    retire_department,
)
from app.services.directory import set_members
from app.services.directory_merge import note_successor
from app.services.directory_sheets import SheetRow
from app.services.officials import (
    OfficialFacts,
    add_official,
    change_official,
    find_official_by_external_id,
    officials_named,
)

REFUSED = "这一行没有写入。"


class UnknownName(InvalidInput):
    """The line names a unit that may stand further down."""


def write_department(
    session: Session, row: SheetRow, known: dict[int, DepartmentEntry], taken: set[int], actor: Viewer
) -> int:
    """Enter or change one unit as its line says, and return its id. Raises ``AppError`` with the reason."""
    names = own_names(session, actor.jurisdiction_id)
    department_id = _find_department(session, row, known, names, actor)
    if department_id in taken:
        raise InvalidInput(f"“{row.says(words.NAME)}”在这份表里前面已有一行，这一行没有写入。")
    entry = known.get(department_id or 0)
    parent = _one(row, words.PARENT, names, entry.parent.id if entry and entry.parent else None, known)
    members = [_named(words.MEMBERS, name, names) for name in words.names_in(row.says(words.MEMBERS))]
    retired_on = _day(row, words.RETIRED_ON)
    successor = _one(
        row, words.SUCCESSOR, names, entry.successor.id if entry and entry.successor else None, known
    )
    facts = _facts(row, entry, parent)
    if entry is None:
        facts = replace(facts, kind=DepartmentKind.GROUP if members else None)
        department = add_department(session, facts, actor=actor)
        if retired_on:
            retire_department(session, department, retired_on, actor=actor)
        if successor:
            note_successor(session, department, session.get_one(Department, successor), actor=actor)
    else:
        _refuse_merging(entry, retired_on, successor)
        department = session.get_one(Department, entry.id)
        if facts != _facts(SheetRow("", "", {}), entry, entry.parent.id if entry.parent else None):
            change_department(session, department, facts, actor=actor)
    if members and {*members} != {member.id for member in (entry.members if entry else ())}:
        set_members(session, department, members, actor=actor)
    return department.id or 0


def write_official(
    session: Session, row: SheetRow, known: dict[int, OfficialEntry], taken: set[int], actor: Viewer
) -> int:
    """Enter or change one official as the line says, and return the id. Raises ``AppError`` with the reason."""
    official_id = _find_official(session, row, known, actor)
    if official_id in taken:
        raise InvalidInput(f"“{row.says(words.PERSON)}”在这份表里前面已有一行，这一行没有写入。")
    entry = known.get(official_id or 0)
    facts = OfficialFacts(
        name=no_spaces(row.says(words.PERSON)) or (entry.name if entry else ""),
        post=row.says(words.POST) or (entry.post if entry else ""),
        in_office_from=_day(row, words.FROM) or (entry.in_office_from if entry else None),
        in_office_to=_day(row, words.TO) or (entry.in_office_to if entry else None),
        external_id=row.says(words.EXTERNAL_ID) or (entry.external_id or "" if entry else ""),
    )
    if entry is None:
        return add_official(session, facts, actor=actor).id or 0
    change_official(session, session.get_one(Official, entry.id), facts, actor=actor)
    return entry.id


def _find_department(
    session: Session, row: SheetRow, known: dict[int, DepartmentEntry], names: dict[str, int], actor: Viewer
) -> int | None:
    """By our own number, then the OA's, then the name. An alias is no name: which of the two is meant to stay?"""
    if row.says(words.ID):
        return _own_number(row, known)
    name, external = no_spaces(row.says(words.NAME)), row.says(words.EXTERNAL_ID)
    holder = find_by_external_id(session, external, actor) if external else None
    if holder is not None:
        return holder.id
    found = names.get(name)
    written = known[found].name if found in known else name
    if found is not None and written != name:
        raise InvalidInput(
            f"“{name}”是“{written}”的简称或别名。",
            "如要改名，请填上它的系统编号；如是另一个单位，请先去掉那个别名。",
        )
    return found


def _find_official(
    session: Session, row: SheetRow, known: dict[int, OfficialEntry], actor: Viewer
) -> int | None:
    if row.says(words.ID):
        return _own_number(row, known)
    name, post, external = row.says(words.PERSON), row.says(words.POST), row.says(words.EXTERNAL_ID)
    holder = find_official_by_external_id(session, external, actor) if external else None
    if holder is not None:
        return holder.id
    namesakes = officials_named(session, name, actor) if name else []
    same = [each for each in namesakes if not post or each.post == post]
    if len(same) == 1:
        return same[0].id
    before = [each for each in namesakes if each.id in known]
    if len(before) == 1 and not before[0].post:
        return before[0].id  # the post was missing so far
    if before:
        posts = "、".join(f"{each.name}（{each.post or '未写职务'}）" for each in before)
        raise InvalidInput(f"名录中已有{posts}。", "如是同一人，请填上系统编号；如是另一人，请在页面上新增。")
    return None


def _own_number(row: SheetRow, known: dict[int, DepartmentEntry] | dict[int, OfficialEntry]) -> int:
    text = row.says(words.ID)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if number not in known:
        raise InvalidInput(
            f"系统编号“{text}”不在本名录中。", "新增的请把这一格清空，已有的请重新下载名录后修改。"
        )
    return number


def _one(
    row: SheetRow, column: str, names: dict[str, int], before: int | None, known: dict[int, DepartmentEntry]
) -> int | None:
    """The unit a cell names; an empty cell leaves what was there."""
    name = no_spaces(row.says(column))
    if not name or (before in known and known[before].name == name):
        return before
    return _named(column, name, names)


def _named(column: str, name: str, names: dict[str, int]) -> int:
    if name not in names:
        raise UnknownName(f"{column}“{name}”不在名录中，也不在这份表里。", "请先新增，或者改正名称。")
    return names[name]


def _day(row: SheetRow, column: str) -> date | None:
    try:
        return words.day_in(row.says(column))
    except ValueError:
        raise InvalidInput(f"“{column}”看不懂“{row.says(column)}”，请写成 2018-06-30。") from None


def _facts(row: SheetRow, entry: DepartmentEntry | None, parent: int | None) -> DepartmentFacts:
    """What the line says, over what is known."""
    aliases = list(entry.aliases) if entry else []
    aliases += [name for name in words.names_in(row.says(words.ALIASES)) if name not in aliases]
    return DepartmentFacts(
        name=no_spaces(row.says(words.NAME)) or (entry.name if entry else ""),
        short_name=no_spaces(row.says(words.SHORT_NAME)) or (entry.short_name if entry else ""),
        category=row.says(words.CATEGORY) or (entry.category if entry else ""),
        parent_id=parent,
        external_id=row.says(words.EXTERNAL_ID) or (entry.external_id or "" if entry else ""),
        aliases=tuple(aliases),
    )


def _refuse_merging(entry: DepartmentEntry, retired_on: date | None, successor: int | None) -> None:
    """Open tasks and liaisons go with a merger, so it is done where they are seen."""
    same = successor == (entry.successor.id if entry.successor else None)
    if (retired_on is not None and retired_on != entry.retired_on) or not same:
        raise InvalidInput(
            f"“{entry.name}”的撤并涉及任务交接，不能从表里改。", "请在它的页面上办理撤销或并入，再上传。"
        )
