"""进展填报: who may, what is refused, and what is written together."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.event import Event
from app.models.outbox import OutboxMessage
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import TaskStatus
from app.queries.tasks import get_row
from app.services.periods import period_to_report
from app.services.progress import Statement, newest_report_id, report_progress
from app.services.review import return_report
from app.services.snapshots import gather
from tests.office import GROWTH, HOSPITAL, SCHOOL, TOILETS, Office, at

GOING_WELL = Statement(TaskStatus.IN_PROGRESS, 60, "前三季度增长8.1%。", "外贸承压。", "抓项目投产。")


def count(session: Session, table: type) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_report_its_event_and_its_message_are_written_together(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        report_progress(session, task, GOING_WELL, actor=fagai)
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.status, task.completion, task.reported_at) == (TaskStatus.IN_PROGRESS, 60, fagai.now)
        report = session.execute(select(ProgressReport)).scalar_one()
        assert (report.progress, report.problems, report.next_steps) == (
            GOING_WELL.progress,
            GOING_WELL.problems,
            GOING_WELL.next_steps,
        )
        assert report.author_name == "李发改"
        assert session.get_one(ReportingPeriod, report.period_id).name == "2018年9月"
        event = session.execute(select(Event).where(col(Event.kind) == "progress_reported")).scalar_one()
        assert (event.task_id, event.actor_id) == (task.id, fagai.user_id)
        assert event.detail["before"] == {"status": "not_started", "completion": None}
        assert event.detail["after"] == {"status": "in_progress", "completion": 60}
        message = session.execute(
            select(OutboxMessage).where(col(OutboxMessage.kind) == "task.progress_reported")
        ).scalar_one()
        assert message.payload["task"] == task.id


def test_nothing_is_written_when_the_transaction_fails(office: Office) -> None:
    fagai = office.viewer("fagai")

    def report_and_fail() -> None:
        with office.database.writing() as session:
            report_progress(session, office.task(session, GROWTH), GOING_WELL, actor=fagai)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        report_and_fail()
    with office.database.reading() as session:
        assert count(session, ProgressReport) == 0
        assert count(session, ReportingPeriod) == 0
        assert office.task(session, GROWTH).reported_at is None


@pytest.mark.parametrize(
    ("username", "standard"),
    [("fagai", SCHOOL), ("fagai", TOILETS), ("jiaoyu", GROWTH), ("luqiuming", GROWTH), ("admin", GROWTH)],
)
def test_who_does_not_lead_a_task_cannot_report_on_it(office: Office, username: str, standard: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        task = office.task(session, standard)
        with pytest.raises(Forbidden):
            report_progress(session, task, GOING_WELL, actor=actor)
        assert count(session, ProgressReport) == 0


def test_the_supervision_office_enters_for_the_lead_unit_under_its_own_name(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        report = report_progress(session, office.task(session, HOSPITAL), GOING_WELL, actor=ducha)
        own = office.viewer("fagai").department_id
        assert report.author_name == "王督查"
        assert report.department_id not in (None, own)


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (Statement(TaskStatus.IN_PROGRESS, 60, "  \n "), "progress"),
        (Statement(TaskStatus.IN_PROGRESS, 101, "好"), "completion"),
        (Statement(TaskStatus.IN_PROGRESS, -1, "好"), "completion"),
        (Statement(TaskStatus.COMPLETED, 80, "好"), "completion"),
        (Statement(TaskStatus.NOT_STARTED, 5, "好"), "status"),
        (Statement(TaskStatus.SUSPENDED, None, "好"), "status"),
        (Statement(TaskStatus.IN_PROGRESS, 5, "好" * 5001), "progress"),
        (Statement(TaskStatus.IN_PROGRESS, 5, "好", problems="难" * 5001), "problems"),
    ],
)
def test_a_report_that_cannot_be_right_is_refused_at_its_field(
    office: Office, statement: Statement, field: str
) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            report_progress(session, office.task(session, GROWTH), statement, actor=fagai)
        assert list(refused.value.fields) == [field]
        assert count(session, ProgressReport) == 0


def test_a_finished_task_stands_at_a_hundred(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        report_progress(session, task, Statement(TaskStatus.COMPLETED, None, "已完成。"), actor=fagai)
        assert task.completion == 100


def test_a_double_click_is_one_report(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        first = report_progress(session, task, GOING_WELL, actor=fagai, seen=0)
        second = report_progress(session, task, GOING_WELL, actor=fagai, seen=0)
        assert first.id == second.id
        assert count(session, ProgressReport) == 1


def test_what_was_said_before_a_returned_report_can_be_said_again(office: Office) -> None:
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        first = report_progress(session, task, GOING_WELL, actor=fagai)
        second = report_progress(session, task, replace(GOING_WELL, completion=90), actor=fagai)
        return_report(session, second, "请核对完成率。", actor=ducha)
        again = report_progress(session, task, GOING_WELL, actor=fagai)
        assert again.id not in (first.id, second.id)
        assert report_progress(session, task, GOING_WELL, actor=fagai).id == again.id


def test_a_colleagues_newer_report_is_not_run_over(office: Office) -> None:
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        seen = newest_report_id(session, task)
        report_progress(session, task, Statement(TaskStatus.IN_PROGRESS, 50, "电话报来。"), actor=ducha)
        with pytest.raises(Conflict, match="王督查已报送"):
            report_progress(session, task, GOING_WELL, actor=fagai, seen=seen)
        assert task.completion == 50


def test_two_people_at_once_cannot_both_be_first(office: Office) -> None:
    actors = [office.viewer("fagai"), office.viewer("ducha")]

    def attempt(actor: object) -> str:
        try:
            with office.database.writing() as session:
                report_progress(session, office.task(session, GROWTH), GOING_WELL, actor=actor, seen=0)  # type: ignore[arg-type]
        except Conflict:
            return "conflict"
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, actors))
    assert outcomes == ["conflict", "saved"]


def test_two_departments_may_open_the_same_period_at_once(office: Office) -> None:
    pairs = [("fagai", GROWTH), ("jiaoyu", SCHOOL)]

    def report(pair: tuple[str, str]) -> int:
        actor = office.viewer(pair[0])
        with office.database.writing() as session:
            return report_progress(session, office.task(session, pair[1]), GOING_WELL, actor=actor).period_id

    with ThreadPoolExecutor(2) as pool:
        periods = set(pool.map(report, pairs))
    assert len(periods) == 1


def test_ideographic_spaces_stay_and_control_characters_go(office: Office) -> None:
    fagai = office.viewer("fagai")
    said = Statement(TaskStatus.IN_PROGRESS, 10, "一、进度\r\n\u3000\u3000已\x0b完成\x00一半")
    with office.database.writing() as session:
        report = report_progress(session, office.task(session, GROWTH), said, actor=fagai)
        assert report.progress == "一、进度\n\u3000\u3000已完成一半"


def test_what_is_made_up_for_afterwards_does_not_push_aside_the_period_that_came_later(
    office: Office,
) -> None:
    """September's report comes after October's: the task stands as October says, and so does October's table."""
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    october = at(fagai, date(2018, 10, 25))
    later = replace(GOING_WELL, completion=80, progress="前十个月增长8.3%。")
    with office.database.writing() as session:
        task, plan = office.task(session, GROWTH), office.plan(session)
        september = period_to_report(session, plan, fagai.today)
        report_progress(session, task, later, actor=october)
        report_progress(session, task, GOING_WELL, actor=october, period=september)
        assert (task.completion, task.reported_at) == (80, october.now)
        row = get_row(session, ducha, plan, task)
        assert (row.progress, row.judgement.completion) == ("前十个月增长8.3%。", 80)
        content = gather(session, plan, september, replace(ducha, now=october.now))
        (kept,) = [each for each in content.tasks if each.id == task.id]
        assert (kept.completion, kept.progress) == (60, GOING_WELL.progress)
