"""A table copied from a page: its merged cells come along with its words."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, OpenPage
from tests.browser.test_main_job import sign_in

TABLE = """<h2>云溪镇2018年重点任务分解表</h2><table style="color:red">
<tr><th><p>序号</p></th><th><p>类别</p></th><th><p>工作任务</p></th><th><p>牵头单位</p></th><th><p>完成时限</p></th></tr>
<tr><td><p>1</p></td><td rowspan="2"><p>稳定增长</p></td><td><p>新增规上企业3家。</p></td>
<td><p>经发办</p><p>工业园区</p></td><td><p>12月底前</p></td></tr>
<tr><td><p>2</p></td><td><p>清理河道9公里。</p></td><td rowspan="2"><p>农业办</p></td><td><p>10月底前</p></td></tr>
<tr><td><p>3</p></td><td><p>改善民生</p></td><td><p>建成养老驿站2个。</p></td><td><p></p></td></tr></table>"""


def paste(page: Page, content: str) -> None:
    """What stands on a page is copied and pasted, with the keys a person uses."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    source = page.context.new_page()
    source.set_content(content)
    source.keyboard.press("Control+a")
    source.keyboard.press("Control+c")
    source.close()
    page.get_by_text("没有文件？").click()
    page.get_by_label("粘贴的文字").click()
    page.keyboard.press("Control+v")


def test_a_copied_table_is_read_as_it_was_drawn(open_page: OpenPage) -> None:
    page = sign_in(open_page(DESKTOP), "duban")
    page.get_by_role("link", name="导入", exact=True).click()
    paste(page, TABLE)
    expect(page.get_by_text("合并的格会照原样读")).to_be_visible()
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/imports/*")
    expect(page.get_by_text("读出 2 个目标、 3 项任务、3 个单位")).to_be_visible()
    row = page.locator("#rows tr").filter(has_text="建成养老驿站2个。")
    expect(row).to_contain_text("农业办")
    expect(page.get_by_text("粘贴：云溪镇2018年重点任务分解表.html").first).to_be_visible()


def test_words_that_were_typed_over_go_before_the_table(open_page: OpenPage) -> None:
    page = sign_in(open_page(DESKTOP), "duban")
    page.get_by_role("link", name="导入", exact=True).click()
    paste(page, TABLE)
    expect(page.get_by_text("合并的格会照原样读")).to_be_visible()
    page.keyboard.type("。")
    expect(page.get_by_text("文字改动过，现在只按文字读")).to_be_visible()
    expect(page.locator("[name=pasted_table]")).to_have_value("")


def test_copied_words_without_a_table_are_words(open_page: OpenPage) -> None:
    page = sign_in(open_page(DESKTOP), "duban")
    page.get_by_role("link", name="导入", exact=True).click()
    paste(page, "<p>1.新增规上企业3家。（牵头单位：经发办）</p>")
    expect(page.get_by_label("粘贴的文字")).to_have_value("1.新增规上企业3家。（牵头单位：经发办）")
    expect(page.locator("[name=pasted_table]")).to_have_value("")
