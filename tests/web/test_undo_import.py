"""撤销导入 and 重复导入 as the supervision office sees them."""

import re
from pathlib import Path

from tests.office import PLAN, SCHOOL, Office
from tests.test_cli import duban
from tests.web.test_imports import NEXT, update, upload, value

STRAY = "序号\t工作标准\t牵头单位\n1\t建停车场3处。\t认真抓好各项工作\n2\t建公厕5座。\t教育局\n"


def test_after_an_import_is_taken_back_the_same_file_shows_the_same_doubts(office: Office) -> None:
    browser = office.browser("ducha")

    def doubts() -> str:
        batch = upload(browser, STRAY, title="另一份")
        page = browser.get(batch).text.split('id="doubts"')[1].split("</section>")[0]
        browser.post(f"{batch}/commit", data={"title": "另一份", "year": "2018", "unchecked": "1"})
        assert "认真抓好各项工作" in browser.get("/directory").text
        assert browser.post(f"{batch}/undo").status_code == 303
        return re.sub(r"/imports/\d+", "", page)

    first = doubts()
    assert "“认真抓好各项工作”不像单位名称" in first
    assert "认真抓好各项工作" not in browser.get("/directory").text
    assert doubts() == first


def test_an_update_taken_back_says_that_the_table_stands(office: Office) -> None:
    browser, school = office.browser("ducha"), office.task_id(SCHOOL)
    batch = upload(browser, NEXT, target=str(office.plan_id))
    update(browser, batch)
    browser.post(f"{batch}/undo")
    page = browser.get(batch).text
    assert "恢复到更新之前" in page
    listed = re.sub(r"<[^>]+>", "", browser.get("/imports").text)
    assert re.search(r"已撤销王督查，\d{4}年\d+月\d+日 \d\d:\d\d", listed)
    assert f'href="/plans/{office.plan_id}/tasks"' in page
    assert "撤销导入，恢复到更新前" in browser.get(f"/tasks/{school}").text
    told = browser.get("/imports/1").text
    assert "撤销这次导入" in told
    browser.post("/imports/1/undo")
    assert "台账中不再有它的内容" in browser.get(batch).text


def test_an_undo_that_must_fail_is_not_offered_and_the_page_says_why(office: Office) -> None:
    browser, school = office.browser("ducha"), office.task_id(SCHOOL)
    progress = {"status": "in_progress", "completion": "10", "progress": "已开工。", "seen": "0"}
    assert browser.post(f"/tasks/{school}/progress", data=progress).status_code == 303
    for address in ("/imports", "/imports/1"):
        page = browser.get(address).text
        assert "撤销这次导入" not in page
        assert "已有单位填报了进展，不能再撤销" in page


def test_the_same_file_from_a_second_window_changes_nothing(office: Office) -> None:
    browser = office.browser("ducha")
    text = NEXT.replace("住建局", "教育局")
    first, second = upload(browser, text, title="两个窗口"), upload(browser, text, title="两个窗口")
    data = {"title": "两个窗口", "year": "2018"}
    made = browser.post(f"{first}/commit", data=data)
    again = browser.post(f"{second}/commit", data=data)
    assert again.headers["location"] == made.headers["location"]
    ledger = browser.get(again.headers["location"]).text
    assert "这份文件已导入过，没有变化" in ledger
    task = re.search(r'href="(/tasks/\d+)"', ledger)
    assert task
    assert f"{first}/original" in browser.get(task[1]).text
    assert "撤销这次导入" in browser.get(first).text
    page = browser.get(second).text
    assert "这份文件已导入过，没有变化" in page
    assert "撤销这次导入" not in page
    assert "重复导入，没有变化" in browser.get("/imports").text


def test_two_windows_with_the_same_new_version_update_once(office: Office) -> None:
    browser = office.browser("ducha")
    first, second = upload(browser, NEXT, title=PLAN), upload(browser, NEXT, title=PLAN)
    seen = {name: value(browser.get(second).text, name) for name in ("title", "year", "shown")}
    assert update(browser, first) == 303
    browser.post(f"{second}/commit", data=seen)
    assert "没有变化" in browser.get(second).text
    assert "撤销这次导入" in browser.get(first).text


def test_the_command_says_that_a_file_was_imported_before(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    file.write_text(NEXT, encoding="utf-8")
    words = ("import", file, "--plan", "一", "--year", 2018, "--data", data)
    assert "已导入“一”" in duban(*words).stdout
    again = duban(*words)
    assert again.exit_code == 0
    assert "这份文件已导入过，没有变化" in again.stdout
    assert "已导入“一”" not in again.stdout
