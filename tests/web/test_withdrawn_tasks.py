"""A task that a newer version leaves out stays readable, with all that was done on it, and is worked on no more."""

import pytest
from fastapi.testclient import TestClient

from tests.office import GROWTH, HOSPITAL, PLAN, Office
from tests.services.test_revise_plan import apply, next_version, report
from tests.web.test_imports import NEXT, upload, value

SAID = "已建成41座。"
REASON = "并入市级项目"


@pytest.fixture
def gone(office: Office) -> int:
    with office.database.writing() as session:
        task_id = report(session, office, HOSPITAL)
        apply(session, office, next_version(), reason=REASON)
    return task_id


def test_it_opens_read_only_and_says_which_import_took_it_out_who_when_and_why(
    office: Office, gone: int
) -> None:
    answer = office.browser("ducha").get(f"/tasks/{gone}")
    assert answer.status_code == 200
    band = answer.text.split('id="withdrawn"')[1].split("</p>")[0]
    for words in ("已撤回", "2018年9月28日", "王督查", "次导入", "b.xlsx", REASON):
        assert words in band
    main = answer.text.split("<main")[1].split("</main>")[0]
    assert SAID in main
    assert "不再列入，撤回" in main
    assert 'method="post"' not in main


def test_every_kind_of_viewer_who_could_see_it_still_can(office: Office, gone: int) -> None:
    for username in ("ducha", "fagai", "jiaoyu", "luqiuming"):
        page = office.browser(username).get(f"/tasks/{gone}")
        assert page.status_code == 200, username
        assert (SAID in page.text) == (username != "jiaoyu"), username  # whose unit had no part in it
        assert 'method="post"' not in page.text.split("<main")[1].split("</main>")[0]
    assert office.browser("neighbour").get(f"/tasks/{gone}").status_code == 404


@pytest.mark.parametrize(
    ("deed", "data"),
    [
        ("progress", {"status": "in_progress", "progress": "又报。", "completion": "80", "seen": "99"}),
        ("rating", {"rating": "ahead", "reason": "好"}),
        ("target", {"name": "公厕", "target": "58", "unit": "座"}),
        ("suspend", {"words": "不办了"}),
        ("complete", {"words": "办了"}),
        ("urging", {"words": "请抓紧", "answer_by": "2018-10-08"}),
    ],
)
def test_nothing_can_be_done_on_it(office: Office, gone: int, deed: str, data: dict[str, str]) -> None:
    browser = office.browser("ducha")
    answer = browser.post(f"/tasks/{gone}/{deed}", data=data)
    assert answer.status_code == 409
    assert "已撤回" in answer.text


def test_the_ledger_lists_it_apart_and_counts_it_nowhere(office: Office, gone: int) -> None:
    browser, path = office.browser("ducha"), f"/plans/{office.plan_id}/tasks"
    ledger = browser.get(path).text
    assert f'href="{path}?withdrawn=1">已撤回 1 项' in ledger
    assert HOSPITAL not in ledger
    view = browser.get(f"{path}?withdrawn=1").text
    assert f'href="/tasks/{gone}"' in view
    assert REASON in view
    assert GROWTH not in view
    assert "没有符合条件的任务" in browser.get(f"{path}?withdrawn=1&text=没有的字").text
    assert "已撤回" not in office.browser("neighbour").get(path).text


def test_the_interface_answers_it_as_withdrawn(office: Office, gone: int) -> None:
    caller = office.api("ducha")
    task = caller.get(f"/api/v1/tasks/{gone}").json()
    assert (task["withdrawn"], task["withdrawn_reason"]) == (True, REASON)
    assert [each["progress"] for each in task["reports"]] == [SAID]
    listed = caller.get(f"/api/v1/plans/{office.plan_id}/tasks").json()
    assert not any(each["withdrawn"] for each in listed["items"])
    apart = caller.get(f"/api/v1/plans/{office.plan_id}/tasks", params={"withdrawn": "true"}).json()
    assert [each["id"] for each in apart["items"]] == [gone]
    new = {"status": "in_progress", "completion": 80, "progress": "又报。"}
    refused = caller.post(f"/api/v1/tasks/{gone}/progress", json=new)
    assert refused.status_code == 409
    assert "这项任务已撤回" in refused.json()["detail"]


def test_the_comparison_says_what_was_reported_on_a_row_that_goes_and_wants_a_reason(office: Office) -> None:
    browser = office.browser("ducha")
    with office.database.writing() as session:
        task_id = report(session, office, HOSPITAL)
    batch = upload(browser, NEXT, title=PLAN)
    page = browser.get(f"{batch}?show=gone").text
    assert "已报进展 1 次" in page
    seen = fields(browser, batch)
    refused = browser.post(f"{batch}/commit", data=seen)
    assert refused.status_code == 422
    assert "请写明撤回的原因" in refused.text
    assert browser.post(f"{batch}/commit", data=seen | {"reason": REASON}).status_code == 303
    assert REASON in browser.get(f"/tasks/{task_id}").text


def test_a_row_without_reports_goes_without_a_reason(office: Office) -> None:
    browser = office.browser("ducha")
    batch = upload(browser, NEXT, title=PLAN)
    assert "已报进展" not in browser.get(f"{batch}?show=gone").text
    assert browser.post(f"{batch}/commit", data=fields(browser, batch)).status_code == 303


def fields(browser: TestClient, batch: str) -> dict[str, str]:
    page = browser.get(batch).text
    return {name: value(page, name) for name in ("title", "year", "shown")}
