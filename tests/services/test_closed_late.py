"""定格 of a period closed late: its table is as it was on its last day, whatever was decided or imported since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.models.task import TaskStatus
from app.queries.periods import list_periods
from app.queries.revisions import revision
from app.queries.snapshots import ClosedPeriod, ClosedRow, closed_period, unpack
from app.rules.status import Light
from app.services import closing, imports
from app.services.parts import PartForm, split
from app.services.progress import Statement, report_progress
from app.services.targets import set_target
from importers import ImportedRow, RecognisedTable
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TABLE, TOILETS, Office
from tests.services.snapshot_of_version_1 import CONTENT
from tests.services.test_periods import close_one, on, open_one, report
from tests.services.test_snapshots import END_OF_SEPTEMBER, LATE, everything_changes, shown

AMID, EARLY = date(2018, 9, 20), date(2018, 9, 10)


def decide(office: Office, deed: Callable[..., None], standard: str, day: date) -> None:
    with office.database.writing() as session:
        ducha = on(office.viewer("ducha"), day)
        deed(session, office.task(session, standard), "查过。", actor=ducha)


def late(office: Office) -> ClosedPeriod:
    return shown(office, "ducha", close_one(office, day=LATE, unreviewed=True))


def by_standard(closed: ClosedPeriod) -> dict[str, ClosedRow]:
    return {row.task.standard: row for row in closed.rows}


def test_what_was_set_aside_or_taken_up_again_after_the_period_stands_as_it_did(office: Office) -> None:
    report(office, AMID)
    decide(office, closing.suspend, SCHOOL, EARLY)
    decide(office, closing.complete, TOILETS, EARLY)
    decide(office, closing.suspend, GROWTH, LATE)
    decide(office, closing.suspend, HOSPITAL, LATE)
    decide(office, closing.resume, SCHOOL, LATE)
    decide(office, closing.reopen, TOILETS, LATE)
    closed = late(office)
    rows = by_standard(closed)
    growth = rows[GROWTH].task
    assert (growth.status, growth.judgement.completion) == (TaskStatus.IN_PROGRESS, 60)
    assert growth.judgement.light is Light.BEHIND
    assert (rows[SCHOOL].task.status, rows[SCHOOL].is_missing) == (TaskStatus.SUSPENDED, False)
    assert (rows[TOILETS].task.judgement.light, rows[TOILETS].is_missing) == (Light.DONE, False)
    assert (rows[HOSPITAL].task.judgement.light, rows[HOSPITAL].mark) == (Light.OVERDUE, "本期未报")
    assert {unit.name for unit in closed.silent} == {"卫健局"}


def test_decided_on_several_times_since_it_stands_as_before_the_first(office: Office) -> None:
    report(office, AMID)
    for deed in (closing.suspend, closing.resume, closing.complete, closing.reopen, closing.suspend):
        decide(office, deed, GROWTH, LATE)
    growth = by_standard(late(office))[GROWTH].task
    assert (growth.status, growth.judgement.completion) == (TaskStatus.IN_PROGRESS, 60)


def test_what_was_decided_by_the_last_day_stands_as_decided(office: Office) -> None:
    report(office, AMID)
    decide(office, closing.suspend, GROWTH, date(2018, 9, 30))
    growth = by_standard(late(office))[GROWTH].task
    assert (growth.status, growth.judgement.light) == (TaskStatus.SUSPENDED, Light.UNRATED)


def revise(office: Office, table: RecognisedTable, day: date) -> None:
    actor = on(office.viewer("ducha"), day)
    with office.database.writing() as session:
        batch = imports.preview(session, table, b"new", "新版.xlsx", title=PLAN, year=2018, actor=actor)
        digest = revision(session, office.plan(session), batch).digest
        imports.commit(session, batch, actor=actor, shown=digest)


def test_a_task_withdrawn_after_the_period_was_in_its_table_and_one_added_was_not(office: Office) -> None:
    report(office, AMID)
    park = ImportedRow(5, 1, "建成城市公园3处。", ["是峰"], ["城管局"], place="Sheet1 第7行")
    revise(office, replace(TABLE, tasks=[*TABLE.tasks[:3], park]), LATE)
    closed = late(office)
    rows = by_standard(closed)
    assert set(rows) == {GROWTH, HOSPITAL, TOILETS, SCHOOL}
    assert (rows[SCHOOL].mark, closed.due, closed.reported) == ("本期未报", 4, 1)
    open_one(office, date(2018, 10, 1), LATE)
    october = shown(office, "ducha", close_one(office, "2018年10月", day=date(2018, 10, 31)))
    assert set(by_standard(october)) == {GROWTH, HOSPITAL, TOILETS, park.standard}


def test_a_task_that_came_back_after_the_period_was_not_in_its_table(office: Office) -> None:
    report(office, AMID)
    revise(office, replace(TABLE, tasks=TABLE.tasks[:3]), EARLY)
    revise(office, TABLE, LATE)
    assert set(by_standard(late(office))) == {GROWTH, HOSPITAL, TOILETS}


def test_what_was_split_after_the_period_had_reported_as_a_whole(office: Office) -> None:
    report(office, AMID)
    with office.database.writing() as session:
        parts = [PartForm("上半年。", date(2018, 6, 30)), PartForm("全年。", date(2018, 12, 31))]
        for standard, username in ((GROWTH, "fagai"), (SCHOOL, "jiaoyu")):
            split(session, office.task(session, standard), parts, actor=on(office.viewer(username), LATE))
    closed = late(office)
    rows = by_standard(closed)
    assert (rows[GROWTH].task.status, rows[GROWTH].task.judgement.completion) == (TaskStatus.IN_PROGRESS, 60)
    assert (rows[GROWTH].mark, rows[SCHOOL].mark) == ("", "本期未报")
    assert (closed.due, closed.reported) == (4, 1)


def test_a_figure_told_in_the_period_is_measured_by_the_target_as_it_was_corrected(office: Office) -> None:
    ducha = office.viewer("ducha")

    def set_to(target: str, day: date) -> None:
        with office.database.writing() as session:
            task = office.task(session, TOILETS)
            set_target(session, task, name="公厕", target=target, unit="座", actor=on(ducha, day))

    def reach(figure: float, day: date) -> None:
        with office.database.writing() as session:
            said = Statement(TaskStatus.IN_PROGRESS, None, f"建成{figure:g}座。", actual=figure)
            report_progress(session, office.task(session, TOILETS), said, actor=on(ducha, day))

    set_to("58", EARLY)
    reach(29, AMID)
    set_to("100", date(2018, 9, 25))
    reach(50, date(2018, 10, 28))
    toilets = by_standard(late(office))[TOILETS].task
    assert (toilets.progress, toilets.judgement.completion) == ("建成29座。", 29)


def test_the_closed_period_keeps_what_each_unit_owed_and_gave(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    period_id = close_one(office, unreviewed=True)
    everything_changes(office)
    closed = shown(office, "ducha", period_id)
    assert (closed.due, closed.reported) == (4, 1)
    told = {unit.name: (unit.due, unit.reported, unit.missing) for unit in closed.units}
    assert told == {"发改局": (1, 1, 0), "卫健局": (1, 0, 1), "城管局": (1, 0, 1), "教育局": (1, 0, 1)}
    assert [unit.name for unit in shown(office, "fagai", period_id).units] == ["发改局"]
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    september = next(row for row in rows if row.id == period_id)
    assert (september.due, september.reported, len(september.silent)) == (4, 1, 3)


def test_what_each_unit_gave_is_found_in_the_lines_of_an_older_snapshot(office: Office) -> None:
    kept = unpack(CONTENT)
    assert kept.given is None
    closed = closed_period(kept, office.viewer("ducha"))
    assert (closed.due, closed.reported) == (len(kept.missing) + 1, 1)
    assert [(unit.name, unit.due) for unit in closed.units if unit.reported] == [("发改局", 1)]
