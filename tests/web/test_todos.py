"""我的待办, 通知 and the bar of pages, as people see them."""

import re
from datetime import date

import pytest
from sqlmodel import col, update

from app.models.directory import Jurisdiction
from app.models.plan import Plan
from app.models.task import TaskStatus
from app.services.notices import tell_department, tell_supervision
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, PLAN, SCHOOL, USERNAMES, Office

MOVING = Statement(TaskStatus.IN_PROGRESS, 70, "按计划推进。")


def report(office: Office, username: str, standard: str) -> None:
    with office.database.writing() as session:
        report_progress(session, office.task(session, standard), MOVING, actor=office.viewer(username))


def tell_fagai(office: Office, words: str = "一项填报被退回。", address: str = "/todos") -> None:
    fagai = office.viewer("fagai").department_id or 0
    with office.database.writing() as session:
        tell_department(session, office.viewer("ducha"), fagai, words, address)


def counts(page: str) -> dict[str, int]:
    """The numbers of the masthead, by the word they stand beside."""
    found = re.findall(r">(我的待办|通知) <span class=\"count\">(\d+)", page)
    return {word: int(number) for word, number in found}


def bar(page: str) -> list[str]:
    nav = page[page.index('<nav class="nav"') : page.index("</nav>")]
    return [re.sub(r" ?<.*", "", label) for label in re.findall(r'<a href="[^"]+"[^>]*>(.+?)</a>', nav)]


def current(page: str) -> str:
    found = re.search(r'<a href="([^"]+)" aria-current="page"', page)
    return found[1] if found else ""


def test_a_liaison_reads_what_to_do_in_plain_words(office: Office) -> None:
    page = office.browser("fagai").get("/todos").text
    for words in ("现在要办", "填报 1 项任务的进展", "2018年9月，9月30日截止，还有 2 天", "近期"):
        assert words in page
    assert f'href="/plans/{office.plan_id}/sheet"' in page
    assert PLAN not in page[page.index("<main") :], "with one plan it need not be named"


def test_with_two_plans_each_line_names_its_own(office: Office) -> None:
    table = "序号\t工作标准\t牵头单位\n1\t引进项目3个。\t发改局\n2\t引进人才。\t教育局\n"
    browser = office.browser("ducha")
    preview = browser.post("/imports", files={"file": ("a.txt", table.encode())}).headers["location"]
    browser.post(f"{preview}/commit", data={"title": "2018年重点项目表", "year": "2018"})
    page = office.browser("fagai").get("/todos").text
    main = page[page.index("<main") :]
    assert PLAN in main
    assert "2018年重点项目表" in main


def test_who_has_nothing_to_do_is_told_so(office: Office) -> None:
    report(office, "jiaoyu", SCHOOL)
    assert "现在没有要办的事" in office.browser("jiaoyu").get("/todos").text
    assert "现在没有要办的事" in office.browser("admin").get("/todos").text


def test_without_a_plan_the_page_says_what_comes_first(office: Office) -> None:
    page = office.browser("neighbour").get("/todos").text
    assert "还没有责任分解表" in page
    assert 'href="/imports">导入责任分解表' in page
    with office.database.writing() as session:
        session.execute(update(Plan).values(undone_at=office.viewer("ducha").now))
    page = office.browser("fagai").get("/todos").text
    assert "督查室导入今年的目标任务责任分解表之后" in page


@pytest.mark.parametrize("address", ["/plans/{plan}/tasks", "/plans/{plan}/reports", "/account", "/todos"])
def test_every_page_tells_how_much_is_to_be_done(office: Office, address: str) -> None:
    page = office.browser("fagai").get(address.format(plan=office.plan_id)).text
    assert counts(page) == {"我的待办": 2}


def test_the_numbers_follow_what_is_done_by_whomever(office: Office) -> None:
    browser = office.browser("fagai")
    assert counts(browser.get("/account").text) == {"我的待办": 2}
    report(office, "jiaoyu", SCHOOL)
    report(office, "fagai", GROWTH)
    assert counts(browser.get("/account").text) == {"我的待办": 1}
    tell_fagai(office)
    report(office, "ducha", GROWTH)
    assert counts(browser.get("/account").text) == {"我的待办": 1, "通知": 1}


def test_the_numbers_are_each_persons_own(office: Office) -> None:
    tell_fagai(office)
    assert counts(office.browser("fagai").get("/account").text) == {"我的待办": 2, "通知": 1}
    assert counts(office.browser("jiaoyu").get("/account").text) == {"我的待办": 1}
    assert counts(office.browser("ducha").get("/account").text) == {}


@pytest.mark.parametrize("username", ["admin", "auditor"])
def test_who_has_no_business_here_has_no_numbers(office: Office, username: str) -> None:
    page = office.browser(username).get("/account").text
    assert counts(page) == {}
    assert 'href="/notices"' not in page


def test_a_refusal_is_told_without_asking_for_the_numbers(office: Office) -> None:
    answer = office.browser("fagai").get("/imports")
    assert answer.status_code == 403
    assert counts(answer.text) == {}


def test_notices_are_read_by_the_button_and_not_by_looking(office: Office) -> None:
    tell_fagai(office)
    browser = office.browser("fagai")
    for _ in range(2):
        page = browser.get("/notices").text
        assert "一项填报被退回。" in page
        assert "全部标为已读" in page
        assert counts(page)["通知"] == 1
    newest = re.search(r'name="newest" value="(\d+)"', page)
    assert newest
    assert browser.post("/notices/read", data={"newest": newest[1]}).headers["location"] == "/notices"
    page = browser.get("/notices").text
    assert "通知都已标为已读。" in page
    assert "全部标为已读" not in page
    assert "通知" not in counts(page)


def test_with_script_the_page_says_itself_what_it_showed(office: Office) -> None:
    tell_fagai(office)
    browser = office.browser("fagai")
    page = browser.get("/notices").text
    assert 'hx-post="/notices/read" hx-trigger="load" hx-swap="none"' in page
    newest = re.search(r'name="newest" value="(\d+)"', page)
    assert newest
    answer = browser.post("/notices/read", data={"newest": newest[1]}, headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "通知" not in counts(browser.get("/notices").text)


@pytest.mark.parametrize("newest", ["", "nonsense", "-1", "1e9", "99999999999999999999", "１"])
def test_a_strange_number_reads_nothing_that_is_not_there(office: Office, newest: str) -> None:
    tell_fagai(office)
    browser = office.browser("fagai")
    assert browser.post("/notices/read", data={"newest": newest}).status_code == 303
    tell_fagai(office, "又一件。")
    assert counts(browser.get("/account").text)["通知"] >= 1


def test_a_notice_is_text_and_leads_to_its_page(office: Office) -> None:
    tell_fagai(office, "<script>alert(1)</script>退回了", "/plans/1/sheet")
    page = office.browser("fagai").get("/notices").text
    assert "<script>alert" not in page
    assert '<a href="/plans/1/sheet">&lt;script&gt;' in page


def test_many_notices_come_page_by_page(office: Office) -> None:
    with office.database.writing() as session:
        for number in range(60):
            tell_supervision(session, office.viewer("ducha"), f"第 {number} 件。")
    browser = office.browser("ducha")
    assert "第 59 件。" in browser.get("/notices").text
    second = browser.get("/notices?page=2").text
    assert "第 0 件。" in second
    assert "第 59 件。" not in second
    assert browser.get("/notices?page=0").status_code == 422


def test_without_any_the_page_says_what_would_stand_there(office: Office) -> None:
    assert "还没有通知" in office.browser("jiaoyu").get("/notices").text


def test_the_bar_holds_what_the_role_works_with(office: Office) -> None:
    expected = {
        "ducha": "我的待办 概览 台账 责任矩阵 工作量 填报审核 报表 导入 单位与人员",
        "luqiuming": "我的分管 我的待办 概览 台账 责任矩阵 报表",
        "fagai": "我的待办 填报 台账 报表",
        "admin": "账号 单位与人员",
        "auditor": "办理记录",
    }
    assert {
        username: " ".join(bar(office.browser(username).get("/account").text)) for username in expected
    } == (expected)
    assert set(expected) <= set(USERNAMES)


@pytest.mark.parametrize(
    "page", ["review", "applications", "urging", "periods", "comments", "stage", "signing"]
)
def test_the_pages_of_the_month_stand_under_review_or_under_what_is_to_be_done(
    office: Office, page: str
) -> None:
    address = f"/plans/{office.plan_id}/{page}"
    supervision = office.browser("ducha").get(address)
    if supervision.status_code == 200:
        assert current(supervision.text) == f"/plans/{office.plan_id}/review"
    liaison = office.browser("fagai").get(address)
    if liaison.status_code == 200:
        assert current(liaison.text) == "/todos"
    assert supervision.status_code == 200


def test_the_numbers_move_with_the_day(office: Office) -> None:
    browser = office.browser("ducha")
    report(office, "fagai", GROWTH)
    before = counts(browser.get("/account").text)
    with office.database.writing() as session:
        home = col(Jurisdiction.id) == office.viewer("ducha").jurisdiction_id
        session.execute(update(Jurisdiction).where(home).values(demonstration_date=date(2018, 10, 5)))
    assert counts(browser.get("/account").text)["我的待办"] > before["我的待办"]
