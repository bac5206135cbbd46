"""我的待办 of the supervision office and of officials, and what holds for everybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.models.application import ApplicationState
from app.models.comment import CommentAnswer
from app.models.plan import PlanState
from app.models.progress import (
    IMPORTED_BY,
    ProgressReport,
    ReportingPeriod,
    ReportState,
)
from app.models.task import TaskStatus
from app.queries.todos import by_urgency
from app.rules.todos import TodoKind
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TODAY, Office
from tests.services.todos import (
    add,
    application,
    change,
    change_plan,
    change_task,
    comment,
    counts,
    only,
    part,
    period_id,
    report,
    slip,
    waiting,
)


def test_reports_wait_for_review_the_newest_of_each_unit(office: Office) -> None:
    report(office, "jiaoyu", SCHOOL, date(2018, 9, 20))
    with office.database.writing() as session:
        again = Statement(TaskStatus.IN_PROGRESS, 72, "又有进展。")
        newest = report_progress(session, office.task(session, SCHOOL), again, actor=office.viewer("jiaoyu"))
        number = newest.id or 0
    report(office, "fagai", GROWTH)
    todo = only(office, "ducha", TodoKind.REVIEW)
    assert (todo.title, todo.address) == ("审核 2 条填报", f"/plans/{office.plan_id}/review")
    change(office, ProgressReport, number, state=ReportState.APPROVED)
    assert counts(office, "ducha")[TodoKind.REVIEW] == 1


def test_what_a_table_brought_along_is_not_reviewed(office: Office) -> None:
    change(office, ProgressReport, report(office, "fagai", GROWTH), author_name=IMPORTED_BY)
    assert TodoKind.REVIEW not in counts(office, "ducha")


def test_what_stands_in_a_closed_period_is_not_reviewed_any_more(office: Office) -> None:
    report(office, "fagai", GROWTH)
    change(office, ReportingPeriod, period_id(office), closed_at=office.viewer("ducha").now)
    assert TodoKind.REVIEW not in counts(office, "ducha")


def test_applications_wait_verified_ones_included(office: Office) -> None:
    add(
        office,
        application(office, GROWTH, state=ApplicationState.VERIFIED),
        application(office, SCHOOL),
        application(office, HOSPITAL, state=ApplicationState.REFUSED),
    )
    todo = only(office, "ducha", TodoKind.DECIDE_APPLICATIONS)
    assert (todo.title, todo.detail) == ("审批 2 项申请", "其中 1 项已核实，等待办结")
    assert todo.address == f"/plans/{office.plan_id}/applications"


def test_changes_wanted_wait_for_an_answer_also_after_the_round(office: Office) -> None:
    change_plan(office, state=PlanState.COMMENT, comment_round=2)
    wanted = {"answer": CommentAnswer.CHANGE, "words": "请改时限。", "round": 2}
    add(
        office,
        comment(office, GROWTH, **wanted),
        comment(office, SCHOOL, **wanted, is_adopted=False),
        comment(office, HOSPITAL, round=2),
        comment(office, HOSPITAL, **{**wanted, "round": 1}),
    )
    assert counts(office, "ducha") == {TodoKind.SETTLE_COMMENTS: 1}
    change_plan(office, state=PlanState.DRAFT)
    assert counts(office, "ducha") == {TodoKind.SETTLE_COMMENTS: 1}
    change_plan(office, state=PlanState.ISSUED)
    assert TodoKind.SETTLE_COMMENTS not in counts(office, "ducha")


def test_a_round_is_ended_after_its_day(office: Office) -> None:
    change_plan(office, state=PlanState.COMMENT, comment_round=1, comment_due_on=TODAY)
    assert waiting(office, "ducha") == []
    todo = only(office, "ducha", TodoKind.END_COMMENT_ROUND, TODAY + timedelta(days=1))
    assert todo.address == f"/plans/{office.plan_id}/stage"


def test_silent_units_are_urged_and_the_period_closed_after_the_due_day(office: Office) -> None:
    report(office, "fagai", GROWTH)
    period = period_id(office)
    assert set(counts(office, "ducha", date(2018, 9, 30))) == {TodoKind.REVIEW}
    after = date(2018, 10, 1)
    todo = only(office, "ducha", TodoKind.URGE, after)
    assert (todo.title, todo.detail) == ("催办 3 个未报送单位", "2018年9月，9月30日截止，已逾期 1 天")
    assert only(office, "ducha", TodoKind.CLOSE_PERIOD, after).title == "关闭2018年9月的填报"
    jiaoyu = office.viewer("jiaoyu").department_id
    add(office, slip(office, department_id=jiaoyu, period_id=period))
    assert counts(office, "ducha", after)[TodoKind.URGE] == 2, "once urged, it is the unit's turn"
    change(office, ReportingPeriod, period, closed_at=office.viewer("ducha").now)
    assert set(counts(office, "ducha", after)) <= {TodoKind.REVIEW}


def test_an_official_is_told_what_is_overdue_or_far_behind_in_his_own_portfolio(office: Office) -> None:
    todo = only(office, "luqiuming", TodoKind.LOOK_AFTER)
    official = office.viewer("luqiuming").official_id
    assert (todo.title, todo.detail) == ("关注 1 项逾期或严重滞后的任务", "逾期 1 项")
    assert todo.address == f"/plans/{office.plan_id}/workload/officials/{official}"
    change_task(office, GROWTH, status=TaskStatus.IN_PROGRESS, completion=10)
    assert only(office, "luqiuming", TodoKind.LOOK_AFTER).detail == "逾期 1 项，严重滞后 1 项"
    change_task(office, HOSPITAL, status=TaskStatus.COMPLETED, completion=100)
    change_task(office, GROWTH, status=TaskStatus.IN_PROGRESS, completion=75)
    assert waiting(office, "luqiuming") == []


@pytest.mark.parametrize("username", ["admin", "auditor", "neighbour"])
def test_nothing_waits_for_who_has_no_business_with_the_plan(office: Office, username: str) -> None:
    report(office, "fagai", GROWTH)
    add(office, slip(office), application(office, GROWTH))
    assert waiting(office, username, date(2018, 10, 5)) == []


def test_lines_stand_in_groups_by_urgency(office: Office) -> None:
    change_task(office, GROWTH, due_on=TODAY + timedelta(days=5))
    groups = by_urgency(waiting(office, "fagai"))
    assert [(group.label, [todo.kind for todo in group.todos]) for group in groups] == [
        ("现在要办", [TodoKind.REPORT]),
        ("近期", [TodoKind.CONTRIBUTE]),
        ("其他", [TodoKind.FINISH_IN_TIME]),
    ]


def test_all_is_counted_in_a_few_statements_however_many_tasks_there_are(office: Office) -> None:
    def asked(username: str) -> int:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        event.listen(office.database.engine, "before_cursor_execute", note)
        try:
            waiting(office, username, date(2018, 10, 5))
        finally:
            event.remove(office.database.engine, "before_cursor_execute", note)
        return len([each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))])

    period_id(office)
    people = ("fagai", "ducha", "luqiuming")
    before = {username: asked(username) for username in people}
    for _ in range(20):
        part(office, GROWTH, office.viewer("fagai").department_id)
    assert {username: asked(username) for username in people} == before
    assert max(before.values()) <= 14


def test_the_plan_is_named_on_each_line(office: Office) -> None:
    assert {todo.plan for todo in waiting(office, "fagai")} == {PLAN}
