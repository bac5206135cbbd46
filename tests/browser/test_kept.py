"""What is typed into a form stays until it is sent: after leaving the page, after a refusal, and after Back."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_main_job import sign_in
from tests.browser.test_month import import_draft, table, told

__all__ = ["table"]
BACK_AGAIN = "您在这里写过、还没有提交的，已经放回原处。"
REDUCE = "建议改为改造农村公路18公里。"


def nothing_is_kept(page: Page) -> None:
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('duban:kept'))") == []


def test_the_answers_to_a_draft_are_not_lost_on_leaving_nor_after_a_refusal(
    open_page: OpenPage, table: Path
) -> None:
    office, planning = sign_in(open_page(), "duban"), sign_in(open_page(), "fagaiju")
    plan = import_draft(office, table)
    office.get_by_role("button", name="发出征求意见").click()
    told(office, "已发出征求意见")

    asked: list[str] = []
    planning.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    planning.goto(f"{plan}/comments")
    answer, words = planning.locator("select[name=answer]"), planning.locator("textarea[name=words]")
    words.fill(REDUCE)
    planning.goto("/todos")
    assert asked == ["beforeunload"]
    planning.goto(f"{plan}/comments")
    expect(words).to_have_value(REDUCE)
    expect(planning.locator("main")).to_contain_text(BACK_AGAIN)

    words.fill("")
    answer.select_option(label="建议修改")
    planning.get_by_role("button", name="提交意见").click()
    expect(planning.locator(".error-summary")).to_contain_text("请写明怎样修改")
    words.fill(REDUCE)
    planning.goto("/todos")
    planning.go_back()
    expect(answer).to_have_value("change")
    expect(words).to_have_value(REDUCE)

    planning.get_by_role("button", name="提交意见").click()
    told(planning, "意见已提交")
    nothing_is_kept(planning)
    asked.clear()
    planning.goto(f"{plan}/comments")
    expect(words).to_have_value(REDUCE)
    expect(planning.locator("main")).not_to_contain_text(BACK_AGAIN)
    assert asked == []


def test_back_from_a_refused_application_opens_it_again_as_it_was_written(open_page: OpenPage) -> None:
    planning = sign_in(open_page(), "fagaiju")
    planning.goto("/tasks/4")
    asking = planning.locator("details.deed").filter(has_text="申请延期")
    asking.locator("summary").click()
    asking.get_by_label("延期原因").fill("用地手续没有办结。")
    asking.get_by_role("button", name="提出延期申请").click()
    expect(planning.locator(".error-summary")).to_be_visible()
    planning.get_by_label("延期原因").fill("用地手续要到明年办结。")
    planning.goto("/todos")
    planning.go_back()
    expect(asking.get_by_label("延期原因")).to_have_value("用地手续要到明年办结。")
    expect(asking.get_by_label("延期原因")).to_be_visible()
    expect(planning.locator("#report")).not_to_contain_text(BACK_AGAIN)


def test_back_to_a_refused_report_finds_the_words_and_not_an_error_of_the_browser(
    open_page: OpenPage,
) -> None:
    planning = sign_in(open_page(), "fagaiju")
    planning.goto("/tasks/1")
    report = planning.locator("#report")
    report.get_by_label("存在问题").fill("资金没有落实。")
    report.get_by_label("进展情况").fill("")
    report.get_by_role("button", name="报送进展").click()
    expect(planning.locator(".error-summary")).to_be_visible()
    planning.goto("/todos")
    planning.go_back()
    expect(report.get_by_label("存在问题")).to_have_value("资金没有落实。")
    report.get_by_role("button", name="不要了，恢复原样").click()
    expect(report.get_by_label("存在问题")).to_have_value("")
    nothing_is_kept(planning)


def test_words_that_were_sent_do_not_come_back_with_a_form_that_was_gone_meanwhile(
    open_page: OpenPage,
) -> None:
    planning, office = sign_in(open_page(), "fagaiju"), sign_in(open_page(), "duban")
    planning.goto("/tasks/4")
    asking = planning.locator("details.deed").filter(has_text="申请中止")
    asking.locator("summary").click()
    asking.get_by_label("中止原因").fill("上级另有安排。")
    asking.get_by_role("button", name="提出中止申请").click()
    told(planning, "申请已提出")
    nothing_is_kept(planning)
    expect(asking).to_have_count(0)

    office.goto("/tasks/4")
    office.get_by_role("link", name="审批这份申请").click()
    office.get_by_label("答复").fill("继续办理。")
    office.get_by_role("button", name="不同意").click()
    told(office, "已答复不同意，申请单位会看到您的理由")
    planning.goto("/tasks/4")
    expect(asking.locator("textarea").first).to_have_value("")
    expect(planning.locator("main")).not_to_contain_text(BACK_AGAIN)
