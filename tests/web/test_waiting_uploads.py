"""待核对: uploads that nobody has imported yet, the same file twice, and how pasted words are called."""

import re

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.models.event import Event
from app.models.imports import ImportBatch, StoredFile
from tests.office import PLAN, Office
from tests.web.test_imports import DOUBTFUL, HEAD, NEXT, upload


def test_a_waiting_upload_is_removed_and_the_trail_keeps_its_name(office: Office) -> None:
    browser = office.browser("ducha")
    batch = upload(browser, DOUBTFUL, "传错的表.txt")
    assert f'action="{batch}/remove"' in browser.get("/imports").text
    for _ in range(2):
        assert browser.post(f"{batch}/remove").headers["location"] == "/imports"
    page = browser.get("/imports").text
    assert "已移除，需要时可以重新上传" in page
    assert "传错的表.txt" not in page
    for address in (batch, f"{batch}/original"):
        gone = browser.get(address)
        assert gone.status_code == 404
        assert "已经移除" in gone.text
    assert browser.post(f"{batch}/commit", data={"title": "表", "year": "2018"}).status_code == 404
    with office.database.reading() as session:
        row = session.get_one(ImportBatch, int(batch.rpartition("/")[2]))
        assert session.get_one(StoredFile, row.file_id).content == b""
        told = session.execute(select(Event).where(col(Event.kind) == "import_removed")).scalar_one()
        assert told.detail["file"] == "传错的表.txt"


def test_an_imported_file_is_not_removed(office: Office) -> None:
    browser = office.browser("ducha")
    assert 'action="/imports/1/remove"' not in browser.get("/imports").text
    refused = browser.post("/imports/1/remove")
    assert refused.status_code == 409
    assert "已经导入" in refused.text
    assert PLAN in browser.get("/imports").text


@pytest.mark.parametrize(("username", "status"), [("fagai", 403), ("admin", 403), ("neighbour", 404)])
def test_nobody_else_removes_an_upload(office: Office, username: str, status: int) -> None:
    batch = upload(office.browser("ducha"), DOUBTFUL)
    assert office.browser(username).post(f"{batch}/remove").status_code == status
    assert office.browser("ducha").get(batch).status_code == 200


def test_the_same_file_again_says_where_the_first_one_waits(office: Office) -> None:
    browser = office.browser("ducha")
    first = upload(browser, DOUBTFUL, title="一")
    assert "打开那一份" not in browser.get(first).text
    other, second = upload(browser, NEXT, title="二"), upload(browser, DOUBTFUL, "改了名.txt", title="三")
    page = browser.get(second).text
    assert "也上传过，同样在待核对" in page
    assert f'href="{first}">打开那一份' in page
    assert "打开那一份" not in browser.get(other).text
    browser.post(f"{first}/remove")
    assert "打开那一份" not in browser.get(second).text


def test_pasted_texts_are_told_apart_by_their_first_words(office: Office) -> None:
    browser = office.browser("ducha")
    heading = "\n2024年 重点工作/分工  安排一览表（区政府办公室整理印发，各单位执行）\n"
    for words in (
        heading + NEXT,
        "\n\n" + HEAD.replace("\t", " | ") + NEXT.removeprefix(HEAD).replace("\t", " | "),
    ):
        assert browser.post("/imports", data={"pasted": words}).status_code == 303
    page = browser.get("/imports").text
    assert "粘贴：2024年 重点工作 分工 安排一览表（区政府办.txt" in page
    assert page.count("粘贴：") == 2


def test_a_copied_table_without_its_heading_is_no_new_version_of_another(office: Office) -> None:
    browser = office.browser("ducha")
    batch = browser.post("/imports", data={"pasted": NEXT}).headers["location"]
    assert re.search(r'value="粘贴的表（\d+月\d+日[0-9:]{8}）"', browser.get(batch).text)


def test_a_page_is_called_by_its_table_and_not_by_its_menu(office: Office) -> None:
    browser = office.browser("ducha")
    page = "网站首页\n政务公开\n青山区2018年重点工作责任分解表\n" + NEXT
    browser.post("/imports", data={"pasted": page})
    assert "粘贴：青山区2018年重点工作责任分解表.txt" in browser.get("/imports").text


def test_the_year_is_taken_from_the_title_a_person_writes_and_else_from_the_deadlines(office: Office) -> None:
    browser = office.browser("ducha")
    due = "序号\t工作标准\t牵头单位\t完成时限\n1\t建停车场3处。\t城管局\t2021年9月底前\n"
    for title, year in (("", "2021"), ("2019年重点工作", "2019")):
        batch = browser.post("/imports", data={"pasted": due, "title": title}).headers["location"]
        assert re.search(
            rf'name="year"[^>]*value="{year}"|value="{year}"[^>]*name="year"', browser.get(batch).text
        )
