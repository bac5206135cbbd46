"""A deadline nobody can read, or that was guessed: answered where the question stands, for all rows that say the same."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.office import PLAN, TOILETS, Office
from tests.web.test_alike_names import commit
from tests.web.test_import_gaps import row
from tests.web.test_imports import HEAD, update, upload

DOUBTFUL = (
    HEAD
    + "1\t改善民生\t建公园3处。\t是峰\t城管局\t\t6底前\n"
    + "2\t改善民生\t建桥1座。\t是峰\t教育局\t\t 6底 前\n"
    + "3\t改善民生\t修路2条。\t是峰\t教育局\t\t6月前\n"
    + "4\t改善民生\t修渠3条。\t是峰\t教育局\t\t9月底前\n"
)


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


@pytest.fixture
def batch(browser: TestClient) -> str:
    return upload(browser, DOUBTFUL, title="2018年时限不清的表")


def settle(browser: TestClient, batch: str, words: str, meaning: str) -> int:
    data = {"kind": "due", "words": words, "meaning": meaning}
    return browser.post(f"{batch}/decisions", data=data).status_code


def asked(page: str) -> list[tuple[str, str]]:
    """(words, day in the field) of each deadline the worklist asks about."""
    doubts = page.split('id="doubts"')[1].split("</section>")[0]
    return re.findall(
        r'name="words" value="([^"]*)">\s*<label for="answer-\d+">完成日期</label>'
        r'\s*<input type="date"[^>]* name="meaning" value="([^"]*)"',
        doubts,
    )


def task_page(browser: TestClient, words: str) -> str:
    """The page of the task that begins so, of the plan imported last."""
    address = re.search(r'href="(/plans/\d+/tasks)">已导入', browser.get("/imports").text)
    assert address
    task = re.search(rf'href="(/tasks/\d+)"><span class="clip">{words}', browser.get(address[1]).text)
    assert task
    return browser.get(task[1]).text


def test_each_doubtful_deadline_is_asked_about_once_with_the_day_as_read(
    browser: TestClient, batch: str
) -> None:
    page = browser.get(batch).text
    assert asked(page) == [("6底前", ""), ("6月前", "2018-06-30")]
    assert "看不懂“6底前”，按没有写明、即全年读入，请核对" in page
    assert page.count("按全年计</button>") == 2
    assert "文件里相同写法的都照此计" in page
    assert '<span class="reading guess">2018-06-30' in row(page, 3)
    assert "reading" not in row(page, 4)


def test_one_answer_settles_every_row_with_the_same_words_and_the_words_stay(
    office: Office, browser: TestClient, batch: str
) -> None:
    for _ in range(2):
        assert settle(browser, batch, "6底前", "2018-06-30") == 303
    page = browser.get(batch).text
    assert asked(page) == [("6月前", "2018-06-30")]
    for number in (1, 2):
        assert '<span class="reading supplied">2018-06-30<span class="visually-hidden">（人工补充）' in row(
            page, number
        )
    assert "完成时限“6底前”按核对时填的 2018-06-30 计" in row(page, 1)
    assert "您已采用 1 处认法" in page
    assert commit(browser, batch, "2018年时限不清的表") == 303
    page = task_page(browser, "建公园3处")
    assert "6底前" in page
    assert "2018年6月30日" in page
    assert "第2行；完成时限“6底前”按核对时填的2018年6月30日计" in page
    assert "完成时限“6底前”按2018年6月30日计" in office.browser("auditor").get("/trail").text


def test_words_that_name_no_day_can_be_left_to_the_whole_year(browser: TestClient, batch: str) -> None:
    assert settle(browser, batch, "6月前", "全年") == 303
    page = browser.get(batch).text
    assert asked(page) == [("6底前", "")]
    assert '<span class="reading supplied">2018-12-31' in row(page, 3)
    assert "按核对时说的全年计" in row(page, 3)
    assert commit(browser, batch, "2018年时限不清的表") == 303
    assert "2018年12月31日" in task_page(browser, "修路2条")


@pytest.mark.parametrize(
    ("meaning", "sentence"),
    [
        ("", "请填完成的日期"),
        ("六月底", "看不懂这个日期"),
        ("2018-02-30", "看不懂这个日期"),
        ("1999-12-31", "日期请填 2000 年到 2100 年之间的"),
        ("2101-01-01", "日期请填 2000 年到 2100 年之间的"),
    ],
)
def test_what_is_no_day_is_refused_at_its_field_and_nothing_changes(
    browser: TestClient, batch: str, meaning: str, sentence: str
) -> None:
    refused = browser.post(f"{batch}/decisions", data={"kind": "due", "words": "6底前", "meaning": meaning})
    assert refused.status_code == 422
    (told,) = re.findall(r'<p class="field-error" id="answer-\d+-error">([^<]*)</p>', refused.text)
    assert sentence in told
    assert refused.text.count('aria-invalid="true"') == 1
    page = browser.get(batch).text
    assert len(asked(page)) == 2
    assert "您已采用" not in page


def test_a_day_is_taken_as_one_types_it(browser: TestClient, batch: str) -> None:
    assert settle(browser, batch, "6底前", "２０１８年6月15日") == 303
    assert "2018-06-15" in row(browser.get(batch).text, 1)


def test_words_the_file_does_not_ask_about_cannot_be_answered(browser: TestClient, batch: str) -> None:
    assert settle(browser, batch, "9月底前", "2018-06-30") == 422


def test_what_was_answered_can_be_changed_and_a_refusal_is_told_there(
    browser: TestClient, batch: str
) -> None:
    settle(browser, batch, "6底前", "2018-06-30")
    data = {"kind": "due", "words": "6底前", "meaning": ""}
    refused = browser.post(f"{batch}/decisions", data=data)
    assert refused.status_code == 422
    settled = refused.text.split("您已采用 1 处认法")
    assert settled[0].rstrip().endswith('<details class="more" open><summary>')
    assert '<p class="field-error" id="settled-1-error">请填完成的日期' in settled[1]
    assert settle(browser, batch, "6底前", "2018-07-31") == 303
    page = browser.get(batch).text
    assert "2018-07-31" in row(page, 1)
    assert re.search(r'<span class="place">时限</span>.*?value="2018-07-31"', page, re.S)
    assert settle(browser, batch, "6底前", "全年") == 303
    assert "现在按全年计。" in browser.get(batch).text


def test_it_is_remembered_for_files_of_the_same_year_only_and_can_be_forgotten(
    browser: TestClient, batch: str
) -> None:
    settle(browser, batch, "6底前", "2018-06-30")
    settle(browser, batch, "6月前", "全年")
    again = browser.get(upload(browser, DOUBTFUL, title="2018年又一份")).text
    assert asked(again) == []
    assert "您已采用" not in again
    told = again.split("处已按常理处理")[1]
    assert re.search(
        r'name="words" value="6底前">\s*<label[^>]*>完成日期</label>\s*<input [^>]*value="2018-06-30"', told
    )
    next_year = browser.get(upload(browser, DOUBTFUL, title="2019年的一份")).text
    assert asked(next_year) == [("6底前", "")]
    page = browser.get("/imports").text
    assert "完成时限“6底前”按 2018-06-30 计，用于 2018 年的文件" in page
    assert "完成时限“6月前”按全年计" in page
    for address in re.findall(r"/imports/remembered/\d+/forget", page):
        browser.post(address)
    assert len(asked(browser.get(upload(browser, DOUBTFUL, title="2018年第三份")).text)) == 2


def test_a_day_in_another_year_holds_in_this_file_and_is_not_remembered(
    browser: TestClient, batch: str
) -> None:
    settle(browser, batch, "6底前", "2018-06-30")
    assert settle(browser, batch, "6底前", "2019-03-31") == 303
    assert "2019-03-31" in row(browser.get(batch).text, 1)
    assert "记住的认法" not in browser.get("/imports").text
    assert ("6底前", "") in asked(browser.get(upload(browser, DOUBTFUL, title="2019年的一份")).text)


def test_a_day_said_for_the_wrong_year_is_asked_again_when_the_year_is_put_right(
    browser: TestClient, batch: str
) -> None:
    settle(browser, batch, "6底前", "2018-06-30")
    data = {"title": "时限不清的表", "year": "2019", "target": ""}
    assert browser.post(f"{batch}/target", data=data).status_code == 303
    page = browser.get(batch).text
    assert asked(page) == [("6底前", ""), ("6月前", "2019-06-30")]
    assert "您已采用" not in page


def test_a_newer_version_tells_the_day_that_changes_and_asks_with_the_day_the_plan_has(
    browser: TestClient,
) -> None:
    table = HEAD + (
        "1\t主要预期目标\t地区生产总值增长8%。\t陆秋明\t发改局\t\t\n"
        "2\t改善民生\t区医院新院投入使用。\t陆秋明、薛红霞\t卫健局\t发改局\t6月底前\n"
        f"3\t改善民生\t{TOILETS}\t是峰\t城管局\t\t6底前\n"
        "4\t改善民生\t新建学校2所。\t薛红霞\t教育局\t发改局、住建局\t\n"
    )
    first = upload(browser, table, title=PLAN)
    settle(browser, first, "6底前", "2018-06-15")
    assert update(browser, first) == 303
    page = browser.get("/imports").text
    for address in re.findall(r"/imports/remembered/\d+/forget", page):
        browser.post(address)
    second = upload(browser, table.replace("2所", "3所"), title=PLAN)
    page = browser.get(second).text
    assert asked(page) == [("6底前", "2018-06-15")]
    assert "现行的表按 2018-06-15 计，先照它保留，请核对" in page
    assert "时限有调整" not in page
    assert "2018-06-15" in row(page, 3)
    settle(browser, second, "6底前", "2018-07-31")
    page = browser.get(second).text
    assert "时限有调整" in page
    comparison = re.sub(r"<[^>]+>", "", page.split('id="comparison"')[1].split("</section>")[0])
    assert "时限 “6底前” 原按2018-06-15 → 改按2018-07-31" in comparison
    assert update(browser, second) == 303
    task = re.search(r'href="(/tasks/\d+)"><span class="clip">[^<]*公厕', browser.get("/plans/1/tasks").text)
    assert task
    page = browser.get(task[1]).text
    assert "时限“6底前”原按2018年6月15日，改按2018年7月31日计；完成时限“6底前”按核对时填的" in page
