"""Names that may be none enter the directory only when somebody has looked at them, or says that they may."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.office import PLAN, Office
from tests.test_cli import duban
from tests.web.test_imports import NEXT, update, upload
from tests.web.test_undo_import import STRAY

ODD = "认真抓好各项工作"
TICK = 'name="unchecked"'


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def test_an_import_with_unchecked_names_says_so_and_wants_a_tick(browser: TestClient) -> None:
    batch, data = upload(browser, STRAY, title="新表"), {"title": "新表改名", "year": "2018"}
    page = browser.get(batch).text
    assert "还有 1 处没有核对" in page
    assert f"其中 1 个拿不准的名称，导入后会新增到单位与人员：{ODD}。" in page
    refused = browser.post(f"{batch}/commit", data=data)
    assert refused.status_code == 409
    assert f"有 1 个名称拿不准、还没有核对，导入后会新增到单位与人员：{ODD}" in refused.text
    assert 'value="新表改名"' in refused.text
    assert ODD not in browser.get("/directory").text
    assert browser.post(f"{batch}/commit", data=data | {"unchecked": "1"}).status_code == 303
    assert ODD in browser.get("/directory").text
    assert TICK not in browser.get(upload(browser, STRAY, title="下一份")).text


def test_a_tick_is_kept_when_something_else_is_refused(browser: TestClient) -> None:
    batch = upload(browser, STRAY, title="新表")
    refused = browser.post(f"{batch}/commit", data={"title": "", "year": "2", "unchecked": "1"})
    assert refused.status_code == 422
    assert f'{TICK} value="1" checked' in refused.text


def test_a_name_that_was_settled_wants_no_tick(browser: TestClient) -> None:
    batch = upload(browser, STRAY, title="新表")
    assert TICK in browser.get(batch).text
    browser.post(f"{batch}/decisions", data={"kind": "name", "words": ODD, "meaning": ODD})
    assert TICK not in browser.get(batch).text
    assert browser.post(f"{batch}/commit", data={"title": "新表", "year": "2018"}).status_code == 303


def test_an_update_wants_the_tick_too(browser: TestClient) -> None:
    batch = upload(browser, NEXT.replace("园林局", ODD), title=PLAN)
    assert TICK in browser.get(batch).text
    assert update(browser, batch, reason="调整") == 409
    assert update(browser, batch, reason="调整", unchecked="1") == 303


def test_a_post_without_a_name_is_such_a_name_until_it_is_settled(browser: TestClient) -> None:
    table = "序号\t工作标准\t分管领导\t牵头单位\n1\t新建公园。\t主管副区长\t城管局\n2\t整治河道。\t主管副区长\t水利局\n"
    batch, data = upload(browser, table, title="新表"), {"title": "新表", "year": "2018"}
    assert "导入后会新增到单位与人员：主管副区长。" in browser.get(batch).text
    assert browser.post(f"{batch}/commit", data=data).status_code == 409
    browser.post(f"{batch}/decisions", data={"kind": "post", "words": "主管副区长", "meaning": "先不填姓名"})
    assert TICK not in browser.get(batch).text
    assert browser.post(f"{batch}/commit", data=data).status_code == 303


def test_the_command_goes_on_only_when_told_to(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    file.write_text(STRAY, encoding="utf-8")
    words = ("import", file, "--plan", "一", "--year", 2018, "--data", data)
    refused = duban(*words)
    assert refused.exit_code == 2
    assert f"有 1 个名称拿不准，导入后会新增到单位与人员：{ODD}。没有导入。" in refused.stderr
    assert "--unchecked" in refused.stderr
    assert "已导入“一”" in duban(*words, "--unchecked").stdout
