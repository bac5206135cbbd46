"""The JSON door: the same rules as the pages, with its own way of saying them."""

from typing import Any

import pytest

from tests.office import GROWTH, HOSPITAL, SCHOOL, TOILETS, Office

REPORT = {"status": "in_progress", "completion": 40, "progress": "已开工。"}


def test_without_a_token_nothing_is_told(office: Office) -> None:
    for headers in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic YTpi"}):
        answer = office.api().get("/api/v1/plans", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "not_signed_in"
        assert "令牌" in answer.json()["detail"]


def test_a_browser_cookie_is_no_key_to_the_api(office: Office) -> None:
    assert office.browser("ducha").get("/api/v1/plans").status_code == 401


def test_plans_goals_and_tasks_come_in_the_order_of_the_document(office: Office) -> None:
    api = office.api("ducha")
    (plan,) = api.get("/api/v1/plans").json()
    assert api.get(f"/api/v1/plans/{plan['id']}").json() == plan
    goals = api.get(f"/api/v1/plans/{plan['id']}/goals").json()
    assert [(goal["number"], goal["name"], goal["tasks"]) for goal in goals] == [
        ("1", "主要预期目标", 1),
        ("2", "改善民生", 3),
    ]
    page = api.get(f"/api/v1/plans/{plan['id']}/tasks").json()
    assert [task["standard"] for task in page["items"]] == [GROWTH, HOSPITAL, TOILETS, SCHOOL]
    assert page["total"] == 4
    hospital = page["items"][1]
    assert [person["name"] for person in hospital["officials"]] == ["陆秋明", "薛红霞"]
    assert [unit["name"] for unit in hospital["lead_departments"]] == ["卫健局"]
    assert [unit["name"] for unit in hospital["supporting_departments"]] == ["发改局"]
    assert (hospital["due_text"], hospital["due_on"]) == ("6月底前", "2018-06-30")
    assert (hospital["light"], hospital["light_label"]) == ("overdue", "逾期")


def test_pages_of_a_list_fit_together(office: Office) -> None:
    api, address = office.api("ducha"), f"/api/v1/plans/{office.plan_id}/tasks"
    standards = [
        api.get(address, params={"page": page, "size": 1}).json()["items"][0]["standard"]
        for page in (1, 2, 3, 4)
    ]
    assert standards == [GROWTH, HOSPITAL, TOILETS, SCHOOL]
    beyond = api.get(address, params={"page": 5, "size": 1}).json()
    assert (beyond["items"], beyond["total"]) == ([], 4)


def ids(office: Office) -> dict[str, int]:
    page = office.api("ducha").get(f"/api/v1/plans/{office.plan_id}/tasks").json()
    found = {}
    for task in page["items"]:
        for role in ("officials", "lead_departments", "supporting_departments"):
            found.update({each["name"]: each["id"] for each in task[role]})
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (("official", "陆秋明"), [GROWTH, HOSPITAL]),
        (("department", "发改局"), [GROWTH, HOSPITAL, SCHOOL]),
        (("department", "城管局"), [TOILETS]),
        (("text", "8%"), [GROWTH]),
        (("light", "overdue"), [HOSPITAL]),
        (("light", "not_started"), [GROWTH, TOILETS, SCHOOL]),
        (("light", "done"), []),
        (("status", "completed"), []),
    ],
)
def test_filters_narrow_the_list(office: Office, wanted: tuple[str, str], expected: list[str]) -> None:
    name, value = wanted
    parameters = {name: ids(office).get(value, value)}
    page = office.api("ducha").get(f"/api/v1/plans/{office.plan_id}/tasks", params=parameters).json()
    assert [task["standard"] for task in page["items"]] == expected
    assert page["total"] == len(expected)


@pytest.mark.parametrize("query", ["page=0", "size=500", "light=blue", "goal=x"])
def test_nonsense_parameters_are_refused_in_the_one_shape(office: Office, query: str) -> None:
    answer = office.api("ducha").get(f"/api/v1/plans/{office.plan_id}/tasks?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid_input"
    assert list(problem["fields"]) == [query.split("=")[0]]


def test_a_report_is_answered_with_the_task_and_its_history(office: Office) -> None:
    api, task = office.api("fagai"), office.task_id(GROWTH)
    answer = api.post(f"/api/v1/tasks/{task}/progress", json=REPORT)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["completion"], body["status"], body["light"]) == (40, "in_progress", "far_behind")
    assert [report["progress"] for report in body["reports"]] == ["已开工。"]
    assert api.get(f"/api/v1/tasks/{task}").json() == body


def test_the_same_report_twice_is_one_report(office: Office) -> None:
    api, task = office.api("fagai"), office.task_id(GROWTH)
    for _ in range(2):
        body = api.post(f"/api/v1/tasks/{task}/progress", json=REPORT).json()
    assert len(body["reports"]) == 1


def test_a_newer_report_is_a_conflict(office: Office) -> None:
    task = office.task_id(GROWTH)
    office.api("ducha").post(f"/api/v1/tasks/{task}/progress", json=REPORT)
    answer = office.api("fagai").post(f"/api/v1/tasks/{task}/progress", json={**REPORT, "seen": 0})
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"completion": "40"}, "completion"),
        ({"completion": False}, "completion"),
        ({"completion": 101}, "completion"),
        ({"progress": ""}, "progress"),
        ({"progress": "   "}, "progress"),
        ({"status": "suspended"}, "status"),
        ({"status": "finished"}, "status"),
    ],
)
def test_a_bad_report_is_refused_at_its_field(office: Office, change: dict[str, Any], field: str) -> None:
    answer = office.api("fagai").post(
        f"/api/v1/tasks/{office.task_id(GROWTH)}/progress", json=REPORT | change
    )
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


def test_a_liaison_sees_the_table_but_not_foreign_progress(office: Office) -> None:
    task = office.task_id(TOILETS)
    office.api("ducha").post(f"/api/v1/tasks/{task}/progress", json=REPORT)
    body = office.api("jiaoyu").get(f"/api/v1/tasks/{task}").json()
    assert body["standard"] == TOILETS
    assert (body["status"], body["completion"], body["progress"], body["reports"]) == (None, None, "", [])
    assert body["light"] == "hidden"


def test_workload_counts_tasks_by_role_and_light(office: Office) -> None:
    api = office.api("ducha")
    officials = api.get(f"/api/v1/plans/{office.plan_id}/workload/officials").json()
    assert [(row["name"], row["total"]) for row in officials] == [("陆秋明", 2), ("薛红霞", 2), ("是峰", 1)]
    departments = api.get(f"/api/v1/plans/{office.plan_id}/workload/departments").json()
    fagai = departments[0]
    assert (fagai["name"], fagai["total"], fagai["lead"], fagai["supporting"]) == ("发改局", 3, 1, 2)
    assert fagai["lights"] == {"overdue": 1, "not_started": 2}


def test_administrators_and_auditors_have_no_business_here(office: Office) -> None:
    for username in ("admin", "auditor"):
        api = office.api(username)
        assert api.get("/api/v1/plans").status_code == 403
        assert api.get(f"/api/v1/plans/{office.plan_id}/tasks").status_code == 403


def test_every_route_is_described_in_chinese_with_its_refusals(office: Office) -> None:
    description = office.api().get("/api/v1/openapi.json").json()
    for path, verbs in description["paths"].items():
        for verb, route in verbs.items():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in route["summary"]), path
            assert "401" in route["responses"], (path, verb)
