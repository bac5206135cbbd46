"""The OA system reads what was imported, and of each task where it came from."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from app.models.event import Event
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


def take_back(office: Office, number: int) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        imports.undo(session, get_batch(session, ducha, number), actor=ducha)


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


def test_a_waiting_upload_tells_the_plan_it_would_update(office: Office, oa: TestClient) -> None:
    upload(office, PLAN)
    upload(office, "全新的一份")
    (new, newer_version, first) = oa.get("/api/v1/imports").json()["items"]
    assert (newer_version["target_plan_id"], newer_version["target_plan"]) == (office.plan_id, PLAN)
    assert (newer_version["plan_id"], newer_version["is_revision"]) == (None, False)
    for each in (new, first):
        assert (each["target_plan_id"], each["target_plan"]) == (None, None)


def test_a_plan_that_was_taken_back_is_updated_by_no_waiting_upload(office: Office, oa: TestClient) -> None:
    number = upload(office, "另一份", commit=True)
    upload(office, "另一份")
    assert oa.get("/api/v1/imports").json()["items"][0]["target_plan"] == "另一份"
    take_back(office, number)
    assert oa.get("/api/v1/imports").json()["items"][0]["target_plan"] is None


def test_an_import_that_was_taken_back_tells_when_and_by_whom(office: Office, oa: TestClient) -> None:
    number = upload(office, "另一份", commit=True)
    repeat = upload(office, "另一份", commit=True)
    standing = oa.get("/api/v1/imports").json()["items"][1]
    assert (standing["undone_at"], standing["undone_by"]) == (None, None)
    take_back(office, number)
    (again, undone, first) = oa.get("/api/v1/imports").json()["items"]
    assert [again["id"], undone["id"]] == [repeat, number]
    with office.database.reading() as session:
        event = session.execute(select(Event).where(col(Event.kind) == "import_undone")).scalar_one()
        at = event.at
    for each in (undone, again):
        assert (each["state"], each["undone_by"]) == ("undone", "王督查")
        assert datetime.fromisoformat(each["undone_at"]) == at
    assert (first["undone_at"], first["undone_by"]) == (None, None)


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
