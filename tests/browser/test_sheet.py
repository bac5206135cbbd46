"""填报 at a real browser: by keyboard alone, by two at once, through a crash, a paste and a server that is away."""

import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.live_server import running_demo
from tests.browser.test_main_job import sign_in

SENTENCE = "截至九月底主体工程完成过半各节点按计划推进正在组织第三批项目开工同时倒排工期确保年内建成"
BLOCK = (
    '"第一行进展。\n分两段写。"\t用地紧张。\t加快报批。\r\n'
    "第二行进展。\t\t每周会商。\r\n"
    "第三行进展。\t资金不足。\t争取专项。\r\n"
)


def sheet(page: Page) -> Page:
    sign_in(page, "fagaiju")
    page.get_by_role("link", name="填报", exact=True).click()
    page.wait_for_url("**/sheet*")
    return page


def field(page: Page, name: str, task: int) -> str:
    return page.locator(f"#{name}-{task}").input_value()


def tab_to(page: Page, name: str) -> None:
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never comes to {name}")


def saved(page: Page, task: int) -> None:
    expect(page.locator(f"#task-{task} [data-words]")).to_contain_text("草稿已保存")


def nothing_left_behind(page: Page) -> None:
    """What the server has acknowledged does not stay on the computer."""
    for _ in range(100):
        if page.evaluate("localStorage.length") == 0:
            return
        page.wait_for_timeout(100)
    pytest.fail(page.evaluate("JSON.stringify(localStorage)"))


def allow_clipboard(context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])


def test_the_keyboard_alone_fills_and_sends_the_sheet(page: Page) -> None:
    sheet(page)
    tab_to(page, "status-11")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    for words in ("65", "前九个月化解产能四百万吨。", "一家企业职工安置未完。", "十月底前完成安置。"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    expect(page.locator("#status-11")).to_have_value("in_progress")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#task-11 [data-words]")).to_contain_text("已报送")
    expect(page.locator("#task-11 [data-standing]")).to_contain_text("完成 65 %")  # without a reload
    expect(page.locator("#status-23")).to_be_focused()  # 17 is sent already
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#status-24")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#progress-23")).to_be_focused()
    page.keyboard.press("Control+s")
    page.reload()
    assert field(page, "progress", 11) == "前九个月化解产能四百万吨。"
    assert field(page, "next_steps", 11) == "十月底前完成安置。"
    expect(page.locator("#task-11")).to_have_attribute("data-state", "submitted")


def test_a_sentence_at_the_field_says_why_a_row_is_not_sent(page: Page) -> None:
    sheet(page)
    page.locator("#completion-87").fill("一半")
    page.locator("#progress-87").fill("清单已公布。")
    page.locator("#task-87").get_by_role("button", name="报送").click()
    expect(page.locator("#error-completion-87")).to_have_text("完成率请填 0 到 100 之间的整数。")
    expect(page.locator("#completion-87")).to_be_focused()
    page.reload()
    assert field(page, "progress", 87) == "清单已公布。"


def test_a_browser_that_dies_in_mid_sentence_loses_at_most_two_seconds(open_page: OpenPage) -> None:
    page = sheet(open_page(DESKTOP))
    page.locator("#progress-24").focus()
    typed: list[float] = []
    for letter in SENTENCE * 2:
        page.keyboard.insert_text(letter)
        typed.append(time.monotonic())
        page.wait_for_timeout(50)
    died = time.monotonic()
    page.context.set_offline(True)  # nothing is sent on the way out
    page.close()
    again = sheet(open_page(DESKTOP))  # another computer: nothing of the first one's memory
    kept = field(again, "progress", 24)
    assert (SENTENCE * 2).startswith(kept)
    assert len(kept) >= sum(moment < died - 2 for moment in typed) > 0


def test_a_page_closed_in_mid_sentence_loses_nothing_on_the_same_computer(open_page: OpenPage) -> None:
    page = sheet(open_page(DESKTOP))
    page.locator("#next_steps-24").press_sequentially("倒排工期", delay=20)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/plans/1/sheet")
    expect(again.locator("#next_steps-24")).to_have_value("倒排工期")


def test_two_people_on_one_sheet_lose_nothing(open_page: OpenPage) -> None:
    one, other = sheet(open_page(DESKTOP)), sheet(open_page(DESKTOP))
    one.locator("#progress-26").fill("甲写的进展。")
    saved(one, 26)
    other.locator("#problems-26").fill("乙写的问题。")
    saved(other, 26)
    expect(other.locator("#progress-26")).to_have_value("甲写的进展。")  # shown where nobody is typing

    one.locator("#next_steps-26").fill("甲的措施。")
    one.keyboard.press("Control+s")
    saved(one, 26)
    other.locator("#next_steps-26").fill("乙的措施。")
    rival = other.locator("#task-26 [data-rival=next_steps]")
    expect(rival).to_contain_text("甲的措施。")
    assert field(other, "next_steps", 26) == "乙的措施。"
    other.locator("#task-26").get_by_role("button", name="报送").click()
    expect(other.locator("#task-26")).to_have_attribute("data-state", "draft")
    rival.get_by_role("button", name="两段都留").click()
    expect(rival).to_be_hidden()
    saved(other, 26)
    one.reload()
    assert field(one, "next_steps", 26) == "甲的措施。\n乙的措施。"
    assert (field(one, "progress", 26), field(one, "problems", 26)) == ("甲写的进展。", "乙写的问题。")


def test_a_block_from_excel_fills_the_fields_and_asks_before_it_replaces(page: Page) -> None:
    sheet(page)
    allow_clipboard(page.context)
    before = field(page, "progress", 40)
    assert before
    page.evaluate("text => navigator.clipboard.writeText(text)", BLOCK)
    page.locator("#progress-39").focus()
    page.keyboard.press("Control+v")
    notice = page.locator("[data-notice]")
    expect(notice).to_contain_text("格在页面上已经写了字")
    notice.get_by_role("button", name="只填空着的").click()
    assert field(page, "progress", 39) == "第一行进展。\n分两段写。"
    assert field(page, "progress", 40) == before
    assert (field(page, "problems", 43), field(page, "next_steps", 43)) == ("资金不足。", "争取专项。")
    saved(page, 43)
    notice.get_by_role("button", name="撤销粘贴").click()
    assert (field(page, "progress", 39), field(page, "progress", 43)) == ("", "")
    page.locator("#progress-43").focus()
    page.evaluate("navigator.clipboard.writeText('一句话。\\n分两行。')")
    page.keyboard.press("Control+v")  # words are words
    assert field(page, "progress", 43) == "一句话。\n分两行。"


def test_a_server_that_is_away_for_a_while_loses_nothing(
    chromium: Browser, demonstration_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demonstration_data, data)
    with running_demo(data) as server:
        context = chromium.new_context(base_url=server.url, locale="zh-CN", **DESKTOP)
        page = sheet(context.new_page())
    page.locator("#progress-24").fill("服务器不在时写的。")
    expect(page.locator("#task-24 [data-words]")).to_contain_text("已留在这台电脑上")
    with running_demo(data, urlsplit(server.url).port or 0):
        expect(page.locator("#task-24 [data-words]")).to_contain_text("草稿已保存", timeout=30_000)
        page.locator("#problems-24").fill("又写一句。")
        page.keyboard.press("Control+s")
        nothing_left_behind(page)
        page.reload()
        assert (field(page, "progress", 24), field(page, "problems", 24)) == (
            "服务器不在时写的。",
            "又写一句。",
        )
    context.close()


def test_everything_written_is_sent_at_once_and_the_rest_is_named(page: Page) -> None:
    sheet(page)
    page.locator("#progress-1").fill("前三季度增长8.1%，较上半年加快。")
    page.locator("#completion-1").fill("75")
    page.locator("#status-43").select_option("completed")
    page.locator("#completion-43").fill("60")
    page.locator("#progress-43").fill("集聚区基本建成。")
    page.get_by_role("button", name="报送全部已填").first.click()
    notice = page.locator("[data-notice]")
    expect(notice).to_contain_text("项还没有")
    expect(notice.get_by_role("link", name="第 43 项")).to_contain_text("完成率应为 100")
    expect(page.locator("#task-1")).to_have_attribute("data-state", "submitted")
    expect(page.locator("#error-completion-43")).to_contain_text("完成率应为 100")


def test_the_sheet_works_without_script(open_page: OpenPage) -> None:
    page = sheet(open_page(DESKTOP, java_script_enabled=False))
    page.locator("#progress-39").fill("无脚本也能填。")
    page.locator("#completion-39").fill("一半")
    page.get_by_role("button", name="保存草稿").last.click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    assert field(page, "progress", 39) == "无脚本也能填。"
    page.locator("#task-39").get_by_role("button", name="报送").click()
    expect(page.locator("#error-completion-39")).to_be_visible()
    page.locator("#completion-39").fill("50")
    page.locator("#status-39").select_option("in_progress")
    page.locator("#task-39").get_by_role("button", name="报送").click()
    expect(page.get_by_text("已报送。").first).to_be_visible()
    expect(page.locator("#task-39")).to_have_attribute("data-state", "submitted")


def test_on_a_phone_rows_are_cards_within_the_screen(open_page: OpenPage) -> None:
    page = sheet(open_page(PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    asked = page.locator("#task-87 .sheet-asked").bounding_box()
    said = page.locator("#task-87 .sheet-said").bounding_box()
    assert asked is not None
    assert said is not None
    assert said["y"] >= asked["y"] + asked["height"]


def test_a_figure_told_before_is_kept_or_left_out_with_one_click(page: Page) -> None:
    sheet(page)
    row = page.locator("#task-1")
    stood = row.locator("[data-fill]").first.get_attribute("data-fill")
    row.locator("[data-field=completion]").fill("")
    row.locator("[data-field=progress]").fill("前三季度增长百分之八，测算口径已经核对。")
    expect(row.get_by_role("button", name="确实不填")).to_be_hidden()
    row.get_by_role("button", name="重新报送").click()
    expect(row.get_by_text(f"上次报的是 {stood} %，这次没有填")).to_be_visible()
    row.get_by_role("button", name="确实不填").click()
    expect(row.locator("[data-field=completion]")).to_have_value("不填")
    row.locator("[data-field=completion]").fill("")
    with page.expect_response("**/sheet/submit"):
        row.get_by_role("button", name="重新报送").click()
    expect(row.locator("[data-words]")).not_to_contain_text("正在报送")
    row.get_by_role("button", name=f"沿用 {stood} %").click()
    row.get_by_role("button", name="重新报送").click()
    expect(row.locator("[data-words]")).to_contain_text("已报送 9月28日")
    expect(row.get_by_text("再次报送将作为更正")).to_be_visible()


def test_a_press_takes_effect_though_an_answer_comes_between_down_and_up(page: Page) -> None:
    """A finger rests on a button for a tenth of a second; the draft is saved, and its answer here, in a fifth of that."""
    sheet(page)
    row = page.locator("#task-39")
    row.locator("[data-field=progress]").fill("桥面铺装完成九成。")
    row.locator("[data-field=completion]").fill("大半")
    row.get_by_role("button", name="报送").click()
    expect(row.locator("#error-completion-39")).to_be_visible()
    row.locator("[data-field=completion]").fill("90")
    button = row.get_by_role("button", name="报送").bounding_box()
    assert button is not None
    page.mouse.move(button["x"] + button["width"] / 2, button["y"] + 2)
    with page.expect_response("**/sheet/draft"):
        page.mouse.down()
    page.wait_for_timeout(300)
    page.mouse.up()
    expect(row).to_have_attribute("data-state", "submitted")
    expect(row.locator("#error-completion-39")).to_be_hidden()


def test_the_first_press_of_a_button_in_a_row_with_a_long_text_takes_effect(page: Page) -> None:
    sheet(page)
    long = page.evaluate(
        """Array.from(document.querySelectorAll("[data-row]:has([data-copy-last])")).filter((row) => {
            const text = row.querySelector(".clip");
            return text.scrollHeight > text.clientHeight + 4;
        }).map((row) => row.id)"""
    )
    row = page.locator(f"#{long[-1]}")
    row.get_by_role("button", name="沿用上期").click()
    expect(row.locator("[data-field]").first).to_be_focused()
