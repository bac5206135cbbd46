"""Names that look alike, judged by an OA system in one call."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.office import Office
from tests.web.test_alike_names import SEVERAL, commit, directory, units
from tests.web.test_imports import upload


@pytest.fixture
def address(office: Office) -> str:
    return f"/api/v1{upload(office.browser('ducha'), SEVERAL, title='别名的表')}/alike-names"


@pytest.fixture
def api(office: Office) -> TestClient:
    return office.api("ducha")


def judged(pairs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"pairs": [{name: pair[name] for name in ("one", "other", "same", "keep")} for pair in pairs]}


def test_pairs_are_read_and_judged_in_one_call(office: Office, api: TestClient, address: str) -> None:
    pairs = api.get(address).json()
    assert {(pair["one"], pair["same"], pair["is_judged"]) for pair in pairs} >= {
        ("水利局", True, False),
        ("区教育局", True, False),
    }
    (school,) = [pair for pair in pairs if pair["one"] == "区教育局"]
    assert (school["times"], school["keepers"], school["place"]) == ([1, 0], ["教育局"], "第2行")
    for _ in range(2):
        answer = api.put(address, json=judged(pairs))
        assert answer.status_code == 200
        assert all(pair["is_judged"] for pair in answer.json())
    assert directory(office) == {}
    batch = address.removeprefix("/api/v1").removesuffix("/alike-names")
    assert commit(office.browser("ducha"), batch, "别名的表") == 303
    assert directory(office)["区教育局"] == "教育局"
    assert api.get(address).json() == []
    assert api.put(address, json=judged(pairs)).status_code == 409


def test_one_pair_that_cannot_be_keeps_all_from_being_written(
    office: Office, api: TestClient, address: str
) -> None:
    pairs = api.get(address).json()
    strange = {"one": "区教育局", "other": "发改局", "same": True, "keep": "发改局"}
    answer = api.put(address, json={"pairs": [*judged(pairs)["pairs"], strange]})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get(address).json() == pairs
    assert "区水利局" not in units(office)


def test_only_the_supervision_office_judges(office: Office, address: str) -> None:
    for username, status in (("fagai", 403), ("admin", 403), ("neighbour", 404)):
        assert office.api(username).get(address).status_code == status
        assert office.api(username).put(address, json={"pairs": []}).status_code == status
