"""办理记录: append-only in the database, all or nothing with the deed, one chain whoever writes at once."""

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from app.installation import command_actor
from app.models.account import Role
from app.models.event import Event, TrailHead
from app.queries import trail as trail_queries
from app.rules.trail import Head, link
from app.services import events
from tests.forgery import MINE, auditor, past_the_triggers, put_head, rewrite_from, told, verify
from tests.office import HOME, NEIGHBOUR, Office


def record(office: Office, *kinds: str) -> None:
    with office.database.writing() as session:
        for kind in kinds:
            events.record(session, command_actor(session, HOME), kind, words="原文")


def kinds_of(office: Office) -> list[str]:
    with office.database.reading() as session:
        mine = select(col(Event.kind)).where(col(Event.jurisdiction_id) == auditor(office).jurisdiction_id)
        return list(session.execute(mine.order_by(col(Event.sequence))).scalars())


class Undone(Exception):
    """Something goes wrong in the middle."""


def undone(by: type[Exception] = Undone) -> AbstractContextManager[object]:
    return pytest.raises(by)


# ── append-only in the database ──


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor_name = '别人' WHERE sequence = 2",
        "UPDATE event SET hash = hash",
        "DELETE FROM event WHERE sequence = 2",
        "DELETE FROM event",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(office: Office, statement: str) -> None:
    before = verify(office)
    with office.database.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(statement))
    assert verify(office) == before
    assert before.events > 3


def test_an_event_cannot_be_written_over(office: Office) -> None:
    """SQLite's REPLACE deletes without asking the trigger of deletion."""
    kept = ", ".join(column.name for column in Event.metadata.tables["event"].columns)
    copied = kept.replace("actor_name", "'别人'")
    statement = f"INSERT INTO event ({kept}) SELECT {copied} FROM event WHERE sequence = 2"
    if office.database.engine.dialect.name == "sqlite":
        statement = statement.replace("INSERT", "INSERT OR REPLACE")
    with office.database.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    assert verify(office).is_whole


def test_the_trail_cannot_be_emptied(office: Office) -> None:
    if office.database.engine.dialect.name == "sqlite":
        return  # has no TRUNCATE
    with office.database.engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("TRUNCATE event CASCADE"))


def test_a_role_that_does_not_own_the_tables_cannot_get_past_the_triggers(office: Office) -> None:
    """As docs/operations.md advises for PostgreSQL; SQLite knows no roles."""
    if office.database.engine.dialect.name == "sqlite":
        return
    role = f"clerk_{os.getpid()}"
    with office.database.engine.connect() as connection:
        for statement in (
            f"CREATE ROLE {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE UPDATE, DELETE ON event FROM {role}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            f"SET LOCAL ROLE {role}",
        ):
            connection.execute(text(statement))
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            events.record(session, command_actor(session, HOME), "alias_registered")
            session.commit()
        for statement in (
            "UPDATE event SET actor_name = '别人'",
            "ALTER TABLE event DISABLE TRIGGER USER",
            "SET session_replication_role = replica",
            "DROP TRIGGER event_no_change ON event",
        ):
            with (
                pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
                connection.begin_nested(),
            ):
                connection.execute(text(statement))
        connection.rollback()  # the role goes with it
    assert verify(office).is_whole


# ── all or nothing ──


def test_a_deed_that_fails_leaves_no_event(office: Office) -> None:
    before = kinds_of(office)
    with undone(), office.database.writing() as session:
        events.record(session, command_actor(session, HOME), "alias_registered")
        raise Undone
    assert kinds_of(office) == before


def test_what_is_rolled_back_is_forgotten_and_the_session_goes_on(office: Office) -> None:
    before = kinds_of(office)
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        events.record(session, actor, "alias_registered")
        session.rollback()
        events.record(session, actor, "password_changed")
    assert kinds_of(office) == [*before, "password_changed"]


def test_a_savepoint_that_is_undone_takes_its_events_along(office: Office) -> None:
    before = kinds_of(office)
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        events.record(session, actor, "first")
        with undone(), session.begin_nested():
            events.record(session, actor, "undone")
            with session.begin_nested():
                events.record(session, actor, "undone with it")
            raise Undone
        with session.begin_nested():
            events.record(session, actor, "second")
            with undone(DBAPIError), session.begin_nested():
                events.record(session, actor, "undone too")
                session.execute(text("SELECT * FROM no_such_table"))
        events.record(session, actor, "third")
    assert kinds_of(office) == [*before, "first", "second", "third"]
    assert verify(office).is_whole


def test_a_session_that_is_left_without_a_commit_keeps_nothing_for_its_next_use(office: Office) -> None:
    before = kinds_of(office)
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        events.record(session, actor, "left")
        session.close()
        events.record(session, actor, "kept")
    assert kinds_of(office) == [*before, "kept"]


def test_each_jurisdiction_has_a_chain_of_its_own(office: Office) -> None:
    with office.database.writing() as session:
        home, neighbour = command_actor(session, HOME), command_actor(session, NEIGHBOUR)
        for number in range(3):
            events.record(session, home, "alias_registered", number=number)
            events.record(session, neighbour, "alias_registered", number=number)
    with office.database.reading() as session:
        found = trail_queries.verify(session, replace(neighbour, role=Role.AUDITOR))
    assert (found.events, found.head.sequence, found.breaks) == (3, 3, [])
    assert verify(office).is_whole


# ── many at once ──


def test_many_who_write_at_once_make_one_unbroken_chain(office: Office) -> None:
    before = verify(office).head.sequence
    writers, rounds = 6, 8
    failed: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for number in range(rounds):
                with office.database.writing() as session:
                    actor = command_actor(session, HOME)
                    deeds = [{"kind": "alias_registered", "detail": {"n": [writer, number]}}] * (
                        1 + number % 3
                    )
                    events.record_all(session, actor, deeds)
                    if number % 4 == 3:
                        session.rollback()
        except BaseException as problem:
            failed.append(problem)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found = verify(office)
    assert told(found) == []
    kept = sum(1 + number % 3 for number in range(rounds) if number % 4 != 3)
    assert found.head.sequence == before + writers * kept


# ── tampering, past the triggers ──


def tamper(office: Office, deed: Callable[[Connection], object]) -> None:
    with past_the_triggers(office.database.engine) as connection:
        deed(connection)


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = '别人'",
        "address = '10.9.9.9'",
        "kind = 'task_withdrawn'",
        'detail = \'{"words": "改过"}\'',
        "task_id = NULL, plan_id = NULL, batch_id = NULL, actor_id = NULL, source = 'api'",
        "at = '2018-01-01 00:00:00.000000'",
    ],
)
def test_one_changed_event_is_named(office: Office, change: str) -> None:
    record(office, "alias_registered", "alias_registered")
    number = verify(office).head.sequence - 1
    tamper(office, lambda db: db.execute(text(f"UPDATE event SET {change} WHERE {MINE} = {number}")))
    assert told(verify(office)) == [(number, f"第 {number} 条的内容与当时写下的不一致，被改动或调换过")]


def test_nonsense_in_an_event_is_named_like_any_change(office: Office) -> None:
    if office.database.engine.dialect.name != "sqlite":
        return  # PostgreSQL keeps types
    tamper(
        office,
        lambda db: db.execute(
            text(f"UPDATE event SET detail = '{{', at = 'morgen', source = 'page' WHERE {MINE} = 2")
        ),
    )
    assert [number for number, _ in told(verify(office))] == [2]


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_deleted_event_is_named(office: Office, place: str) -> None:
    last = verify(office).head.sequence
    number = {"first": 1, "middle": 4, "last": last}[place]
    tamper(office, lambda db: db.execute(text(f"DELETE FROM event WHERE {MINE} = {number}")))
    assert told(verify(office)) == [(number, f"第 {number} 条缺失")]


def test_two_exchanged_events_are_named(office: Office) -> None:
    def exchange(db: Connection) -> None:
        for old, new in ((2, -1), (3, 2), (-1, 3)):
            db.execute(text(f"UPDATE event SET sequence = {new} WHERE {MINE} = {old}"))

    tamper(office, exchange)
    assert [number for number, _ in told(verify(office))] == [2, 3, 4]


def test_an_appended_event_is_named_though_its_hash_is_right(office: Office) -> None:
    head = verify(office).head
    with office.database.reading() as session:
        last = (
            session.execute(
                select(Event.__table__).where(
                    col(Event.jurisdiction_id) == 1, col(Event.sequence) == head.sequence
                )  # type: ignore[attr-defined]
            )
            .mappings()
            .one()
        )
    forged = {**last, "sequence": head.sequence + 1, "kind": "account_created"}
    forged["hash"] = link(head.hash, forged)
    del forged["id"]
    tamper(office, lambda db: db.execute(Event.__table__.insert().values(**forged)))  # type: ignore[attr-defined]
    number = head.sequence + 1
    assert told(verify(office)) == [
        (number, f"第 {number} 条不在链尾记录之内，是另外添上的，或链尾记录被改动过")
    ]


def test_a_chain_rewritten_to_its_end_is_found_only_by_the_head_noted_before(office: Office) -> None:
    noted = verify(office).head
    record(office, "alias_registered")
    tamper(office, rewrite_from(3))
    assert told(verify(office)) == []
    [found] = verify(office, noted=noted).breaks
    assert found.sequence == noted.sequence
    assert "重新串接" in found.reason


def test_a_tail_cut_off_with_its_head_is_found_only_by_the_head_noted_before(office: Office) -> None:
    noted = verify(office).head
    cut = noted.sequence - 2

    def cut_off(db: Connection) -> None:
        db.execute(text(f"DELETE FROM event WHERE {MINE} > {cut}"))
        put_head(db, cut)

    tamper(office, cut_off)
    assert told(verify(office)) == []
    [found] = verify(office, noted=noted).breaks
    assert (found.sequence, "截去" in found.reason) == (cut + 1, True)


def test_a_lost_head_is_named(office: Office) -> None:
    with office.database.writing() as session:
        session.execute(text("DELETE FROM trail_head WHERE jurisdiction_id = 1"))
    assert [number for number, _ in told(verify(office))] == [1]


def test_of_a_long_trail_the_newest_can_be_checked_alone(office: Office) -> None:
    last = verify(office).head.sequence
    assert (verify(office, newest=3).events, verify(office, newest=3).start.sequence) == (3, last - 3)
    assert verify(office, newest=3).is_whole
    assert verify(office, newest=last + 5).events == last
    tamper(office, lambda db: db.execute(text(f"UPDATE event SET kind = 'x' WHERE {MINE} = {last - 1}")))
    assert [number for number, _ in told(verify(office, newest=3))] == [last - 1]


def test_the_head_is_what_the_next_event_will_follow(office: Office) -> None:
    with Session(office.database.engine) as session:
        kept = session.get_one(TrailHead, 1)
        assert Head(kept.sequence, kept.hash) == verify(office).head
        assert str(verify(office).head) == f"{kept.sequence}:{kept.hash}"
