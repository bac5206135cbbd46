"""The counters over the sheet say at once what they say after a reload."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_main_job import sign_in
from tests.browser.test_month import told


def test_what_was_sent_without_being_asked_for_is_counted_at_once(open_page: OpenPage) -> None:
    planning, office = sign_in(open_page(), "fagaiju"), sign_in(open_page(), "duban")
    planning.goto("/tasks/4")
    planning.get_by_label("已完成").check()
    planning.get_by_label("完成率").fill("100")
    planning.get_by_label("进展情况").fill("已通过验收。")
    planning.locator("#report button[type=submit]").click()
    told(planning, "进展已报送")
    office.goto("/plans/1/periods")
    office.locator("tr").filter(has_text="2018年10月").get_by_role("button", name="开启").click()
    told(office, "已开启")

    planning.goto("/plans/1/sheet")
    planning.locator("select[name=period]").select_option(label="2018年10月")
    planning.wait_for_url("**period=*")
    row, counters = planning.locator("#task-4"), planning.locator("p.sentence").first
    before = counters.inner_text()
    assert "项可以不填" in before
    row.get_by_label("状态").select_option(label="已完成")
    row.get_by_label("进展情况").fill("资料已归档。")
    row.get_by_role("button", name="报送这一项").click()
    expect(row.locator("[data-words]")).to_contain_text("已报送")
    at_once = counters.inner_text()
    assert at_once != before
    planning.reload()
    assert counters.inner_text() == at_once
