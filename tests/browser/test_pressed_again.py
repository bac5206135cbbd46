"""Double clicks, Back, reload and a second window, where the office urges, decides and reviews."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_main_job import sign_in

URGING, REVIEW = "/plans/1/urging", "/plans/1/review"


def another_window(page: Page, address: str) -> Page:
    other = page.context.new_page()
    other.goto(address)
    return other


def test_a_slip_is_sent_once_however_often_it_is_pressed(open_page: OpenPage) -> None:
    office = sign_in(open_page(), "duban")
    office.goto(URGING)
    stale = another_window(office, URGING)
    before = office.locator("#slips tbody tr").count()
    office.get_by_label("审计局").check()
    office.get_by_role("button", name="发出催办单").dblclick()
    expect(office.locator("#flash")).to_contain_text("催办单已发出。")
    expect(office.locator("#slips tbody tr")).to_have_count(before + 1)
    office.reload()
    expect(office.locator("#slips tbody tr")).to_have_count(before + 1)
    office.go_back(wait_until="commit")
    office.get_by_role("button", name="发出催办单").click()
    expect(office.locator("#flash")).to_contain_text("没有重复发催办单")

    stale.get_by_label("审计局").check()
    stale.get_by_label("商务局").check()
    stale.get_by_role("button", name="发出催办单").click()
    expect(stale.locator("#flash")).to_contain_text("今天已经催办过的单位没有重复发")
    expect(stale.locator("#slips tbody tr")).to_have_count(before + 2)


def test_a_slip_taken_back_is_known_in_every_window(open_page: OpenPage) -> None:
    office, unit = sign_in(open_page(), "duban"), sign_in(open_page(), "fagaiju")
    office.goto("/urging/1")
    unit.goto("/urging/1")
    stale = another_window(office, "/urging/1")
    for page, reason in ((office, "误发。"), (stale, "另一个原因。")):
        page.get_by_text("作废这张催办单").click()
        page.get_by_label("作废原因").fill(reason)
        page.get_by_role("button", name=re.compile("^作废催办单")).dblclick()
    expect(office.locator(".slip-voided")).to_contain_text("误发。")
    expect(stale.locator(".error-summary")).to_contain_text("没有再作改动。原因：误发。")
    unit.get_by_role("button", name="签收这张催办单").click()
    expect(unit.locator(".error-summary")).to_contain_text("不用签收")
    unit.goto(unit.url)
    expect(unit).to_have_url(re.compile(r"/urging/1$"))


def test_a_report_is_judged_once(open_page: OpenPage) -> None:
    office = sign_in(open_page(), "duban")
    office.goto(REVIEW)
    stale = another_window(office, REVIEW)
    rows = office.locator("#striking .review-row")
    before = rows.count()
    office.get_by_role("button", name="审核通过").first.dblclick()
    expect(rows).to_have_count(before - 1)
    office.reload()
    expect(rows).to_have_count(before - 1)

    first = stale.locator("#striking .review-row").first
    first.locator("summary", has_text="退回").click()
    first.get_by_label("退回理由").fill("请补充。")
    first.get_by_role("button", name=re.compile("^退回")).click()
    expect(stale.locator(".error-summary")).to_contain_text("刚刚由督查室审核通过，没有退回")
    expect(stale.locator("#striking .review-row")).to_have_count(before - 1)


def test_an_application_is_answered_once(open_page: OpenPage) -> None:
    office = sign_in(open_page(), "duban")
    office.goto("/applications/1")
    stale = another_window(office, "/applications/1")
    office.get_by_label("核实情况").fill("看过现场。")
    office.get_by_role("button", name="核实并办结").dblclick()
    expect(office.locator("#flash")).to_contain_text("任务已办结。")
    stale.get_by_label("答复").fill("不同意的话。")
    stale.get_by_role("button", name="不同意").click()
    expect(stale.locator(".error-summary")).to_contain_text("没有再作改动")
    expect(stale.locator("#decide")).to_have_count(0)
