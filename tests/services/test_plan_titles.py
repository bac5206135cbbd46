"""名称 of a table: without the draft's words from 交办 on, and another one when the supervision office says so."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.event import Event
from app.models.notice import Notice
from app.models.outbox import OutboxMessage
from app.models.plan import Plan, PlanState
from app.models.progress import ReportingPeriod
from app.queries.ledger import ledger
from app.queries.snapshots import ledger_of, snapshot_of
from app.services import plan_titles
from app.services import stages as stage_services
from app.services.periods import close, open_period
from tests.office import PLAN, TODAY, Office
from tests.services.todos import change_plan

SOON = TODAY + timedelta(days=5)
DRAFT = f"{PLAN}（征求意见稿）"
OTHER = "2018年重点工作责任分解表"


def plan_of(session: Session, office_plan: int) -> Plan:
    return session.get_one(Plan, office_plan)


def drafted(office: Office, title: str = DRAFT) -> int:
    number = office.plan_id
    change_plan(office, state=PlanState.DRAFT, title=title, heading=title)
    return number


def rename(office: Office, number: int, title: str, by: str = "ducha") -> None:
    with office.database.writing() as session:
        plan_titles.rename(session, plan_of(session, number), title, actor=office.viewer(by))


def told(session: Session) -> list[str]:
    return list(session.execute(select(col(Notice.words)).order_by(col(Notice.id))).scalars())


def renamings(session: Session) -> list[Event]:
    return list(session.execute(select(Event).where(col(Event.kind) == "plan_renamed")).scalars())


def test_issued_without_a_name_it_loses_the_words_of_the_draft_on_page_and_paper(office: Office) -> None:
    number, ducha = drafted(office), office.viewer("ducha")
    with office.database.writing() as session:
        plan = plan_of(session, number)
        assert ledger(session, ducha, plan).heading == DRAFT, "a draft says that it is one"
        stage_services.issue(session, plan, SOON, actor=ducha)
    with office.database.reading() as session:
        plan = plan_of(session, number)
        assert (plan.title, ledger(session, ducha, plan).heading) == (PLAN, PLAN)
        assert told(session)[0].startswith(f"“{PLAN}”已交办")
        (event,) = renamings(session)
        assert (event.detail["before"], event.detail["after"]) == (DRAFT, PLAN)


def test_it_is_issued_under_the_name_that_was_typed(office: Office) -> None:
    number, ducha = drafted(office), office.viewer("ducha")
    with office.database.writing() as session:
        stage_services.issue(session, plan_of(session, number), SOON, actor=ducha, title=f" {OTHER} ")
    with office.database.reading() as session:
        plan = plan_of(session, number)
        assert (plan.title, plan.heading) == (OTHER, OTHER)


def test_a_name_that_another_table_of_the_year_has_stops_the_issue(office: Office) -> None:
    number, ducha = drafted(office), office.viewer("ducha")
    with office.database.writing() as session:
        plan = plan_of(session, number)
        same = plan.model_dump(exclude={"id"}) | {"title": PLAN}
        session.add(Plan(**same))
    with pytest.raises(InvalidInput) as refusal, office.database.writing() as session:
        stage_services.issue(session, plan_of(session, number), SOON, actor=ducha)
    assert "已有名为" in refusal.value.fields["title"]
    with office.database.reading() as session:
        assert plan_of(session, number).state is PlanState.DRAFT


def test_a_running_table_gets_another_name_and_its_units_are_told(office: Office) -> None:
    number = office.plan_id
    rename(office, number, OTHER)
    rename(office, number, OTHER)
    with office.database.reading() as session:
        assert plan_of(session, number).title == OTHER
        assert len(renamings(session)) == 1, "said again it changes nothing"
        words = set(told(session))
        assert words == {f"“{PLAN}”已更名为“{OTHER}”，任务和填报不变。"}
        sent = select(OutboxMessage).where(col(OutboxMessage.kind) == "plan.renamed")
        assert session.execute(sent).scalar_one().payload["after"] == OTHER


def test_a_closed_period_keeps_the_name_of_its_day(office: Office) -> None:
    number, ducha = office.plan_id, office.viewer("ducha")
    change_plan(office, heading=PLAN)
    with office.database.writing() as session:
        period = open_period(session, plan_of(session, number), date(2018, 9, 1), actor=ducha)
        close(session, period, actor=ducha, early=True)
        kept = period.id
    rename(office, number, OTHER)
    with office.database.reading() as session:
        then = ledger_of(snapshot_of(session, session.get_one(ReportingPeriod, kept)), ducha)
        assert (then.title, then.heading) == (PLAN, PLAN)
        now = ledger(session, ducha, plan_of(session, number))
        assert (now.title, now.heading) == (OTHER, OTHER)


def test_nobody_but_the_supervision_office_renames_and_no_archived_table(office: Office) -> None:
    number = office.plan_id
    for username in ("fagai", "luqiuming", "admin"):
        with pytest.raises(Forbidden):
            rename(office, number, OTHER, by=username)
    with pytest.raises(InvalidInput, match="没有修改"):
        rename(office, number, "  ")
    change_plan(office, state=PlanState.ARCHIVED)
    with pytest.raises(Conflict, match="已经归档"):
        rename(office, number, OTHER)
