"""More people at once than the server has workers: each gets an answer, and no word is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from inspect import iscoroutinefunction, signature

import httpx
import pytest
import uvicorn

from app.api import deps as api_deps
from app.config import Settings
from app.main import create_app
from app.serving import listen
from app.web import deps as web_deps
from docs.rights import routes
from tests.office import GROWTH, Office, the_app

CROWD = 24
WORKERS = 4


@pytest.fixture
def server(office: Office, database_url: str) -> Iterator[str]:
    """The application as it is served, on a loopback port of its own, with few workers."""
    listener = listen("127.0.0.1", 0)
    app = create_app(Settings(database_url=database_url, threads=WORKERS))
    running = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    running.should_exit = True
    thread.join(timeout=30)
    listener.close()


def test_an_oa_system_that_writes_much_at_once_does_not_stop_the_server(office: Office, server: str) -> None:
    authorization = office.api("ducha").headers["authorization"]
    address = f"{server}/api/v1/tasks/{office.task_id(GROWTH)}/progress"

    def report(number: int) -> int:
        body = {"status": "in_progress", "completion": 50, "progress": f"第 {number} 次报来。"}
        return httpx.post(
            address, json=body, headers={"authorization": authorization}, timeout=25
        ).status_code

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(report, range(CROWD)))
        assert httpx.get(f"{server}/login", timeout=25).status_code == 200
    assert answers == [201] * CROWD
    reports = office.api("ducha").get(f"/api/v1/tasks/{office.task_id(GROWTH)}").json()["reports"]
    assert {report["progress"] for report in reports} == {f"第 {number} 次报来。" for number in range(CROWD)}


def test_more_people_than_connections_read_and_sign_at_once(office: Office, server: str) -> None:
    """Each request keeps its transaction from one worker thread to the next; nobody may wait for a thread so."""
    cookies = dict(office.browser("fagai").cookies)
    origin = {"origin": server}

    def visit(number: int) -> int:
        if number % 3:
            address = f"{server}/plans/{office.plan_id}/tasks"
            return httpx.get(address, cookies=cookies, timeout=25).status_code
        body = {"status": "in_progress", "completion": "50", "progress": f"第 {number} 次报来。", "seen": "0"}
        address = f"{server}/tasks/{office.task_id(GROWTH)}/progress"
        return httpx.post(address, data=body, cookies=cookies, headers=origin, timeout=25).status_code

    with ThreadPoolExecutor(2 * CROWD) as crowd:
        answers = list(crowd.map(visit, range(2 * CROWD)))
    assert answers.count(200) == 2 * CROWD - len(range(0, 2 * CROWD, 3))
    assert set(answers) == {200, 303, 409}  # the first report is kept, the others have not seen it


def test_who_passes_the_door_at_once_keeps_no_transaction() -> None:
    """Asynchronous handlers take no turn, so none of them may be given a session that lasts as long as it waits."""
    waiting = [(path, handler) for _, path, handler in routes(the_app()) if iscoroutinefunction(handler)]
    assert len(waiting) >= 5
    keeping = [
        path
        for path, handler in waiting
        for parameter in signature(handler).parameters.values()
        if parameter.annotation
        in (web_deps.SessionDep, web_deps.PlanDep, api_deps.SessionDep, api_deps.PlanDep)
    ]
    assert keeping == []
