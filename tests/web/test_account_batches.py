"""Many accounts at once: a liaison for every unit, or a workbook; all of them or none."""

import base64
import html
import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.models.account import Role, User
from app.reports.accounts import blank_workbook
from app.rules.permissions import ROLE_LABELS
from app.services.usernames import propose
from tests.office import Office
from tests.web.accounts import change_user, sign_in, told, user_of

HEAD = ["用户名", "姓名", "角色", "单位", "分管领导", "工号"]


def workbook(*rows: list[str], head: list[str] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (head, *rows):
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def upload(office: Office, content: bytes, name: str = "账号.xlsx") -> Any:
    return office.browser("admin").post("/accounts/import", files={"file": (name, content)})


def rows_of(page: str) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found, "nothing to confirm"
    return html.unescape(found[1])


def confirm(office: Office, page: str) -> Any:
    return office.browser("admin").post("/accounts/batch", data={"rows": rows_of(page)})


def passwords(page: str) -> dict[str, str]:
    found = re.findall(
        r"<dd><code>([^<]+)</code></dd>\s*<dt>首次密码</dt><dd><code>([^<]+)</code></dd>", page
    )
    return dict(found)


def count(office: Office) -> int:
    with office.database.reading() as session:
        return session.execute(select(func.count(col(User.id)))).scalar_one()


def test_every_unit_without_a_liaison_gets_one_in_one_step(office: Office) -> None:
    assert "有 <a" in office.browser("admin").get("/accounts").text
    preview = office.browser("admin").get("/accounts/liaisons").text
    assert "将建立 3 个账号" in preview, "卫健局、城管局、住建局"
    for words in ("weijianju", "城管局联络员", "zhujianju"):
        assert words in preview
    assert count(office) == 7
    sheet = confirm(office, preview)
    assert sheet.status_code == 200
    assert sheet.headers["cache-control"] == "no-store"
    made = passwords(sheet.text)
    assert set(made) == {"weijianju", "chengguanju", "zhujianju"}
    assert len(set(made.values())) == 3
    for words in ("沿虚线裁开", "http://testserver", "首次密码 14 天内有效"):
        assert words in sheet.text
    assert sign_in(office, "zhujianju", made["zhujianju"]).status_code == 303
    assert user_of(office, "zhujianju").must_change_password
    assert len(told(office, "account_created")) == 3
    assert "每个单位都有联络员账号了" in office.browser("admin").get("/accounts/liaisons").text


def test_the_sheet_travels_as_a_workbook_too(office: Office) -> None:
    sheet = confirm(office, office.browser("admin").get("/accounts/liaisons").text).text
    encoded = re.findall(r'href="data:[^,]+;base64,([^"]+)" download="首次密码.xlsx"', sheet)[0]
    rows = list(openpyxl.load_workbook(BytesIO(base64.b64decode(encoded))).worksheets[0].values)
    assert {row[3]: row[4] for row in rows[3:]} == passwords(sheet)


def test_a_unit_whose_liaison_was_disabled_is_without_one(office: Office) -> None:
    change_user(office, "jiaoyu", is_active=False)
    assert "教育局联络员" in office.browser("admin").get("/accounts/liaisons").text


def test_confirming_twice_opens_no_account_twice(office: Office) -> None:
    preview = office.browser("admin").get("/accounts/liaisons").text
    assert confirm(office, preview).status_code == 200
    again = confirm(office, preview)
    assert again.status_code == 409
    assert "一个也没有建立" in again.text
    assert "已有人使用" in again.text
    assert "账号那时已经建立" in again.text
    assert "重新上传" not in again.text, "nothing was uploaded"
    assert count(office) == 10


def test_a_workbook_is_checked_first_and_then_opened(office: Office) -> None:
    content = workbook(
        ["zhangsan", "张三", "部门联络员", "教育局", "", "OA-1"],
        ["", "薛红霞", "分管领导", "", "薛红霞", ""],
        ["", "王小二", "", "住建局", "", ""],
        ["shenji2", "审计", "审计员", "", "", ""],
    )
    preview = upload(office, content)
    assert preview.status_code == 200
    assert "将建立 4 个账号" in preview.text
    for words in ("xuehongxia", "zhujianju", "第2行"):
        assert words in preview.text
    assert count(office) == 7
    assert confirm(office, preview.text).status_code == 200
    assert user_of(office, "zhangsan").external_id == "OA-1"
    assert user_of(office, "xuehongxia").role is Role.LEAD_OFFICIAL
    assert user_of(office, "zhujianju").role is Role.LIAISON, "told from the unit beside it"


def test_every_wrong_line_is_named_and_nothing_can_be_confirmed(office: Office) -> None:
    content = workbook(
        ["fagai", "李四", "督查室", "", "", ""],
        ["lisi", "李四", "厨师", "", "", ""],
        ["wangwu", "王五", "部门联络员", "外星局", "", ""],
        ["zhaoliu", "赵六", "分管领导", "", "无此人", ""],
        ["zhaoliu", "", "审计员", "", "", ""],
        ["good1", "好的", "审计员", "", "", ""],
    )
    answer = upload(office, content)
    for words in (
        "用户名“fagai”已有人使用",
        "不认得角色“厨师”",
        "单位名录里没有“外星局”",
        "名录里没有分管领导“无此人”",
        "的“zhaoliu”重复",
        "姓名是空的",
        "5 行有问题，改正之前一个账号也不建立。",
    ):
        assert words in answer.text
    assert 'action="/accounts/batch"' not in answer.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件"),
        (b"PK\x03\x04broken", "。"),
        (workbook(["x"], head=["品名"]), "文件里没有找到账号"),
        (workbook(), "文件里没有找到账号"),
        (workbook(*([f"user{n}", "某人", "审计员", "", "", ""] for n in range(201))), "一次最多建立 200 个"),
    ],
)
def test_what_is_no_list_of_accounts_is_said_to_be_none(
    office: Office, content: bytes, sentence: str
) -> None:
    answer = upload(office, content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_no_file_is_asked_for(office: Office) -> None:
    assert "还没有选择文件" in office.browser("admin").post("/accounts/import").text


@pytest.mark.parametrize("rows", ["", "[]", "{}", "[1]", '[{"colour": "red"}]', "null"])
def test_rows_of_nobodys_making_are_refused(office: Office, rows: str) -> None:
    answer = office.browser("admin").post("/accounts/batch", data={"rows": rows})
    assert answer.status_code == 422
    assert "没有要建立的账号" in answer.text


def test_the_empty_form_is_read_by_the_same_program(office: Office) -> None:
    answer = office.browser("admin").get("/accounts/template.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    book.worksheets[0]["B4"], book.worksheets[0]["C4"] = "张三", "审计员"
    target = BytesIO()
    book.save(target)
    assert "zhangsan" in upload(office, target.getvalue()).text
    assert blank_workbook("青山区", ROLE_LABELS.values())


def test_user_names_follow_the_sound_and_doubles_are_numbered() -> None:
    names = ["发改局", "发改局", "发改委", "区人力资源和社会保障局办公室", "ABC 中心", "！"]
    assert propose(names, {"fagaiwei"}) == [
        "fagaiju",
        "fagaiju2",
        "fagaiwei2",
        "qrlzyhshbzjbgs",
        "abczhongxin",
        "user",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_list_saved_as_csv_is_read_too(office: Office, encoding: str) -> None:
    lines = "用户名,姓名,角色,单位\nwangwu,王五,联络员,教育局\n,张三,审计员,\n".encode(encoding)
    page = upload(office, lines, "账号.csv").text
    assert "wangwu" in page
    assert "zhangsan" in page
    assert rows_of(page).count("place") == 2


def test_two_names_of_one_file_do_not_differ_by_case_alone(office: Office) -> None:
    page = upload(
        office, workbook(["Wangwu", "王五", "督查室", "", "", ""], ["wangwu", "王武", "督查室", "", "", ""])
    )
    assert "第2行的“wangwu”重复" in page.text
