"""A task nobody answers for: the answer is given where the question stands, and kept as a person's own addition."""

import re

import pytest
from fastapi.testclient import TestClient

from app.services.import_gaps import settle_gaps
from importers import ImportedRow, Issue, Layout, Level, RecognisedTable
from tests.office import TOILETS, Office
from tests.web.test_alike_names import commit, units
from tests.web.test_imports import HEAD, upload

GAPS = (
    HEAD
    + "1\t改善民生\t建公园3处。\t\t\t\t\n"
    + "2\t改善民生\t建桥1座。\t\t\t\t\n"
    + "3\t主要预期目标\t修路2条。\t\t\t\t\n"
    + "4\t主要预期目标\t修渠3条。\t是峰\t教育局\t\t\n"
)


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


@pytest.fixture
def batch(browser: TestClient) -> str:
    return upload(browser, GAPS, title="缺单位的表")


def asked(page: str) -> list[str]:
    """What the page asks for a lead unit of, as its forms say it."""
    return re.findall(
        r'name="kind" value="lead"><input type="hidden" name="words" value="([^"]*)">\s*<label for="answer',
        page,
    )


def settle(browser: TestClient, batch: str, words: str, meaning: str, **more: str) -> int:
    data = {"kind": "lead", "words": words, "meaning": meaning, **more}
    return browser.post(f"{batch}/decisions", data=data).status_code


def row(page: str, number: int) -> str:
    return page.split(f'<tr id="row-{number}">')[1].split("</tr>")[0]


def test_the_doubt_offers_the_units_of_the_directory(browser: TestClient, batch: str) -> None:
    page = browser.get(batch).text
    assert asked(page) == ["1@第2行", "1@第3行", "1@第4行"]
    assert '<datalist id="units"><option value="' in page
    assert 'list="units"' in page
    assert "建公园3处。" in page.split('id="doubts"')[1].split("</section>")[0]
    assert page.count("同一目标下另 1 项也填它") == 2


def test_a_unit_filled_in_stands_in_the_row_and_in_the_trail(
    office: Office, browser: TestClient, batch: str
) -> None:
    for _ in range(2):
        assert settle(browser, batch, "1@第2行", "城管局") == 303
    page = browser.get(batch).text
    assert asked(page) == ["1@第3行", "1@第4行"]
    assert '<span class="reading supplied">城管局<span class="visually-hidden">（人工补充）' in row(page, 1)
    assert "人工补充：原表没有写" in row(page, 1)
    assert "您已采用 1 处认法" in page
    assert commit(browser, batch, "缺单位的表") == 303
    address = re.search(r'href="(/plans/\d+/tasks)">已导入', browser.get("/imports").text)
    assert address
    task = re.search(r'href="(/tasks/\d+)"><span class="clip">建公园3处', browser.get(address[1]).text)
    assert task
    page = browser.get(task[1]).text
    assert "城管局" in page
    assert "第2行；牵头单位“城管局”由人工补充" in page
    assert "第2行补充牵头单位“城管局”" in office.browser("auditor").get("/trail").text


def test_one_tick_fills_in_the_whole_goal_and_no_other(browser: TestClient, batch: str) -> None:
    assert settle(browser, batch, "1@第3行", "城管局、教育局", whole="1") == 303
    page = browser.get(batch).text
    assert asked(page) == ["1@第4行"]
    assert all("城管局" in row(page, number) and "教育局" in row(page, number) for number in (1, 2))
    assert "城管局" not in row(page, 3)


def test_what_was_filled_in_can_be_changed_and_taken_away(browser: TestClient, batch: str) -> None:
    settle(browser, batch, "1@第2行", "城管局")
    assert settle(browser, batch, "1@第2行", "教育局") == 303
    assert "教育局" in row(browser.get(batch).text, 1)
    assert settle(browser, batch, "1@第2行", "") == 303
    page = browser.get(batch).text
    assert asked(page)[0] == "1@第2行"
    assert "您已采用" not in page


def test_an_answer_that_cannot_be_is_told_there_and_kept(browser: TestClient, batch: str) -> None:
    data = {"kind": "lead", "words": "1@第2行", "meaning": "", "whole": "1"}
    refused = browser.post(f"{batch}/decisions", data=data)
    assert refused.status_code == 422
    assert "请写明名称" in refused.text
    assert re.search(r'name="whole" value="1" checked', refused.text)
    long = browser.post(f"{batch}/decisions", data=data | {"meaning": "长" * 101})
    assert long.status_code == 422
    assert f'value="{"长" * 101}"' in long.text
    assert settle(browser, batch, "1@第5行", "城管局") == 422  # it has a unit
    assert settle(browser, batch, "9@第2行", "城管局", whole="1") == 422


def test_it_is_of_this_file_only_and_a_new_unit_waits_for_the_commit(
    office: Office, browser: TestClient, batch: str
) -> None:
    settle(browser, batch, "1@第2行", "河长办")
    page = browser.get(batch).text
    assert "将新增到单位与人员" in page
    assert "河长办" not in units(office)
    assert len(asked(browser.get(upload(browser, GAPS, title="又一份")).text)) == 3
    assert commit(browser, batch, "缺单位的表") == 303
    assert "河长办" in units(office)
    browser.post(f"{batch}/undo")
    assert "河长办" not in units(office)


def test_in_a_newer_version_the_unit_of_the_plan_is_proposed_and_nothing_more(
    office: Office, browser: TestClient
) -> None:
    text = HEAD + f"1\t改善民生\t{TOILETS}\t\t\t\t\n" + "2\t改善民生\t建桥1座。\t\t\t\t\n"
    batch = upload(browser, text, target=str(office.plan_id))
    page = browser.get(batch).text
    doubts = page.split('id="doubts"')[1].split("</section>")[0]
    assert re.findall(r'name="meaning" value="([^"]*)"', doubts) == ["城管局", ""]
    assert "现行的表写的是“城管局”" in doubts
    assert "未明确" in row(page, 1)
    assert settle(browser, batch, "1@第2行", "城管局") == 303
    assert "人工补充" in row(browser.get(batch).text, 1)


def test_two_tasks_of_one_cell_are_asked_about_one_by_one() -> None:
    def tasks() -> list[ImportedRow]:
        doubt = Issue(Level.WARNING, "第2行", "没有责任单位，也没有责任领导，请补上")
        return [
            ImportedRow(None, None, words, place="第2行", issues=[doubt]) for words in ("建桥。", "修路。")
        ]

    table = RecognisedTable("", Layout.TABLE, [], [], tasks())
    settle_gaps(table, {"2@第2行": ["城管局"]})
    assert [task.lead_departments for task in table.tasks] == [[], ["城管局"]]
    questions = [issue.question for task in table.tasks for issue in task.issues]
    assert [question and (question.words, question.meaning) for question in questions] == [
        ("1@第2行", ""),
        ("2@第2行", "城管局"),
    ]
