"""The databases of the tests: whatever asks for one runs twice, on SQLite and on PostgreSQL.

Each test has a migrated, empty database to itself and may commit as it likes.

``TEST_PG_URL`` names a PostgreSQL server to use instead of a throw-away one. ``DATABASE_URL`` confines a run
to one engine: to SQLite, or to the PostgreSQL server it names.
"""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.clock import office_date, utcnow
from app.db import Database, make_engine, migrate
from tests.office import END_OF_RUN, Office, open_office
from tests.postgres import Postgres, PostgresMissingError, ThrowAwayPostgres

ENGINES: list[Any] = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
ONLY_DATABASE = os.environ.get("DATABASE_URL", "")
POSTGRES = pytest.StashKey[Postgres]()
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
CHEAP_DUMMY = CHEAP.hash("nobody's")

if ONLY_DATABASE:
    ENGINES = ENGINES[:1] if make_url(ONLY_DATABASE).get_backend_name() == "sqlite" else ENGINES[1:]


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("DUBAN_")]:
        del os.environ[name]  # an installation's settings must not reach the tests, nor the tests its data
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[POSTGRES] = Postgres(worker_input["postgres_url"])
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to stop, it clears up as after Ctrl-C
    if server := os.environ.get("TEST_PG_URL") or ("postgresql" in ONLY_DATABASE and ONLY_DATABASE):
        config.stash[POSTGRES] = Postgres(server)
    else:
        config.stash[POSTGRES] = ThrowAwayPostgres()


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay to the end: no later collection need walk over them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["postgres_url"] = node.config.stash[POSTGRES].url


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """The workers are about to begin: one server for all of them, if any test was chosen that needs it."""
    if any("postgresql" in test for test in ids):
        try:
            node.config.stash[POSTGRES].start()
        except PostgresMissingError as missing:
            pytest.exit(str(missing), returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    END_OF_RUN.close()
    if POSTGRES in config.stash:
        config.stash[POSTGRES].stop()


class Databases(Protocol):
    """Where a test's own database comes from."""

    def empty(self) -> str: ...
    def migrated(self) -> str: ...
    def office(self, url: str) -> Office: ...
    def give_back(self, url: str) -> None: ...


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._template: Path | None = None
        self._offices: dict[date, Path] = {}

    def empty(self) -> str:
        return f"sqlite:///{self._new_file()}"

    def migrated(self) -> str:
        if self._template is None:
            self._template = self._new_file()
            migrate(f"sqlite:///{self._template}")
        return f"sqlite:///{shutil.copyfile(self._template, self._new_file())}"

    def office(self, url: str) -> Office:
        """A copy of the one opened first today: the office's clock knows no days, so yesterday's might be later."""
        today = office_date(utcnow())
        if today not in self._offices:
            template = self.migrated()
            open_office(template).close()
            self._offices[today] = Path(make_url(template).database or "")
        shutil.copyfile(self._offices[today], make_url(url).database or "")
        return Office(Database(make_engine(url)))

    def give_back(self, url: str) -> None:
        for file in self._folder.glob(f"{Path(url).name}*"):
            file.unlink()

    def _new_file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


class PostgresDatabases:
    """Making a database takes PostgreSQL a tenth of a second, so a migrated one is emptied and used again."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
        self._migrated: set[str] = set()
        self._free: list[str] = []

    def empty(self) -> str:
        return self._server.create_database()

    def migrated(self) -> str:
        if self._free:
            return self._free.pop()
        url = self._server.create_database()
        migrate(url)
        self._migrated.add(url)
        return url

    def office(self, url: str) -> Office:
        return open_office(url)

    def give_back(self, url: str) -> None:
        if url in self._migrated:
            self._server.delete_rows(url, self._tables)
            self._free.append(url)
        else:
            self._server.drop_database(url)

    def drop_all(self) -> None:
        for url in self._migrated:
            self._server.drop_database(url)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password takes a fifth of a second to hash; only a server in a process of its own lets it take that here."""
    monkeypatch.setattr("app.security._hasher", CHEAP)
    monkeypatch.setattr("app.security._DUMMY_HASH", CHEAP_DUMMY)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases(pytestconfig: pytest.Config) -> Iterator[PostgresDatabases]:
    server = pytestconfig.stash[POSTGRES]
    server.start()
    databases = PostgresDatabases(server)
    yield databases
    databases.drop_all()


@pytest.fixture(params=ENGINES)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Both kinds of database, one after the other."""
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    return found


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without any table, for trying migrations."""
    url = databases.empty()
    yield url
    databases.give_back(url)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database without any row."""
    url = databases.migrated()
    yield url
    databases.give_back(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of the test itself; what the application under test should see must be committed."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def office(databases: Databases, database_url: str) -> Iterator[Office]:
    """The office everyone knows, in a database of its own."""
    office = databases.office(database_url)
    yield office
    office.close()
