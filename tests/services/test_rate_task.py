"""人工评定: who may, with what reason, and what stays beside it."""

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.event import Event
from app.models.task import Rating, Task, TaskStatus
from app.queries import tasks as task_queries
from app.rules.status import Judgement, Light
from app.services.progress import Statement, report_progress
from app.services.ratings import lift, rate
from tests.office import GROWTH, Office

REASON = "数据待统计局核定。"


def judgement(session: Session, office: Office, username: str = "ducha") -> Judgement:
    viewer = office.viewer(username)
    return task_queries.get_row(session, viewer, office.plan(session), office.task(session, GROWTH)).judgement


def events(session: Session, kind: str) -> list[Event]:
    return list(session.execute(select(Event).where(col(Event.kind) == kind)).scalars())


def test_a_rating_stands_above_the_figures_with_who_and_why(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 20, "推进中。")
        report_progress(session, office.task(session, GROWTH), told, actor=ducha)
        rate(session, office.task(session, GROWTH), Rating.UNRATED, REASON, actor=ducha)
    with office.database.reading() as session:
        task = office.task(session, GROWTH)
        assert (task.rating, task.rating_reason) == (Rating.UNRATED, REASON)
        assert (task.rated_by, task.rated_at) == ("王督查", ducha.now)
        said = judgement(session, office)
        assert (said.light, said.is_rated, said.completion) == (Light.UNRATED, True, 20)
        assert "按数据为“严重滞后”" in said.explanation
        [event] = events(session, "task_rated")
        assert event.detail["before"] == {"rating": None, "reason": ""}
        assert event.detail["after"] == {"rating": "unrated", "reason": REASON}


def test_another_rating_takes_its_place_and_old_and_new_are_on_record(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        rate(session, office.task(session, GROWTH), Rating.BEHIND, "现场核查未开工。", actor=ducha)
        rate(session, office.task(session, GROWTH), Rating.ON_PACE, REASON, actor=ducha)
    with office.database.reading() as session:
        first, second = events(session, "task_rated")
        assert second.detail["before"] == first.detail["after"]
        assert second.detail["after"]["rating"] == "on_pace"


def test_the_same_rating_twice_is_one(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        rate(session, office.task(session, GROWTH), Rating.BEHIND, REASON, actor=ducha)
        rate(session, office.task(session, GROWTH), Rating.BEHIND, f" {REASON} ", actor=ducha)
    with office.database.reading() as session:
        assert len(events(session, "task_rated")) == 1


def test_lifted_the_figures_speak_again(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        rate(session, office.task(session, GROWTH), Rating.AHEAD, REASON, actor=ducha)
        lift(session, office.task(session, GROWTH), actor=ducha)
        lift(session, office.task(session, GROWTH), actor=ducha)
    with office.database.reading() as session:
        assert not judgement(session, office).is_rated
        task = office.task(session, GROWTH)
        assert (task.rating, task.rating_reason, task.rated_by, task.rated_at) == (None, "", "", None)
        [event] = events(session, "task_rating_lifted")
        assert event.detail["before"]["rating"] == "ahead"
        assert event.detail["after"]["rating"] is None


@pytest.mark.parametrize(
    ("rating", "reason", "field"),
    [
        (None, REASON, "rating"),
        (Rating.BEHIND, "  \n", "reason"),
        (Rating.BEHIND, "长" * 501, "reason"),
    ],
)
def test_a_rating_needs_a_word_and_a_reason(
    office: Office, rating: Rating | None, reason: str, field: str
) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refusal:
            rate(session, office.task(session, GROWTH), rating, reason, actor=ducha)
        assert set(refusal.value.fields) == {field}
        assert office.task(session, GROWTH).rating is None


@pytest.mark.parametrize("state", ["closed", "suspended", "withdrawn"])
def test_what_is_settled_is_not_rated(office: Office, state: str) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        if state == "closed":
            task.closed_at, task.status, task.completion = ducha.now, TaskStatus.COMPLETED, 100
        elif state == "suspended":
            task.status = TaskStatus.SUSPENDED
        else:
            task.withdrawn_at, task.withdrawn_reason = ducha.now, "并入"
        session.add(task)
        session.flush()
        with pytest.raises(Conflict):
            rate(session, task, Rating.BEHIND, REASON, actor=ducha)
        assert session.get_one(Task, task.id).rating is None


@pytest.mark.parametrize("username", ["fagai", "jiaoyu", "luqiuming", "admin", "auditor"])
def test_only_the_supervision_office_rates(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        with pytest.raises(Forbidden):
            rate(session, task, Rating.BEHIND, REASON, actor=actor)
        with pytest.raises(Forbidden):
            lift(session, task, actor=actor)


def test_who_may_not_see_the_progress_sees_no_rating(office: Office) -> None:
    with office.database.writing() as session:
        rate(session, office.task(session, GROWTH), Rating.BEHIND, REASON, actor=office.viewer("ducha"))
        said = judgement(session, office, "jiaoyu")
        assert (said.light, said.is_rated) == (Light.HIDDEN, False)
        assert "落后" not in said.explanation
