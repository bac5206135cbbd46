"""征求意见: who answers, what counts, what the supervision office makes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.models.comment import CommentAnswer, TaskComment
from app.models.event import Event
from app.models.notice import Notice
from app.models.plan import PlanState
from app.queries import comments as comment_queries
from app.services import comments as comment_services
from app.services import stages as stage_services
from app.services.comments import Answer
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, TOILETS, Office

CHANGE, AGREE = CommentAnswer.CHANGE, CommentAnswer.AGREE


@pytest.fixture
def round_open(office: Office) -> Office:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        session.flush()
        stage_services.open_comment_round(
            session, plan, TODAY + timedelta(days=5), actor=office.viewer("ducha")
        )
    return office


def give(office: Office, username: str, *answers: Answer, rest: bool = False) -> int:
    with office.database.writing() as session:
        return comment_services.give_comments(
            session, office.plan(session), answers, actor=office.viewer(username), agree_with_rest=rest
        )


def settle(office: Office, is_adopted: bool | None, reply: str = "", username: str = "ducha") -> None:
    with office.database.writing() as session:
        comment = session.execute(select(TaskComment).where(col(TaskComment.answer) == CHANGE)).scalar_one()
        comment_services.settle(
            session, office.plan(session), comment, is_adopted, reply, actor=office.viewer(username)
        )


def test_a_unit_answers_in_every_role_it_has_and_the_rest_in_one_step(round_open: Office) -> None:
    office = round_open
    with office.database.reading() as session:
        own = comment_queries.own_tasks(session, office.viewer("fagai"), office.plan(session))
    assert [(task.standard, task.role) for task in own] == [
        (GROWTH, "牵头"),
        (HOSPITAL, "配合"),
        (SCHOOL, "配合"),
    ]
    given = give(office, "fagai", Answer(office.task_id(HOSPITAL), CHANGE, "不配合此项。"), rest=True)
    assert given == 3
    with office.database.reading() as session:
        found = comment_queries.all_answers(session, office.viewer("ducha"), office.plan(session))
        assert [(row.standard, row.label, row.words) for row in found.rows] == [
            (GROWTH, "无意见", ""),
            (HOSPITAL, "建议修改", "不配合此项。"),
            (SCHOOL, "无意见", ""),
        ]
        assert "发改局" not in [unit.name for unit in found.unanswered]
        assert "教育局" in [unit.name for unit in found.unanswered]
        assert (found.total, found.changes, found.unsettled) == (3, 1, 1)


def test_the_newest_answer_counts_and_the_event_keeps_the_old_words(round_open: Office) -> None:
    office = round_open
    give(office, "fagai", Answer(office.task_id(GROWTH), CHANGE, "改为7.5%。"))
    settle(office, False, "已经区委研究。")
    give(office, "fagai", Answer(office.task_id(GROWTH), CHANGE, "改为7.8%。"))
    with office.database.reading() as session:
        comment = session.execute(select(TaskComment)).scalar_one()
        assert (comment.words, comment.is_adopted, comment.reply) == ("改为7.8%。", None, "")
        events = session.execute(
            select(Event).where(col(Event.kind) == "task_commented").order_by(col(Event.sequence))
        ).scalars()
        assert [event.detail["before"] for event in events] == [
            None,
            {"answer": "change", "words": "改为7.5%。"},
        ]


def test_the_same_answer_again_is_no_new_one(round_open: Office) -> None:
    answer = Answer(round_open.task_id(GROWTH), CHANGE, "改为7.5%。")
    assert give(round_open, "fagai", answer) == 1
    assert give(round_open, "fagai", answer) == 0
    with round_open.database.reading() as session:
        kinds = list(session.execute(select(col(Event.kind))).scalars())
    assert (kinds.count("task_commented"), kinds.count("comments_given")) == (1, 1)


def test_a_change_without_words_is_refused_at_its_row(round_open: Office) -> None:
    task_id = round_open.task_id(GROWTH)
    with pytest.raises(InvalidInput) as refusal:
        give(round_open, "fagai", Answer(task_id, CHANGE, "  "))
    assert list(refusal.value.fields) == [f"words-{task_id}"]
    with pytest.raises(InvalidInput):
        give(round_open, "fagai", Answer(task_id, CHANGE, "改" * 2001))


def test_nobody_answers_for_a_task_he_has_no_part_in(round_open: Office) -> None:
    for username, standard in (("fagai", TOILETS), ("jiaoyu", GROWTH)):
        with pytest.raises(Forbidden):
            give(round_open, username, Answer(round_open.task_id(standard), AGREE))
    with pytest.raises(Forbidden):
        give(round_open, "ducha", Answer(round_open.task_id(GROWTH), AGREE))


def test_answers_are_taken_only_while_the_round_is_open(round_open: Office) -> None:
    with round_open.database.writing() as session:
        stage_services.end_comment_round(session, round_open.plan(session), actor=round_open.viewer("ducha"))
    with pytest.raises(Conflict, match="不在征求意见"):
        give(round_open, "fagai", Answer(round_open.task_id(GROWTH), AGREE))


def test_a_new_round_asks_again_and_keeps_what_was_said(round_open: Office) -> None:
    office = round_open
    give(office, "fagai", Answer(office.task_id(GROWTH), CHANGE, "改为7.5%。"), rest=True)
    settle(office, True, "已改。")
    with office.database.writing() as session:
        plan, ducha = office.plan(session), office.viewer("ducha")
        stage_services.end_comment_round(session, plan, actor=ducha)
        stage_services.open_comment_round(session, plan, TODAY, actor=ducha)
    with office.database.reading() as session:
        own = comment_queries.own_tasks(session, office.viewer("fagai"), office.plan(session))
    assert own[0].answer is None
    assert [(row.words, row.verdict, row.reply) for row in own[0].before] == [
        ("改为7.5%。", "采纳", "已改。")
    ]


def test_the_unit_is_told_what_became_of_its_wish(round_open: Office) -> None:
    give(round_open, "fagai", Answer(round_open.task_id(GROWTH), CHANGE, "改为7.5%。"))
    settle(round_open, False, "已经区委研究。")
    settle(round_open, False, "已经区委研究。")  # a double click
    with round_open.database.reading() as session:
        told = [
            notice.words for notice in session.execute(select(Notice)).scalars() if "不采纳" in notice.words
        ]
        kinds = list(session.execute(select(col(Event.kind))).scalars())
    assert told == ["第 1 项的修改意见：不采纳。已经区委研究。"]
    assert kinds.count("comment_settled") == 1


@pytest.mark.parametrize(("is_adopted", "reply"), [(None, "好。"), (False, " "), (True, "好" * 2001)])
def test_a_reply_that_says_too_little_or_too_much_is_refused(
    round_open: Office, is_adopted: bool | None, reply: str
) -> None:
    give(round_open, "fagai", Answer(round_open.task_id(GROWTH), CHANGE, "改为7.5%。"))
    with pytest.raises(InvalidInput):
        settle(round_open, is_adopted, reply)


def test_a_unit_settles_nothing_and_sees_only_its_own(round_open: Office) -> None:
    give(round_open, "fagai", Answer(round_open.task_id(GROWTH), CHANGE, "改为7.5%。"))
    with pytest.raises(Forbidden):
        settle(round_open, True, username="fagai")
    with round_open.database.reading() as session:
        plan = round_open.plan(session)
        assert comment_queries.all_answers(session, round_open.viewer("jiaoyu"), plan).rows == []
        comment = session.execute(select(TaskComment)).scalar_one()
        with pytest.raises(NotFound):
            comment_queries.get_comment(session, round_open.viewer("neighbour"), plan, comment.id or 0)
