"""交接 on its page: choose, look, confirm, call off; and what other pages say of it."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.models.task import HandOver, TaskStatus
from app.services.progress import Statement, report_progress
from app.web import hand_over
from tests.office import GROWTH, SCHOOL, TODAY, Office
from tests.services.test_hand_over import SOON, give, person, unit


def ids(office: Office, *names: str) -> list[str]:
    with office.database.reading() as session:
        return [str(unit(session, name).id) for name in names]


def chosen(office: Office, giver: str, taker: str, on: str = TODAY.isoformat()) -> dict[str, str]:
    department, to = ids(office, giver, taker)
    return {"department": department, "taker": to, "effective_on": on}


def shown(browser: TestClient, choice: dict[str, str]) -> str:
    """The digest on the page that shows what would pass."""
    page = browser.get("/hand-overs", params=choice).text
    return re.findall(r'name="shown" value="(\w+)"', page)[0]


def done(office: Office) -> list[HandOver]:
    with office.database.reading() as session:
        return list(session.execute(select(HandOver)).scalars())


def test_one_looks_first_and_nothing_is_done_by_looking(office: Office) -> None:
    browser = office.browser("ducha")
    page = browser.get("/hand-overs", params=chosen(office, "发改局", "教育局"))
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>|\s", "", page.text)
    assert "发改局的3项未完成任务（牵头1项、配合2项）从2018年9月28日起由教育局承担" in text
    assert "其中1项教育局已有责任，两项责任取重的一项" in text
    assert GROWTH in page.text
    assert "交接 3 项任务" in page.text
    assert done(office) == []


def test_confirmed_the_tasks_are_the_takers(office: Office) -> None:
    browser = office.browser("ducha")
    choice = chosen(office, "发改局", "教育局")
    answer = browser.post(
        "/hand-overs", data={**choice, "reason": "机构改革", "shown": shown(browser, choice)}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/hand-overs?department=#done")
    text = browser.get(answer.headers["location"]).text
    assert "交接已办理" in text
    assert re.search(r'aria-current="true">单位交接', text)
    assert "机构改革" in text
    assert "取消交接" not in text
    giver, taker = ids(office, "发改局", "教育局")
    plan = office.plan_id
    liaison = office.browser("jiaoyu")
    assert GROWTH in liaison.get(f"/plans/{plan}/workload/departments/{taker}").text
    of_giver = re.sub(r"<[^>]+>", "", liaison.get(f"/plans/{plan}/workload/departments/{giver}").text)
    assert GROWTH not in of_giver
    assert "2018年9月28日把 3 项任务交接给教育局。" in of_giver
    task = liaison.get(f"/tasks/{office.task_id(GROWTH)}").text
    assert "责任变更" in task
    assert "填报进展" in task
    assert "进展不公开" in office.browser("fagai").get(f"/tasks/{office.task_id(GROWTH)}").text


def test_one_to_come_is_told_on_the_task_and_can_be_called_off(office: Office) -> None:
    browser = office.browser("ducha")
    choice = chosen(office, "发改局", "城管局", SOON.isoformat())
    browser.post("/hand-overs", data={**choice, "shown": shown(browser, choice)})
    task = f"/tasks/{office.task_id(GROWTH)}"
    assert "2018年10月8日</time>交接给城管局" in office.browser("fagai").get(task).text
    (arranged,) = done(office)
    page = browser.get("/hand-overs").text
    assert "<strong>将于</strong>" in page
    assert "取消这次交接" in page
    answer = browser.post(f"/hand-overs/{arranged.id}/call-off")
    assert (answer.status_code, answer.headers["location"]) == (303, "/hand-overs?department=#done")
    assert done(office) == []
    assert "责任变更" not in browser.get(task).text
    again = browser.post(f"/hand-overs/{arranged.id}/call-off")  # a second press
    assert again.status_code == 404
    assert "可能已经取消" in again.text


def test_what_has_changed_meanwhile_is_shown_again(office: Office) -> None:
    browser = office.browser("ducha")
    choice = chosen(office, "发改局", "城管局")
    digest = shown(browser, choice)
    with office.database.writing() as session:
        statement = Statement(TaskStatus.COMPLETED, 100, "已完成。")
        report_progress(session, office.task(session, GROWTH), statement, actor=office.viewer("fagai"))
    answer = browser.post("/hand-overs", data={**choice, "shown": digest, "reason": "机构改革"})
    assert answer.status_code == 409
    assert "要交接的任务有了变化，尚未交接" in answer.text
    assert "交接 2 项任务" in answer.text
    assert 'value="机构改革"' in answer.text
    assert done(office) == []
    digest = re.findall(r'name="shown" value="(\w+)"', answer.text)[0]
    assert browser.post("/hand-overs", data={**choice, "shown": digest}).status_code == 303


def test_a_double_click_hands_over_once(office: Office) -> None:
    browser = office.browser("ducha")
    choice = chosen(office, "发改局", "城管局")
    form = {**choice, "shown": shown(browser, choice)}
    assert browser.post("/hand-overs", data=form).status_code == 303
    again = browser.post("/hand-overs", data=form)
    assert again.status_code == 409
    assert "没有重复办理" in again.text
    assert len(done(office)) == 1


def test_what_is_missing_or_wrong_is_said_at_its_field(office: Office) -> None:
    browser = office.browser("ducha")
    good = chosen(office, "发改局", "城管局")
    for change, words in (
        ({"taker": good["department"]}, "移交方和接收方是同一个"),
        ({"effective_on": ""}, "请选择交接日期"),
        ({"effective_on": "明天"}, "请选择交接日期"),
        ({"effective_on": "2018-02-30"}, "请选择交接日期"),
        ({"effective_on": "2017-01-01"}, "不能早于2018年1月1日"),
        ({"effective_on": "2108-01-01"}, "请检查年份"),
    ):
        for answer in (
            browser.get("/hand-overs", params={**good, **change}),
            browser.post("/hand-overs", data={**good, **change}),
        ):
            assert answer.status_code == 422, change
            assert words in answer.text
            assert 'class="field-error"' in answer.text
    nothing = browser.post("/hand-overs")
    assert nothing.status_code == 422
    assert "请选择移交的一方" in nothing.text
    assert "请选择接收的一方" in nothing.text
    long = browser.post("/hand-overs", data={**good, "reason": "因" * 501, "shown": shown(browser, good)})
    assert "交接原因最多 500 字" in long.text
    assert done(office) == []


def test_a_unit_of_another_jurisdiction_does_not_exist(office: Office) -> None:
    good = chosen(office, "发改局", "城管局")
    neighbour = office.browser("neighbour")
    for answer in (neighbour.get("/hand-overs", params=good), neighbour.post("/hand-overs", data=good)):
        assert answer.status_code == 404
        assert "发改局" not in answer.text


def test_without_anything_to_hand_over_the_page_says_so(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局")
    page = office.browser("ducha").get("/hand-overs", params=chosen(office, "发改局", "教育局"))
    assert page.status_code == 200
    assert "发改局没有未完成的任务，不用交接" in page.text
    assert 'name="shown"' not in page.text


def test_a_link_from_the_directory_has_the_giver_chosen(office: Office) -> None:
    (department,) = ids(office, "发改局")
    page = office.browser("ducha").get(f"/hand-overs?department={department}")
    assert page.status_code == 200
    assert f'<option value="{department}" selected>发改局（3 项未完成）' in page.text
    with office.database.reading() as session:
        official = person(session, "陆秋明").id
    page = office.browser("ducha").get(f"/hand-overs?official={official}")
    assert f'<option value="{official}" selected>陆秋明（2 项未完成）' in page.text


def test_only_the_supervision_office_has_the_page(office: Office) -> None:
    for username in ("fagai", "luqiuming", "admin", "auditor"):
        browser = office.browser(username)
        assert browser.get("/hand-overs").status_code == 403
        assert browser.post("/hand-overs", data={}).status_code == 403


def test_every_page_opens_before_and_after_the_day(office: Office) -> None:
    """Also those of a unit left without any task."""
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", TODAY - timedelta(days=30))
        give(session, office, "教育局", "城管局", SOON)
        units = [unit(session, name).id for name in ("发改局", "城管局", "教育局")]
        tasks = [office.task(session, each).id for each in (GROWTH, SCHOOL)]
    for username in ("ducha", "fagai", "jiaoyu", "luqiuming"):
        browser = office.browser(username)
        for number in units:
            address = f"/plans/{office.plan_id}/workload/departments/{number}"
            assert browser.get(address).status_code == 200
            listed = browser.get(f"/plans/{office.plan_id}/tasks?{urlencode({'department': number})}")
            assert listed.status_code == 200
        for number in tasks:
            assert browser.get(f"/tasks/{number}").status_code == 200


def test_the_list_of_hand_overs_stays_on_the_tab_one_is_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "PAGE_SIZE", 1)
    with office.database.writing() as session:
        give(session, office, "发改局", "教育局")
        give(session, office, "卫健局", "教育局")
    browser = office.browser("ducha")
    for tab, name, following in (
        ("", "领导交接", "/hand-overs?page=2#done"),
        ("?department=", "单位交接", "/hand-overs?department=&amp;page=2#done"),
    ):
        assert f'href="{following}"' in browser.get(f"/hand-overs{tab}").text
        there = browser.get(following.replace("&amp;", "&").removesuffix("#done")).text
        assert f'aria-current="true">{name}' in there
