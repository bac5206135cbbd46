"""A doubt is settled on the spot, remembered for the next file, and the original is read again."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, FileRefused, InvalidInput
from app.models.event import Event
from app.models.imports import ImportBatch, ImportDecision
from app.queries.import_preview import preview
from app.queries.revisions import revision
from app.rules.permissions import Viewer
from app.services import import_decisions, imports
from app.services.import_decisions import checked_decision, read_again, remembered, settle
from importers import Decision, DecisionKind
from tests.office import PLAN, TABLE, Office

HEADER = ["序号", "工作标谁", "牵头单位", "完成时限"]
ROWS = [
    [1, "新建停车场3处。", "发展和\n改革领导小组筹备专班甲", "6月底前"],
    [2, "新建公厕5座。", "城管局", None],
    [3, "新建学校2所。", "教育局", "年底前"],
]
WRITTEN = "发展和改革领导小组筹备专班甲"


def workbook(rows: list[list[object]] = ROWS, header: list[str] = HEADER) -> bytes:
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)  # type: ignore[union-attr]
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def upload(session: Session, actor: Viewer, data: bytes | None = None, title: str = "新表") -> ImportBatch:
    data = data or workbook()
    known = remembered(session, actor.jurisdiction_id)
    table, _ = imports.recognise_upload(data, "表.xlsx", actor.today, decisions=known)
    return imports.preview(session, table, data, "表.xlsx", title=title, year=2019, actor=actor)


def open_kinds(session: Session, actor: Viewer, batch: ImportBatch) -> list[str]:
    return [doubt.kind for doubt in preview(session, actor, batch).open_doubts if doubt.kind]


def test_a_settled_name_is_read_so_everywhere_and_in_the_next_file(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = upload(session, ducha)
        assert "name" in open_kinds(session, ducha, batch)
        settle(
            session,
            batch,
            [checked_decision(batch, "name", WRITTEN, "发展局， 改革专班")],
            actor=ducha,
        )
        assert batch.recognised["tasks"][0]["lead_departments"] == ["发展局", "改革专班"]
        assert "name" not in open_kinds(session, ducha, batch)
        again = upload(session, ducha, title="另一份")
        assert again.recognised["tasks"][0]["lead_departments"] == ["发展局", "改革专班"]


def test_a_column_settled_twice_is_remembered_once_with_its_last_meaning(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = upload(session, ducha)
        for meaning in ("other", "due", "due"):
            decision = checked_decision(batch, "column", "完成时限", meaning)
            settle(session, batch, [decision], actor=ducha)
        known = session.execute(select(ImportDecision)).scalars().all()
        assert [(row.kind, row.words, row.meaning) for row in known] == [("column", "完成时限", "due")]
        session.commit()
        told = select(func.count()).select_from(Event).where(col(Event.kind) == "import_doubt_settled")
        assert session.execute(told).scalar_one() == 2  # saying the same again is no event
        assert batch.recognised["tasks"][0]["due_on"] == "2019-06-30"


def test_a_blank_is_settled_for_this_file_only(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        rows = [[1, "新建停车场3处。", "城管局", "6月底前"], [2, "新建公厕5座。", None, "年底前"], ROWS[2]]
        batch = upload(session, ducha, workbook(rows, ["序号", "工作标准", "牵头单位", "完成时限"]))
        questions = [
            issue["question"]
            for task in batch.recognised["tasks"]
            for issue in task["issues"]
            if issue.get("question", {}).get("kind") == "blank"
        ]
        assert questions, batch.recognised["tasks"][1]
        decision = checked_decision(batch, "blank", questions[0]["words"], "leave")
        settle(session, batch, [decision], actor=ducha)
        assert batch.recognised["tasks"][1]["lead_departments"] == []
        assert remembered(session, ducha.jurisdiction_id) == []


def test_an_original_that_cannot_be_read_that_way_changes_nothing(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = imports.preview(session, TABLE, b"x", "表.xlsx", title="新表", year=2019, actor=ducha)
        before = batch.recognised
        with pytest.raises(FileRefused):
            read_again(session, batch, [Decision(DecisionKind.COLUMN, "序号", "other")], actor=ducha)
        assert (batch.recognised, batch.decisions) == (before, {})


@pytest.mark.parametrize(
    ("kind", "words", "meaning"),
    [
        ("column", "工作标谁", "胡说"),
        ("column", "没有这一栏", "task"),
        ("name", WRITTEN, " 、 "),
        ("name", WRITTEN, "甲" * 3000),
        ("颜色", "工作标谁", "task"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_a_sentence(
    office: Office, kind: str, words: str, meaning: str
) -> None:
    with office.database.writing() as session:
        batch = upload(session, office.viewer("ducha"))
        with pytest.raises(InvalidInput) as refused:
            checked_decision(batch, kind, words, meaning)
        assert refused.value.fields["meaning"].endswith("。")


def test_a_reading_from_before_a_colleagues_decision_is_made_anew(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = upload(session, ducha)
        column = checked_decision(batch, "column", "工作标谁", "task")
        name = checked_decision(batch, "name", WRITTEN, "发展局")
        early = read_again(session, batch, [name], actor=ducha)
        settle(session, batch, [column], actor=ducha)
        settle(session, batch, [name], actor=ducha, reading=early)
        assert {each["words"] for each in batch.decisions["settled"]} == {"工作标谁", WRITTEN}
        assert "column" not in open_kinds(session, ducha, batch)


def test_nothing_is_settled_after_the_commit(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = upload(session, ducha)
        decision = checked_decision(batch, "name", WRITTEN, "发展局")
        imports.commit(session, batch, actor=ducha, unchecked=True)
        with pytest.raises(Conflict, match="不能再改认法"):
            settle(session, batch, [decision], actor=ducha)


def test_another_year_reads_the_deadlines_again(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = upload(session, ducha)
        import_decisions.retarget(session, batch, "新表", 2021, actor=ducha)
        assert batch.recognised["tasks"][0]["due_on"] == "2021-06-30"
        plan = imports.commit(session, batch, actor=ducha, title="新表", year=2022, unchecked=True)
        assert batch.recognised["tasks"][0]["due_on"] == "2022-06-30"
        assert plan.year == 2022


def test_a_pair_declared_two_tasks_goes_and_comes(office: Office) -> None:
    ducha = office.viewer("ducha")
    rows: list[list[object]] = [
        [1, "新建、改建公共厕所58座，改造垃圾房。", "城管局", None],
        [2, "其他工作。", "教育局", None],
    ]
    with office.database.writing() as session:
        batch = upload(session, ducha, workbook(rows))
        import_decisions.retarget(session, batch, PLAN, 2018, actor=ducha)
        plan = office.plan(session)
        told = revision(session, plan, batch)
        (pair,) = [row for row in told.rows if row.is_doubtful]
        assert pair.old is not None
        assert pair.new is not None
        for _ in range(2):  # a second press changes nothing
            import_decisions.declare_apart(session, batch, pair.old.key, pair.new.key, actor=ducha)
        apart = revision(session, plan, batch)
        assert apart.digest != told.digest
        assert not any(row.is_doubtful for row in apart.rows)
        assert {row.fate for row in apart.rows if pair.old in (row.old,)} == {"gone"}
        (new,) = [row for row in apart.rows if row.held_apart]
        assert new.new == pair.new
        import_decisions.declare_apart(session, batch, 0, pair.new.key, actor=ducha, apart=False)
        assert revision(session, plan, batch).digest == told.digest
