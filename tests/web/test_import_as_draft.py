"""导入 of a table that is not final: proposed as a draft, and led on from there."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.office import Office
from tests.web.test_imports import NEXT, upload, value


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def chosen(page: str) -> str:
    found = re.search(r'name="state" value="([a-z]+)" checked', page)
    assert found
    return found[1]


def test_a_file_named_as_a_draft_is_proposed_as_one_and_leads_on_to_the_next_step(
    browser: TestClient,
) -> None:
    assert chosen(browser.get(upload(browser, NEXT, title="已印发的表")).text) == "issued"
    batch = upload(browser, NEXT, "2018年重点工作（征求意见稿）.txt", title="重点工作")
    page = browser.get(batch).text
    assert chosen(page) == "draft"
    assert "请核对" in page
    data = {"title": "重点工作", "year": "2018", "seen": value(page, "seen")}
    refused = browser.post(f"{batch}/commit", data={**data, "title": "", "state": "issued"})
    assert (refused.status_code, chosen(refused.text)) == (422, "issued")
    made = browser.post(f"{batch}/commit", data={**data, "state": "draft"})
    assert re.fullmatch(r"/plans/\d+/stage", made.headers["location"])
    told = browser.get(made.headers["location"]).text
    assert "现在是草稿" in told
    assert "发出征求意见" in told
    assert "已可使用" not in told


def test_a_table_out_of_the_heading_as_a_draft_is_proposed_as_one(browser: TestClient) -> None:
    batch = upload(browser, "2018年重点工作责任分解表（征求意见稿）\n" + NEXT, "分解表.txt", title="重点工作")
    assert chosen(browser.get(batch).text) == "draft"
