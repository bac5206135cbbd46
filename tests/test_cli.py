"""The duban command, called as an officer's administrator would."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import time_machine
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from app import demonstration
from app.cli import app
from app.clock import utcnow
from app.config import PROJECT_ROOT, Settings
from app.installation import create_database
from app.main import create_app

EXAMPLES = PROJECT_ROOT / "examples"
FORMS = sorted(EXAMPLES.glob("武进区2018年目标任务责任分解表.*"))
TRUTH = json.loads(
    (PROJECT_ROOT / "tests" / "importers" / "samples" / "wujin-2018-truth.json").read_text("utf-8")
)
PLAN = "2018年分解表"


def duban(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    """The one sentence an expected refusal prints."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    sentence = result.stderr.strip()
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.suffix)
def test_read_prints_the_truth_in_json_and_leaves_no_database(
    form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = duban("read", form, "--json")
    assert result.exit_code == 0
    read = json.loads(result.stdout)
    assert read["title"] == TRUTH["title"]
    assert read["layout"] == "table"
    assert [column["header"] for column in read["columns"]] == TRUTH["columns"]
    assert [(goal["number"], goal["name"]) for goal in read["goals"]] == [
        (goal["no"], goal["name"]) for goal in TRUTH["goals"]
    ]
    assert [
        (task["number"], task["goal"], task["standard"], task["officials"], task["lead_departments"])
        for task in read["tasks"]
    ] == [
        (task["n"], task["goal"], task["standard"], task["officials"], task["departments"])
        for task in TRUTH["tasks"]
    ]
    assert list(tmp_path.iterdir()) == []


def test_there_are_three_forms_to_read() -> None:
    assert [form.suffix for form in FORMS] == [".docx", ".txt", ".xlsx"]


def test_read_without_json_tells_what_it_found() -> None:
    result = duban("read", FORMS[0])
    assert "目标 23 个，任务 114 项，分管领导 8 人，责任单位 53 个。" in result.stdout


@pytest.mark.parametrize("content", [b"", "今天开会。".encode(), b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    assert refused(duban("read", file)).endswith("。")


def test_a_missing_file_is_named() -> None:
    assert "没有这个文件.xlsx" in refused(duban("read", "没有这个文件.xlsx"))


def test_the_whole_thread_from_file_to_workbook(tmp_path: Path) -> None:
    data, workbook = tmp_path / "data", tmp_path / "进展情况表.xlsx"
    imported = duban("import", FORMS[0], "--plan", PLAN, "--year", 2018, "--data", data)
    assert imported.exit_code == 0, imported.stderr
    assert "23 个目标，114 项任务" in imported.stdout
    again = duban("import", FORMS[0], "--plan", PLAN, "--year", 2018, "--data", data)
    assert again.exit_code == 0
    report = duban("report", "ledger", "--plan", PLAN, "-o", workbook, "--data", data)
    assert report.exit_code == 0, report.stderr
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    written = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {task["standard"] for task in TRUTH["tasks"]} <= written


def test_the_three_forms_are_one_table(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for form in FORMS:
        result = duban("import", form, "--plan", PLAN, "--year", 2018, "--data", data)
        assert result.exit_code == 0, (form, result.stderr)


def test_a_report_of_an_unknown_plan_names_those_that_exist(tmp_path: Path) -> None:
    data = tmp_path / "data"
    duban("import", FORMS[0], "--plan", PLAN, "--year", 2018, "--data", data)
    sentence = refused(duban("report", "ledger", "--plan", "别的", "-o", tmp_path / "a.xlsx", "--data", data))
    assert PLAN in sentence


def test_init_makes_a_real_installation_once(tmp_path: Path) -> None:
    first = duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    assert first.exit_code == 0
    assert len(first.stdout.splitlines()) == 4
    assert demonstration.PASSWORD not in first.stdout
    assert "已经初始化过" in refused(duban("init", "--jurisdiction", "青山区", "--data", tmp_path))


def test_the_demonstration_never_enters_a_real_installation(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    assert "正式数据" in refused(duban("demo", "--port", 0, "--data", tmp_path))


def test_a_first_password_works_and_must_be_changed(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    duban("import", FORMS[0], "--plan", PLAN, "--year", 2018, "--data", tmp_path)
    made = duban(
        "account", "--username", "fgj", "--name", "小李", "--department", "发改局", "--data", tmp_path
    )
    assert made.exit_code == 0, made.stderr
    password = made.stdout.split("首次密码 ")[1].split("，")[0]
    browser = TestClient(create_app(Settings(data_dir=tmp_path)), follow_redirects=False)
    answer = browser.post("/login", data={"username": "fgj", "password": password})
    assert answer.status_code == 303
    assert browser.get("/").headers["location"] == "/account"


def test_an_account_for_an_unknown_department_is_refused(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    arguments = ("--username", "x", "--name", "小李", "--department", "外星局", "--data", tmp_path)
    assert "外星局" in refused(duban("account", *arguments))


def test_a_token_is_printed_and_nothing_else(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    result = duban("token", "--name", "OA", "--account", "duban", "--data", tmp_path)
    assert result.exit_code == 0
    (token,) = result.stdout.split()
    client = TestClient(create_app(Settings(data_dir=tmp_path)))
    answer = client.get("/api/v1/plans", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()) == (200, [])
    assert token.encode() not in (tmp_path / "duban.db").read_bytes()


def test_a_token_for_nobody_is_refused(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    assert "nobody" in refused(duban("token", "--name", "OA", "--account", "nobody", "--data", tmp_path))


def test_a_port_in_use_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "端口" in refused(duban("demo", "--port", port, "--data", tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_the_demonstration_is_the_real_table_with_marked_progress(tmp_path: Path) -> None:
    database = create_database(Settings(data_dir=tmp_path))
    demonstration.ensure(database)
    demonstration.ensure(database)  # a second start keeps the data
    browser = TestClient(create_app(Settings(data_dir=tmp_path)), headers={"origin": "http://testserver"})
    browser.post("/login", data={"username": "duban", "password": demonstration.PASSWORD})
    page = browser.get("/").text
    assert "演示数据" in page
    token = duban("token", "--name", "OA", "--account", "duban", "--data", tmp_path).stdout.strip()
    api = TestClient(create_app(Settings(data_dir=tmp_path)), headers={"authorization": f"Bearer {token}"})
    (plan,) = api.get("/api/v1/plans").json()
    officials = api.get(f"/api/v1/plans/{plan['id']}/workload/officials").json()
    assert {row["name"]: row["total"] for row in officials} == TRUTH["officials"]
    departments = api.get(f"/api/v1/plans/{plan['id']}/workload/departments").json()
    assert {row["name"]: row["total"] for row in departments} == TRUTH["departments"]
    shown = browser.get(f"/plans/{plan['id']}/workload").text
    counted = re.findall(
        r'/workload/(officials|departments)/\d+">([^<]+)</a></td>\s*<td [^>]*data-label="任务"><a [^>]*>(\d+)</a>',
        shown,
    )
    for folder in ("officials", "departments"):
        page_says = {name: int(count) for kind, name, count in counted if kind == folder}
        assert page_says == TRUTH[folder]
    workbook = openpyxl.load_workbook(BytesIO(browser.get(f"/plans/{plan['id']}/ledger.xlsx").content))
    written = {
        row[0]: row[1] for row in workbook["工作量"].iter_rows(values_only=True) if isinstance(row[1], int)
    }
    assert written == TRUTH["officials"] | TRUTH["departments"]
    tasks = [
        task
        for page in (1, 2)
        for task in api.get(f"/api/v1/plans/{plan['id']}/tasks?size=100&page={page}").json()["items"]
    ]
    assert len(tasks) == 114
    said = [task["progress"] for task in tasks if task["progress"]]
    assert len(said) > 80
    assert all(text.startswith("【演示】") for text in said)


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """The real table with one row reworded, one handed on, one gone and one new."""
    book = openpyxl.load_workbook(EXAMPLES / "武进区2018年目标任务责任分解表.xlsx")
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(min_row=3):
        if row[2].value == "地区生产总值增长8%。":
            row[2].value = "地区生产总值增长8.5%。"
        elif row[2].value == "固定资产投资增长8%。":
            row[4].value = "住建局"
        elif row[2].value == "社会消费品零售总额增长10%。":
            row[2].value = "建成城市公园3处，新增停车位5000个。"
    book.save(tmp_path / "新版.xlsx")
    return tmp_path / "新版.xlsx"


def test_a_newer_version_is_compared_and_only_applied_when_told_so(tmp_path: Path, corrected: Path) -> None:
    data = tmp_path / "data"
    onto = ("--plan", PLAN, "--year", 2018, "--data", data)
    duban("import", FORMS[0], *onto)
    compared = duban("import", corrected, *onto)
    assert compared.exit_code == 2
    assert "--update" in compared.stderr
    assert "未作任何改动" in compared.stderr
    for words in (
        "没有变化 111 项",
        "+ 地区生产总值增长8.5%。",
        "牵头单位：住建局",
        "− 社会消费品零售总额增长10%。",
    ):
        assert words in compared.stdout
    updated = duban("import", corrected, *onto, "--update", "--reason", "统计口径调整")
    assert updated.exit_code == 0, updated.stderr
    assert "已更新" in updated.stdout
    assert duban("import", corrected, *onto).exit_code == 0  # the same once more


def test_read_explains_every_decision_in_words() -> None:
    explained = duban("read", FORMS[2], "--explain")
    assert explained.exit_code == 0
    assert "“目标名称”→ 目标" in explained.stdout
    assert "lead_department" not in explained.stdout
    assert "［请核对］分解表 第37行 “常州经开区”与“经开区”可能是同一单位" in explained.stdout
    assert "按一个单位“西太湖科技产业园”读入" in explained.stdout


@pytest.mark.parametrize(
    "arguments",
    [["foo"], ["import"], ["read", "/"], ["demo", "--port", "99999"], ["import", "x", "--year", "a"]],
)
def test_a_command_that_cannot_be_understood_is_told_in_chinese(arguments: list[str]) -> None:
    command = Path(sys.executable).with_name("duban")
    result = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.startswith("命令写法有误")
    assert "Traceback" not in result.stderr


def test_the_environment_names_the_folder_when_the_command_line_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_DATA_DIR", str(tmp_path / "elsewhere"))
    assert duban("init", "--jurisdiction", "青山区").exit_code == 0
    assert (tmp_path / "elsewhere" / "duban.db").exists()
    assert not (tmp_path / "data").exists()


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUBAN_THREADS", "abc")
    assert "DUBAN_THREADS" in refused(duban("serve", "--data", tmp_path))


@pytest.mark.parametrize("command", [["token", "--name", "a", "--account", "b"], ["serve"]])
def test_a_mistyped_folder_does_not_become_an_installation(tmp_path: Path, command: list[str]) -> None:
    assert "还没有数据" in refused(duban(*command, "--data", tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()


def test_a_database_that_is_none_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "duban.db").write_bytes(b"rubbish" * 1000)
    assert "数据库打不开" in refused(duban("serve", "--data", tmp_path))


@pytest.mark.parametrize(
    ("username", "name", "words"),
    [("", "李", "用户名须为"), ("a b", "李", "用户名须为"), ("li", " ", "姓名是空的")],
)
def test_an_account_needs_a_name_and_a_username(tmp_path: Path, username: str, name: str, words: str) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    assert words in refused(duban("account", "--username", username, "--name", name, "--data", tmp_path))


def test_a_forgotten_password_is_reset_to_a_first_one(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    result = duban("password", "--username", "duban", "--data", tmp_path)
    assert result.exit_code == 0, result.stderr
    password = result.stdout.split("首次密码是 ")[1].split("，")[0]
    browser = TestClient(create_app(Settings(data_dir=tmp_path)), follow_redirects=False)
    assert browser.post("/login", data={"username": "duban", "password": password}).status_code == 303
    assert browser.get("/imports").headers["location"] == "/account"


def test_a_revoked_token_opens_nothing(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    token = duban("token", "--name", "OA", "--account", "duban", "--data", tmp_path).stdout.strip()
    client = TestClient(create_app(Settings(data_dir=tmp_path)), headers={"authorization": f"Bearer {token}"})
    assert client.get("/api/v1/plans").status_code == 200
    assert "已停用 1 个令牌" in duban("revoke", "--name", "OA", "--data", tmp_path).stdout
    assert client.get("/api/v1/plans").status_code == 401
    assert "没有用途" in refused(duban("revoke", "--name", "OA", "--data", tmp_path))


def test_a_demonstration_is_never_served_for_real(tmp_path: Path) -> None:
    database = create_database(Settings(data_dir=tmp_path))
    demonstration.ensure(database)
    sentence = refused(duban("serve", "--port", 0, "--data", tmp_path))
    assert sentence.startswith("这个数据目录里是演示数据，密码人人知道，不能用作正式服务。")
    assert "duban init" in sentence


def test_first_passwords_are_readable_and_follow_the_rules(tmp_path: Path) -> None:
    from app.rules.passwords import PasswordRules, reasons

    printed = duban("init", "--jurisdiction", "青山区", "--data", tmp_path).stdout.splitlines()[1:]
    for line in printed:
        password = line.split()[1]
        assert reasons(password, PasswordRules()) == []
        assert not set(password) & set("0O1lI")


def test_a_token_may_run_out(tmp_path: Path) -> None:
    duban("init", "--jurisdiction", "青山区", "--data", tmp_path)
    token = duban(
        "token", "--name", "OA", "--account", "duban", "--days", 30, "--data", tmp_path
    ).stdout.strip()
    client = TestClient(create_app(Settings(data_dir=tmp_path)), headers={"authorization": f"Bearer {token}"})
    assert client.get("/api/v1/plans").status_code == 200
    with time_machine.travel(utcnow() + timedelta(days=31)):
        assert client.get("/api/v1/plans").status_code == 401
    wrong = duban("token", "--name", "OA", "--account", "duban", "--days", 0, "--data", tmp_path)
    assert "有效天数请填 1 到 3650" in refused(wrong)
