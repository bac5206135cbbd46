"""办理阶段: each step with its record, its notices and its message; what a state forbids."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.installation import command_actor
from app.models.comment import CommentAnswer
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch
from app.models.notice import Notice
from app.models.outbox import OutboxMessage
from app.models.plan import Plan, PlanState
from app.models.task import Task, TaskStatus
from app.queries import stages as stage_queries
from app.queries.plans import find_plan
from app.queries.workload import standing
from app.rules.status import Light
from app.services import comments as comment_services
from app.services import imports as import_services
from app.services import stages as stage_services
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOME, PLAN, TABLE, TODAY, Office

SOON = TODAY + timedelta(days=5)
GOING_WELL = Statement(TaskStatus.IN_PROGRESS, 60, "前三季度增长8.1%。")


def put(office: Office, state: PlanState) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = state
        session.add(plan)


def state_of(office: Office) -> PlanState:
    with office.database.reading() as session:
        return office.plan(session).state


def kinds(session: Session) -> list[str]:
    return list(session.execute(select(col(Event.kind)).order_by(col(Event.sequence))).scalars())


def test_the_whole_year_leaves_its_trace(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha, fagai = office.viewer("ducha"), office.viewer("fagai")
    with office.database.writing() as session:
        plan = office.plan(session)
        stage_services.open_comment_round(session, plan, SOON, actor=ducha)
        assert (plan.state, plan.comment_round, plan.comment_due_on) == (PlanState.COMMENT, 1, SOON)
        stage_services.end_comment_round(session, plan, actor=ducha)
        stage_services.open_comment_round(session, plan, SOON, actor=ducha)
        assert plan.comment_round == 2
        stage_services.issue(session, plan, SOON, actor=ducha)
        assert (plan.issued_at, plan.sign_due_on) == (ducha.now, SOON)
    with office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), GOING_WELL, actor=fagai)
    assert state_of(office) is PlanState.RUNNING
    with office.database.writing() as session:
        plan = office.plan(session)
        stage_services.close(session, plan, actor=ducha)
        assert plan.closed_at == ducha.now
        stage_services.reopen(session, plan, actor=ducha)
        assert (plan.state, plan.closed_at) == (PlanState.RUNNING, None)
        stage_services.close(session, plan, actor=ducha)
        stage_services.archive(session, plan, actor=ducha)
    with office.database.reading() as session:
        told = [kind for kind in kinds(session) if kind.startswith(("plan_", "comment_round"))]
        assert told == [
            "plan_imported",
            "comment_round_opened",
            "comment_round_ended",
            "comment_round_opened",
            "plan_issued",
            "plan_running",
            "plan_closed",
            "plan_reopened",
            "plan_closed",
            "plan_archived",
        ]
        sent = session.execute(
            select(OutboxMessage).where(col(OutboxMessage.kind) == "plan.state_changed")
        ).scalars()
        assert [message.payload["after"] for message in sent][-1] == "archived"
        view = stage_queries.stage_view(session, ducha, office.plan(session))
        assert [row.label for row in view.rows if row.is_current] == ["归档"]
        assert all(row.entered_at for row in view.rows)
        assert view.steps == []


def test_every_unit_concerned_is_told_where_to_go(office: Office) -> None:
    put(office, PlanState.DRAFT)
    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=office.viewer("ducha"))
    with office.database.reading() as session:
        plan = office.plan(session)
        told = session.execute(select(Notice)).scalars().all()
        units = {unit.id for unit in stage_queries.units_concerned(session, plan, TODAY)}
        assert {notice.department_id for notice in told} == units
        assert {notice.address for notice in told} == {f"/plans/{plan.id}/comments"}


def test_only_the_supervision_office_takes_a_step(office: Office) -> None:
    put(office, PlanState.DRAFT)
    for username in ("fagai", "luqiuming", "admin"):
        with pytest.raises(Forbidden), office.database.writing() as session:
            stage_services.issue(session, office.plan(session), SOON, actor=office.viewer(username))
    assert state_of(office) is PlanState.DRAFT


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(2028, 1, 1)])
def test_a_day_that_cannot_be_meant_is_refused(office: Office, day: date) -> None:
    put(office, PlanState.DRAFT)
    with pytest.raises(InvalidInput), office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), day, actor=office.viewer("ducha"))
    assert state_of(office) is PlanState.DRAFT


def test_pressed_twice_it_is_issued_once(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        stage_services.issue(session, office.plan(session), SOON, actor=ducha)
    with pytest.raises(Conflict, match="已经交办"), office.database.writing() as session:
        stage_services.issue(session, office.plan(session), SOON, actor=ducha)
    with office.database.reading() as session:
        assert kinds(session).count("plan_issued") == 1


def test_a_wish_that_came_meanwhile_stops_the_issue(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha, fagai = office.viewer("ducha"), office.viewer("fagai")
    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=ducha)
    with office.database.reading() as session:
        shown = stage_queries.stage_view(session, ducha, office.plan(session)).issue_digest
    with office.database.writing() as session:
        answer = comment_services.Answer(office.task_id(GROWTH), CommentAnswer.CHANGE, "改为7.5%。")
        comment_services.give_comments(session, office.plan(session), [answer], actor=fagai)
    with pytest.raises(Conflict, match="有了变化"), office.database.writing() as session:
        stage_services.issue(session, office.plan(session), SOON, actor=ducha, shown=shown)
    assert state_of(office) is PlanState.COMMENT


def test_unfinished_tasks_are_told_before_the_close(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.reading() as session:
        view = stage_queries.stage_view(session, ducha, office.plan(session))
    assert (view.unfinished, view.first_unfinished[0].standard) == (4, GROWTH)
    done = Statement(TaskStatus.COMPLETED, 100, "全年增长8.2%。")
    with office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), done, actor=office.viewer("fagai"))
    with pytest.raises(Conflict, match="有了变化"), office.database.writing() as session:
        stage_services.close(session, office.plan(session), actor=ducha, shown=view.close_digest)
    with office.database.writing() as session:
        stage_services.close(session, office.plan(session), actor=ducha)
    with office.database.reading() as session:
        closed = session.execute(select(Event).where(col(Event.kind) == "plan_closed")).scalar_one()
        assert closed.detail["unfinished"] == 3


@pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.COMMENT, PlanState.CLOSED, PlanState.ARCHIVED])
def test_nothing_is_reported_on_a_plan_that_is_not_issued(office: Office, state: PlanState) -> None:
    put(office, state)
    with pytest.raises(Conflict), office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), GOING_WELL, actor=office.viewer("fagai"))
    with office.database.reading() as session:
        assert "progress_reported" not in kinds(session)


def draft(office: Office, title: str = "2018年责任分解表（征求意见稿）") -> int:
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        batch = import_services.preview(
            session, TABLE, b"draft", "征求意见稿.xlsx", title=title, year=2018, actor=actor
        )
        plan = import_services.commit(session, batch, actor=actor, state=PlanState.DRAFT)
        assert plan.state is PlanState.DRAFT
        return batch.id or 0


def test_a_table_comes_in_as_a_draft_and_can_be_taken_back(office: Office) -> None:
    batch_id = draft(office)
    with office.database.writing() as session:
        batch = session.get_one(ImportBatch, batch_id)
        import_services.undo(session, batch, actor=command_actor(session, HOME))
        assert session.get_one(Plan, batch.plan_id).undone_at is not None


def test_a_newer_table_leaves_the_plan_in_its_state_and_a_closed_one_takes_none(office: Office) -> None:
    for state in (PlanState.COMMENT, PlanState.CLOSED):
        put(office, state)
        with office.database.writing() as session:
            actor = command_actor(session, HOME)
            batch = import_services.preview(
                session, TABLE, b"again", "新版.xlsx", title=PLAN, year=2018, actor=actor
            )
            if state is PlanState.CLOSED:
                with pytest.raises(Conflict, match="已经办结"):
                    import_services.commit(session, batch, actor=actor)
            else:
                import_services.commit(session, batch, actor=actor, state=PlanState.ISSUED)
        assert state_of(office) is state


def test_a_draft_is_seen_by_whoever_may_see_the_plan(office: Office) -> None:
    draft(office, "草稿")
    with office.database.reading() as session:
        plan = find_plan(session, office.viewer("fagai"), "草稿")
        assert session.execute(select(col(Task.id)).where(col(Task.plan_id) == plan.id)).first()
    page = office.browser("fagai").get(f"/plans/{plan.id}/tasks").text
    assert "草稿</strong>：还没有交办" in page
    assert GROWTH in page


def test_a_draft_that_was_issued_is_not_taken_back(office: Office) -> None:
    batch_id = draft(office)
    with office.database.writing() as session:
        batch = session.get_one(ImportBatch, batch_id)
        plan = session.get_one(Plan, batch.plan_id)
        stage_services.issue(session, plan, SOON, actor=office.viewer("ducha"))

    def taking_back(session: Session) -> None:
        batch = session.get_one(ImportBatch, batch_id)
        import_services.undo(session, batch, actor=command_actor(session, HOME))

    with pytest.raises(Conflict, match="已经交办"), office.database.writing() as session:
        taking_back(session)
    with office.database.reading() as session:
        assert session.get_one(ImportBatch, batch_id).state is BatchState.COMMITTED


def test_a_draft_is_not_judged_until_it_is_issued(office: Office) -> None:
    def lights() -> set[Light]:
        with office.database.reading() as session:
            return set(standing(session, office.viewer("ducha"), office.plan(session)).lights)

    assert lights() == {Light.OVERDUE, Light.NOT_STARTED}
    for state in (PlanState.DRAFT, PlanState.COMMENT):
        put(office, state)
        assert lights() == {Light.UNRATED}
