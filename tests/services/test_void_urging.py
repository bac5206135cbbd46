"""作废: a 催办单 taken back urges nobody any more, and its number stays used."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.clock import office_date
from app.errors import Conflict, Forbidden, InvalidInput
from app.models.event import Event
from app.models.notice import Notice
from app.models.outbox import OutboxMessage
from app.models.plan import PlanState
from app.models.urging import Urging
from app.queries import urging as urging_queries
from app.queries.calendars import days
from app.rules.todos import TodoKind
from app.services import stages as stage_services
from app.services.urging import receive, urge_for_task, void
from tests.office import GROWTH, TODAY, Office
from tests.services.test_hand_over_together import at_once
from tests.services.test_periods import close_one, open_one
from tests.services.test_snapshots import shown
from tests.services.test_urge_units import DEMAND, late, slips, urge
from tests.services.todos import change_plan, counts, waiting

WRONG = "已按时报送，误发。"


def take_back(office: Office, number: int = 1, reason: str = WRONG, username: str = "ducha") -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        found = session.execute(select(Urging).where(col(Urging.number) == number)).scalar_one()
        void(session, found, reason, actor=actor)


def kinds(session: Session) -> list[str]:
    return list(session.execute(select(col(Event.kind)).order_by(col(Event.id))).scalars())


def test_a_slip_taken_back_says_who_when_and_why(office: Office) -> None:
    urge(office, "发改局")
    take_back(office)
    fagai = office.viewer("fagai")
    with office.database.reading() as session:
        [row] = urging_queries.list_slips(session, fagai, office.plan(session)).items
        assert (row.slip, row.voided_by, row.void_reason) == ("催办单〔2018〕第1号", "王督查", WRONG)
        assert row.voided_at is not None
        assert office_date(row.voided_at) == TODAY
        told = session.execute(select(Event).where(col(Event.kind) == "urging_voided")).scalar_one()
        assert told.detail["reason"] == WRONG
        assert kinds(session).count("task_urging_voided") == 1
        notice = session.execute(select(Notice).order_by(col(Notice.id).desc())).scalars().first()
        assert notice is not None
        assert notice.department_id == fagai.department_id
        assert notice.words == f"督查室作废了催办单〔2018〕第1号，不用答复。原因：{WRONG}"
        sent = session.execute(select(OutboxMessage).where(col(OutboxMessage.kind) == "urging.voided"))
        assert sent.scalar_one().payload["reason"] == WRONG


def test_the_unit_may_be_urged_again_the_same_day_under_the_next_number(office: Office) -> None:
    urge(office, "发改局")
    take_back(office)
    unit = late(office)["发改局"]
    assert (unit.urged, unit.urged_today) == (0, "")
    [again] = urge(office, "发改局").slips
    assert again.number == 2
    assert late(office)["发改局"].urged == 1


def test_a_task_may_be_urged_again_the_same_day_too(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        [first] = urge_for_task(session, task, DEMAND, actor=ducha).slips
        void(session, first, WRONG, actor=ducha)
        [second] = urge_for_task(session, task, DEMAND, actor=ducha).slips
        assert (second.number, second.task_ids) == (2, [task.id])


def test_it_asks_nothing_of_the_unit_any_more(office: Office) -> None:
    fagai = office.viewer("fagai")

    def asked() -> tuple[bool, bool]:
        with office.database.reading() as session:
            dated = any(each.key.startswith("urging-") for each in days(session, fagai))
        return TodoKind.ANSWER_URGING in counts(office, "fagai"), dated

    urge(office, "发改局")
    assert asked() == (True, True)
    take_back(office)
    assert asked() == (False, False)
    with office.database.writing() as session:
        urging = session.get_one(Urging, slips(office)[0].id)
        with pytest.raises(Conflict, match="作废"):
            receive(session, urging, actor=fagai)


def test_the_supervision_office_is_asked_to_urge_again(office: Office) -> None:
    open_one(office)
    urge(office)
    after = date(2018, 10, 8)
    assert TodoKind.URGE not in counts(office, "ducha", after)
    take_back(office, 2)
    titles = [each.title for each in waiting(office, "ducha", after) if each.kind is TodoKind.URGE]
    assert titles == ["催办 1 个未报送单位"]


def test_a_period_is_frozen_without_the_slips_taken_back(office: Office) -> None:
    period = open_one(office)
    urge(office)
    first, second = slips(office)[:2]
    take_back(office, 1)
    close_one(office)
    closed = shown(office, "ducha", period)
    assert (closed.urgings(first.department_id), closed.urgings(second.department_id)) == (0, 1)


def test_the_same_reason_again_changes_nothing_and_another_is_told_who_was_first(office: Office) -> None:
    urge(office, "发改局")
    take_back(office)
    take_back(office)
    with pytest.raises(Conflict, match="已由王督查作废"):
        take_back(office, reason="另一个原因。")
    with office.database.reading() as session:
        assert kinds(session).count("urging_voided") == 1
    assert slips(office)[0].void_reason == WRONG


@pytest.mark.parametrize("reason", [" ", "长" * 1001])
def test_a_slip_is_taken_back_with_a_reason(office: Office, reason: str) -> None:
    urge(office, "发改局")
    with pytest.raises(InvalidInput) as refusal:
        take_back(office, reason=reason)
    assert set(refusal.value.fields) == {"reason"}
    assert slips(office)[0].voided_at is None


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_takes_a_slip_back(office: Office, username: str) -> None:
    urge(office, "发改局")
    with pytest.raises(Forbidden):
        take_back(office, username=username)


def test_nothing_is_taken_back_from_an_archived_table(office: Office) -> None:
    urge(office, "发改局")
    change_plan(office, state=PlanState.ARCHIVED)
    with pytest.raises(Conflict, match="归档"):
        take_back(office)


def test_a_slip_is_not_taken_back_while_its_table_is_archived(office: Office) -> None:
    urge(office, "发改局")
    change_plan(office, state=PlanState.CLOSED)

    def voiding(session: Session) -> None:
        void(session, session.execute(select(Urging)).scalar_one(), WRONG, actor=office.viewer("ducha"))

    with ThreadPoolExecutor(1) as pool:
        with office.database.writing() as session:
            stage_services.archive(session, office.plan(session), actor=office.viewer("ducha"))
            told = pool.submit(at_once, office, [voiding])
            sleep(0.3)
        assert "已经归档" in told.result()[0]


def test_two_who_press_at_once_take_it_back_once(office: Office) -> None:
    urge(office, "发改局")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: take_back(office), range(4)))
    with office.database.reading() as session:
        assert kinds(session).count("urging_voided") == 1
