"""One evening from the first key to the last, and what is left of it in the database."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from select import select as ready
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import col

from app.config import Settings
from app.models.progress import ProgressReport, ReportDraft
from bench.evening.liaison import Place, Record, lost, part_of
from bench.evening.office import Evening, open_office


def play_evening(settings: Settings, liaisons: int, seconds: float, pause: float) -> tuple[Record, list[str]]:
    """What everybody was told, and what of that is missing afterwards. The database must be empty."""
    evening = open_office(settings, liaisons)
    record = Record()
    with _server(settings) as address:
        asyncio.run(_play(evening, address, record, seconds, pause))
    found, reported = _kept_in(evening)
    evening.database.engine.dispose()
    return record, lost(record, found, reported)


async def _play(evening: Evening, address: str, record: Record, seconds: float, pause: float) -> None:
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    people = [part_of(number, evening, host, port, record, pause) for number in range(len(evening.liaisons))]
    for played in await asyncio.gather(*(person.play(seconds) for person in people), return_exceptions=True):
        if isinstance(played, BaseException):
            record.errors.append(repr(played))


def _kept_in(evening: Evening) -> tuple[dict[Place, str], set[Place]]:
    found: dict[Place, str] = {}
    reported = set()
    with evening.database.reading() as session:
        for table in (ProgressReport, ReportDraft):
            rows = select(col(table.department_id), col(table.task_id), col(table.progress))
            for row in session.execute(rows):
                place = (row.department_id, row.task_id)
                found[place] = found.get(place, "") + row.progress
                if table is ProgressReport:
                    reported.add(place)
    return found, reported


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    """The program itself, in a process of its own, as an office runs it."""
    command = [sys.executable, "-m", "bench.server", "duban", str(settings.data_dir)]
    environment = {**os.environ, "DUBAN_DATABASE_URL": settings.database_url}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own
    assert child.stdout is not None
    try:
        if not ready([child.stdout], [], [], 60)[0]:
            raise TimeoutError("the server did not start within 60 s")
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
