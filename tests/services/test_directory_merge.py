"""A unit merged into another: its names, tasks, liaisons and groups are the other's from then on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.models.account import User
from app.models.directory import Department
from app.models.event import Event
from app.models.imports import ImportBatch
from app.models.task import HandOver, TaskStatus
from app.queries.directory import get_department, list_departments, names_to_ids
from app.queries.directory_entries import department_entry
from app.queries.hand_over import open_tasks_of_department
from app.queries.tasks import all_tasks
from app.rules.permissions import Viewer
from app.services import departments, directory, imports
from app.services.departments import DepartmentFacts
from app.services.directory_merge import merge_department, note_successor
from app.services.progress import Statement, report_progress
from app.templating import event_in_words
from tests.office import GROWTH, TODAY, Office
from tests.services.test_directory_departments import deeds, facts, unit
from tests.services.test_edit_directory import make, of_units


def merge(
    session: Session, actor: Viewer, one: str, other: str, on: date = TODAY
) -> tuple[Department, Department]:
    pair = unit(session, actor, one), unit(session, actor, other)
    merge_department(session, *pair, on, actor=actor)
    return pair


def test_names_tasks_and_liaisons_go_to_the_successor(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        directory.register_alias(session, "区教育局", "教育局", actor=ducha)
        old, new = merge(session, ducha, "教育局", "发改局")
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        assert names["教育局"] == names["区教育局"] == new.id
        assert open_tasks_of_department(session, ducha, old) == 0
        assert open_tasks_of_department(session, ducha, new) == 3
        entry = department_entry(session, ducha, old.id or 0)
        assert (entry.successor and entry.successor.name, entry.retired_on) == ("发改局", TODAY)
        (told,) = deeds(session, "department_merged")
        assert (told["name"], told["successor"], told["accounts"]) == ("教育局", "发改局", 1)
        assert deeds(session, "account_moved") == [
            {"username": "jiaoyu", "before": "教育局", "after": "发改局"}
        ]
    assert office.viewer("jiaoyu").department_name == "发改局"


def test_a_later_file_with_the_old_name_reads_the_successor(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        merge(session, ducha, "教育局", "发改局")
        make(session, ducha, of_units("教育局"))
        plan_rows = session.execute(select(col(Department.name))).scalars().all()
        assert plan_rows.count("教育局") == 1
        session.flush()
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        department = get_department(session, ducha, names["教育局"])
        assert department.name == "发改局"
        assert open_tasks_of_department(session, ducha, department) == 4


def test_history_keeps_the_old_name_and_tasks_show_the_new(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        merge(session, ducha, "发改局", "教育局")
        rows = {row.standard: row for row in all_tasks(session, ducha, office.plan(session))}
        assert [each.name for each in rows[GROWTH].responsibility.lead_departments] == ["教育局"]
        (done,) = session.execute(select(HandOver)).scalars()
        assert (done.tasks, done.effective_on) == (3, TODAY)


def test_who_is_no_more_is_chosen_no_more(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        merge(session, ducha, "教育局", "发改局")
        abolished = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        departments.retire_department(session, abolished, TODAY, actor=ducha)
        assert {row.name for row in list_departments(session, ducha)} == {
            "发改局",
            "卫健局",
            "城管局",
            "住建局",
        }
        make(session, ducha, of_units("粮食局"))  # a file may give it a task all the same
        assert list_departments(session, ducha)[-1].name == "粮食局"


def test_merging_again_changes_nothing(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        for _ in range(2):
            pair = get_pair(session, ducha)
            merge_department(session, *pair, TODAY, actor=ducha)
        assert len(deeds(session, "department_merged")) == 1


def get_pair(session: Session, viewer: Viewer) -> tuple[Department, Department]:
    by_name = {
        row.name: row
        for row in session.execute(
            select(Department).where(col(Department.jurisdiction_id) == viewer.jurisdiction_id)
        ).scalars()
    }
    return by_name["教育局"], by_name["发改局"]


def test_a_chain_of_mergers_leads_to_its_end_and_never_round(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        first, second = merge(session, ducha, "教育局", "卫健局")
        _, third = merge(session, ducha, "卫健局", "发改局")
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        assert names["教育局"] == names["卫健局"] == third.id
        for one, other in ((third, first), (third, second), (third, third)):
            with pytest.raises(Conflict):
                merge_department(session, one, other, TODAY, actor=ducha)
        with pytest.raises(Conflict, match="已并入“卫健局”"):
            merge_department(session, first, third, TODAY, actor=ducha)
        assert department_entry(session, ducha, third.id or 0).is_current


def test_a_merged_unit_is_not_put_back(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        old, _ = merge(session, ducha, "教育局", "发改局")
        with pytest.raises(Conflict, match="不能恢复"):
            departments.reinstate_department(session, old, actor=ducha)


def test_a_successor_must_be_a_unit_of_today(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        gone = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        departments.retire_department(session, gone, TODAY, actor=ducha)
        group = departments.add_department(session, DepartmentFacts("各镇街"), actor=ducha)
        old = unit(session, ducha, "教育局")
        for successor, words in ((gone, "不能承接"), (group, "一类单位")):
            with pytest.raises(Conflict, match=words):
                merge_department(session, old, successor, TODAY, actor=ducha)
        with pytest.raises(InvalidInput):
            merge_department(session, old, unit(session, ducha, "发改局"), date(2018, 9, 29), actor=ducha)
        assert deeds(session, "department_merged") == []


def test_a_unit_retired_before_is_given_its_successor_later(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        gone = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        departments.retire_department(session, gone, date(2018, 3, 1), actor=ducha)
        heir = unit(session, ducha, "发改局")
        with pytest.raises(Conflict, match="2018年3月1日"):
            merge_department(session, gone, heir, TODAY, actor=ducha)
        merge_department(session, gone, heir, date(2018, 3, 1), actor=ducha)
        assert unit(session, ducha, "粮食局").id == heir.id


def test_a_merger_before_the_plan_passes_its_tasks_from_the_plans_first_day(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        merge(session, ducha, "教育局", "发改局", date(2017, 11, 30))
        (done,) = session.execute(select(HandOver)).scalars()
        assert done.effective_on == date(2018, 1, 1)
        assert unit(session, ducha, "教育局").name == "发改局"


def test_the_administrator_does_not_merge(office: Office) -> None:
    with office.database.writing() as session:
        pair = get_pair(session, office.viewer("ducha"))
        with pytest.raises(Forbidden):
            merge_department(session, *pair, TODAY, actor=office.viewer("admin"))


def test_the_neighbours_unit_is_no_successor(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        theirs = departments.add_department(
            session, DepartmentFacts("粮食局"), actor=office.viewer("neighbour")
        )
        with pytest.raises(NotFound):
            merge_department(session, unit(session, ducha, "教育局"), theirs, TODAY, actor=ducha)


def test_groups_and_units_below_follow(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        group = departments.add_department(session, DepartmentFacts("各部门"), actor=ducha)
        old, new = unit(session, ducha, "教育局"), unit(session, ducha, "发改局")
        part = departments.add_department(session, DepartmentFacts("教研室", parent_id=old.id), actor=ducha)
        entry = department_entry(session, ducha, new.id or 0)
        departments.change_department(session, new, facts(entry, parent_id=old.id), actor=ducha)
        directory.set_members(session, group, [old.id or 0], actor=ducha)
        merge_department(session, old, new, TODAY, actor=ducha)
        shown = department_entry(session, ducha, group.id or 0)
        assert [member.name for member in shown.members] == ["发改局"]
        assert [member.name for member in shown.former_members] == ["教育局"]
        assert deeds(session, "department_merged")[0]["groups"] == ["各部门"]
        heir = department_entry(session, ducha, new.id or 0)
        assert (heir.parent, [each.id for each in heir.parts]) == (None, [part.id])
        # Saying who the members are today leaves the former ones in history.
        directory.set_members(session, group, [], actor=ducha)
        shown = department_entry(session, ducha, group.id or 0)
        assert (shown.members, [member.name for member in shown.former_members]) == ([], ["教育局"])


def test_a_merger_of_before_is_told_in_the_trail(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        gone = departments.add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        departments.retire_department(session, gone, date(2017, 5, 1), actor=ducha)
        note_successor(session, gone, unit(session, ducha, "发改局"), actor=ducha)
        (told,) = deeds(session, "department_merged")
    words = event_in_words("department_merged", told, "page")[1]
    assert words == "粮食局 → 发改局，自 2017-05-01 起"


def test_two_entries_of_one_unit_are_pointed_to_the_merger(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        departments.add_department(session, DepartmentFacts("区发改局"), actor=ducha)
        with pytest.raises(Conflict) as refusal:
            directory.register_alias(session, "区发改局", "发改局", actor=ducha)
        assert "并入“发改局”" in refusal.value.remedy
        merge(session, ducha, "区发改局", "发改局")
        directory.register_alias(session, "区发改局", "发改局", actor=ducha)  # said already


def test_disabled_liaisons_move_too(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        user = session.execute(select(User).where(col(User.username) == "jiaoyu")).scalar_one()
        user.is_active = False
        session.add(user)
        _, new = merge(session, ducha, "教育局", "发改局")
        session.refresh(user)
        assert user.department_id == new.id
        session.commit()
        assert session.execute(select(col(Event.id)).where(col(Event.kind) == "account_moved")).first()


def test_an_import_waits_for_a_merger_under_way_and_reads_the_successor(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = imports.preview(
            session, of_units("教育局"), b"x", "a.xlsx", title="又一份", year=2018, actor=ducha
        )

    def import_it() -> None:
        with office.database.writing() as session:
            imports.commit(session, session.get_one(ImportBatch, batch.id), actor=ducha)

    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            _, new = merge(session, ducha, "教育局", "发改局")
            importing = pool.submit(import_it)
            with pytest.raises(TimeoutError):
                importing.result(timeout=0.7)
        importing.result(timeout=20)
    with office.database.reading() as session:
        assert open_tasks_of_department(session, ducha, new) == 4


def test_a_report_does_not_wait_for_a_change_of_the_directory(office: Office) -> None:
    """On PostgreSQL, where two may write at once; else a report and a merger could wait for each other."""
    if office.database.engine.dialect.name == "sqlite":
        return
    told = Statement(TaskStatus.IN_PROGRESS, 10, "已启动。")
    with office.database.writing() as session:
        unit_before = unit(session, office.viewer("ducha"), "教育局")
        directory.wait_in_line(session, office.viewer("ducha"))
        with office.database.writing() as other:
            report_progress(other, office.task(other, GROWTH), told, actor=office.viewer("fagai"))
        assert unit_before.name == "教育局"
