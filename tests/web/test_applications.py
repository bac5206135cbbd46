"""申请、办结、评定 and 量化指标 on their pages, with and without script."""

from datetime import date

import pytest
from sqlalchemy import select

from app.models.application import Application, ApplicationState
from app.models.task import Task, TaskStatus
from tests.office import GROWTH, HOSPITAL, Office

REASON = "征地未完成。"
MORE_TIME = {"kind": "extension", "reason": REASON, "progress": "主体完工。", "due_on": "2018-11-30"}


def due_in_october(office: Office) -> int:
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        task.due_on, task.due_text = date(2018, 10, 31), "10月底前"
        session.add(task)
        return task.id or 0


def task(office: Office) -> Task:
    with office.database.reading() as session:
        return office.task(session, GROWTH)


def application(office: Office) -> Application:
    with office.database.reading() as session:
        return session.execute(select(Application)).scalar_one()


def test_an_extension_from_the_units_page_to_the_new_day(office: Office) -> None:
    task_id = due_in_october(office)
    fagai, ducha = office.browser("fagai"), office.browser("ducha")
    page = fagai.get(f"/tasks/{task_id}").text
    assert "申请延期" in page
    assert "申请办结" in page
    assert "申请中止" in page
    answer = fagai.post(f"/tasks/{task_id}/applications", data=MORE_TIME)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tasks/{task_id}#applications")
    listed = ducha.get(f"/plans/{office.plan_id}/applications").text
    assert "1 份申请在等待审批" in listed
    assert REASON in listed
    address = f"/applications/{application(office).id}"
    assert "同意延期" in ducha.get(address).text
    answer = ducha.post(f"{address}/decision", data={"decision": "approve", "words": "同意。"})
    assert answer.headers["location"] == f"/plans/{office.plan_id}/applications"
    shown = fagai.get(f"/tasks/{task_id}").text
    assert "，经批准延期）" in shown
    assert "经批准延期" in shown
    assert "延期</small>" in fagai.get(f"/plans/{office.plan_id}/tasks").text


def test_what_was_typed_is_still_there_when_it_is_refused(office: Office) -> None:
    task_id = due_in_october(office)
    fagai = office.browser("fagai")
    page = fagai.post(f"/tasks/{task_id}/applications", data={**MORE_TIME, "due_on": "2018-10-01"})
    assert page.status_code == 422
    assert REASON in page.text
    assert "新的时限要晚于" in page.text
    assert fagai.get(f"/tasks/{task_id}/applications").headers["location"] == f"/tasks/{task_id}"


def test_after_the_due_day_the_unit_is_told_and_offered_no_extension(office: Office) -> None:
    """HOSPITAL was due at the end of June; its unit has no account, so GROWTH is put there."""
    with office.database.writing() as session:
        late = office.task(session, GROWTH)
        late.due_on = date(2018, 6, 30)
        session.add(late)
    fagai = office.browser("fagai")
    assert "申请延期" not in fagai.get(f"/tasks/{task(office).id}").text
    page = fagai.post(f"/tasks/{task(office).id}/applications", data=MORE_TIME)
    assert page.status_code == 409
    assert "应当在到期以前申请" in page.text


def test_an_unknown_kind_is_refused_in_a_sentence(office: Office) -> None:
    page = office.browser("fagai").post(f"/tasks/{task(office).id}/applications", data={"kind": "holiday"})
    assert page.status_code == 422
    assert "请从任务页面选择" in page.text


def test_verified_and_completed_in_one_form_or_in_two_steps(office: Office) -> None:
    task_id = task(office).id
    fagai, ducha = office.browser("fagai"), office.browser("ducha")
    fagai.post(f"/tasks/{task_id}/applications", data={"kind": "completion", "reason": "已达标。"})
    address = f"/applications/{application(office).id}"
    page = ducha.post(f"{address}/decision", data={"decision": "complete", "words": "好。"})
    assert page.status_code == 422
    assert "请写明怎样核实" in page.text
    answer = ducha.post(f"{address}/decision", data={"decision": "verify", "verified_words": "看了公报。"})
    assert answer.headers["location"] == address
    assert application(office).state is ApplicationState.VERIFIED
    assert "看了公报。" in ducha.get(address).text
    ducha.post(f"{address}/decision", data={"decision": "complete", "verified_words": "看了公报。"})
    assert application(office).state is ApplicationState.APPROVED
    assert (task(office).status, task(office).completion) == (TaskStatus.COMPLETED, 100)
    assert "督查室已核实办结" in fagai.get(f"/tasks/{task_id}").text


def test_a_refused_completion_keeps_its_words_and_nothing_half_done(office: Office) -> None:
    task_id = task(office).id
    office.browser("fagai").post(
        f"/tasks/{task_id}/applications", data={"kind": "completion", "reason": "已达标。"}
    )
    address = f"/applications/{application(office).id}"
    page = office.browser("ducha").post(
        f"{address}/decision",
        data={"decision": "complete", "verified_words": "看了公报。", "words": "长" * 1001},
    )
    assert page.status_code == 422
    assert "看了公报。" in page.text
    assert application(office).state is ApplicationState.PENDING


def test_the_unit_takes_its_application_back(office: Office) -> None:
    task_id = due_in_october(office)
    fagai = office.browser("fagai")
    fagai.post(f"/tasks/{task_id}/applications", data=MORE_TIME)
    number = application(office).id
    assert "撤回申请" in fagai.get(f"/tasks/{task_id}").text
    assert fagai.post(f"/applications/{number}/withdraw").status_code == 303
    page = office.browser("ducha").post(f"/applications/{number}/decision", data={"decision": "approve"})
    assert page.status_code == 409
    assert "撤回这份申请" in page.text


@pytest.mark.parametrize(
    ("deed", "words"),
    [("complete", "任务已办结"), ("suspend", "任务已中止"), ("reopen", ""), ("resume", "")],
)
def test_the_office_decides_without_an_application(office: Office, deed: str, words: str) -> None:
    task_id = task(office).id
    ducha = office.browser("ducha")
    opposite = {"reopen": "complete", "resume": "suspend"}.get(deed)
    if opposite:
        ducha.post(f"/tasks/{task_id}/{opposite}", data={"words": "先办。"})
    refused = ducha.post(f"/tasks/{task_id}/{deed}", data={"words": " "})
    assert refused.status_code == 422
    assert "请写明" in refused.text
    assert ducha.post(f"/tasks/{task_id}/{deed}", data={"words": "现场核实。"}).status_code == 303
    assert words in ducha.get(f"/tasks/{task_id}").text
    assert "现场核实。" in ducha.get(f"/tasks/{task_id}").text  # in 办理记录
    assert ducha.get(f"/tasks/{task_id}/{deed}").status_code == 303


def test_a_rating_is_marked_wherever_the_task_is_shown(office: Office) -> None:
    task_id = task(office).id
    ducha = office.browser("ducha")
    refused = ducha.post(f"/tasks/{task_id}/rating", data={"rating": "unrated", "reason": ""})
    assert refused.status_code == 422
    assert "请写明为什么这样评定" in refused.text
    ducha.post(f"/tasks/{task_id}/rating", data={"rating": "unrated", "reason": "数据待核定。"})
    for path in (f"/tasks/{task_id}", f"/plans/{office.plan_id}/tasks"):
        page = office.browser("fagai").get(path).text
        assert ">评定</small>" in page
    shown = office.browser("fagai").get(f"/tasks/{task_id}").text
    assert "数据待核定。" in shown
    assert "按数据为“未启动”" in shown
    assert "取消评定" not in shown
    assert "数据待核定。" not in office.browser("jiaoyu").get(f"/tasks/{task_id}").text
    told = office.api("fagai").get(f"/api/v1/tasks/{task_id}").json()
    assert (told["is_rated"], told["light"]) == (True, "unrated")
    ducha.post(f"/tasks/{task_id}/rating/lift")
    assert ">评定</small>" not in ducha.get(f"/tasks/{task_id}").text


def test_the_target_stands_on_the_tasks_page(office: Office) -> None:
    task_id = task(office).id
    ducha = office.browser("ducha")
    refused = ducha.post(f"/tasks/{task_id}/target", data={"name": "增速", "target": "很高", "unit": "%"})
    assert refused.status_code == 422
    assert 'value="很高"' in refused.text
    ducha.post(f"/tasks/{task_id}/target", data={"name": "地区生产总值增速", "target": "8.0", "unit": "%"})
    shown = office.browser("fagai").get(f"/tasks/{task_id}").text
    assert "地区生产总值增速" in shown
    assert "目标 <b>8</b> %" in shown
    ducha.post(f"/tasks/{task_id}/target/remove")
    assert "目标 <b>" not in ducha.get(f"/tasks/{task_id}").text


def test_the_empty_list_says_what_to_do(office: Office) -> None:
    page = office.browser("ducha").get(f"/plans/{office.plan_id}/applications").text
    assert "还没有申请" in page
    assert HOSPITAL not in page
