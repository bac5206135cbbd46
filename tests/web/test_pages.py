"""The pages of the main job: ledger, task, workload, matrix, import, reports."""

import re
from io import BytesIO
from urllib.parse import quote

import openpyxl
import pytest

from app.models.task import TaskStatus
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TOILETS, USERNAMES, Office

REPORT = {"status": "in_progress", "completion": "40", "progress": "已开工。", "seen": "0"}
PAGES = (
    "/account",
    "/plans/{plan}/overview",
    "/plans/{plan}/tasks",
    "/plans/{plan}/matrix",
    "/plans/{plan}/matrix?by=department",
    "/plans/{plan}/workload",
    "/plans/{plan}/reports",
    "/tasks/{task}",
    "/directory",
    "/imports",
    "/trail",
)


def report(office: Office, username: str, standard: str, completion: int, text: str = "进行中。") -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        statement = Statement(TaskStatus.IN_PROGRESS, completion, text)
        report_progress(session, office.task(session, standard), statement, actor=actor)


@pytest.mark.parametrize("username", USERNAMES)
def test_every_page_answers_every_kind_of_viewer(office: Office, username: str) -> None:
    browser = office.browser(username)
    for page in PAGES:
        answer = browser.get(page.format(plan=office.plan_id, task=office.task_id(GROWTH)))
        assert answer.status_code in (200, 403, 404), page
        assert "<html" in answer.text


def test_the_ledger_shows_every_task_under_its_goal(office: Office) -> None:
    text = office.browser("ducha").get(f"/plans/{office.plan_id}/tasks").text
    places = [text.index(words) for words in ("主要预期目标", GROWTH, "改善民生", HOSPITAL, TOILETS, SCHOOL)]
    assert len(places) == 6


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("text=公厕", TOILETS, GROWTH),
        ("text=改善民生", SCHOOL, GROWTH),
        ("status=not_started", GROWTH, HOSPITAL),
        ("light=overdue", HOSPITAL, GROWTH),
        ("light=nonsense", GROWTH, "<script"),
    ],
)
def test_filters_narrow_the_ledger(office: Office, query: str, shown: str, hidden: str) -> None:
    report(office, "ducha", HOSPITAL, 90)
    text = office.browser("ducha").get(f"/plans/{office.plan_id}/tasks?{query}").text
    assert shown in text
    assert hidden not in text.replace('<script src="', "")


def test_the_filter_bar_works_as_a_fragment(office: Office) -> None:
    answer = office.browser("ducha").get(
        f"/plans/{office.plan_id}/tasks?text=公厕", headers={"hx-request": "true", "hx-target": "ledger"}
    )
    assert "<html" not in answer.text
    assert TOILETS in answer.text


def test_search_words_are_text_and_not_patterns(office: Office) -> None:
    text = office.browser("ducha").get(f"/plans/{office.plan_id}/tasks", params={"text": "%"}).text
    assert GROWTH in text
    assert SCHOOL not in text


def test_a_department_reports_and_reads_its_own_words_again(office: Office) -> None:
    browser = office.browser("fagai")
    task = office.task_id(GROWTH)
    answer = browser.post(f"/tasks/{task}/progress", data=REPORT | {"problems": "<b>缺口</b>"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tasks/{task}")
    page = browser.get(f"/tasks/{task}").text
    assert "进展已报送" in page
    assert "已开工。" in page
    assert "&lt;b&gt;缺口&lt;/b&gt;" in page
    assert "进展已报送" not in browser.get(f"/tasks/{task}").text


def test_a_refused_report_keeps_what_was_typed(office: Office) -> None:
    browser = office.browser("fagai")
    task = office.task_id(GROWTH)
    typed = REPORT | {"completion": "一半", "progress": "写了很久的话。"}
    answer = browser.post(f"/tasks/{task}/progress", data=typed)
    assert answer.status_code == 422
    assert "完成率请填 0 到 100 之间的整数。" in answer.text
    assert "写了很久的话。" in answer.text
    assert "一半" in answer.text


def test_a_conflict_keeps_what_was_typed_and_shows_the_newer_report(office: Office) -> None:
    browser = office.browser("fagai")
    report(office, "ducha", GROWTH, 55, "电话报来的进展。")
    answer = browser.post(f"/tasks/{office.task_id(GROWTH)}/progress", data=REPORT)
    assert answer.status_code == 409
    assert "王督查已报送了这项任务的新进展" in answer.text
    assert "电话报来的进展。" in answer.text
    assert "已开工。" in answer.text


def test_a_liaison_does_not_see_the_progress_of_tasks_without_a_part_in_them(office: Office) -> None:
    report(office, "ducha", TOILETS, 30, "只给有关方面看的话。")
    task = office.task_id(TOILETS)
    for address in (
        f"/plans/{office.plan_id}/tasks",
        f"/tasks/{task}",
        f"/plans/{office.plan_id}/workload",
        f"/plans/{office.plan_id}/overview",
    ):
        assert "只给有关方面看的话。" not in office.browser("jiaoyu").get(address).text
    assert "只给有关方面看的话。" in office.browser("luqiuming").get(f"/tasks/{task}").text
    filtered = office.browser("jiaoyu").get(f"/plans/{office.plan_id}/tasks?status=in_progress").text
    assert TOILETS not in filtered


def test_the_workload_page_counts_and_leads_to_the_tasks(office: Office) -> None:
    browser = office.browser("ducha")
    page = browser.get(f"/plans/{office.plan_id}/workload").text
    official = office.viewer("luqiuming").official_id
    address = f"/plans/{office.plan_id}/workload/officials/{official}"
    assert address in page
    portfolio = browser.get(address).text
    assert GROWTH in portfolio
    assert HOSPITAL in portfolio
    assert SCHOOL not in portfolio


def test_each_role_lands_on_its_own_first_page(office: Office) -> None:
    lu = office.viewer("luqiuming")
    expected = {
        "ducha": "/todos",
        "fagai": "/todos",
        "luqiuming": f"/plans/{office.plan_id}/workload/officials/{lu.official_id}",
        "admin": "/accounts",
        "auditor": "/trail",
    }
    for username, address in expected.items():
        assert office.browser(username).get("/").headers["location"] == address


def test_whoever_chooses_a_plan_comes_to_a_page_of_that_plan(office: Office) -> None:
    plan = office.plan_id
    lu = office.viewer("luqiuming")
    expected = {
        "ducha": f"/plans/{plan}/overview",
        "fagai": f"/plans/{plan}/tasks",
        "luqiuming": f"/plans/{plan}/workload/officials/{lu.official_id}",
    }
    for username, address in expected.items():
        assert office.browser(username).get(f"/?plan={plan}").headers["location"] == address
    assert office.browser("neighbour").get(f"/?plan={plan}").headers["location"] == "/todos"


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin", "auditor"])
def test_import_is_the_supervision_offices(office: Office, username: str) -> None:
    answer = office.browser(username).get("/imports")
    assert answer.status_code == 403
    assert "不能导入责任分解表" in answer.text


def test_a_table_is_uploaded_checked_and_committed(office: Office) -> None:
    browser = office.browser("ducha")
    table = "序号\t目标名称\t工作标准\t分管领导\t牵头单位\n1\t强化创新\t引进项目3个。\t陆秋明\t科技局\n"
    uploaded = browser.post("/imports", files={"file": ("2019年分解表.txt", table.encode())})
    assert uploaded.status_code == 303
    preview = browser.get(uploaded.headers["location"])
    for words in ("引进项目3个。", "科技局", "2019"):
        assert words in preview.text
    committed = browser.post(
        uploaded.headers["location"] + "/commit", data={"title": "2019年分解表", "year": "2019"}
    )
    assert committed.status_code == 303
    ledger = browser.get(committed.headers["location"]).text
    assert "导入完成" in ledger
    assert "引进项目3个。" in ledger
    original = browser.get(uploaded.headers["location"] + "/original")
    assert original.content == table.encode()
    assert original.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", "今天开会。".encode(), b"\x89PNG\r\n\x1a\n" + b"\0" * 100]
)
def test_a_broken_file_is_refused_in_a_sentence_and_leaves_nothing(office: Office, content: bytes) -> None:
    browser = office.browser("ducha")
    before = without_ticket(browser.get("/imports").text)
    answer = browser.post("/imports", files={"file": ("表.xlsx", content)})
    assert answer.status_code == 422
    assert "Traceback" not in answer.text
    assert without_ticket(browser.get("/imports").text) == before


def without_ticket(page: str) -> str:
    """Each page asks after its own upload, so this is new every time."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    return page.replace(ticket[1], "")


def test_an_upload_without_a_file_says_so(office: Office) -> None:
    answer = office.browser("ducha").post("/imports", data={"title": "x"})
    assert answer.status_code == 422
    assert "还没有选择文件" in answer.text


def test_a_wrong_year_keeps_the_preview(office: Office) -> None:
    browser = office.browser("ducha")
    table = "序号\t工作标准\t牵头单位\n1\t引进项目3个。\t科技局\n2\t引进人才。\t人社局\n"
    preview = browser.post("/imports", files={"file": ("a.txt", table.encode())}).headers["location"]
    answer = browser.post(f"{preview}/commit", data={"title": "新表", "year": "去年"})
    assert answer.status_code == 422
    assert "年度请填四位数字" in answer.text
    assert "引进项目3个。" in answer.text


def test_the_workbook_says_what_the_page_says(office: Office) -> None:
    report(office, "fagai", GROWTH, 40, "=1+1 已开工。")
    answer = office.browser("ducha").get(f"/plans/{office.plan_id}/ledger.xlsx")
    assert quote(f"进展情况表（{PLAN}）.xlsx") in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert GROWTH in cells
    assert "=1+1 已开工。" in cells
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_the_api_documentation_is_served_from_here(office: Office) -> None:
    browser = office.browser("ducha")
    assert browser.get("/api/docs").status_code == 200
    assert browser.get("/vendor/swagger/swagger-ui-bundle.js").status_code == 200
    assert browser.get("/vendor/htmx/htmx.min.js").status_code == 200


def test_a_liaison_sees_the_directory_but_no_accounts(office: Office) -> None:
    page = office.browser("fagai").get("/directory").text
    assert "发改局" in page
    assert "/accounts" not in page
    assert 'class="button plain" href="/accounts"' in office.browser("admin").get("/directory").text


def test_of_a_matrix_cell_partly_hidden_nothing_good_is_said(office: Office) -> None:
    report(office, "ducha", HOSPITAL, 100)
    plan = office.plan_id
    page = office.browser("jiaoyu").get(f"/plans/{plan}/matrix").text
    assert "最需关注的为不公开" in page
    assert "最需关注的为逾期" not in page
