"""撤销导入 leaves nothing behind: neither names in the directory, nor a repeat that takes the plan's place."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.directory import Department, DepartmentAlias
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch
from app.models.progress import ProgressReport
from app.models.task import Assignment, Task
from app.queries import imports as import_queries
from app.queries import tasks as task_queries
from app.queries.directory import names_to_ids
from app.services import imports as import_services
from app.services.import_decisions import known_to
from importers import ImportedRow, RecognisedTable
from tests.office import PLAN, SCHOOL, TABLE, TOILETS, Office
from tests.services.test_revise_plan import apply, next_version

STRAY = "认真抓好各项工作"
OTHER = replace(
    TABLE,
    goals=[],
    tasks=[
        ImportedRow(1, None, "甲任务。", ["张强"], ["发改局", STRAY], place="第1行", progress="已开工。"),
        ImportedRow(2, None, "乙任务。", ["陆秋明"], ["园林局"], place="第2行"),
    ],
)


def bring_in(session: Session, office: Office, title: str, table: RecognisedTable = OTHER) -> ImportBatch:
    actor = office.viewer("ducha")
    batch = import_services.preview(session, table, b"x", "a.xlsx", title=title, year=2018, actor=actor)
    import_services.commit(session, batch, actor=actor)
    return batch


def names(session: Session, office: Office) -> tuple[set[str], set[str]]:
    people, units = names_to_ids(session, office.viewer("ducha").jurisdiction_id)
    return set(people), set(units)


def test_names_that_came_with_an_import_go_with_it(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before, known = names(session, office), known_to(session, ducha.jurisdiction_id)
        batch = bring_in(session, office, "另一份")
        assert names(session, office) == (before[0] | {"张强"}, before[1] | {STRAY, "园林局"})
        import_services.undo(session, batch, actor=ducha)
    with office.database.reading() as session:
        assert names(session, office) == before
        assert known_to(session, ducha.jurisdiction_id) == known
        told = session.execute(select(Event).where(col(Event.kind) == "import_undone")).scalar_one()
        assert told.detail["taken_out"] == ["张强", STRAY, "园林局"]
        batch = session.execute(select(ImportBatch).where(col(ImportBatch.title) == "另一份")).scalar_one()
        assert import_queries.new_names(session, ducha, batch).departments == [STRAY, "园林局"]


def test_what_an_import_said_of_a_unit_that_goes_is_kept_in_words(office: Office) -> None:
    first = replace(OTHER.tasks[0], lead_departments=[STRAY])
    with office.database.writing() as session:
        batch = bring_in(session, office, "另一份", replace(OTHER, tasks=[first]))
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        report = session.execute(select(ProgressReport)).scalar_one()
        session.refresh(report)
        assert (report.department_id, report.department_name) == (None, STRAY)


def test_names_that_somebody_else_uses_stay(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = bring_in(session, office, "另一份")
        bring_in(session, office, "又一份", replace(OTHER, tasks=[OTHER.tasks[0]]))
        garden = session.execute(select(Department).where(col(Department.name) == "园林局")).scalar_one()
        alias = {"department_id": garden.id or 0, "name": "市园林局"}
        session.add(DepartmentAlias(jurisdiction_id=ducha.jurisdiction_id, **alias))
        session.flush()
        import_services.undo(session, batch, actor=ducha)
        people, units = names(session, office)
        assert "张强" in people
        assert {STRAY, "园林局", "市园林局"} <= units


def test_the_last_import_that_used_a_name_takes_it_out(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before = names(session, office)
        first, second = bring_in(session, office, "另一份"), bring_in(session, office, "又一份")
        import_services.undo(session, first, actor=ducha)
        assert STRAY in names(session, office)[1]
        import_services.undo(session, second, actor=ducha)
        assert names(session, office) == before


def test_a_unit_that_the_office_has_described_stays(office: Office) -> None:
    with office.database.writing() as session:
        batch = bring_in(session, office, "另一份")
        garden = session.execute(select(Department).where(col(Department.name) == "园林局")).scalar_one()
        garden.category = "区直部门"
        session.add(garden)
        session.flush()
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        units = names(session, office)[1]
        assert "园林局" in units
        assert STRAY not in units


def test_taking_back_an_update_sets_names_tasks_and_trail_back(office: Office) -> None:
    ducha = office.viewer("ducha")
    school = office.task_id(SCHOOL)
    bearers = (col(Assignment.role), col(Assignment.official_id), col(Assignment.department_id))
    lines = select(*bearers).where(col(Assignment.task_id) == school).order_by(col(Assignment.position))
    with office.database.writing() as session:
        before, held = names(session, office), session.execute(lines).all()
        batch = apply(session, office, next_version())
        assert "园林局" in names(session, office)[1]
        import_services.undo(session, batch, actor=ducha)
    with office.database.writing() as session:
        assert names(session, office) == before
        kinds = select(col(Event.kind)).where(col(Event.task_id) == school).order_by(col(Event.id))
        assert list(session.execute(kinds).scalars())[-2:] == ["task_revised", "task_set_back"]
        assert session.execute(lines).all() == held
        again = apply(session, office, next_version())
        assert again.state is BatchState.COMMITTED
        assert "园林局" in names(session, office)[1]


def test_taking_back_an_update_gives_back_the_order_and_the_numbers(office: Office) -> None:
    def stand(session: Session) -> list[tuple[int | None, int, str, str, int | None]]:
        rows = task_queries.all_tasks(session, office.viewer("ducha"), office.plan(session))
        tasks = [session.get_one(Task, row.id, populate_existing=True) for row in rows]
        return [(task.id, task.position, task.number, task.standard, task.goal_id) for task in tasks]

    with office.database.writing() as session:
        before = stand(session)
        batch = apply(session, office, next_version())
        assert stand(session) != before
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        assert stand(session) == before


def test_taking_back_two_updates_gives_back_the_very_task(office: Office) -> None:
    """Its old words came back meanwhile as another task; its history must not stay behind with the words it had since."""
    ducha, first = office.viewer("ducha"), office.task_id(TOILETS)
    reworded = TOILETS.replace("58", "60")
    row = TABLE.tasks[2]
    versions = [[replace(row, standard=reworded)], [replace(row, standard=reworded), row]]
    batches = []
    for tasks in versions:
        with office.database.writing() as session:
            table = replace(TABLE, tasks=[*TABLE.tasks[:2], *tasks, TABLE.tasks[3]])
            batches.append(apply(session, office, table).id)
    for batch in reversed(batches):
        with office.database.writing() as session:
            import_services.undo(session, session.get_one(ImportBatch, batch), actor=ducha)
    with office.database.reading() as session:
        rows = task_queries.all_tasks(session, ducha, office.plan(session))
        assert [(row.id, row.standard) for row in rows][2] == (first, TOILETS)
        assert len(rows) == len(TABLE.tasks)


def test_the_same_table_once_more_leaves_origin_and_undo_where_they_were(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        first = session.execute(select(ImportBatch)).scalar_one()
        repeat = bring_in(session, office, PLAN, TABLE)
        assert (repeat.state, repeat.committed_at) == (BatchState.COMMITTED, None)
        assert office.task(session, SCHOOL).batch_id == first.id
        listed = {row.id: row for row in import_queries.list_batches(session, ducha)}
        assert (listed[first.id or 0].is_newest, listed[repeat.id or 0].is_repeat) == (True, True)
        with pytest.raises(Conflict, match="没有改动台账"):
            import_services.undo(session, repeat, actor=ducha)
        import_services.undo(session, first, actor=ducha)
        session.refresh(repeat)
        assert repeat.state is BatchState.UNDONE
