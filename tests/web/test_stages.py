"""The plan's year at the browser: import as a draft, comment, issue, sign, split, close."""

import re
from datetime import timedelta
from io import BytesIO

from httpx2 import Response
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import col

from app.models.comment import TaskComment
from app.models.plan import PlanState
from app.models.task import Task
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TODAY, Office

SOON = (TODAY + timedelta(days=5)).isoformat()


def draft(office: Office) -> str:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        return f"/plans/{plan.id}"


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="(\w+)"', page)[0]


def test_a_draft_goes_round_and_is_issued_signed_for_and_closed(office: Office) -> None:
    path = draft(office)
    ducha, fagai = office.browser("ducha"), office.browser("fagai")
    assert "还没有交办，交办以后才能填报" in fagai.get(f"{path}/tasks").text
    assert 'id="report"' not in fagai.get(f"/tasks/{office.task_id(GROWTH)}").text

    sent = ducha.post(f"{path}/stage", data={"step": "open_comments", "due_on": SOON})
    assert sent.headers["location"] == f"{path}/stage"
    page = fagai.get(f"{path}/comments").text
    assert page.count('name="answer"') == 3
    growth, hospital = str(office.task_id(GROWTH)), str(office.task_id(HOSPITAL))
    rows = {"task": [growth, hospital], "answer": ["change", ""], "words": ["改为7.5%。", ""]}
    assert fagai.post(f"{path}/comments", data={**rows, "rest": "1"}).status_code == 303
    assert "共 3 项，已答复 3 项，全部答复完了" in fagai.get(f"{path}/comments").text

    page = ducha.get(f"{path}/comments?show=change").text
    assert "改为7.5%。" in page
    assert HOSPITAL not in page
    with office.database.reading() as session:
        comment = session.execute(select(TaskComment).where(col(TaskComment.words) != "")).scalar_one()
    address = f"{path}/comments/{comment.id}"
    refused = ducha.post(address, data={"is_adopted": "0", "reply": ""})
    assert (refused.status_code, "不采纳的，请写明理由" in refused.text) == (422, True)
    assert ducha.post(address, data={"is_adopted": "0", "reply": "已经研究。"}).status_code == 303
    assert "督查室：不采纳" in fagai.get(f"{path}/comments").text

    page = ducha.get(f"{path}/stage").text
    assert "4 个单位还没有答复完" in page
    told = {"step": "issue", "title": PLAN, "due_on": SOON, "shown": hidden(page, "shown")}
    assert ducha.post(f"{path}/stage", data=told).status_code == 303
    assert "已交办" in fagai.get(f"{path}/tasks").text
    assert "还有 1 项没有签收" in fagai.get(f"{path}/signing").text
    assert "未签收" in fagai.get(f"/tasks/{growth}").text
    assert fagai.post(f"{path}/signing").status_code == 303
    assert "都已签收" in fagai.get(f"{path}/signing").text
    assert "已签收（李发改" in ducha.get(f"/tasks/{growth}").text
    assert "发改局" not in ducha.get(f"{path}/signing").text.split("<tbody>")[1]

    page = ducha.get(f"{path}/stage").text
    assert "还有 4 项任务没有完成" in page
    shown = hidden(page.split("close")[1], "shown")
    assert ducha.post(f"{path}/stage", data={"step": "close", "shown": shown}).status_code == 303
    assert "不再填报" in fagai.get(f"{path}/tasks").text
    assert ducha.post(f"{path}/stage", data={"step": "reopen"}).status_code == 303
    again = ducha.post(f"{path}/stage", data={"step": "reopen"})
    assert (again.status_code, "正在填报，现在不能重新启用" in again.text) == (409, True)


def test_a_refused_step_keeps_what_was_typed(office: Office) -> None:
    path = draft(office)
    ducha = office.browser("ducha")
    for day in ("", "下周五", "2018-09-01"):
        refused = ducha.post(f"{path}/stage", data={"step": "open_comments", "due_on": day})
        assert refused.status_code == 422
        assert 'class="field-error" id="field-open_comments-error"' in refused.text
    assert 'value="2018-09-01"' in refused.text
    assert ducha.post(f"{path}/stage", data={"step": "nonsense"}).status_code == 422
    assert "还是草稿" in ducha.get(f"{path}/stage").text


def test_refused_answers_stand_in_the_form_again(office: Office) -> None:
    path = draft(office)
    office.browser("ducha").post(f"{path}/stage", data={"step": "open_comments", "due_on": SOON})
    growth, school = str(office.task_id(GROWTH)), str(office.task_id(SCHOOL))
    rows = {"task": [growth, school], "answer": ["change", "change"], "words": ["", "改为3所。"]}
    refused = office.browser("fagai").post(f"{path}/comments", data=rows)
    assert refused.status_code == 422
    assert f'href="#field-words-{growth}"' in refused.text
    assert "改为3所。" in refused.text
    with office.database.reading() as session:
        assert session.execute(select(TaskComment)).first() is None


def test_a_page_a_colleague_has_answered_since_takes_none_of_his_words_away(office: Office) -> None:
    path = draft(office)
    office.browser("ducha").post(f"{path}/stage", data={"step": "open_comments", "due_on": SOON})
    fagai, tasks = office.browser("fagai"), [str(office.task_id(each)) for each in (GROWTH, HOSPITAL)]

    def post(*rows: tuple[str, str, str]) -> Response:
        was, answer, words = (list(each) for each in zip(*rows, strict=True))
        return fagai.post(
            f"{path}/comments", data={"task": tasks, "was": was, "answer": answer, "words": words}
        )

    post(("", "agree", ""), ("", "", ""))
    wish = ("无意见", "change", "目标偏高。\r\n请下调。")
    assert post(wish, ("", "", "")).status_code == 303
    assert post(("无意见", "agree", ""), ("", "agree", "")).status_code == 303  # only the second row is new
    refused = post(("无意见", "change", "另一种意见。"), ("无意见", "agree", ""))
    assert refused.status_code == 422
    assert "李发改刚刚答复了“建议修改：目标偏高。\n请下调。”" in refused.text
    assert "另一种意见。" in refused.text
    assert 'name="was" value="建议修改 目标偏高。\n请下调。"' in refused.text
    with office.database.reading() as session:
        said = select(col(TaskComment.words)).order_by(col(TaskComment.task_id))
        assert list(session.execute(said).scalars()) == ["目标偏高。\n请下调。", ""]
    seen = ("建议修改 目标偏高。\r\n请下调。", "change", "另一种意见。")
    assert post(seen, ("无意见", "agree", "")).status_code == 303


def test_the_answers_leave_as_a_workbook(office: Office) -> None:
    path = draft(office)
    office.browser("ducha").post(f"{path}/stage", data={"step": "open_comments", "due_on": SOON})
    growth = str(office.task_id(GROWTH))
    rows = {"task": [growth], "answer": ["change"], "words": ["=1+1，改为7.5%。"]}
    office.browser("fagai").post(f"{path}/comments", data={**rows, "rest": "1"})
    for show, lines in (("", 3), ("?show=change", 1)):
        content = office.browser("ducha").get(f"{path}/comments.xlsx{show}").content
        sheet = load_workbook(BytesIO(content)).worksheets[0]
        told = list(sheet.iter_rows(min_row=4, values_only=True))
        assert len(told) == lines
        assert told[0][1:7] == (GROWTH, "发改局", 1, "建议修改", "=1+1，改为7.5%。", None)
        assert sheet.cell(4, 6).data_type == "s"


def test_a_task_is_split_on_its_page_and_the_parts_show_there(office: Office) -> None:
    fagai, growth = office.browser("fagai"), office.task_id(GROWTH)
    assert "拆分这项任务" in fagai.get(f"/tasks/{growth}").text
    assert "拆分这项任务" not in office.browser("jiaoyu").get(f"/tasks/{growth}").text
    page = fagai.get(f"/tasks/{growth}/parts").text
    department = re.findall(r'<option value="(\d+)"', page)[0]
    rows = {
        "standard": ["上半年增长8%。", "", "全年增长8%。"],
        "due_on": ["2018-06-30", "2018-12-31", "2019-06-30"],
        "weight": ["1", "1", "3"],
        "department": [department] * 3,
    }
    refused = fagai.post(f"/tasks/{growth}/parts", data=rows)
    assert refused.status_code == 422
    assert "完成时限不能晚于原任务的2018年12月31日" in refused.text
    assert "全年增长8%。" in refused.text
    rows |= {"standard": ["", "上半年增长8%。", ""], "due_on": ["2018-12-31", "", "2018-03-31"]}
    refused = fagai.post(f"/tasks/{growth}/parts", data=rows).text
    for words in ("第 1 行：请填写完成时限", "第 2 行：请写明这一项做什么", "上半年增长8%。", "2018-03-31"):
        assert words in refused
    rows |= {
        "standard": ["上半年增长8%。", "", "全年增长8%。"],
        "due_on": ["2018-06-30", "2018-12-31", "2018-12-31"],
    }
    assert fagai.post(f"/tasks/{growth}/parts", data=rows).headers["location"] == f"/tasks/{growth}#parts"
    page = fagai.get(f"/tasks/{growth}").text
    assert "2 个分解项都还没有报进展" in page
    with office.database.reading() as session:
        first = session.execute(select(Task).where(col(Task.number) == "1-1")).scalar_one()
    page = fagai.get(f"/tasks/{first.id}").text
    assert "分解自第 1 项" in page
    assert "原表未写明" not in page
    report = {"status": "completed", "completion": "100", "progress": "增长8.1%。", "seen": "0"}
    assert fagai.post(f"/tasks/{first.id}/progress", data=report).status_code == 303
    page = fagai.get(f"/tasks/{growth}").text
    assert "完成 25 %" in page
    assert "任务的进度由 2 个分解项按权重得出" in page


def test_the_trail_says_what_was_done_in_words(office: Office) -> None:
    path = draft(office)
    ducha, fagai = office.browser("ducha"), office.browser("fagai")
    ducha.post(f"{path}/stage", data={"step": "open_comments", "due_on": SOON})
    growth = office.task_id(GROWTH)
    fagai.post(f"{path}/comments", data={"task": [str(growth)], "answer": ["agree"], "words": [""]})
    ducha.post(f"{path}/stage", data={"step": "end_comments"})
    trail = office.browser("auditor").get("/trail").text
    for words in (
        "第 1 轮，2018-10-03 前答复",
        "发改局：无意见",
        "发改局第 1 轮答复 1 项，建议修改 0 项",
        "结束征求意见",
    ):
        assert words in trail


def test_the_office_says_at_the_import_what_the_file_is(office: Office) -> None:
    browser = office.browser("ducha")
    table = f"序号\t工作标准\t牵头责任单位\n1\t{GROWTH}\t发改局\n"
    for title, chosen, note in (("已发的表", {}, False), ("征求意见稿", {"state": "draft"}, True)):
        batch = browser.post(
            "/imports", files={"file": ("表.txt", table.encode())}, data={"title": title}
        ).headers["location"]
        page = browser.get(batch).text
        assert f'value="{chosen.get("state", "issued")}" checked' in page
        assert "不需要在系统里签收" in page
        refused = browser.post(f"{batch}/commit", data={"title": "", "year": "2018", **chosen})
        assert refused.status_code == 422
        assert f'value="{chosen.get("state", "issued")}" checked' in refused.text
        plan = browser.post(f"{batch}/commit", data={"title": title, "year": "2018", **chosen})
        ledger = plan.headers["location"].rpartition("/")[0] + "/tasks"
        assert ("草稿</strong>" in browser.get(ledger).text) is note
        assert browser.post(f"{batch}/undo").status_code == 303


def test_the_days_proposed_for_answers_and_signatures_are_working_days(office: Office) -> None:
    path = draft(office)
    page = office.browser("ducha").get(f"{path}/stage").text
    proposed = re.findall(r'value="([\d-]+)" id="field-(?:open_comments|issue)"', page)
    assert proposed == ["2018-10-08", "2018-10-08"]  # both would fall into the National Day holiday


def test_the_name_is_proposed_without_the_words_of_the_draft_and_kept_when_refused(office: Office) -> None:
    path = draft(office)
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.title = f"{PLAN}（征求意见稿）"
        session.add(plan)
    ducha = office.browser("ducha")
    page = ducha.get(f"{path}/stage").text
    assert f'value="{PLAN}"' in page
    asked = {"step": "issue", "due_on": SOON, "shown": hidden(page, "shown")}
    refused = ducha.post(f"{path}/stage", data={**asked, "title": "好" * 201})
    assert (refused.status_code, "名称请控制在 200 字以内" in refused.text) == (422, True)
    assert "好" * 201 in refused.text
    emptied = ducha.post(f"{path}/stage", data={**asked, "title": ""})
    assert (emptied.status_code, "请给这份责任分解表起一个名称" in emptied.text) == (422, True)
    assert ducha.post(f"{path}/stage", data={**asked, "title": PLAN}).status_code == 303
    assert "征求意见稿" not in office.browser("fagai").get(f"{path}/tasks").text


def test_a_table_in_hand_is_renamed_from_its_page_and_through_the_api(office: Office) -> None:
    path = f"/plans/{office.plan_id}"
    ducha = office.browser("ducha")
    assert ducha.post(f"{path}/stage/title", data={"title": "2018年重点工作"}).status_code == 303
    assert "2018年重点工作" in office.browser("fagai").get(f"{path}/tasks").text
    refused = ducha.post(f"{path}/stage/title", data={"title": ""})
    assert (refused.status_code, "请给这份责任分解表起一个名称" in refused.text) == (422, True)
    answer = office.api("ducha").put(f"/api/v1{path}/title", json={"title": PLAN})
    assert (answer.status_code, answer.json()["title"]) == (200, PLAN)
    assert office.api("fagai").put(f"/api/v1{path}/title", json={"title": "别的"}).status_code == 403
