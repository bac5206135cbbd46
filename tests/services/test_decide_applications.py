"""申请延期、办结、中止: asked for, verified, answered; and the same without an application."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.account import Role
from app.models.application import Application, ApplicationKind, ApplicationState
from app.models.event import Event
from app.models.notice import Notice
from app.models.plan import PlanState
from app.models.task import Task, TaskStatus
from app.queries import applications as application_queries
from app.queries import tasks as task_queries
from app.services.applications import (
    Wish,
    approve,
    make_application,
    refuse,
    verify,
    withdraw_application,
)
from app.services.closing import complete, reopen, resume, suspend
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, TODAY, Office

JUNE, OCTOBER, NOVEMBER = date(2018, 6, 30), date(2018, 10, 31), date(2018, 11, 30)
MORE_TIME = Wish(ApplicationKind.EXTENSION, "征地未完成。", "已完成主体工程。", NOVEMBER)
DONE = Wish(ApplicationKind.COMPLETION, "全年增长8.2%，已达目标。")
STOP = Wish(ApplicationKind.SUSPENSION, "上级政策调整。")


def growth(session: Session, office: Office, due_on: date = OCTOBER) -> Task:
    """GROWTH, due on this day: led by fagai's unit."""
    task = office.task(session, GROWTH)
    task.due_on, task.due_text = due_on, "10月底前"
    session.add(task)
    session.flush()
    return task


def applied(session: Session, office: Office, wish: Wish, due_on: date = OCTOBER) -> Application:
    return make_application(session, growth(session, office, due_on), wish, actor=office.viewer("fagai"))


def report(session: Session, office: Office, completion: int = 80) -> None:
    told = Statement(TaskStatus.IN_PROGRESS, completion, "推进中。")
    report_progress(session, office.task(session, GROWTH), told, actor=office.viewer("fagai"))


def kinds(office: Office) -> list[str]:
    with office.database.reading() as session:
        return list(session.execute(select(col(Event.kind)).order_by(col(Event.sequence))).scalars())


def test_an_approved_extension_moves_the_due_day_and_both_days_are_told(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        approve(session, applied(session, office, MORE_TIME), "同意。", actor=ducha)
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.due_on, task.due_text) == (NOVEMBER, "10月底前")
        row = task_queries.get_row(session, ducha, office.plan(session), task)
        assert (row.due_on, row.original_due_on) == (NOVEMBER, OCTOBER)
        event = session.execute(select(Event).where(col(Event.kind) == "deadline_extended")).scalar_one()
        assert event.detail["before"] == {"due_on": "2018-10-31"}
        assert event.detail["after"] == {"due_on": "2018-11-30"}
        told = session.execute(select(Notice).where(col(Notice.department_id).is_not(None))).scalar_one()
        assert told.words.startswith("督查室已同意申请延期")


def test_extended_twice_the_first_day_is_still_told(office: Office) -> None:
    ducha = office.viewer("ducha")
    again = Wish(ApplicationKind.EXTENSION, "再延。", "已完成九成。", date(2018, 12, 20))
    with office.database.writing() as session:
        approve(session, applied(session, office, MORE_TIME), "", actor=ducha)
        task = office.task(session, GROWTH)
        approve(
            session, make_application(session, task, again, actor=office.viewer("fagai")), "", actor=ducha
        )
        row = task_queries.get_row(session, ducha, office.plan(session), task)
        assert (row.due_on, row.original_due_on) == (date(2018, 12, 20), OCTOBER)


def test_the_supervision_office_is_told_of_an_application(office: Office) -> None:
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        told = session.execute(select(Notice)).scalar_one()
        assert (told.role, told.address) == (Role.SUPERVISION, f"/applications/{application.id}")
        assert "发改局申请延期" in told.words


def test_on_the_due_day_one_may_still_ask_and_the_day_after_no_longer(office: Office) -> None:
    with office.database.writing() as session:
        assert applied(session, office, MORE_TIME, due_on=TODAY).state is ApplicationState.PENDING
    with office.database.writing() as session, pytest.raises(Conflict, match="已过"):
        applied(session, office, MORE_TIME, due_on=date(2018, 9, 27))


def test_work_may_go_over_the_turn_of_the_year_but_not_beyond_the_next(office: Office) -> None:
    over = Wish(ApplicationKind.EXTENSION, "原因", "进展", date(2019, 3, 31))
    with office.database.writing() as session:
        assert applied(session, office, over, due_on=date(2018, 12, 31)).due_on_wanted == date(2019, 3, 31)
    with office.database.writing() as session, pytest.raises(Conflict, match="最晚只能延到2019年12月31日"):
        applied(session, office, over, due_on=date(2019, 12, 31))


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (Wish(ApplicationKind.EXTENSION, "原因", "进展", OCTOBER), {"due_on"}),
        (Wish(ApplicationKind.EXTENSION, "原因", "进展", date(2020, 1, 1)), {"due_on"}),
        (Wish(ApplicationKind.EXTENSION, "原因", "进展", None), {"due_on"}),
        (Wish(ApplicationKind.EXTENSION, " ", "", NOVEMBER), {"reason", "progress"}),
        (Wish(ApplicationKind.EXTENSION, "", "", None), {"reason", "progress", "due_on"}),
        (Wish(ApplicationKind.EXTENSION, "长" * 1001, "进展", NOVEMBER), {"reason"}),
        (Wish(ApplicationKind.COMPLETION, "\n"), {"reason"}),
        (Wish(ApplicationKind.SUSPENSION, ""), {"reason"}),
    ],
)
def test_what_is_missing_is_said_at_its_field(office: Office, wish: Wish, fields: set[str]) -> None:
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refusal:
            applied(session, office, wish)
        assert set(refusal.value.fields) == fields
        assert session.execute(select(Application)).first() is None


@pytest.mark.parametrize("username", ["jiaoyu", "luqiuming", "ducha", "admin"])
def test_only_who_answers_for_the_task_applies(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session, pytest.raises(Forbidden):
        make_application(session, growth(session, office), MORE_TIME, actor=actor)


def test_the_same_sent_twice_is_one_and_another_has_to_wait(office: Office) -> None:
    with office.database.writing() as session:
        first = applied(session, office, MORE_TIME)
        assert applied(session, office, MORE_TIME).id == first.id
        other = Wish(ApplicationKind.EXTENSION, "别的原因。", "已完成主体工程。", NOVEMBER)
        with pytest.raises(Conflict, match="还在等待审批"):
            applied(session, office, other)
        assert applied(session, office, STOP).id != first.id  # of another kind
    assert kinds(office).count("application_made") == 2


def test_taken_back_it_may_be_made_anew(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        withdraw_application(session, application, actor=fagai)
        withdraw_application(session, application, actor=fagai)
        assert application.state is ApplicationState.WITHDRAWN
        assert applied(session, office, MORE_TIME).id != application.id
        with pytest.raises(Conflict, match="撤回这份申请"):
            approve(session, application, "", actor=office.viewer("ducha"))
    assert kinds(office).count("application_withdrawn") == 1


def test_a_decided_application_is_not_taken_back(office: Office) -> None:
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        refuse(session, application, "理由不充分。", actor=office.viewer("ducha"))
        with pytest.raises(Conflict, match="不同意"):
            withdraw_application(session, application, actor=office.viewer("fagai"))


def test_a_refusal_needs_its_reason_and_leaves_the_task_as_it_is(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        with pytest.raises(InvalidInput) as missing:
            refuse(session, application, " ", actor=ducha)
        assert set(missing.value.fields) == {"words"}
        refuse(session, application, "理由不充分。", actor=ducha)
        refuse(session, application, "理由不充分。", actor=ducha)
        assert (application.state, application.decided_by) == (ApplicationState.REFUSED, "王督查")
        assert office.task(session, GROWTH).due_on == OCTOBER
        with pytest.raises(Conflict):
            approve(session, application, "", actor=ducha)
        with pytest.raises(Conflict, match=r"王督查已于9月28日 \d\d:\d\d答复不同意"):
            refuse(session, application, "", actor=ducha)  # before a reason is asked for
    assert kinds(office).count("application_refused") == 1


def test_completion_is_verified_first_and_then_completed(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        report(session, office)
        application = applied(session, office, DONE)
        with pytest.raises(Conflict, match="还没有登记核实"):
            approve(session, application, "", actor=ducha)
        verify(session, application, "查看统计公报。", actor=ducha)
        assert application.state is ApplicationState.VERIFIED
        assert office.task(session, GROWTH).closed_at is None
        approve(session, application, "", actor=ducha)
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.closed_at, task.status, task.completion) == (ducha.now, TaskStatus.COMPLETED, 100)
        found = session.execute(select(Application)).scalar_one()
        assert (found.verified_words, found.verified_by) == ("查看统计公报。", "王督查")
        assert found.state is ApplicationState.APPROVED
    assert kinds(office)[-4:] == ["application_made", "task_verified", "report_approved", "task_completed"]


def test_only_completion_is_verified(office: Office) -> None:
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        with pytest.raises(Conflict, match="不用核实"):
            verify(session, application, "看过。", actor=office.viewer("ducha"))


def test_a_completed_task_leaves_no_application_waiting(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        waiting = applied(session, office, MORE_TIME)
        complete(session, office.task(session, GROWTH), "现场核实。", actor=ducha)
        assert waiting.state is ApplicationState.REFUSED
        assert "已办结" in waiting.decision_words
        with pytest.raises(Conflict, match="已经办结"):
            make_application(session, office.task(session, GROWTH), MORE_TIME, actor=office.viewer("fagai"))


def test_the_office_does_not_pass_over_a_waiting_application(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        applied(session, office, DONE)
        applied(session, office, STOP)
        task = office.task(session, GROWTH)
        with pytest.raises(Conflict, match="申请还没有审批"):
            complete(session, task, "现场核实。", actor=ducha)
        with pytest.raises(Conflict, match="申请还没有审批"):
            suspend(session, task, "政策调整。", actor=ducha)


def test_a_reopened_task_stands_where_its_newest_report_left_it(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        report(session, office, 80)
        complete(session, office.task(session, GROWTH), "现场核实。", actor=ducha)
        complete(session, office.task(session, GROWTH), "现场核实。", actor=ducha)
        with pytest.raises(InvalidInput):
            reopen(session, office.task(session, GROWTH), "", actor=ducha)
        reopen(session, office.task(session, GROWTH), "数据有误。", actor=ducha)
        task = office.task(session, GROWTH)
        assert (task.closed_at, task.status, task.completion) == (None, TaskStatus.IN_PROGRESS, 80)
    assert kinds(office)[-2:] == ["task_completed", "task_reopened"]


def test_a_suspended_task_is_resumed_where_it_stood(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        report(session, office, 60)
        approve(session, applied(session, office, STOP), "", actor=ducha)
        task = office.task(session, GROWTH)
        assert task.status is TaskStatus.SUSPENDED
        suspend(session, task, "再说一遍。", actor=ducha)  # it is already
        with pytest.raises(Conflict, match="已中止"):
            make_application(session, task, DONE, actor=office.viewer("fagai"))
        resume(session, task, "条件已具备。", actor=ducha)
        resume(session, task, "条件已具备。", actor=ducha)
        assert (task.status, task.completion) == (TaskStatus.IN_PROGRESS, 60)
    assert kinds(office)[-2:] == ["task_suspended", "task_resumed"]


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_decides(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        application = applied(session, office, MORE_TIME)
        for decide in (approve, refuse, verify):
            with pytest.raises(Forbidden):
                decide(session, application, "同意。", actor=actor)
        for deed in (complete, reopen, suspend, resume):
            with pytest.raises(Forbidden):
                deed(session, office.task(session, GROWTH), "同意。", actor=actor)


def test_nothing_is_applied_for_before_the_table_is_issued_or_after_it_is_closed(office: Office) -> None:
    for state in (PlanState.DRAFT, PlanState.COMMENT, PlanState.CLOSED, PlanState.ARCHIVED):
        with office.database.writing() as session:
            plan = office.plan(session)
            plan.state = state
            session.add(plan)
            session.flush()
            with pytest.raises(Conflict):
                applied(session, office, MORE_TIME)


def test_the_list_has_waiting_ones_first_and_no_other_units(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        decided = applied(session, office, MORE_TIME)
        refuse(session, decided, "不充分。", actor=ducha)
        applied(session, office, DONE)
        applied(session, office, STOP)
        plan = office.plan(session)
        rows = application_queries.list_applications(session, ducha, plan).items
        assert [row.kind for row in rows] == [DONE.kind, STOP.kind, MORE_TIME.kind]
        assert application_queries.count_waiting(session, ducha, plan) == 2
        assert application_queries.list_applications(session, office.viewer("jiaoyu"), plan).total == 0
        with pytest.raises(Forbidden):
            application_queries.get_application(session, office.viewer("jiaoyu"), decided.id or 0)
