"""Units a line each beside two columns of units: which of them lead is answered where the question stands."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.office import Office
from tests.web.test_alike_names import commit
from tests.web.test_import_deadlines import task_page
from tests.web.test_import_gaps import row
from tests.web.test_imports import upload

NAME = "2018年单位逐行的表"
LIST = "市场监管局、商务局、供销社"
LINES = [
    *("序号", "工作任务", "牵头单位", "配合单位"),
    *("1", "建成农产品批发市场，入驻商户200家。", *LIST.split("、")),
    *("2", "改造农贸市场6处，年底前全部开业。", *LIST.split("、")),
    *("3", "新建停车场5个，新增泊位1000个。", "住建局", "城管局", "公安局", "交通局"),
]


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


@pytest.fixture
def batch(browser: TestClient) -> str:
    return upload(browser, "\n".join(LINES) + "\n", title=NAME)


def settle(browser: TestClient, batch: str, words: str, meaning: str) -> int:
    data = {"kind": "parting", "words": words, "meaning": meaning}
    return browser.post(f"{batch}/decisions", data=data).status_code


def asked(page: str) -> list[str]:
    """The lists of units the worklist asks about."""
    doubts = page.split('id="doubts"')[1].split("</section>")[0]
    return re.findall(r'id="answer-\d+"><legend class="visually-hidden">“([^”]*)”的分工', doubts)


def test_each_list_is_asked_about_once_with_every_way_to_part_it(browser: TestClient, batch: str) -> None:
    page = browser.get(batch).text
    assert asked(page) == [LIST, "住建局、城管局、公安局、交通局"]
    told = re.findall(
        r'value="牵头 \d 个、配合 \d 个"[^>]*> <span>([^<]*)<', page.split(f"“{LIST}”的分工")[1]
    )
    assert told[:3] == [
        "牵头：市场监管局；配合：商务局、供销社",
        "牵头：市场监管局、商务局；配合：供销社",
        "牵头：市场监管局、商务局、供销社",
    ]
    assert "看不出从哪里起是另一栏的单位" in row(page, 1)
    assert "reading guess" in row(page, 1)


def test_one_answer_parts_every_such_list_and_is_remembered_until_forgotten(
    office: Office, browser: TestClient, batch: str
) -> None:
    for _ in range(2):
        assert settle(browser, batch, LIST, "牵头 2 个、配合 1 个") == 303
    page = browser.get(batch).text
    assert asked(page) == ["住建局、城管局、公安局、交通局"]
    assert "您已采用 1 处认法" in page
    for number in (1, 2):
        assert "按核对时说的分栏读入：牵头：市场监管局、商务局；配合：供销社" in row(page, number)
        assert "reading guess" not in row(page, number)
    assert commit(browser, batch, NAME) == 303
    assert re.search(
        "牵头单位.*市场监管局.*商务局.*配合单位.*供销社", task_page(browser, "建成农产品"), re.DOTALL
    )
    assert f"“{LIST}”分作牵头 2 个、配合 1 个" in office.browser("auditor").get("/trail").text

    other = "\n".join([*LINES[:9], "2", "新建水厂1座，日供水5000吨。", "水利局", "住建局", "财政局"])
    page = browser.get(upload(browser, other + "\n", title="2018年另一份表")).text
    assert asked(page) == ["水利局、住建局、财政局"]
    imports = browser.get("/imports").text
    assert f"“{LIST}”分作牵头 2 个、配合 1 个" in imports
    (forget,) = re.findall(r'action="(/imports/remembered/\d+/forget)"', imports)
    assert browser.post(forget).status_code == 303
    page = browser.get(
        upload(browser, other + "\n3\n修路2条，全部通车。\n交通局\n", title="2018年第三份表")
    ).text
    assert asked(page) == [LIST, "水利局、住建局、财政局"]


def test_what_was_said_of_other_columns_is_not_applied(browser: TestClient, batch: str) -> None:
    assert settle(browser, batch, LIST, "牵头 2 个、配合 1 个") == 303
    swapped = ["序号", "工作任务", "配合单位", "牵头单位", *LINES[4:9]]
    page = browser.get(upload(browser, "\n".join(swapped) + "\n", title="2018年换了栏的表")).text
    assert asked(page) == [LIST]


def test_what_was_answered_can_be_changed(browser: TestClient, batch: str) -> None:
    settle(browser, batch, LIST, "牵头 2 个、配合 1 个")
    assert settle(browser, batch, LIST, "牵头 3 个、配合 0 个") == 303
    page = browser.get(batch).text
    assert "按核对时说的分栏读入：牵头：市场监管局、商务局、供销社" in row(page, 1)
    settled = page.split("您已采用 1 处认法")[1]
    assert re.search(
        r'value="牵头 3 个、配合 0 个" checked> <span>牵头：市场监管局、商务局、供销社<', settled
    )
    assert "您已采用 1 处认法" in page


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (LIST, ""),
        (LIST, "牵头 0 个、配合 3 个"),
        (LIST, "牵头 2 个、配合 2 个"),
        (LIST, "二比一"),
        ("住建局、城管局", "牵头 1 个、配合 1 个"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_changes(
    browser: TestClient, batch: str, words: str, meaning: str
) -> None:
    assert settle(browser, batch, words, meaning) == 422
    page = browser.get(batch).text
    assert len(asked(page)) == 2
    assert "您已采用" not in page
