"""Other names of a unit, and the members of a group: said by a person, never by the program."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.directory import Department, DepartmentKind, DepartmentMember
from app.models.event import Event
from app.queries.directory import get_department, list_departments, names_to_ids
from app.queries.import_preview import preview
from app.rules.permissions import Viewer
from app.services import directory, imports
from app.services.import_aliases import to_judge
from importers import ImportedRow, Layout, RecognisedTable
from tests.office import TABLE, Office


def of_units(*names: str) -> RecognisedTable:
    rows = [
        ImportedRow(number, None, f"第{number}项工作。", [], [name]) for number, name in enumerate(names, 1)
    ]
    return RecognisedTable("表", Layout.TABLE, TABLE.columns, [], rows)


def make(session: Session, actor: Viewer, table: RecognisedTable) -> None:
    batch = imports.preview(session, table, b"x", "a.xlsx", title="又一份", year=2018, actor=actor)
    imports.commit(session, batch, actor=actor)


def test_an_alias_leads_to_the_unit_and_is_an_event(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        unit = directory.register_alias(session, "区发改局", "发改局", actor=ducha)
        directory.register_alias(session, "区发改局", "发改局", actor=ducha)  # a second press
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        assert names["区发改局"] == unit.id
        session.commit()
        events = session.execute(select(Event).where(col(Event.kind) == "alias_registered")).scalars().all()
        assert [event.detail for event in events] == [{"alias": "区发改局", "name": "发改局"}]
        make(session, ducha, of_units("区发改局"))
        assert "区发改局" not in {row.name for row in list_departments(session, ducha)}


def test_a_unit_that_has_its_own_entry_is_no_alias(office: Office) -> None:
    with office.database.writing() as session:
        with pytest.raises(Conflict, match="已在单位名录中"):
            directory.register_alias(session, "教育局", "发改局", actor=office.viewer("ducha"))
        with pytest.raises(InvalidInput):
            directory.register_alias(session, " ", "发改局", actor=office.viewer("ducha"))


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "auditor"])
def test_only_supervision_and_administration_edit_the_directory(office: Office, username: str) -> None:
    with office.database.writing() as session, pytest.raises(Forbidden, match="不能修改单位与人员"):
        directory.register_alias(session, "区发改局", "发改局", actor=office.viewer(username))


def test_a_new_name_like_a_known_one_is_offered_until_told_apart(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        assert directory.alike_known(session, ducha, ["区发改局", "审计局"]) == {"区发改局": "发改局"}
        batch = imports.preview(
            session, of_units("区发改局"), b"x", "a.xlsx", title="新", year=2018, actor=ducha
        )

        def offered() -> list[tuple[str, ...]]:
            return [(pair.one, pair.other) for pair in to_judge(session, ducha, batch).open]

        assert offered() == [("区发改局", "发改局")]
        directory.tell_apart(session, "发改局", "区发改局", actor=ducha)
        directory.tell_apart(session, "区发改局", "发改局", actor=ducha)
        assert offered() == []


def test_the_preview_shows_the_name_the_plan_will_have(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        directory.register_alias(session, "区发改局", "发改局", actor=ducha)
        batch = imports.preview(
            session, of_units("区发改局", "审计局"), b"x", "a.xlsx", title="新", year=2018, actor=ducha
        )
        rows = preview(session, ducha, batch).rows
        (_, (known,)), (_, (new,)) = rows[0].names[0], rows[1].names[0]
        assert (known.name, known.written, known.is_new) == ("发改局", "区发改局", False)
        assert (new.name, new.is_new) == ("审计局", True)


def test_names_that_stand_for_several_units_become_groups(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        make(session, ducha, of_units("各镇街", "审计局"))
        kinds = {row.name: row.kind for row in list_departments(session, ducha)}
        assert kinds["各镇街"] is DepartmentKind.GROUP
        assert kinds["审计局"] is DepartmentKind.UNIT


def test_a_group_is_given_its_members(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        make(session, ducha, of_units("各镇街", "审计局"))
        _, ids = names_to_ids(session, ducha.jurisdiction_id)
        group = get_department(session, ducha, ids["各镇街"])
        for members in (["审计局", "教育局"], ["审计局"], ["审计局"]):
            wanted = [ids[name] for name in members] + [group.id or 0, 999_999]
            directory.set_members(session, group, wanted, actor=ducha)
        chosen = session.execute(
            select(col(Department.name))
            .join(DepartmentMember, col(DepartmentMember.department_id) == col(Department.id))
            .where(col(DepartmentMember.group_id) == group.id)
        ).scalars()
        assert list(chosen) == ["审计局"]
        session.commit()
        events = session.execute(select(Event).where(col(Event.kind) == "group_members_set")).scalars().all()
        assert [event.detail["members"] for event in events] == [["审计局", "教育局"], ["审计局"]]


def test_a_unit_has_no_members(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        _, ids = names_to_ids(session, ducha.jurisdiction_id)
        unit = get_department(session, ducha, ids["发改局"])
        with pytest.raises(Conflict, match="没有成员单位"):
            directory.set_members(session, unit, [], actor=ducha)
