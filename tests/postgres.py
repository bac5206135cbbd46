"""A PostgreSQL for the tests: a throw-away one of the distribution's server, or the one an address names.

A database that was there before is neither read nor written: each test gets its own, and drops it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import URL, make_url

BINARIES = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"
"""The server refuses to run as root, so root starts it as this user."""

INITDB_OPTIONS = ("--username=duban", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
SETTINGS = {
    "listen_addresses": "",  # no port: only the socket in our own folder
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "timezone": "Asia/Shanghai",  # a zone unlike UTC shows at once who forgot to convert
}


class PostgresMissingError(Exception):
    """The machine has no PostgreSQL server to run the tests on."""


class Postgres:
    """One server: whoever begins the run starts and stops it, the workers only make databases in it."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._numbers = count(1)

    @property
    def url(self) -> str:
        return self._url.render_as_string(hide_password=False)

    def start(self) -> None:
        """Make the server ready to answer; one that was there before is ready already."""

    def stop(self) -> None:
        """End this process's own connection; a server that was there before stays."""
        if "_administrator" in self.__dict__:
            self._administrator.close()
            del self._administrator

    def create_database(self) -> str:
        """The address of a new database without any table."""
        name = f"duban_test_{os.getpid()}_{next(self._numbers)}"
        self._administrator.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        name = Identifier(make_url(url).database or "")
        self._administrator.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def delete_rows(self, url: str, tables: Iterable[str]) -> None:
        """Empty the tables, in this order, and number from 1 again; whoever is still connected is cut off.

        TRUNCATE would do it in one line and take several times as long, because it makes every file anew.
        """
        name = make_url(url).database
        self._administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        with psycopg.connect(libpq_address(self._url.set(database=name))) as connection:
            connection.execute("SET session_replication_role = replica")  # past the trail's triggers
            for table in tables:
                connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            connection.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")

    @cached_property
    def _administrator(self) -> psycopg.Connection:
        return psycopg.connect(
            libpq_address(self._url.set(database=self._url.database or "postgres")), autocommit=True
        )


class ThrowAwayPostgres(Postgres):
    """A new cluster in a folder of its own, reached only through a socket there."""

    def __init__(self) -> None:
        # A socket's path must stay below 108 bytes, so not under a long TMPDIR.
        self._folder = Path(tempfile.mkdtemp(prefix="duban-pg-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(
            URL.create(
                "postgresql+psycopg",
                username="duban",
                database="postgres",
                query={"host": str(self._folder)},
            ).render_as_string()
        )

    def start(self) -> None:
        if self._process is not None:
            return
        binaries = newest_binaries()
        data = self._folder / "data"
        log = self._folder / "log"
        if os.getuid() == 0:
            shutil.chown(self._folder, SYSTEM_USER, SYSTEM_USER)
        with log.open("wb") as output:
            subprocess.run(
                [*self._as_server(), binaries / "initdb", "-D", data, "--no-sync", *INITDB_OPTIONS],
                check=True,
                stdout=output,
                cwd="/",
            )
            options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
            self._process = subprocess.Popen(
                [*self._as_server(), binaries / "postgres", "-D", data, "-k", self._folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
            )
        self._wait_until_it_answers(log)

    def stop(self) -> None:
        super().stop()
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
            self._process.wait(timeout=30)
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _as_server(self) -> list[str]:
        """Run as the right user, and stop at once should the tests be killed before they can say so."""
        user = ["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--init-groups"] if os.getuid() == 0 else []
        return ["setpriv", *user, "--pdeathsig", "QUIT", "--"]

    def _wait_until_it_answers(self, log: Path) -> None:
        assert self._process is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._administrator.execute("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def libpq_address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def newest_binaries() -> Path:
    """The folder with initdb and postgres; of several versions, the newest."""
    found = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise PostgresMissingError(
            "没有找到 PostgreSQL。请先运行 tests/provide.sh，或用 TEST_PG_URL 指定一个测试服务器。"
        )
    return found[-1].parent
