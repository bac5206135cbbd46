"""The pages of periods, working days and closed tables, and the same through the API."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlmodel import col

from app.models.directory import Jurisdiction
from app.models.plan import PeriodCycle
from app.models.progress import CalendarDay, PeriodSnapshot, ReportingPeriod
from tests.office import GROWTH, HOSPITAL, SCHOOL, Office
from tests.services.test_periods import close_one, open_one, report

TODAY = date(2018, 9, 28)
SETTINGS = {
    "cycle": "month",
    "due_day": "25",
    "due_months_after": "0",
    "due_shift": "later",
    "remind_days": "3",
    "yellow_points": "10",
    "red_points": "30",
}


def periods_in(office: Office) -> list[ReportingPeriod]:
    with office.database.reading() as session:
        query = select(ReportingPeriod).order_by(col(ReportingPeriod.starts_on))
        return list(session.execute(query).scalars())


def test_the_list_tells_the_months_state_and_who_is_missing(office: Office) -> None:
    report(office, TODAY)
    page = office.browser("ducha").get(f"/plans/{office.plan_id}/periods").text
    assert "应报 4 项，已报 1 项，3 个单位没有报齐" in page
    assert "填报中" in page
    assert "2019年1月2日" in page, "December is due after the holiday, in the next year"
    assert "卫健局</a> 1 项" in page


def test_the_list_opens_in_the_last_period_of_the_year(office: Office) -> None:
    with office.database.writing() as session:
        session.execute(update(Jurisdiction).values(demonstration_date=date(2018, 12, 20)))
    page = office.browser("ducha").get(f"/plans/{office.plan_id}/periods")
    assert (page.status_code, "2018年12月：" in page.text) == (200, True)


def test_a_period_is_opened_and_closed_from_the_page_and_kept(office: Office) -> None:
    browser = office.browser("ducha")
    opened = browser.post(f"/plans/{office.plan_id}/periods/open", data={"starts_on": "2018-09-01"})
    assert opened.status_code == 303
    report(office, TODAY)
    period = periods_in(office)[0]
    assert period.opened_at is not None
    refused = browser.post(f"/periods/{period.id}/close", data={})
    assert refused.status_code == 409
    assert "还有 1 条填报没有审核" in refused.text
    assert "不再审核，直接关闭" in refused.text
    assert "截止日9月30日还没有到，3 个单位还有 3 项没有报" in refused.text
    still = browser.post(f"/periods/{period.id}/close", data={"unreviewed": "1"})
    assert (still.status_code, periods_in(office)[0].closed_at) == (409, None)
    asking = still.text[still.text.index('<details class="confirm" open>') :]
    assert 'name="unreviewed" value="1" checked>' in asking
    assert 'name="early" value="1">' in asking
    closed = browser.post(f"/periods/{period.id}/close", data={"unreviewed": "1", "early": "1"})
    assert (closed.status_code, closed.headers["location"]) == (303, f"/plans/{office.plan_id}/periods")
    page = browser.get(closed.headers["location"]).text
    assert f'href="/periods/{period.id}/ledger.xlsx"' in page
    assert (
        f'href="/periods/{period.id}"' in office.browser("fagai").get(f"/plans/{office.plan_id}/reports").text
    )


def test_settings_are_shown_first_and_kept_on_demand(office: Office) -> None:
    browser = office.browser("ducha")
    address = f"/plans/{office.plan_id}/periods"
    shown = browser.post(address, data={**SETTINGS, "step": "preview"})
    assert shown.status_code == 200
    assert "保存后各期是这样" in shown.text
    assert "11月26日" in shown.text  # the 25th is a Sunday
    assert "8月27日" not in shown.text  # August is over
    with office.database.reading() as session:
        assert office.plan(session).due_day == 31
    assert browser.post(address, data={**SETTINGS, "step": "save"}).status_code == 303
    with office.database.reading() as session:
        assert office.plan(session).due_day == 25


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"due_day": "45"}, "截止日请填 1 到 31"),
        ({"due_day": "月底"}, "截止日请填 1 到 31"),
        ({"cycle": "weekly"}, "请选择填报周期"),
        ({"red_points": "5"}, "严重滞后的界限应当大于"),
        ({"remind_days": ""}, "提前提醒的天数"),
    ],
)
def test_a_refused_setting_keeps_what_was_typed(office: Office, wrong: dict[str, str], sentence: str) -> None:
    answer = office.browser("ducha").post(
        f"/plans/{office.plan_id}/periods", data={**SETTINGS, **wrong, "yellow_points": "7", "step": "save"}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="7"' in answer.text


def test_a_cycle_that_overlaps_is_refused_on_the_page(office: Office) -> None:
    report(office, TODAY)
    for step in ("preview", "save"):
        answer = office.browser("ducha").post(
            f"/plans/{office.plan_id}/periods", data={**SETTINGS, "cycle": "half_year", "step": step}
        )
        assert answer.status_code == 422
        assert "会与“2018年下半年”重叠" in answer.text
    with office.database.reading() as session:
        assert office.plan(session).cycle is PeriodCycle.MONTH


@pytest.mark.parametrize("first_day", ["", "nonsense", "2018-09-05", "9999-12-31"])
def test_no_period_is_opened_for_a_day_none_begins_on(office: Office, first_day: str) -> None:
    answer = office.browser("ducha").post(
        f"/plans/{office.plan_id}/periods/open", data={"starts_on": first_day}
    )
    assert answer.status_code in (404, 422)
    assert periods_in(office) == []


@pytest.mark.parametrize(
    "address", ["/plans/{plan}/periods/open", "/working-days/notice", "/working-days/remove"]
)
def test_an_address_forms_are_sent_to_leads_back_when_opened(office: Office, address: str) -> None:
    assert office.browser("ducha").get(address.format(plan=office.plan_id)).status_code == 303


def test_a_closed_table_is_shown_to_each_as_he_may_see_it(office: Office) -> None:
    report(office, TODAY)
    period_id = close_one(office, unreviewed=True)
    page = office.browser("ducha").get(f"/periods/{period_id}").text
    assert "前三季度增长8.1%。" in page
    assert "3 个单位没有报齐" in page.replace("</a>", "")
    assert "本期未报" in page
    theirs = office.browser("jiaoyu").get(f"/periods/{period_id}").text
    assert GROWTH in theirs
    assert "前三季度增长8.1%。" not in theirs
    assert office.browser("admin").get(f"/periods/{period_id}").status_code == 403
    assert office.browser("neighbour").get(f"/periods/{period_id}").status_code == 404


def test_a_closed_table_is_narrowed_by_status_unit_and_silence(office: Office) -> None:
    report(office, TODAY)
    period_id = close_one(office, unreviewed=True)
    browser = office.browser("ducha")
    overdue = browser.get(f"/periods/{period_id}?light=overdue").text
    assert HOSPITAL in overdue
    assert GROWTH not in overdue
    silent = browser.get(f"/periods/{period_id}?silent=1").text
    assert SCHOOL in silent
    assert GROWTH not in silent
    assert "没有符合条件的任务" in browser.get(f"/periods/{period_id}?department=999999").text
    assert browser.get(f"/periods/{period_id}?light=nonsense&department=x").status_code == 200


def test_the_counters_of_a_closed_table_follow_the_unit_it_is_narrowed_to(office: Office) -> None:
    report(office, TODAY)
    period_id = close_one(office, unreviewed=True)
    browser, unit = office.browser("ducha"), office.viewer("jiaoyu").department_id

    def counters(query: str) -> list[int]:
        return [
            int(each)
            for each in re.findall(r"<b>(\d+)</b>", browser.get(f"/periods/{period_id}{query}").text)
        ]

    assert (counters("")[0], sum(counters("")[1:])) == (4, 4)
    assert (counters(f"?department={unit}")[0], sum(counters(f"?department={unit}")[1:])) == (1, 1)
    assert counters(f"?department={unit}&light=overdue") == counters(f"?department={unit}")


def test_the_workbook_of_a_closed_period_is_downloaded_through_both_doors(office: Office) -> None:
    report(office, TODAY)
    period_id = close_one(office, unreviewed=True)
    answer = office.browser("fagai").get(f"/periods/{period_id}/ledger.xlsx")
    assert answer.status_code == 200
    assert "2018%E5%B9%B49%E6%9C%88" in answer.headers["content-disposition"]
    values = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).worksheets[0]]
    again = office.api("fagai").get(f"/api/v1/periods/{period_id}/ledger.xlsx")
    assert [
        [cell.value for cell in row] for row in load_workbook(BytesIO(again.content)).worksheets[0]
    ] == values
    assert "前三季度增长8.1%。" in str(values)


def test_an_oa_opens_closes_and_reads_a_period(office: Office) -> None:
    oa = office.api("ducha")
    address = f"/api/v1/plans/{office.plan_id}/periods"
    opened = oa.post(address, json={"starts_on": "2018-09-01"})
    assert (opened.status_code, opened.json()["state"]) == (201, "running")
    assert oa.post(address, json={"starts_on": "2018-09-01"}).json()["id"] == opened.json()["id"]
    report(office, TODAY)
    listed: list[dict[str, Any]] = oa.get(address).json()
    assert (listed[8]["due"], listed[8]["reported"], len(listed[8]["silent"])) == (4, 1, 3)
    period_id = opened.json()["id"]
    assert oa.get(f"/api/v1/periods/{period_id}").status_code == 404
    for half in ({}, {"unreviewed": True}, {"early": True}):
        assert oa.post(f"/api/v1/periods/{period_id}/close", json=half).status_code == 409
    closed = oa.post(f"/api/v1/periods/{period_id}/close", json={"unreviewed": True, "early": True})
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    table = oa.get(f"/api/v1/periods/{period_id}", params={"size": 2}).json()
    assert (table["name"], table["total"], len(table["items"])) == ("2018年9月", 4, 2)
    assert table["items"][0]["progress"] == "前三季度增长8.1%。"
    silent = oa.get(f"/api/v1/periods/{period_id}", params={"silent": True}).json()
    assert {item["is_missing"] for item in silent["items"]} == {True}
    assert oa.post(address, json={"starts_on": "2018-09-02"}).status_code == 404
    assert oa.post(address, json={"starts_on": "soon"}).status_code == 422


def test_the_year_is_shown_and_a_guess_is_called_one(office: Office) -> None:
    browser = office.browser("ducha")
    assert "预估" not in browser.get("/working-days").text
    assert "2035年是预估" in browser.get("/working-days?year=2035").text
    assert "2018年工作日" in browser.get("/working-days?year=nonsense").text


def test_a_day_is_set_and_taken_back_on_the_page(office: Office) -> None:
    browser = office.browser("ducha")
    open_one(office)
    day = {"day": "2018-09-30", "is_working": "0", "note": "防汛后补休"}
    assert browser.post("/working-days", data=day).status_code == 303
    assert "防汛后补休" in browser.get("/working-days?year=2018").text
    assert periods_in(office)[0].due_on == date(2018, 10, 8)
    assert browser.post("/working-days/remove", data={"day": "2018-09-30"}).status_code == 303
    assert browser.post("/working-days/remove", data={"day": "x"}).status_code == 303
    assert periods_in(office)[0].due_on == date(2018, 9, 30)


@pytest.mark.parametrize(
    "form", [{}, {"day": "30.9.2018", "is_working": "0"}, {"day": "2018-09-30", "is_working": "maybe"}]
)
def test_a_day_half_filled_in_is_refused_with_what_was_typed(office: Office, form: dict[str, str]) -> None:
    answer = office.browser("ducha").post("/working-days", data={**form, "note": "防汛"})
    assert answer.status_code == 422
    assert "防汛" in answer.text


def test_a_notice_is_read_shown_and_then_kept(office: Office) -> None:
    browser = office.browser("ducha")
    notice = {"text": "10月8日（星期一）休息，10月13日（星期六）上班", "year": "2018"}
    shown = browser.post("/working-days/notice", data=notice)
    assert shown.status_code == 200
    assert "按通知调整 2 天" in shown.text
    with office.database.reading() as session:
        assert session.execute(select(CalendarDay)).all() == []
    assert browser.post("/working-days/notice/keep", data={**notice, "days": "2"}).status_code == 303
    with office.database.reading() as session:
        assert len(session.execute(select(CalendarDay)).all()) == 2
    stale = browser.post("/working-days/notice/keep", data={**notice, "days": "2"})
    assert stale.status_code == 409
    unread = browser.post("/working-days/notice", data={"text": "2月30日放假", "year": "2018"}).text
    assert "不是日历上有的日期" in unread
    assert "请先粘贴" in browser.post("/working-days/notice", data={"text": " ", "year": ""}).text


def test_every_closed_period_left_its_snapshot(office: Office) -> None:
    open_one(office)
    close_one(office)
    with office.database.reading() as session:
        kept = session.execute(select(PeriodSnapshot)).scalar_one()
    assert kept.taken_by == "王督查"
