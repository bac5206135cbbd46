"""Engine, sessions and migrations; the only file that commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine

from app.config import PROJECT_ROOT

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=30000",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    # A table of thousands of rows stays in memory until its commit, and is moved from the log after it, in one go.
    "cache_size=-8000",
    "wal_autocheckpoint=4000",
)
REST_SECONDS = 2


def make_engine(url: str, *, threads: int = 4) -> Engine:
    """One pool of connections, as many as there are worker threads (and a few for sign-in checks)."""
    settings: dict[str, Any] = {
        "pool_size": 2 * threads,
        "max_overflow": threads,
        "json_serializer": _to_json,
        "json_deserializer": orjson.loads,
    }
    if make_url(url).get_backend_name() != "sqlite":
        # Better a sentence after a while than a request that waits for ever.
        patience = "-c lock_timeout=15s -c idle_in_transaction_session_timeout=120s"
        engine = create_engine(url, connect_args={"options": patience}, **settings)
        event.listen(engine, "checkin", _note_the_time)
        event.listen(engine, "checkout", _ask_after_a_rest(engine.dialect))
        return engine
    engine = create_engine(url, connect_args={"check_same_thread": False}, **settings)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(url: str) -> None:
    """Bring the database to the newest form of the tables; nothing happens when it is there already."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "alembic"))
    config.attributes["url"] = url
    return config


class Database:
    """Sessions of two kinds: for looking, and for changing.

    A changing session takes SQLite's write lock when it begins. Otherwise one that reads first and writes later
    is refused at once, without waiting, when another has written in between.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(writing=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends well, undone when it raises."""
        with Session(self._writing_engine, expire_on_commit=False) as session:
            yield session
            session.commit()


def _note_the_time(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _ask_after_a_rest(dialect: Dialect) -> Callable[..., None]:
    """Whether a connection that rested is still one: the server may have been restarted. On an evening on which
    none of them rests, nobody pays for the question."""

    def ask(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < REST_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone

    return ask


def _to_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
