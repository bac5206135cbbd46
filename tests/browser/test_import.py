"""A table comes, is checked and committed; its corrected version comes, is compared, taken over, and taken back."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from app.config import PROJECT_ROOT
from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.test_main_job import sign_in

TABLE = PROJECT_ROOT / "examples" / "武进区2018年目标任务责任分解表.xlsx"
GROWTH, SALES = "地区生产总值增长8%。", "社会消费品零售总额增长10%。"
MORE_GROWTH = "地区生产总值增长8.5%。"
PARK = "建成城市公园3处，新增停车位5000个。"


def variant(path: Path, changes: dict[str, str]) -> Path:
    """The real table with some cells of it written otherwise."""
    book = openpyxl.load_workbook(TABLE)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "".join(cell.value.split()) in changes:
                cell.value = changes["".join(cell.value.split())]
    book.save(path)
    return path


def upload(page: Page, file: Path, name: str = "") -> None:
    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_label("责任分解表文件").set_input_files(file)
    if name:
        page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/imports/*")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_table_comes_and_comes_again(open_page: OpenPage, tmp_path: Path, script: bool) -> None:
    name = f"核对过的表（{'有' if script else '无'}脚本）"
    header = "工作标谁" if script else "工作标隹"
    page = sign_in(open_page(DESKTOP, java_script_enabled=script), "duban")

    upload(page, variant(tmp_path / "一.xlsx", {"工作标准": header}), name)
    doubts = page.locator("#doubts")
    entry = doubts.locator("li").filter(has_text=f"“{header}”一栏")
    expect(entry).to_be_visible()
    entry.get_by_label("一栏是").select_option(label="任务")
    entry.get_by_role("button", name="采用").click()
    expect(doubts.locator("li").filter(has_text="一栏：")).to_have_count(0)
    expect(doubts.get_by_text("您已采用 1 处认法")).to_be_visible()
    page.get_by_role("button", name="导入 114 项任务").click()
    expect(page.get_by_text("导入完成")).to_be_visible()

    corrected = {"工作标准": header, GROWTH: MORE_GROWTH, SALES: PARK}
    upload(page, variant(tmp_path / "二.xlsx", corrected), name)
    expect(page.locator("#doubts li").filter(has_text="一栏：")).to_have_count(0)  # remembered
    comparison = page.locator("#comparison")
    reworded = comparison.locator("li").filter(has_text="地区生产总值增长")
    expect(reworded.locator("ins")).to_contain_text(".5")
    gone = comparison.locator("li").filter(has=page.locator("p", has_text=SALES))
    expect(gone).to_contain_text("不再列入")
    comparison.get_by_role("link", name="新增").click()
    expect(comparison.locator(".comparison > li")).to_have_count(1)
    expect(comparison).to_contain_text(PARK)
    page.get_by_label("撤回 1 项任务的原因").fill("统计口径调整")
    page.get_by_role("button", name="更新责任分解表").click()
    expect(page.get_by_text("已按新版更新").first).to_be_visible()
    expect(page.get_by_role("link", name=MORE_GROWTH)).to_be_visible()
    expect(page.get_by_role("link", name=SALES)).to_have_count(0)

    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_role("link", name="二.xlsx").first.click()
    page.get_by_text("撤销导入", exact=True).click()
    page.get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_text("这次导入已撤销").first).to_be_visible()
    page.get_by_role("link", name="导入", exact=True).click()
    row = page.get_by_role("row").filter(has_text=name).filter(has_text="一.xlsx")
    row.get_by_role("link", name="已导入，打开台账").click()
    expect(page.get_by_role("link", name=SALES)).to_be_visible()
    expect(page.get_by_role("link", name=GROWTH)).to_be_visible()
