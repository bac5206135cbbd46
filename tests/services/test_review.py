"""填报审核: accepted, or sent back with a reason; what counts afterwards, and who is told."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.clock import utcnow
from app.errors import AppError, Conflict, Forbidden, InvalidInput, NotFound
from app.models.event import Event
from app.models.notice import Notice
from app.models.outbox import OutboxMessage
from app.models.progress import IMPORTED_BY, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, AssignmentRole, TaskStatus
from app.queries import review as review_queries
from app.queries.progress import list_reports
from app.queries.review import ReviewFilter, ReviewRow
from app.queries.todos import todos
from app.rules.review import Flag
from app.rules.todos import Todo, TodoKind
from app.services import evidence, review
from app.services.periods import period_to_report
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, Office

WORDS = "前三季度增长百分之八，主要指标好于上年同期，全年目标可以实现。"
ON_PACE = Statement(TaskStatus.IN_PROGRESS, 74, WORDS)
REASON = "进展不具体，请写明数字。"


def report(
    office: Office, standard: str = GROWTH, told: Statement = ON_PACE, by: str = "fagai", days_ago: int = 0
) -> int:
    actor = office.viewer(by)
    actor = replace(actor, now=actor.now - timedelta(days=days_ago))
    with office.database.writing() as session:
        return report_progress(session, office.task(session, standard), told, actor=actor).id or 0


def approve(office: Office, number: int, by: str = "ducha") -> None:
    with office.database.writing() as session:
        review.approve(session, session.get_one(ProgressReport, number), actor=office.viewer(by))


def send_back(
    office: Office,
    number: int,
    reason: str = REASON,
    seen: ReportState = ReportState.SUBMITTED,
    by: str = "ducha",
) -> None:
    with office.database.writing() as session:
        found = session.get_one(ProgressReport, number)
        review.return_report(session, found, reason, actor=office.viewer(by), seen=seen)


def queue(office: Office, wanted: ReviewFilter | None = None, by: str = "ducha") -> list[ReviewRow]:
    with office.database.reading() as session:
        return review_queries.review_queue(session, office.viewer(by), office.plan(session), wanted).rows


def todos_of(office: Office, by: str = "fagai") -> list[Todo]:
    with office.database.reading() as session:
        return todos(session, office.viewer(by))


def state(office: Office, number: int) -> ReportState:
    with office.database.reading() as session:
        return session.get_one(ProgressReport, number).state


def events(session: Session, kind: str) -> list[Event]:
    return list(session.execute(select(Event).where(col(Event.kind) == kind)).scalars())


def close(office: Office) -> None:
    with office.database.writing() as session:
        for period in session.execute(select(ReportingPeriod)).scalars():
            period.closed_at = utcnow()


def test_an_approval_its_event_and_its_message_are_written_together(office: Office) -> None:
    number = report(office)
    approve(office, number)
    with office.database.reading() as session:
        kept = session.get_one(ProgressReport, number)
        assert (kept.state, kept.reviewer_name) == (ReportState.APPROVED, "王督查")
        assert kept.reviewed_at is not None
        (event,) = events(session, "report_approved")
        assert (event.task_id, event.detail["report"]) == (kept.task_id, number)
        messages = session.execute(select(col(OutboxMessage.kind))).scalars().all()
        assert "task.report_approved" in messages
        assert office.task(session, GROWTH).completion == 74
    assert queue(office) == []


def test_a_returned_report_no_longer_counts_and_its_unit_is_told_why(office: Office) -> None:
    report(office, told=Statement(TaskStatus.IN_PROGRESS, 50, WORDS), days_ago=40)
    number = report(office)
    send_back(office, number)
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.status, task.completion) == (TaskStatus.IN_PROGRESS, 50)
        kept = session.get_one(ProgressReport, number)
        assert (kept.state, kept.return_reason) == (ReportState.RETURNED, REASON)
        notice = session.execute(select(Notice).order_by(col(Notice.id).desc())).scalars().first()
        assert notice is not None
        assert notice.department_id == office.viewer("fagai").department_id
        assert REASON in notice.words
        assert notice.address == f"/plans/{task.plan_id}/sheet?period={kept.period_id}#task-{task.id}"
        (event,) = events(session, "report_returned")
        assert event.detail["after"] == {"status": "in_progress", "completion": 50}


def test_without_any_other_report_the_task_is_as_before_the_first(office: Office) -> None:
    send_back(office, report(office))
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.status, task.completion, task.reported_at) == (TaskStatus.NOT_STARTED, None, None)


@pytest.mark.parametrize("reason", ["", "  \n ", "太" * 501])
def test_a_reason_is_asked_for(office: Office, reason: str) -> None:
    number = report(office)
    with pytest.raises(InvalidInput) as refused:
        send_back(office, number, reason)
    assert list(refused.value.fields) == ["reason"]
    assert state(office, number) is ReportState.SUBMITTED


def test_a_second_press_changes_nothing(office: Office) -> None:
    first, second = report(office), report(office, HOSPITAL, by="ducha")
    for _ in range(2):
        approve(office, first)
        send_back(office, second)
    with office.database.reading() as session:
        assert len(events(session, "report_approved")) == 1
        assert len(events(session, "report_returned")) == 1


def test_what_one_reviewer_decided_another_does_not_overturn_unseen(office: Office) -> None:
    first, second = report(office), report(office, HOSPITAL, by="ducha")
    approve(office, first)
    with pytest.raises(Conflict, match="王督查审核通过"):
        send_back(office, first)
    send_back(office, second)
    with pytest.raises(Conflict, match="已由王督查退回"):
        approve(office, second)
    with pytest.raises(Conflict, match="已由王督查退回"):
        send_back(office, second, "另一个理由")
    assert (state(office, first), state(office, second)) == (ReportState.APPROVED, ReportState.RETURNED)


def test_two_reviewers_at_once_leave_one_decision(office: Office) -> None:
    number = report(office)

    def decide(deed: int) -> str:
        try:
            if deed:
                approve(office, number)
            else:
                send_back(office, number)
        except AppError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, (0, 1))) == ["conflict", "done"]
    with office.database.reading() as session:
        assert len(events(session, "report_approved") + events(session, "report_returned")) == 1


def test_an_approved_report_may_be_sent_back_by_whoever_knows_it_was_approved(office: Office) -> None:
    number = report(office)
    approve(office, number)
    send_back(office, number, seen=ReportState.APPROVED)
    assert state(office, number) is ReportState.RETURNED


def test_a_report_its_unit_has_replaced_is_not_judged(office: Office) -> None:
    old = report(office)
    new = report(office, told=replace(ON_PACE, progress=WORDS + "另有新的情况。"))
    assert [row.id for row in queue(office)] == [new]
    for deed in (approve, send_back):
        with pytest.raises(Conflict, match="更新的进展"):
            deed(office, old)
    assert state(office, old) is ReportState.SUBMITTED


def test_each_periods_report_is_judged_though_the_unit_has_gone_on(office: Office) -> None:
    august, september = report(office, days_ago=40), report(office)
    assert [row.id for row in queue(office)] == [august, september]
    approve(office, september)
    send_back(office, august)
    assert (state(office, august), state(office, september)) == (ReportState.RETURNED, ReportState.APPROVED)
    (back,) = [each for each in todos_of(office) if each.kind is TodoKind.CORRECT_REPORT]
    assert back.detail == f"2018年8月，退回原因：{REASON}"


def test_a_report_comes_back_into_the_queue_when_it_is_corrected(office: Office) -> None:
    send_back(office, report(office))
    assert queue(office) == []
    again = report(office, told=replace(ON_PACE, progress=WORDS + "补充了数字。"))
    assert [row.id for row in queue(office)] == [again]


def test_two_units_reports_on_one_task_are_judged_each_by_itself(office: Office) -> None:
    first = report(office, HOSPITAL, by="ducha")
    with office.database.writing() as session:
        other = session.get_one(ProgressReport, first).model_copy()
        own = office.viewer("fagai")
        kept = ProgressReport(
            **other.model_dump(exclude={"id", "department_id", "department_name"}),
            department_id=own.department_id,
            department_name="发改局",
        )
        session.add(kept)
    assert len(queue(office)) == 2
    approve(office, first)
    assert [row.department for row in queue(office)] == ["发改局"]


def test_of_two_lead_units_each_is_shown_with_its_own_figures(office: Office) -> None:
    second = office.viewer("jiaoyu").department_id
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        line: dict[str, Any] = {
            "jurisdiction_id": task.jurisdiction_id,
            "plan_id": task.plan_id,
            "task_id": task.id,
        }
        session.add(Assignment(**line, role=AssignmentRole.LEAD, department_id=second, position=9))
    approve(office, report(office, told=replace(ON_PACE, completion=70), days_ago=40))
    report(office)
    report(office, told=replace(ON_PACE, completion=20), by="jiaoyu")
    first, other = queue(office)
    assert (first.department, first.judgement.completion, first.judgement.label) == (
        "发改局",
        74,
        "达到序时进度",
    )
    assert (other.department, other.judgement.completion, other.judgement.label) == ("教育局", 20, "严重滞后")
    assert first.before is not None
    assert first.before.said.completion == 70
    assert other.before is None, "what the other unit said before is not what this one has gone back on"
    assert Flag.BACKWARD not in {remark.flag for remark in other.remarks}


def test_nothing_is_judged_in_a_closed_period(office: Office) -> None:
    number = report(office)
    close(office)
    assert queue(office) == []
    for deed in (approve, send_back):
        with pytest.raises(Conflict, match="已关闭"):
            deed(office, number)


def test_what_a_table_brought_along_is_not_for_review(office: Office) -> None:
    number = report(office)
    with office.database.writing() as session:
        session.get_one(ProgressReport, number).author_name = IMPORTED_BY
    assert queue(office) == []
    with pytest.raises(Conflict, match="导入时"):
        approve(office, number)


@pytest.mark.parametrize("by", ["fagai", "luqiuming", "admin", "auditor"])
def test_only_the_supervision_office_judges(office: Office, by: str) -> None:
    number = report(office)
    for deed in (approve, send_back):
        with pytest.raises(Forbidden):
            deed(office, number, by=by)
    assert queue(office, by=by) == []


def test_another_jurisdiction_finds_no_report(office: Office) -> None:
    number = report(office)
    with office.database.reading() as session, pytest.raises(NotFound):
        review_queries.get_report(session, office.viewer("neighbour"), number)


def test_many_are_passed_at_once_and_what_changed_meanwhile_is_named(office: Office) -> None:
    first, second = report(office), report(office, SCHOOL, by="jiaoyu")
    send_back(office, second)
    with office.database.writing() as session:
        both = review_queries.get_reports(
            session, office.viewer("ducha"), office.plan(session), [first, second, 999]
        )
        left = review.approve_all(session, both, actor=office.viewer("ducha"))
    assert len(left) == 1
    assert "教育局" in left[0]
    assert (state(office, first), state(office, second)) == (ReportState.APPROVED, ReportState.RETURNED)


def test_a_row_says_what_changed_since_the_period_before(office: Office) -> None:
    report(office, told=Statement(TaskStatus.IN_PROGRESS, 74, WORDS), days_ago=40)
    report(office, told=Statement(TaskStatus.IN_PROGRESS, 60, WORDS, "资金不足。", "争取拨款。"))
    row = queue(office)[-1]
    assert row.before is not None
    assert (row.before.period, row.before.said.completion, row.said.completion) == ("2018年8月", 74, 60)
    assert [remark.flag for remark in row.remarks] == [
        Flag.BACKWARD,
        Flag.SLOW,
        Flag.SAME_WORDS,
        Flag.NO_EVIDENCE,
    ]
    assert not row.is_clean
    assert row.light_changed
    assert (row.problems, row.next_steps) == ("资金不足。", "争取拨款。")
    assert queue(office, ReviewFilter(only_changed=True)) == [row]


def test_a_correction_within_the_period_is_compared_with_the_period_before(office: Office) -> None:
    report(office, told=Statement(TaskStatus.IN_PROGRESS, 60, "八月的情况。"), days_ago=40)
    send_back(office, report(office))
    report(office, told=replace(ON_PACE, progress=WORDS + "补充。"))
    row = queue(office)[-1]
    assert row.before is not None
    assert row.before.said.progress == "八月的情况。"


def test_a_row_has_the_evidence_of_its_own_period(office: Office) -> None:
    number = report(office)
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY)
        picture = b"\x89PNG\r\n\x1a\n"
        task = office.task(session, GROWTH)
        evidence.add(session, task, period, picture, "现场.png", actor=office.viewer("fagai"))
    (row,) = queue(office)
    assert row.id == number
    assert [each.name for each in row.evidence] == ["现场.png"]
    assert row.remarks == []


def test_the_queue_is_narrowed_by_unit_leader_and_period(office: Office) -> None:
    growth, school = report(office), report(office, SCHOOL, by="jiaoyu")
    rows = {row.id: row for row in queue(office)}
    assert set(rows) == {growth, school}
    assert [r.id for r in queue(office, ReviewFilter(department=rows[school].department_id))] == [school]
    leader = office.viewer("luqiuming").official_id
    assert [row.id for row in queue(office, ReviewFilter(official=leader))] == [growth]
    assert len(queue(office, ReviewFilter(period=rows[growth].period_id))) == 2
    assert queue(office, ReviewFilter(period=999_999)) == []


def test_a_returned_report_stays_to_be_read_by_its_unit_and_the_supervision_office(office: Office) -> None:
    send_back(office, report(office, HOSPITAL, by="ducha"))
    with office.database.reading() as session:
        task = office.task(session, HOSPITAL)
        (row,) = list_reports(session, office.viewer("ducha"), task)
        assert (row.state_words, row.counts) == (f"退回：{REASON}", False)
        # 发改局 supports the task, 陆秋明 leads it: they read what counts.
        assert list_reports(session, office.viewer("fagai"), task) == []
        assert list_reports(session, office.viewer("luqiuming"), task) == []


def test_what_became_of_a_report_is_told_to_its_unit_and_not_to_others(office: Office) -> None:
    number = report(office)

    def said_to(username: str) -> str:
        with office.database.reading() as session:
            (row,) = list_reports(session, office.viewer(username), office.task(session, GROWTH))
            return row.state_words

    assert (said_to("fagai"), said_to("ducha"), said_to("luqiuming")) == (
        "已报送，待审核",
        "已报送，待审核",
        "",
    )
    approve(office, number)
    assert (said_to("fagai"), said_to("luqiuming")) == ("审核通过", "")
    send_back(office, number, seen=ReportState.APPROVED)
    assert said_to("fagai") == f"退回：{REASON}"
