"""`duban serve` with several processes on one port: one may die, and none outlives the command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from app.config import Settings
from app.models.directory import Jurisdiction
from tests.office import GROWTH, Office

pytestmark = pytest.mark.long

DUBAN = Path(sys.executable).with_name("duban")
PATIENCE = 60


@pytest.fixture
def serve(office: Office, database_url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, and the address it prints, with two processes."""
    with office.database.writing() as session:
        session.execute(update(Jurisdiction).values(demonstration_date=None))  # it serves no demonstration
    with subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", DUBAN, "serve", "--port", "0"],
        env={
            **os.environ,
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_DATA_DIR": str(tmp_path),
            "DUBAN_PROCESSES": "2",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        },
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stdout is not None
        address = "http" + command.stdout.readline().strip().partition("http")[2]
        until(lambda: len(answering(command.pid)) == 2)
        yield command, address
        command.kill()


def answering(pid: int) -> list[int]:
    """The processes the command has begun; besides them the library keeps one that counts what they share."""
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [each for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def refuses(address: str) -> bool:
    try:
        httpx.get(f"{address}/login")
    except httpx.ConnectError:
        return True
    return False


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_when_a_process_is_killed_the_others_answer_and_another_takes_its_place(
    office: Office, serve: tuple[subprocess.Popen[str], str]
) -> None:
    command, address = serve
    authorization = {"authorization": office.api("ducha").headers["authorization"]}
    task = f"{address}/api/v1/tasks/{office.task_id(GROWTH)}"

    def report(number: int) -> int:
        body = {"status": "in_progress", "completion": 50, "progress": f"第 {number} 次报来。"}
        return httpx.post(f"{task}/progress", json=body, headers=authorization, timeout=PATIENCE).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert list(crowd.map(report, range(12))) == [201] * 12
        before = answering(command.pid)
        os.kill(before[0], signal.SIGKILL)
        until(lambda: is_gone(before[0]))
        assert list(crowd.map(report, range(12, 24))) == [201] * 12
    until(lambda: len(answering(command.pid)) == 2)
    assert before[0] not in answering(command.pid)
    told = httpx.get(task, headers=authorization, timeout=PATIENCE).json()["reports"]
    assert {each["progress"] for each in told} == {f"第 {number} 次报来。" for number in range(24)}


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_command_ends_nobody_holds_the_port(
    serve: tuple[subprocess.Popen[str], str], how: signal.Signals
) -> None:
    command, address = serve
    assert httpx.get(f"{address}/login", timeout=PATIENCE).status_code == 200
    children = answering(command.pid)
    command.send_signal(how)
    command.wait(PATIENCE)
    until(lambda: all(is_gone(child) for child in children))
    assert refuses(address)


def test_postgresql_is_served_by_several_processes_and_a_file_by_one() -> None:
    assert Settings().process_count == 1
    province = Settings(database_url="postgresql+psycopg://db.example/duban")
    assert province.process_count == min(os.cpu_count() or 1, 4)
    assert (
        province.process_count * province.thread_count * 3 <= 97
    )  # what PostgreSQL gives as it is installed
    assert Settings(processes=2).process_count == 2
