"""交接 in the middle of a month: what the giver typed and did not send stands on the taker's sheet."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Department
from app.models.progress import ReportDraft
from app.models.task import Assignment, AssignmentRole
from app.queries.sheet import SheetRow, sheet_of
from app.rules.drafts import Change
from app.services import drafts, sheet
from app.services.drafts import Place
from app.services.hand_over import hand_over_department
from app.services.periods import close, period_to_report
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, Office, at

TYPED = {
    "status": Change("", "in_progress"),
    "completion": Change("", "60"),
    "progress": Change("", "前三季度增长8.1%，正在核对。"),
}
TOMORROW = TODAY + timedelta(days=1)


def write(office: Office) -> None:
    with office.database.writing() as session:
        drafts.save(session, place_of(session, office), TYPED, actor=office.viewer("fagai"))


def place_of(session: Session, office: Office, day: date = TODAY) -> Place:
    plan = office.plan(session)
    period = period_to_report(session, plan, day)
    return Place(plan.id or 0, period.id or 0, office.task(session, GROWTH).id or 0)


def hand_over(office: Office, day: date = TODAY) -> None:
    with office.database.writing() as session:
        giver, taker = (
            session.execute(select(Department).where(col(Department.name) == name)).scalar_one()
            for name in ("发改局", "教育局")
        )
        hand_over_department(
            session, giver, taker, effective_on=day, reason="机构改革", actor=office.viewer("ducha")
        )


def rows(office: Office, day: date = TODAY) -> dict[str, SheetRow]:
    with office.database.writing() as session:
        plan = office.plan(session)
        period = period_to_report(session, plan, day)
        viewer = at(office.viewer("jiaoyu"), day)
        return {row.standard: row for row in sheet_of(session, viewer, plan, period).rows}


def test_the_taker_sees_the_givers_draft_with_name_and_time(office: Office) -> None:
    write(office)
    hand_over(office)
    given = rows(office)[GROWTH].given
    assert given is not None
    with office.database.reading() as session:
        at_work = session.execute(select(col(ReportDraft.updated_at))).scalar_one()
    assert (given.department, given.author, given.at) == ("发改局", "李发改", at_work)
    assert given.fields["progress"] == TYPED["progress"].text
    assert rows(office)[SCHOOL].given is None
    page = office.browser("jiaoyu").get(f"/plans/{office.plan_id}/sheet").text
    assert "<strong>发改局</strong>交接前写的草稿，没有报送" in page
    assert "李发改，9月28日" in page
    assert "沿用这份草稿" in page
    told = office.api("jiaoyu").get(f"/api/v1/plans/{office.plan_id}/sheet").json()["rows"]
    assert [each["handed"]["author"] for each in told if each["handed"]] == ["李发改"]


def test_a_figure_left_out_on_purpose_is_told_as_such(office: Office) -> None:
    with office.database.writing() as session:
        left_out = {**TYPED, "completion": Change("", "不填")}
        drafts.save(session, place_of(session, office), left_out, actor=office.viewer("fagai"))
    hand_over(office)
    page = office.browser("jiaoyu").get(f"/plans/{office.plan_id}/sheet").text
    assert "推进中，完成率不填" in page
    assert "不填 %" not in page


def test_until_the_day_the_draft_is_the_givers_alone(office: Office) -> None:
    write(office)
    hand_over(office, TOMORROW)
    assert GROWTH not in rows(office)
    given = rows(office, TOMORROW)[GROWTH].given
    assert given is not None


def test_the_takers_own_words_stand_beside_it_and_nothing_is_lost(office: Office) -> None:
    write(office)
    hand_over(office)
    jiaoyu = office.viewer("jiaoyu")
    mine = {**TYPED, "progress": Change("", "前三季度增长8.1%。")}
    with office.database.writing() as session:
        sent = sheet.submit(session, place_of(session, office), mine, actor=jiaoyu)
        assert sent.is_reported
        kept = session.execute(select(col(ReportDraft.progress))).scalar_one()
        assert kept == TYPED["progress"].text
    assert rows(office)[GROWTH].given is not None


def test_a_draft_left_in_a_period_closed_since_is_shown_with_its_period(office: Office) -> None:
    write(office)
    hand_over(office)
    with office.database.writing() as session:
        september = period_to_report(session, office.plan(session), TODAY)
        close(session, september, actor=office.viewer("ducha"), early=True)
    given = rows(office, date(2018, 10, 10))[GROWTH].given
    assert given is not None
    assert given.period == "2018年9月"


def test_who_only_helps_with_a_task_or_leads_it_from_the_start_sees_no_draft(office: Office) -> None:
    write(office)
    assert HOSPITAL not in rows(office)
    assert [row.given for row in rows(office).values()] == [None]


def test_the_draft_of_a_giver_who_still_answers_in_another_role_is_its_own(office: Office) -> None:
    write(office)
    hand_over(office)
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        giver = session.execute(select(Department).where(col(Department.name) == "发改局")).scalar_one()
        session.add(
            Assignment(
                jurisdiction_id=task.jurisdiction_id,
                plan_id=task.plan_id,
                task_id=task.id or 0,
                role=AssignmentRole.MAIN,
                department_id=giver.id,
                position=9,
            )
        )
    assert rows(office)[GROWTH].given is None
