"""kill -9 while a long table is read or written: nothing of it is there, and the page says so until it is done again."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from app.headway import new_ticket
from bench.plan import issued_workbook
from tests.killing.people import PATIENCE, Server
from tests.killing.whole import rows, settled
from tests.office import Office

pytestmark = pytest.mark.long

ROWS, TITLE, YEAR = 8_000, "一份长表", "2025"
FORM = {"title": TITLE, "year": YEAR}


@pytest.fixture
def server(office: Office, database_url: str, tmp_path: Path) -> Iterator[Server]:
    """No demonstration: its clock goes, and it may be served."""
    with office.database.writing() as session:
        session.execute(text("UPDATE jurisdiction SET demonstration_date = NULL"))
    found = Server(tmp_path, database_url)
    found.start()
    yield found
    found.close()


@contextmanager
def at(server: Server, office: Office) -> Iterator[httpx.Client]:
    """王督查 at the server as it runs now."""
    cookie = "; ".join(f"{name}={key}" for name, key in office.browser("ducha").cookies.items())
    headers = {"origin": server.url, "cookie": cookie}
    with httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE) as client:
        yield client


def killed_at(server: Server, office: Office, words: str, path: str, **form: object) -> None:
    """Send the form, and kill the server as soon as it says these words of it."""
    ticket = new_ticket()

    def send() -> None:
        with suppress(httpx.TransportError), at(server, office) as client:
            client.post(path, **{**form, "data": {**FORM, "ticket": ticket}})

    sender = threading.Thread(target=send)
    sender.start()
    deadline = time.monotonic() + PATIENCE
    with at(server, office) as client:
        while words not in client.get(f"/imports/headway/{ticket}").text:
            assert time.monotonic() < deadline, f"never said {words}"
    server.kill()
    sender.join(PATIENCE)
    server.start()


def counted(office: Office) -> tuple[int, int]:
    """Batches of the long table, and tasks of its plan."""
    with settled(office) as db:
        batches = rows(db, "SELECT count(*) AS n FROM import_batch WHERE title = :title", title=TITLE)
        tasks = "SELECT count(*) AS n FROM task JOIN plan ON plan.id = task.plan_id WHERE plan.title = :title"
        return batches[0].n, rows(db, tasks, title=TITLE)[0].n


def test_a_killed_reading_and_a_killed_writing_are_told_and_done_again(
    office: Office, server: Server
) -> None:
    files = {"file": ("长表.xlsx", issued_workbook(ROWS))}
    killed_at(server, office, "正在识别", "/imports", files=files)
    assert counted(office) == (0, 0)
    with at(server, office) as client:
        page = client.get("/imports").text
        assert "没有读完就中断了（服务器停过）" in page
        assert "正在识别" not in page.replace("正在识别，请稍候…", "")
        sent = client.post("/imports", files=files, data=FORM)
        assert sent.status_code == 303, sent.text
        assert "中断了" not in client.get("/imports").text
    batch = sent.headers["location"]
    assert counted(office) == (1, 0)

    killed_at(server, office, "正在写入", f"{batch}/commit")
    words = "没有写完就中断了（服务器停过），没有写入任何任务，请再导入一次。"
    assert counted(office) == (1, 0)
    with at(server, office) as client:
        assert words in client.get(batch).text
        assert words in client.get("/imports").text
        assert client.post(f"{batch}/commit", data=FORM).status_code == 303
        assert "中断了" not in client.get("/imports").text
    assert counted(office) == (1, ROWS)
    server.kill()
