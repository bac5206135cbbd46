"""组织机构同步: what an OA system says of a unit or an official, by its own number of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.directory import Department, Official
from app.queries.directory import own_names
from app.queries.directory_entries import department_entry
from app.queries.hand_over import open_tasks_of_official
from app.rules.permissions import Action, Viewer, require
from app.services.departments import (
    NOT_SAVED,
    DepartmentFacts,
    add_department,
    change_department,
    day_words,
    find_by_external_id,
    no_spaces,
    retire_department,
    taken,
)
from app.services.directory import wait_in_line
from app.services.directory_merge import merge_department
from app.services.officials import (
    OfficialFacts,
    add_official,
    change_official,
    find_official_by_external_id,
    officials_named,
)


@dataclass(frozen=True, slots=True)
class DepartmentStatement:
    """What the OA says of a unit; None where it says nothing."""

    name: str
    short_name: str | None = None
    category: str | None = None
    aliases: tuple[str, ...] = ()
    parent_external_id: str | None = None
    retired_on: date | None = None
    successor_external_id: str | None = None


@dataclass(frozen=True, slots=True)
class OfficialStatement:
    """What the OA says of an official; None where it says nothing."""

    name: str
    post: str | None = None
    in_office_from: date | None = None
    in_office_to: date | None = None


def sync_department(
    session: Session, external_id: str, said: DepartmentStatement, *, actor: Viewer
) -> tuple[Department, bool]:
    """Enter or change the unit with this number; True when it is new.

    A unit known by that name without a number is taken for this one. A name the office already writes the unit by
    does not replace the one its tables use.
    """
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    department = find_by_external_id(session, external_id, actor) or _nameless(session, said.name, actor)
    own = department.id if department else None
    _refuse_taken(session, own, (said.name, said.short_name or "", *said.aliases), actor)
    parent = _named(session, said.parent_external_id, "parent_external_id", actor)
    successor = _named(session, said.successor_external_id, "successor_external_id", actor)
    if successor is not None and said.retired_on is None:
        raise InvalidInput(NOT_SAVED, fields={"retired_on": "写明了承接单位，也要写明撤并日期。"})
    if department is None:
        facts = DepartmentFacts(
            name=said.name,
            short_name=said.short_name or "",
            category=said.category or "",
            parent_id=parent.id if parent else None,
            external_id=external_id,
            aliases=said.aliases,
        )
        made = add_department(session, facts, actor=actor)
        _retire(session, made, successor, said, actor)
        return made, True
    entry = department_entry(session, actor, department.id or 0)
    name = no_spaces(said.name)
    known_as = own_names(session, actor.jurisdiction_id).get(name) == department.id
    facts = DepartmentFacts(
        name=department.name if known_as else name,
        short_name=department.short_name if said.short_name is None else said.short_name,
        category=department.category if said.category is None else said.category,
        parent_id=department.parent_id
        if said.parent_external_id is None
        else (parent.id if parent else None),
        external_id=external_id,
        aliases=(*entry.aliases, *said.aliases),
    )
    change_department(session, department, facts, actor=actor)
    _retire(session, department, successor, said, actor)
    return department, False


def sync_official(
    session: Session, external_id: str, said: OfficialStatement, *, actor: Viewer
) -> tuple[Official, bool]:
    """Enter or change the official with this number; True when new. Namesakes are told apart by post."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    official = find_official_by_external_id(session, external_id, actor)
    official = official or _official_without_number(session, said, actor)
    if official is None:
        facts = OfficialFacts(said.name, said.post or "", said.in_office_from, said.in_office_to, external_id)
        return add_official(session, facts, actor=actor), True
    if _leaves(official, said, actor) and (count := open_tasks_of_official(session, actor, official)):
        raise Conflict(
            f"{official.name}还有 {count} 项没有办结的任务，没有登记离任。", "请督查室先办理交接。"
        )
    facts = OfficialFacts(
        name=said.name,
        post=official.post if said.post is None else said.post,
        in_office_from=said.in_office_from or official.in_office_from,
        in_office_to=said.in_office_to or official.in_office_to,
        external_id=external_id,
    )
    change_official(session, official, facts, actor=actor)
    return official, False


def _nameless(session: Session, name: str, actor: Viewer) -> Department | None:
    """The unit known by that name, if no number has been given to it yet."""
    found = own_names(session, actor.jurisdiction_id).get(no_spaces(name))
    if found is None:
        return None
    department = session.get_one(Department, found)
    if department.external_id is not None:
        raise Conflict(
            f"“{name}”已用外部编号“{department.external_id}”登记（{department.name}），没有改动。",
            "请核对编号；如编号已更换，请先在单位页面上改正。",
        )
    return department


def _official_without_number(session: Session, said: OfficialStatement, actor: Viewer) -> Official | None:
    namesakes = officials_named(session, said.name, actor)
    same = [each for each in namesakes if said.post is None or each.post in ("", said.post.strip())]
    if len(same) > 1:
        exact = [each for each in same if each.post == (said.post or "").strip()]
        if len(exact) != 1:
            raise Conflict(
                f"名录中有 {len(same)} 位“{said.name}”，不知道是哪一位，没有改动。",
                "请写明职务，或先在页面上填写外部编号。",
            )
        same = exact
    unnumbered = [each for each in namesakes if each.external_id is None]
    if not same and unnumbered:
        raise Conflict(
            f"名录中已有{unnumbered[0].name}（{unnumbered[0].post}），职务与所报不同，没有改动。",
            "如是同一人，请先在页面上填写外部编号；如是另一人，请先在页面上新增。",
        )
    if not same:
        return None
    if same[0].external_id is not None:
        raise Conflict(
            f"“{said.name}”已用外部编号“{same[0].external_id}”登记，没有改动。",
            "如是另一人，请写明职务；如编号已更换，请先在页面上改正。",
        )
    return same[0]


def _leaves(official: Official, said: OfficialStatement, actor: Viewer) -> bool:
    day = said.in_office_to
    return day is not None and day <= actor.today and day != official.in_office_to


def _refuse_taken(session: Session, own: int | None, texts: Iterable[str], actor: Viewer) -> None:
    known = own_names(session, actor.jurisdiction_id)
    for text in filter(None, map(no_spaces, texts)):
        if known.get(text, own) != own:
            raise Conflict(taken(session, text, known[text]), "没有改动。")


def _named(session: Session, external_id: str | None, field: str, actor: Viewer) -> Department | None:
    if not external_id:
        return None
    department = find_by_external_id(session, external_id, actor)
    if department is None:
        raise InvalidInput(
            NOT_SAVED, fields={field: f"没有外部编号为“{external_id}”的单位，请先同步该单位。"}
        )
    return department


def _retire(
    session: Session,
    department: Department,
    successor: Department | None,
    said: DepartmentStatement,
    actor: Viewer,
) -> None:
    if said.retired_on is None:
        return
    if department.retired_on not in (None, said.retired_on):
        raise Conflict(
            f"“{department.name}”登记的撤并日期是{day_words(department.retired_on)}，没有改动。",
            "请按登记的日期同步，或先在页面上改正。",
        )
    try:
        if successor is not None:
            merge_department(session, department, successor, said.retired_on, actor=actor)
        elif department.retired_on is None:
            retire_department(session, department, said.retired_on, actor=actor)
    except InvalidInput as refusal:
        words = "".join(refusal.fields.values())
        raise InvalidInput(NOT_SAVED, fields={"retired_on": words or refusal.sentence()}) from refusal
