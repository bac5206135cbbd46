"""我的待办 of a unit: what waits for it, and when it no longer does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from app.models.plan import Plan, PlanState
from app.models.progress import (
    Contribution,
    ProgressReport,
    ReportingPeriod,
    ReportState,
)
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.models.urging import Urging
from app.rules.todos import TodoKind, Urgency
from app.services.periods import begin
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, TOILETS, Office
from tests.services.todos import (
    add,
    application,
    at_home,
    change,
    change_plan,
    change_task,
    comment,
    counts,
    only,
    opened,
    part,
    period_id,
    report,
    slip,
    waiting,
)


def test_what_a_unit_leads_is_to_be_reported_until_it_is(office: Office) -> None:
    todo = only(office, "fagai", TodoKind.REPORT)
    assert (todo.title, todo.detail) == ("填报 1 项任务的进展", "2018年9月，9月30日截止，还有 2 天")
    assert todo.address == f"/plans/{office.plan_id}/sheet"
    report(office, "fagai", GROWTH)
    assert TodoKind.REPORT not in counts(office, "fagai")


def test_the_line_leads_to_the_sheet_of_its_period(office: Office) -> None:
    period = period_id(office)
    assert only(office, "fagai", TodoKind.REPORT).address == f"/plans/{office.plan_id}/sheet?period={period}"


def test_a_report_is_urgent_from_the_reminder_on_and_overdue_after_its_day(office: Office) -> None:
    opened(office)
    assert only(office, "fagai", TodoKind.REPORT, date(2018, 9, 26)).urgency is Urgency.SOON
    assert only(office, "fagai", TodoKind.REPORT, date(2018, 9, 27)).urgency is Urgency.NOW
    assert "今天截止" in only(office, "fagai", TodoKind.REPORT, date(2018, 9, 30)).detail
    late = [todo for todo in waiting(office, "fagai", date(2018, 10, 3)) if todo.kind is TodoKind.REPORT]
    assert [todo.detail for todo in late if "逾期" in todo.detail] == ["2018年9月，9月30日截止，已逾期 3 天"]


def test_each_open_period_has_a_line_of_its_own(office: Office) -> None:
    august, september = opened(office, date(2018, 8, 20)), opened(office)
    lines = [todo for todo in waiting(office, "fagai") if todo.kind is TodoKind.REPORT]
    assert [todo.address.rpartition("=")[2] for todo in lines] == [str(august), str(september)]


def test_a_closed_period_asks_for_nothing(office: Office) -> None:
    period = period_id(office)
    change(office, ReportingPeriod, period, closed_at=office.viewer("ducha").now)
    assert waiting(office, "fagai") == []


def test_of_a_table_issued_here_reports_are_awaited_once_a_period_is_open(office: Office) -> None:
    change_plan(office, issued_at=office.viewer("ducha").now)
    assert TodoKind.REPORT not in counts(office, "fagai")
    opened(office)
    assert counts(office, "fagai")[TodoKind.REPORT] == 1


def test_that_a_unit_begins_to_write_asks_no_other_for_a_report(office: Office) -> None:
    change_plan(office, issued_at=office.viewer("ducha").now)
    with office.database.writing() as session:
        begin(session, office.plan(session), actor=office.viewer("fagai"))
    assert TodoKind.REPORT not in counts(office, "jiaoyu")
    report(office, "fagai", GROWTH)
    assert counts(office, "jiaoyu")[TodoKind.REPORT] == 1


def test_a_returned_report_comes_first_with_its_reason_and_goes_with_the_next(office: Office) -> None:
    made = report(office, "fagai", GROWTH)
    add(office, slip(office))
    change(office, ProgressReport, made, state=ReportState.RETURNED, return_reason="进展不具体。")
    first = waiting(office, "fagai")[0]
    assert (first.kind, first.title) == (TodoKind.CORRECT_REPORT, "改正 1 项退回的填报")
    assert first.detail == "2018年9月，退回原因：进展不具体。"
    assert first.address == f"/plans/{office.plan_id}/sheet?period={period_id(office)}"
    assert TodoKind.REPORT not in counts(office, "fagai"), "it is told once"
    with office.database.writing() as session:
        better = Statement(TaskStatus.IN_PROGRESS, 71, "前三季度增长8.1%。")
        report_progress(session, office.task(session, GROWTH), better, actor=office.viewer("fagai"))
    assert TodoKind.CORRECT_REPORT not in counts(office, "fagai")


def test_of_several_reasons_the_first_is_told_and_that_there_are_more(office: Office) -> None:
    with office.database.writing() as session:
        task = office.task(session, TOILETS)
        session.add(
            Assignment(
                jurisdiction_id=task.jurisdiction_id,
                plan_id=task.plan_id,
                task_id=task.id or 0,
                role=AssignmentRole.MAIN,
                department_id=office.viewer("fagai").department_id,
                position=9,
            )
        )
    for standard, reason in ((GROWTH, "进" * 50), (TOILETS, "缺少佐证。")):
        made = report(office, "fagai", standard)
        change(office, ProgressReport, made, state=ReportState.RETURNED, return_reason=reason)
    todo = only(office, "fagai", TodoKind.CORRECT_REPORT)
    assert todo.count == 2
    assert todo.detail == f"2018年9月，退回原因：{'进' * 40}… 等"


def test_a_slip_waits_until_somebody_of_the_unit_receives_it(office: Office) -> None:
    add(office, slip(office))
    todo = only(office, "fagai", TodoKind.ANSWER_URGING)
    assert todo.title == "回复催办单〔2018〕第1号"
    assert todo.detail == "涉及 1 项任务；答复10月3日截止，还有 5 天"
    assert TodoKind.ANSWER_URGING not in counts(office, "jiaoyu")
    number = int(todo.address.removeprefix("/urging/"))
    change(office, Urging, number, received_at=office.viewer("fagai").now, received_by="李发改")
    assert TodoKind.ANSWER_URGING not in counts(office, "fagai")


def test_tasks_of_a_table_issued_here_wait_to_be_signed(office: Office) -> None:
    assert TodoKind.SIGN not in counts(office, "fagai"), "one issued on paper is signed on paper"
    change_plan(office, issued_at=office.viewer("ducha").now, sign_due_on=TODAY + timedelta(days=10))
    todo = only(office, "fagai", TodoKind.SIGN)
    assert (todo.title, todo.urgency) == ("签收 1 项任务", Urgency.SOON)
    assert todo.address == f"/plans/{office.plan_id}/signing"
    with at_home(office) as (session, _):
        mine = col(Assignment.department_id) == office.viewer("fagai").department_id
        session.execute(update(Assignment).where(mine).values(signed_at=office.viewer("fagai").now))
    assert TodoKind.SIGN not in counts(office, "fagai")
    assert counts(office, "jiaoyu")[TodoKind.SIGN] == 1


def test_a_draft_out_for_comment_waits_for_every_unit_with_a_part_in_it(office: Office) -> None:
    change_plan(office, state=PlanState.COMMENT, comment_round=1, comment_due_on=TODAY + timedelta(days=3))
    todo = only(office, "fagai", TodoKind.COMMENT)
    assert (todo.title, todo.urgency) == ("对 3 项任务答复征求意见", Urgency.NOW)
    assert counts(office, "fagai") == {TodoKind.COMMENT: 3}, "nothing is reported on before it is issued"
    add(office, comment(office, GROWTH), comment(office, SCHOOL))
    assert counts(office, "fagai") == {TodoKind.COMMENT: 1}
    change_plan(office, comment_round=2)
    assert counts(office, "fagai") == {TodoKind.COMMENT: 3}, "a later round asks again"


def test_a_supporting_unit_tells_the_lead_unit_before_that_reports(office: Office) -> None:
    todo = only(office, "fagai", TodoKind.CONTRIBUTE)
    assert (todo.count, todo.urgency) == (2, Urgency.SOON)
    fagai = office.viewer("fagai")
    add(
        office,
        Contribution(
            jurisdiction_id=fagai.jurisdiction_id,
            task_id=office.task_id(HOSPITAL),
            period_id=period_id(office),
            department_id=fagai.department_id or 0,
            department_name="发改局",
            words="已协调资金。",
            sent_at=fagai.now,
            updated_at=fagai.now,
            updated_by="李发改",
        ),
    )
    assert counts(office, "fagai")[TodoKind.CONTRIBUTE] == 1
    report(office, "jiaoyu", SCHOOL)
    assert TodoKind.CONTRIBUTE not in counts(office, "fagai")


def test_nobody_is_asked_to_contribute_after_the_day(office: Office) -> None:
    opened(office)
    lines = [each for each in waiting(office, "fagai", date(2018, 10, 3)) if each.kind is TodoKind.CONTRIBUTE]
    assert all("逾期" not in todo.detail for todo in lines)


@pytest.mark.parametrize(("days", "told"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_task_that_ends_within_a_fortnight_is_told(office: Office, days: int, told: bool) -> None:
    change_task(office, GROWTH, due_on=TODAY + timedelta(days=days))
    found = [todo for todo in waiting(office, "fagai") if todo.kind is TodoKind.FINISH_IN_TIME]
    assert bool(found) is told
    if told:
        assert found[0].address == f"/tasks/{office.task_id(GROWTH)}"
        assert found[0].urgency is Urgency.OTHER


def test_a_split_task_is_reported_on_by_its_parts(office: Office) -> None:
    jiaoyu = office.viewer("jiaoyu").department_id
    whole = counts(office, "jiaoyu")
    made = part(office, GROWTH, jiaoyu)
    assert TodoKind.REPORT not in counts(office, "fagai"), "its parts report for it"
    assert counts(office, "jiaoyu")[TodoKind.REPORT] == whole[TodoKind.REPORT] + 1
    change(office, Task, made, withdrawn_at=office.viewer("ducha").now, withdrawn_reason="不再拆分")
    assert counts(office, "fagai")[TodoKind.REPORT] == 1
    assert counts(office, "jiaoyu") == whole


@pytest.mark.parametrize(
    "values",
    [
        {"status": TaskStatus.SUSPENDED},
        {"closed_at": datetime(2018, 9, 1, tzinfo=UTC), "status": TaskStatus.COMPLETED},
        {"withdrawn_at": datetime(2018, 9, 1, tzinfo=UTC), "withdrawn_reason": "不再列入"},
    ],
    ids=["suspended", "closed", "withdrawn"],
)
def test_a_task_that_is_no_work_any_more_makes_no_to_dos(office: Office, values: dict[str, Any]) -> None:
    change_plan(office, issued_at=office.viewer("ducha").now)
    period = period_id(office)
    change(office, ReportingPeriod, period, opened_at=office.viewer("ducha").now)
    report(office, "jiaoyu", SCHOOL)
    add(office, application(office, SCHOOL))
    before = counts(office, "ducha")
    assert (before[TodoKind.REVIEW], before[TodoKind.DECIDE_APPLICATIONS]) == (1, 1)
    for standard in (GROWTH, HOSPITAL, SCHOOL):
        change_task(office, standard, due_on=TODAY + timedelta(days=5), **values)
    assert waiting(office, "fagai") == []
    assert waiting(office, "jiaoyu") == []
    assert waiting(office, "ducha") == []


def test_a_completed_task_needs_no_report(office: Office) -> None:
    change_task(office, GROWTH, status=TaskStatus.COMPLETED, completion=100)
    assert TodoKind.REPORT not in counts(office, "fagai")


@pytest.mark.parametrize(
    "values",
    [
        {"state": PlanState.DRAFT},
        {"state": PlanState.CLOSED},
        {"state": PlanState.ARCHIVED},
        {"undone_at": datetime(2018, 9, 1, tzinfo=UTC)},
    ],
    ids=["draft", "closed", "archived", "undone"],
)
def test_a_plan_nobody_works_on_makes_no_to_dos(office: Office, values: dict[str, Any]) -> None:
    plan = office.plan_id
    report(office, "jiaoyu", SCHOOL)
    add(office, slip(office), application(office, GROWTH))
    change(office, Plan, plan, **values)
    for username in ("fagai", "jiaoyu", "luqiuming"):
        assert waiting(office, username, date(2018, 10, 5)) == [], username
    assert TodoKind.REVIEW not in counts(office, "ducha", date(2018, 10, 5))


def test_what_was_handed_over_waits_for_whoever_holds_it_now(office: Office) -> None:
    with at_home(office) as (session, _):
        task = office.task_id(GROWTH)
        line = session.execute(
            select(Assignment).where(
                col(Assignment.task_id) == task,
                col(Assignment.department_id) == office.viewer("fagai").department_id,
            )
        ).scalar_one()
        line.held_to = TODAY
        session.add(
            Assignment(
                jurisdiction_id=line.jurisdiction_id,
                plan_id=line.plan_id,
                task_id=task,
                role=AssignmentRole.LEAD,
                department_id=office.viewer("jiaoyu").department_id,
                position=line.position,
                held_from=TODAY,
            )
        )
    assert TodoKind.REPORT not in counts(office, "fagai")
    assert counts(office, "jiaoyu")[TodoKind.REPORT] == 2
