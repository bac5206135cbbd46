"""How far an import has come is known to every process, and what a dead one leaves is known for what it is."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.headway import SHARES, Headway, Headways, new_ticket

HOME, NEIGHBOUR = 1, 2
NOW = datetime(2018, 9, 28, 6, 32, tzinfo=UTC)


@pytest.fixture
def headways(tmp_path: Path) -> Headways:
    return Headways(tmp_path / "under-way")


def begun(ticket: str = "", *, by_id: int = 1, batch_id: int | None = None, digest: str = "") -> Headway:
    return Headway(ticket or new_ticket(), "分解表.xlsx", "王督查", by_id, NOW, batch_id, digest=digest)


def broken_off(headways: Headways, headway: Headway) -> None:
    """Another process begins with it, and is killed."""
    program = f"""
import time
from datetime import datetime
from pathlib import Path, PosixPath
import datetime
from app.headway import Headway, Headways
with Headways({headways._folder!r}).kept({HOME}, {headway!r}) as work:
    work.tell("recognise", 8000, 20000)
    print("told", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"told\n"
        seen = headways.find(HOME, headway.ticket)
        assert seen is not None
        assert (seen.state, seen.done, seen.total) == ("running", 8000, 20000)
        os.kill(process.pid, signal.SIGKILL)


def test_what_is_told_is_seen_until_it_is_done(headways: Headways) -> None:
    mine = begun()
    with headways.kept(HOME, mine) as work:
        assert [each.state for each in headways.unfinished(HOME)] == ["running"]
        work.tell("recognise", 10_000, 20_000)
        seen = headways.find(HOME, mine.ticket)
        assert seen is not None
        assert (seen.step, seen.done, seen.total, seen.percent) == ("recognise", 10_000, 20_000, 45)
        work.finish("/imports/7")
    assert headways.unfinished(HOME) == []
    done = headways.find(HOME, mine.ticket)
    assert done is not None
    assert (done.state, done.address, done.percent) == ("done", "/imports/7", 100)


def test_what_a_killed_process_leaves_is_told_as_broken_off(headways: Headways) -> None:
    mine = begun()
    broken_off(headways, mine)
    assert [(each.ticket, each.state) for each in headways.unfinished(HOME)] == [(mine.ticket, "stopped")]


def test_what_was_broken_off_is_forgotten_when_it_is_begun_anew(headways: Headways) -> None:
    file, batch = begun(), begun(batch_id=7)
    broken_off(headways, file)
    broken_off(headways, batch)
    with headways.kept(HOME, begun(by_id=2)):
        pass
    assert len(headways.unfinished(HOME)) == 2  # another's file is not mine
    with headways.kept(HOME, begun()):
        assert {each.batch_id for each in headways.unfinished(HOME)} == {None, 7}
    assert [each.batch_id for each in headways.unfinished(HOME)] == [7]
    with headways.kept(HOME, begun(by_id=2, batch_id=7)):
        pass
    assert headways.unfinished(HOME) == []


def test_a_refused_import_leaves_nothing(headways: Headways) -> None:
    mine = begun()
    with pytest.raises(ValueError, match="unreadable"), headways.kept(HOME, mine):
        raise ValueError("unreadable")
    assert headways.find(HOME, mine.ticket) is None
    assert headways.unfinished(HOME) == []


def test_another_jurisdiction_sees_nothing_of_it(headways: Headways) -> None:
    mine = begun()
    with headways.kept(HOME, mine):
        assert headways.find(NEIGHBOUR, mine.ticket) is None
        assert headways.unfinished(NEIGHBOUR) == []


def test_a_ticket_never_leads_out_of_the_folder(headways: Headways, tmp_path: Path) -> None:
    for ticket in ("../../etc/passwd", "a/b", "..", "", "字" * 5, "a" * 65):
        with headways.kept(HOME, Headway(ticket, "表.xlsx", "王督查", 1, NOW)) as work:
            work.tell("read", 1, 2)
            assert headways.find(HOME, ticket) is None
    assert list(tmp_path.rglob("*.json")) == []


def test_the_second_press_waits_and_finds_what_became_of_the_first(headways: Headways) -> None:
    mine = begun(digest="same")
    found: list[str] = []

    def press_again() -> None:
        with headways.kept(HOME, mine) as work:
            found.append(work.headway.address)

    with headways.kept(HOME, mine) as work:
        second = threading.Thread(target=press_again)
        second.start()
        work.tell("read", 1, 2)
        assert found == []
        work.finish("/imports/7")
    second.join(timeout=10)
    assert found == ["/imports/7"]
    with headways.kept(HOME, begun(mine.ticket, digest="another file")) as work:
        assert work.headway.address == ""


def test_the_bar_goes_back_only_when_the_file_is_read_again(headways: Headways) -> None:
    reached = []
    with headways.kept(HOME, begun()) as work:
        for step in ("read", "recognise", "check", "read", "recognise", "check", "keep"):
            work.tell(step, 1, 2)
            reached.append((work.headway.percent, work.headway.is_again))
    assert reached == [
        (15, False),
        (45, False),
        (75, False),
        (15, True),
        (45, True),
        (75, True),
        (95, True),
    ]
    with headways.kept(HOME, begun()) as work:
        work.tell("bearers", 1, 2)
        later = work.headway.percent
        work.tell("tasks", 1, 2)
        assert work.headway.percent == later
    assert all(0 <= start < end <= 100 for start, end in SHARES.values())


def test_where_nothing_can_be_kept_the_import_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    headways = Headways(tmp_path / "file" / "under-way")
    with headways.kept(HOME, begun()) as work:
        work.tell("read", 1, 2)
        work.finish("/imports/7")
    assert headways.unfinished(HOME) == []


def test_a_day_later_nothing_is_left(headways: Headways) -> None:
    old = begun()
    with headways.kept(HOME, old) as work:
        work.finish("/imports/7")
    for path in headways._folder.iterdir():
        os.utime(path, (0, 0))
    with headways.kept(HOME, begun()):
        assert headways.find(HOME, old.ticket) is None
