"""The pages of 单位与人员."""

import re
from io import BytesIO

import openpyxl
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.models.directory import Official
from tests.office import TODAY, Office

FORM = {"name": "粮食局", "short_name": "", "category": "区直部门", "kind": "", "parent": "", "aliases": ""}
PERSON = {"name": "王伟", "post": "副区长", "in_office_from": "2018-01-05", "in_office_to": ""}


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def link(page: str, name: str) -> str:
    found = re.search(rf'href="(/directory/(?:departments|officials)/\d+)">{name}</a>', page)
    assert found, name
    return found[1]


def of(browser: TestClient, name: str) -> str:
    """The address of a unit's or an official's page."""
    page = browser.get("/directory?state=all").text + browser.get("/directory/officials?state=all").text
    return link(page, name)


def test_a_unit_is_added_shown_and_changed(browser: TestClient) -> None:
    answer = browser.post("/directory/departments", data=FORM | {"aliases": "区粮食局\n粮局"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "单位已保存" in page
    assert "区粮食局、粮局" in page
    assert "区直部门" in page
    edit = browser.get(answer.headers["location"] + "/edit").text
    assert "区粮食局\n粮局" in edit
    renamed = FORM | {"name": "粮食和物资储备局", "aliases": "区粮食局"}
    assert browser.post(answer.headers["location"], data=renamed).status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "区粮食局、粮食局" in page
    assert "粮局" not in page.replace("区粮食局、粮食局", "")


def test_a_refused_form_keeps_what_was_typed(browser: TestClient) -> None:
    answer = browser.post("/directory/departments", data=FORM | {"name": "教育局", "category": "我写的类别"})
    assert answer.status_code == 422
    assert "“教育局”已在名录中" in answer.text
    assert "我写的类别" in answer.text
    answer = browser.post("/directory/officials", data=PERSON | {"in_office_from": "去年", "post": "主任"})
    assert answer.status_code == 422
    assert "日期请写成" in answer.text
    assert "主任" in answer.text


def test_the_list_is_filtered_by_state_and_category(browser: TestClient) -> None:
    browser.post("/directory/departments", data=FORM)
    page = browser.get("/directory?category=区直部门").text
    assert "粮食局" in page
    assert "教育局</a>" not in page
    address = of(browser, "粮食局")
    assert browser.post(f"{address}/retire", data={"on": "2018-09-01"}).status_code == 303
    assert "粮食局" not in browser.get("/directory").text
    page = browser.get("/directory?state=past").text
    assert "粮食局" in page
    assert "教育局</a>" not in page
    assert "2018年9月1日" in page
    assert browser.get("/directory?state=nonsense").status_code == 200
    assert browser.post(f"{address}/reinstate").status_code == 303
    assert "粮食局" in browser.get("/directory").text


def test_units_are_arranged_by_arrows_and_by_number(browser: TestClient) -> None:
    page = browser.get("/directory?arrange=1").text
    names = re.findall(r'href="/directory/departments/\d+">([^<]+)</a>', page)
    last = link(page, names[-1])
    answer = browser.post(f"{last}/move", data={"place": len(names) - 1, "arranging": "1"})
    assert answer.headers["location"].startswith("/directory?arrange=1#department-")
    browser.post(f"{last}/move", data={"place": "１"})
    refused = browser.post(f"{last}/move", data={"place": "nonsense"})
    assert refused.status_code == 422
    assert "位次不是数字" in refused.text
    after = re.findall(r'href="/directory/departments/\d+">([^<]+)</a>', browser.get("/directory").text)
    assert after == [names[-1], *names[:-1]]


def test_a_unit_with_open_tasks_leads_to_the_hand_over(browser: TestClient) -> None:
    address = of(browser, "教育局")
    page = browser.get(f"{address}/retire").text
    assert "还有 1 项没有办结的任务，不能直接撤销" in page
    assert f"/hand-overs?department={address.rsplit('/', 1)[1]}" in page
    answer = browser.post(f"{address}/retire", data={"on": "2018-09-28"})
    assert answer.status_code == 409
    assert "不能直接撤销" in answer.text


def confirmed(browser: TestClient, address: str, form: dict[str, str]) -> Response:
    """A merger: the first press shows what passes, the second confirms it."""
    shown = re.findall(r'name="shown" value="(\w+)"', browser.post(address, data=form).text)[0]
    return browser.post(address, data={**form, "shown": shown})


def test_a_unit_is_merged_on_its_page(office: Office, browser: TestClient) -> None:
    old, new = of(browser, "教育局"), of(browser, "发改局")
    successor = new.rsplit("/", 1)[1]
    answer = browser.post(f"{old}/retire", data={"on": "明天", "successor": successor, "reason": "改革"})
    assert answer.status_code == 422
    assert "改革" in answer.text
    answer = browser.post(f"{old}/retire", data={"on": "2018-09-28", "successor": "999999"})
    assert answer.status_code == 404
    answer = browser.post(f"{old}/retire", data={"on": "2018-09-28", "successor": old.rsplit("/", 1)[1]})
    assert answer.status_code == 409
    form = {"on": "2018-09-28", "successor": successor, "reason": "改革"}
    check = browser.post(f"{old}/retire", data=form)
    assert check.status_code == 200
    assert office.viewer("jiaoyu").department_name == "教育局", "the first press only shows"
    shown = re.findall(r'name="shown" value="(\w+)"', check.text)[0]
    answer = browser.post(f"{old}/retire", data={**form, "shown": shown})
    assert answer.status_code == 303
    assert browser.post(f"{old}/retire", data=form).status_code == 303, "it is done already"
    assert "并入" in browser.get(old).text
    assert "教育局" in browser.get(new).text
    assert office.viewer("jiaoyu").department_name == "发改局"
    assert office.browser("jiaoyu").get("/directory").status_code == 200


def test_before_a_merger_everything_that_passes_is_named(office: Office, browser: TestClient) -> None:
    old, new = of(browser, "教育局"), of(browser, "发改局").rsplit("/", 1)[1]
    browser.post(
        old,
        data={
            "name": "教育局",
            "short_name": "教局",
            "aliases": "教体局、教委",
            "kind": "unit",
            "parent": "",
        },
    )
    part = {"name": "考试院", "kind": "unit", "parent": old.rsplit("/", 1)[1]}
    assert browser.post("/directory/departments", data=part).status_code == 303
    form = {"on": "2018-09-28", "successor": new, "reason": "<改革>"}
    page = browser.post(f"{old}/retire", data=form).text
    assert "并入后不能恢复" in page
    for passing in (
        "新建学校2所。",
        "赵教育（jiaoyu）",
        "“教育局”",
        "“教局”",
        "“教体局”",
        "“教委”",
        "考试院",
    ):
        assert passing in page
    assert 'value="&lt;改革&gt;"' in page
    assert of(browser, "教育局") == old
    assert "已并入" not in browser.get(old).text


def test_what_changed_after_the_check_is_shown_again_before_it_passes(
    office: Office, browser: TestClient
) -> None:
    old, new = of(browser, "教育局"), of(browser, "发改局").rsplit("/", 1)[1]
    form = {"on": "2018-09-28", "successor": new}
    page = browser.post(f"{old}/retire", data=form).text
    shown = re.findall(r'name="shown" value="(\w+)"', page)[0]
    part = {"name": "考试院", "kind": "unit", "parent": old.rsplit("/", 1)[1]}
    browser.post("/directory/departments", data=part)
    answer = browser.post(f"{old}/retire", data={**form, "shown": shown})
    assert answer.status_code == 409
    assert "要转去的内容有了变化，还没有并入" in answer.text
    assert "考试院" in answer.text
    assert office.viewer("jiaoyu").department_name == "教育局"
    shown = re.findall(r'name="shown" value="(\w+)"', answer.text)[0]
    assert browser.post(f"{old}/retire", data={**form, "shown": shown}).status_code == 303
    assert office.viewer("jiaoyu").department_name == "发改局"


def test_a_merger_without_a_successor_abolishes_nothing(browser: TestClient) -> None:
    browser.post("/directory/departments", data={"name": "数据局", "kind": "unit"})
    address = of(browser, "数据局")
    page = browser.get(f"{address}/retire").text
    assert 'name="merging"' in page
    answer = browser.post(f"{address}/retire", data={"on": "2018-09-28", "successor": "", "merging": "1"})
    assert answer.status_code == 422
    assert "请选择承接单位" in answer.text
    assert "撤销。" not in browser.get(address).text
    assert browser.post(f"{address}/retire", data={"on": "2018-09-28"}).status_code == 303


def test_the_administrator_is_told_who_merges(office: Office) -> None:
    browser = office.browser("admin")
    old, new = of(browser, "教育局"), of(browser, "发改局")
    page = browser.get(f"{old}/retire").text
    assert "由督查室办理" in page
    assert "并入承接单位</button>" not in page
    answer = browser.post(f"{old}/retire", data={"on": "2018-09-28", "successor": new.rsplit("/", 1)[1]})
    assert answer.status_code == 403
    assert "不能办理交接" in answer.text


def test_an_official_is_added_changed_and_leaves(browser: TestClient) -> None:
    answer = browser.post("/directory/officials", data=PERSON)
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "副区长" in page
    assert "没有未办结的任务需要交接" in page
    left = PERSON | {"in_office_to": "2018-09-01"}
    assert browser.post(answer.headers["location"], data=left).status_code == 303
    assert "王伟" not in browser.get("/directory/officials").text
    assert "王伟" in browser.get("/directory/officials?state=past").text
    address = of(browser, "陆秋明")
    answer = browser.post(address, data={"name": "陆秋明", "in_office_to": "2018-09-28"})
    assert answer.status_code == 422
    assert "请先办理交接" in answer.text
    assert "/hand-overs?official=" in answer.text


def test_who_has_left_with_tasks_is_pointed_out(office: Office, browser: TestClient) -> None:
    address = of(browser, "陆秋明")
    browser.post(address, data={"name": "陆秋明", "in_office_to": "2018-12-31"})
    assert "没有人接手" not in browser.get("/directory/officials").text
    with office.database.writing() as session:  # the year is over
        official = session.get_one(Official, int(address.rsplit("/", 1)[1]))
        official.in_office_to = TODAY
        session.add(official)
    page = browser.get("/directory/officials").text
    assert "陆秋明还有 2 项没有办结的任务，没有人接手" in page
    assert "/hand-overs?official=" in page
    assert "请督查室办理交接" in office.browser("admin").get("/directory/officials").text
    assert "没有人接手" not in office.browser("fagai").get("/directory/officials").text


def test_the_workbook_goes_out_and_comes_back(browser: TestClient) -> None:
    answer = browser.get("/directory/workbook.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["单位", "分管领导"]
    sheet = book["单位"]
    sheet.cell(sheet.max_row + 1, 2).value = "粮食局"
    sheet.cell(sheet.max_row + 1, 2).value = "教育局"
    stream = BytesIO()
    book.save(stream)
    answer = browser.post("/directory/import", files={"file": ("名录.xlsx", stream.getvalue())})
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = browser.get(address).text
    assert "1 行新增，0 行有改动" in page
    assert "前面已有一行" in page
    assert "粮食局" not in browser.get("/directory").text
    answer = browser.post(address, data={"shown": "old"})
    assert answer.status_code == 409
    assert "有了改动，还没有写入" in answer.text
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    assert browser.post(address, data={"shown": shown[1]}).status_code == 303
    assert "粮食局" in browser.get("/directory").text
    assert "没有需要写入的改动" in browser.get(address).text


def test_columns_that_were_not_read_are_named_on_the_checking_page(browser: TestClient) -> None:
    for header, is_said in (("全称,联系电话,<b>备注</b>", True), ("全称,简称,类别", False)):
        file = ("名录.csv", f"{header}\n审计局,审计,区直部门\n".encode())
        page = browser.get(browser.post("/directory/import", files={"file": file}).headers["location"]).text
        assert ("这些列没有读入：联系电话、&lt;b&gt;备注&lt;/b&gt;。" in page) is is_said
        assert ("这些列没有读入" in page) is is_said


def test_a_file_without_a_directory_is_refused_with_a_sentence(browser: TestClient) -> None:
    for files in ({}, {"file": ("x.xlsx", b"nonsense")}, {"file": ("x.csv", "甲,乙\n1,2\n".encode())}):
        answer = browser.post("/directory/import", files=files)
        assert answer.status_code == 422
        assert 'id="field-file-error"' in answer.text


def test_the_blank_workbook_is_there(browser: TestClient) -> None:
    answer = browser.get("/directory/template.xlsx")
    assert openpyxl.load_workbook(BytesIO(answer.content))["分管领导"]["B3"].value == "姓名"


@pytest.mark.parametrize("username", ["fagai", "luqiuming"])
def test_others_look_but_do_not_touch(office: Office, username: str) -> None:
    browser = office.browser(username)
    address = of(office.browser("ducha"), "教育局")
    for page in ("/directory", "/directory/officials", address):
        text = browser.get(page).text
        for word in ("新增", "修改", "办理撤并", "调整次序", "Excel"):
            assert word not in text, (page, word)
    for page in (f"{address}/edit", f"{address}/retire", "/directory/import", "/directory/workbook.xlsx"):
        assert browser.get(page).status_code == 403
    assert browser.post(address, data=FORM).status_code == 403
    assert browser.post(f"{address}/retire", data={"on": "2018-09-28"}).status_code == 403


def test_the_neighbour_finds_nothing(office: Office, browser: TestClient) -> None:
    neighbour = office.browser("neighbour")
    unit, person = of(browser, "教育局"), of(browser, "陆秋明")
    for address in (unit, f"{unit}/edit", f"{unit}/retire", person, f"{person}/edit"):
        assert neighbour.get(address).status_code == 404
    for address in (unit, f"{unit}/retire", f"{unit}/move", f"{unit}/reinstate", person, f"{person}/move"):
        assert neighbour.post(address, data=PERSON | {"on": "2018-09-28", "place": "1"}).status_code == 404
    assert "教育局" not in neighbour.get("/directory?state=all").text


def test_units_that_look_like_one_are_merged_or_told_apart(office: Office, browser: TestClient) -> None:
    for name in ("区教育局", "区住建局"):
        browser.post("/directory/departments", data=FORM | {"name": name})
    page = browser.get("/directory").text
    assert page.count("是两个单位</button>") == 2
    assert "可能是同一单位" not in office.browser("fagai").get("/directory").text
    assert "合并由督查室办理" in office.browser("admin").get("/directory").text
    told = {"one": "住建局", "other": "区住建局"}
    assert browser.post("/directory/told-apart", data=told).status_code == 303
    page = browser.get("/directory").text
    assert page.count("是两个单位</button>") == 1
    found = re.search(r'href="(/directory/departments/\d+/retire)\?into=(\d+)">统一为“教育局”', page)
    assert found
    chosen = browser.get(f"{found[1]}?into={found[2]}").text
    assert f'value="{found[2]}" selected' in chosen
    merged = {"on": "2018-09-28", "successor": found[2]}
    assert confirmed(browser, found[1], merged).status_code == 303
    assert "可能是同一单位" not in browser.get("/directory").text


def test_every_deed_is_told_in_words_in_the_trail(office: Office, browser: TestClient) -> None:
    unit = browser.post("/directory/departments", data=FORM).headers["location"]
    browser.post(unit, data=FORM | {"name": "粮食和物资储备局", "category": ""})
    browser.post(f"{unit}/move", data={"place": "1"})
    browser.post(f"{unit}/retire", data={"on": "2018-09-01"})
    browser.post(f"{unit}/reinstate")
    old, new = of(browser, "教育局"), of(browser, "发改局")
    merged = {"on": "2018-09-28", "successor": new.rsplit("/", 1)[1], "reason": "机构改革"}
    confirmed(browser, f"{old}/retire", merged)
    person = browser.post("/directory/officials", data=PERSON).headers["location"]
    browser.post(person, data=PERSON | {"in_office_to": "2018-09-28"})
    browser.post(of(browser, "是峰") + "/move", data={"place": "1"})
    page = " ".join(re.sub(r"<[^>]+>", " ", office.browser("auditor").get("/trail").text).split())
    for words in (
        "粮食局；类别 区直部门",
        "粮食局；名称 粮食局 → 粮食和物资储备局；类别 区直部门 → （空）；别名 （空） → 粮食局",
        "粮食和物资储备局：第 6 位 → 第 1 位",
        "粮食和物资储备局，自 2018-09-01 起",
        "教育局 → 发改局，自 2018-09-28 起：机构改革",
        "jiaoyu：教育局 → 发改局",
        "王伟；职务 副区长；任职 2018-01-05",
        "王伟；离任 （空） → 2018-09-28",
        "是峰：第 3 位 → 第 1 位",
    ):
        assert words in page, words
