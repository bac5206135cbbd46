"""What leaves as a file: a name no desk stumbles over, a type nobody renders, cells that stay text."""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import unquote

import httpx2 as httpx
import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from app.config import PROJECT_ROOT
from app.downloads import LONGEST_NAME, attachment, safe_file_name
from app.models.account import User
from app.models.directory import Department, Official
from app.models.plan import Plan
from app.models.progress import ProgressReport
from app.models.task import Task, TaskStatus
from app.reports.names import name_of_table
from app.services import events
from app.services.progress import Statement, report_progress
from tests.everywhere import SAFE, call, open_to
from tests.office import GROWTH, Office

FORMULAS = ('=HYPERLINK("http://evil.example","点")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("分解表.xlsx", "分解表.xlsx"),
        ("2025年（新） 终稿.docx", "2025年（新） 终稿.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\表.xls", "表.xls"),
        ("a\r\nset-cookie: x=y.xlsx", "a set-cookie_ x=y.xlsx"),
        ('a";filename="b.exe', "a_;filename=_b.exe"),
        ("表\u202excod.exe", "表xcod.exe"),
        ("表\u2066\u200b\ufeff.xlsx", "表.xlsx"),
        ("表\x00.exe\x7f.xlsx", "表 .exe.xlsx"),
        ("half\ud800.txt", "half.txt"),
        ("con<>:\"|?*.txt", "con_______.txt"),
        ("  . 表 . ", "表"),
        ("..", "下载"),
        ("", "下载"),
        ("/", "下载"),
        (".xlsx", "xlsx"),
        ("表\u2028\u2029.xlsx", "表.xlsx"),
    ],
)  # fmt: skip
def test_a_file_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


@pytest.mark.parametrize(
    "name", ["长" * 400 + ".xlsx", "x" * 3000 + ".docx", "长" * 400, "." * 300 + "a" * 300]
)
def test_a_long_name_keeps_its_ending_and_fits(name: str) -> None:
    safe = safe_file_name(name)
    assert 0 < len(safe.encode()) <= LONGEST_NAME
    if name.endswith((".xlsx", ".docx")):
        assert safe.endswith(name[-5:])


def test_the_header_holds_only_plain_signs() -> None:
    for name in (
        "表\r\nset-cookie: a=b.xlsx",
        '引号".xlsx',
        "\u202e表.xlsx",
        "a/../b;c,d'e%.txt",
        "王\ud800.txt",
    ):
        header = attachment(b"", name=name, media_type="text/csv").headers["content-disposition"]
        assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header), header
        assert unquote(header.partition("''")[2]) == safe_file_name(name)


def test_an_uploaded_page_comes_back_as_a_file_and_never_as_a_page(office: Office) -> None:
    """An original with script in it, under a name that tells lies, goes out exactly as it came in and is not shown."""
    page = "<table><tr><td>序号</td><td>工作标准</td><td>牵头责任单位</td></tr>" + "".join(
        f"<tr><td>{number}</td><td>新建学校{number}所。</td><td>教育局</td></tr>" for number in range(1, 6)
    )
    original = f"<html><script>alert(1)</script><body>{page}</table></body></html>".encode()
    browser = office.browser("ducha")
    name = "表\u202elmth.html"
    answer = browser.post("/imports", files={"file": (name, original, "text/html")})
    assert answer.status_code == 303
    shown = browser.get(answer.headers["location"])
    assert "\u202e" not in shown.text
    assert "<script>alert" not in shown.text
    sent = browser.get(f"{answer.headers['location']}/original")
    assert sent.content == original
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert sent.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%A1%A8lmth.html"
    assert "sandbox" in sent.headers["content-security-policy"]
    assert sent.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["名录\x00.csv", "录名\u202e.csv", "..\\..\\名录\n.csv"])
def test_a_directory_or_a_list_of_accounts_may_have_any_name(office: Office, name: str) -> None:
    """PostgreSQL keeps no NUL, and no page turns a name around."""
    browser = office.browser("admin")
    for path, lines in (
        ("/directory/import", "全称\n档案局\n"),
        ("/accounts/import", "姓名,角色\n张三,审计员\n"),
    ):
        head = f'--X\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = f"{head}{lines}\r\n--X--\r\n".encode()
        answer = browser.post(path, content=body, headers={"content-type": "multipart/form-data; boundary=X"})
        if answer.status_code == 303:
            answer = browser.get(answer.headers["location"])
        assert answer.status_code == 200, answer.text
        assert not set(name) & {*answer.text} & {"\x00", "\u202e"}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2026年民生实事", "进展情况表（2026年民生实事）.xlsx"),
        ("目标/责任\\分解: 表", "进展情况表（目标_责任_分解_ 表）.xlsx"),
        ("长" * 20 + "短" * 30, "进展情况表（" + "长" * 18 + "…" + "短" * 17 + "）.xlsx"),
    ],
)
def test_a_workbook_is_named_after_its_table(title: str, name: str) -> None:
    assert safe_file_name(name_of_table("进展情况表.xlsx", title)) == name


@pytest.mark.parametrize("page", ["ledger.xlsx", "comments.xlsx"])
def test_workbooks_of_two_tables_have_two_names(office: Office, page: str) -> None:
    with office.database.writing() as session:
        other = office.plan(session).model_copy(update={"id": None, "title": "2018年民生实事"})
        session.add(Plan(**other.model_dump()))
        session.flush()
        numbers = list(session.exec(select(col(Plan.id)).order_by(col(Plan.id))))
    ducha = office.browser("ducha")
    names = {ducha.get(f"/plans/{each}/{page}").headers["content-disposition"] for each in numbers}
    assert len(names) == len(numbers) == 2


def test_only_one_place_writes_the_name_of_a_file() -> None:
    named = {
        str(path.relative_to(PROJECT_ROOT))
        for path in (PROJECT_ROOT / "app").rglob("*.py")
        if "content-disposition" in path.read_text("utf-8").lower()
    }
    assert named == {"app/downloads.py"}


def files_of(office: Office, username: str) -> dict[str, httpx.Response]:
    """Everything this person gets as a file, by the address it comes from."""
    found = {}
    for place in open_to(office, username, SAFE):
        answer = call(office, username, place)
        if answer.status_code == 200 and "content-disposition" in answer.headers:
            found[place.path] = answer
    return found


def poison(office: Office) -> None:
    """Every text people write begins like a formula."""
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 10, FORMULAS[0])
        report_progress(session, office.task(session, GROWTH), told, actor=office.viewer("fagai"))
        for number, task in enumerate(session.exec(select(Task).where(col(Task.standard) != GROWTH))):
            task.standard = f"{FORMULAS[number % len(FORMULAS)]} {number}"
            task.extra = {"备注": FORMULAS[(number + 1) % len(FORMULAS)]}
        for number, unit in enumerate(session.exec(select(Department))):
            unit.name = f"{FORMULAS[number % 4]} {number}"
        for number, official in enumerate(session.exec(select(Official))):
            official.name = f"{FORMULAS[number % 4]} {number}"
        for number, report in enumerate(session.exec(select(ProgressReport))):
            report.progress = f"{FORMULAS[number % 4]} {number}"
        for number, user in enumerate(session.exec(select(User))):
            user.name = f"{FORMULAS[number % 4]} {number}"


@pytest.mark.parametrize("username", ["ducha", "luqiuming", "admin", "auditor"])
def test_every_file_is_a_download_and_no_cell_of_it_is_a_formula(office: Office, username: str) -> None:
    poison(office)
    found = files_of(office, username)
    assert any("ledger.xlsx" in path for path in found) or username in ("admin", "auditor")
    marked = 0
    for path, answer in found.items():
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''"), path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "sandbox" in answer.headers["content-security-policy"], path
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind not in ("text/html", "image/svg+xml", "application/xml", "text/plain"), path
        if kind == SPREADSHEET:
            marked += marked_cells(path, answer.content)
        if kind == "text/csv":
            check_csv(path, answer.content)
    assert marked or username != "ducha"


def marked_cells(path: str, content: bytes) -> int:
    """How many texts of a workbook begin like a formula; each is text and stays text."""
    marked = 0
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (path, cell.coordinate)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "＝")):
                    marked += 1
                    assert cell.quotePrefix, (path, cell.coordinate, cell.value)
    return marked


@pytest.mark.parametrize("name", FORMULAS)
def test_the_trail_as_text_holds_no_formula_either(office: Office, name: str) -> None:
    """Neither do signs as broad as a Chinese character make one, nor a line end before it."""
    with office.database.writing() as session:
        events.record(session, replace(office.viewer("ducha"), name=name), "signed_out")
    content = office.browser("auditor").get("/trail.csv").content
    (row,) = [each for each in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if "signed_out" in each]
    assert row[2].startswith("'")


def check_csv(path: str, content: bytes) -> None:
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (path, cell)
