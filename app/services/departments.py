"""单位名录: units entered, changed, taken off the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.directory import Department, DepartmentAlias, DepartmentKind, DepartmentMember
from app.queries.directory import own_names
from app.queries.directory_entries import department_entry, is_current
from app.queries.hand_over import open_tasks_of_department
from app.queries.own import own_row
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events
from app.services.directory import kind_of, wait_in_line
from app.services.directory_order import next_position
from app.services.stale_forms import refuse_when_stale

NOT_SAVED = "单位名录没有改动。"
LONGEST_NAME, LONGEST_WORD = 100, 50


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    """What the office says of a unit. Without a kind, its name tells whether it stands for several."""

    name: str
    short_name: str = ""
    category: str = ""
    kind: DepartmentKind | None = None
    parent_id: int | None = None
    external_id: str = ""
    aliases: tuple[str, ...] = ()


def add_department(session: Session, facts: DepartmentFacts, *, actor: Viewer) -> Department:
    """Enter a unit (新增单位). Raises ``InvalidInput`` with a sentence per field."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    facts = _checked(session, facts, None, actor)
    department = Department(
        jurisdiction_id=actor.jurisdiction_id,
        name=facts.name,
        short_name=facts.short_name,
        category=facts.category,
        kind=facts.kind or kind_of(facts.name),
        parent_id=facts.parent_id,
        external_id=facts.external_id or None,
        position=next_position(session, Department, actor),
    )
    session.add(department)
    session.flush()
    _set_aliases(session, department, facts.aliases)
    after = {word: value for word, value in _told(session, department).items() if value}
    events.record(session, actor, "department_added", name=department.name, after=after)
    session.flush()
    return department


def change_department(
    session: Session,
    department: Department,
    facts: DepartmentFacts,
    *,
    actor: Viewer,
    shown: str | None = None,
) -> bool:
    """Correct or rename a unit; its former names stay as aliases, so that older files still read. False: as it was.

    ``shown`` is the digest of the unit as the person's page showed it; ``Conflict`` when it has changed since.
    """
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    session.refresh(department)
    if shown is not None:
        _refuse_when_stale(session, department, facts, actor, shown)
    facts = _checked(session, facts, department, actor)
    _refuse_wrong_kind(session, department, facts)
    before = _told(session, department)
    aliases = list(facts.aliases)
    renamed = (department.name, facts.name), (department.short_name, facts.short_name)
    aliases += [old for old, new in renamed if old and new and old != new]
    now = (facts.name, facts.short_name)
    department.name, department.short_name, department.category = *now, facts.category
    department.kind = facts.kind or department.kind
    department.parent_id, department.external_id = facts.parent_id, facts.external_id or None
    session.add(department)
    _set_aliases(session, department, [alias for alias in aliases if alias not in now])
    session.flush()
    after = _told(session, department)
    return events.record_change(session, actor, "department_changed", before, after)


def retire_department(session: Session, department: Department, on: date, *, actor: Viewer) -> None:
    """Take a unit off the list from a day on (撤销单位). Raises ``Conflict`` while it has open tasks."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    session.refresh(department)
    check_day(on, actor)
    if department.retired_on is not None:
        raise Conflict(f"“{department.name}”已于{day_words(department.retired_on)}撤并，没有改动。")
    if count := open_tasks_of_department(session, actor, department):
        raise Conflict(
            f"“{department.name}”还有 {count} 项没有办结的任务，不能直接撤销，没有改动。",
            "请先办理交接，把任务交给别的单位，或者把它并入承接的单位。",
        )
    department.retired_on = on
    session.add(department)
    events.record(session, actor, "department_retired", name=department.name, on=on)
    session.flush()


def reinstate_department(session: Session, department: Department, *, actor: Viewer) -> None:
    """Put a unit back on the list that was taken off by mistake (恢复)."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    session.refresh(department)
    if department.retired_on is None:
        return
    if department.successor_id is not None:
        successor = session.get_one(Department, department.successor_id)
        raise Conflict(
            f"“{department.name}”已并入“{successor.name}”，任务也已交接，不能恢复。",
            "如确需分开，请新增一个单位，再办理交接。",
        )
    before, department.retired_on = department.retired_on, None
    session.add(department)
    events.record(session, actor, "department_reinstated", name=department.name, before=before)
    session.flush()


def check_day(on: date, actor: Viewer) -> None:
    """The day of a change is today or a day of recent years. Raises ``InvalidInput``."""
    if on > actor.today:
        raise InvalidInput(NOT_SAVED, fields={"on": "日期还没有到。请到那一天再办理，或填今天以前的日期。"})
    if on.year < 1949:
        raise InvalidInput(NOT_SAVED, fields={"on": "日期太早，请核对年份。"})


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def no_spaces(text: str) -> str:
    return "".join(plain(text).split())


def _checked(
    session: Session, facts: DepartmentFacts, department: Department | None, actor: Viewer
) -> DepartmentFacts:
    """The same facts without stray spaces. Raises ``InvalidInput`` naming every field that cannot be."""
    own = department.id if department else None
    fields: dict[str, str] = {}
    name, short = no_spaces(facts.name), no_spaces(facts.short_name)
    short = "" if short == name else short
    aliases = [alias for alias in dict.fromkeys(map(no_spaces, facts.aliases)) if alias and alias != name]
    category, external = " ".join(plain(facts.category).split()), plain(facts.external_id).strip()
    if not name:
        fields["name"] = "请填写单位全称。"
    for word, text, longest in (
        ("name", name, LONGEST_NAME),
        ("short_name", short, LONGEST_NAME),
        ("aliases", max(aliases, key=len, default=""), LONGEST_NAME),
        ("category", category, LONGEST_WORD),
        ("external_id", external, LONGEST_WORD),
    ):
        if len(text) > longest:
            fields[word] = f"请控制在 {longest} 字以内。"
    known = own_names(session, actor.jurisdiction_id)
    for word, texts in (("name", [name]), ("short_name", [short]), ("aliases", aliases)):
        for text in texts:
            if text and known.get(text, own) != own and word not in fields:
                fields[word] = taken(session, text, known[text])
    if external and (sentence := _external_taken(session, external, own, actor)):
        fields["external_id"] = sentence
    if facts.parent_id is not None and (sentence := _wrong_parent(session, facts.parent_id, own, actor)):
        fields["parent"] = sentence
    if fields:
        raise InvalidInput(NOT_SAVED, fields=fields)
    return DepartmentFacts(name, short, category, facts.kind, facts.parent_id, external, tuple(aliases))


def taken(session: Session, text: str, holder_id: int) -> str:
    holder = session.get_one(Department, holder_id)
    if holder.successor_id is not None:
        return f"“{text}”是已撤并单位“{holder.name}”的名称，写到这个名称时已按承接单位识别，不用再登记。"
    if holder.name == text:
        return f"“{text}”已在名录中。如确是同一单位，请把其中一个并入另一个。"
    return f"“{text}”已是“{holder.name}”的简称或别名。如认错了，请先到该单位去掉。"


def _external_taken(session: Session, external: str, own: int | None, actor: Viewer) -> str:
    holder = find_by_external_id(session, external, actor)
    return f"外部编号“{external}”已用于“{holder.name}”。" if holder and holder.id != own else ""


def find_by_external_id(session: Session, external_id: str, actor: Viewer) -> Department | None:
    """The unit with this number in the OA system."""
    query = select(Department).where(
        col(Department.jurisdiction_id) == actor.jurisdiction_id, col(Department.external_id) == external_id
    )
    return session.execute(query).scalar_one_or_none()


def _wrong_parent(session: Session, parent_id: int, own: int | None, actor: Viewer) -> str:
    parent = own_row(session, actor, Department, parent_id)
    if parent is None:
        return "没有找到这个上级单位，请重新选择。"
    if parent.kind is DepartmentKind.GROUP:
        return f"“{parent.name}”是一类单位，不能作上级单位。"
    if not is_current(parent, actor.today):
        return f"“{parent.name}”已撤并，不能作上级单位。" if parent_id != _parent_of(session, own) else ""
    above: Department | None = parent
    while above is not None:
        if above.id == own:
            return "上级单位不能是它自己，也不能是它的下级。"
        above = session.get(Department, above.parent_id) if above.parent_id else None
    return ""


def _parent_of(session: Session, own: int | None) -> int | None:
    department = session.get(Department, own) if own else None
    return department.parent_id if department else None


def _refuse_when_stale(
    session: Session, department: Department, facts: DepartmentFacts, actor: Viewer, shown: str
) -> None:
    now = department_entry(session, actor, department.id or 0)
    parent = (now.parent.id, now.parent.name) if now.parent else (None, "")
    kind = "一类单位" if now.is_group else "一个单位"
    compared = [
        ("全称", facts.name, now.name, now.name),
        ("简称", facts.short_name, now.short_name, now.short_name),
        ("也写作", sorted(facts.aliases), sorted(now.aliases), "、".join(now.aliases)),
        ("类别", facts.category, now.category, now.category),
        ("单位性质", facts.kind or now.kind, now.kind, kind),
        ("上级单位", facts.parent_id, *parent),
        ("外部编号", facts.external_id, now.external_id or "", now.external_id or ""),
    ]
    refuse_when_stale(shown, now.digest, "这个单位", compared)


def _refuse_wrong_kind(session: Session, department: Department, facts: DepartmentFacts) -> None:
    if facts.kind is None or facts.kind is department.kind:
        return
    groups, members = col(DepartmentMember.group_id), col(DepartmentMember.department_id)
    tied = select(col(DepartmentMember.id)).where((groups == department.id) | (members == department.id))
    if session.execute(tied.limit(1)).first() is not None:
        raise InvalidInput(NOT_SAVED, fields={"kind": "它有成员单位，或者是别的一类单位的成员，请先去掉。"})


def _set_aliases(session: Session, department: Department, wanted: Iterable[str]) -> None:
    """Only what differs is written, so that names keep the order they were entered in."""
    mine = col(DepartmentAlias.department_id) == department.id
    before = set(session.execute(select(col(DepartmentAlias.name)).where(mine)).scalars())
    wanted = list(dict.fromkeys(wanted))
    session.execute(delete(DepartmentAlias).where(mine, col(DepartmentAlias.name).in_(before - set(wanted))))
    session.add_all(
        DepartmentAlias(
            jurisdiction_id=department.jurisdiction_id, department_id=department.id or 0, name=alias
        )
        for alias in wanted
        if alias not in before
    )
    session.flush()


def _told(session: Session, department: Department) -> dict[str, Any]:
    """The unit in words, for the event."""
    aliases = select(col(DepartmentAlias.name)).where(col(DepartmentAlias.department_id) == department.id)
    parent = session.get(Department, department.parent_id) if department.parent_id else None
    return {
        "name": department.name,
        "short_name": department.short_name,
        "category": department.category,
        "kind": department.kind,
        "parent": parent.name if parent else "",
        "external_id": department.external_id or "",
        "aliases": sorted(session.execute(aliases).scalars()),
    }
