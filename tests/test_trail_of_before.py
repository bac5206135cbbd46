"""A database of the release before: its events are chained in the order they were written, and can go back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from alembic import command
from sqlalchemy import Connection, Engine, text

from app.db import Database, alembic_config, make_engine, migrate
from app.installation import command_actor
from app.models.account import Role
from app.queries import trail as trail_queries
from app.services import events
from tests.forgery import told

FIRST_RELEASE = "20261121first"

OLD_DETAILS = [
    '{"before":{"status":"in_progress","completion":null},"after":{"status":"completed","completion":100}}',
    '{"text":"新建、改造公厕58座。“引号”\\\\反斜线\\n换行😀","share":0.1,"large":1e22,"small":5e-324,"minus":-0.0}',
    '{"nested":[{"z":1,"a":[null,true,false,{"名":"值"}]},[]],"":""}',
    "{}",
]


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


def write_as_before(connection: Connection) -> None:
    """What the first release wrote, by its own columns."""
    for number, name in ((1, "青山区"), (2, "河口区")):
        connection.execute(
            text(f"INSERT INTO jurisdiction (id, name, created_at) VALUES ({number}, :name, '2018-01-01')"),
            {"name": name},
        )
    for number in range(40):
        connection.execute(
            text(
                "INSERT INTO event (jurisdiction_id, at, actor_name, source, kind, detail) "
                "VALUES (:place, :at, :name, :source, 'progress_reported', :detail)"
            ),
            {
                "place": 2 if number % 5 == 4 else 1,
                "at": f"2018-09-{1 + number % 28:02d} 08:{number:02d}:07.{'000000' if number % 2 else '123456'}",
                "name": "李发改",
                "source": ("page", "api", "command")[number % 3],
                "detail": OLD_DETAILS[number % len(OLD_DETAILS)],
            },
        )


def whole(engine: Engine) -> list[int]:
    """How many events each jurisdiction's chain has; all are unbroken."""
    counts = []
    with Database(engine).reading() as session:
        for name in ("青山区", "河口区"):
            actor = replace(command_actor(session, name), role=Role.AUDITOR)
            found = trail_queries.verify(session, actor)
            assert told(found) == []
            counts.append(found.events)
    return counts


def test_a_database_of_the_release_before_is_chained_and_can_go_back(empty_database_url: str) -> None:
    settings = alembic_config(empty_database_url)
    command.upgrade(settings, FIRST_RELEASE)
    with opened(empty_database_url) as engine:
        with engine.begin() as connection:
            write_as_before(connection)
        migrate(empty_database_url)
        assert whole(engine) == [32, 8]
        with Database(engine).writing() as session:
            events.record(session, command_actor(session, "青山区"), "alias_registered", share=0.1)
        assert whole(engine) == [33, 8]
    command.downgrade(settings, FIRST_RELEASE)
    with opened(empty_database_url) as engine:
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM event")).scalar_one() == 41
            connection.execute(
                text("UPDATE event SET actor_name = '改名' WHERE id = 1")
            )  # no trigger is left
        migrate(empty_database_url)
        assert whole(engine) == [33, 8]
