"""签收: who signs, for what, and what a report and a hand-over mean for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden
from app.installation import command_actor
from app.models.directory import Department, DepartmentKind
from app.models.event import Event
from app.models.plan import PlanState
from app.models.task import Assignment, AssignmentRole, TaskStatus
from app.queries.parts import units_to_choose
from app.queries.revisions import revision
from app.queries.signing import by_unit, signing_rows
from app.queries.stages import signatures, without_answer
from app.queries.tasks import get_row
from app.rules.status import Light
from app.services import imports as import_services
from app.services import signing as signing_services
from app.services import stages as stage_services
from app.services.closing import suspend
from app.services.hand_over import confirm_hand_over
from app.services.parts import PartForm, split
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOME, HOSPITAL, PLAN, SCHOOL, TABLE, TODAY, TOILETS, Office


@pytest.fixture
def issued(office: Office) -> Office:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        session.flush()
        stage_services.issue(session, plan, TODAY + timedelta(days=5), actor=office.viewer("ducha"))
    return office


def unit(session: Session, name: str) -> Department:
    return session.execute(select(Department).where(col(Department.name) == name)).scalar_one()


def test_a_unit_signs_for_what_it_leads_and_not_for_what_it_supports(issued: Office) -> None:
    fagai = issued.viewer("fagai")
    with issued.database.writing() as session:
        assert signing_services.sign_all(session, issued.plan(session), actor=fagai) == 1
        assert signing_services.sign_all(session, issued.plan(session), actor=fagai) == 0
    with issued.database.reading() as session:
        task = issued.task(session, GROWTH)
        assert task.signed_at == fagai.now
        assert issued.task(session, HOSPITAL).signed_at is None
        rows = signing_rows(session, issued.viewer("ducha"), issued.plan(session))
        assert [u.name for u in by_unit(rows) if u.unsigned] == ["卫健局", "城管局", "教育局"]
        assert [row.standard for row in signing_rows(session, fagai, issued.plan(session))] == [GROWTH]
        event = session.execute(select(Event).where(col(Event.kind) == "task_signed")).scalar_one()
        assert (event.detail["unit"], event.detail["by_reporting"]) == ("发改局", False)


def test_who_has_no_lead_in_it_cannot_sign(issued: Office) -> None:
    for username in ("fagai", "ducha", "luqiuming"):
        with pytest.raises(Forbidden), issued.database.writing() as session:
            signing_services.sign(session, issued.task(session, SCHOOL), actor=issued.viewer(username))


def test_a_task_is_signed_for_when_the_last_of_its_units_has(issued: Office) -> None:
    with issued.database.writing() as session:
        task = issued.task(session, GROWTH)
        session.add(
            Assignment(
                jurisdiction_id=task.jurisdiction_id,
                plan_id=task.plan_id,
                task_id=task.id or 0,
                role=AssignmentRole.MAIN,
                department_id=unit(session, "教育局").id,
                position=9,
            )
        )
    for username, complete in (("fagai", False), ("jiaoyu", True)):
        with issued.database.writing() as session:
            task = issued.task(session, GROWTH)
            assert signing_services.sign(session, task, actor=issued.viewer(username))
            assert (task.signed_at is not None) is complete


def test_unsigned_is_what_the_light_says_until_it_is_signed(issued: Office) -> None:
    fagai = issued.viewer("fagai")
    with issued.database.writing() as session:
        plan, task = issued.plan(session), issued.task(session, GROWTH)
        assert get_row(session, fagai, plan, task).judgement.light is Light.UNSIGNED
        signing_services.sign(session, task, actor=fagai)
        session.flush()
        assert get_row(session, fagai, plan, task).judgement.light is Light.NOT_STARTED


def test_a_report_signs_for_its_unit(issued: Office) -> None:
    told = Statement(TaskStatus.IN_PROGRESS, 30, "已启动。")
    with issued.database.writing() as session:
        report_progress(session, issued.task(session, GROWTH), told, actor=issued.viewer("fagai"))
    with issued.database.writing() as session:  # for a unit that telephoned: the unit itself has not signed
        report_progress(session, issued.task(session, SCHOOL), told, actor=issued.viewer("ducha"))
    with issued.database.reading() as session:
        assert issued.task(session, GROWTH).signed_at is not None
        assert issued.task(session, SCHOOL).signed_at is None
        event = session.execute(select(Event).where(col(Event.kind) == "task_signed")).scalar_one()
        assert event.detail["by_reporting"] is True


def test_who_takes_over_signs_again_and_the_task_stays_signed(issued: Office) -> None:
    with issued.database.writing() as session:
        signing_services.sign(session, issued.task(session, GROWTH), actor=issued.viewer("fagai"))
    with issued.database.writing() as session:
        confirm_hand_over(
            session,
            unit(session, "发改局"),
            unit(session, "教育局"),
            effective_on=TODAY,
            reason="",
            actor=issued.viewer("ducha"),
        )
    jiaoyu = issued.viewer("jiaoyu")
    with issued.database.writing() as session:
        task = issued.task(session, GROWTH)
        signed_at = task.signed_at
        assert signed_at is not None
        assert signing_services.sign(session, task, actor=jiaoyu)
        assert task.signed_at == signed_at


def test_a_table_issued_on_paper_or_not_at_all_is_not_signed_for(office: Office) -> None:
    fagai = office.viewer("fagai")
    with pytest.raises(Conflict, match="线下"), office.database.writing() as session:
        signing_services.sign(session, office.task(session, GROWTH), actor=fagai)
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.COMMENT
        session.add(plan)
    with pytest.raises(Conflict, match="交办以后才能签收"), office.database.writing() as session:
        signing_services.sign_all(session, office.plan(session), actor=fagai)


def test_a_newer_table_that_changes_who_supports_keeps_the_signature(issued: Office) -> None:
    fagai = issued.viewer("fagai")
    with issued.database.writing() as session:
        signing_services.sign(session, issued.task(session, GROWTH), actor=fagai)
    newer = replace(
        TABLE, tasks=[replace(TABLE.tasks[0], supporting_departments=["统计局"]), *TABLE.tasks[1:]]
    )
    with issued.database.writing() as session:
        actor = command_actor(session, HOME)
        batch = import_services.preview(
            session, newer, b"newer", "新版.xlsx", title=PLAN, year=2018, actor=actor
        )
        shown = revision(session, issued.plan(session), batch).digest
        import_services.commit(session, batch, actor=actor, shown=shown)
    with issued.database.reading() as session:
        rows = signing_rows(session, fagai, issued.plan(session), issued.task(session, GROWTH))
        assert [(row.department, row.signed_by) for row in rows] == [("发改局", "李发改")]
        row = get_row(session, fagai, issued.plan(session), issued.task(session, GROWTH))
        assert [unit.name for unit in row.responsibility.supporting_departments] == ["统计局"]


def test_a_task_of_a_group_alone_waits_for_no_signature_and_no_answer(office: Office) -> None:
    with office.database.writing() as session:
        group = unit(session, "城管局")
        group.kind = DepartmentKind.GROUP
        plan = office.plan(session)
        plan.state, plan.comment_round = PlanState.DRAFT, 1
        session.add_all([group, plan])
        session.flush()
        waited_for = [each.name for each in without_answer(session, plan, TODAY)]
        assert "发改局" in waited_for
        assert "城管局" not in waited_for
        stage_services.issue(session, plan, TODAY, actor=office.viewer("ducha"))
    with office.database.reading() as session:
        assert office.task(session, TOILETS).signed_at is not None
        assert office.task(session, GROWTH).signed_at is None
        rows = signing_rows(session, office.viewer("ducha"), office.plan(session))
        assert "城管局" not in {row.department for row in rows}


def test_nobody_is_asked_to_sign_for_what_rests_or_was_taken_back(issued: Office) -> None:
    """A suspended task, and the part of a withdrawn one: the list, the counts and 全部签收 say the same."""
    fagai, ducha = issued.viewer("fagai"), issued.viewer("ducha")
    with issued.database.writing() as session:
        plan, growth, hospital = (
            issued.plan(session),
            issued.task(session, GROWTH),
            issued.task(session, HOSPITAL),
        )
        own = next(each for each in units_to_choose(session, ducha, hospital) if each.name == "发改局")
        row = PartForm("先办的一半。", hospital.due_on, 1, own.id)
        split(session, hospital, [row], actor=ducha)
        hospital.withdrawn_at, hospital.withdrawn_reason = ducha.now, "新版没有这一项"
        suspend(session, growth, "上级调整指标。", actor=ducha)
        assert signing_rows(session, fagai, plan) == []
        assert signatures(session, plan, TODAY) == (0, 2)
        assert signing_services.sign_all(session, plan, actor=fagai) == 0
