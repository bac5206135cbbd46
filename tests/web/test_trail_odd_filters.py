"""What nobody can understand in an address of the trail: said above the list, and never exported."""

import pytest

from tests.office import Office
from tests.web.accounts import told


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"kind": "unheard_of"}, "事项“unheard_of”"),
        ({"since": "昨天"}, "从“昨天”"),
        ({"until": "2018-02-30"}, "到“2018-02-30”"),
        ({"until": "0001-01-01"}, "到“0001-01-01”"),
        ({"source": "fax"}, "途径“fax”"),
        ({"person": "李\x07发"}, "办理人“李发”"),
        ({"person": "x" * 101}, f"办理人“{'x' * 30}…”"),
        ({"text": "\x00"}, "内容“”"),
        ({"who": "李发改"}, "“who”"),
        ({"since": "昨天", "kind": "x"}, "从“昨天”；事项“x”"),
    ],
)
def test_what_is_not_understood_is_named_and_not_applied(
    office: Office, query: dict[str, str], said: str
) -> None:
    auditor = office.browser("auditor")
    page = auditor.get("/trail", params=query)
    assert page.status_code == 200
    assert f"地址里有看不懂的条件：{said}。" in page.text
    assert "正在筛选" not in page.text
    assert "分解表.xlsx" in page.text
    for form in ("csv", "xlsx"):
        refused = auditor.get(f"/trail.{form}", params=query)
        assert refused.status_code == 422
        assert f"看不懂的条件：{said}，没有导出。" in refused.text
    assert told(office, "trail_exported") == []


def test_the_other_conditions_hold(office: Office) -> None:
    page = office.browser("auditor").get("/trail", params={"kind": "x", "person": "nobody"}).text
    assert "只按其余条件" in page
    assert "没有符合条件的记录" in page


@pytest.mark.parametrize(
    "query", [{}, {"kind": "", "since": "", "person": " "}, {"page": "1", "kind": "plan_imported"}]
)
def test_nothing_is_said_of_what_is_understood(office: Office, query: dict[str, str]) -> None:
    assert "看不懂" not in office.browser("auditor").get("/trail", params=query).text


@pytest.mark.parametrize(
    ("query", "field"),
    [({"kind": "unheard_of"}, "kind"), ({"person": "李"}, "person"), ({"until": "x"}, "until")],
)
def test_the_api_refuses_by_name_instead_of_answering_with_everything(
    office: Office, query: dict[str, str], field: str
) -> None:
    answer = office.api("auditor").get("/api/v1/trail", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert field in answer.json()["fields"]
