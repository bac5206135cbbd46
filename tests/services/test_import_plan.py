"""Import: what a commit writes, and that doing it twice changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, FileRefused, Forbidden, InvalidInput
from app.installation import command_actor
from app.models.directory import Department, Official
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch, StoredFile
from app.models.plan import Goal, Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.rules.permissions import Viewer
from app.services import imports as import_services
from importers import ImportedRow, RecognisedTable
from tests.office import HOME, PLAN, TABLE, Office


def counts(session: Session) -> dict[str, int]:
    tables = (Plan, Goal, Task, Assignment, Department, Official)
    return {
        table.__name__: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


def preview(
    session: Session, actor: Viewer, table: RecognisedTable = TABLE, title: str = PLAN, year: int = 2018
) -> ImportBatch:
    return import_services.preview(session, table, b"x", "a.xlsx", title=title, year=year, actor=actor)


def test_a_commit_makes_goals_tasks_and_assignments_in_the_order_of_the_file(office: Office) -> None:
    with office.database.reading() as session:
        tasks = session.execute(select(Task).order_by(col(Task.position))).scalars().all()
        assert [task.standard for task in tasks] == [row.standard for row in TABLE.tasks]
        assert [task.due_on for task in tasks] == [
            date(2018, 12, 31),
            date(2018, 6, 30),
            date(2018, 12, 31),
            date(2018, 12, 31),
        ]
        assert tasks[2].inherited == ["goal"]
        query = (
            select(Assignment.role, func.coalesce(Official.name, Department.name))  # type: ignore[call-overload]
            .outerjoin(Official, col(Official.id) == Assignment.official_id)
            .outerjoin(Department, col(Department.id) == Assignment.department_id)
            .where(col(Assignment.task_id) == tasks[1].id)
            .order_by(col(Assignment.position))
        )
        assert [tuple(row) for row in session.execute(query)] == [
            (AssignmentRole.OFFICIAL, "陆秋明"),
            (AssignmentRole.OFFICIAL, "薛红霞"),
            (AssignmentRole.LEAD, "卫健局"),
            (AssignmentRole.SUPPORTING, "发改局"),
        ]


def test_every_task_has_an_event_that_names_its_batch(office: Office) -> None:
    with office.database.reading() as session:
        events = session.execute(select(Event).where(col(Event.kind) == "task_imported")).scalars().all()
        assert {event.batch_id for event in events} == {
            session.execute(select(ImportBatch.id)).scalar_one()  # type: ignore[call-overload]
        }
        assert {event.task_id for event in events} == set(session.execute(select(Task.id)).scalars())  # type: ignore[call-overload]


def test_nothing_but_the_batch_is_written_before_the_commit(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before = counts(session)
        batch = preview(session, ducha, title="另一份")
        assert counts(session) == before
        assert session.get_one(StoredFile, batch.file_id).content == b"x"


def test_committing_the_same_batch_twice_changes_nothing(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = preview(session, ducha, title="另一份")
        first = import_services.commit(session, batch, actor=ducha)
        after = counts(session)
        assert import_services.commit(session, batch, actor=ducha).id == first.id
        assert counts(session) == after


def test_importing_the_same_table_again_changes_nothing(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before = counts(session)
        batch = preview(session, ducha)
        plan = import_services.commit(session, batch, actor=ducha)
        assert plan.id == office.plan(session).id
        assert batch.state is BatchState.COMMITTED
        assert counts(session) == before


def test_another_table_under_the_same_name_is_refused(office: Office) -> None:
    ducha = office.viewer("ducha")
    other = replace(TABLE, tasks=TABLE.tasks[:3])
    with office.database.writing() as session:
        before = counts(session)
        batch = preview(session, ducha, other)
        with pytest.raises(Conflict, match="内容与这份文件不同"):
            import_services.commit(session, batch, actor=ducha)
        assert counts(session) == before


def test_two_people_committing_one_batch_make_one_plan(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch_id = preview(session, ducha, title="另一份").id

    def commit(_: int) -> int | None:
        with office.database.writing() as session:
            return import_services.commit(session, session.get_one(ImportBatch, batch_id), actor=ducha).id

    with ThreadPoolExecutor(2) as pool:
        plans = set(pool.map(commit, range(2)))
    assert len(plans) == 1


def test_known_names_are_used_and_only_new_ones_added(office: Office) -> None:
    ducha = office.viewer("ducha")
    row = ImportedRow(1, None, "新任务。", ["陆秋明", "张强"], ["发改局", "公安局"], place="第1行")
    with office.database.writing() as session:
        before = counts(session)
        batch = preview(session, ducha, replace(TABLE, goals=[], tasks=[row]), title="另一份")
        import_services.commit(session, batch, actor=ducha)
        after = counts(session)
        assert after["Department"] - before["Department"] == 1
        assert after["Official"] - before["Official"] == 1


def test_a_unit_named_twice_on_one_task_answers_once_in_its_strongest_role(office: Office) -> None:
    ducha = office.viewer("ducha")
    row = ImportedRow(1, None, "新任务。", [], ["发改局"], [], ["发改局", "教育局", "教育局"], place="第1行")
    with office.database.writing() as session:
        batch = preview(session, ducha, replace(TABLE, goals=[], tasks=[row]), title="另一份")
        plan = import_services.commit(session, batch, actor=ducha)
        roles = session.execute(
            select(Assignment.role)  # type: ignore[call-overload]
            .where(col(Assignment.plan_id) == plan.id)
            .order_by(col(Assignment.position))
        )
        assert list(roles.scalars()) == [AssignmentRole.LEAD, AssignmentRole.SUPPORTING]


@pytest.mark.parametrize(("title", "year", "field"), [("  ", 2018, "title"), ("好", 18, "year")])
def test_a_plan_needs_a_name_and_a_year(office: Office, title: str, year: int, field: str) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            preview(session, ducha, title=title, year=year)
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin", "auditor"])
def test_only_the_supervision_office_imports(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session, pytest.raises(Forbidden):
        preview(session, actor)


def test_a_file_that_is_no_table_is_refused_in_a_sentence() -> None:
    with pytest.raises(FileRefused) as refused:
        import_services.recognise("今天天气很好。".encode(), "a.txt")
    assert "。" in refused.value.message


def test_a_jurisdiction_does_not_share_its_directory(office: Office) -> None:
    with office.database.writing() as session:
        neighbour = office.viewer("neighbour")
        batch = preview(session, neighbour)
        plan = import_services.commit(session, batch, actor=neighbour)
        home = command_actor(session, HOME).jurisdiction_id
        assert plan.jurisdiction_id == neighbour.jurisdiction_id != home
        names = session.execute(
            select(Department.name).where(col(Department.jurisdiction_id) == home)  # type: ignore[call-overload]
        )
        assert len(set(names.scalars())) == 5


def test_a_deadline_without_a_year_means_the_plans_year(office: Office) -> None:
    ducha = office.viewer("ducha")
    rows = [
        ImportedRow(1, None, "甲任务。", [], ["发改局"], due_text="6月底前", place="第1行"),
        ImportedRow(2, None, "乙任务。", [], ["发改局"], due_text="持续推进", place="第2行"),
    ]
    with office.database.writing() as session:
        batch = preview(session, ducha, replace(TABLE, goals=[], tasks=rows), title="另一份", year=2019)
        plan = import_services.commit(session, batch, actor=ducha)
        due = session.execute(
            select(col(Task.due_on)).where(col(Task.plan_id) == plan.id).order_by(col(Task.position))
        )
        assert list(due.scalars()) == [date(2019, 6, 30), date(2019, 12, 31)]
