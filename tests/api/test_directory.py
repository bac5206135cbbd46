"""An OA keeps the directory in step by its own numbers of units and officials."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.office import Office


@pytest.fixture
def api(office: Office) -> TestClient:
    return office.api("ducha")


def put(api: TestClient, path: str, **said: Any) -> tuple[int, dict[str, Any]]:
    answer = api.put(f"/api/v1/{path}", json=said)
    return answer.status_code, answer.json()


def names(api: TestClient, path: str) -> list[str]:
    return [each["name"] for each in api.get(f"/api/v1/{path}").json()]


def test_a_unit_is_entered_then_changed_and_the_same_again_is_nothing(api: TestClient) -> None:
    said = {"name": "粮食局", "category": "区直部门", "aliases": ["区粮食局"]}
    status, made = put(api, "departments/D7", **said)
    assert (status, made["external_id"], made["name"], made["is_current"]) == (201, "D7", "粮食局", True)
    assert put(api, "departments/D7", **said) == (200, made)
    status, changed = put(api, "departments/D7", name="粮食和物资储备局")
    assert (status, changed["name"], changed["category"]) == (200, "粮食和物资储备局", "区直部门")
    assert changed["aliases"] == ["区粮食局", "粮食局"]
    assert changed["id"] == made["id"]
    assert api.get("/api/v1/departments").json()[-1] == changed


def test_a_unit_of_that_name_is_adopted_and_not_doubled(api: TestClient) -> None:
    before = names(api, "departments")
    status, adopted = put(api, "departments/D1", name="发改局", short_name="发改")
    assert (status, adopted["external_id"]) == (200, "D1")
    assert names(api, "departments") == before
    status, problem = put(api, "departments/D2", name="发改局")
    assert (status, problem["code"]) == (409, "conflict")
    assert "已用外部编号“D1”登记" in problem["detail"]


def test_a_name_known_as_an_alias_does_not_replace_the_offices_own(api: TestClient) -> None:
    put(api, "departments/D1", name="发改局", aliases=["青山区发展和改革局"])
    status, told = put(api, "departments/D1", name="青山区发展和改革局")
    assert (status, told["name"]) == (200, "发改局")


def test_a_unit_is_put_under_another(api: TestClient) -> None:
    put(api, "departments/D1", name="发改局")
    status, told = put(api, "departments/D7", name="粮食局", parent_external_id="D1")
    assert (status, told["parent"]["name"]) == (201, "发改局")
    assert put(api, "departments/D7", name="粮食局")[1]["parent"]["name"] == "发改局"
    assert put(api, "departments/D7", name="粮食局", parent_external_id="")[1]["parent"] is None
    status, problem = put(api, "departments/D7", name="粮食局", parent_external_id="nowhere")
    assert (status, list(problem["fields"])) == (422, ["parent_external_id"])


def test_a_merged_unit_hands_its_tasks_on(office: Office, api: TestClient) -> None:
    put(api, "departments/D1", name="发改局")
    said = {"name": "教育局", "retired_on": "2018-09-28", "successor_external_id": "D1"}
    assert put(office.api("admin"), "departments/D3", **said)[0] == 403
    assert api.get("/api/v1/departments?state=past").json() == []
    status, told = put(api, "departments/D3", **said)
    assert (status, told["retired_on"], told["successor_external_id"]) == (200, "2018-09-28", "D1")
    assert put(api, "departments/D3", **said) == (200, told)
    assert names(api, "departments?state=past") == ["教育局"]
    assert office.viewer("jiaoyu").department_name == "发改局"


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"name": "教育局", "retired_on": "2018-09-28"}, 409, "还有 1 项没有办结的任务"),
        ({"name": "教育局", "aliases": ["发改局"]}, 409, "“发改局”已在名录中"),
        ({"name": "教育局", "retired_on": "2018-09-29"}, 422, ""),
        ({"name": "教育局", "successor_external_id": "D1"}, 422, ""),
        ({"name": ""}, 422, ""),
        ({"name": "局" * 101}, 422, ""),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(
    api: TestClient, said: dict[str, Any], status: int, words: str
) -> None:
    put(api, "departments/D1", name="发改局")
    before = api.get("/api/v1/departments").json()
    answer = api.put("/api/v1/departments/D3", json=said)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert api.get("/api/v1/departments").json() == before


def test_officials_are_kept_in_step(api: TestClient) -> None:
    status, told = put(api, "officials/L1", name="陆秋明", post="副区长", in_office_from="2017-01-05")
    assert (status, told["post"], told["in_office_from"]) == (200, "副区长", "2017-01-05")
    assert put(api, "officials/L1", name="陆秋明")[1] == told
    status, problem = put(api, "officials/L1", name="陆秋明", in_office_to="2018-09-28")
    assert (status, problem["code"]) == (409, "conflict")
    assert "请督查室先办理交接" in problem["detail"]
    assert put(api, "officials/L1", name="陆秋明", in_office_to="2018-12-31")[0] == 200
    assert put(api, "officials/L9", name="王伟", post="区长")[0] == 201
    assert put(api, "officials/L10", name="王伟", post="副区长")[0] == 201
    assert put(api, "officials/L11", name="王伟")[0] == 409
    assert (
        put(api, "officials/L12", name="李娜", in_office_from="2018-05-01", in_office_to="2018-04-01")[0]
        == 422
    )


def test_a_namesake_with_another_post_is_not_guessed(office: Office, api: TestClient) -> None:
    browser = office.browser("ducha")
    browser.post("/directory/officials", data={"name": "王伟", "post": "区长"})
    status, problem = put(api, "officials/L9", name="王伟", post="青山区区长")
    assert status == 409
    assert "王伟（区长）" in problem["detail"]
    assert names(api, "officials").count("王伟") == 1


def test_who_may_read_and_who_may_write(office: Office) -> None:
    for username, read, write in (
        ("fagai", 200, 403),
        ("luqiuming", 200, 403),
        ("admin", 200, 201),
        ("auditor", 403, 403),
    ):
        api = office.api(username)
        for path in ("departments", "officials"):
            assert api.get(f"/api/v1/{path}").status_code == read
            assert put(api, f"{path}/N1", name="新来的")[0] == write
    assert names(office.api("neighbour"), "departments") == []


def test_nonsense_is_refused_in_the_one_shape(api: TestClient) -> None:
    for answer in (
        api.get("/api/v1/departments?state=blue"),
        api.put("/api/v1/departments/D1", json={"name": "粮食局", "retired_on": "去年"}),
        api.put("/api/v1/officials/L1", json={"post": "区长"}),
    ):
        assert answer.status_code == 422
        assert answer.json()["code"] == "invalid_input"
