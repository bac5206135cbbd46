"""填报审核 in a real browser: evidence seen in place, one sent back, many passed together."""

import re
import struct
import zlib

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_main_job import sign_in

TASK = "固定资产投资增长8%。"
SAID = "一至九月固定资产投资同比增长8.2%，230个重点项目已开工205个，其余正在办理手续。"


def picture() -> bytes:
    """A real one, 40 by 30, so that the browser shows it."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + b"\x0b\x5a\x5d" * 40 for _ in range(30))
    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    pieces = piece(b"IHDR", head) + piece(b"IDAT", zlib.compress(lines)) + piece(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + pieces


def a_file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_task(page: Page) -> None:
    page.get_by_role("link", name="台账", exact=True).click()
    page.get_by_role("link", name=TASK).first.click()


def report(page: Page, said: str = SAID) -> None:
    page.get_by_label("推进中").check()
    page.get_by_label("完成率").fill("80")
    page.get_by_label("进展情况").fill(said)
    page.get_by_role("button", name=re.compile("^(报送进展|重新报送)$")).click()


def test_evidence_is_seen_in_place_and_a_report_comes_back_with_its_reason(open_page: OpenPage) -> None:
    liaison = sign_in(open_page(), "fagaiju")
    open_task(liaison)
    report(liaison)
    files = [
        a_file("现场照片.png", picture()),
        a_file("压缩包.zip", b"PK\x03\x04"),
        a_file("批复.pdf", b"%PDF-1.7\n"),
    ]
    liaison.locator("[data-evidence] input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    expect(liaison.locator("[data-evidence-state]")).to_contain_text(
        "已上传 2 个文件。“压缩包.zip”不是可以上传的文件"
    )
    expect(liaison.locator("[data-evidence-list] li")).to_have_count(2)

    reviewer = sign_in(open_page(), "duban")
    reviewer.get_by_role("link", name="填报审核", exact=True).click()
    row = reviewer.locator("#clean > ul > li").filter(has_text=TASK)
    row.locator("summary").first.click()
    expect(row.get_by_text("变动处已标出").or_(row.get_by_text("【演示】")).first).to_be_visible()
    image = row.locator("img")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    reviewer.wait_for_function("document.querySelector('#clean img').naturalWidth === 40")
    with reviewer.context.expect_page() as opened:
        row.get_by_role("link", name="现场照片.png").click()
    assert "/evidence/" in opened.value.url
    opened.value.close()

    row.locator("summary", has_text="退回").click()
    row.get_by_role("button", name="进展不具体").click()
    row.get_by_role("button", name="缺少佐证").click()
    expect(row.get_by_label("退回理由")).to_have_value("进展不具体；缺少佐证")
    row.get_by_role("button", name="退回发改局").click()
    expect(reviewer.get_by_role("status").filter(has_text="已退回")).to_be_visible()
    expect(reviewer.locator("main")).not_to_contain_text(SAID)

    liaison.reload()
    told = liaison.locator(".timeline li").first
    expect(told).to_contain_text("退回：进展不具体；缺少佐证")
    expect(told).to_contain_text(SAID)
    chip = liaison.locator("[data-evidence-list] li").filter(has_text="批复.pdf")
    chip.get_by_role("button", name="移除").click()
    expect(liaison.locator("[data-evidence-list] li")).to_have_count(1)
    report(liaison, f"{SAID}其中工业项目92个。")
    expect(liaison.locator(".timeline li").first).to_contain_text("已报送，待审核")


def test_after_a_decision_the_next_report_has_the_focus(page: Page) -> None:
    sign_in(page, "duban")
    page.get_by_role("link", name="填报审核", exact=True).click()
    rows = page.locator("#striking .review-row")
    second = rows.nth(1).get_attribute("id")
    rows.first.get_by_role("button", name="审核通过").click()
    expect(page.get_by_role("status").filter(has_text="已审核通过")).to_be_attached()
    assert page.evaluate("document.activeElement.id") == second
    page.keyboard.press("Tab")  # from the report to its task, and on to the decision
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "审核通过"


def test_what_is_in_order_passes_together_except_what_was_unticked(page: Page) -> None:
    sign_in(page, "duban")
    page.get_by_role("link", name="填报审核", exact=True).click()
    chosen = page.locator("#clean input[type=checkbox]")
    expect(chosen.first).to_be_visible()
    count = chosen.count()
    assert count > 1
    kept = page.locator("#clean > ul > li").first.get_attribute("id")
    chosen.first.uncheck()
    page.get_by_role("button", name=f"通过所选 {count - 1} 条").click()
    expect(page.get_by_role("status").filter(has_text="所选填报已审核通过")).to_be_visible()
    expect(page.locator("#clean > ul > li")).to_have_count(1)
    expect(page.locator(f"#{kept}")).to_be_visible()


def test_reviewing_on_a_phone_and_without_script(open_page: OpenPage) -> None:
    phone = sign_in(open_page(PHONE, java_script_enabled=False), "duban")
    phone.goto(phone.url)
    phone.get_by_role("link", name="填报审核", exact=True).click()
    row = phone.locator("#striking .review-row").first
    number = row.get_attribute("id")
    row.locator("summary", has_text="退回").click()
    row.get_by_role("button", name="退回").click()
    expect(phone.get_by_role("alert")).to_contain_text("请写明为什么退回")
    row = phone.locator(f"#{number}")
    row.get_by_label("退回理由").fill("与上期雷同")
    row.get_by_role("button", name="退回").click()
    expect(phone.get_by_role("status").filter(has_text="已退回")).to_be_visible()
    expect(phone.locator(f"#{number}")).to_have_count(0)
