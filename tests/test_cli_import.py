"""duban import begins with what the office has settled before."""

from pathlib import Path

from app.config import Settings
from app.installation import command_actor, open_database
from app.models.imports import ImportBatch, ImportDecision
from app.models.plan import PlanState
from app.queries.plans import find_plan
from app.services import import_decisions
from tests.test_cli import duban

TABLE = "序号\t工作标谁\t牵头单位\t协调人\n1\t建停车场3处。\t城管局\t是峰\n2\t建公厕5座。\t教育局\t陆秋明\n"


def test_a_column_settled_on_the_page_is_read_so_by_the_command(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    file.write_text(TABLE, encoding="utf-8")
    assert "“工作标谁”一栏" in duban("import", file, "--plan", "一", "--year", 2018, "--data", data).stderr
    database = open_database(Settings(data_dir=data))
    with database.writing() as session:
        actor = command_actor(session)
        first = session.get_one(ImportBatch, 1)
        batch = ImportBatch(
            jurisdiction_id=first.jurisdiction_id,
            file_id=first.file_id,
            title="二",
            year=2018,
            recognised=first.recognised,
            created_at=actor.now,
        )
        session.add(batch)
        session.flush()
        answers = [("column", "工作标谁", "task"), ("column", "协调人", "official")]
        decisions = [import_decisions.checked_decision(batch, *answer) for answer in answers]
        import_decisions.settle(session, batch, decisions, actor=actor)
    imported = duban("import", file, "--plan", "三", "--year", 2018, "--data", data)
    assert imported.exit_code == 0, imported.stderr
    assert "工作标谁" not in imported.stderr
    with database.reading() as session:
        assert session.get_one(ImportBatch, 3).recognised["tasks"][0]["officials"] == ["是峰"]
    database.engine.dispose()


def test_a_table_comes_in_as_a_draft(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    file.write_text(TABLE.replace("工作标谁", "工作标准"), encoding="utf-8")
    for title, options, state in (("一", (), PlanState.ISSUED), ("二", ("--draft",), PlanState.DRAFT)):
        imported = duban("import", file, "--plan", title, "--year", 2018, "--data", data, *options)
        assert imported.exit_code == 0, imported.stderr
        database = open_database(Settings(data_dir=data))
        with database.reading() as session:
            assert find_plan(session, command_actor(session), title).state is state
        database.engine.dispose()


def test_the_command_says_which_blank_cells_keep_the_words_of_the_plan(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    whole = TABLE.replace("工作标谁", "工作标准")
    for text in (whole, whole.replace("建公厕5座。\t教育局", "建公厕5座。\t")):
        file.write_text(text, encoding="utf-8")
        told = duban("import", file, "--plan", "一", "--year", 2018, "--data", data)
        assert told.exit_code == 0, told.stderr
    assert "与现行的表相比：空格照现行 1 项，没有变化 1 项。" in told.stdout
    assert "“牵头单位”这一格是空的，现行的表写的是“教育局”，先照现行的保留。" in told.stdout


def test_an_update_that_would_take_nearly_every_task_away_wants_to_be_meant(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    whole = TABLE.replace("工作标谁", "工作标准")
    other = "序号\t工作标准\t牵头单位\n1\t整治河道12公里。\t水利局\n"
    into = ("import", file, "--plan", "一", "--year", 2018, "--data", data)
    file.write_text(whole, encoding="utf-8")
    assert duban(*into).exit_code == 0
    file.write_text(other, encoding="utf-8")
    refused = duban(*into, "--update")
    assert refused.exit_code == 2
    assert (
        "可能选错了要更新的表：这份文件与“一”没有一项相同的任务，现有的 2 项会全部撤回。没有更新。"
        in refused.stderr
    )
    assert "加上 --replace 更新" in refused.stderr
    meant = duban(*into, "--update", "--replace")
    assert meant.exit_code == 0, meant.stderr
    assert "已更新“一”" in meant.stdout


def test_a_deadline_said_on_the_page_is_read_so_by_the_command_in_the_same_year(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "表.txt"
    file.write_text("序号\t工作标准\t牵头单位\t完成时限\n1\t建停车场3处。\t城管局\t6底前\n", encoding="utf-8")
    told = duban("import", file, "--plan", "一", "--year", 2018, "--data", data)
    assert "看不懂“6底前”" in told.stderr
    database = open_database(Settings(data_dir=data))
    with database.writing() as session:
        actor = command_actor(session)
        said = {"kind": "due", "words": "6底前", "meaning": "2018-06-15"}
        known = ImportDecision(jurisdiction_id=actor.jurisdiction_id, decided_at=actor.now, **said)
        session.add(known)
    for year, day in ((2018, "2018-06-15"), (2019, None)):
        assert duban("import", file, "--plan", "二", "--year", year, "--data", data).exit_code == 0
        with database.reading() as session:
            batch = session.get_one(ImportBatch, year - 2016)
            assert batch.recognised["tasks"][0]["due_on"] == day
    with database.writing() as session:
        session.delete(session.get_one(ImportDecision, 1))
    file.write_text(file.read_text(encoding="utf-8").replace("3处", "4处"), encoding="utf-8")
    told = duban("import", file, "--plan", "二", "--year", 2018, "--update", "--data", data)
    assert "请核对：第2行 完成时限“6底前”看不准，现行的表按 2018-06-15 计，先照它保留" in told.stderr
    assert "即全年读入" not in told.stderr
    database.engine.dispose()
