"""The whole month at real browsers: a table goes round, is issued, signed, reported on, reviewed, changed and closed."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_main_job import sign_in

TITLE = "2018年民生实事项目责任分解表"
ROADS, SCHOOLS, STREET = "改造农村公路20公里。", "新建学校2所。", "完成3条背街小巷整治。"
ROWS = (
    (1, "改善民生", ROADS, "陆秋明", "发改局", "教育局", ""),
    (2, "改善民生", SCHOOLS, "陆秋明", "教育局", "", "10月底前"),
    (3, "改善民生", STREET, "陆秋明", "城管局", "", ""),
)
HEADERS = ("序号", "目标名称", "工作标准", "区政府分管领导", "牵头责任单位", "配合单位", "完成时限")
OWN_PASSWORD = "jiaoyu-2018-xiaoxue"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([TITLE])
    sheet.append(HEADERS)
    for row in ROWS:
        sheet.append(row)
    path = tmp_path_factory.mktemp("month") / f"{TITLE}.xlsx"
    book.save(path)
    return path


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def open_account(admin: Page, page: Page) -> Page:
    """The administrator opens an account for 教育局; its liaison signs in and sets a password of his own."""
    admin.goto("/accounts/new")
    admin.get_by_label("用户名").fill("jiaoyuju")
    admin.get_by_label("姓名").fill("赵教育")
    admin.get_by_label("角色").select_option(label="部门联络员")
    admin.locator("#field-department").select_option(label="教育局")
    admin.get_by_role("button", name="建立账号").click()
    first = admin.locator(".slip dd code").nth(1).inner_text()
    page.goto("/login")
    page.get_by_label("账号").fill("jiaoyuju")
    page.get_by_label("密码").fill(first)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("原密码").fill(first)
    page.get_by_label("新密码", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("再输入一次新密码").fill(OWN_PASSWORD)
    page.get_by_role("button", name="修改密码").click()
    told(page, "密码已修改")
    return page


def cells(page: Page) -> list[list[Any]]:
    """Every cell of the closed period's workbook: value and look, sheet by sheet."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    return [
        [sheet.title, sorted(map(str, sheet.merged_cells.ranges))]
        + [(cell.coordinate, cell.value, repr(cell.font), repr(cell.fill)) for row in sheet for cell in row]
        for sheet in book.worksheets
    ]


def fill(page: Page, standard: str, completion: str, progress: str) -> Any:
    """One row of the sheet; answers when the server has it."""
    row = page.locator("[data-row]").filter(has_text=standard)
    row.get_by_label("状态").select_option(label="推进中")
    row.get_by_label("完成率").fill(completion)
    row.get_by_label("进展情况").fill(progress)
    expect(row.locator("[data-words]")).to_contain_text("已保存")
    return row


def test_a_month_goes_by(open_page: OpenPage, table: Path) -> None:
    office = sign_in(open_page(), "duban")
    admin = sign_in(open_page(), "admin")
    education = open_account(admin, open_page())
    planning = sign_in(open_page(), "fagaiju")

    plan = import_draft(office, table)
    go_round(office, planning, education, plan)
    issue_and_sign(office, planning, education, plan)
    report_side_by_side(planning, education, plan)
    review(office, planning, plan)
    urge(office, plan)
    extend(office, education, plan)
    complete(office, planning, plan)
    close_and_export_again(office, admin, plan)


def import_draft(office: Page, table: Path) -> str:
    office.goto("/imports")
    office.locator("input[type=file]").set_input_files(table)
    office.get_by_role("button", name="上传并核对").click()
    office.get_by_label("征求意见稿").check()
    office.get_by_role("button", name="导入 3 项任务").click()
    office.wait_for_url("**/plans/*/stage")
    told(office, "现在是草稿")
    expect(office.locator(".page-head")).to_contain_text(TITLE)
    return office.url.removesuffix("/stage")


def go_round(office: Page, planning: Page, education: Page, plan: str) -> None:
    office.goto(f"{plan}/stage")
    office.get_by_role("button", name="发出征求意见").click()
    told(office, "已发出征求意见")

    planning.goto("/")
    planning.get_by_role("link", name="答复征求意见").click()
    planning.locator("select[name=answer]").select_option(label="建议修改")
    planning.locator("textarea[name=words]").fill("建议改为改造农村公路18公里。")
    planning.get_by_role("button", name="提交意见").click()
    told(planning, "意见已提交")
    education.goto(f"{plan}/comments")
    education.get_by_role("button", name="其余全部无意见").click()
    told(education, "意见已提交")

    office.goto(f"{plan}/comments")
    row = office.get_by_role("row").filter(has_text="18公里")
    row.get_by_label("不采纳").check()
    row.get_by_role("textbox").fill("里程以政府工作报告为准。")
    row.get_by_role("button", name="答复").click()
    told(office, "已答复")
    planning.goto(f"{plan}/comments")
    expect(planning.locator("main")).to_contain_text("不采纳，里程以政府工作报告为准。")


def issue_and_sign(office: Page, planning: Page, education: Page, plan: str) -> None:
    office.goto(f"{plan}/stage")
    office.get_by_role("button", name="交办").last.click()
    told(office, "已交办")
    for page in (planning, education):
        page.goto("/")
        page.get_by_role("link", name="签收").first.click()
        page.get_by_role("button", name="签收").first.click()
        told(page, "已签收")
    office.goto(f"{plan}/signing")
    expect(office.locator("main")).to_contain_text("应签收 3 项次，已签收 2 项次")


def report_side_by_side(planning: Page, education: Page, plan: str) -> None:
    """Two departments at once, each at its own sheet; the first to come begins the period."""
    planning.goto(f"{plan}/sheet")
    planning.get_by_role("button", name="开始填报2018年9月").click()
    education.goto(f"{plan}/sheet")
    ours = fill(planning, ROADS, "70", "已改造农村公路12公里，其余路段正在铺设基层。")
    theirs = fill(education, SCHOOLS, "80", "两所学校主体封顶，转入室内装修和设备采购。")
    ours.get_by_role("button", name="报送").click()
    theirs.get_by_role("button", name="报送").click()
    expect(ours.locator("[data-words]")).to_contain_text("已报送")
    expect(theirs.locator("[data-words]")).to_contain_text("已报送")


def review(office: Page, planning: Page, plan: str) -> None:
    """One is sent back, corrected and accepted; the other is accepted at once."""
    office.goto(f"{plan}/review")
    row = office.locator("#clean > ul > li").filter(has_text=ROADS)
    row.locator("summary").first.click()
    row.locator("summary", has_text="退回").click()
    row.get_by_label("退回理由").fill("请写明剩余8公里的安排。")
    row.get_by_role("button", name="退回发改局").click()
    told(office, "已退回")

    planning.goto("/")
    planning.get_by_role("link", name="改正").filter(has_text="退回").last.click()
    planning.goto(f"{plan}/sheet")
    again = planning.locator("[data-row]").filter(has_text=ROADS)
    expect(again).to_contain_text("请写明剩余8公里的安排。")
    again.get_by_label("下一步措施").fill("剩余8公里11月底前完工。")
    again.get_by_role("button", name="重新报送").click()
    expect(again.locator("[data-words]")).to_contain_text("已报送")

    office.goto(f"{plan}/review")
    office.get_by_role("button", name="通过所选").click()
    expect(office.locator("main")).to_contain_text("没有")


def urge(office: Page, plan: str) -> None:
    office.goto(f"{plan}/urging")
    expect(office.locator("#late")).to_contain_text("城管局")
    office.get_by_role("checkbox", name="城管局").check()
    office.get_by_role("button", name="发出催办单").click()
    told(office, "催办单已发出")
    office.locator("#slips").get_by_role("link", name="催办单〔2018〕").first.click()
    expect(office.locator("main")).to_contain_text(STREET)


def on_task(page: Page, plan: str, standard: str) -> None:
    page.goto(f"{plan}/tasks")
    page.get_by_role("link", name=standard).first.click()


def extend(office: Page, education: Page, plan: str) -> None:
    on_task(education, plan, SCHOOLS)
    education.locator("summary", has_text="申请延期").click()
    education.locator("#extension-field-due_on").fill("2018-11-30")
    education.locator("#extension-field-reason").fill("雨季停工二十天。")
    education.locator("#extension-field-progress").fill("主体封顶，正在装修。")
    education.get_by_role("button", name="提出延期申请").click()
    told(education, "申请已提出")
    decide(office, plan, lambda: office.get_by_role("button", name="同意延期").click())
    education.reload()
    expect(education.locator("dl.facts").first).to_contain_text("2018年11月30日")


def complete(office: Page, planning: Page, plan: str) -> None:
    on_task(planning, plan, ROADS)
    planning.locator("summary", has_text="申请办结").click()
    planning.locator("#completion-field-reason").fill("20公里全部通过验收。")
    planning.get_by_role("button", name="提出办结申请").click()
    told(planning, "申请已提出")

    def verify() -> None:
        office.get_by_label("核实情况").fill("现场查看三处，验收资料齐全。")
        office.get_by_role("button", name="核实并办结").click()

    decide(office, plan, verify)
    planning.reload()
    expect(planning.locator("main")).to_contain_text("督查室已核实办结。")


def decide(office: Page, plan: str, answer: Callable[[], None]) -> None:
    office.goto(f"{plan}/applications")
    office.locator("tbody tr:not(.is-quiet) a").first.click()
    answer()
    office.wait_for_load_state()


def close_and_export_again(office: Page, admin: Page, plan: str) -> None:
    """What was frozen stays, whatever happens to names, tasks and judgements afterwards."""
    office.goto(f"{plan}/periods")
    current = office.locator("tr[aria-current=date]")
    current.locator("summary", has_text="关闭").click()
    current.get_by_label("提前关闭").check()
    current.get_by_role("button", name="关闭并定格").click()
    told(office, "已关闭并定格")
    office.goto(f"{plan}/periods")
    office.get_by_role("link", name="2018年9月").first.click()
    closed = office.url
    before = cells(office)
    assert any("雨季" not in str(sheet) and "两所学校主体封顶" in str(sheet) for sheet in before)

    office.goto("/directory")
    office.get_by_role("link", name="教育局", exact=True).click()
    office.get_by_role("link", name="修改").first.click()
    office.locator("[name=name]").fill("教育和体育局")
    office.get_by_role("button", name="保存单位").click()
    told(office, "单位已保存")
    on_task(office, plan, SCHOOLS)
    office.locator("summary", has_text="中止").first.click()
    office.locator("#suspend-field-words").fill("选址调整。")
    office.get_by_role("button", name="中止这项任务").click()
    told(office, "已中止")

    office.goto(closed)
    expect(office.locator("main")).not_to_contain_text("教育和体育局")
    assert cells(office) == before
