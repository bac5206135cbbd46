"""Who works on a server that may be killed, the server, and what they ask of it again and again."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

import httpx
from sqlalchemy import func, select
from sqlmodel import col

from app.installation import command_actor
from app.models.directory import Official
from app.models.task import Assignment
from app.services import imports as import_services
from bench.plan import issued_workbook
from tests.office import GROWTH, HOME, HOSPITAL, SCHOOL, TOILETS, Office

BREATH = 0.02
"""Seconds between two deeds of one person, so that the others get their turn."""
GUESS = 0.3
"""Seconds that a deed takes, until one has been timed."""
ROWS, HANDED_OVER = 40, 300
"""Tasks of each table imported, and of the one whose tasks are handed over."""
YEAR = 2025
PATIENCE = 20


class Loaded:
    """A program that loads all of ours once and then forks: a line to it is a fork, a line from it what became of that."""

    def __init__(self, name: str, database_url: str, **settings: str) -> None:
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-m", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **os.environ,
                "DUBAN_DATABASE_URL": database_url,
                "DUBAN_PROCESSES": "1",  # what is killed is what works
                **settings,
                "PYTHONUTF8": "1",
            },
            text=True,
        )

    def ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE)


class Server:
    """`duban serve` on the office's database: started, killed, started again."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder = folder
        data = str(folder / "data")
        self._loaded = Loaded("tests.killing.server", database_url, DUBAN_DATA_DIR=data)
        self._number = self._process = 0
        self.url = ""

    def start(self) -> None:
        self._number += 1
        log = self._folder / f"serve-{self._number}.log"
        self._process = int(self._loaded.ask(str(log)))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            printed = re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8") if log.exists() else "")
            if printed:
                self.url = printed[0]
                return
            time.sleep(0.01)
        raise RuntimeError(f"duban serve did not start:\n{log.read_text('utf-8')}")

    def kill(self) -> None:
        os.kill(self._process, signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                os.kill(self._process, 0)
            except ProcessLookupError:
                return
            time.sleep(0.002)
        raise RuntimeError("the server outlived kill -9")

    def close(self) -> None:
        self._loaded.close()


Do = Callable[[httpx.Client, int], str]


@dataclass
class Deed:
    """Something a person does again and again: ``do`` asks the server once, and returns what it was told is done.

    It calls ``begin`` just before the request that counts.
    """

    name: str
    number: int = 0
    begun: threading.Event = field(default_factory=threading.Event)
    began_at: float = 0.0
    took: list[float] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    cut: int = 0
    complaint: str = ""

    def begin(self) -> None:
        self.began_at = time.monotonic()
        self.begun.set()

    def a_while(self, chance: Random) -> float:
        """Somewhere between its beginning and a little after its end."""
        return chance.uniform(0, 1.3 * median(self.took or [GUESS]))

    def until_killed(self, do: Do, url: str) -> None:
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            while True:
                self.number += 1
                try:
                    done = do(client, self.number)
                    self.took.append(time.monotonic() - self.began_at)
                except httpx.TransportError:
                    self.cut += 1
                    return
                except Exception as problem:
                    self.complaint = f"{self.name}: {problem!r}"
                    self.begun.set()
                    return
                self.told.add(done)
                time.sleep(BREATH)


def importing(office: Office, begin: Callable[[], None]) -> Do:
    content = issued_workbook(ROWS)
    cookie = "; ".join(f"{name}={key}" for name, key in office.browser("ducha").cookies.items())

    def do(client: httpx.Client, number: int) -> str:
        headers = {"origin": str(client.base_url).rstrip("/"), "cookie": cookie}
        title = f"第{number}份分解表"
        sent = client.post(
            "/imports",
            files={"file": ("分解表.xlsx", content)},
            data={"title": title},
            headers=headers,
        )
        assert sent.status_code == 303, sent.text
        batch = sent.headers["location"].split("?")[0]
        begin()
        answer = client.post(f"{batch}/commit", data={"title": title, "year": YEAR}, headers=headers)
        assert answer.status_code == 303, answer.text
        return title

    return do


def reporting(office: Office, begin: Callable[[], None]) -> Do:
    tasks = [office.task_id(standard) for standard in (GROWTH, HOSPITAL, TOILETS, SCHOOL)]
    authorization = {"authorization": office.api("ducha").headers["authorization"]}

    def do(client: httpx.Client, number: int) -> str:
        body = {"status": "in_progress", "completion": number % 100, "progress": f"第 {number} 次报来。"}
        begin()
        answer = client.post(
            f"/api/v1/tasks/{tasks[number % len(tasks)]}/progress", json=body, headers=authorization
        )
        assert answer.status_code == 201, answer.text
        return body["progress"]  # type: ignore[return-value]

    return do


def handing_over(office: Office, begin: Callable[[], None]) -> Do:
    """One official's many tasks go from hand to hand along a row of successors."""
    authorization = {"authorization": office.api("ducha").headers["authorization"]}
    row = successors(office)
    retries: list[int] = []

    def do(client: httpx.Client, number: int) -> str:
        giver, taker = row[:2]
        today = office.viewer("ducha").today.isoformat()
        body = {
            "bearer": "official",
            "giver": giver,
            "taker": taker,
            "effective_on": today,
            "reason": "分工调整",
        }
        is_retry = retries == [giver]
        retries[:] = [giver]
        begin()
        answer = client.post("/api/v1/hand-overs", json=body, headers=authorization)
        # After a kill we cannot know whether it was done: asking again is then refused, because it was.
        assert answer.status_code == 201 or (is_retry and answer.status_code == 409), answer.text
        del row[0]
        return str(giver)

    return do


def successors(office: Office) -> list[int]:
    """The official with most tasks of a larger plan, and many who have none yet."""
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        table = import_services.recognise(issued_workbook(HANDED_OVER), "分解表.xlsx")
        batch = import_services.preview(
            session, table, b"", "分解表.xlsx", title="交接用表", year=YEAR - 1, actor=actor
        )
        plan = import_services.commit(session, batch, actor=actor)
        held = select(col(Assignment.official_id)).where(
            col(Assignment.plan_id) == plan.id, col(Assignment.official_id).is_not(None)
        )
        most = held.group_by(col(Assignment.official_id)).order_by(func.count().desc()).limit(1)
        first = session.execute(most).scalar_one()
        others = [
            Official(jurisdiction_id=actor.jurisdiction_id, name=f"继任{number}", position=1000 + number)
            for number in range(1000)
        ]
        session.add_all(others)
        session.flush()
        return [first, *(official.id or 0 for official in others)]


DEEDS = {"import": importing, "report": reporting, "hand-over": handing_over}
