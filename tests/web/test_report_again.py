"""A second report of one task in one period: it corrects the first, and the page says so before it is sent."""

from datetime import date

from app.models.task import TaskStatus
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, Office, at

FIRST = {"status": "in_progress", "completion": "60", "progress": "前三季度增长8.1%。"}
CORRECTS = "再次报送将作为更正，原文保留在进展记录。"


def task_page(office: Office, by: str = "fagai") -> str:
    text: str = office.browser(by).get(f"/tasks/{office.task_id(GROWTH)}").text
    return text


def report(office: Office, by: str = "fagai") -> None:
    answer = office.browser(by).post(f"/tasks/{office.task_id(GROWTH)}/progress", data=FIRST)
    assert answer.status_code == 303


def test_the_tasks_page_says_that_another_report_corrects_the_one_of_the_period(office: Office) -> None:
    assert CORRECTS not in task_page(office)
    assert ">报送进展</button>" in task_page(office)
    report(office)
    text = task_page(office)
    assert CORRECTS in text
    assert "发改局已报送2018年9月的进展" in text
    assert ">重新报送</button>" in text


def test_the_supervision_office_reads_the_same_when_it_enters_for_the_unit(office: Office) -> None:
    report(office)
    assert CORRECTS in task_page(office, "ducha")


def test_the_sheet_says_when_by_whom_and_that_another_corrects_it(office: Office) -> None:
    browser = office.browser("fagai")
    sheet = browser.post(f"/plans/{office.plan_id}/sheet/begin").headers["location"]
    hidden = f"data-corrects hidden>{CORRECTS}"
    assert hidden in browser.get(sheet).text
    report(office)
    text = browser.get(sheet).text
    assert hidden not in text
    assert f"data-corrects>{CORRECTS}" in text
    assert "已报送 9月28日 " in text
    assert "（李发改），待审核" in text
    assert "重新报送</button>" in text


def test_a_report_of_another_period_is_none_to_correct(office: Office) -> None:
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 50, "上半年增长7.9%。")
        august = at(office.viewer("fagai"), date(2018, 8, 28))
        report_progress(session, office.task(session, GROWTH), told, actor=august)
    text = task_page(office)
    assert "上半年增长7.9%。" in text
    assert CORRECTS not in text
