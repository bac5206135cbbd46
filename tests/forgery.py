"""What a forger with the database's own key can do to the trail, and what the check then says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from app.models.event import Event
from app.queries import trail as trail_queries
from app.queries.trail import Verification
from app.rules.permissions import Viewer
from app.rules.trail import link
from tests.office import Office

MINE = "jurisdiction_id = 1 AND sequence"
"""The home jurisdiction's event of a number."""


def auditor(office: Office) -> Viewer:
    return office.viewer("auditor")


def verify(office: Office, **options: Any) -> Verification:
    with office.database.reading() as session:
        return trail_queries.verify(session, auditor(office), **options)


def told(found: Verification) -> list[tuple[int, str]]:
    return [(each.sequence, each.reason) for each in found.breaks]


@contextmanager
def past_the_triggers(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for trigger in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
            ).scalars():
                connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def rewrite_from(first: int) -> Callable[[Connection], None]:
    """A forger with the source code: one event changed, every hash from there on worked out anew."""

    def rewrite(db: Connection) -> None:
        db.execute(text(f"UPDATE event SET actor_name = '别人' WHERE {MINE} = {first}"))
        table = Event.__table__  # type: ignore[attr-defined]
        mine = select(table).where(table.c.jurisdiction_id == 1).order_by(table.c.sequence)
        before = ""
        for event in db.execute(mine).mappings().all():
            before = link(before, event)
            db.execute(table.update().where(table.c.id == event["id"]).values(hash=before))
        put_head(db, db.execute(select(func.max(table.c.sequence))).scalar_one())

    return rewrite


def put_head(db: Connection, sequence: int) -> None:
    newest = f"(SELECT hash FROM event WHERE {MINE} = {sequence})"
    db.execute(
        text(f"UPDATE trail_head SET sequence = {sequence}, hash = {newest} WHERE jurisdiction_id = 1")
    )
