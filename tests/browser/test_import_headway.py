"""A long table is read and written before one's eyes; whoever leaves, comes back or looks in from elsewhere sees it too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.plan import issued_workbook
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_main_job import sign_in

ROWS = 20_000
HEADWAY = "**/imports/headway/*"
HEARD = """() => {
  const place = document.querySelector("form [data-headway]");
  new MutationObserver(() => {
    const bar = place.querySelector("svg");
    heard(place.innerText.trim(), bar ? Number(bar.getAttribute("aria-valuenow")) : 100);
  }).observe(place, { childList: true });
}"""


@pytest.fixture(scope="module")
def long_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "两万行.xlsx"
    path.write_bytes(issued_workbook(ROWS))
    return path


def choose(page: Page, table: Path, title: str) -> Locator:
    """All but the press."""
    page.goto("/imports")
    page.get_by_label("责任分解表文件").set_input_files(table)
    page.get_by_label("名称").fill(title)
    return page.get_by_role("button", name="上传并核对")


def done_of(words: list[str], step: str) -> list[int]:
    """The counts that were told of a step, in their order."""
    found = [re.search(rf"(?:{step}).*?([\d,]+) / {ROWS // 1000},\d\d\d", each) for each in words]
    return [int(each[1].replace(",", "")) for each in found if each]


def test_the_page_tells_how_far_the_reading_and_the_writing_have_come(
    open_page: OpenPage, long_table: Path
) -> None:
    page = sign_in(open_page(), "duban")
    told: list[tuple[str, int]] = []
    page.expose_function("heard", lambda words, percent: told.append((words, percent)))

    button = choose(page, long_table, "看着导入的表")
    page.evaluate(HEARD)
    button.click(no_wait_after=True)
    page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=120_000)
    words = [each for each, _ in told]
    counts = done_of(words, "正在读取文件，已读|正在识别|正在核对")
    assert len(set(counts)) > 1, words
    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    expect(page.get_by_text("没有需要您决定的地方")).to_be_visible()

    told.clear()
    page.evaluate(HEARD)
    page.get_by_role("button", name=f"导入 {ROWS} 项任务").click(no_wait_after=True)
    page.wait_for_url("**/tasks*", timeout=120_000)
    words = [each for each, _ in told]
    assert any("正在写入" in each for each in words), words
    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    assert percents[-1] > percents[0]
    expect(page.get_by_text("导入完成")).to_be_visible()


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_who_closes_the_page_finds_it_under_way_and_then_done(
    open_page: OpenPage, long_table: Path, device: dict[str, object]
) -> None:
    title = f"关掉页面的表（{'手机' if device is PHONE else '电脑'}）"
    page = sign_in(open_page(device), "duban")
    other = page.context.new_page()
    choose(page, long_table, title).click(no_wait_after=True)
    entry = other.locator("#under-way li").filter(has_text="两万行.xlsx")
    for _ in range(60):  # the file may still be on its way
        if entry.count():
            break
        other.goto("/imports")
    expect(entry).to_contain_text("正在")
    page.close()
    expect(entry.get_by_role("link", name="打开核对页")).to_be_visible(timeout=120_000)
    entry.get_by_role("link", name="打开核对页").click()
    expect(other.get_by_role("heading", name=title)).to_be_visible()
    other.goto("/imports")
    expect(other.locator("#under-way")).to_have_count(0)
    expect(other.get_by_role("cell", name=title)).to_have_count(1)


def test_a_second_window_sees_the_writing_and_pressing_there_too_imports_once(
    open_page: OpenPage, long_table: Path
) -> None:
    page = sign_in(open_page(), "duban")
    choose(page, long_table, "两个窗口的表").click(no_wait_after=True)
    page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=120_000)
    other = page.context.new_page()
    other.goto(page.url)
    verb = f"导入 {ROWS} 项任务"
    page.get_by_role("button", name=verb).click(no_wait_after=True)
    other.get_by_role("button", name=verb).click(no_wait_after=True)
    for window in (page, other):
        window.wait_for_url("**/tasks*", timeout=120_000)
    page.goto("/imports")
    rows = page.get_by_role("row").filter(has_text="两个窗口的表")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("已导入")
    plans = page.locator("#field-target option").filter(has_text="两个窗口的表")
    expect(plans).to_have_count(1)


def test_what_is_over_without_a_result_does_not_go_on_for_ever(open_page: OpenPage, long_table: Path) -> None:
    """The answer never came to this window, and the file was refused."""
    page = sign_in(open_page(), "duban")
    button = choose(page, long_table, "没有下文的表")
    page.route("**/imports", lambda route: None)
    page.route(HEADWAY, lambda route: route.fulfill(body="<p>正在读取文件…</p>"))
    page.locator("form[data-working]").evaluate(
        "form => form.addEventListener('submit', event => setTimeout(() => window.stop(), 50))"
    )
    button.click(no_wait_after=True)
    place = page.locator("form [data-headway]")
    expect(place).to_contain_text("正在读取文件…")
    expect(place).to_be_in_viewport()
    page.unroute(HEADWAY)
    page.route(HEADWAY, lambda route: route.abort())
    expect(place).to_contain_text("暂时连不上服务器")
    page.unroute(HEADWAY)
    expect(place).to_contain_text("已经结束，请刷新页面看结果。")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_double_clicked_or_gone_back_on_it_is_read_once(
    open_page: OpenPage, long_table: Path, script: bool
) -> None:
    title = f"连按两次的表（{'有' if script else '无'}脚本）"
    page = sign_in(open_page(DESKTOP, java_script_enabled=script), "duban")
    choose(page, long_table, title).dblclick(no_wait_after=True)
    page.wait_for_url(re.compile(r"/imports/\d+$"), timeout=120_000)
    page.go_back(wait_until="commit")
    page.goto("/imports")
    expect(page.get_by_role("cell", name=title)).to_have_count(1)
    expect(page.locator("#under-way")).to_have_count(0)
