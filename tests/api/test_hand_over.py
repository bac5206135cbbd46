"""Hand-overs through the JSON door, and what a task says of its bearers."""

from typing import Any

import pytest

from tests.office import GROWTH, Office
from tests.services.test_hand_over import SOON, give, person, unit


def body(office: Office, giver: str = "发改局", taker: str = "城管局", **changes: Any) -> dict[str, Any]:
    with office.database.reading() as session:
        found = {"giver": unit(session, giver).id, "taker": unit(session, taker).id}
    return {"bearer": "department", **found, "effective_on": "2018-09-28", "reason": "机构改革", **changes}


def test_a_unit_hands_over_and_the_task_names_the_current_bearers_only(office: Office) -> None:
    api = office.api("ducha")
    answer = api.post("/api/v1/hand-overs", json=body(office))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["giver"]["name"], told["taker"]["name"], told["tasks"]) == ("发改局", "城管局", 3)
    assert (told["effective_on"], told["reason"], told["is_coming"]) == ("2018-09-28", "机构改革", False)
    assert api.get("/api/v1/hand-overs").json() == {"items": [told], "page": 1, "size": 50, "total": 1}
    task = api.get(f"/api/v1/tasks/{office.task_id(GROWTH)}").json()
    assert [each["name"] for each in task["lead_departments"]] == ["城管局"]


def test_an_official_hands_over(office: Office) -> None:
    with office.database.reading() as session:
        hands = {"giver": person(session, "陆秋明").id, "taker": person(session, "是峰").id}
    answer = office.api("ducha").post(
        "/api/v1/hand-overs", json={"bearer": "official", **hands, "effective_on": SOON.isoformat()}
    )
    assert (answer.status_code, answer.json()["is_coming"]) == (201, True)
    task = office.api("ducha").get(f"/api/v1/tasks/{office.task_id(GROWTH)}").json()
    assert [each["name"] for each in task["officials"]] == ["陆秋明"]


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"effective_on": "2017-12-31"}, 422, "effective_on"),
        ({"effective_on": "soon"}, 422, "effective_on"),
        ({"effective_on": None}, 422, "effective_on"),
        ({"bearer": "group"}, 422, "bearer"),
        ({"giver": "1"}, 422, "giver"),
        ({"taker": 2**40}, 422, "taker"),
        ({"taker": 987654}, 404, ""),
        ({"reason": "因" * 501}, 422, "reason"),
    ],
)
def test_what_is_wrong_is_refused_as_a_problem(
    office: Office, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = office.api("ducha").post("/api/v1/hand-overs", json={**body(office), **changes})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert field in answer.json()["fields"]
    assert office.api("ducha").get("/api/v1/hand-overs").json()["total"] == 0


def test_to_itself_and_twice_are_refused(office: Office) -> None:
    api = office.api("ducha")
    own = api.post("/api/v1/hand-overs", json=body(office, taker="发改局"))
    assert own.status_code == 422
    assert "移交方和接收方是同一个" in own.json()["fields"]["taker"]
    assert api.post("/api/v1/hand-overs", json=body(office)).status_code == 201
    again = api.post("/api/v1/hand-overs", json=body(office))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert "没有重复办理" in again.json()["detail"]


def test_only_the_supervision_offices_token_may(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "教育局", "城管局")
    for username in ("fagai", "luqiuming", "admin", "auditor"):
        assert office.api(username).get("/api/v1/hand-overs").status_code == 403
        assert office.api(username).post("/api/v1/hand-overs", json=body(office)).status_code == 403
    assert office.api("neighbour").get("/api/v1/hand-overs").json()["items"] == []
    assert office.api("neighbour").post("/api/v1/hand-overs", json=body(office)).status_code == 404
