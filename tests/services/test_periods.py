"""填报周期: which period a report falls into; setting, opening and closing periods."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.config import OFFICE_ZONE
from app.errors import Conflict, Forbidden, NotFound
from app.models.event import Event
from app.models.notice import Notice
from app.models.plan import PeriodCycle, PlanState
from app.models.progress import PeriodSnapshot, ProgressReport, ReportingPeriod, ReportState
from app.models.task import TaskStatus
from app.queries.overview import overview
from app.queries.periods import PeriodState, known_periods, list_periods, open_periods, period_in_view
from app.queries.urging import late_units
from app.rules.permissions import Viewer
from app.services import periods
from app.services.period_settings import PeriodSettings, set_periods
from app.services.progress import Statement, report_progress
from app.services.review import return_report
from app.services.urging import urge_departments, usual_demand
from tests.office import GROWTH, PLAN, SCHOOL, Office

GOING_WELL = Statement(TaskStatus.IN_PROGRESS, 60, "前三季度增长8.1%。")
SEPTEMBER, OCTOBER = date(2018, 9, 1), date(2018, 10, 1)


def on(viewer: Viewer, day: date) -> Viewer:
    """The same person on another day."""
    return replace(viewer, now=datetime.combine(day, time(10), OFFICE_ZONE).astimezone(UTC))


def kinds(session: Session) -> list[str]:
    return list(session.execute(select(col(Event.kind)).order_by(col(Event.sequence))).scalars())


def settings(session: Session, office: Office, **changes: Any) -> PeriodSettings:
    return replace(PeriodSettings.of(office.plan(session)), **changes)


def set_up(office: Office, day: date | None = None, **changes: Any) -> bool:
    actor = office.viewer("ducha")
    with office.database.writing() as session:
        new = settings(session, office, **changes)
        return set_periods(session, office.plan(session), new, actor=on(actor, day) if day else actor)


def report(office: Office, day: date, standard: str = GROWTH, username: str = "fagai", **changes: Any) -> str:
    """Somebody reports on this day; the name of the period it fell into."""
    actor = on(office.viewer(username), day)
    with office.database.writing() as session:
        told = report_progress(
            session, office.task(session, standard), replace(GOING_WELL, **changes), actor=actor
        )
        return session.get_one(ReportingPeriod, told.period_id).name


def open_one(office: Office, first_day: date = SEPTEMBER, day: date | None = None) -> int:
    actor = office.viewer("ducha")
    with office.database.writing() as session:
        opened = periods.open_period(
            session, office.plan(session), first_day, actor=on(actor, day) if day else actor
        )
        return opened.id or 0


def close_one(
    office: Office, name: str = "2018年9月", day: date | None = None, *, early: bool = True, **how: Any
) -> int:
    actor = office.viewer("ducha")
    with office.database.writing() as session:
        period = session.execute(
            select(ReportingPeriod).where(col(ReportingPeriod.name) == name)
        ).scalar_one()
        periods.close(session, period, actor=on(actor, day) if day else actor, early=early, **how)
        return period.id or 0


def test_a_report_falls_into_the_period_of_the_plans_cycle(office: Office) -> None:
    assert set_up(office, cycle=PeriodCycle.QUARTER)
    assert report(office, date(2018, 9, 28)) == "2018年第三季度"


def test_while_last_month_is_awaited_a_report_is_about_last_month(office: Office) -> None:
    set_up(office, due_day=5, due_months_after=1)
    assert report(office, date(2018, 10, 8)) == "2018年9月"  # the 5th is a holiday
    assert report(office, date(2018, 10, 9), progress="十月的情况。") == "2018年10月"


def test_the_period_in_view_is_the_one_a_report_falls_into_and_reading_makes_none(office: Office) -> None:
    set_up(office, due_day=5, due_months_after=1)
    with office.database.reading() as session:
        plan = office.plan(session)
        seen = period_in_view(session, on(office.viewer("fagai"), date(2018, 10, 8)), plan)
        assert (seen.name, seen.due_on, seen.id) == ("2018年9月", date(2018, 10, 8), None)
        begun = select(ReportingPeriod).where(col(ReportingPeriod.starts_on) >= SEPTEMBER)
        assert session.execute(begun).first() is None
        assert overview(session, on(office.viewer("ducha"), date(2018, 10, 3)), plan).period == seen


def test_a_closed_period_takes_no_report_and_names_the_next(office: Office) -> None:
    report(office, date(2018, 9, 28))
    close_one(office, unreviewed=True)
    with pytest.raises(Conflict, match=r"2018年9月.*已关闭") as refused:
        report(office, date(2018, 9, 28), progress="又有进展。")
    assert "2018年10月" in refused.value.remedy
    assert report(office, date(2018, 10, 1), progress="又有进展。") == "2018年10月"


def test_a_table_with_progress_is_imported_though_the_period_is_closed(office: Office) -> None:
    open_one(office)
    close_one(office)
    with office.database.writing() as session:
        found = periods.next_open_period(session, office.plan(session), date(2018, 9, 28))
        assert found.name == "2018年10月"


def test_opening_tells_every_unit_once_and_begins_the_reporting(office: Office) -> None:
    period_id = open_one(office)
    assert open_one(office) == period_id
    with office.database.reading() as session:
        told = session.execute(select(Notice)).scalars().all()
        assert {notice.words for notice in told} == {f"“{PLAN}”2018年9月的填报已开启，请于9月30日前报送。"}
        # 发改局, 卫健局, 城管局, 教育局 lead, 住建局 supports
        assert len(told) == len({notice.department_id for notice in told}) == 5
        assert kinds(session).count("period_opened") == 1
        assert office.plan(session).state is PlanState.RUNNING
        assert [each.id for each in open_periods(session, office.viewer("fagai"), office.plan(session))] == [
            period_id
        ]


def test_a_day_no_period_begins_on_opens_none(office: Office) -> None:
    with pytest.raises(NotFound, match="没有从这一天开始的一期"):
        open_one(office, date(2018, 9, 2))


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_sets_opens_and_closes(office: Office, username: str) -> None:
    period_id = open_one(office)
    actor = office.viewer(username)
    with office.database.writing() as session:
        plan = office.plan(session)
        period = session.get_one(ReportingPeriod, period_id)
        for deed in (
            lambda: periods.open_period(session, plan, OCTOBER, actor=actor),
            lambda: periods.close(session, period, actor=actor),
            lambda: set_periods(session, plan, settings(session, office, due_day=25), actor=actor),
        ):
            with pytest.raises(Forbidden):
                deed()
        assert period.closed_at is None


@pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.COMMENT, PlanState.CLOSED])
def test_a_plan_nobody_reports_on_opens_no_period(office: Office, state: PlanState) -> None:
    with office.database.writing() as session:
        office.plan(session).state = state
    with pytest.raises(Conflict):
        open_one(office)


def test_closing_asks_first_where_reports_wait_for_review(office: Office) -> None:
    report(office, date(2018, 9, 28))
    with pytest.raises(Conflict, match="还有 1 条填报没有审核"):
        close_one(office)
    with office.database.writing() as session:
        assert session.execute(select(ReportingPeriod)).scalar_one().closed_at is None
        session.execute(select(ProgressReport)).scalar_one().state = ReportState.APPROVED
    close_one(office)
    with office.database.reading() as session:
        assert session.execute(select(ReportingPeriod)).scalar_one().closed_at is not None


def test_closing_before_the_due_day_says_first_what_it_cuts_off(office: Office) -> None:
    report(office, date(2018, 9, 20))
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        told = session.execute(select(ProgressReport)).scalar_one()
        return_report(session, told, "数据不实。", actor=on(ducha, date(2018, 9, 21)))
    report(office, date(2018, 9, 22), SCHOOL, "jiaoyu")
    with office.database.writing() as session:
        plan = office.plan(session)
        period = next(each for each in known_periods(session, plan) if each.name == "2018年9月")
        units = [unit.id for unit in late_units(session, ducha, plan, period)][:2]
        urge_departments(session, plan, period, units, usual_demand(session, ducha), actor=ducha)
    cut_off = "3 个单位还有 3 项没有报，其中 1 项退回后等待改正，2 张催办单还没有办完"
    with pytest.raises(Conflict, match=f"截止日9月30日还没有到，{cut_off}，没有关闭") as refused:
        close_one(office, day=date(2018, 9, 29), early=False, unreviewed=True)
    assert "勾选“提前关闭”" in refused.value.remedy
    page = office.browser("ducha").get(f"/plans/{office.plan_id}/periods").text
    assert cut_off in page
    assert 'name="early"' in page
    assert close_one(office, day=date(2018, 9, 30), early=False, unreviewed=True), (
        "on the due day nobody is early"
    )


def test_closing_twice_is_closing_once(office: Office) -> None:
    report(office, date(2018, 9, 28))
    close_one(office, unreviewed=True)
    close_one(office, unreviewed=True)
    with office.database.reading() as session:
        assert session.execute(select(func.count()).select_from(PeriodSnapshot)).scalar_one() == 1
        assert kinds(session).count("period_closed") == 1


def test_a_period_that_has_not_begun_is_not_closed(office: Office) -> None:
    open_one(office, OCTOBER)
    with pytest.raises(Conflict, match="还没有到"):
        close_one(office, "2018年10月")


def test_nothing_of_a_closed_period_can_be_held_open(office: Office) -> None:
    open_one(office)
    period_id = close_one(office)
    with office.database.writing() as session, pytest.raises(Conflict, match="不能再改动"):
        periods.require_open(session, session.get_one(ReportingPeriod, period_id))


def test_the_list_says_what_is_due_reported_and_missing(office: Office) -> None:
    report(office, date(2018, 9, 28))
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    assert len(rows) == 12
    september = rows[8]
    assert (september.name, september.state, september.is_current) == ("2018年9月", PeriodState.RUNNING, True)
    assert (september.due, september.reported, september.approved, september.returned) == (4, 1, 0, 0)
    assert {unit.name: unit.missing for unit in september.silent} == {"卫健局": 1, "城管局": 1, "教育局": 1}
    assert [rows[0].state, rows[9].state] == [PeriodState.UNUSED, PeriodState.COMING]


def test_a_returned_report_is_missing_again(office: Office) -> None:
    report(office, date(2018, 9, 28))
    with office.database.writing() as session:
        told = session.execute(select(ProgressReport)).scalar_one()
        told.state, told.return_reason = ReportState.RETURNED, "没有数据"
    with office.database.reading() as session:
        september = list_periods(session, office.viewer("ducha"), office.plan(session))[8]
    assert (september.due, september.reported, september.returned) == (4, 0, 1)
    assert "发改局" in {unit.name for unit in september.silent}


def test_past_its_due_day_an_open_period_is_overdue(office: Office) -> None:
    open_one(office)
    with office.database.reading() as session:
        later = on(office.viewer("ducha"), date(2018, 10, 9))
        rows = list_periods(session, later, office.plan(session))
    assert [(row.name, row.state) for row in rows if row.state in ("running", "overdue")] == [
        ("2018年9月", PeriodState.OVERDUE),
        ("2018年10月", PeriodState.RUNNING),
    ]


def test_finished_and_suspended_tasks_owe_no_report(office: Office) -> None:
    with office.database.writing() as session:
        office.task(session, SCHOOL).status = TaskStatus.SUSPENDED
        office.task(session, GROWTH).closed_at = office.viewer("ducha").now
    with office.database.reading() as session:
        september = list_periods(session, office.viewer("ducha"), office.plan(session))[8]
    assert {unit.name for unit in september.silent} == {"卫健局", "城管局"}


def test_an_archived_plan_closes_no_period(office: Office) -> None:
    open_one(office)
    with office.database.writing() as session:
        office.plan(session).state = PlanState.ARCHIVED
    with pytest.raises(Conflict, match="归档"):
        close_one(office)


def test_periods_nobody_used_are_not_offered_for_reporting(office: Office) -> None:
    report(office, date(2018, 9, 28))
    set_up(office, cycle=PeriodCycle.QUARTER)
    with office.database.reading() as session:
        viewer = office.viewer("fagai")
        assert [each.name for each in open_periods(session, viewer, office.plan(session))] == ["2018年9月"]


def test_once_the_plan_is_closed_no_period_is_running(office: Office) -> None:
    with office.database.writing() as session:
        office.plan(session).state = PlanState.CLOSED
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    assert {row.state for row in rows} == {PeriodState.UNUSED, PeriodState.COMING}
