"""A newer table for tasks that have been handed over: it is not issued again, and history is not destroyed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.models.imports import ImportBatch
from app.models.task import Assignment, TaskStatus
from app.queries import hand_over as hand_over_queries
from app.queries.revisions import revision
from app.services import imports as import_services
from app.services.directory_merge import merge_department
from app.services.progress import Statement, report_progress
from importers import ImportedRow, RecognisedTable
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TABLE, TODAY, Office, at
from tests.services.test_hand_over import SOON, give, names, unit

GROWN, HOSPITALS, TOILETED, SCHOOLED = TABLE.tasks


def table(*rows: ImportedRow) -> RecognisedTable:
    return replace(TABLE, tasks=list(rows))


def preview(session: Session, office: Office, new: RecognisedTable, day: date = TODAY) -> ImportBatch:
    actor = at(office.viewer("ducha"), day)
    return import_services.preview(session, new, b"x", "b.xlsx", title=PLAN, year=2018, actor=actor)


def apply(session: Session, office: Office, new: RecognisedTable, day: date = TODAY) -> ImportBatch:
    batch = preview(session, office, new, day)
    shown = revision(session, office.plan(session), batch).digest
    import_services.commit(session, batch, actor=at(office.viewer("ducha"), day), shown=shown)
    return batch


def changes(session: Session, office: Office, new: RecognisedTable) -> dict[str, list[tuple[str, str, str]]]:
    told = revision(session, office.plan(session), preview(session, office, new))
    return {
        row.new.standard: row.reassigned() for row in told.rows if row.new and "reassigned" in row.changes
    }


@pytest.mark.parametrize("day", [date(2018, 3, 1), TODAY, SOON])
@pytest.mark.parametrize("taker", ["城管局", "教育局"])
def test_a_table_that_still_names_the_giver_changes_nothing(office: Office, taker: str, day: date) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", taker, day)
        assert changes(session, office, TABLE) == {}


def test_through_two_hands_and_back_the_table_still_changes_nothing(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 3, 1))
        give(session, office, "城管局", "教育局", date(2018, 6, 1))
        assert changes(session, office, TABLE) == {}
        give(session, office, "教育局", "发改局", date(2018, 9, 1))
        assert changes(session, office, TABLE) == {}
        assert names(session, office.viewer("ducha"), office.task(session, GROWTH))["牵头"] == ["发改局"]


def test_a_table_that_names_a_unit_which_gave_away_another_task_means_that_unit(office: Office) -> None:
    """城管局 has given its own task to 住建局; that the table now names it for the growth is a choice."""
    with office.database.writing() as session:
        give(session, office, "城管局", "住建局")
        new = table(replace(GROWN, lead_departments=["城管局"]), *TABLE.tasks[1:])
        assert changes(session, office, new) == {GROWTH: [("牵头单位", "发改局", "城管局")]}


def test_a_table_that_names_the_taker_changes_nothing_either(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局")
        assert (
            changes(session, office, table(replace(GROWN, lead_departments=["城管局"]), *TABLE.tasks[1:]))
            == {}
        )


def test_what_the_table_does_change_leaves_the_hand_over_alone(office: Office) -> None:
    """The school's other supporting unit is another now; 发改局 in the file still means 城管局."""
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 3, 1))
        new = table(
            GROWN, HOSPITALS, TOILETED, replace(SCHOOLED, supporting_departments=["发改局", "卫健局"])
        )
        assert changes(session, office, new) == {SCHOOL: [("配合单位", "城管局、住建局", "城管局、卫健局")]}
        apply(session, office, new)
        ducha, school = office.viewer("ducha"), office.task(session, SCHOOL)
        assert names(session, ducha, school)["配合"] == ["城管局", "卫健局"]
        eve = at(ducha, TODAY - timedelta(days=1))
        assert names(session, eve, school)["配合"] == ["城管局", "住建局"]
        assert names(session, at(ducha, date(2018, 2, 1)), school)["配合"] == ["发改局", "住建局"]


def test_a_hand_over_still_to_come_outlives_a_newer_table(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", SOON)
        apply(
            session,
            office,
            table(GROWN, HOSPITALS, TOILETED, replace(SCHOOLED, supporting_departments=["发改局"])),
        )
        ducha, school = office.viewer("ducha"), office.task(session, SCHOOL)
        assert names(session, ducha, school)["配合"] == ["发改局"]
        assert names(session, at(ducha, SOON), school)["配合"] == ["城管局"]


def test_a_table_that_gives_the_task_elsewhere_ends_what_was_to_come(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", SOON)
        apply(session, office, table(replace(GROWN, lead_departments=["卫健局"]), *TABLE.tasks[1:]))
        ducha, growth = office.viewer("ducha"), office.task(session, GROWTH)
        for day in (TODAY, SOON):
            assert names(session, at(ducha, day), growth)["牵头"] == ["卫健局"]
        assert names(session, at(ducha, TODAY - timedelta(days=1)), growth)["牵头"] == ["发改局"]
        assert names(session, at(ducha, SOON), office.task(session, HOSPITAL))["配合"] == ["城管局"]


def test_who_was_to_rise_keeps_his_place_when_the_table_says_otherwise(office: Office) -> None:
    """发改局 supports the school and was to lead it from 8 October; now 卫健局 leads, and 发改局 goes on supporting."""
    with office.database.writing() as session:
        give(session, office, "教育局", "发改局", SOON)
        apply(
            session, office, table(GROWN, HOSPITALS, TOILETED, replace(SCHOOLED, lead_departments=["卫健局"]))
        )
        ducha, school = office.viewer("ducha"), office.task(session, SCHOOL)
        for day in (TODAY, SOON):
            told = names(session, at(ducha, day), school)
            assert (told["牵头"], told["配合"]) == (["卫健局"], ["发改局", "住建局"])


def test_what_was_reported_on_is_ended_and_not_deleted(office: Office) -> None:
    with office.database.writing() as session:
        school = office.task(session, SCHOOL)
        said = Statement(TaskStatus.IN_PROGRESS, 40, "已开工。")
        report_progress(session, school, said, actor=office.viewer("jiaoyu"))
        new = table(
            GROWN,
            HOSPITALS,
            TOILETED,
            replace(SCHOOLED, lead_departments=["住建局"], supporting_departments=[]),
        )
        apply(session, office, new)
        told = hand_over_queries.tenures(session, office.viewer("ducha"), school)
        assert [(each.role, each.name, each.held_from, each.held_to) for each in told] == [
            ("牵头", "住建局", TODAY, None),
            ("牵头", "教育局", None, TODAY),
            ("配合", "发改局", None, TODAY),
            ("配合", "住建局", None, TODAY),
        ]


def test_what_never_counted_leaves_no_line(office: Office) -> None:
    with office.database.writing() as session:
        apply(
            session,
            office,
            table(
                GROWN,
                HOSPITALS,
                TOILETED,
                replace(SCHOOLED, lead_departments=["住建局"], supporting_departments=[]),
            ),
        )
        assert hand_over_queries.tenures(session, office.viewer("ducha"), office.task(session, SCHOOL)) == []
        assert session.execute(select(Assignment).where(col(Assignment.held_to).is_not(None))).first() is None


def test_taken_back_the_same_day_a_newer_table_leaves_no_trace_in_the_lines(office: Office) -> None:
    def lines(session: Session) -> list[tuple[object, ...]]:
        session.expire_all()
        found = session.execute(select(Assignment).order_by(col(Assignment.id))).scalars()
        return [
            (each.id, each.role, each.department_id, each.position, each.held_from, each.held_to)
            for each in found
        ]

    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 3, 1))
        before = lines(session)
        batch = apply(
            session,
            office,
            table(GROWN, HOSPITALS, TOILETED, replace(SCHOOLED, supporting_departments=["卫健局"])),
        )
        assert lines(session) != before
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        assert lines(session) == before


def test_a_merged_units_finished_tasks_are_no_reassignment(office: Office) -> None:
    """They stay under its name, and the table that names it means its successor."""
    with office.database.writing() as session:
        done = Statement(TaskStatus.COMPLETED, 100, "已完成。")
        report_progress(session, office.task(session, SCHOOL), done, actor=office.viewer("jiaoyu"))
        ducha = office.viewer("ducha")
        merge_department(session, unit(session, "教育局"), unit(session, "卫健局"), TODAY, actor=ducha)
        assert changes(session, office, TABLE) == {}
        apply(
            session,
            office,
            table(GROWN, HOSPITALS, TOILETED, replace(SCHOOLED, supporting_departments=["发改局"])),
        )
        told = names(session, ducha, office.task(session, SCHOOL))
        assert (told["牵头"], told["配合"]) == (["教育局"], ["发改局"])
