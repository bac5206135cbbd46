"""The comparison page asks about cells a newer version leaves blank, and the plan's words stay."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.office import PLAN, TOILETS, Office
from tests.web.test_imports import HEAD, update, upload, value

# The toilets' lead and official are left blank; the plan has 城管局 and 是峰.
BLANK = HEAD + (
    "1\t主要预期目标\t地区生产总值增长8%。\t陆秋明\t发改局\t\t\n"
    "2\t改善民生\t区医院新院投入使用。\t陆秋明、薛红霞\t卫健局\t发改局\t6月底前\n"
    f"3\t改善民生\t{TOILETS}\t\t\t\t\n"
    "4\t改善民生\t新建学校2所。\t薛红霞\t教育局\t发改局、住建局\t\n"
)


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def asked(page: str) -> list[str]:
    return re.findall(r"<span>(“[^<]*先照现行的保留。)</span>", page)


def test_a_blank_cell_is_asked_about_in_the_comparison_and_nowhere_else(browser: TestClient) -> None:
    where = upload(browser, BLANK, title=PLAN)
    page = browser.get(where).text
    assert asked(page) == [
        "“区政府分管领导”这一格是空的，现行的表写的是“是峰”，先照现行的保留。",
        "“牵头责任单位”这一格是空的，现行的表写的是“城管局”，先照现行的保留。",
    ]
    assert "没有变化，<a" in page
    assert "改为" not in page
    rows = page.partition('id="rows"')[2]
    assert "按沿用上行" not in rows
    told = re.findall(r"<tr id=\"row-3\">.*?</tr>", rows, re.S)[0]
    assert "城管局" in told
    assert "卫健局" not in told
    assert update(browser, where) == 303
    assert "城管局" in browser.get("/plans/1/tasks", params={"q": "公厕"}).text


def test_an_answer_about_a_blank_leads_back_to_the_comparison(browser: TestClient) -> None:
    where = upload(browser, BLANK, title=PLAN)
    words = value(browser.get(where).text.partition('value="comparison"')[0].rpartition("<form")[2], "words")
    answer = {"kind": "blank", "words": words, "meaning": "as_before", "at": "comparison"}
    assert browser.post(f"{where}/decisions", data=answer).headers["location"].endswith("#comparison")
    page = browser.get(where).text
    assert len(asked(page)) == 1
    assert "您已采用 1 处认法" in page
    assert "第4行 分管领导：" in page
    assert '<option value="as_before" selected>照现行的表</option>' in page
    browser.post(f"{where}/decisions", data={**answer, "meaning": "carry"})
    assert "改为" in browser.get(where).text


def test_an_answer_that_cannot_be_is_refused_beside_the_comparison(browser: TestClient) -> None:
    where = upload(browser, BLANK, title=PLAN)
    words = value(browser.get(where).text.partition('value="comparison"')[0].rpartition("<form")[2], "words")
    refused = browser.post(
        f"{where}/decisions", data={"kind": "blank", "words": words, "meaning": "?", "at": "comparison"}
    )
    assert refused.status_code == 422
    assert "请选择空格的意思。" in refused.text.partition('id="comparison"')[2]


def head_sentence(page: str) -> str:
    found = re.search(r'<p class="sentence" role="status">.*?</p>', page, re.S)
    assert found
    return re.sub(r"<[^>]+>", "", found[0])


def test_what_the_comparison_asks_is_counted_in_the_first_sentence(browser: TestClient) -> None:
    where = upload(browser, BLANK, title=PLAN)
    page = browser.get(where).text
    assert "；逐行对照里有 1 项待核对。与现行的表相比，没有变化" in head_sentence(page)
    assert "没有看不准的地方" not in page
    assert f'<a href="{where}?show=blank#comparison">1</a> 项待核对' in page
    assert f'<dt>请核对</dt><dd><a href="{where}?show=blank#comparison">1</a>' in page
    assert "文件里没有需要您决定的地方；逐行对照里有 1 项待核对" in re.sub(r"<[^>]+>", "", page)
    for _ in range(2):
        form = browser.get(where).text.partition('value="comparison"')[0].rpartition("<form")[2]
        answer = {"kind": "blank", "words": value(form, "words"), "meaning": "as_before", "at": "comparison"}
        browser.post(f"{where}/decisions", data=answer)
    page = browser.get(where).text
    assert "；没有看不准的地方。与现行的表相比，没有变化。" in head_sentence(page)
    assert "待核对" not in head_sentence(page)


def test_doubts_of_the_file_and_of_the_comparison_are_told_together(browser: TestClient) -> None:
    page = browser.get(upload(browser, BLANK.replace("工作标准", "工作标谁"), title=PLAN)).text
    assert "；有 1 处请您看一看，逐行对照里还有 1 项待核对。" in head_sentence(page)
    assert '<dt>请核对</dt><dd><a href="#doubts">2</a>' in page


def test_where_the_comparison_asks_different_things_the_way_leads_to_all_of_them(browser: TestClient) -> None:
    anew = "4\t改善民生\t学位供给再上台阶。\t薛红霞\t教育局\t发改局、住建局\t\n"
    where = upload(browser, "".join(BLANK.splitlines(keepends=True)[:-1]) + anew, title=PLAN)
    page = browser.get(where).text
    assert f'<a href="{where}#comparison">2</a> 项待核对' in page
    assert len(asked(page)) == 2
    assert "疑似原来的一项" in page
