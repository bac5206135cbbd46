"""Who owes a report for what: sheet, to-dos, periods, urging and the API count the same, whatever became of a task."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Department, DepartmentKind
from app.models.plan import PlanState
from app.models.progress import ReportingPeriod
from app.models.task import Assignment, AssignmentRole, TaskStatus
from app.queries.calendars import days
from app.queries.overview import overview
from app.queries.periods import list_periods
from app.queries.sheet import sheet_of
from app.queries.snapshots import closed_period, snapshot_of
from app.queries.todos import todos
from app.queries.urging import late_units, periods_to_urge
from app.queries.visible import TaskFilter
from app.rules.periods import PeriodBounds
from app.rules.todos import TodoKind
from app.services.closing import suspend
from app.services.parts import PartForm, split, withdraw_part
from app.services.periods import begin, close, open_period, period_to_report
from app.services.progress import Statement, report_progress
from app.services.review import return_report
from tests.office import GROWTH, SCHOOL, TODAY, TOILETS, Office, at
from tests.services.todos import change_plan

SAID = Statement(TaskStatus.IN_PROGRESS, 60, "前三季度增长8.1%。")
HALVES = [
    PartForm("抓项目投产。", date(2018, 10, 31)),
    PartForm("抓消费。", date(2018, 11, 30)),
    PartForm("抓外贸。", date(2018, 12, 31)),
]
SEPTEMBER = 8


def report(office: Office, session: Session, standard: str = GROWTH, by: str = "fagai") -> Any:
    return report_progress(session, office.task(session, standard), SAID, actor=office.viewer(by))


def carry(
    office: Office,
    session: Session,
    name: str,
    role: AssignmentRole = AssignmentRole.LEAD,
    standard: str = GROWTH,
) -> None:
    task = office.task(session, standard)
    unit = session.execute(select(Department).where(col(Department.name) == name)).scalar_one()
    line: dict[str, Any] = {
        "jurisdiction_id": task.jurisdiction_id,
        "plan_id": task.plan_id,
        "task_id": task.id,
    }
    session.add(Assignment(**line, role=role, department_id=unit.id, position=9))


def split_it(office: Office, session: Session) -> None:
    split(session, office.task(session, GROWTH), HALVES, actor=office.viewer("fagai"))


def report_and_split(office: Office, session: Session) -> None:
    report(office, session)
    split_it(office, session)


def split_and_put_together(office: Office, session: Session) -> None:
    parts = split(session, office.task(session, GROWTH), HALVES, actor=office.viewer("fagai"))
    for part in parts:
        withdraw_part(session, part, "不再拆分。", actor=office.viewer("fagai"))


def split_after_it_was_sent_back(office: Office, session: Session) -> None:
    told = report(office, session)
    return_report(session, told, "不具体。", actor=office.viewer("ducha"))
    split_it(office, session)


def one_of_two_leads_reports(office: Office, session: Session) -> None:
    carry(office, session, "教育局")
    report(office, session, by="jiaoyu")


def neither_of_lead_and_main_reports(office: Office, session: Session) -> None:
    carry(office, session, "发改局", AssignmentRole.MAIN, TOILETS)


def a_part_is_finished_and_the_school_set_aside(office: Office, session: Session) -> None:
    part, *_ = split(session, office.task(session, GROWTH), HALVES, actor=office.viewer("fagai"))
    done = Statement(TaskStatus.COMPLETED, 100, "已办完。")
    report_progress(session, part, done, actor=office.viewer("fagai"))
    suspend(session, office.task(session, SCHOOL), "资金未落实。", actor=office.viewer("ducha"))


@pytest.mark.parametrize(
    ("deed", "due", "fagai", "jiaoyu"),
    [
        (report, 4, 0, 1),
        (split_it, 6, 3, 1),
        (report_and_split, 6, 3, 1),
        (split_and_put_together, 4, 1, 1),
        (split_after_it_was_sent_back, 6, 3, 1),
        (one_of_two_leads_reports, 4, 0, 1),
        (neither_of_lead_and_main_reports, 4, 2, 1),
        (a_part_is_finished_and_the_school_set_aside, 5, 2, 0),
    ],
)
def test_all_who_count_what_a_unit_owes_count_the_same(
    office: Office, deed: Callable[[Office, Session], Any], due: int, fagai: int, jiaoyu: int
) -> None:
    with office.database.writing() as session:
        deed(office, session)
    listed = office.api("ducha").get(f"/api/v1/plans/{office.plan_id}/periods").json()[SEPTEMBER]
    with office.database.writing() as session:
        plan, ducha = office.plan(session), office.viewer("ducha")
        period = period_to_report(session, plan, TODAY)
        line = list_periods(session, ducha, plan)[SEPTEMBER]
        assert (line.due, listed["due"]) == (due, due)
        bounds = PeriodBounds(period.name, period.starts_on, period.ends_on, period.due_on, period.id)
        late = {unit.id: len(unit.tasks) for unit in late_units(session, ducha, plan, bounds)}
        silent = {unit.id: unit.missing for unit in line.silent}
        assert silent == late == {each["id"]: each["missing"] for each in listed["silent"]}
        assert silent == {each.id: each.missing for each in overview(session, ducha, plan).silent.units}
        for name, owed in (("fagai", fagai), ("jiaoyu", jiaoyu)):
            viewer = office.viewer(name)
            assert silent.get(viewer.department_id or 0, 0) == owed
            wanted = [each.count for each in todos(session, viewer) if each.kind is TodoKind.REPORT]
            assert sum(wanted) == owed
            sheet = sheet_of(session, viewer, plan, period)
            assert len(sheet.asked) - sheet.sent == owed
        close(session, period, actor=ducha, unreviewed=True, early=True)
        closed = list_periods(session, ducha, plan)[SEPTEMBER]
        assert (closed.due, closed.reported, closed.silent) == (due, line.reported, line.silent)
    with office.database.reading() as session:
        kept = closed_period(snapshot_of(session, session.get_one(ReportingPeriod, period.id)), ducha)
        assert {unit.id: unit.missing for unit in kept.silent} == silent


def test_a_table_of_which_all_was_told_by_others_says_so_on_the_sheet(office: Office) -> None:
    with office.database.writing() as session:
        one_of_two_leads_reports(office, session)
    period = office.browser("fagai").post(f"/plans/{office.plan_id}/sheet/begin").headers["location"]
    page = office.browser("fagai").get(period).text
    assert "教育局已报送2018年9月的进展（9月28日" in page
    assert "本期没有要报送的任务。另有 1 项可以不填" in re.sub(r"<[^>]+>", "", page)


def test_a_group_nobody_can_report_for_is_told_apart_and_not_urged(office: Office) -> None:
    with office.database.writing() as session:
        unit = session.execute(select(Department).where(col(Department.name) == "城管局")).scalar_one()
        unit.name, unit.kind = "各镇街", DepartmentKind.GROUP
    ducha = office.viewer("ducha")
    address = f"/plans/{office.plan_id}"
    with office.database.writing() as session:
        plan = office.plan(session)
        line = list_periods(session, ducha, plan)[SEPTEMBER]
        assert (line.due, [each.name for each in line.groups]) == (4, ["各镇街"])
        assert "各镇街" not in {each.name for each in line.silent}
        period = period_to_report(session, plan, TODAY)
        bounds = PeriodBounds(period.name, period.starts_on, period.ends_on, period.due_on, period.id)
        assert "各镇街" not in {each.name for each in late_units(session, ducha, plan, bounds)}
    for page in (f"{address}/periods", f"{address}/urging", f"{address}/overview"):
        text = office.browser("ducha").get(page).text
        assert "群组没有账号，不能自行报送" in text, page
    listed = office.api("ducha").get(f"/api/v1{address}/periods").json()[SEPTEMBER]
    assert [each["name"] for each in listed["groups"]] == ["各镇街"]
    with office.database.writing() as session:
        report(office, session, TOILETS, "ducha")
        assert list_periods(session, ducha, office.plan(session))[SEPTEMBER].groups == ()


def test_a_closed_period_keeps_the_groups_apart(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        unit = session.execute(select(Department).where(col(Department.name) == "卫健局")).scalar_one()
        unit.kind = DepartmentKind.GROUP
        period = period_to_report(session, office.plan(session), TODAY)
        close(session, period, actor=ducha, unreviewed=True, early=True)
        kept = closed_period(snapshot_of(session, period), ducha)
    assert [each.name for each in kept.groups] == ["卫健局"]
    assert "卫健局" not in {each.name for each in kept.silent}


def test_a_close_asks_about_the_whole_that_was_reported_on_before_it_was_split(office: Office) -> None:
    """It counts no longer among what is due, and waits for review all the same."""
    with office.database.writing() as session:
        report_and_split(office, session)
        line = list_periods(session, office.viewer("ducha"), office.plan(session))[SEPTEMBER]
    assert (line.reported, line.waiting) == (0, 1)


def test_a_group_with_an_account_of_its_own_is_silent_like_any_unit(office: Office) -> None:
    with office.database.writing() as session:
        unit = session.execute(select(Department).where(col(Department.name) == "教育局")).scalar_one()
        unit.kind = DepartmentKind.GROUP
        line = list_periods(session, office.viewer("ducha"), office.plan(session))[SEPTEMBER]
    assert "教育局" in {each.name for each in line.silent}


def issue_here(office: Office) -> None:
    change_plan(office, issued_at=office.viewer("ducha").now, state=PlanState.ISSUED)


def owing(office: Office, on: date = TODAY) -> list[bool]:
    """Whether anybody owes a report: the to-dos, the periods, urging, overview, a leader's page, API and calendar."""
    fagai, ducha = at(office.viewer("fagai"), on), at(office.viewer("ducha"), on)
    with office.database.reading() as session:
        plan = office.plan(session)
        lead = TaskFilter(official=office.viewer("luqiuming").official_id)
        answers = [
            any(each.kind is TodoKind.REPORT for each in todos(session, fagai)),
            any(line.silent for line in list_periods(session, ducha, plan)),
            any(late_units(session, ducha, plan, each) for each in periods_to_urge(session, ducha, plan)),
            bool(overview(session, ducha, plan).silent.units),
            bool(overview(session, ducha, plan, lead).silent.units),
            any(day.title.startswith("填报截止") for day in days(session, fagai)),
        ]
    if on == TODAY:
        listed = office.api("ducha").get(f"/api/v1/plans/{office.plan_id}/periods").json()
        answers.append(any(each["silent"] for each in listed))
    return answers


def test_before_the_first_period_is_opened_a_table_issued_here_asks_for_no_report(office: Office) -> None:
    assert set(owing(office)) == {True}, "one issued on paper is reported on from its first day"
    issue_here(office)
    with office.database.writing() as session:
        begin(session, office.plan(session), actor=office.viewer("fagai"))
    assert set(owing(office)) == {False}
    leader = office.viewer("luqiuming").official_id
    told = "2018年9月的填报还没有开启，各单位不用报送"
    address = f"/plans/{office.plan_id}"
    assert told in office.browser("ducha").get(f"{address}/overview").text
    assert told in office.browser("ducha").get(f"{address}/periods").text
    assert "第一期还没有开启" in office.browser("ducha").get(f"{address}/urging").text
    assert (
        "2018年9月未报送"
        not in office.browser("luqiuming").get(f"{address}/workload/officials/{leader}").text
    )
    answer = office.api("ducha").post(f"/api/v1{address}/urgings", json={"departments": [1]})
    assert answer.status_code == 409


def test_once_the_first_period_is_open_the_next_ask_by_themselves(office: Office) -> None:
    issue_here(office)
    with office.database.writing() as session:
        open_period(session, office.plan(session), date(2018, 9, 1), actor=office.viewer("ducha"))
    assert set(owing(office)) == {True}
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY)
        close(session, period, actor=office.viewer("ducha"), early=True)
    assert set(owing(office, date(2018, 10, 8))) == {True}


def test_a_period_before_the_first_that_was_opened_is_closed_without_anybody_owing(office: Office) -> None:
    issue_here(office)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        begin(session, office.plan(session), actor=office.viewer("fagai"))
        open_period(session, office.plan(session), date(2018, 10, 1), actor=ducha)
        assert periods_to_urge(session, ducha, office.plan(session))[0].name == "2018年10月"
        period = period_to_report(session, office.plan(session), TODAY)
        close(session, period, actor=ducha, early=True)
        kept = closed_period(snapshot_of(session, period), ducha)
    assert (kept.silent, kept.due) == ([], 0)


def test_a_draft_asks_for_no_report(office: Office) -> None:
    change_plan(office, state=PlanState.DRAFT)
    assert set(owing(office)) == {False}
