"""The OA system reads what was imported, and of each task where it came from."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.queries.imports import get_batch
from app.services import imports
from tests.office import GROWTH, PLAN, TABLE, Office

SPREADSHEET = b"not really a workbook, but kept byte for byte"


@pytest.fixture
def oa(office: Office) -> TestClient:
    return office.api("ducha")


def upload(office: Office, title: str, *, commit: bool = False) -> int:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = imports.preview(
            session, TABLE, SPREADSHEET, f"{title}.xlsx", title=title, year=2018, actor=ducha
        )
        if commit:
            imports.commit(session, batch, actor=ducha)
        return batch.id or 0


def listed(oa: TestClient, **asked: Any) -> list[tuple[str, str]]:
    page = oa.get("/api/v1/imports", params=asked).json()
    return [(each["file"], each["state"]) for each in page["items"]]


def test_past_imports_are_listed_the_newest_first(office: Office, oa: TestClient) -> None:
    number = upload(office, "另一份", commit=True)
    (newest, first) = oa.get("/api/v1/imports").json()["items"]
    assert newest["id"] == number
    told = {name: newest[name] for name in ("file", "title", "year", "state", "by", "goals", "tasks")}
    assert told == {
        "file": "另一份.xlsx",
        "title": "另一份",
        "year": 2018,
        "state": "committed",
        "by": "王督查",
        "goals": 2,
        "tasks": 4,
    }
    assert (first["plan"], first["is_revision"], first["is_repeat"]) == (PLAN, False, False)
    assert first["plan_id"] == 1
    assert first["committed_at"]


def test_imports_are_filtered_and_paged(office: Office, oa: TestClient) -> None:
    upload(office, "待核对的")
    assert listed(oa, state="previewed") == [("待核对的.xlsx", "previewed")]
    assert len(listed(oa, plan=1)) == 1
    assert listed(oa, plan=99) == []
    page = oa.get("/api/v1/imports", params={"page": 2, "size": 1}).json()
    assert (page["page"], page["size"], page["total"], len(page["items"])) == (2, 1, 2, 1)
    for asked in ({"state": "gone"}, {"plan": 0}, {"size": 201}, {"page": 0}):
        assert oa.get("/api/v1/imports", params=asked).status_code == 422


def test_a_removed_upload_and_the_neighbours_are_not_listed(office: Office, oa: TestClient) -> None:
    number = upload(office, "移除的")
    with office.database.writing() as session:
        ducha = office.viewer("ducha")
        batch = get_batch(session, ducha, number)
        imports.remove(session, batch, actor=ducha)
    assert "移除的.xlsx" not in dict(listed(oa))
    assert listed(office.api("neighbour")) == []
    assert office.api("neighbour").get("/api/v1/imports/1/original").status_code == 404


def test_a_task_tells_the_file_and_the_row_it_came_from(office: Office, oa: TestClient) -> None:
    task = next(
        each for each in oa.get("/api/v1/plans/1/tasks").json()["items"] if each["standard"] == GROWTH
    )
    origin = oa.get(f"/api/v1/tasks/{task['id']}").json()["origin"]
    assert (origin["batch_id"], origin["place"], origin["sheet"], origin["row"]) == (
        1,
        "Sheet1 第3行",
        "Sheet1",
        3,
    )
    original = oa.get(origin["original"])
    assert original.status_code == 200
    assert "attachment" in original.headers["content-disposition"]
    told = office.api("fagai").get(f"/api/v1/tasks/{task['id']}").json()["origin"]
    assert (told["place"], told["original"]) == (origin["place"], None)
