"""The sign-in ends while an import is being checked: the page leads to it and back, and a large file is told at once."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.test_import import upload, variant
from tests.browser.test_main_job import PASSWORD, sign_in


def test_settling_a_doubt_after_the_sign_in_has_ended_leads_to_it_and_back(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = sign_in(open_page(DESKTOP), "duban")
    upload(page, variant(tmp_path / "一.xlsx", {"工作标准": "工作标难"}), "登录过期时核对的表")
    batch = page.url.partition("#")[0]
    page.context.clear_cookies()
    page.locator("#doubts .button").first.click()
    page.wait_for_url("**/login?next=*")
    page.get_by_label("账号").fill("duban")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(batch)
    expect(page.locator("#doubts").get_by_text("“工作标难”一栏").first).to_be_visible()


def test_a_file_over_the_limit_is_told_before_it_is_sent(open_page: OpenPage, tmp_path: Path) -> None:
    page = sign_in(open_page(DESKTOP), "duban")
    page.get_by_role("link", name="导入", exact=True).click()
    large = tmp_path / "大.xlsx"
    large.write_bytes(b"0" * 25_000_000)
    page.get_by_label("责任分解表文件").set_input_files(large)
    expect(page.get_by_text("超过了 20 MB 的上限，没有上传")).to_be_visible()
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("超过了 20 MB 的上限，没有上传")).to_be_visible()
    expect(page.get_by_role("link", name="导入", exact=True)).to_be_visible()
