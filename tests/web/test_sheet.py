"""填报 through its doors: the page, what its script sends, the form without script, and the API."""

import re
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlmodel import col

from app.models.event import Event
from app.models.notice import Notice
from app.models.progress import Contribution, ProgressReport, ReportDraft, ReportState
from app.models.task import Indicator, TaskStatus
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, Office


def period_of(office: Office) -> int:
    """The first unit to come begins the period."""
    answer = office.browser("fagai").post(f"/plans/{office.plan_id}/sheet/begin")
    return int(answer.headers["location"].split("period=")[1])


def body(office: Office, standard: str = GROWTH, seen: int = 0, **texts: str) -> dict[str, Any]:
    fields = {name: {"was": "", "text": text} for name, text in texts.items()}
    return {"period": period_of(office), "task": office.task_id(standard), "seen": seen, "fields": fields}


def send(office: Office, what: str, sent: dict[str, Any], username: str = "fagai") -> Response:
    answer: Response = office.browser(username).post(f"/plans/{office.plan_id}/sheet/{what}", json=sent)
    return answer


def page(office: Office, username: str = "fagai") -> str:
    period_of(office)
    answer = office.browser(username).get(f"/plans/{office.plan_id}/sheet")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def test_looking_at_the_sheet_begins_no_period(office: Office) -> None:
    browser, address = office.browser("fagai"), f"/plans/{office.plan_id}/sheet"
    asked = browser.get(address)
    assert "开始填报2018年9月" in asked.text
    assert 'name="period"' not in asked.text
    begun = browser.post(f"{address}/begin").headers["location"]
    assert browser.post(f"{address}/begin").headers["location"] == begun
    assert 'name="period"' in browser.get(address).text


GOOD = {"status": "in_progress", "completion": "60", "progress": "前三季度增长8.1%。"}


def test_the_sheet_has_what_the_unit_leads_and_what_it_helps_with(office: Office) -> None:
    text = page(office)
    led, helped = text.split("配合的任务")
    assert GROWTH in led
    assert HOSPITAL not in led
    assert HOSPITAL in helped
    assert SCHOOL in helped
    assert '已填 <b data-count="filled">0</b>/<span data-count="asked">1</span>' in text


def test_a_unit_without_tasks_and_the_supervision_office_are_told_so(office: Office) -> None:
    assert "填报由各责任单位办理" in page(office, "ducha")
    assert office.browser("luqiuming").get(f"/plans/{office.plan_id}/sheet").status_code == 403


def test_a_draft_is_answered_as_the_load_is_promised(office: Office) -> None:
    answer = send(office, "draft", body(office, progress="写到一"))
    assert answer.status_code == 200
    told = answer.json()
    assert re.fullmatch(r"9月28日 \d\d:\d\d", told["saved_at"])
    assert (told["row"], told["conflicts"], told["fields"]["progress"]) == ("draft", {}, "写到一")
    again = send(office, "draft", body(office, progress="别的话"))
    assert again.status_code == 200
    assert again.json()["conflicts"]["progress"] == {"text": "写到一", "by": "李发改", "at": told["saved_at"]}
    assert "写到一" in page(office)


def test_a_row_is_sent_and_its_draft_is_gone(office: Office) -> None:
    send(office, "draft", body(office, problems="用地紧张。"))
    sent = body(office, **GOOD)
    answer = send(office, "submit", sent)
    assert (answer.status_code, answer.json()["row"], answer.json()["errors"]) == (200, "submitted", {})
    twice = send(office, "submit", sent)
    assert (twice.status_code, twice.json()["seen"]) == (200, answer.json()["seen"])
    with office.database.reading() as session:
        report = session.execute(select(ProgressReport)).scalar_one()
        assert (report.progress, report.problems, report.completion) == (GOOD["progress"], "用地紧张。", 60)
        assert session.execute(select(ReportDraft)).first() is None
    assert "已报送" in page(office)


def test_a_correction_is_a_new_report(office: Office) -> None:
    seen = send(office, "submit", body(office, **GOOD)).json()["seen"]
    better = body(office, seen=seen)
    better["fields"] = {"progress": {"was": GOOD["progress"], "text": "前三季度增长8.2%。"}}
    assert send(office, "draft", better).json()["row"] == "changed"
    assert send(office, "submit", better).json()["row"] == "submitted"
    with office.database.reading() as session:
        said = session.execute(
            select(col(ProgressReport.progress)).order_by(col(ProgressReport.id))
        ).scalars()
        assert list(said) == [GOOD["progress"], "前三季度增长8.2%。"]


@pytest.mark.parametrize(("figure", "words"), [("60", "完成 60 %"), ("不填", "没有填完成率")])
@pytest.mark.parametrize("door", ["submit", "submit-all"])
def test_the_answer_says_how_the_task_stands_now_in_the_words_of_the_page(
    office: Office, door: str, figure: str, words: str
) -> None:
    row = body(office, **{**GOOD, "completion": figure})
    told = send(office, door, row if door == "submit" else {"rows": [row]}).json()
    shown = " ".join((told if door == "submit" else told["rows"][0])["standing"].split())
    assert words in shown
    assert shown in " ".join(page(office).split())


def test_a_report_without_a_figure_is_not_taken_for_none(office: Office) -> None:
    growth = office.task_id(GROWTH)
    ducha = office.browser("ducha")
    assert "未填报" in page(office)
    assert "未填报" in ducha.get(f"/tasks/{growth}").text
    assert send(office, "submit", body(office, **{**GOOD, "completion": "不填"})).status_code == 200
    shown = [
        page(office),
        ducha.get(f"/tasks/{growth}").text,
        ducha.get(f"/plans/{office.plan_id}/review").text,
    ]
    for text in shown:
        assert "没有填完成率" in text
        assert "未填报" not in text
    ledger = office.browser("fagai").get(f"/plans/{office.plan_id}/tasks?text={GROWTH[:6]}").text
    assert ("没有填完成率" in ledger, "未填报" in ledger) == (True, False)


def test_a_refused_row_keeps_its_draft_and_says_why_at_the_field(office: Office) -> None:
    answer = send(office, "submit", body(office, status="in_progress", completion="一半", progress="写了。"))
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"completion": "完成率请填 0 到 100 之间的整数。"}
    with office.database.reading() as session:
        draft = session.execute(select(ReportDraft)).scalar_one()
        assert (draft.completion, draft.progress) == ("一半", "写了。")
        assert session.execute(select(ProgressReport)).first() is None


def test_what_a_colleague_typed_meanwhile_is_not_sent_over(office: Office) -> None:
    send(office, "draft", body(office, progress="同事写的。"))
    answer = send(office, "submit", body(office, **GOOD))
    assert answer.status_code == 200
    assert answer.json()["conflicts"]["progress"]["text"] == "同事写的。"
    with office.database.reading() as session:
        assert session.execute(select(ProgressReport)).first() is None


def test_a_row_a_colleague_has_sent_is_a_conflict_in_a_sentence(office: Office) -> None:
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 50, "代报。")
        report_progress(session, office.task(session, GROWTH), told, actor=office.viewer("ducha"))
    answer = send(office, "draft", body(office, progress="我也写。"))
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "王督查已报送" in answer.json()["detail"]
    assert send(office, "submit", body(office, **GOOD)).status_code == 409


def test_all_that_is_written_is_sent_and_the_rest_comes_back(office: Office) -> None:
    good, other = body(office, **GOOD), body(office, SCHOOL, **GOOD)
    answer = office.browser("fagai").post(
        f"/plans/{office.plan_id}/sheet/submit-all", json={"rows": [other, good]}
    )
    assert answer.status_code == 200
    refused, sent = answer.json()["rows"]
    assert "牵头单位不是发改局" in refused["errors"][""]
    assert (sent["row"], sent["errors"]) == ("submitted", {})


def test_a_returned_row_stands_first_with_its_reason(office: Office) -> None:
    send(office, "submit", body(office, **GOOD))
    with office.database.writing() as session:
        report = session.execute(select(ProgressReport)).scalar_one()
        report.state, report.return_reason = ReportState.RETURNED, "请写明座数。"
        session.add(report)
    text = page(office)
    assert "请写明座数。" in text
    assert 'data-state="returned"' in text
    assert GOOD["progress"] in text


def test_a_figure_is_asked_for_where_there_is_a_target(office: Office) -> None:
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        session.add(
            Indicator(
                jurisdiction_id=task.jurisdiction_id, task_id=task.id or 0, name="公厕", target=58, unit="座"
            )
        )
    assert "目标 58座" in page(office)
    assert "公厕（完成值）" in office.browser("fagai").get(f"/tasks/{office.task_id(GROWTH)}").text
    none = send(office, "submit", body(office, status="in_progress", progress="建了一些。"))
    assert "请填写到目前为止的完成值" in none.json()["errors"]["actual"]
    sent = body(office, actual="41 座")
    assert send(office, "submit", sent).status_code == 200
    with office.database.reading() as session:
        report = session.execute(select(ProgressReport)).scalar_one()
        assert (report.actual, report.completion) == (41.0, 70)  # 70.69, rounded down


def test_without_script_the_whole_sheet_is_one_form(office: Office) -> None:
    browser, task, period = office.browser("fagai"), office.task_id(GROWTH), period_of(office)
    address = f"/plans/{office.plan_id}/sheet"
    known = '{"status": "", "completion": "", "actual": "", "progress": "", "problems": "", "next_steps": ""}'
    form = {
        "period": str(period),
        "act": "save",
        f"was-{task}": known,
        f"seen-{task}": "0",
        f"status-{task}": "in_progress",
        f"completion-{task}": "",
        f"progress-{task}": "第一行。\r\n第二行。",
    }
    answer = browser.post(address, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}?period={period}")
    assert "第一行。\n第二行。" in browser.get(answer.headers["location"]).text
    stale = browser.post(address, data=form | {f"progress-{task}": "另一台电脑写的。"})
    assert stale.status_code == 422
    assert "第一行。\n第二行。" in stale.text
    assert "另一台电脑写的。" in stale.text
    sent = browser.post(address, data={"period": str(period), "act": f"submit-{task}"})
    assert sent.status_code == 303
    assert "已报送。" in browser.get(sent.headers["location"]).text


@pytest.mark.parametrize(
    "act",
    ["submit-987654", "submit-", "submit-x", "submit-99999999999999999999", "send-987654", "nonsense", "all"],
)
def test_a_button_nobody_made_changes_nothing(office: Office, act: str) -> None:
    form = {"period": str(period_of(office)), "act": act, "was-x": "{", "was-7": "[]", "progress-7": "x"}
    answer = office.browser("fagai").post(f"/plans/{office.plan_id}/sheet", data=form)
    assert answer.status_code in (303, 404, 422)
    with office.database.reading() as session:
        assert session.execute(select(ProgressReport)).first() is None


@pytest.mark.parametrize(
    "junk",
    [
        "nonsense",
        "[]",
        '{"period": 1}',
        '{"period": 1, "task": 1, "fields": []}',
        '{"period": 1, "task": 1, "fields": {"progress": "x"}}',
        '{"period": 99999999999999999999, "task": 1, "fields": {}}',
        '{"period": 1, "task": 1, "fields": {"task_id": {"was": "", "text": "2"}}}',
    ],
)
def test_junk_is_refused_in_a_sentence(office: Office, junk: str) -> None:
    period_of(office)
    answer = office.browser("fagai").post(
        f"/plans/{office.plan_id}/sheet/draft", content=junk, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


def test_a_supporting_units_words_reach_the_lead_unit_once(office: Office) -> None:
    words = body(office, SCHOOL, words="已落实用地指标。")
    assert send(office, "words/draft", words).json()["row"] == "draft"
    assert "已落实用地指标。" not in page(office, "jiaoyu")
    assert send(office, "words/send", words).json()["row"] == "submitted"
    assert send(office, "words/send", words).json()["row"] == "submitted"
    assert "已落实用地指标。" in page(office, "jiaoyu")
    assert "已落实用地指标。" in office.browser("jiaoyu").get(f"/tasks/{office.task_id(SCHOOL)}").text
    with office.database.reading() as session:
        line = session.execute(select(Contribution)).scalar_one()
        assert (line.words, line.department_name) == ("已落实用地指标。", "发改局")
        kinds = [event.kind for event in session.execute(select(Event)).scalars()]
        assert kinds.count("contribution_sent") == 1
        notices = session.execute(select(col(Notice.words))).scalars().all()
        assert [each for each in notices if "配合情况" in each] == ["发改局送来了第 4 项的配合情况。"]


def test_two_people_on_one_contribution_lose_nothing(office: Office) -> None:
    send(office, "words/draft", body(office, SCHOOL, words="甲写的。"))
    answer = send(office, "words/draft", body(office, SCHOOL, words="乙写的。"))
    assert answer.json()["conflicts"]["words"]["text"] == "甲写的。"
    assert answer.json()["fields"]["words"] == "甲写的。"


@pytest.mark.parametrize(
    ("username", "standard", "status"),
    [("fagai", GROWTH, 403), ("jiaoyu", SCHOOL, 403), ("ducha", SCHOOL, 403)],
)
def test_only_a_supporting_unit_sends_words(
    office: Office, username: str, standard: str, status: int
) -> None:
    sent = body(office, standard, words="我来说。")
    assert send(office, "words/send", sent, username).status_code == status
    with office.database.reading() as session:
        assert session.execute(select(Contribution)).first() is None


def test_empty_words_are_not_sent(office: Office) -> None:
    answer = send(office, "words/send", body(office, SCHOOL, words="  "))
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"words": "请写明配合情况，哪怕只有一句话。"}


def test_the_api_keeps_and_sends_the_same_sheet(office: Office) -> None:
    api, address = office.api("fagai"), f"/api/v1/plans/{office.plan_id}/sheet"
    assert api.get(address).status_code == 409
    sheet = api.post(f"{address}/begin").json()
    assert api.get(address).json() == sheet
    (row,) = sheet["rows"]
    assert (row["standard"], row["row"], len(sheet["supporting"])) == (GROWTH, "empty", 2)
    sent = {"period": sheet["period_id"], "task": row["task_id"], "fields": {"progress": {"text": "写了。"}}}
    assert api.put(f"{address}/draft", json=sent).json()["row"] == "draft"
    refused = api.post(f"{address}/submit", json=sent)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["status"])
    sent["fields"] = {"status": {"text": "in_progress"}}
    assert api.post(f"{address}/submit", json=sent).json()["row"] == "submitted"
    assert api.get(address).json()["sent"] == 1
    words = {**sent, "task": sheet["supporting"][1]["task_id"], "fields": {"words": {"text": "已配合。"}}}
    assert api.put(f"{address}/words", json=words).json()["row"] == "draft"
    assert api.post(f"{address}/words", json=words).json()["row"] == "submitted"


def test_an_early_close_leads_to_a_sentence_and_then_to_the_next_period(office: Office) -> None:
    period, browser, address = period_of(office), office.browser("fagai"), f"/plans/{office.plan_id}/sheet"
    supervision = office.browser("ducha")
    assert (
        supervision.post(f"/periods/{period}/close", data={"unreviewed": "1", "early": "1"}).status_code
        == 303
    )
    closed = browser.get(address)
    assert closed.status_code == 200
    assert "2018年9月已关闭" in closed.text
    assert "2018年10月从10月1日开始" in closed.text
    form = {"status": "in_progress", "completion": "10", "progress": "写了半天。", "seen": "0"}
    refused = browser.post(f"/tasks/{office.task_id(GROWTH)}/progress", data=form)
    assert refused.status_code == 409
    assert "写了半天。" in refused.text
    for desk, way_on in ((browser, f"/periods/{period}"), (supervision, f"{address[:-6]}/periods")):
        task = desk.get(f"/tasks/{office.task_id(GROWTH)}").text
        assert "2018年9月已关闭" in task
        assert "2018年10月从10月1日开始" in task
        assert f'class="button primary" href="{way_on}"' in task
        assert "报送进展</button>" not in task
        assert "上传材料</button>" not in task
    supervision.post(f"/plans/{office.plan_id}/periods/open", data={"starts_on": "2018-10-01"})
    assert "2018年10月" in browser.get(address).text
    assert "报送进展</button>" in browser.get(f"/tasks/{office.task_id(GROWTH)}").text
