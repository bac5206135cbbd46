"""duban audit: checks the trail past every page, and takes it out."""

import csv
import tracemalloc
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from app.cli import app
from app.installation import command_actor
from app.services import events
from tests.forgery import MINE, past_the_triggers, rewrite_from, verify
from tests.office import HOME, NEIGHBOUR, Office


@pytest.fixture(autouse=True)
def installation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on the office's database, on either engine."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)


def duban(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.strip()


def test_a_whole_trail_is_told_in_a_line_with_its_head(office: Office) -> None:
    found = verify(office)
    result = duban("audit", "verify", "--jurisdiction", HOME)
    assert result.exit_code == 0
    assert result.stdout == f"{HOME}的办理记录完整：{found.events} 条，链尾 {found.head}\n"


def test_without_a_name_every_jurisdiction_is_checked(office: Office) -> None:
    lines = duban("audit", "verify").stdout.splitlines()
    assert [line.split("的")[0] for line in lines] == [HOME, NEIGHBOUR]
    assert lines[1] == f"{NEIGHBOUR}的办理记录完整：0 条，链尾 0:"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ([f"UPDATE event SET actor_name = '别人' WHERE {MINE} = 3"], ["第 3 条的内容与当时写下的不一致"]),
        ([f"DELETE FROM event WHERE {MINE} = 1"], ["第 1 条缺失"]),
        ([f"DELETE FROM event WHERE {MINE} IN (2, 3, 5)"], ["第 2 至 3 条缺失", "第 5 条缺失"]),
        (
            [
                f"UPDATE event SET sequence = {new} WHERE {MINE} = {old}"
                for old, new in ((3, -1), (2, 3), (-1, 2))
            ],
            ["第 2 条的内容", "第 3 条的内容", "第 4 条的内容"],
        ),
    ],
    ids=["change", "delete the first", "delete several", "exchange two"],
)
def test_each_break_is_named_and_the_exit_code_tells(
    office: Office, statements: list[str], said: list[str]
) -> None:
    with past_the_triggers(office.database.engine) as connection:
        for statement in statements:
            connection.execute(text(statement))
    result = duban("audit", "verify")
    assert result.exit_code == 1
    told = result.stdout.splitlines()
    assert f"发现 {len(said)} 处问题" in told[0]
    assert len(told) == len(said) + 2  # the neighbour's is whole
    for line, words in zip(told[1:-1], said, strict=True):
        assert line.strip().startswith(words)


def test_a_head_noted_before_finds_a_chain_rewritten_to_its_end(office: Office) -> None:
    noted = verify(office).head
    assert duban("audit", "verify", "--jurisdiction", HOME, "--head", noted).exit_code == 0
    with past_the_triggers(office.database.engine) as connection:
        rewrite_from(2)(connection)
    assert duban("audit", "verify", "--jurisdiction", HOME).exit_code == 0
    result = duban("audit", "verify", "--jurisdiction", HOME, "--head", noted)
    assert result.exit_code == 1
    assert f"第 {noted.sequence} 条的哈希与当时记下的不同" in result.stdout


def test_a_head_noted_before_a_backup_was_put_back_finds_the_cut(office: Office) -> None:
    result = duban("audit", "verify", "--jurisdiction", HOME, "--head", f"9999：{'a' * 64}")
    assert result.exit_code == 1
    assert "后面的被截去了" in result.stdout


def test_a_head_that_is_none_is_refused_in_a_sentence(office: Office) -> None:
    assert "看不懂链尾“昨天的”" in refused(duban("audit", "verify", "--head", "昨天的"))


def test_an_unknown_jurisdiction_is_refused_in_a_sentence(office: Office) -> None:
    assert "没有名为“天上”的辖区" in refused(duban("audit", "verify", "--jurisdiction", "天上"))


def test_a_longer_trail_is_read_in_the_same_memory(office: Office) -> None:
    with office.database.writing() as session:
        deeds = [{"kind": "alias_registered", "detail": {"alias": "别名" * 50, "n": n}} for n in range(6_000)]
        events.record_all(session, command_actor(session, HOME), deeds)

    def peak(newest: int) -> int:
        tracemalloc.start()
        assert verify(office, newest=newest).events == newest
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(6_000) < 2 * peak(1_500)


def test_export_as_csv_is_safe_to_open_and_on_record(office: Office, tmp_path: Path) -> None:
    with office.database.writing() as session:
        events.record(session, command_actor(session, HOME), "alias_registered", alias="=1+1", name="+甲")
    before = verify(office).events
    file = tmp_path / "trail.csv"
    result = duban("audit", "export", "--jurisdiction", HOME, "--out", file)
    assert (result.exit_code, result.stdout) == (0, f"已写入 {file}，共 {before} 条。\n")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:6] == ["序号", "时间", "办理人", "事项", "任务", "内容"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, before + 1)]
    assert rows[-1][3] == "登记单位别名"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert rows[-1][-1] == _hash_at(office, before)
    found = verify(office)
    assert (found.events, found.is_whole) == (before + 1, True)


def test_export_as_workbook_keeps_to_the_days_asked_for(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "trail.xlsx"
    asked = ("audit", "export", "--jurisdiction", HOME, "--out", file)
    result = duban(*asked, "--from", "2018-09-28", "--to", "2018-09-28")
    assert result.exit_code == 0, result.stderr
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert sheet["A1"].value == f"{HOME}办理记录"
    assert sheet["A4"].value == 1
    assert sheet["D4"].value == "上传文件待核对"
    assert "共 0 条" in duban(*asked, "--to", "2018-09-27").stdout
    assert "共 0 条" in duban(*asked, "--from", "2018-09-29").stdout


def test_export_refuses_what_it_cannot_write_in_a_sentence(office: Office, tmp_path: Path) -> None:
    before = verify(office).events
    place = ("audit", "export", "--jurisdiction", HOME, "--out")
    assert ".csv 或 .xlsx" in refused(duban(*place, tmp_path / "trail.doc"))
    assert "不能写入" in refused(duban(*place, tmp_path / "missing" / "trail.csv"))
    assert verify(office).events == before


def _hash_at(office: Office, sequence: int) -> str:
    with office.database.engine.connect() as connection:
        return str(connection.execute(text(f"SELECT hash FROM event WHERE {MINE} = {sequence}")).scalar_one())
