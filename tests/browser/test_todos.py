"""我的待办, 通知 and the bar of pages in a real browser."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.test_main_job import sign_in
from tests.browser.test_month import TITLE, import_draft, table

__all__ = ["table"]


def test_each_line_opens_the_page_where_it_is_done(open_page: OpenPage) -> None:
    for username in ("fagaiju", "duban", "luqiuming"):
        page = sign_in(open_page(DESKTOP), username)
        page.goto("/todos")
        addresses = page.locator(".todos a").evaluate_all("links => links.map(link => link.href)")
        assert addresses, username
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, (username, address)


def test_opening_the_notices_marks_them_as_read(page: Page) -> None:
    sign_in(page, "fagaiju")
    masthead = page.locator(".notices-link")
    expect(masthead.locator(".count")).to_be_visible()
    with page.expect_response("**/notices/read"):
        page.goto("/notices")
    expect(page.locator(".notices .is-new").first).to_be_visible()
    page.goto("/todos")
    expect(masthead).to_be_visible()
    expect(masthead.locator(".count")).to_have_count(0)


def test_without_script_the_button_marks_them_as_read(open_page: OpenPage) -> None:
    page = sign_in(open_page(DESKTOP, java_script_enabled=False), "duban")
    page.goto("/notices")
    expect(page.locator(".notices-link .count")).to_be_visible()
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("status").filter(has_text="通知都已标为已读")).to_be_visible()
    expect(page.locator(".notices-link .count")).to_have_count(0)


def test_the_bar_stands_in_one_line_on_an_office_screen(page: Page) -> None:
    sign_in(page, "duban")
    tops = page.locator("nav.nav a").evaluate_all("all => all.map(a => a.getBoundingClientRect().top)")
    assert len(tops) == 9
    assert len(set(tops)) == 1


def test_the_table_looked_at_last_is_the_one_the_next_page_leads_to(open_page: OpenPage, table: Path) -> None:
    office = sign_in(open_page(), "duban")
    plan = urlsplit(import_draft(office, table)).path
    ledger = office.locator("nav.nav").get_by_role("link", name="台账", exact=True)
    office.goto("/plans/1/tasks")
    office.goto("/todos")
    expect(ledger).to_have_attribute("href", "/plans/1/tasks")
    office.goto(f"{plan}/tasks")
    office.locator("main a[href^='/tasks/']").first.click()
    expect(ledger).to_have_attribute("href", f"{plan}/tasks")
    office.goto("/notices")
    expect(ledger).to_have_attribute("href", f"{plan}/tasks")
    expect(office.locator(".plan-title")).to_have_text(TITLE)
    sign_in(office, "duban")
    expect(ledger).to_have_attribute("href", "/plans/1/tasks")
