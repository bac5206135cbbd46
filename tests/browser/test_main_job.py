"""The main job on the real table of 2018, in a real browser against the program `make run` starts."""

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from app.demonstration import ACCOUNTS, PASSWORD
from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.live_server import LiveServer

TASK = "固定资产投资增长8%。"
SAID = "一至九月固定资产投资同比增长6.4%，230个重点项目已开工198个。"


def sign_in(page: Page, username: str) -> Page:
    page.goto("/login")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)
    return page


SEND = re.compile("^(报送进展|重新报送)$")


def report(page: Page, completion: str = "64") -> None:
    page.get_by_label("推进中").check()
    page.get_by_label("完成率").fill(completion)
    page.get_by_label("进展情况").fill(SAID)
    page.get_by_label("存在问题").fill("两个项目用地手续未办结。")
    page.get_by_role("button", name=SEND).click()


def workbook(page: Page) -> openpyxl.Workbook:
    page.get_by_role("link", name="报表", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").first.click()
    assert download.value.suggested_filename.startswith("进展情况表（")
    return openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))


def test_the_start_prints_address_and_accounts(live_server: LiveServer) -> None:
    for account in ACCOUNTS:
        assert account.username in live_server.output
    assert PASSWORD in live_server.output


def test_a_liaisons_report_is_seen_on_the_leaders_page_and_in_the_workbook(open_page: OpenPage) -> None:
    liaison = sign_in(open_page(), "fagaiju")
    expect(liaison.get_by_role("heading", level=1)).to_contain_text("我的待办")
    liaison.get_by_role("link", name="台账", exact=True).click()
    liaison.get_by_role("link", name=TASK).first.click()
    report(liaison)
    expect(liaison.get_by_role("status").filter(has_text="进展已报送")).to_be_visible()
    expect(liaison.locator(".timeline li").first).to_contain_text(SAID)
    expect(liaison.get_by_text("落后序时进度 10 个百分点")).to_be_visible()

    leader = sign_in(open_page(), "luqiuming")
    expect(leader.get_by_role("heading", level=1)).to_contain_text("我的分管")
    row = leader.get_by_role("row").filter(has_text=TASK).last
    expect(row).to_contain_text("完成 64 %")
    expect(row).to_contain_text("未达序时进度")
    leader.get_by_role("link", name=TASK).first.click()
    expect(leader.get_by_text(SAID).first).to_be_visible()

    leader.go_back()
    sheet = workbook(leader).worksheets[0]
    (line,) = [row for row in sheet.iter_rows(values_only=True) if TASK in row]
    assert SAID in line
    assert 0.64 in line
    assert "未达序时进度" in line


def test_the_same_from_the_liaisons_own_pages(open_page: OpenPage) -> None:
    page = sign_in(open_page(), "fagaiju")
    page.get_by_role("link", name="报表", exact=True).click()
    page.get_by_role("link", name="工作量", exact=True).click()
    page.get_by_role("link", name="陆秋明").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("陆秋明")
    expect(page.get_by_text("43").first).to_be_visible()
    row = page.get_by_role("row").filter(has_text=TASK).last
    expect(row).to_contain_text("完成 64 %")
    expect(page.get_by_role("row").filter(has_text="城乡居民人均可支配收入").last).to_contain_text("不公开")


def test_a_wrong_password_says_what_to_do(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("账号").fill("fagaiju")
    page.get_by_label("密码").fill("不对的密码")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确。请检查大小写和输入法后重试")
    expect(page.get_by_label("账号")).to_have_value("fagaiju")


def test_everything_works_without_script(open_page: OpenPage) -> None:
    page = sign_in(open_page(java_script_enabled=False), "fagaiju")
    page.get_by_role("link", name="台账", exact=True).click()
    page.get_by_label("文字", exact=True).fill("国家级双创")
    page.get_by_label("分管领导").select_option(label="陆秋明")
    page.get_by_role("button", name="筛选").click()
    page.get_by_label("文字", exact=True).fill("服务业增加值")
    page.get_by_label("分管领导").select_option(label="徐治国")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="推进服务业集聚区建设").first.click()
    report(page, "70")
    expect(page.locator(".timeline li").first).to_contain_text(SAID)


def test_an_impatient_double_click_makes_one_report(page: Page) -> None:
    sign_in(page, "fagaiju")
    page.get_by_role("link", name="台账", exact=True).click()
    page.get_by_role("link", name="地区生产总值增长8%。").first.click()
    before = page.locator(".timeline li").count()
    page.get_by_label("进展情况").fill("前三季度增长8.1%。")
    page.get_by_role("button", name="报送进展").dblclick()
    expect(page.locator(".timeline li").first).to_contain_text("前三季度增长8.1%。")
    assert page.locator(".timeline li").count() == before + 1


def test_a_filter_answers_in_place_and_the_address_follows(page: Page) -> None:
    sign_in(page, "duban")
    page.get_by_role("link", name="台账", exact=True).click()
    page.get_by_label("分管领导").select_option(label="刘志峰")
    page.wait_for_url("**official=*")
    expect(page.get_by_text("共 2 项")).to_be_visible()
    page.reload()
    expect(page.get_by_text("共 2 项")).to_be_visible()


def test_the_office_imports_its_own_table(page: Page, live_server: LiveServer) -> None:
    sign_in(page, "duban")
    page.get_by_role("link", name="导入", exact=True).click()
    table = "序号\t目标名称\t工作标准\t分管领导\t牵头单位\n1\t强化创新\t引进项目3个。\t陆秋明\t科技局\n\t\t培育企业5家。\t\t\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "2019年分解表.txt", "mimeType": "text/plain", "buffer": table.encode()}
    )
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("培育企业5家。").first).to_be_visible()
    page.get_by_role("button", name="导入").last.click()
    expect(page.get_by_role("status").filter(has_text="导入完成")).to_be_visible()
    expect(page.get_by_text("引进项目3个。").first).to_be_visible()


def test_an_upload_of_40_megabytes_gets_a_sentence_and_not_a_broken_connection(
    open_page: OpenPage, tmp_path: Path
) -> None:
    """A page with script does not even send it."""
    page = open_page(DESKTOP, java_script_enabled=False)
    large = tmp_path / "大.xlsx"
    large.write_bytes(b"\0" * 40_000_000)
    sign_in(page, "duban")
    page.goto("/imports")
    page.locator("input[type=file]").set_input_files(large)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("超过了 20 MB 的上限，没有保存。")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("username", ["duban", "fagaiju", "luqiuming", "admin", "auditor"])
def test_no_page_of_a_role_is_wider_than_a_phone(phone: Page, username: str) -> None:
    sign_in(phone, username)
    for address in phone.locator("nav a").evaluate_all("links => links.map(link => link.href)"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
        widths = phone.locator("nav.nav a").evaluate_all(
            "all => all.map(a => a.getBoundingClientRect().right)"
        )
        assert max(widths) <= 390, "no page of the bar is cut off"
