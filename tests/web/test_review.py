"""填报审核 at both doors: the queue, decisions, and what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.models.task import TaskStatus
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, Office

WORDS = "前三季度增长百分之八，主要指标好于上年同期，全年目标可以实现。"
ON_PACE = Statement(TaskStatus.IN_PROGRESS, 74, WORDS)


def report(
    office: Office, standard: str = GROWTH, told: Statement = ON_PACE, by: str = "fagai", days_ago: int = 0
) -> int:
    actor = office.viewer(by)
    actor = replace(actor, now=actor.now - timedelta(days=days_ago))
    with office.database.writing() as session:
        return report_progress(session, office.task(session, standard), told, actor=actor).id or 0


def queue(office: Office, **query: str) -> str:
    answer = office.browser("ducha").get(f"/plans/{office.plan_id}/review", params=query)
    assert answer.status_code == 200
    return answer.text


def test_an_empty_queue_says_what_will_come(office: Office) -> None:
    assert "现在没有待审核的填报" in queue(office)


def test_the_page_tells_apart_what_needs_reading_and_what_passes_together(office: Office) -> None:
    clean = report(office)
    striking = report(office, SCHOOL, Statement(TaskStatus.COMPLETED, 100, "已完成。"), by="jiaoyu")
    page = queue(office)
    assert "有 2 条填报待审核" in page
    assert "1 条需要细看" in page
    assert "已完成，待核实" in page
    assert f'value="{clean}" form="approve-chosen" checked' in page
    assert f'value="{striking}" form="approve-chosen"' not in page
    assert "通过所选 1 条" in page


def test_what_changed_since_the_last_period_is_marked(office: Office) -> None:
    report(office, told=replace(ON_PACE, progress="已开工198个项目，其余正在办理手续。"), days_ago=40)
    report(office, told=replace(ON_PACE, completion=60, progress="已开工205个项目，其余正在办理手续。"))
    page = queue(office)
    assert "<ins>" in page
    assert "<del>" in page
    assert "74 % → <strong>60 %</strong>" in page
    assert "完成率倒退" in page


def test_words_of_a_report_are_never_markup(office: Office) -> None:
    report(office, told=replace(ON_PACE, progress="<script>alert(1)</script>", problems="<b>x</b>"))
    page = queue(office)
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_after_an_approval_comes_the_next_report(office: Office) -> None:
    first, second = report(office), report(office, SCHOOL, by="jiaoyu")
    answer = office.browser("ducha").post(
        f"/reports/{first}/approve", data={"next": str(second), "period": "1", "official": "x"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/plans/{office.plan_id}/review?period=1#report-{second}"
    assert f'id="report-{first}"' not in queue(office)


def test_sent_back_it_is_on_the_task_with_its_reason(office: Office) -> None:
    number = report(office)
    answer = office.browser("ducha").post(f"/reports/{number}/return", data={"reason": "缺少<佐证>"})
    assert answer.status_code == 303
    page = office.browser("fagai").get(f"/tasks/{office.task_id(GROWTH)}").text
    assert "退回：缺少&lt;佐证&gt;" in page
    assert WORDS in page
    assert WORDS not in office.browser("luqiuming").get(f"/tasks/{office.task_id(GROWTH)}").text


def test_without_a_reason_the_page_asks_for_one_and_keeps_what_was_typed(office: Office) -> None:
    number = report(office)
    browser = office.browser("ducha")
    answer = browser.post(f"/reports/{number}/return", data={"reason": " "})
    assert answer.status_code == 422
    assert "请写明为什么退回" in answer.text
    answer = browser.post(f"/reports/{number}/return", data={"reason": "太" * 501})
    assert "最多 500 字" in answer.text
    assert "太" * 501 in answer.text
    for deed in ("return", "approve"):
        again = browser.get(f"/reports/{number}/{deed}")
        assert again.headers["location"] == f"/plans/{office.plan_id}/review#report-{number}"
    queue_itself = f"/plans/{office.plan_id}/review"
    assert browser.get(f"{queue_itself}/approve").headers["location"] == queue_itself


def test_an_approved_report_is_sent_back_from_the_task(office: Office) -> None:
    number, browser = report(office), office.browser("ducha")
    browser.post(f"/reports/{number}/approve")
    page = browser.get(f"/tasks/{office.task_id(GROWTH)}").text
    assert "审核通过" in page
    assert f'action="/reports/{number}/return"' in page
    data = {"reason": "现场核查不符", "seen": "approved", "back": "task"}
    answer = browser.post(f"/reports/{number}/return", data=data)
    assert answer.headers["location"] == f"/tasks/{office.task_id(GROWTH)}"
    empty = browser.post(f"/reports/{number}/return", data={**data, "reason": ""})
    assert empty.status_code == 422
    assert "请写明为什么退回" in empty.text


def test_a_colleagues_decision_is_told_above_the_queue(office: Office) -> None:
    number, other = report(office), report(office, SCHOOL, by="jiaoyu")
    browser = office.browser("ducha")
    browser.post(f"/reports/{number}/return", data={"reason": "缺少佐证"})
    answer = browser.post(f"/reports/{number}/approve")
    assert answer.status_code == 409
    assert "已由王督查退回" in answer.text
    assert f'id="report-{other}"' in answer.text


def test_the_ticked_ones_pass_together_and_the_others_stay(office: Office) -> None:
    first, second = report(office), report(office, SCHOOL, by="jiaoyu")
    third = report(office, HOSPITAL, by="ducha")
    browser, address = office.browser("ducha"), f"/plans/{office.plan_id}/review/approve"
    answer = browser.post(address, data={"reports": [str(first), str(second)]})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/plans/{office.plan_id}/review")
    page = queue(office)
    assert f'id="report-{third}"' in page
    assert f'id="report-{first}"' not in page
    again = browser.post(address, data={"reports": [str(first), str(second)]})
    assert again.status_code == 303


def test_what_cannot_pass_is_named_and_the_rest_passes(office: Office) -> None:
    first, second = report(office), report(office, SCHOOL, by="jiaoyu")
    browser = office.browser("ducha")
    browser.post(f"/reports/{second}/return", data={"reason": "缺少佐证"})
    answer = browser.post(
        f"/plans/{office.plan_id}/review/approve", data={"reports": [str(first), str(second)]}
    )
    assert answer.status_code == 200
    assert "已由王督查退回" in answer.text
    assert f'id="report-{first}"' not in queue(office)


@pytest.mark.parametrize("reports", [[], ["x", "-1", "9" * 30], ["999999"]])
def test_nothing_chosen_is_said_so(office: Office, reports: list[str]) -> None:
    report(office)
    answer = office.browser("ducha").post(
        f"/plans/{office.plan_id}/review/approve", data={"reports": reports}
    )
    assert answer.status_code == 200
    assert "没有选中任何填报" in answer.text


def test_filters_narrow_and_nonsense_in_them_does_no_harm(office: Office) -> None:
    report(office)
    school = report(office, SCHOOL, by="jiaoyu")
    unit = str(office.viewer("jiaoyu").department_id)
    page = queue(office, department=unit)
    assert "筛选后有 1 条" in page
    assert f'id="report-{school}"' in page
    assert "请放宽条件" in queue(office, changed="1")
    for nonsense in ("x", "-1", "9" * 30, "٣"):
        queue(office, department=nonsense, official=nonsense, period=nonsense, page=nonsense)


def test_another_jurisdictions_reports_are_not_there(office: Office) -> None:
    number = report(office)
    neighbour = office.browser("neighbour")
    assert neighbour.get(f"/plans/{office.plan_id}/review").status_code == 404
    assert neighbour.post(f"/reports/{number}/approve").status_code == 404
    assert neighbour.post(f"/reports/{number}/return", data={"reason": "x"}).status_code == 404
    assert f'id="report-{number}"' in queue(office)


def test_an_oa_lists_approves_and_sends_back(office: Office) -> None:
    first, second = report(office), report(office, SCHOOL, by="jiaoyu")
    api = office.api("ducha")
    waiting = api.get(f"/api/v1/plans/{office.plan_id}/review").json()
    assert [row["id"] for row in waiting] == [first, second]
    assert waiting[0]["remarks"] == ["未附佐证材料"]
    assert waiting[0]["is_clean"]
    assert waiting[0]["before"] is None
    assert api.post(f"/api/v1/reports/{first}/approve").json()["state"] == "approved"
    told = api.post(f"/api/v1/reports/{second}/return", json={"reason": "缺少佐证"}).json()
    assert (told["state"], told["return_reason"]) == ("returned", "缺少佐证")
    refused = api.post(f"/api/v1/reports/{first}/return", json={"reason": "缺少佐证"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert api.post(f"/api/v1/reports/{second}/return", json={"reason": ""}).status_code == 422
    assert office.api("fagai").post(f"/api/v1/reports/{first}/approve").status_code == 403
