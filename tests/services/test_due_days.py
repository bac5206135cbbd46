"""The day a person has said words of a deadline mean: committed, carried over to newer versions, extended, taken back."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.event import Event
from app.models.imports import ImportBatch
from app.queries import tasks as task_queries
from app.queries.revisions import Revision, revision
from app.queries.tasks import TaskRow
from app.services import imports as import_services
from app.templating import event_in_words
from importers import DecisionKind, Issue, Level, Question, RecognisedTable
from tests.office import TABLE, TOILETS, Office
from tests.services.test_revise_extended import NOVEMBER, extended
from tests.services.test_revise_plan import apply, preview

WORDS = "6底前"
YEARS_END, JUNE, JULY = date(2018, 12, 31), date(2018, 6, 15), date(2018, 7, 31)


def toilets_due(day: date | None = None, *, words: str = WORDS, standard: str = TOILETS) -> RecognisedTable:
    """The office's table, the toilets due in words nobody can read: with ``day`` a person has said when."""
    if day is None:
        issue = Issue(Level.WARNING, "", f"看不懂“{words}”", Question(DecisionKind.DUE, words, ""))
    else:
        said = Question(DecisionKind.DUE, words, day.isoformat())
        issue = Issue(Level.NOTE, "", f"“{words}”按核对时填的 {day} 计", said)
    tasks = [
        replace(task, due_text=words, due_on=day, standard=standard, issues=[issue])
        if task.standard == TOILETS
        else task
        for task in TABLE.tasks
    ]
    return replace(TABLE, tasks=tasks)


def row(session: Session, office: Office, standard: str = TOILETS) -> TaskRow:
    ducha = office.viewer("ducha")
    return task_queries.get_row(session, ducha, office.plan(session), office.task(session, standard))


def compared(session: Session, office: Office, table: RecognisedTable) -> Revision:
    batch = preview(session, office.viewer("ducha"), table)
    return revision(session, office.plan(session), batch)


def events(session: Session, kind: str) -> list[Event]:
    session.commit()  # the trail is written with the commit
    query = select(Event).where(col(Event.kind) == kind).order_by(col(Event.id))
    return [each for each in session.execute(query).scalars() if each.task_id]


def test_the_day_a_person_has_said_is_the_tasks_and_the_words_stay(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        table = toilets_due(JUNE, words="6月前")  # by itself read as the end of June
        batch = import_services.preview(
            session, table, b"y", "c.xlsx", title="另一份", year=2018, actor=ducha
        )
        plan = import_services.commit(session, batch, actor=ducha)
        told = task_queries.all_tasks(session, ducha, plan)[2]
        assert (told.due_text, told.due_on) == ("6月前", JUNE)
        [event] = [each for each in events(session, "task_imported") if "due_filled_in" in each.detail]
        assert event.task_id == told.id
        _, words, _ = event_in_words(event.kind, event.detail, "page")
        assert words.endswith("第5行；完成时限“6月前”按核对时填的2018年6月15日计")


def test_the_same_words_said_to_mean_another_day_are_a_change_of_the_deadline(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        (changed,) = compared(session, office, toilets_due(JULY)).shown("rescheduled")
        assert changed.other_day
        assert [each and each.due_on for each in (changed.old, changed.new)] == [JUNE, JULY]
        apply(session, office, toilets_due(JULY))
        assert row(session, office).due_on == JULY
        event = events(session, "task_revised")[-1]
        assert (event.detail["before"]["due_on"], event.detail["after"]["due_on"]) == (
            "2018-06-15",
            "2018-07-31",
        )
        _, words, _ = event_in_words(event.kind, event.detail, "page")
        assert words == (
            "时限“6底前”原按2018年6月15日，改按2018年7月31日计；完成时限“6底前”按核对时填的2018年7月31日计"
        )


def test_the_same_words_said_to_mean_the_same_day_change_nothing(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        assert compared(session, office, toilets_due(JUNE)).changes_nothing


def test_a_newer_version_that_leaves_the_words_open_keeps_the_day_and_asks(office: Office) -> None:
    reworded = TOILETS.replace("。", "，年内投用。")
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        told = compared(session, office, toilets_due(standard=reworded))
        assert told.count("rescheduled") == 0
        task = told.recognised["tasks"][2]
        assert task["due_on"] == "2018-06-15"
        (issue,) = task["issues"]
        assert (issue["level"], issue["question"]["meaning"]) == ("warning", "2018-06-15")
        assert issue["message"] == "完成时限“6底前”看不准，现行的表按 2018-06-15 计，先照它保留，请核对"
        batch = apply(session, office, toilets_due(standard=reworded))
        assert row(session, office, reworded).due_on == JUNE
        # What was kept is said by the table itself from now on: it stands again when the next is taken back.
        after = apply(session, office, toilets_due(JULY, standard=reworded))
        import_services.undo(session, after, actor=office.viewer("ducha"))
        assert row(session, office, reworded).due_on == JUNE
        assert batch.recognised["tasks"][2]["due_on"] == "2018-06-15"


def test_other_words_left_open_are_no_longer_the_day_the_plan_has(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        told = compared(session, office, toilets_due(words="尽快"))
        assert told.count("rescheduled") == 1
        apply(session, office, toilets_due(words="尽快"))
        assert (row(session, office).due_text, row(session, office).due_on) == ("尽快", YEARS_END)


def test_taking_the_newer_version_back_brings_back_the_day(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due())
        assert row(session, office).due_on == YEARS_END
        batch = apply(session, office, toilets_due(JUNE))
        assert row(session, office).due_on == JUNE
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        assert (row(session, office).due_text, row(session, office).due_on) == (WORDS, YEARS_END)
        event = events(session, "task_set_back")[-1]
        _, words, _ = event_in_words(event.kind, event.detail, "page")
        assert words == "时限“6底前”原按2018年6月15日，改按2018年12月31日计"


def test_an_extension_stands_while_the_day_it_began_from_or_led_to_is_said(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        extended(session, office, TOILETS, JUNE)
        for table in (toilets_due(JUNE), toilets_due(NOVEMBER), toilets_due()):
            told = compared(session, office, table)
            assert told.changes_nothing, table.tasks[2]
        reworded = TOILETS.replace("。", "，确保投用。")
        for day in (JUNE, NOVEMBER, None):
            apply(session, office, toilets_due(day, standard=reworded))
            told = row(session, office, reworded)
            assert (told.due_on, told.original_due_on) == (NOVEMBER, JUNE)
            reworded += "再"


def test_another_day_overrules_an_extension_says_so_and_gives_it_back(office: Office) -> None:
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        extended(session, office, TOILETS, JUNE)
        batch = apply(session, office, toilets_due(JULY))
        assert (row(session, office).due_on, row(session, office).original_due_on) == (JULY, None)
        event = events(session, "task_revised")[-1]
        assert event.detail["extension_overruled"] == "2018-11-30"
        assert event.detail["before"]["due_on"] == "2018-06-15"
        import_services.undo(session, batch, actor=office.viewer("ducha"))
        assert (row(session, office).due_on, row(session, office).original_due_on) == (NOVEMBER, JUNE)


def test_an_answer_after_the_comparison_was_shown_shows_it_again(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE))
        shown = compared(session, office, toilets_due(JUNE, standard=TOILETS + "再")).digest
        batch: ImportBatch = preview(session, ducha, toilets_due(JULY, standard=TOILETS + "再"))
        with pytest.raises(Conflict):
            import_services.commit(session, batch, actor=ducha, shown=shown)


def test_a_blank_deadline_keeps_the_day_a_person_had_said(office: Office) -> None:
    """The row above it says another time; the plan knows better, and asks no more what the carried words mean."""
    reworded = TOILETS.replace("。", "，确保投用。")
    with office.database.writing() as session:
        apply(session, office, toilets_due(JUNE, words="6月前"))
        asked = "due@Sheet1 第5行"
        issues = [
            Issue(
                Level.WARNING, "", "空", Question(DecisionKind.BLANK, asked, "carry", (("carry", "沿用"),))
            ),
            Issue(Level.WARNING, "", "看不懂", Question(DecisionKind.DUE, "尽快", "")),
        ]
        blank = toilets_due(standard=reworded)
        blank.tasks[2] = replace(blank.tasks[2], due_text="尽快", due_on=None, issues=issues)
        told = compared(session, office, blank)
        assert [issue["level"] for issue in told.recognised["tasks"][2]["issues"]] == ["note"]
        apply(session, office, blank)
        assert (row(session, office, reworded).due_text, row(session, office, reworded).due_on) == (
            "6月前",
            JUNE,
        )
