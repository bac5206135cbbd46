"""领导名录: officials entered, changed, leaving office."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.directory import Official
from app.queries.directory_entries import official_entry
from app.queries.hand_over import open_tasks_of_official
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events
from app.services.departments import day_words, no_spaces
from app.services.directory import wait_in_line
from app.services.directory_order import next_position
from app.services.stale_forms import refuse_when_stale

NOT_SAVED = "领导名录没有改动。"


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """What the office says of an official. ``in_office_to`` is the first day no longer in office."""

    name: str
    post: str = ""
    in_office_from: date | None = None
    in_office_to: date | None = None
    external_id: str = ""


def add_official(session: Session, facts: OfficialFacts, *, actor: Viewer) -> Official:
    """Enter an official (新增分管领导). Raises ``InvalidInput`` with a sentence per field."""
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    facts = _checked(session, facts, None, actor)
    official = Official(
        jurisdiction_id=actor.jurisdiction_id,
        name=facts.name,
        post=facts.post,
        in_office_from=facts.in_office_from,
        in_office_to=facts.in_office_to,
        external_id=facts.external_id or None,
        position=next_position(session, Official, actor),
    )
    session.add(official)
    session.flush()
    after = {word: value for word, value in _told(official).items() if value}
    events.record(session, actor, "official_added", name=official.name, after=after)
    return official


def change_official(
    session: Session, official: Official, facts: OfficialFacts, *, actor: Viewer, shown: str | None = None
) -> bool:
    """Correct an entry, or note that the official has left office (离任). False: as it was.

    Raises ``InvalidInput``; among the reasons, at ``in_office_to``, tasks that nobody has taken over yet.
    ``shown`` is the digest of the official as the person's page showed it; ``Conflict`` when it has changed since.
    """
    require(actor, Action.EDIT_DIRECTORY)
    wait_in_line(session, actor)
    session.refresh(official)
    if shown is not None:
        _refuse_when_stale(session, official, facts, actor, shown)
    facts = _checked(session, facts, official, actor)
    before = _told(official)
    leaves = facts.in_office_to is not None and facts.in_office_to <= actor.today
    if leaves and facts.in_office_to != official.in_office_to:
        _refuse_while_in_charge(session, official, actor)
    official.name, official.post = facts.name, facts.post
    official.in_office_from, official.in_office_to = facts.in_office_from, facts.in_office_to
    official.external_id = facts.external_id or None
    session.add(official)
    session.flush()
    after = _told(official)
    return events.record_change(session, actor, "official_changed", before, after)


def find_official_by_external_id(session: Session, external_id: str, actor: Viewer) -> Official | None:
    """The official with this number in the OA system."""
    query = select(Official).where(
        col(Official.jurisdiction_id) == actor.jurisdiction_id, col(Official.external_id) == external_id
    )
    return session.execute(query).scalar_one_or_none()


def officials_named(session: Session, name: str, actor: Viewer) -> list[Official]:
    """Everyone of that name, by rank."""
    query = (
        select(Official)
        .where(col(Official.jurisdiction_id) == actor.jurisdiction_id, col(Official.name) == no_spaces(name))
        .order_by(col(Official.position), col(Official.id))
    )
    return list(session.execute(query).scalars())


def _refuse_when_stale(
    session: Session, official: Official, facts: OfficialFacts, actor: Viewer, shown: str
) -> None:
    now = official_entry(session, actor, official.id or 0)
    start, end = now.in_office_from, now.in_office_to
    compared = [
        ("姓名", facts.name, now.name, now.name),
        ("职务", facts.post, now.post, now.post),
        ("任职日期", facts.in_office_from, start, day_words(start) if start else ""),
        ("离任日期", facts.in_office_to, end, day_words(end) if end else ""),
        ("外部编号", facts.external_id, now.external_id or "", now.external_id or ""),
    ]
    refuse_when_stale(shown, now.digest, "这位领导的信息", compared)


def _refuse_while_in_charge(session: Session, official: Official, actor: Viewer) -> None:
    if count := open_tasks_of_official(session, actor, official):
        sentence = f"还有 {count} 项没有办结的任务由{official.name}分管，请先办理交接，再登记离任。"
        raise InvalidInput(NOT_SAVED, fields={"in_office_to": sentence})


def _checked(
    session: Session, facts: OfficialFacts, official: Official | None, actor: Viewer
) -> OfficialFacts:
    fields: dict[str, str] = {}
    name, post = no_spaces(facts.name), " ".join(plain(facts.post).split())
    external = plain(facts.external_id).strip()
    if not name:
        fields["name"] = "请填写姓名。"
    for word, text, longest in (("name", name, 50), ("post", post, 100), ("external_id", external, 50)):
        if len(text) > longest:
            fields[word] = f"请控制在 {longest} 字以内。"
    own = official.id if official else None
    namesakes = [each for each in officials_named(session, name, actor) if each.id != own] if name else []
    if any(each.post == post for each in namesakes):
        fields["post"] = (
            f"名录中已有{post}{name}。如是另一个人，请写明不同的职务。"
            if post
            else f"名录中已有一位“{name}”。如是另一个人，请写明职务，以便区分。"
        )
    if facts.in_office_from and facts.in_office_to and facts.in_office_to <= facts.in_office_from:
        fields["in_office_to"] = "离任日期应在任职日期之后。"
    holder = find_official_by_external_id(session, external, actor) if external else None
    if holder and holder.id != own:
        fields["external_id"] = f"外部编号“{external}”已用于“{holder.name}”。"
    if fields:
        raise InvalidInput(NOT_SAVED, fields=fields)
    return OfficialFacts(name, post, facts.in_office_from, facts.in_office_to, external)


def _told(official: Official) -> dict[str, Any]:
    return {
        "name": official.name,
        "post": official.post,
        "in_office_from": official.in_office_from,
        "in_office_to": official.in_office_to,
        "external_id": official.external_id or "",
    }
