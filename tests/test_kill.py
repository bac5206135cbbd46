"""kill -9 at any moment: an import, a report and a hand-over are afterwards whole, with their events, or not there.

The real server is killed over and over while several people work on it, each time a random while after one of the
deeds was begun. What somebody was told is done must be there; of what nobody was told, all or nothing.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, func, select, text
from sqlmodel import SQLModel, col

from app.installation import command_actor
from app.models.directory import Official
from app.models.task import Assignment
from app.services import imports as import_services
from bench.plan import issued_workbook
from tests.office import GROWTH, HOME, HOSPITAL, SCHOOL, TOILETS, Office
from tests.services.test_trail import told, verify

KILLS = {"sqlite": 18, "postgresql": 9}
BREATH = 0.02
"""Seconds between two deeds of one person, so that the others get their turn."""
GUESS = 0.3
"""Seconds that a deed takes, until one has been timed."""
STEPS = {"sqlite": 1, "postgresql": 3}
"""Where nothing is left to chance: at every word, or at every third."""
ROWS, HANDED_OVER = 40, 300
"""Tasks of each table imported, and of the one whose tasks are handed over."""
YEAR = 2025
PATIENCE = 20


class Loaded:
    """A program that loads all of ours once and then forks: a line to it is a fork, a line from it what became of that."""

    def __init__(self, name: str, database_url: str) -> None:
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-m", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DUBAN_DATABASE_URL": database_url, "PYTHONUTF8": "1"},
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
        self._loaded = Loaded("tests.kill_server", database_url)
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


@pytest.fixture(autouse=True)
def installation(office: Office) -> None:
    """No demonstration: its clock goes, and it may be served."""
    with office.database.writing() as session:
        session.execute(text("UPDATE jurisdiction SET demonstration_date = NULL"))


@pytest.fixture
def server(office: Office, database_url: str, tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path, database_url)
    yield found
    found.close()


@pytest.fixture
def killer(office: Office, database_url: str) -> Iterator[Loaded]:
    found = Loaded("tests.kill_deed", database_url)
    yield found
    found.close()


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


def test_whatever_is_under_way_when_the_server_is_killed_is_whole_or_absent(
    office: Office, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Random(2018)
    engine = office.database.engine.dialect.name
    deeds = [Deed(name) for name in DEEDS]
    how = [kind(office, deed.begin) for deed, kind in zip(deeds, DEEDS.values(), strict=True)]
    aimed: Counter[str] = Counter()
    for number in range(KILLS[engine]):
        aim = deeds[number % len(deeds)]
        server.start()
        workers = [
            threading.Thread(target=deed.until_killed, args=[do, server.url])
            for deed, do in zip(deeds, how, strict=True)
        ]
        for worker in workers:
            worker.start()
        time.sleep(chance.uniform(0, 0.1))
        aim.begun.clear()
        assert aim.begun.wait(PATIENCE), f"{aim.name} did not begin"
        time.sleep(aim.a_while(chance))
        server.kill()
        for worker in workers:
            worker.join(PATIENCE)
        aimed[aim.name] += 1
        assert [deed.complaint for deed in deeds if deed.complaint] == []
        check(office, *(deed.told for deed in deeds))
    server.start()  # and work goes on
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        for deed, do in zip(deeds, how, strict=True):
            deed.told.add(do(client, deed.number + 1))
    server.kill()
    check(office, *(deed.told for deed in deeds))
    done = {deed.name: f"{len(deed.told)} done, {deed.cut} cut off" for deed in deeds}
    with capsys.disabled():
        print(f"\n{engine}: killed {dict(aimed)}; {done}")
    for deed in deeds:
        assert deed.cut > len(deeds), f"{deed.name} was hardly ever cut off"


def test_a_deed_killed_at_any_of_its_words_with_the_database_is_absent_and_then_done(
    office: Office, killer: Loaded
) -> None:
    """The same without chance: before each statement and before the commit, of each of the three."""
    row = successors(office)
    content = issued_workbook(ROWS)
    title = "从头到尾的分解表"
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        table = import_services.recognise(content, "分解表.xlsx")
        batch = import_services.preview(
            session, table, content, "分解表.xlsx", title=title, year=YEAR, actor=actor
        )
        today = actor.today.isoformat()
    deeds: list[tuple[dict[str, Any], list[set[str]]]] = [
        ({"deed": "import", "batch": batch.id, "title": title}, [{title}, set(), set()]),
        (
            {"deed": "report", "task": office.task_id(GROWTH), "completion": 30, "progress": "报来。"},
            [set(), {"报来。"}, set()],
        ),
        (
            {"deed": "hand-over", "giver": row[0], "taker": row[1], "day": today},
            [set(), set(), {str(row[0])}],
        ),
    ]
    before = snapshot(office)
    for wanted, promised in deeds:
        word = 1
        step = STEPS[office.database.engine.dialect.name]
        while (answer := killer.ask(json.dumps({**wanted, "word": word}))) == "killed":
            assert snapshot(office) == before, f"{wanted['deed']} killed at word {word}"
            word += step
        assert (answer, word > 5) == ("done 0", True)
        check(office, *promised)
        before = snapshot(office)


def snapshot(office: Office) -> dict[str, int]:
    """How many rows each table has, and where the chain ends."""
    with settled(office) as db:
        check_database(db)
        counts = {
            table.name: rows(db, f'SELECT count(*) AS n FROM "{table.name}"')[0].n
            for table in SQLModel.metadata.sorted_tables
        }
        ended = rows(db, "SELECT count(*) AS n FROM assignment WHERE held_to IS NOT NULL")[0].n
        return {**counts, "ended": ended, "head": rows(db, "SELECT max(sequence) AS n FROM trail_head")[0].n}


def check(office: Office, imported: set[str], reported: set[str], handed_over: set[str]) -> None:
    with settled(office) as db:
        check_database(db)
        check_imports(db, imported)
        check_reports(db, reported)
        check_hand_overs(db, handed_over)
    assert told(verify(office)) == []


@contextmanager
def settled(office: Office) -> Iterator[Connection]:
    """The database once nobody works for the killed server any more."""
    with office.database.engine.connect() as db:
        if db.dialect.name == "postgresql":
            others = text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
            deadline = time.monotonic() + PATIENCE
            while db.execute(others).scalar_one() and time.monotonic() < deadline:
                db.rollback()
                time.sleep(0.01)
            db.rollback()
        yield db


def check_database(db: Connection) -> None:
    if db.dialect.name == "sqlite":
        assert db.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert db.execute(text("PRAGMA foreign_key_check")).all() == []


def check_imports(db: Connection, promised: set[str]) -> None:
    """A committed batch has its plan with every goal, task, assignment, event and message; any other has none."""
    read = expected()
    batches = rows(db, "SELECT id, state, plan_id, title FROM import_batch WHERE year = :year", year=YEAR)
    committed = {batch.plan_id: batch for batch in batches if batch.state == "committed"}
    assert promised <= {batch.title for batch in committed.values()}
    plans = {plan.id for plan in rows(db, "SELECT id FROM plan WHERE year = :year", year=YEAR)}
    assert plans == set(committed)
    of_plan = "WHERE plan_id IN (SELECT id FROM plan WHERE year = :year)"
    for table, count in read.items():
        imported = " AND hand_over_id IS NULL" if table == "assignment" else ""
        found = rows(
            db, f"SELECT plan_id, count(*) AS n FROM {table} {of_plan}{imported} GROUP BY plan_id", year=YEAR
        )
        assert {row.plan_id: row.n for row in found} == dict.fromkeys(plans, count), table
    events = Counter(
        (row.kind, row.batch_id)
        for row in rows(db, "SELECT kind, batch_id FROM event WHERE batch_id IS NOT NULL")
    )
    for batch in batches:
        whole = batch.state == "committed"
        assert events["import_previewed", batch.id] == 1
        assert events["task_imported", batch.id] == (read["task"] if whole else 0)
        assert events["plan_imported", batch.id] == (1 if whole else 0)
    announced = Counter(payload["plan"] for payload in payloads(db, "plan.imported"))
    assert {plan: announced[plan] for plan in plans} == dict.fromkeys(plans, 1)


def check_reports(db: Connection, promised: set[str]) -> None:
    """A report has moved its task, and has its event and its message; there is none of either without a report."""
    reports = rows(db, "SELECT id, task_id, progress, completion FROM progress_report ORDER BY id")
    assert promised <= {report.progress for report in reports}
    ids = Counter(report.id for report in reports)
    kept = rows(db, "SELECT detail FROM event WHERE kind = 'progress_reported'")
    assert Counter(loaded(row.detail)["report"] for row in kept) == ids
    assert Counter(payload["report"] for payload in payloads(db, "task.progress_reported")) == ids
    newest = {report.task_id: report.completion for report in reports}
    tasks = {
        row.id: row.completion
        for row in rows(db, "SELECT id, completion FROM task WHERE reported_at IS NOT NULL")
    }
    assert tasks == newest


def check_hand_overs(db: Connection, promised: set[str]) -> None:
    """Every task that passed has its old and its new line and its event; no task is held twice, or by nobody."""
    done = rows(
        db, "SELECT id, from_official_id AS giver, to_official_id AS taker, tasks FROM hand_over ORDER BY id"
    )
    assert promised <= {str(each.giver) for each in done}
    tasks = {each.id: each.tasks for each in done}
    brought = rows(
        db, "SELECT hand_over_id, count(*) AS n FROM assignment WHERE hand_over_id > 0 GROUP BY hand_over_id"
    )
    assert {row.hand_over_id: row.n for row in brought} == tasks
    ended = rows(
        db, "SELECT official_id, count(*) AS n FROM assignment WHERE held_to IS NOT NULL GROUP BY official_id"
    )
    assert {row.official_id: row.n for row in ended} == {each.giver: each.tasks for each in done}
    if done:
        last = "SELECT count(*) AS n FROM assignment WHERE held_to IS NULL AND official_id = :taker"
        assert rows(db, last, taker=done[-1].taker)[0].n == done[-1].tasks == done[0].tasks
    kept = rows(db, "SELECT kind, detail FROM event WHERE kind IN ('task_handed_over', 'handed_over')")
    events = Counter((row.kind, loaded(row.detail)["hand_over"]) for row in kept)
    assert events == Counter(
        {("task_handed_over", each): count for each, count in tasks.items()}
        | {("handed_over", each): 1 for each in tasks}
    )
    assert Counter(payload["hand_over"] for payload in payloads(db, "hand_over.made")) == Counter(list(tasks))


def rows(db: Connection, statement: str, **values: object) -> list[Any]:
    return list(db.execute(text(statement), values).all())


def payloads(db: Connection, kind: str) -> list[dict[str, Any]]:
    found = rows(db, "SELECT payload FROM outbox_message WHERE kind = :kind", kind=kind)
    return [loaded(row.payload) for row in found]


def loaded(stored: Any) -> dict[str, Any]:
    """SQLite gives the text of a detail, PostgreSQL the thing itself."""
    found: dict[str, Any] = json.loads(stored) if isinstance(stored, str) else stored
    return found


def expected() -> dict[str, int]:
    table = import_services.recognise(issued_workbook(ROWS), "分解表.xlsx")
    shares = sum(
        len(task.officials)
        + len(task.lead_departments)
        + len(task.main_departments)
        + len(task.supporting_departments)
        for task in table.tasks
    )
    return {"goal": len(table.goals), "task": len(table.tasks), "assignment": shares}
