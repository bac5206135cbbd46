"""Units entered, renamed, ordered and taken off the list."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.directory import Department
from app.models.event import Event
from app.queries.directory import get_department, names_to_ids
from app.queries.directory_entries import DepartmentEntry, Which, department_entries, department_entry
from app.rules.permissions import Viewer
from app.services import departments, directory_order
from app.services.departments import DepartmentFacts
from tests.office import TODAY, Office


def unit(session: Session, viewer: Viewer, name: str) -> Department:
    _, names = names_to_ids(session, viewer.jurisdiction_id)
    return get_department(session, viewer, names[name])


def facts(entry: DepartmentEntry, **changes: Any) -> DepartmentFacts:
    known = DepartmentFacts(
        entry.name,
        entry.short_name,
        entry.category,
        entry.kind,
        entry.parent.id if entry.parent else None,
        entry.external_id or "",
        tuple(entry.aliases),
    )
    return replace(known, **changes)


def deeds(session: Session, kind: str) -> list[dict[str, Any]]:
    session.commit()
    query = select(col(Event.detail)).where(col(Event.kind) == kind).order_by(col(Event.id))
    return list(session.execute(query).scalars())


def test_a_new_unit_is_known_by_all_its_names(office: Office) -> None:
    admin = office.viewer("admin")
    with office.database.writing() as session:
        above = unit(session, admin, "发改局")
        wanted = DepartmentFacts(
            " 青山区 粮食局", "粮食局", "区直部门", None, above.id, "D7", ("区粮食局", "")
        )
        made = departments.add_department(session, wanted, actor=admin)
        _, names = names_to_ids(session, admin.jurisdiction_id)
        assert {names[name] for name in ("青山区粮食局", "粮食局", "区粮食局")} == {made.id}
        entry = department_entry(session, admin, made.id or 0)
        assert (entry.parent and entry.parent.name, entry.category, entry.external_id) == (
            "发改局",
            "区直部门",
            "D7",
        )
        assert entry.number == len(department_entries(session, admin))
        (told,) = deeds(session, "department_added")
        assert told["name"] == "青山区粮食局"
        assert told["after"]["parent"] == "发改局"


def test_a_renamed_unit_is_still_read_by_its_old_names(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        department = unit(session, ducha, "发改局")
        entry = department_entry(session, ducha, department.id or 0)
        departments.change_department(session, department, facts(entry, name="发展改革委"), actor=ducha)
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        assert names["发改局"] == names["发展改革委"] == department.id
        entry = department_entry(session, ducha, department.id or 0)
        assert entry.aliases == ["发改局"]
        # Named as before: the newer name is then the alias.
        departments.change_department(session, department, facts(entry, name="发改局"), actor=ducha)
        assert department_entry(session, ducha, department.id or 0).aliases == ["发展改革委"]
        first, second = deeds(session, "department_changed")
        assert (first["before"]["name"], first["after"]["name"]) == ("发改局", "发展改革委")
        assert second["after"]["aliases"] == ["发展改革委"]


def test_saving_without_a_change_is_no_event(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        department = unit(session, ducha, "发改局")
        entry = department_entry(session, ducha, department.id or 0)
        assert not departments.change_department(session, department, facts(entry), actor=ducha)
        assert deeds(session, "department_changed") == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "请填写单位全称"),
        ({"name": "教育局"}, "name", "已在名录中"),
        ({"name": "长" * 101}, "name", "100 字"),
        ({"short_name": "教育局"}, "short_name", "已在名录中"),
        ({"aliases": ("区教育局",)}, "aliases", "已是“教育局”的简称或别名"),
        ({"external_id": "JY"}, "external_id", "已用于“教育局”"),
        ({"parent_id": 999_999}, "parent", "没有找到"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    office: Office, changes: dict[str, Any], field: str, words: str
) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        other = unit(session, ducha, "教育局")
        entry = department_entry(session, ducha, other.id or 0)
        known = facts(entry, external_id="JY", aliases=("区教育局",))
        departments.change_department(session, other, known, actor=ducha)
        department = unit(session, ducha, "发改局")
        entry = department_entry(session, ducha, department.id or 0)
        with pytest.raises(InvalidInput) as refusal:
            departments.change_department(session, department, facts(entry, **changes), actor=ducha)
        assert list(refusal.value.fields) == [field]
        assert words in refusal.value.fields[field]
        assert facts(department_entry(session, ducha, department.id or 0)) == facts(entry)


def test_a_unit_cannot_stand_under_itself(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        one, other = unit(session, ducha, "发改局"), unit(session, ducha, "教育局")
        entry = department_entry(session, ducha, other.id or 0)
        departments.change_department(session, other, facts(entry, parent_id=one.id), actor=ducha)
        entry = department_entry(session, ducha, one.id or 0)
        for parent in (one.id, other.id):
            with pytest.raises(InvalidInput) as refusal:
                departments.change_department(session, one, facts(entry, parent_id=parent), actor=ducha)
            assert "下级" in refusal.value.fields["parent"]


def test_the_neighbours_units_are_not_ours(office: Office) -> None:
    ducha, neighbour = office.viewer("ducha"), office.viewer("neighbour")
    with office.database.writing() as session:
        theirs = departments.add_department(
            session, DepartmentFacts("发改局", external_id="D1"), actor=neighbour
        )
        ours = unit(session, ducha, "发改局")
        assert theirs.id != ours.id
        entry = department_entry(session, ducha, ours.id or 0)
        departments.change_department(session, ours, facts(entry, external_id="D1"), actor=ducha)
        wanted = facts(department_entry(session, ducha, ours.id or 0), parent_id=theirs.id)
        with pytest.raises(InvalidInput):
            departments.change_department(session, ours, wanted, actor=ducha)


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "auditor"])
def test_only_supervision_and_administration_keep_the_list(office: Office, username: str) -> None:
    with office.database.writing() as session:
        department = unit(session, office.viewer("ducha"), "教育局")
        actor = office.viewer(username)
        with pytest.raises(Forbidden):
            departments.add_department(session, DepartmentFacts("粮食局"), actor=actor)
        with pytest.raises(Forbidden):
            departments.change_department(session, department, DepartmentFacts("粮食局"), actor=actor)
        with pytest.raises(Forbidden):
            departments.retire_department(session, department, TODAY, actor=actor)
        with pytest.raises(Forbidden):
            directory_order.move_department(session, department, 1, actor=actor)


def test_a_unit_is_moved_in_the_order(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:

        def order() -> list[str]:
            return [entry.name for entry in department_entries(session, ducha)]

        before = order()
        last = unit(session, ducha, before[-1])
        for place in (1, 2, 2, 99):
            directory_order.move_department(session, last, place, actor=ducha)
            rest = before[:-1]
            rest.insert(place - 1, before[-1])
            assert order() == rest
        assert [entry.number for entry in department_entries(session, ducha)] == [1, 2, 3, 4, 5]
        moves = [(told["before"], told["after"]) for told in deeds(session, "department_moved")]
        assert moves == [(5, 1), (1, 2), (2, 5)]


def test_a_unit_without_open_tasks_is_retired_and_put_back(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        made = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        departments.retire_department(session, made, date(2018, 9, 1), actor=ducha)
        assert "粮食局" not in {entry.name for entry in department_entries(session, ducha, Which.CURRENT)}
        assert [entry.name for entry in department_entries(session, ducha, Which.PAST)] == ["粮食局"]
        with pytest.raises(Conflict, match="2018年9月1日撤并"):
            departments.retire_department(session, made, TODAY, actor=ducha)
        for _ in range(2):
            departments.reinstate_department(session, made, actor=ducha)
        assert department_entry(session, ducha, made.id or 0).is_current
        assert deeds(session, "department_retired") == [{"name": "粮食局", "on": "2018-09-01"}]
        assert deeds(session, "department_reinstated") == [{"name": "粮食局", "before": "2018-09-01"}]


@pytest.mark.parametrize("username", ["ducha", "admin"])
def test_a_unit_with_open_tasks_is_not_simply_retired(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        department = unit(session, actor, "发改局")
        with pytest.raises(Conflict, match="还有 3 项没有办结的任务"):
            departments.retire_department(session, department, TODAY, actor=actor)
        assert department_entry(session, actor, department.id or 0).is_current


@pytest.mark.parametrize(("on", "words"), [(date(2018, 9, 29), "还没有到"), (date(1918, 9, 1), "太早")])
def test_a_day_that_cannot_be_is_refused(office: Office, on: date, words: str) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        made = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        with pytest.raises(InvalidInput) as refusal:
            departments.retire_department(session, made, on, actor=ducha)
        assert words in refusal.value.fields["on"]
