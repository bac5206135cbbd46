"""导入 as the supervision office sees it: settle, compare, update, take back."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from fastapi.testclient import TestClient

from app.models.task import TaskStatus
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TOILETS, Office

HEAD = "序号\t目标名称\t工作标准\t区政府分管领导\t牵头责任单位\t配合单位\t完成时限\n"
PARK = "建成城市公园3处。"
MORE_TOILETS = "新建、改造公厕60座。"
NEXT = (
    HEAD
    + f"1\t改善民生\t{MORE_TOILETS}\t是峰\t城管局\t\t\n"
    + f"2\t改善民生\t{SCHOOL}\t薛红霞\t住建局\t教育局\t\n"
    + f"3\t改善民生\t{PARK}\t是峰\t园林局\t\t\n"
    + f"4\t主要预期目标\t{GROWTH}\t陆秋明\t发改局\t\t\n"
)
DOUBTFUL = "序号\t工作标谁\t牵头单位\n1\t建停车场3处。\t城管局\n2\t建公厕5座。\t教育局\n"


def upload(browser: TestClient, text: str, name: str = "2018年新版.txt", **fields: str) -> str:
    answer = browser.post("/imports", files={"file": (name, text.encode())}, data=fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def update(browser: TestClient, batch: str, **fields: str) -> int:
    page = browser.get(batch).text
    data = {name: value(page, name) for name in ("title", "year", "shown")}
    return browser.post(f"{batch}/commit", data=data | fields).status_code


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def test_a_doubtful_column_is_settled_on_the_page(office: Office, browser: TestClient) -> None:
    batch = upload(browser, DOUBTFUL)
    page = browser.get(batch).text
    assert "“工作标谁”一栏" in page
    answer = {"kind": "column", "words": "工作标谁", "meaning": "task"}
    settled = browser.post(f"{batch}/decisions", data=answer)
    assert (settled.status_code, settled.headers["location"]) == (303, f"{batch}#doubts")
    page = browser.get(batch).text
    assert "没有需要您决定的地方" in page
    assert "已采用，文件已按此重新识别" in page
    assert "您已采用 1 处认法" in page
    assert browser.post(f"{batch}/decisions", data=answer).status_code == 303  # the back button
    assert "没有需要您决定的地方" in browser.get(upload(browser, DOUBTFUL, title="下一份")).text


def test_an_answer_that_cannot_be_is_said_at_its_doubt(browser: TestClient) -> None:
    batch = upload(browser, DOUBTFUL)
    answer = browser.post(
        f"{batch}/decisions", data={"kind": "column", "words": "工作标谁", "meaning": "胡说"}
    )
    assert answer.status_code == 422
    assert "请选择这一栏是什么" in answer.text


def test_every_column_can_be_named_anew(browser: TestClient) -> None:
    text = (
        "序号\t工作标准\t牵头单位\t协调人\n1\t建停车场3处。\t城管局\t是峰\n2\t建公厕5座。\t教育局\t陆秋明\n"
    )
    batch = upload(browser, text)
    page = browser.get(batch).text
    headers, was = (
        re.findall(r'name="header" value="([^"]*)"', page),
        re.findall(r'name="was" value="([^"]*)"', page),
    )
    assert headers == ["序号", "工作标准", "牵头单位", "协调人"]
    kinds = [*was[:3], "official"]
    answer = browser.post(f"{batch}/columns", data={"header": headers, "was": was, "kind": kinds})
    assert answer.status_code == 303
    assert "<b>2" not in answer.text
    page = browser.get(batch).text
    assert "认作分管领导" in page
    assert "2 位领导" in page


def test_a_newer_version_is_compared_and_taken_over(office: Office, browser: TestClient) -> None:
    toilets = office.task_id(TOILETS)
    with office.database.writing() as session:
        statement = Statement(TaskStatus.IN_PROGRESS, 70, "已建成41座。")
        report_progress(session, office.task(session, TOILETS), statement, actor=office.viewer("ducha"))
    batch = upload(browser, NEXT, target=str(office.plan_id))
    page = browser.get(batch).text
    assert "更新责任分解表" in page
    assert re.search(r"<del>.*?58.*?</del>|<del>.*?8.*?</del>", page, re.DOTALL)
    for words in (
        "（删去）",
        "（增加）",
        "分工有调整",
        "住建局",
        "新增",
        "不再列入",
        HOSPITAL,
        "撤回 1 项任务的原因",
    ):
        assert words in page
    only_new = browser.get(f"{batch}?show=new").text.split('id="comparison"')[1].split('id="columns"')[0]
    assert PARK in only_new
    assert HOSPITAL not in re.sub(
        r"<select.*?</select>", "", only_new, flags=re.DOTALL
    )  # one may say it is that one
    assert update(browser, batch, reason="并入市级项目") == 303
    ledger = browser.get(f"/plans/{office.plan_id}/tasks").text
    assert "已建成41座。" in browser.get(f"/tasks/{toilets}").text
    assert "已按新版更新" in ledger
    assert PARK in ledger
    assert HOSPITAL not in ledger


def test_a_comparison_that_has_changed_comes_back(office: Office, browser: TestClient) -> None:
    first, second = (
        upload(browser, NEXT, title=PLAN),
        upload(browser, NEXT + "5\t\t再建一处。\t是峰\t城管局\t\t\n", title=PLAN),
    )
    page = browser.get(second).text
    seen = {name: value(page, name) for name in ("title", "year", "shown")}
    assert update(browser, first) == 303
    answer = browser.post(f"{second}/commit", data=seen | {"reason": "写好的原因"})
    assert answer.status_code == 409
    assert "未作任何改动" in answer.text
    assert value(answer.text, "shown") != seen["shown"]
    assert update(browser, second) == 303


def test_the_first_commit_of_a_name_that_is_taken_shows_the_comparison(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, NEXT, title="另起的名称")
    answer = browser.post(f"{batch}/commit", data={"title": PLAN, "year": "2018"})
    assert answer.status_code == 409
    assert "与现行的表逐行对照" in answer.text
    assert value(answer.text, "shown")
    assert value(answer.text, "title") == PLAN


def test_a_pair_is_declared_two_tasks_on_the_page(office: Office, browser: TestClient) -> None:
    text = (
        HEAD
        + f"1\t主要预期目标\t{GROWTH}\t陆秋明\t发改局\t\t\n"
        + "2\t改善民生\t新建、改建公共厕所58座，改造垃圾房。\t是峰\t城管局\t\t\n"
    )
    batch = upload(browser, text, target=str(office.plan_id))
    page = browser.get(batch).text
    assert "疑似同一项任务，请核对" in page
    form = page.split(f'action="{batch}/pairs"')[1]
    pair = {"old": value(form, "old"), "new": value(form, "new")}
    assert browser.post(f"{batch}/pairs", data=pair | {"verdict": "apart"}).status_code == 303
    page = browser.get(batch).text
    assert "疑似同一项任务" not in page
    assert "您已指明它不是原来相近的那一项" in page
    assert update(browser, batch) == 303
    assert TOILETS not in browser.get(f"/plans/{office.plan_id}/tasks").text


def test_the_target_can_be_changed_while_checking(office: Office, browser: TestClient) -> None:
    batch = upload(browser, NEXT, title="另起的名称")
    assert "与现行的表逐行对照" not in browser.get(batch).text
    browser.post(f"{batch}/target", data={"target": str(office.plan_id)})
    assert "与现行的表逐行对照" in browser.get(batch).text
    taken = browser.post(f"{batch}/target", data={"target": "", "title": PLAN, "year": "2018"})
    assert taken.status_code == 422
    assert "已有这个名称的责任分解表" in taken.text
    browser.post(f"{batch}/target", data={"target": "", "title": "2020年的表", "year": "2020"})
    page = browser.get(batch).text
    assert "与现行的表逐行对照" not in page
    assert 'value="2020"' in page


def test_an_import_is_taken_back_and_pressing_twice_is_harmless(office: Office, browser: TestClient) -> None:
    plan = office.plan_id
    batch = upload(browser, NEXT, target=str(plan))
    update(browser, batch)
    assert "撤销导入" in browser.get(batch).text
    for _ in range(2):
        assert browser.post(f"{batch}/undo").headers["location"] == batch
    assert "这次导入已撤销" in browser.get(batch).text
    ledger = browser.get(f"/plans/{plan}/tasks").text
    assert HOSPITAL in ledger
    assert PARK not in ledger
    again = browser.post(f"{batch}/commit", data={"title": PLAN, "year": "2018"})
    assert again.status_code == 409
    assert "已经撤销" in again.text
    listed = browser.get("/imports").text
    assert "已撤销" in listed
    assert listed.count("撤销这次导入") == 1  # the first import, on which the plan stands again


def test_an_import_that_was_reported_on_is_not_taken_back(office: Office, browser: TestClient) -> None:
    batch = upload(browser, NEXT, title="新的表")
    plan = browser.post(f"{batch}/commit", data={"title": "新的表", "year": "2018"}).headers["location"]
    task = re.search(r"/tasks/(\d+)", browser.get(plan).text)
    assert task
    progress = {"status": "in_progress", "completion": "10", "progress": "已开工。", "seen": "0"}
    assert browser.post(f"/tasks/{task[1]}/progress", data=progress).status_code == 303
    refused = browser.post(f"{batch}/undo")
    assert refused.status_code == 409
    assert "已有单位填报了进展，不能再撤销" in refused.text


def test_pasted_words_are_read_like_a_file(office: Office, browser: TestClient) -> None:
    answer = browser.post("/imports", data={"pasted": DOUBTFUL.replace("\n", "\r\n"), "title": "粘贴的表"})
    page = browser.get(answer.headers["location"]).text
    assert "建停车场3处。" in page
    assert "粘贴：序号 工作标谁 牵头单位.txt" in page
    refused = browser.post("/imports", data={"pasted": "今天开会。"})
    assert refused.status_code == 422
    assert "今天开会。</textarea>" in refused.text


def test_a_task_tells_where_it_comes_from(office: Office, browser: TestClient) -> None:
    task = office.task_id(HOSPITAL)
    page = browser.get(f"/tasks/{task}").text
    assert "分解表.xlsx Sheet1 第4行" in page
    (original,) = re.findall(r'href="(/imports/\d+/original)"', page)
    assert browser.get(original).content == b"original"
    page = office.browser("fagai").get(f"/tasks/{task}").text
    assert "分解表.xlsx Sheet1 第4行" in page
    assert "/original" not in page


def test_a_group_is_expanded_on_the_directory_page(office: Office, browser: TestClient) -> None:
    batch = upload(
        browser, HEAD + "1\t改善民生\t整治村庄。\t是峰\t各镇街\t\t\n2\t改善民生\t建桥。\t是峰\t湖塘镇\t\t\n"
    )
    browser.post(f"{batch}/commit", data={"title": "含各镇街的表", "year": "2018"})
    page = browser.get("/directory").text
    assert "还没有指定成员" in page
    form = page.split('action="/directory/groups/')[1]
    unit = re.search(r'value="(\d+)"><span>湖塘镇', form)
    assert unit
    address = f"/directory/groups/{form.split('/')[0]}/members"
    assert office.browser("fagai").post(address, data={"member": unit[1]}).status_code == 403
    assert "保存成员" not in office.browser("fagai").get("/directory").text
    assert browser.post(address, data={"member": [unit[1], "nonsense"]}).status_code == 303
    assert "指 1 个单位：湖塘镇" in browser.get("/directory").text


@pytest.mark.parametrize("deed", ["decisions", "columns", "aliases", "pairs", "target", "commit", "undo"])
@pytest.mark.parametrize(("username", "status"), [("fagai", 403), ("admin", 403), ("neighbour", 404)])
def test_nobody_else_checks_an_import(
    office: Office, browser: TestClient, username: str, status: int, deed: str
) -> None:
    batch = upload(browser, DOUBTFUL)
    data = {"header": "x", "kind": "x", "was": "x", "title": "表", "year": "2018"}
    assert office.browser(username).post(f"{batch}/{deed}", data=data).status_code == status


def test_two_people_settle_at_once_and_neither_is_lost(office: Office, browser: TestClient) -> None:
    batch = upload(browser, DOUBTFUL)
    answers = [
        {"kind": "column", "words": "工作标谁", "meaning": "task"},
        {"kind": "column", "words": "牵头单位", "meaning": "main_department"},
        {"kind": "rule", "words": "first_listed_leads", "meaning": "yes"},
    ]
    colleagues = [office.browser("ducha") for _ in answers]
    with ThreadPoolExecutor(len(answers)) as pool:
        sent = [
            pool.submit(colleague.post, f"{batch}/decisions", data=answer)
            for colleague, answer in zip(colleagues, answers, strict=True)
        ]
        assert [each.result().status_code for each in sent] == [303] * len(answers)
    assert "您已采用 3 处认法" in browser.get(batch).text


def test_the_office_says_that_the_first_listed_leads_and_forgets_it(browser: TestClient) -> None:
    text = "序号\t工作标准\t责任单位\n1\t建停车场3处。\t城管局、教育局\n2\t建公厕5座。\t教育局\n"
    batch = upload(browser, text)
    assert "配合单位" not in browser.get(batch).text.split('id="rows"')[1]
    rule = {"kind": "rule", "words": "first_listed_leads", "meaning": "yes"}
    assert browser.post(f"{batch}/decisions", data=rule).status_code == 303
    assert "配合单位" in browser.get(batch).text.split('id="rows"')[1]
    assert "配合单位" in browser.get(upload(browser, text)).text.split('id="rows"')[1]
    page = browser.get("/imports").text
    assert "第一个牵头，其余配合" in page
    (address,) = re.findall(r'action="(/imports/remembered/\d+/forget)"', page)
    for _ in range(2):
        assert browser.post(address).status_code == 303
    assert "配合单位" not in browser.get(upload(browser, text)).text.split('id="rows"')[1]


def test_the_same_heading_in_the_same_year_is_taken_for_the_plans_newer_version(
    office: Office, browser: TestClient
) -> None:
    heading = "《政府工作报告》目标任务责任分解表\n"
    page = browser.get(upload(browser, heading + NEXT)).text
    assert "与现行的表逐行对照" in page
    assert value(page, "title") == PLAN
    assert "与现行的表逐行对照" not in browser.get(upload(browser, heading + NEXT, "2021年.txt")).text


def test_what_a_colleague_settled_meanwhile_is_looked_at_first(office: Office, browser: TestClient) -> None:
    batch = upload(browser, DOUBTFUL)
    seen = {"title": "新表", "year": "2018", "seen": value(browser.get(batch).text, "seen")}
    answer = {"kind": "column", "words": "牵头单位", "meaning": "main_department"}
    office.browser("ducha").post(f"{batch}/decisions", data=answer)
    refused = browser.post(f"{batch}/commit", data=seen)
    assert refused.status_code == 409
    assert "同事刚刚改了认法" in refused.text
    seen["seen"] = value(refused.text, "seen")
    assert browser.post(f"{batch}/commit", data=seen).status_code == 303
    assert browser.post(f"{batch}/commit", data=seen).status_code == 303  # the back button


def test_control_characters_break_nothing(office: Office, browser: TestClient) -> None:
    nul = "\x00"
    batch = upload(browser, NEXT, f"表{nul}.txt", target=str(office.plan_id))
    assert (
        browser.post(
            f"{batch}/aliases", data={"one": f"甲{nul}局", "other": "乙局", "keep": "乙局"}
        ).status_code
        == 422
    )
    assert browser.post(f"{batch}/target", data={"title": nul, "year": "2018"}).status_code == 422
    assert update(browser, batch, reason=f"并入{nul}市级项目") == 303
    pasted = browser.post(
        "/imports", data={"pasted": NEXT.replace("建成", "建\x0b成"), "title": f"又一份{nul}表"}
    )
    page = pasted.headers["location"]
    answer = {"kind": "column", "words": "工作标准", "meaning": f"task{nul}"}
    assert browser.post(f"{page}/decisions", data=answer).status_code == 303
    assert browser.post(f"{page}/commit", data={"title": "又一份表", "year": "2018"}).status_code == 303


def test_a_long_table_is_shown_page_by_page_and_doubts_lead_to_theirs(browser: TestClient) -> None:
    rows = "".join(f"{number}\t\t建设第{number}号项目。\t是峰\t城管局\t\t\n" for number in range(1, 450))
    batch = upload(browser, HEAD + rows + "450\t\t没有单位的项目。\t\t\t\t\n", title="长表")
    first, last = browser.get(batch).text, browser.get(f"{batch}?page=3").text
    assert ("建设第1号项目。" in first, "建设第449号项目。" in first) == (True, False)
    assert ("建设第1号项目。" in last, "建设第449号项目。" in last) == (False, True)
    assert 'id="row-450"' in last
    assert f'href="{batch}?page=3#row-450"' in first
    assert browser.get(f"{batch}?page=99").status_code == 200


def test_a_pasted_table_is_read_with_its_merged_cells(office: Office, browser: TestClient) -> None:
    head = "".join(f"<td>{word}</td>" for word in ("序号", "类别", "工作任务", "牵头单位"))
    table = (
        f"<table><tr>{head}</tr><tr><td>1</td><td rowspan=2>民生</td><td>建停车场3处。</td><td>城管局</td></tr>"
        "<tr><td>2</td><td>改造公厕12座。</td><td>城管局</td></tr></table>"
    )
    sent = {"pasted": "2018年任务表\n1 民生 建停车场3处。", "pasted_table": table, "title": "粘贴的表"}
    page = browser.get(browser.post("/imports", data=sent).headers["location"]).text
    assert "粘贴：2018年任务表.html" in page
    assert "改造公厕12座。" in page
    refused = browser.post("/imports", data={"pasted": "今天开会。", "pasted_table": "<table><td>今天开会。"})
    assert refused.status_code == 422
    assert "今天开会。</textarea>" in refused.text
