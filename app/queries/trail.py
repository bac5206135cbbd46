"""办理记录 of the whole jurisdiction, for the auditor: looked through, taken out, and checked for forgery."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, cast

import orjson
from sqlalchemy import ColumnElement, Select, String, Table, and_, func, inspect, or_, select, type_coerce
from sqlalchemy import cast as cast_to
from sqlmodel import Session, col

from app.config import OFFICE_ZONE
from app.models.account import User
from app.models.directory import Jurisdiction
from app.models.event import Event, EventSource, TrailHead
from app.models.task import Task
from app.queries.page import Page
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.rules.trail import BEGINNING, Break, Head, breaks

PAGE_SIZE = 100
READ_AT_ONCE = 1_000
"""Rows held in memory while the whole trail goes by."""
NEVER = datetime(1, 1, 1, tzinfo=UTC)
LATEST = 500
"""How far back a repeat is looked for: enough for a minute, and never the whole trail."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the auditor narrows the trail by; days are the office's, the last one included."""

    since: date | None = None
    until: date | None = None
    person: str = ""
    kind: str = ""
    source: EventSource | None = None
    address: str = ""
    task: str = ""
    text: str = ""

    def as_query(self) -> dict[str, Any]:
        """What is set, by name, as it stands in an address."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}

    def without(self, name: str) -> dict[str, Any]:
        return {key: value for key, value in self.as_query().items() if key != name}


EVERYTHING = TrailFilter()
LONGEST = 100


def findable(text: str) -> str:
    """Words that can stand in a record; nothing for what is longer or stranger than any."""
    text = text.strip()
    return text if len(text) <= LONGEST and plain(text) == text else ""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One deed: when, who, from where, what, on what."""

    sequence: int
    at: datetime
    actor_id: int | None
    actor: str
    username: str
    """Tells two accounts of one name apart; empty for the command line and for whoever is not signed in."""
    source: EventSource
    address: str
    kind: str
    plan_id: int | None
    task_id: int | None
    task_number: str
    batch_id: int | None
    detail: dict[str, Any]
    hash: str

    @property
    def by(self) -> str:
        """办理人: the name at that time, and whose account it is."""
        return f"{self.actor}（{self.username}）" if self.username else self.actor


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the chain found: how many events were read from where, the head, every break."""

    events: int
    start: Head
    head: Head
    breaks: list[Break]

    @property
    def is_whole(self) -> bool:
        return not self.breaks


def list_trail(
    session: Session, viewer: Viewer, wanted: TrailFilter = EVERYTHING, *, page: int = 1
) -> Page[TrailRow]:
    """The newest first."""
    total = count_trail(session, viewer, wanted)
    query = _events(viewer, wanted).order_by(col(Event.sequence).desc())
    rows = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Page([_row(row) for row in rows], page, PAGE_SIZE, total)


def count_trail(session: Session, viewer: Viewer, wanted: TrailFilter) -> int:
    counted = _events(viewer, wanted).with_only_columns(func.count())
    return session.execute(counted).scalar_one()


def read_trail(
    session: Session, viewer: Viewer, wanted: TrailFilter, *, after: int = 0, limit: int | None = None
) -> Iterator[TrailRow]:
    """In order of writing, a few at a time, from the one after number ``after``."""
    query = _events(viewer, wanted).where(col(Event.sequence) > after).order_by(col(Event.sequence))
    for row in session.execute(query.limit(limit).execution_options(yield_per=READ_AT_ONCE)):
        yield _row(row)


def head_of(session: Session, viewer: Viewer) -> Head:
    """Where the chain ends now: worth noting down outside of the system."""
    require(viewer, Action.VIEW_TRAIL)
    head = session.get(TrailHead, viewer.jurisdiction_id, populate_existing=True)
    return BEGINNING if head is None else Head(head.sequence, head.hash)


def verify(
    session: Session, viewer: Viewer, *, noted: Head | None = None, newest: int | None = None
) -> Verification:
    """Read the chain link by link and name every break; ``newest`` confines it to so many of the last ones.

    Head and events come in one statement: what is written meanwhile belongs to neither.
    """
    require(viewer, Action.VIEW_TRAIL)
    start = _start(session, viewer, newest)
    query: Select[*tuple[Any, ...]] = (
        select(
            col(TrailHead.sequence).label("head_sequence"),
            col(TrailHead.hash).label("head_hash"),
            *(type_coerce(column, String).label(column.name) for column in _written().columns),
        )
        .select_from(Jurisdiction)
        .outerjoin(TrailHead, col(TrailHead.jurisdiction_id) == col(Jurisdiction.id))
        .outerjoin(
            Event,
            and_(col(Event.jurisdiction_id) == col(Jurisdiction.id), col(Event.sequence) > start.sequence),
        )
        .where(col(Jurisdiction.id) == viewer.jurisdiction_id)
        .order_by(col(Event.sequence), col(Event.id))
        .execution_options(yield_per=READ_AT_ONCE)
    )
    rows: Iterator[Any] = iter(session.execute(query).mappings())
    first: Mapping[str, Any] = next(rows)
    head = Head(first["head_sequence"] or 0, first["head_hash"] or "")
    read = _Counted(rows if first["id"] is None else chain([first], rows))
    found = list(breaks(read, head, start=start, noted=noted))
    return Verification(read.count, start, head, found)


def jurisdiction_names(session: Session) -> list[str]:
    """Whose trails there are."""
    return list(session.execute(select(col(Jurisdiction.name)).order_by(col(Jurisdiction.id))).scalars())


def just_recorded(session: Session, actor: Viewer, kind: str, *, since: datetime) -> list[dict[str, Any]]:
    """The details of the actor's like deeds lately, from where he is now: a loop must not fill the trail."""
    newest = select(func.max(col(Event.sequence))).where(col(Event.jurisdiction_id) == actor.jurisdiction_id)
    query = select(col(Event.detail)).where(
        col(Event.jurisdiction_id) == actor.jurisdiction_id,
        col(Event.sequence) > func.coalesce(newest.scalar_subquery(), 0) - LATEST,
        col(Event.kind) == kind,
        col(Event.actor_id).is_not_distinct_from(actor.user_id),
        col(Event.address) == actor.address,
        col(Event.at) > since,
    )
    return list(session.execute(query).scalars())


class _Counted:
    """Events as they lie in the database, made fit to be hashed whatever somebody has done to them."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.count += 1
            sequence = row["sequence"] if isinstance(row["sequence"], int) else 0
            yield {**row, "sequence": sequence, "at": _moment(row["at"]), "detail": _loaded(row["detail"])}


def _moment(stored: Any) -> datetime:
    """SQLite keeps a moment as text."""
    try:
        at = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return NEVER
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _loaded(stored: Any) -> Any:
    """SQLite keeps a detail as text; one that is none any more fits no hash."""
    if not isinstance(stored, str | bytes):
        return stored
    try:
        return orjson.loads(stored)
    except orjson.JSONDecodeError:
        return repr(stored)


def _written() -> Table:
    return cast(Table, inspect(Event).local_table)


def _start(session: Session, viewer: Viewer, newest: int | None) -> Head:
    """The link before the ones to be read."""
    if newest is None:
        return BEGINNING
    mine = select(col(Event.sequence), col(Event.hash)).where(
        col(Event.jurisdiction_id) == viewer.jurisdiction_id
    )
    found = session.execute(mine.order_by(col(Event.sequence).desc()).offset(newest).limit(1)).one_or_none()
    return BEGINNING if found is None else Head(found.sequence, found.hash)


def _events(viewer: Viewer, wanted: TrailFilter) -> Select[*tuple[Any, ...]]:
    require(viewer, Action.VIEW_TRAIL)
    return (
        select(
            col(Event.sequence),
            col(Event.at),
            col(Event.actor_id),
            col(Event.actor_name),
            col(User.username),
            col(Event.source),
            col(Event.address),
            col(Event.kind),
            col(Event.plan_id),
            col(Event.task_id),
            col(Task.number).label("task_number"),
            col(Event.batch_id),
            col(Event.detail),
            col(Event.hash),
        )
        .outerjoin(Task, col(Task.id) == col(Event.task_id))
        .outerjoin(User, col(User.id) == col(Event.actor_id))
        .where(col(Event.jurisdiction_id) == viewer.jurisdiction_id, *_conditions(wanted))
    )


def _conditions(wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield col(Event.at) >= _midnight(wanted.since)
    if wanted.until:
        yield col(Event.at) < _midnight(wanted.until) + timedelta(days=1)
    if wanted.person:
        yield _done_by(plain(wanted.person))
    if wanted.kind:
        yield col(Event.kind) == wanted.kind
    if wanted.source:
        yield col(Event.source) == wanted.source
    if wanted.address:
        yield col(Event.address).startswith(wanted.address, autoescape=True)
    if wanted.task:
        yield col(Task.number) == wanted.task
    if wanted.text:
        written = orjson.dumps(plain(wanted.text)).decode()[1:-1]  # quotes as they stand in the stored detail
        yield cast_to(col(Event.detail), String).icontains(written, autoescape=True)


def _done_by(person: str) -> ColumnElement[bool]:
    """By the name at that time, or by the user name, which never changes and belongs to one person."""
    accounts = select(col(User.id)).where(col(User.username).icontains(person, autoescape=True))
    return or_(col(Event.actor_name).icontains(person, autoescape=True), col(Event.actor_id).in_(accounts))


def _midnight(day: date) -> datetime:
    """Where the office's day begins. The calendar's ends cannot be told in every zone, and nothing lies there."""
    return datetime.combine(min(max(day, date(1970, 1, 1)), date(9000, 1, 1)), time(), OFFICE_ZONE)


def _row(row: Any) -> TrailRow:
    return TrailRow(
        row.sequence,
        row.at,
        row.actor_id,
        row.actor_name,
        row.username or "",
        row.source,
        row.address,
        row.kind,
        row.plan_id,
        row.task_id,
        row.task_number or "",
        row.batch_id,
        row.detail,
        row.hash,
    )
