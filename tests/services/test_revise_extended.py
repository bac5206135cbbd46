"""延期 and the table that comes again: what was granted stands until the table's own words change."""

import re
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.application import Application, ApplicationKind, ApplicationState
from app.models.event import Event
from app.queries import tasks as task_queries
from app.queries.tasks import TaskRow
from app.services import imports as import_services
from app.services.applications import approve
from app.templating import event_in_words
from importers import RecognisedTable
from tests.office import HOSPITAL, TABLE, Office
from tests.services.test_revise_plan import apply, preview

JUNE, NOVEMBER = date(2018, 6, 30), date(2018, 11, 30)


def extended(session: Session, office: Office, standard: str = HOSPITAL, before: date = JUNE) -> None:
    """A task (HOSPITAL, due “6月底前”) was extended to the end of November when it was due before."""
    ducha, task = office.viewer("ducha"), office.task(session, standard)
    application = Application(
        jurisdiction_id=task.jurisdiction_id,
        plan_id=task.plan_id,
        task_id=task.id or 0,
        department_id=1,
        department_name="卫健局",
        kind=ApplicationKind.EXTENSION,
        state=ApplicationState.PENDING,
        reason="征地。",
        due_on_before=before,
        due_on_wanted=NOVEMBER,
        author_name="刘卫健",
        created_at=ducha.now,
    )
    session.add(application)
    session.flush()
    approve(session, application, "同意。", actor=ducha)


def hospital_due(due_text: str, due_on: date | None, standard: str = HOSPITAL) -> RecognisedTable:
    tasks = [
        replace(task, due_text=due_text, due_on=due_on, standard=standard)
        if task.standard == HOSPITAL
        else task
        for task in TABLE.tasks
    ]
    return replace(TABLE, tasks=tasks)


def row(session: Session, office: Office, standard: str = HOSPITAL) -> TaskRow:
    ducha = office.viewer("ducha")
    return task_queries.get_row(session, ducha, office.plan(session), office.task(session, standard))


def revised(session: Session) -> list[Event]:
    query = select(Event).where(col(Event.kind) == "task_revised").order_by(col(Event.id))
    return list(session.execute(query).scalars())


def test_a_reworded_task_keeps_the_day_it_was_extended_to(office: Office) -> None:
    reworded = HOSPITAL.replace("。", "，确保投用。")
    with office.database.writing() as session:
        extended(session, office)
        apply(session, office, hospital_due("6月底前", JUNE, reworded))
    with office.database.reading() as session:
        told = row(session, office, reworded)
        assert (told.due_on, told.original_due_on, told.due_text) == (NOVEMBER, JUNE, "6月底前")
        [event] = revised(session)
        assert "extension_overruled" not in event.detail


def test_where_the_tables_words_change_the_table_wins_and_the_event_says_so(office: Office) -> None:
    with office.database.writing() as session:
        extended(session, office)
        apply(session, office, hospital_due("8月底前", date(2018, 8, 31)))
    with office.database.reading() as session:
        told = row(session, office)
        assert (told.due_on, told.original_due_on) == (date(2018, 8, 31), None)
        [event] = revised(session)
        assert event.detail["extension_overruled"] == "2018-11-30"
        _, words, _ = event_in_words(event.kind, event.detail, "page")
        assert words == "时限“6月底前”改为“8月底前”，经批准延至2018年11月30日的不再适用"


def test_the_comparison_tells_beforehand_what_will_be_overruled(office: Office) -> None:
    with office.database.writing() as session:
        extended(session, office)
        batch = preview(session, office.viewer("ducha"), hospital_due("8月底前", date(2018, 8, 31)))
        number = batch.id
    page = office.browser("ducha").get(f"/imports/{number}").text
    told = re.sub(r"<[^>]+>", "", page)
    assert "经批准延至2018年11月30日，按新表将不再适用" in told


def test_taking_the_newer_table_back_brings_back_what_was_granted(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        extended(session, office)
        batch = apply(session, office, hospital_due("8月底前", date(2018, 8, 31)))
        import_services.undo(session, batch, actor=ducha)
        told = row(session, office)
        assert (told.due_on, told.original_due_on) == (NOVEMBER, JUNE)


def test_what_was_never_extended_follows_the_table(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, hospital_due("8月底前", date(2018, 8, 31)))
        assert row(session, office).due_on == date(2018, 8, 31)
        session.commit()
        assert "extension_overruled" not in revised(session)[0].detail
