"""What a hand-over refuses, each with a sentence, and nothing half-written."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from app.errors import AppError, Conflict, Forbidden, InvalidInput
from app.models.directory import Department, DepartmentKind, Official
from app.models.task import HandOver
from app.services.hand_over import confirm_hand_over, hand_over_department, preview_hand_over
from app.services.progress import report_progress
from tests.office import GROWTH, SCHOOL, TODAY, Office
from tests.services.test_hand_over import DONE, SOON, give, names, person, unit


def test_what_is_arranged_is_not_crossed(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "教育局", SOON)
        for giver, taker in (("发改局", "城管局"), ("教育局", "城管局"), ("城管局", "发改局")):
            with pytest.raises(Conflict, match="发改局的任务已定于2018年10月8日交接给教育局"):
                give(session, office, giver, taker)
        with pytest.raises(InvalidInput) as refused:
            give(session, office, "卫健局", "教育局")  # 教育局 is to get the same hospital, in another role
        assert "不能早于2018年10月8日" in refused.value.fields["effective_on"]
        assert give(session, office, "住建局", "教育局") is not None


def same(session: Session) -> tuple[Department, Department]:
    return unit(session, "发改局"), unit(session, "发改局")


def next_door(session: Session) -> tuple[Department, Department]:
    other = Department(jurisdiction_id=2, name="邻区城管局")
    session.add(other)
    session.flush()
    return unit(session, "发改局"), other


def gone(session: Session) -> tuple[Department, Department]:
    taker = unit(session, "城管局")
    taker.retired_on = TODAY
    return unit(session, "发改局"), taker


def group(session: Session) -> tuple[Department, Department]:
    taker = unit(session, "城管局")
    taker.kind = DepartmentKind.GROUP
    return unit(session, "发改局"), taker


def left(session: Session) -> tuple[Official, Official]:
    taker = person(session, "薛红霞")
    taker.in_office_to = TODAY
    return person(session, "陆秋明"), taker


def not_yet(session: Session) -> tuple[Official, Official]:
    taker = person(session, "薛红霞")
    taker.in_office_from = TODAY + timedelta(days=1)
    return person(session, "陆秋明"), taker


def mixed(session: Session) -> tuple[Department, Official]:
    return unit(session, "发改局"), person(session, "陆秋明")


@pytest.mark.parametrize(
    ("hands", "words"),
    [
        (same, "移交方和接收方是同一个"),
        (next_door, "没有找到交接的一方"),
        (gone, "城管局从2018年9月28日起撤并"),
        (group, "是一类单位"),
        (left, "薛红霞从2018年9月28日起不再任职"),
        (not_yet, "薛红霞从2018年9月29日起任职"),
        (mixed, "单位的任务只能交接给单位"),
    ],
)
def test_an_unfit_taker_is_refused_with_a_sentence(office: Office, hands, words: str) -> None:  # type: ignore[no-untyped-def]
    with office.database.writing() as session:
        giver, taker = hands(session)
        for deed in (preview_hand_over, confirm_hand_over):
            reason = {} if deed is preview_hand_over else {"reason": ""}
            with pytest.raises(AppError) as refused:
                deed(session, giver, taker, effective_on=TODAY, actor=office.viewer("ducha"), **reason)
            said = refused.value.sentence() + "".join(getattr(refused.value, "fields", {}).values())
            assert words in said
        assert session.execute(select(HandOver)).first() is None


def test_a_retired_unit_may_still_give(office: Office) -> None:
    with office.database.writing() as session:
        unit(session, "发改局").retired_on = date(2018, 9, 1)
        assert give(session, office, "发改局", "城管局") is not None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2017, 12, 31), "不能早于2018年1月1日"),
        (date(2108, 9, 28), "请检查年份"),
    ],
)
def test_a_day_outside_the_plans_year_is_refused(office: Office, day: date, words: str) -> None:
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refused:
            give(session, office, "发改局", "城管局", day)
        assert words in refused.value.fields["effective_on"]


def test_a_day_before_the_last_change_is_refused(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 6, 1))
        with pytest.raises(InvalidInput) as refused:
            give(session, office, "城管局", "教育局", date(2018, 5, 31))
        assert "不能早于2018年6月1日" in refused.value.fields["effective_on"]


def test_only_the_supervision_office_hands_over(office: Office) -> None:
    with office.database.writing() as session:
        giver, taker = unit(session, "发改局"), unit(session, "城管局")
        for username in ("fagai", "luqiuming", "admin", "auditor"):
            actor = office.viewer(username)
            with pytest.raises(Forbidden):
                preview_hand_over(session, giver, taker, effective_on=TODAY, actor=actor)
            with pytest.raises(Forbidden):
                hand_over_department(session, giver, taker, effective_on=TODAY, reason="", actor=actor)


def test_what_has_changed_since_it_was_shown_is_not_done(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        giver, taker = unit(session, "发改局"), unit(session, "城管局")
        shown = preview_hand_over(session, giver, taker, effective_on=TODAY, actor=ducha).digest
        report_progress(session, office.task(session, GROWTH), DONE, actor=ducha)
        with pytest.raises(Conflict, match="有了变化"):
            confirm_hand_over(session, giver, taker, effective_on=TODAY, reason="", actor=ducha, shown=shown)
        assert names(session, ducha, office.task(session, SCHOOL))["配合"] == ["发改局", "住建局"]
        shown = preview_hand_over(session, giver, taker, effective_on=TODAY, actor=ducha).digest
        done = confirm_hand_over(
            session, giver, taker, effective_on=TODAY, reason="", actor=ducha, shown=shown
        )
        assert done.tasks == 2


@pytest.mark.parametrize("day", [TODAY, SOON])
def test_a_double_click_is_told_and_does_nothing(office: Office, day: date) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        giver, taker = unit(session, "发改局"), unit(session, "城管局")
        confirm_hand_over(session, giver, taker, effective_on=day, reason="", actor=ducha)
        with pytest.raises(Conflict, match=r"王督查已经办理了发改局到城管局.*没有重复办理"):
            confirm_hand_over(session, giver, taker, effective_on=day, reason="", actor=ducha)
        assert len(session.execute(select(HandOver)).all()) == 1


def test_without_open_tasks_there_is_nothing_to_hand_over(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局")
        assert give(session, office, "发改局", "教育局") is None
        with pytest.raises(Conflict, match="发改局没有未完成的任务"):
            confirm_hand_over(
                session,
                unit(session, "发改局"),
                unit(session, "教育局"),
                effective_on=TODAY,
                reason="",
                actor=office.viewer("ducha"),
            )
