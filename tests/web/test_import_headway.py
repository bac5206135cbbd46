"""How far a long import has come, on the pages and through the API."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient

from app.headway import Headway, Work, new_ticket
from app.queries.imports import get_batch
from app.services import imports
from bench.plan import issued_workbook
from tests.office import GROWTH, HOSPITAL, PLAN, Office
from tests.web.test_imports import HEAD, update, upload, value

TABLE = HEAD + f"1\t主要预期目标\t{GROWTH}\t陆秋明\t发改局\t\t\n2\t改善民生\t{HOSPITAL}\t薛红霞\t卫健局\t\t\n"


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


@contextmanager
def under_way(office: Office, batch_id: int | None = None) -> Iterator[Work]:
    """王督查 has a file read, or a batch written, all the while."""
    viewer = office.viewer("ducha")
    begun = Headway(new_ticket(), "长表.xlsx", viewer.name, viewer.user_id, viewer.now, batch_id)
    with office.headways.kept(viewer.jurisdiction_id, begun) as work:
        yield work


def break_off(office: Office, work: Work, step: str) -> None:
    """What a server leaves that is killed: the note, and nobody who holds it."""
    work.tell(step, 8_000, 20_000)
    viewer = office.viewer("ducha")
    path = office.headways._folder / f"{viewer.jurisdiction_id}-{work.headway.ticket}.json"
    left = path.read_bytes()
    path.unlink()
    path.write_bytes(left)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps told of all imports, in their order."""
    told: list[str] = []
    note = Work._note

    def heard(work: Work, headway: Headway) -> None:
        if headway.step and told[-1:] != [headway.step]:
            told.append(headway.step)
        note(work, headway)

    monkeypatch.setattr(Work, "_note", heard)
    return told


def test_every_step_of_reading_and_writing_is_told(browser: TestClient, steps: list[str]) -> None:
    workbook = {"file": ("长表.xlsx", issued_workbook(12))}
    batch = browser.post("/imports", files=workbook, data={"title": "长表"}).headers["location"]
    assert steps == ["read", "recognise", "check", "keep"]
    steps.clear()
    assert browser.post(f"{batch}/commit", data={"title": "长表", "year": "2025"}).status_code == 303
    assert steps == ["prepare", "tasks", "bearers", "trail"]
    steps.clear()
    browser.post(
        "/imports", files={"file": ("无年度.txt", (TABLE.replace("\t\t\n", "\t\t6月底\n")).encode())}
    )
    assert steps[-1] == "keep"
    assert steps.count("check") == 2  # read again for the year


def test_a_newer_version_tells_its_steps_too(office: Office, browser: TestClient, steps: list[str]) -> None:
    batch = upload(browser, TABLE, title=PLAN)
    steps.clear()
    assert update(browser, batch) == 303
    assert steps == ["prepare", "tasks", "trail"]


def test_the_waiting_page_is_told_in_words(office: Office, browser: TestClient) -> None:
    with under_way(office) as work:
        address = f"/imports/headway/{work.headway.ticket}"
        assert "正在打开文件…" in browser.get(address).text
        for step, words in (
            ("read", "正在读取文件，已读 8,000 / 20,000 行"),
            ("recognise", "正在识别 8,000 / 20,000 行"),
            ("check", "正在核对单位、领导和时限 8,000 / 20,000 项"),
            ("read", "文件没有写明年度，按推定的年度再读一遍：正在读取文件，已读 8,000 / 20,000 行"),
        ):
            work.tell(step, 8_000, 20_000)
            assert words in browser.get(address).text
        assert 'aria-valuenow="12"' in browser.get(address).text
        work.finish("/imports/1")
    done = browser.get(address).text
    assert "data-over" in done
    assert '<a href="/imports/1">打开核对页</a>' in done


def test_others_see_what_is_under_way_and_the_neighbour_does_not(office: Office, browser: TestClient) -> None:
    with under_way(office) as work:
        work.tell("recognise", 8_000, 20_000)
        page = browser.get("/imports").text
        assert "没有办完的导入" in page
        assert "长表.xlsx" in page
        assert "正在识别 8,000 / 20,000 行" in page
        neighbour = office.browser("neighbour")
        assert "没有办完的导入" not in neighbour.get("/imports").text
        assert neighbour.get(f"/imports/headway/{work.headway.ticket}").status_code == 404
        (told,) = office.api("ducha").get("/api/v1/imports/under-way").json()
        assert told["file"] == "长表.xlsx"
        assert (told["state"], told["step"], told["done"], told["total"], told["percent"]) == (
            "running",
            "recognise",
            8_000,
            20_000,
            42,
        )
        assert office.api("neighbour").get("/api/v1/imports/under-way").json() == []
        work.finish("/imports/1")
    assert "没有办完的导入" not in browser.get("/imports").text


def test_a_batch_being_written_says_so_in_another_window(office: Office, browser: TestClient) -> None:
    batch = upload(browser, TABLE, title="另一份")
    with under_way(office, int(batch.rpartition("/")[2])) as work:
        work.tell("tasks", 12_000, 20_000)
        assert "正在写入任务 12,000 / 20,000 项" in browser.get(batch).text
        break_off(office, work, "bearers")
        words = "没有写完就中断了（服务器停过），没有写入任何任务，请再导入一次。"
        assert words in browser.get(batch).text
        assert words in browser.get("/imports").text
        (told,) = office.api("ducha").get("/api/v1/imports/under-way").json()
        assert told["state"] == "stopped"
        assert browser.post(f"{batch}/commit", data={"title": "另一份", "year": "2018"}).status_code == 303
        assert words not in browser.get(batch).text
        assert words not in browser.get("/imports").text


def test_a_reading_broken_off_is_told_until_the_person_uploads_again(
    office: Office, browser: TestClient
) -> None:
    with under_way(office) as work:
        break_off(office, work, "recognise")
        words = "没有读完就中断了（服务器停过）"
        assert words in browser.get("/imports").text
        upload(browser, TABLE)
        assert words not in browser.get("/imports").text


def test_what_was_written_when_the_server_died_is_not_told_as_broken_off(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, TABLE, title="刚刚写完")
    with under_way(office, int(batch.rpartition("/")[2])) as work:
        break_off(office, work, "trail")
        asked = f"/imports/headway/{work.headway.ticket}"
        assert "没有写完就中断了" in browser.get(asked).text
        with office.database.writing() as session:  # as the killed server did, before it could say so
            viewer = office.viewer("ducha")
            imports.commit(session, get_batch(session, viewer, int(batch.rpartition("/")[2])), actor=viewer)
        assert f'已导入，<a href="{batch}">' in browser.get(asked).text
        assert "中断" not in browser.get("/imports").text
        assert office.api("ducha").get("/api/v1/imports/under-way").json() == []


def test_pressed_twice_it_is_read_once(office: Office, browser: TestClient) -> None:
    ticket = value(browser.get("/imports").text, "ticket")
    cookies = dict(browser.cookies)

    def press(_: int) -> str:
        again = office.browser()
        again.cookies.update(cookies)
        return upload(again, TABLE, title="按了两次", ticket=ticket)

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(press, range(3)))) == 1
    assert browser.get("/imports").text.count("按了两次") == 1
    assert upload(browser, TABLE, title="另取名称", ticket=ticket) != upload(browser, TABLE, title="按了两次")


def test_a_refused_file_leaves_no_trace_of_being_read(office: Office, browser: TestClient) -> None:
    ticket = new_ticket()
    files = {"file": ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(50))}
    answer = browser.post("/imports", files=files, data={"ticket": ticket})
    assert answer.status_code == 422
    assert "没有办完的导入" not in browser.get("/imports").text
    assert browser.get(f"/imports/headway/{ticket}").status_code == 404
    assert re.search(r'name="ticket" value="[\w-]{22}"', answer.text)


def test_asking_how_far_it_is_writes_nothing(office: Office, browser: TestClient) -> None:
    with under_way(office) as work:
        folder = office.headways._folder
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        browser.get("/imports")
        browser.get(f"/imports/headway/{work.headway.ticket}")
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
