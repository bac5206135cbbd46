"""The checking page of an import: what it shows of the file, so that an officer can judge the reading."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from app.models.task import Task
from tests.office import PLAN, TOILETS, Office
from tests.web.test_imports import HEAD, NEXT, upload, value

HEADED = """某区2018年重点工作分工方案

一、改善民生
（一）办好教育
1．新建学校2所。（牵头单位：教育局）
2．改造校舍5处。（牵头单位：教育局；配合单位：住建局）
（二）方便出行
3．新建停车场3处。（牵头单位：城管局）
二、发展经济
（一）扩大投资
4．开工项目20个。（牵头单位：发改局）
"""


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def plain_rows(page: str) -> list[str]:
    body = page.partition('id="rows"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", body, re.S)]


def test_a_goal_that_is_a_heading_stands_above_its_tasks_with_its_level(browser: TestClient) -> None:
    rows = plain_rows(browser.get(upload(browser, HEADED)).text)
    heads = [row for row in rows if "级目标" in row]
    assert [head.split()[0] for head in heads] == [
        "一级目标",
        "二级目标",
        "二级目标",
        "一级目标",
        "二级目标",
    ]
    assert "改善民生" in rows[0]
    assert "办好教育" in rows[1]
    assert "新建学校2所" in rows[2]


def test_a_goal_with_a_column_of_its_own_is_not_said_twice(browser: TestClient) -> None:
    rows = plain_rows(
        browser.get(upload(browser, HEAD + "1\t改善民生\t建公厕5座。\t是峰\t城管局\t\t\n")).text
    )
    assert len(rows) == 1


def test_a_doubt_stands_apart_from_the_words_of_the_task(browser: TestClient) -> None:
    page = browser.get(upload(browser, HEAD + "1\t改善民生\t建公厕5座。\t\t\t\t\n")).text
    assert "没有责任单位，也没有责任领导" in page
    assert re.search(r'建公厕5座。<p class="cell-doubt"><span class="muted">请核对（不是任务原文）：', page)


def test_every_form_of_table_that_is_read_can_be_chosen(browser: TestClient) -> None:
    page = browser.get("/imports").text
    assert ".xlsm" in page
    assert ".tsv" in page


OTHER = "1\t文化体育\t举办全民阅读月活动。\t是峰\t城管局\t\t\n"
ROW = "1\t改善民生\t建公厕5座。\t是峰\t城管局\t\t6月底前\n"


@pytest.mark.parametrize(
    ("name", "told", "year"),
    [
        ("重点工作.txt", "文件的标题没有写明年度", 2018),
        ("“十四五”规划和2035年远景目标.txt", "文件写的是 2021—2035 年", 2021),
        ("2017-2019年行动.txt", "文件写的是 2017—2019 年", 2018),
        ("2019年重点工作.txt", "", 2019),
    ],
)
def test_a_year_the_file_does_not_settle_is_asked_beside_its_field(
    browser: TestClient, name: str, told: str, year: int
) -> None:
    page = browser.get(upload(browser, HEAD + ROW, name)).text
    assert f'value="{year}"' in page
    field = page.partition('id="field-year"')[2].partition("</div>")[0]
    assert ("请核对“年度”" in field) == bool(told)
    assert told in field
    assert ("没写年份的完成时限都换算到这一年" in field) == bool(told)
    assert ('href="#field-year"' in page.partition('id="confirm"')[0]) == bool(told)


def test_a_plan_that_is_there_has_its_year(office: Office, browser: TestClient) -> None:
    batch = upload(browser, HEAD + ROW, "新版.txt", target=str(office.plan_id))
    assert "请核对“年度”" not in browser.get(batch).text


def test_a_plan_that_shares_no_task_with_the_file_is_updated_only_with_a_tick(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, "某局2019年要点\n" + HEAD + OTHER, "要点.txt", target=str(office.plan_id))
    page = browser.get(batch).text
    assert "可能选错了要更新的表" in page
    data = {name: value(page, name) for name in ("title", "year", "seen")}
    assert 'type="hidden" name="shown"' not in page
    assert browser.post(f"{batch}/commit", data=data).status_code == 409
    own = page.partition('action="' + batch + '/target"')[2].partition("</form>")[0]
    assert 'value="某局2019年要点"' in own
    assert 'value="2019"' in own
    tick = re.search(r'type="checkbox" name="shown" value="(\w+)"', page)
    assert tick
    data |= {"shown": tick[1], "reason": "换成另一份"}
    assert browser.post(f"{batch}/commit", data=data).status_code == 303


def test_a_plan_that_shares_few_tasks_by_chance_is_updated_only_with_a_tick(
    office: Office, browser: TestClient
) -> None:
    known = f"2\t改善民生\t{TOILETS.replace('58', '60')}\t是峰\t城管局\t\t\n"
    batch = upload(browser, HEAD + OTHER + known, target=str(office.plan_id))
    page = browser.get(batch).text
    assert "可能选错了要更新的表" in page
    assert f"这份文件与“{PLAN}”的 4 项任务只对上 1 项：更新以后，其余 3 项会撤回。" in page
    assert "没有选错：只对上 1 项，其余 3 项任务撤回" in page
    data = {name: value(page, name) for name in ("title", "year", "seen")}
    assert 'type="hidden" name="shown"' not in page
    assert browser.post(f"{batch}/commit", data=data).status_code == 409
    assert browser.post(f"{batch}/commit", data=data | {"shown": value(page, "shown")}).status_code == 303


def test_a_newer_version_that_withdraws_half_of_the_plan_needs_no_tick(browser: TestClient) -> None:
    rows = NEXT.splitlines(keepends=True)
    page = browser.get(upload(browser, rows[0] + rows[2] + rows[4], title=PLAN)).text
    assert "撤回 2 项任务的原因" in page
    assert "可能选错了" not in page
    assert 'type="hidden" name="shown"' in page


def test_a_newer_version_that_shares_a_task_needs_no_tick(browser: TestClient) -> None:
    page = browser.get(upload(browser, NEXT, title=PLAN)).text
    assert "可能选错了" not in page
    assert 'type="hidden" name="shown"' in page


POSTS = HEAD + "".join(
    f"{number}\t惠民\t{words}\t主管副区长\t城管局\t\t\n"
    for number, words in enumerate(("开通公交线路3条。", "举办全民阅读月活动。", "整治背街小巷5条。"), 1)
)


def test_a_post_without_a_name_may_stay_without_one(office: Office, browser: TestClient) -> None:
    batch = upload(browser, POSTS, "某局2019年.txt")
    page = browser.get(batch).text
    assert "这 3 处都会填成同一个人" in page
    answer = {"kind": "post", "words": "主管副区长", "meaning": "先不填姓名"}
    assert browser.post(f"{batch}/decisions", data=answer).status_code == 303
    page = browser.get(batch).text
    assert "只有职务没有姓名" not in page
    assert "主管副区长" in page.partition('id="rows"')[2]
    assert "将新增到单位与人员" not in page
    made = browser.post(f"{batch}/commit", data={"title": "某局2019年", "year": "2019"})
    assert made.status_code == 303
    with office.database.reading() as session:
        task = session.execute(
            select(col(Task.id)).where(col(Task.standard) == "开通公交线路3条。")
        ).scalar_one()
    page = browser.get(f"/tasks/{task}").text
    assert "<dt>责任领导（未填姓名）</dt><dd>主管副区长</dd>" in page


def test_who_holds_a_post_is_not_remembered_for_other_files(browser: TestClient) -> None:
    batch = upload(browser, POSTS, "某局2019年.txt")
    answer = {"kind": "post", "words": "主管副区长", "meaning": "是峰"}
    assert browser.post(f"{batch}/decisions", data=answer).status_code == 303
    assert "只有职务没有姓名" not in browser.get(batch).text
    assert "只有职务没有姓名" in browser.get(upload(browser, POSTS, "另一份2019年.txt")).text


def test_a_task_that_stands_twice_is_taken_out_only_by_a_person(office: Office, browser: TestClient) -> None:
    where = upload(browser, HEAD + ROW + OTHER + ROW, title="新表")
    page = browser.get(where).text
    assert "与第 1 项（第2行）文字相同，是不是重复了？" in page
    words = value(page.partition('value="repeat"')[2], "words")
    refused = browser.post(f"{where}/decisions", data={"kind": "repeat", "words": words, "meaning": "?"})
    assert "请选择是保留两项，还是去掉这一项。" in refused.text
    browser.post(f"{where}/decisions", data={"kind": "repeat", "words": words, "meaning": "drop"})
    page = browser.get(where).text
    assert "文字相同" not in page
    assert "导入 2 项任务" in page
    assert "您已采用 1 处认法" in page  # and may still think otherwise
    browser.post(f"{where}/decisions", data={"kind": "repeat", "words": words, "meaning": "keep"})
    assert "导入 3 项任务" in browser.get(where).text
