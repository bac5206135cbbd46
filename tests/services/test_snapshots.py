"""定格: a closed period is shown and exported again exactly as it was, whatever happens to the living table."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, InternalError, NotFound
from app.models.directory import Department, Official
from app.models.plan import Goal
from app.models.progress import PeriodSnapshot, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Rating, Task, TaskStatus
from app.models.urging import Urging
from app.queries.ledger import ledger
from app.queries.snapshots import (
    ClosedPeriod,
    closed_period,
    get_closed_period,
    ledger_of,
    pack,
    snapshot_of,
    unpack,
)
from app.reports.ledger import ledger_workbook
from app.rules.status import Light
from app.services.hand_over import hand_over_department
from app.services.parts import PartForm, split
from app.services.period_settings import PeriodSettings, set_periods
from app.services.progress import Statement, report_progress
from app.services.snapshots import gather
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TOILETS, Office
from tests.services.snapshot_of_version_1 import CONTENT
from tests.services.test_periods import close_one, on, open_one, report

END_OF_SEPTEMBER, LATE = date(2018, 9, 28), date(2018, 10, 9)


def shown(office: Office, username: str, period_id: int) -> ClosedPeriod:
    with office.database.reading() as session:
        viewer = office.viewer(username)
        period = get_closed_period(session, viewer, period_id)
        return closed_period(snapshot_of(session, period), viewer)


def exported(office: Office, username: str, period_id: int) -> list[Any]:
    """Everything a desk sees of the workbook: values, looks, merges, widths, heights, how it prints."""
    with office.database.reading() as session:
        viewer = office.viewer(username)
        snapshot = snapshot_of(session, get_closed_period(session, viewer, period_id))
        return cells(ledger_workbook(ledger_of(snapshot, viewer)))


def cells(content: bytes) -> list[Any]:
    told: list[Any] = []
    for sheet in load_workbook(BytesIO(content)).worksheets:
        told.append((sheet.title, sheet.dimensions, sheet.freeze_panes, sheet.auto_filter.ref))
        told.append(sorted(str(merged) for merged in sheet.merged_cells.ranges))
        told.append({name: each.width for name, each in sheet.column_dimensions.items()})
        told.append({number: each.height for number, each in sheet.row_dimensions.items()})
        told.append((sheet.print_title_rows, sheet.page_setup.orientation, sheet.oddFooter.center.text))
        for row in sheet.iter_rows():
            for cell in row:
                looks = (cell.font, cell.fill, cell.border, cell.alignment)
                told.append((cell.coordinate, cell.value, cell.number_format, *map(repr, looks)))
    return told


def unit(session: Session, name: str) -> Department:
    return session.execute(select(Department).where(col(Department.name) == name)).scalar_one()


def a_month(office: Office) -> int:
    """September: two reports, one of them approved; closed the same day."""
    report(office, END_OF_SEPTEMBER)
    report(
        office,
        END_OF_SEPTEMBER,
        SCHOOL,
        "jiaoyu",
        completion=30,
        progress="完成选址。",
        problems="资金未落实。",
    )
    return close_one(office, unreviewed=True)


def everything_changes(office: Office) -> None:
    """What a year brings: new names, words, bearers, reports, judgements, thresholds."""
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        unit(session, "发改局").name = "发展和改革局"
        unit(session, "卫健局").position = -5
        session.execute(select(Official).where(col(Official.name) == "陆秋明")).scalar_one().name = "陆春明"
        session.execute(select(Goal).where(col(Goal.name) == "改善民生")).scalar_one().name = "民生实事"
        hand_over_department(
            session,
            unit(session, "教育局"),
            unit(session, "住建局"),
            effective_on=END_OF_SEPTEMBER,
            reason="",
            actor=ducha,
        )
    report(office, LATE, progress="一至十月增长8.3%。", completion=83)
    with office.database.writing() as session:
        school, toilets = office.task(session, SCHOOL), office.task(session, TOILETS)
        school.standard, school.due_text, school.due_on = "新建学校3所。", "11月底前", date(2018, 11, 30)
        toilets.withdrawn_at, toilets.withdrawn_reason = ducha.now, "并入其他任务"
        growth = office.task(session, GROWTH)
        growth.rating, growth.rating_reason, growth.rated_by = Rating.FAR_BEHIND, "数据不实", "王督查"
        plan = office.plan(session)
        plan.title, plan.heading = "新的名称", "新的标题"
        plan.columns = plan.columns[:3]
        tight = replace(PeriodSettings.of(plan), yellow_points=1, red_points=2, due_day=25)
        set_periods(session, plan, tight, actor=ducha)


@pytest.mark.parametrize("username", ["ducha", "fagai", "luqiuming"])
def test_a_closed_period_is_exported_again_the_same_in_every_cell(office: Office, username: str) -> None:
    period_id = a_month(office)
    first = exported(office, username, period_id)
    before = shown(office, username, period_id)
    everything_changes(office)
    assert exported(office, username, period_id) == first
    assert shown(office, username, period_id) == before


def test_the_first_export_is_the_living_table_of_that_moment(office: Office) -> None:
    for standard in (GROWTH, HOSPITAL, TOILETS, SCHOOL):
        report(office, END_OF_SEPTEMBER, standard, "ducha")
    with office.database.writing() as session:
        for told in session.execute(select(ProgressReport)).scalars():
            told.state = ReportState.APPROVED
    close_one(office)
    with office.database.reading() as session:
        period_id = session.execute(select(col(ReportingPeriod.id))).scalar_one()
    for username in ("ducha", "fagai", "jiaoyu", "luqiuming"):
        with office.database.reading() as session:
            living = ledger(session, office.viewer(username), office.plan(session))
        living = replace(living, period="2018年9月")
        assert exported(office, username, period_id or 0) == cells(ledger_workbook(living))


def workbook_texts(office: Office, username: str, period_id: int) -> list[str]:
    told = exported(office, username, period_id)
    return [each[1] for each in told if isinstance(each, tuple) and isinstance(each[1], str)]


def test_the_workbook_names_its_period_and_marks_what_was_not_reported_in_it(office: Office) -> None:
    report(office, date(2018, 8, 20), progress="八月的情况。")
    report(office, date(2018, 8, 20), SCHOOL, "jiaoyu", progress="完成选址。")
    report(office, END_OF_SEPTEMBER)
    report(office, END_OF_SEPTEMBER, TOILETS, "ducha", progress="被退回的话。")
    with office.database.writing() as session:
        newest = session.execute(select(ProgressReport).order_by(col(ProgressReport.id).desc()).limit(1))
        returned = newest.scalar_one()
        returned.state, returned.return_reason = ReportState.RETURNED, "没有数据"
    period_id = close_one(office, unreviewed=True)
    texts = workbook_texts(office, "ducha", period_id)
    assert "《政府工作报告》目标任务责任分解表（2018年9月）" in texts
    assert f"{PLAN}工作量（2018年9月）" in texts
    assert "【没有审核】前三季度增长8.1%。" in texts
    assert {each for each in texts if "未报" in each} == {
        "【本期未报】",
        "【本期未报】2018年8月：完成选址。",
        "【本期未报，退回后没有再报】",
    }
    assert not any("被退回" in each for each in texts)
    seen = [each for each in workbook_texts(office, "fagai", period_id) if "未报" in each]
    assert seen == ["【本期未报】", "【本期未报】2018年8月：完成选址。"]


def test_a_unit_sees_progress_of_tasks_it_had_a_part_in_and_of_no_other(office: Office) -> None:
    period_id = a_month(office)
    closed = shown(office, "jiaoyu", period_id)
    by_standard = {row.task.standard: row for row in closed.rows}
    assert by_standard[SCHOOL].task.progress == "完成选址。"
    assert by_standard[SCHOOL].report is not None
    hidden = by_standard[GROWTH]
    assert (hidden.task.status, hidden.task.progress, hidden.report) == (None, "", None)
    assert hidden.task.judgement.light is Light.HIDDEN
    assert (closed.standing.seen, closed.standing.total) == (1, 4)
    assert closed.silent == []  # what others owe is not theirs to know
    assert "前三季度增长" not in str(exported(office, "jiaoyu", period_id))


def test_whoever_takes_a_task_over_later_does_not_see_what_was_before(office: Office) -> None:
    period_id = a_month(office)
    with office.database.writing() as session:
        hand_over_department(
            session,
            unit(session, "发改局"),
            unit(session, "教育局"),
            effective_on=END_OF_SEPTEMBER,
            reason="",
            actor=office.viewer("ducha"),
        )
    rows = {row.task.standard: row.task for row in shown(office, "jiaoyu", period_id).rows}
    assert rows[GROWTH].status is None


def test_the_closed_table_says_who_owed_a_report_and_was_urged(office: Office) -> None:
    period_id = open_one(office)
    report(office, END_OF_SEPTEMBER)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        health = unit(session, "卫健局")
        session.add(
            Urging(
                jurisdiction_id=ducha.jurisdiction_id,
                plan_id=office.plan(session).id,
                period_id=period_id,
                department_id=health.id,
                department_name=health.name,
                year=2018,
                number=1,
                task_ids=[],
                words="请报送。",
                answer_by=END_OF_SEPTEMBER,
                issued_by="王督查",
                issued_at=ducha.now,
            )
        )
        health_id = health.id or 0
    close_one(office, unreviewed=True)
    closed = shown(office, "ducha", period_id)
    assert {unit.name: unit.missing for unit in closed.silent} == {"卫健局": 1, "城管局": 1, "教育局": 1}
    assert closed.urgings(health_id) == 1
    assert {row.task.standard for row in closed.rows if row.is_missing} == {HOSPITAL, TOILETS, SCHOOL}
    assert closed.reported == 1


def test_a_period_closed_late_shows_its_last_day_without_what_came_later(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    report(office, LATE, progress="十月的情况。", completion=100, status=TaskStatus.COMPLETED)
    report(office, LATE, SCHOOL, "jiaoyu", progress="十月才报。", completion=90)
    period_id = close_one(office, day=LATE, unreviewed=True)
    closed = shown(office, "ducha", period_id)
    rows = {row.task.standard: row for row in closed.rows}
    assert closed.snapshot.as_of == date(2018, 9, 30)
    growth, school = rows[GROWTH].task, rows[SCHOOL].task
    assert (growth.progress, growth.judgement.completion, growth.judgement.pace) == (
        "前三季度增长8.1%。",
        60,
        75,
    )
    assert growth.status is TaskStatus.IN_PROGRESS
    assert (school.progress, school.status, school.judgement.completion) == ("", TaskStatus.NOT_STARTED, None)
    assert rows[SCHOOL].is_missing


def test_who_owed_a_report_then_did_so_though_the_task_was_finished_since(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    done = {"progress": "十月办完。", "completion": 100, "status": TaskStatus.COMPLETED}
    report(office, LATE, SCHOOL, "jiaoyu", **done)
    with office.database.writing() as session:
        toilets = office.task(session, TOILETS)
        toilets.status, toilets.closed_at = TaskStatus.COMPLETED, on(office.viewer("ducha"), LATE).now
    closed = shown(office, "ducha", close_one(office, day=LATE, unreviewed=True))
    assert {unit.name for unit in closed.silent} == {"卫健局", "城管局", "教育局"}
    assert {row.task.standard for row in closed.rows if row.is_missing} == {HOSPITAL, TOILETS, SCHOOL}


def test_what_was_taken_off_the_list_after_the_period_was_not_in_it(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    with office.database.writing() as session:
        growth, school = office.task(session, GROWTH), office.task(session, SCHOOL)
        growth.status, growth.completion = TaskStatus.COMPLETED, 100
        growth.closed_at = on(office.viewer("ducha"), LATE).now
        school.closed_at = on(office.viewer("ducha"), END_OF_SEPTEMBER).now
    period_id = close_one(office, day=LATE, unreviewed=True)
    rows = {row.task.standard: row.task for row in shown(office, "ducha", period_id).rows}
    assert (rows[GROWTH].status, rows[GROWTH].judgement.completion) == (TaskStatus.IN_PROGRESS, 60)
    assert rows[SCHOOL].judgement.light is Light.DONE


def test_a_split_task_stands_where_its_parts_stood_then(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        halves = [
            PartForm("上半年增长8%。", date(2018, 6, 30), 1),
            PartForm("全年增长8%。", date(2018, 12, 31), 3),
        ]
        parts = split(session, office.task(session, GROWTH), halves, actor=fagai)
        first, second = (part.id or 0 for part in parts)
    for part_id, day, percent in ((first, END_OF_SEPTEMBER, 100), (second, LATE, 60)):
        with office.database.writing() as session:
            status = TaskStatus.COMPLETED if percent == 100 else TaskStatus.IN_PROGRESS
            told = Statement(status, percent, "分解项进展。")
            report_progress(session, session.get_one(Task, part_id), told, actor=on(fagai, day))
    with office.database.reading() as session:
        assert office.task(session, GROWTH).completion == 70
    period_id = close_one(office, day=LATE, unreviewed=True)
    closed = shown(office, "ducha", period_id)
    growth = next(row for row in closed.rows if row.task.standard == GROWTH)
    assert growth.task.judgement.completion == 25
    assert growth.mark == "本期有 1 个分解项未报"  # the second part had no report in September
    assert {unit.name: unit.missing for unit in closed.silent}["发改局"] == 1


def test_the_report_of_the_period_stands_beside_the_one_before(office: Office) -> None:
    report(office, date(2018, 8, 20), progress="八月的情况。", completion=40)
    report(office, END_OF_SEPTEMBER)
    with office.database.writing() as session:
        newest = session.execute(
            select(ProgressReport).order_by(col(ProgressReport.id).desc()).limit(1)
        ).scalar_one()
        newest.state, newest.return_reason = ReportState.RETURNED, "没有数据"
    period_id = close_one(office)
    with office.database.reading() as session:
        period = session.get_one(ReportingPeriod, period_id)
        kept = {task.standard: task for task in snapshot_of(session, period).tasks}[GROWTH]
    assert kept.before is not None
    assert (kept.before.period, kept.before.progress) == ("2018年8月", "八月的情况。")
    assert kept.report is not None
    assert (kept.report.state, kept.report.return_reason) == (ReportState.RETURNED, "没有数据")


def test_what_was_packed_comes_out_as_it_went_in(office: Office) -> None:
    a_month(office)
    with office.database.reading() as session:
        period = session.execute(select(ReportingPeriod)).scalar_one()
        whole = gather(session, office.plan(session), period, office.viewer("ducha"))
    assert unpack(pack(whole)) == whole


def test_a_snapshot_packed_by_the_first_version_is_still_read() -> None:
    """Packed once and never again: a change that breaks this loses the offices' closed periods."""
    kept = unpack(CONTENT)
    assert (kept.version, kept.name, len(kept.tasks)) == (1, "2018年9月", 4)
    assert kept.tasks[0].standard == GROWTH
    assert kept.tasks[0].light is Light.BEHIND
    assert kept.tasks[0].report is not None
    assert kept.tasks[0].report.progress == "前三季度增长8.1%。"


def test_a_snapshot_somebody_tampered_with_is_not_shown(office: Office) -> None:
    period_id = a_month(office)
    with office.database.writing() as session:
        kept = session.execute(select(PeriodSnapshot)).scalar_one()
        kept.content = pack(replace(unpack(kept.content), heading="改过的标题"))
    with pytest.raises(InternalError, match="已损坏"):
        shown(office, "ducha", period_id)


def test_a_period_not_closed_yet_has_no_table_to_show(office: Office) -> None:
    period_id = open_one(office)
    with pytest.raises(NotFound, match="还没有关闭"):
        shown(office, "ducha", period_id)
    with pytest.raises(NotFound, match="没有找到"):
        shown(office, "neighbour", period_id)


def test_a_closed_period_is_another_day_the_same(office: Office) -> None:
    period_id = a_month(office)
    with office.database.reading() as session:
        year_later = on(office.viewer("ducha"), date(2019, 12, 31))
        snapshot = snapshot_of(session, get_closed_period(session, year_later, period_id))
        later = cells(ledger_workbook(ledger_of(snapshot, year_later)))
    assert later == exported(office, "ducha", period_id)


def test_what_is_reported_while_a_period_closes_is_in_its_table_or_in_the_next_period(office: Office) -> None:
    """Nobody's report is told “kept” and then missing from the table that was closed around it."""
    open_one(office)

    def told(number: int) -> str:
        try:
            return report(office, END_OF_SEPTEMBER, GROWTH, "fagai", progress=f"第 {number} 次报送。")
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(6) as people:
        answers = [people.submit(told, number) for number in range(8)]
        closed = people.submit(close_one, office, unreviewed=True)
        said = [answer.result() for answer in answers]
        period_id = closed.result()
    assert set(said) <= {"2018年9月", "refused"}
    with office.database.reading() as session:
        newest = session.execute(
            select(col(ProgressReport.progress)).order_by(col(ProgressReport.id).desc()).limit(1)
        ).scalar_one_or_none()
    kept = {row.task.standard: row.task.progress for row in shown(office, "ducha", period_id).rows}
    assert kept[GROWTH] == (newest or "")
