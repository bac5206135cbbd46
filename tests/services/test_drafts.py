"""草稿: kept as typed; of two people on one sheet nobody's words are replaced unseen."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import event, func, select
from sqlmodel import Session, col

from app.errors import AppError, Conflict, Forbidden, InvalidInput, NotFound
from app.models.event import Event
from app.models.plan import Plan, PlanState
from app.models.progress import ProgressReport, ReportDraft, ReportingPeriod, ReportState
from app.models.task import Task, TaskStatus
from app.rules.drafts import Change, RowState
from app.rules.permissions import Viewer
from app.services import drafts
from app.services.drafts import Place
from app.services.periods import close, period_to_report
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, Office


def place_of(session: Session, office: Office, standard: str = GROWTH) -> Place:
    plan = office.plan(session)
    period = period_to_report(session, plan, TODAY)
    return Place(plan.id or 0, period.id or 0, office.task(session, standard).id or 0)


def colleague(office: Office) -> Viewer:
    """张发改 works on the sheet of 李发改, at another computer."""
    li = office.viewer("fagai")
    return replace(li, name="张发改", user_id=li.user_id, now=li.now + timedelta(minutes=1))


def typed(**texts: str) -> dict[str, Change]:
    """Typed into empty fields."""
    return {name: Change("", text) for name, text in texts.items()}


def test_what_is_typed_is_kept_exactly_and_leaves_no_event(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        events = session.execute(select(func.count()).select_from(Event)).scalar_one()
        kept = drafts.save(
            session, place, typed(progress="  前三季度\r\n\u3000增长 ", completion="六成"), actor=fagai
        )
        assert (kept.row, kept.conflicts, kept.saved_at) == (RowState.DRAFT, {}, fagai.now)
    with office.database.reading() as session:
        draft = session.execute(select(ReportDraft)).scalar_one()
        assert (draft.progress, draft.completion) == ("  前三季度\n\u3000增长 ", "六成")
        assert session.execute(select(func.count()).select_from(Event)).scalar_one() == events


def test_two_people_in_different_fields_keep_both(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        drafts.save(session, place, typed(progress="甲写的。"), actor=office.viewer("fagai"))
        kept = drafts.save(session, place, typed(problems="乙写的。"), actor=colleague(office))
    assert kept.conflicts == {}
    assert (kept.fields["progress"], kept.fields["problems"]) == ("甲写的。", "乙写的。")


def test_two_people_in_one_field_lose_nothing_and_the_second_is_told(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        drafts.save(session, place, typed(progress="甲写的。"), actor=fagai)
        kept = drafts.save(
            session, place, typed(progress="乙写的。", problems="也是乙。"), actor=colleague(office)
        )
    theirs = kept.conflicts["progress"]
    assert (theirs.text, theirs.by, theirs.at) == ("甲写的。", "李发改", fagai.now)
    assert (kept.fields["progress"], kept.fields["problems"]) == ("甲写的。", "也是乙。")


def test_whoever_has_seen_the_colleagues_words_may_replace_them(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        drafts.save(session, place, typed(progress="甲写的。"), actor=office.viewer("fagai"))
        both = {"progress": Change("甲写的。", "甲写的。乙写的。")}
        kept = drafts.save(session, place, both, actor=colleague(office))
    assert (kept.conflicts, kept.fields["progress"]) == ({}, "甲写的。乙写的。")


def test_the_same_words_twice_are_no_conflict(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        first = drafts.save(session, place, typed(progress="一样的话。"), actor=office.viewer("fagai"))
        again = drafts.save(session, place, typed(progress="一样的话。"), actor=colleague(office))
    assert again.conflicts == {}
    assert again.saved_at == first.saved_at


def test_two_first_saves_at_once_both_arrive(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
    people = [(office.viewer("fagai"), "progress"), (colleague(office), "problems")] * 4

    def save(number: int) -> str:
        actor, name = people[number]
        with office.database.writing() as session:
            kept = drafts.save(session, place, {name: Change("", "写了。")}, actor=actor)
        return kept.fields[name]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(save, range(8))) == ["写了。"] * 8
    with office.database.reading() as session:
        draft = session.execute(select(ReportDraft)).scalar_one()
        assert (draft.progress, draft.problems) == ("写了。", "写了。")


def test_one_field_typed_by_many_at_once_is_replaced_by_one(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        drafts.save(session, place, typed(progress="起头。"), actor=office.viewer("fagai"))

    def save(number: int) -> bool:
        change = {"progress": Change("起头。", f"第{number}人。")}
        with office.database.writing() as session:
            return not drafts.save(session, place, change, actor=colleague(office)).conflicts

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(save, range(6))) == [False] * 5 + [True]


@pytest.mark.parametrize("text", ["长" * 5001, "长" * 19_999, "x\x00y", "\ud800字", "\u202e倒"])
def test_odd_and_long_texts_are_kept_as_far_as_they_can_be(office: Office, text: str) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        kept = drafts.save(session, place, typed(progress=text), actor=office.viewer("fagai"))
        again = drafts.save(
            session, place, {"progress": Change(text, text + "。")}, actor=office.viewer("fagai")
        )
    assert len(kept.fields["progress"]) >= len(text) - 1
    assert (again.conflicts, again.fields["progress"][-1]) == ({}, "。")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (typed(progress="长" * 20_001), "progress"),
        (typed(completion="1" * 101), "completion"),
        (typed(jurisdiction_id="2"), "jurisdiction_id"),
        (typed(updated_by="别人"), "updated_by"),
    ],
)
def test_what_no_draft_holds_is_refused_at_its_field(
    office: Office, changes: dict[str, Change], field: str
) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        with pytest.raises(InvalidInput) as refused:
            drafts.save(session, place, changes, actor=office.viewer("fagai"))
        assert list(refused.value.fields) == [field]
        assert session.execute(select(ReportDraft)).first() is None


def test_a_report_of_a_colleague_ends_the_draft_of_who_has_not_seen_it(office: Office) -> None:
    with office.database.writing() as session:
        place = place_of(session, office)
        told = Statement(TaskStatus.IN_PROGRESS, 50, "张发改报的。")
        report = report_progress(session, office.task(session, GROWTH), told, actor=colleague(office))
        with pytest.raises(Conflict, match="张发改已报送"):
            drafts.save(session, place, typed(progress="我也写。"), actor=office.viewer("fagai"))
        correction = {"progress": Change("张发改报的。", "更正。")}
        kept = drafts.save(session, place, correction, actor=office.viewer("fagai"), seen=report.id or 0)
    assert kept.row is RowState.CHANGED
    assert (kept.fields["progress"], kept.fields["completion"]) == ("更正。", "50")


def closed_period(session: Session, place: Place) -> None:
    period = session.get_one(ReportingPeriod, place.period_id)
    period.closed_at = period.opened_at = session.get_one(Plan, place.plan_id).created_at
    session.add(period)


def plan_of_comments(session: Session, place: Place) -> None:
    session.get_one(Plan, place.plan_id).state = PlanState.COMMENT


def closed_task(session: Session, place: Place) -> None:
    task = session.get_one(Task, place.task_id)
    task.closed_at = session.get_one(Plan, place.plan_id).created_at


def withdrawn_task(session: Session, place: Place) -> None:
    task = session.get_one(Task, place.task_id)
    task.withdrawn_at, task.withdrawn_reason = session.get_one(Plan, place.plan_id).created_at, "不列入"


def suspended_task(session: Session, place: Place) -> None:
    session.get_one(Task, place.task_id).status = TaskStatus.SUSPENDED


def approved_report(session: Session, place: Place) -> None:
    report = session.execute(select(ProgressReport)).scalar_one()
    report.state = ReportState.APPROVED


@pytest.mark.parametrize(
    "happened",
    [closed_period, plan_of_comments, closed_task, withdrawn_task, suspended_task, approved_report],
)
def test_nothing_is_drafted_where_nothing_can_be_reported(office: Office, happened: object) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        told = Statement(TaskStatus.IN_PROGRESS, 50, "已报。")
        seen = report_progress(session, office.task(session, GROWTH), told, actor=fagai).id or 0
        happened(session, place)  # type: ignore[operator]
        session.flush()
        with pytest.raises(Conflict):
            drafts.save(session, place, {"progress": Change("已报。", "改。")}, actor=fagai, seen=seen)


def test_a_draft_that_comes_while_the_period_closes_is_not_kept(office: Office) -> None:
    """Nobody is told “saved” of words that the closed period then has and nobody can report."""
    ducha, fagai = office.viewer("ducha"), office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)

    def save() -> str:
        try:
            with office.database.writing() as session:
                drafts.save(session, place, typed(progress="来晚了。"), actor=fagai)
        except Conflict as refusal:
            return refusal.sentence()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            close(session, session.get_one(ReportingPeriod, place.period_id), actor=ducha, early=True)
            late = pool.submit(save)
            sleep(0.3)
            assert not late.done()
        assert "已关闭" in late.result()
    with office.database.reading() as session:
        assert session.execute(select(ReportDraft)).first() is None


@pytest.mark.parametrize(
    ("username", "standard", "refusal"),
    [
        ("fagai", SCHOOL, Forbidden),
        ("fagai", HOSPITAL, Forbidden),
        ("jiaoyu", GROWTH, Forbidden),
        ("luqiuming", GROWTH, Forbidden),
        ("ducha", GROWTH, Conflict),
        ("neighbour", GROWTH, NotFound),
    ],
)
def test_only_who_leads_the_task_drafts_its_report(
    office: Office, username: str, standard: str, refusal: type[AppError]
) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        place = place_of(session, office, standard)
        with pytest.raises(refusal):
            drafts.save(session, place, typed(progress="写。"), actor=actor)
        assert session.execute(select(ReportDraft)).first() is None


@pytest.mark.parametrize("number", ["plan_id", "period_id", "task_id"])
def test_a_row_that_is_not_there_is_not_found(office: Office, number: str) -> None:
    with office.database.writing() as session:
        place = replace(place_of(session, office), **{number: 987654})
        with pytest.raises(NotFound):
            drafts.save(session, place, typed(progress="写。"), actor=office.viewer("fagai"))


def test_saving_takes_two_statements(office: Office) -> None:
    """Five hundred people do it at once on the last evening."""
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        drafts.save(session, place, typed(progress="一"), actor=fagai)
    asked: list[str] = []
    event.listen(
        office.database.engine, "before_cursor_execute", lambda *each: asked.append(each[2].split()[0])
    )
    with office.database.writing() as session:
        drafts.save(session, place, {"progress": Change("一", "一二")}, actor=fagai)
    assert [each for each in asked if each != "BEGIN"] == ["SELECT", "UPDATE"]
    with office.database.reading() as session:
        assert session.execute(select(col(ReportDraft.progress))).scalar_one() == "一二"
