"""What is typed into a form stays until it is sent: after leaving the page, after a refusal, and after Back."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_main_job import sign_in
from tests.browser.test_month import import_draft, table, told

__all__ = ["table"]
BACK_AGAIN = "您在这里写过、还没有提交的，已经放回原处。"
REDUCE = "建议改为改造农村公路18公里。"


WORDS = "请写明下一步的安排。"


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
    reply = office.get_by_label("答复发改局")
    office.goto(f"{plan}/comments")
    office.get_by_label("不采纳").check()
    office.get_by_role("button", name="答复").click()
    expect(office.locator(".field-error")).to_be_visible()
    reply.fill(WORDS)
    leave_and_come_back(office)
    expect(reply).to_have_value(WORDS)
    expect(office.get_by_label("不采纳")).to_be_checked()

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


def test_back_to_any_refused_form_finds_a_page_and_the_words_in_it(open_page: OpenPage) -> None:
    office = sign_in(open_page(), "duban")
    for address, opener, label in (
        ("/plans/1/review", "退回", "退回理由"),
        ("/tasks/1", "评定状态", "评定理由"),
        ("/tasks/1", "中止", "中止的原因"),
        ("/urging/1", "作废这张催办单", "作废原因"),
    ):
        office.goto(address)
        deed = office.locator("details.deed").filter(has=office.get_by_text(opener, exact=True)).first
        deed.locator("summary").click()
        deed.locator("button[type=submit]").click()
        written = office.get_by_label(label).first
        expect(office.locator(".error-summary, .field-error").first).to_be_visible()
        written.fill(WORDS)
        leave_and_come_back(office)
        expect(written).to_have_value(WORDS)
        expect(written).to_be_visible()
        office.reload()
        expect(written).to_have_value(WORDS)


def test_a_refused_urging_of_several_units_keeps_the_words_and_the_ticks(open_page: OpenPage) -> None:
    office = sign_in(open_page(), "duban")
    office.goto("/plans/1/urging")
    units = office.locator("input[name=departments]")
    ticked = [number for number in range(units.count()) if number % 2]
    for number in range(units.count()):
        units.nth(number).set_checked(number in ticked)
    office.get_by_label("催办要求").fill(WORDS)
    office.get_by_label("答复期限").fill("2018-01-01")
    office.get_by_role("button", name="发出催办单").click()
    expect(office.locator(".error-summary")).to_be_visible()
    leave_and_come_back(office)
    expect(office.get_by_label("催办要求")).to_have_value(WORDS)
    assert [number for number in range(units.count()) if units.nth(number).is_checked()] == ticked
    office.get_by_label("答复期限").fill("2018-12-31")
    office.get_by_role("button", name="发出催办单").click()
    told(office, "催办单已发出")
    nothing_is_kept(office)


def test_a_refused_split_and_a_refused_close_are_found_again_as_they_were_filled_in(
    open_page: OpenPage,
) -> None:
    planning, office = sign_in(open_page(), "fagaiju"), sign_in(open_page(), "duban")
    planning.on("dialog", lambda dialog: dialog.accept())
    planning.goto("/tasks/4/parts")
    planning.get_by_label("第 1 行内容").fill("完成立项。")
    planning.get_by_label("第 2 行内容").fill("主体开工。")
    planning.get_by_label("第 2 行权重").fill("x")
    planning.get_by_role("button", name="拆分任务").click()
    expect(planning.locator(".error-summary")).to_contain_text("第 2 行：权重请填")
    leave_and_come_back(planning)
    expect(planning.get_by_label("第 1 行内容")).to_have_value("完成立项。")
    planning.get_by_label("第 2 行权重").fill("2")
    planning.get_by_role("button", name="拆分任务").click()
    told(planning, "已拆分")
    nothing_is_kept(planning)

    office.goto("/plans/1/periods")
    row = office.locator("tr[aria-current=date]")
    row.locator("summary", has_text="关闭").click()
    row.get_by_label("提前关闭，没有报的不再等").check()
    row.get_by_role("button", name="关闭并定格").click()
    expect(office.locator(".error-summary")).to_be_visible()
    expect(row.get_by_label("提前关闭，没有报的不再等")).to_be_checked()
    leave_and_come_back(office)
    expect(row.get_by_label("提前关闭，没有报的不再等")).to_be_checked()
    expect(row.get_by_label("提前关闭，没有报的不再等")).to_be_visible()


def leave_and_come_back(page: Page) -> None:
    page.goto("/notices")
    page.go_back()
