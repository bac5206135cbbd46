"""A corrected version leaves a cell blank: what the plan has stays, and a person is asked."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.models.event import Event
from app.models.imports import BatchState, ImportBatch
from app.models.plan import Plan
from app.queries.import_preview import preview
from app.queries.revisions import Revision, RevisionRow, revision
from app.queries.versions import old_versions
from app.rules.permissions import Viewer
from app.services import import_decisions, imports
from importers import Decisions
from tests.office import Office
from tests.services.test_settle_doubts import workbook

HEADER = ["序号", "工作标准", "分管领导", "牵头单位", "配合单位", "完成时限"]
TITLE = "重点工作分工"
PARKING, TOILETS, SCHOOLS = "新建停车场3处。", "新建公厕5座。", "新建学校2所。"
FIRST: list[list[object]] = [
    [1, PARKING, "陆秋明", "住建局", "发改局", "6月底前"],
    [2, TOILETS, "是峰", "城管局", "住建局", "9月底前"],
    [3, SCHOOLS, "薛红霞", "教育局", None, "年底前"],
]


def changed(row: int, **cells: object) -> list[list[object]]:
    """The first version with some cells of one row written anew, by their letters: D is the lead unit."""
    rows = [list(each) for each in FIRST]
    for letter, text in cells.items():
        rows[row]["ABCDEF".index(letter)] = text
    return rows


def upload(
    session: Session, actor: Viewer, rows: list[list[object]], *, as_text: bool = False
) -> ImportBatch:
    if as_text:
        lines = [
            ",".join("" if cell is None else str(cell) for cell in row)
            for row in [list[object](HEADER), *rows]
        ]
        data, name = "\n".join(lines).encode(), "表.csv"
    else:
        data, name = workbook(rows, HEADER), "表.xlsx"
    known = Decisions.of(import_decisions.known_to(session, actor.jurisdiction_id))
    table = imports.recognise(data, name, year=2018, decisions=known)
    return imports.preview(session, table, data, name, title=TITLE, year=2018, actor=actor)


def first(session: Session, actor: Viewer) -> Plan:
    return imports.commit(session, upload(session, actor, FIRST), actor=actor, unchecked=True)


def asked(told: Revision) -> list[tuple[str, str, str]]:
    return [
        (row.new.standard, cell.header, cell.kept)
        for row in told.rows
        for cell in row.open_blanks
        if row.new is not None
    ]


def row_of(told: Revision, standard: str) -> RevisionRow:
    return next(row for row in told.rows if row.new is not None and row.new.standard == standard)


def who(session: Session, plan: Plan, standard: str) -> tuple[list[str], list[str], str]:
    """Lead units, officials and deadline, as the plan has them now."""
    session.expire_all()
    task = next(each for each in old_versions(session, plan) if each.standard == standard)
    names: dict[str, list[str]] = {"lead": [], "official": [], "supporting": []}
    for role, name in task.shares:
        names[role].append(name)
    return names["lead"], names["official"], task.due


@pytest.mark.parametrize("as_text", [False, True])
@pytest.mark.parametrize(
    ("letter", "header", "kept"),
    [("D", "牵头单位", "城管局"), ("C", "分管领导", "是峰")],
)
def test_a_blank_cell_is_no_reassignment(
    office: Office, letter: str, header: str, kept: str, *, as_text: bool
) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        batch = upload(session, ducha, changed(1, **{letter: None}), as_text=as_text)
        told = revision(session, plan, batch)
        assert told.changes_nothing
        assert asked(told) == [(TOILETS, header, kept)]
        assert told.counts() == [("blank", "空格照现行", 1), ("unchanged", "没有变化", 2)]
        assert [row.new.standard for row in told.shown("") if row.new] == [TOILETS]
        before = who(session, plan, TOILETS)
        imports.commit(session, batch, actor=ducha, shown=told.digest)
        assert who(session, plan, TOILETS) == before


def test_a_blank_deadline_keeps_the_day_of_the_plan(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        batch = upload(session, ducha, changed(1, D=None, E=None, F=None))
        told = revision(session, plan, batch)
        assert ("完成时限", "9月底前") in [(header, kept) for _, header, kept in asked(told)]
        shown = preview(session, ducha, batch, recognised=told.recognised).rows[1]
        assert shown.due_on == "2018-09-30"
        assert told.changes_nothing
        imports.commit(session, batch, actor=ducha, shown=told.digest)
        assert who(session, plan, TOILETS) == (["城管局"], ["是峰"], "9月底前")


def test_what_else_changes_in_the_row_is_told_and_written(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        batch = upload(session, ducha, changed(1, C="薛红霞", D=None))
        told = revision(session, plan, batch)
        row = row_of(told, TOILETS)
        assert row.reassigned() == [("分管领导", "是峰", "薛红霞")]
        imports.commit(session, batch, actor=ducha, shown=told.digest)
        assert who(session, plan, TOILETS)[:2] == (["城管局"], ["薛红霞"])


@pytest.mark.parametrize(
    ("meaning", "leads", "still_asked"),
    [("carry", "住建局", 0), ("leave", "", 0), ("as_before", "城管局", 0)],
)
def test_a_person_says_what_the_blank_means(
    office: Office, meaning: str, leads: str, still_asked: int
) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        batch = upload(session, ducha, changed(1, D=None))
        (cell,) = row_of(revision(session, plan, batch), TOILETS).open_blanks
        assert [words for _, words in cell.choices] == ["沿用上行“住建局”", "没有填写"]
        decision = import_decisions.checked_decision(batch, "blank", cell.words, meaning)
        import_decisions.settle(session, batch, [decision], actor=ducha)
        told = revision(session, plan, batch)
        assert asked(told) == []
        imports.commit(session, batch, actor=ducha, shown=told.digest)
        assert who(session, plan, TOILETS)[0] == ([leads] if leads else [])
        session.commit()
        answered = select(col(Event.detail)).where(col(Event.kind) == "import_doubt_settled")
        assert session.execute(answered).scalar_one()["decisions"][0]["meaning"] == meaning


def test_what_was_kept_stands_again_when_the_next_import_is_undone(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        second = upload(session, ducha, changed(1, D=None), as_text=True)
        imports.commit(session, second, actor=ducha, shown=revision(session, plan, second).digest)
        third = upload(session, ducha, changed(1, D="教育局"))
        imports.commit(session, third, actor=ducha, shown=revision(session, plan, third).digest)
        assert who(session, plan, TOILETS)[0] == ["教育局"]
        imports.undo(session, third, actor=ducha)
        assert who(session, plan, TOILETS)[0] == ["城管局"]
        again = upload(session, ducha, changed(1, D=None), as_text=True)
        imports.commit(session, again, actor=ducha)
        assert (again.state, again.committed_at) == (BatchState.COMMITTED, None)  # there already


def test_a_blank_row_that_is_new_goes_by_the_row_above_as_ever(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = first(session, ducha)
        batch = upload(session, ducha, [*FIRST, [4, "修桥1座。", "薛红霞", None, None, "年底前"]])
        told = revision(session, plan, batch)
        assert asked(told) == []
        assert "blank" in [doubt.kind for doubt in preview(session, ducha, batch).open_doubts]
        new = row_of(told, "修桥1座。").new
        assert new is not None
        assert ("lead", "教育局") in new.shares


def test_one_cell_that_tells_leads_and_helpers_is_kept_whole(office: Office) -> None:
    ducha = office.viewer("ducha")
    header = ["序号", "工作标准", "责任单位"]
    rows: list[list[object]] = [
        [1, PARKING, "牵头单位：住建局；配合单位：发改局"],
        [2, TOILETS, "牵头单位：城管局；配合单位：财政局"],
    ]
    with office.database.writing() as session:
        for data in (rows, [rows[0], [2, TOILETS, None]]):
            content = workbook(data, header)
            table = imports.recognise(content, "表.xlsx", year=2018)
            batch = imports.preview(session, table, content, "表.xlsx", title=TITLE, year=2018, actor=ducha)
            if data is rows:
                plan = imports.commit(session, batch, actor=ducha, unchecked=True)
        told = revision(session, plan, batch)
        assert told.changes_nothing
        assert asked(told) == [(TOILETS, "责任单位", "牵头单位：城管局；配合单位：财政局")]


WITH_MERGES = ["D2:D3", "C2:C3"]
"""Beside true merges a bare blank is read as none, and asked about."""


def merged(*rows: list[object]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(workbook([*rows], HEADER)))
    for merge in WITH_MERGES:
        book.worksheets[0].merge_cells(merge)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def upload_merged(session: Session, actor: Viewer, *rows: list[object]) -> ImportBatch:
    data = merged(*rows)
    table = imports.recognise(data, "表.xlsx", year=2018)
    return imports.preview(session, table, data, "表.xlsx", title=TITLE, year=2018, actor=actor)


PLAIN = changed(1, E=None)
BRIDGE: list[object] = [4, "修桥1座。", "薛红霞", "教育局", None, "年底前"]


def test_a_task_read_without_anybody_is_answered_by_the_plan(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        first_batch = upload_merged(session, ducha, *PLAIN, BRIDGE)
        plan = imports.commit(session, first_batch, actor=ducha, unchecked=True)
        batch = upload_merged(session, ducha, *PLAIN, [*BRIDGE[:2], None, None, None, "年底前"])
        assert "lead" in [doubt.kind for doubt in preview(session, ducha, batch).open_doubts]
        told = revision(session, plan, batch)
        assert told.changes_nothing
        assert asked(told) == [("修桥1座。", "分管领导", "薛红霞"), ("修桥1座。", "牵头单位", "教育局")]
        shown = preview(session, ducha, batch, recognised=told.recognised)
        assert [doubt.messages for doubt in shown.open_doubts] == []


def test_a_lead_that_a_person_has_filled_in_goes_before_the_plans(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        first_batch = upload_merged(session, ducha, *PLAIN, BRIDGE)
        plan = imports.commit(session, first_batch, actor=ducha, unchecked=True)
        batch = upload_merged(session, ducha, *PLAIN, [*BRIDGE[:2], None, None, None, "年底前"])
        (gap,) = [doubt for doubt in preview(session, ducha, batch).open_doubts if doubt.kind == "lead"]
        decision = import_decisions.checked_decision(batch, "lead", gap.words, "城管局")
        import_decisions.settle(session, batch, [decision], actor=ducha)
        told = revision(session, plan, batch)
        assert asked(told) == [("修桥1座。", "分管领导", "薛红霞")]
        assert row_of(told, "修桥1座。").reassigned() == [("牵头单位", "教育局", "城管局")]
