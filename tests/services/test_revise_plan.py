"""The table comes again: progress and history stay, nothing is deleted, and it can be taken back."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, NotFound
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch
from app.models.plan import Plan
from app.models.progress import ProgressReport
from app.models.task import Assignment, Task, TaskStatus
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.revisions import revision
from app.rules.permissions import Viewer
from app.services import imports as import_services
from app.services.progress import Statement, report_progress
from importers import Column, ImportedRow, RecognisedTable
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TABLE, TOILETS, Office

MORE_TOILETS = "新建、改造公厕60座。"
PARK = "建成城市公园3处。"


def next_version() -> RecognisedTable:
    """公厕 60 instead of 58, the school handed to 住建局, the hospital gone, a park new, growth last."""
    growth, _, toilets, school = TABLE.tasks
    return replace(
        TABLE,
        tasks=[
            replace(toilets, number=1, standard=MORE_TOILETS),
            replace(school, number=2, lead_departments=["住建局"], supporting_departments=["教育局"]),
            ImportedRow(3, 1, PARK, ["是峰"], ["园林局"], place="Sheet1 第9行"),
            replace(growth, number=4),
        ],
    )


def preview(session: Session, actor: Viewer, table: RecognisedTable) -> ImportBatch:
    return import_services.preview(session, table, b"x", "b.xlsx", title=PLAN, year=2018, actor=actor)


def apply(session: Session, office: Office, table: RecognisedTable, reason: str = "") -> ImportBatch:
    actor = office.viewer("ducha")
    batch = preview(session, actor, table)
    shown = revision(session, office.plan(session), batch).digest
    import_services.commit(session, batch, actor=actor, shown=shown, reason=reason)
    return batch


def standards(session: Session, office: Office) -> list[str]:
    rows = task_queries.all_tasks(session, office.viewer("ducha"), office.plan(session))
    return [row.standard for row in rows]


def report(session: Session, office: Office, standard: str) -> int:
    task = office.task(session, standard)
    statement = Statement(TaskStatus.IN_PROGRESS, 70, "已建成41座。")
    report_progress(session, task, statement, actor=office.viewer("ducha"))
    return task.id or 0


def test_the_comparison_tells_every_row(office: Office) -> None:
    with office.database.writing() as session:
        batch = preview(session, office.viewer("ducha"), next_version())
        told = revision(session, office.plan(session), batch)
        fates = {(row.new or row.old).standard: (row.fate, row.changes) for row in told.rows}  # type: ignore[union-attr]
        assert fates[MORE_TOILETS][0] == "changed"
        assert "reworded" in fates[MORE_TOILETS][1]
        assert "reassigned" in fates[SCHOOL][1]
        assert fates[PARK][0] == "new"
        assert fates[HOSPITAL][0] == "gone"


def test_progress_and_history_stay_with_a_reworded_task(office: Office) -> None:
    with office.database.writing() as session:
        task_id = report(session, office, TOILETS)
        apply(session, office, next_version())
        task = office.task(session, MORE_TOILETS)
        assert (task.id, task.completion, task.status) == (task_id, 70, TaskStatus.IN_PROGRESS)
        reports = session.execute(select(ProgressReport)).scalars().all()
        assert [each.task_id for each in reports] == [task_id]
        session.commit()
        event = session.execute(
            select(Event).where(col(Event.kind) == "task_revised", col(Event.task_id) == task_id)
        ).scalar_one()
        assert event.detail["before"]["standard"] == TOILETS
        assert event.detail["after"]["standard"] == MORE_TOILETS


def test_the_plan_reads_as_the_new_version_in_its_order(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, next_version())
        assert standards(session, office) == [MORE_TOILETS, SCHOOL, PARK, GROWTH]
        school = task_queries.all_tasks(session, office.viewer("ducha"), office.plan(session))[1]
        assert [unit.name for unit in school.responsibility.lead_departments] == ["住建局"]
        assert [unit.name for unit in school.responsibility.supporting_departments] == ["教育局"]


def test_a_gone_task_is_withdrawn_with_the_reason_and_not_deleted(office: Office) -> None:
    with office.database.writing() as session:
        task_id = report(session, office, HOSPITAL)
        apply(session, office, next_version(), reason="并入市级项目")
        task = session.get_one(Task, task_id)
        assert task.withdrawn_at is not None
        assert task.withdrawn_reason == "并入市级项目"
        assert session.execute(select(func.count()).select_from(ProgressReport)).scalar_one() == 1
        with pytest.raises(Conflict, match="已撤回"):
            report_progress(
                session, task, Statement(TaskStatus.IN_PROGRESS, 80, "又报。"), actor=office.viewer("ducha")
            )


def test_a_withdrawn_task_comes_back_with_its_progress(office: Office) -> None:
    with office.database.writing() as session:
        task_id = report(session, office, HOSPITAL)
        apply(session, office, next_version(), reason="并入市级项目")
        apply(session, office, TABLE)
        task = office.task(session, HOSPITAL)
        assert (task.id, task.completion, task.withdrawn_reason) == (task_id, 70, "")


def test_without_having_seen_the_comparison_nothing_is_changed(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = preview(session, ducha, next_version())
        with pytest.raises(Conflict, match="未作任何改动") as refused:
            import_services.commit(session, batch, actor=ducha)
        assert "请逐行核对" in refused.value.remedy
        assert standards(session, office) == [GROWTH, HOSPITAL, TOILETS, SCHOOL]


def test_a_comparison_seen_before_another_commit_counts_no_more(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        batch = preview(session, ducha, next_version())
        shown = revision(session, office.plan(session), batch).digest
        apply(session, office, replace(TABLE, tasks=TABLE.tasks[:2]))
        with pytest.raises(Conflict):
            import_services.commit(session, batch, actor=ducha, shown=shown)


def test_an_alias_is_no_reassignment(office: Office) -> None:
    from app.models.directory import DepartmentAlias
    from app.queries.directory import names_to_ids

    with office.database.writing() as session:
        ducha = office.viewer("ducha")
        _, departments = names_to_ids(session, ducha.jurisdiction_id)
        session.add(
            DepartmentAlias(
                jurisdiction_id=ducha.jurisdiction_id, department_id=departments["发改局"], name="区发改局"
            )
        )
        growth = replace(TABLE.tasks[0], lead_departments=["区发改局"])
        batch = preview(session, ducha, replace(TABLE, tasks=[growth, *TABLE.tasks[1:]]))
        assert revision(session, office.plan(session), batch).changes_nothing


def test_undoing_a_first_import_frees_its_name(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = office.plan(session)
        batch = session.execute(select(ImportBatch)).scalar_one()
        import_services.undo(session, batch, actor=ducha)
        assert batch.state is BatchState.UNDONE
        with pytest.raises(NotFound):
            plan_queries.get_plan(session, ducha, plan.id or 0)
        assert plan_queries.list_plans(session, ducha) == []
        again = preview(session, ducha, TABLE)
        made = import_services.commit(session, again, actor=ducha)
        assert made.id != plan.id


def test_undoing_a_revision_brings_the_version_before_back(office: Office) -> None:
    with office.database.writing() as session:
        before = session.execute(select(Task).order_by(col(Task.id))).scalars().all()
        kept = [(task.id, task.standard, task.position) for task in before]
        batch = apply(session, office, next_version())
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        session.expire_all()
        assert standards(session, office) == [GROWTH, HOSPITAL, TOILETS, SCHOOL]
        live = session.execute(
            select(Task).where(col(Task.withdrawn_at).is_(None)).order_by(col(Task.id))
        ).scalars()
        assert [(task.id, task.standard, task.position) for task in live] == kept
        park = session.execute(select(Task).where(col(Task.standard) == PARK)).scalar_one()
        assert park.withdrawn_reason == "撤销导入"


def test_what_has_been_reported_on_is_not_undone(office: Office) -> None:
    with office.database.writing() as session:
        report(session, office, TOILETS)
        session.commit()
        batch = session.execute(select(ImportBatch)).scalar_one()
        with pytest.raises(Conflict, match="已有单位填报"):
            import_services.undo(session, batch, actor=office.viewer("ducha"))
        assert session.execute(select(Plan.undone_at)).scalar_one() is None  # type: ignore[call-overload]


def test_only_the_newest_import_is_undone(office: Office) -> None:
    with office.database.writing() as session:
        first = session.execute(select(ImportBatch)).scalar_one()
        apply(session, office, next_version())
        with pytest.raises(Conflict, match="又导入过新版"):
            import_services.undo(session, first, actor=office.viewer("ducha"))


def test_progress_already_in_the_table_becomes_the_first_report(office: Office) -> None:
    ducha = office.viewer("ducha")
    rows = [
        replace(TABLE.tasks[0], progress="上半年增长8.2%。"),
        replace(TABLE.tasks[1], lead_departments=[], supporting_departments=[], progress="已封顶。"),
    ]
    with office.database.writing() as session:
        batch = import_services.preview(
            session, replace(TABLE, tasks=rows), b"x", "a.xlsx", title="带进展的表", year=2018, actor=ducha
        )
        plan = import_services.commit(session, batch, actor=ducha)
        told = task_queries.all_tasks(session, ducha, plan)
        assert [row.progress for row in told] == ["上半年增长8.2%。", "已封顶。"]
        assert {row.status for row in told} == {TaskStatus.IN_PROGRESS}
        assert not session.execute(select(Assignment).where(col(Assignment.task_id).is_(None))).all()
        import_services.undo(session, batch, actor=ducha)  # words that came with the file do not keep it


def test_evaluation_and_plan_columns_are_carried_over_too(office: Office) -> None:
    ducha = office.viewer("ducha")
    columns = [
        *TABLE.columns,
        Column("完成情况", "progress"),
        Column("工作评价", "evaluation"),
        Column("进度安排", "plan"),
    ]
    rows = [
        replace(TABLE.tasks[0], progress="增长8.2%。", extra={"工作评价": "优", "进度安排": "三季度完成"}),
        replace(TABLE.tasks[2], extra={"进度安排": "二季度开工"}),
    ]
    with office.database.writing() as session:
        table = replace(TABLE, columns=columns, tasks=rows)
        batch = import_services.preview(
            session, table, b"x", "a.xlsx", title="带评价的表", year=2018, actor=ducha
        )
        plan = import_services.commit(session, batch, actor=ducha)
        first, second = task_queries.all_tasks(session, ducha, plan)
        assert first.progress == "增长8.2%。\n工作评价：优\n进度安排：三季度完成"
        assert (second.progress, second.status) == ("进度安排：二季度开工", TaskStatus.NOT_STARTED)
        assert first.extra == {"工作评价": "优", "进度安排": "三季度完成", "完成情况": "增长8.2%。"}
