"""Stages, comments, signatures and parts while others work: each done once, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from time import sleep

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.comment import CommentAnswer, TaskComment
from app.models.event import Event
from app.models.plan import PlanState
from app.models.task import Task, TaskStatus
from app.services import comments as comment_services
from app.services import parts as part_services
from app.services import signing as signing_services
from app.services import stages as stage_services
from app.services.comments import Answer
from app.services.directory_merge import merge_department
from app.services.hand_over import confirm_hand_over
from app.services.parts import PartForm
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, SCHOOL, TODAY, Office
from tests.services.test_hand_over import unit
from tests.services.test_hand_over_together import Deed, at_once

SOON = TODAY + timedelta(days=5)


def put(office: Office, state: PlanState) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = state
        session.add(plan)


def count(office: Office, kind: str) -> int:
    with office.database.reading() as session:
        query = select(func.count()).where(col(Event.kind) == kind)
        return session.execute(query).scalar_one()


def reporting(office: Office, task_id: int, percent: int, username: str = "fagai") -> Deed:
    actor, said = office.viewer(username), Statement(TaskStatus.IN_PROGRESS, percent, f"完成{percent}%。")
    return lambda session: report_progress(session, session.get_one(Task, task_id), said, actor=actor)


def test_it_is_issued_once_however_often_it_is_pressed(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha = office.viewer("ducha")

    def issuing(session: Session) -> None:
        stage_services.issue(session, office.plan(session), SOON, actor=ducha)

    told = at_once(office, [issuing] * 3)
    assert sorted(bool(each) for each in told) == [False, True, True]
    assert count(office, "plan_issued") == 1


def test_the_first_reports_set_the_plan_running_once(office: Office) -> None:
    growth, school = office.task_id(GROWTH), office.task_id(SCHOOL)
    deeds = [reporting(office, growth, 10), reporting(office, school, 20, "jiaoyu")]
    assert at_once(office, deeds) == ["", ""]
    assert (count(office, "plan_running"), count(office, "progress_reported")) == (1, 2)


def test_parts_report_and_change_at_once_and_the_whole_is_right(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        rows = [PartForm(f"第{number}件。", date(2018, 12, 31)) for number in range(4)]
        made = part_services.split(session, office.task(session, GROWTH), rows, actor=fagai)
        ids = [part.id or 0 for part in made]

    def changing(session: Session) -> None:
        row = PartForm("第3件，改。", date(2018, 12, 31), 1)
        part_services.change_part(session, session.get_one(Task, ids[3]), row, actor=fagai)

    words = reporting(office, office.task_id(GROWTH), 90, "ducha")
    deeds = [*(reporting(office, part_id, 40) for part_id in ids[:3]), changing, words]
    assert at_once(office, deeds) == [""] * 5
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.status, task.completion) == (TaskStatus.IN_PROGRESS, 30)


def test_reports_and_the_close_do_not_wait_for_each_other_for_ever(office: Office) -> None:
    ducha = office.viewer("ducha")

    def closing(session: Session) -> None:
        stage_services.close(session, office.plan(session), actor=ducha)

    growth, school = office.task_id(GROWTH), office.task_id(SCHOOL)
    deeds = [reporting(office, growth, 10), closing, reporting(office, school, 20, "jiaoyu")]
    told = at_once(office, deeds)
    assert told[1] == ""
    assert {each for each in (told[0], told[2]) if each and "已经办结，不能再填报" not in each} == set()
    with office.database.reading() as session:
        assert office.plan(session).state is PlanState.CLOSED


def test_a_plan_is_closed_after_the_reports_under_way_and_before_those_that_come(office: Office) -> None:
    ducha, growth, school = office.viewer("ducha"), office.task_id(GROWTH), office.task_id(SCHOOL)

    def do(deed: Deed) -> str:
        return at_once(office, [deed])[0]

    def closing(session: Session) -> None:
        stage_services.close(session, office.plan(session), actor=ducha)

    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            reporting(office, growth, 10)(session)
            close = pool.submit(do, closing)
            sleep(0.3)
            assert not close.done()
        assert close.result() == ""
        with office.database.writing() as session:
            stage_services.reopen(session, office.plan(session), actor=ducha)
        with office.database.writing() as session:
            closing(session)
            report = pool.submit(do, reporting(office, school, 20, "jiaoyu"))
            sleep(0.3)
        assert "已经办结" in report.result()
    assert count(office, "progress_reported") == 1


def test_colleagues_of_one_unit_answer_at_once_and_the_last_counts(office: Office) -> None:
    put(office, PlanState.DRAFT)
    fagai, growth = office.viewer("fagai"), office.task_id(GROWTH)
    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=office.viewer("ducha"))

    def answering(words: str) -> Deed:
        answer = Answer(growth, CommentAnswer.CHANGE, words)
        return lambda session: comment_services.give_comments(
            session, office.plan(session), [answer], actor=fagai, agree_with_rest=True
        )

    assert at_once(office, [answering("一"), answering("二"), answering("三")]) == ["", "", ""]
    with office.database.reading() as session:
        comments = session.execute(select(TaskComment)).scalars().all()
        assert len(comments) == 3
        last = session.execute(
            select(Event)
            .where(col(Event.kind) == "task_commented", col(Event.task_id) == growth)
            .order_by(col(Event.sequence).desc())
        ).scalars()
        kept = next(comment for comment in comments if comment.task_id == growth)
        assert kept.words == next(last).detail["words"]


def test_no_answer_lands_after_the_round_has_ended(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha, fagai, growth = office.viewer("ducha"), office.viewer("fagai"), office.task_id(GROWTH)

    def answering(session: Session) -> None:
        plan = office.plan(session)
        comment_services.give_comments(session, plan, [Answer(growth, CommentAnswer.AGREE)], actor=fagai)

    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=ducha)
    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            stage_services.end_comment_round(session, office.plan(session), actor=ducha)
            late = pool.submit(at_once, office, [answering])
            sleep(0.3)
            assert not late.done()
        assert "征求意见" in late.result()[0]
    with office.database.reading() as session:
        assert session.execute(select(func.count()).select_from(TaskComment)).scalar_one() == 0


def test_the_round_ends_after_the_answers_under_way(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha, fagai, growth = office.viewer("ducha"), office.viewer("fagai"), office.task_id(GROWTH)

    def ending(session: Session) -> None:
        stage_services.end_comment_round(session, office.plan(session), actor=ducha)

    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=ducha)
    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            answer = [Answer(growth, CommentAnswer.AGREE)]
            comment_services.give_comments(session, office.plan(session), answer, actor=fagai)
            end = pool.submit(at_once, office, [ending])
            sleep(0.3)
            assert not end.done()
        assert end.result() == [""]
    assert count(office, "task_commented") == 1


def test_who_answers_while_his_unit_is_merged_is_told_and_stops_nobody(office: Office) -> None:
    put(office, PlanState.DRAFT)
    ducha, fagai, growth = office.viewer("ducha"), office.viewer("fagai"), office.task_id(GROWTH)

    def answering(session: Session) -> None:
        answer = [Answer(growth, CommentAnswer.AGREE)]
        comment_services.give_comments(session, office.plan(session), answer, actor=fagai)

    with office.database.writing() as session:
        stage_services.open_comment_round(session, office.plan(session), SOON, actor=ducha)
    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            giver, taker = unit(session, "发改局"), unit(session, "城管局")
            confirm_hand_over(session, giver, taker, effective_on=TODAY, reason="", actor=ducha)
            answer = pool.submit(at_once, office, [answering])
            sleep(0.3)
            merge_department(session, giver, taker, TODAY, actor=ducha)
        assert "不能由您" in answer.result()[0]


def test_a_task_is_signed_once_however_often_it_is_pressed(office: Office) -> None:
    put(office, PlanState.DRAFT)
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        stage_services.issue(session, office.plan(session), SOON, actor=office.viewer("ducha"))

    def signing(session: Session) -> None:
        signing_services.sign_all(session, office.plan(session), actor=fagai)

    assert at_once(office, [signing, signing, reporting(office, office.task_id(GROWTH), 10)]) == ["", "", ""]
    assert count(office, "task_signed") == 1
