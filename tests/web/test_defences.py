"""What every request meets first: origin, size, headers; and what a refusal looks like on each door."""

import pytest

from tests.office import GROWTH, SCHOOL, TOILETS, Office
from tests.web.test_pages import without_ticket

REPORT = {"status": "in_progress", "completion": "40", "progress": "进行中。"}
OFFICE_HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_cannot_make_a_signed_in_browser_report(office: Office, headers: dict[str, str]) -> None:
    browser = office.browser("fagai")
    answer = browser.post(f"/tasks/{office.task_id(GROWTH)}/progress", data=REPORT, headers=headers)
    assert answer.status_code == 403
    assert "不是从本系统的页面发出的" in answer.text
    with office.database.reading() as session:
        assert office.task(session, GROWTH).reported_at is None


def test_our_own_pages_may(office: Office) -> None:
    browser = office.browser("fagai")
    answer = browser.post(f"/tasks/{office.task_id(GROWTH)}/progress", data=REPORT)
    assert answer.status_code == 303


@pytest.mark.parametrize("size", [1_000_001, 40_000_000])
def test_a_huge_form_is_refused_in_a_sentence(office: Office, size: int) -> None:
    answer = office.browser("fagai").post(
        f"/tasks/{office.task_id(GROWTH)}/progress", data={**REPORT, "problems": "x" * size}
    )
    assert answer.status_code == 413
    assert "填写的内容太长，没有保存。" in answer.text
    assert "请返回上一页精简文字" in answer.text


def test_an_upload_of_40_megabytes_is_refused_in_a_sentence_and_leaves_nothing(office: Office) -> None:
    browser = office.browser("ducha")
    before = without_ticket(browser.get("/imports").text)
    large = {"file": ("大.xlsx", b"\0" * 40_000_000)}
    answer = browser.post("/imports", files=large)
    assert answer.status_code == 413
    assert "超过了 20 MB 的上限，没有保存。" in answer.text
    assert "请删去文件中的图片或拆分后再上传。" in answer.text
    assert 'aria-label="主要页面"' in answer.text  # the menu is there to go on from
    assert 'aria-label="主要页面"' not in office.browser().post("/imports", files=large).text
    assert without_ticket(browser.get("/imports").text) == before


def test_a_body_that_hides_its_length_is_refused_too(office: Office) -> None:
    def endless() -> object:
        for _ in range(40):
            yield b"x" * 100_000

    answer = office.api("fagai").post(
        f"/api/v1/tasks/{office.task_id(GROWTH)}/progress",
        content=endless(),  # type: ignore[arg-type]
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_large"


def test_a_form_of_more_than_a_thousand_parts_is_refused(office: Office) -> None:
    many = {f"field{number}": "1" for number in range(1001)}
    address = f"/tasks/{office.task_id(GROWTH)}/progress"
    in_parts = {name: (None, value) for name, value in many.items()}
    for body in ({"data": many}, {"files": in_parts}):
        answer = office.browser("fagai").post(address, **body)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert "请求内容无法读取，没有作任何改动。" in answer.text


@pytest.mark.parametrize("path", ["/login", "/imports", "/nowhere", "/api/v1/plans", "/static/duban.css"])
def test_every_answer_carries_the_safe_headers(office: Office, path: str) -> None:
    answer = office.browser("ducha").get(path)
    for header in OFFICE_HEADERS:
        assert answer.headers[header]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_pages_are_not_kept_by_a_shared_browser(office: Office) -> None:
    assert office.browser("ducha").get("/imports").headers["cache-control"] == "no-store"


def test_a_foreign_departments_task_is_refused_on_both_doors(office: Office) -> None:
    task = office.task_id(SCHOOL)
    page = office.browser("fagai").post(f"/tasks/{task}/progress", data=REPORT)
    assert page.status_code == 403
    assert "这项任务的牵头单位不是发改局，不能由您填报进展。" in page.text
    assert "如分工有误，请与督查室联系调整。" in page.text
    body = {"status": "in_progress", "completion": 40, "progress": "进行中。"}
    answer = office.api("fagai").post(f"/api/v1/tasks/{task}/progress", json=body)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["status"]) == ("forbidden", 403)
    assert (
        problem["detail"]
        == "这项任务的牵头单位不是发改局，不能由您填报进展。如分工有误，请与督查室联系调整。"
    )


@pytest.mark.parametrize("path", ["/tasks/{task}", "/plans/{plan}/tasks", "/plans/{plan}/ledger.xlsx"])
def test_another_jurisdiction_does_not_exist(office: Office, path: str) -> None:
    address = path.format(task=office.task_id(GROWTH), plan=office.plan_id)
    assert office.browser("neighbour").get(address).status_code == 404
    assert office.api("neighbour").get(f"/api/v1{address}").status_code == 404


@pytest.mark.parametrize("address", ["/tasks/999999", "/plans/999999/tasks", "/imports/999999", "/nowhere"])
def test_what_does_not_exist_is_said_in_chinese(office: Office, address: str) -> None:
    answer = office.browser("ducha").get(address)
    assert answer.status_code == 404
    assert "没有" in answer.text
    assert "Not Found" not in answer.text


def test_an_htmx_request_gets_the_refusal_as_a_fragment(office: Office) -> None:
    answer = office.browser("ducha").get("/tasks/999999", headers={"hx-request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert "没有找到这项任务" in answer.text


HUGE = (2**31, 2**63, 10**20)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "address",
    [
        "/tasks/{}",
        "/plans/{}/tasks",
        "/imports/{}",
        "/imports/{}/original",
        "/plans/{plan}/workload/officials/{}",
    ],
)
def test_a_number_too_large_for_any_row_names_nothing(office: Office, address: str, number: int) -> None:
    answer = office.browser("ducha").get(address.format(number, plan=office.plan_id))
    assert answer.status_code == 404
    assert "没有" in answer.text


@pytest.mark.parametrize("number", HUGE)
def test_the_api_refuses_such_numbers_too(office: Office, number: int) -> None:
    api = office.api("ducha")
    assert api.get(f"/api/v1/tasks/{number}").status_code == 404
    assert api.get(f"/api/v1/plans/{number}").status_code == 404
    answer = api.get(f"/api/v1/plans/{office.plan_id}/tasks", params={"goal": number})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["goal"])


def test_control_characters_in_an_address_or_a_form_are_no_accident(office: Office) -> None:
    plan = office.plan_id
    assert office.browser("ducha").get(f"/plans/{plan}/tasks", params={"text": "公厕\0"}).status_code == 200
    assert office.api("ducha").get(f"/api/v1/plans/{plan}/tasks", params={"text": "a\0b"}).status_code == 200
    answer = office.browser().post("/login", data={"username": "a\0b", "password": "x\0"})
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[1", b"\xff\xfe", b"not json"])
def test_a_body_that_is_no_json_is_said_to_be_none(office: Office, body: bytes) -> None:
    answer = office.api("fagai").post(
        f"/api/v1/tasks/{office.task_id(GROWTH)}/progress",
        content=body,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


def test_a_verb_an_address_does_not_have_is_named_so(office: Office) -> None:
    answer = office.api("ducha").delete("/api/v1/plans")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_surprise_is_told_in_words_on_both_doors(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("app.queries.plans.list_goals", fail)
    for client, address in (
        (office.browser("ducha"), f"/plans/{office.plan_id}/tasks"),
        (office.api("ducha"), f"/api/v1/plans/{office.plan_id}/goals"),
    ):
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        answer = client.get(address)
        assert answer.status_code == 500
        assert "系统出错，这一步没有保存。" in answer.text
        assert "disk full" not in answer.text


def test_columns_nobody_has_a_word_for_stay_with_those_who_may_see_progress(office: Office) -> None:
    with office.database.writing() as session:
        task = office.task(session, TOILETS)
        task.extra = {"备注": "局长被约谈"}
        session.add(task)
    for address in (f"/tasks/{office.task_id(TOILETS)}", f"/plans/{office.plan_id}/tasks"):
        assert "局长被约谈" not in office.browser("jiaoyu").get(address).text
    assert "局长被约谈" in office.browser("luqiuming").get(f"/tasks/{office.task_id(TOILETS)}").text
