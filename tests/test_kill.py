"""kill -9 at any moment: an import, a report and a hand-over are afterwards whole, with their events, or not there.

The real server is killed over and over while several people work on it, each time a random while after one of the
deeds was begun. What somebody was told is done must be there; of what nobody was told, all or nothing.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.installation import command_actor
from app.services import imports as import_services
from bench.plan import issued_workbook
from tests.killing.people import DEEDS, PATIENCE, ROWS, YEAR, Deed, Loaded, Server, successors
from tests.killing.whole import check, snapshot
from tests.office import GROWTH, HOME, Office

pytestmark = pytest.mark.long

KILLS = {"sqlite": 18, "postgresql": 9}
STEPS = {"sqlite": 1, "postgresql": 3}
"""Where nothing is left to chance: at every word, or at every third."""


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
    found = Loaded("tests.killing.deed", database_url)
    yield found
    found.close()


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
