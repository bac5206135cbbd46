"""催办: who is late, numbered slips, and the same unit not twice a day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.models.event import Event
from app.models.notice import Notice
from app.models.plan import PlanState
from app.models.task import Task, TaskStatus
from app.models.urging import Urging
from app.queries import urging as urging_queries
from app.queries.todos import todos
from app.queries.urging import LateUnit
from app.rules.periods import PeriodBounds, month_of
from app.rules.permissions import Viewer
from app.rules.todos import Todo, TodoKind
from app.services.periods import close, period_to_report
from app.services.progress import Statement, report_progress
from app.services.urging import Demand, Issued, receive, urge_departments, urge_for_task, usual_demand
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, Office

DEMAND = Demand("请抓紧补报。", TODAY + timedelta(days=4))


def period_of(session: Session, office: Office, viewer: Viewer) -> PeriodBounds:
    found = urging_queries.period_urged(
        urging_queries.periods_to_urge(session, viewer, office.plan(session)), viewer.today
    )
    assert found is not None
    return found


def late(office: Office, viewer: Viewer | None = None) -> dict[str, LateUnit]:
    viewer = viewer or office.viewer("ducha")
    with office.database.reading() as session:
        period = period_of(session, office, viewer)
        units = urging_queries.late_units(session, viewer, office.plan(session), period)
        return {unit.name: unit for unit in units}


def urge(office: Office, *names: str, actor: Viewer | None = None, demand: Demand = DEMAND) -> Issued:
    """Slips to these units, to all that are late when none is named."""
    actor = actor or office.viewer("ducha")
    with office.database.writing() as session:
        plan, period = office.plan(session), period_of(session, office, actor)
        units = urging_queries.late_units(session, actor, plan, period)
        chosen = [unit.id for unit in units if not names or unit.name in names]
        return urge_departments(session, plan, period, chosen, demand, actor=actor)


def slips(office: Office) -> list[Urging]:
    with office.database.reading() as session:
        return list(session.execute(select(Urging).order_by(col(Urging.id))).scalars())


def report(office: Office, standard: str) -> None:
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 70, "推进中。")
        report_progress(session, office.task(session, standard), told, actor=office.viewer("ducha"))


def waits_for(office: Office, username: str) -> list[Todo]:
    with office.database.reading() as session:
        found = todos(session, office.viewer(username))
    return [each for each in found if each.kind is TodoKind.ANSWER_URGING]


def test_after_the_close_a_slip_asks_for_nothing_that_cannot_be_done_any_more(office: Office) -> None:
    urge(office)
    (before,) = waits_for(office, "fagai")
    one = office.api("fagai").get(f"/api/v1{before.address.replace('/urging/', '/urgings/')}").json()
    assert one["after_close"] == ""
    assert before.detail == "涉及 1 项任务，应于9月30日前报送；答复10月2日截止，还有 4 天"
    report(office, SCHOOL)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        september = period_to_report(session, office.plan(session), TODAY)
        close(session, september, actor=ducha, unreviewed=True, early=True)
    (after,) = waits_for(office, "fagai")
    wanted = "2018年9月已关闭，不能再补报，请在下一期一并说明。"
    assert (after.title, after.detail) == ("签收催办单〔2018〕第1号", f"涉及 1 项任务；{wanted}")
    assert after.due_on is None
    page = office.browser("fagai").get(after.address).text
    assert wanted in page
    assert "前答复。" not in page
    listed = office.api("fagai").get(f"/api/v1/plans/{office.plan_id}/urgings").json()["items"]
    assert [each["after_close"] for each in listed] == [wanted]
    assert f'/plans/{office.plan_id}/sheet">填报</a>页面' not in page
    assert waits_for(office, "jiaoyu") == [], "its report came in time"
    theirs = next(each for each in slips(office) if each.department_name == "教育局")
    assert "都已报送，不用再答复" in office.browser("jiaoyu").get(f"/urging/{theirs.id}").text


def test_units_that_have_not_reported_are_late(office: Office) -> None:
    assert set(late(office)) == {"发改局", "卫健局", "城管局", "教育局"}
    report(office, SCHOOL)
    units = late(office)
    assert set(units) == {"发改局", "卫健局", "城管局"}
    assert units["卫健局"].worst.label == "逾期"  # due at the end of June
    assert [task.standard for task in units["发改局"].tasks] == [GROWTH]


def test_nobody_is_urged_for_a_table_that_is_not_issued_or_closed(office: Office) -> None:
    ducha = office.viewer("ducha")
    for state in (PlanState.DRAFT, PlanState.COMMENT, PlanState.CLOSED):
        with office.database.writing() as session:
            plan, period = office.plan(session), month_of(TODAY)
            plan.state = state
            session.add(plan)
            assert urging_queries.periods_to_urge(session, ducha, plan) == []
            with pytest.raises(Conflict):
                urge_departments(session, plan, period, [1], DEMAND, actor=ducha)
            with pytest.raises(Conflict):
                urge_for_task(session, office.task(session, GROWTH), DEMAND, actor=ducha)


def test_each_unit_gets_one_slip_with_its_own_tasks(office: Office) -> None:
    issued = urge(office)
    assert [each.number for each in issued.slips] == [1, 2, 3, 4]
    ducha = office.viewer("ducha")
    with office.database.reading() as session:
        for each in slips(office):
            slip = urging_queries.describe(session, ducha, each)
            assert [task.responsibility.lead_departments[0].name for task in slip.tasks] == [
                slip.row.department
            ]
            assert slip.row.period == "2018年9月"
            assert slip.words.splitlines() == [
                "你单位承担的下列 1 项任务，2018年9月的进展请于2018年9月30日前报送，目前还未报送。",
                "请抓紧补报。",
            ]
        urged = session.execute(select(Event).where(col(Event.kind) == "task_urged")).scalars().all()
        assert len({event.task_id for event in urged}) == 4
        assert len(session.execute(select(Notice).where(col(Notice.department_id).is_not(None))).all()) == 4


def test_the_same_button_again_sends_nothing_that_day(office: Office) -> None:
    urge(office, "发改局")
    again = urge(office, "发改局")
    assert (again.slips, again.repeated) == ([], ["发改局"])
    some = urge(office, "发改局", "教育局")
    assert [each.department_name for each in some.slips] == ["教育局"]
    assert [each.number for each in slips(office)] == [1, 2]
    assert late(office)["发改局"].urged_today == "催办单〔2018〕第1号"


def test_the_next_day_it_may_be_urged_again_and_is_counted(office: Office) -> None:
    ducha = office.viewer("ducha")
    tomorrow = replace(ducha, now=ducha.now + timedelta(days=1))
    urge(office, "发改局")
    assert len(urge(office, "发改局", actor=tomorrow).slips) == 1
    unit = late(office)["发改局"]
    assert unit.urged == 2


def test_numbers_begin_anew_with_the_year(office: Office) -> None:
    ducha = office.viewer("ducha")
    urge(office, "发改局", "教育局")
    january = replace(ducha, now=ducha.now + timedelta(days=100))
    urge(office, "发改局", actor=january, demand=Demand("请补报。", january.today))
    assert [(each.year, each.number) for each in slips(office)] == [(2018, 1), (2018, 2), (2019, 1)]


def test_after_the_due_day_the_period_that_is_past_is_urged_for(office: Office) -> None:
    report(office, SCHOOL)  # September is under way
    ducha = office.viewer("ducha")
    october = replace(ducha, now=ducha.now + timedelta(days=8))
    with office.database.writing() as session:
        period_to_report(session, office.plan(session), october.today)
        periods = urging_queries.periods_to_urge(session, october, office.plan(session))
        assert [each.name for each in periods] == ["2018年10月", "2018年9月"]
        chosen = urging_queries.period_urged(periods, october.today)
        assert chosen is not None
        assert chosen.name == "2018年9月"
    [slip] = urge(office, "发改局", actor=october, demand=Demand("请补报。", october.today)).slips
    assert "2018年9月的进展应于2018年9月30日前报送，至今未报" in slip.words


@pytest.mark.parametrize(
    ("demand", "field"),
    [
        (Demand(" ", DEMAND.answer_by), "words"),
        (Demand("长" * 1001, DEMAND.answer_by), "words"),
        (Demand("请补报。", None), "answer_by"),
        (Demand("请补报。", TODAY - timedelta(days=1)), "answer_by"),
        (Demand("请补报。", date(2218, 1, 1)), "answer_by"),
    ],
)
def test_a_slip_says_what_and_until_when(office: Office, demand: Demand, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        urge(office, demand=demand)
    assert set(refusal.value.fields) == {field}
    assert slips(office) == []


def test_nobody_chosen_is_refused_and_so_is_who_has_reported(office: Office) -> None:
    ducha = office.viewer("ducha")
    school = late(office)["教育局"].id
    report(office, SCHOOL)
    with office.database.writing() as session:
        plan, period = office.plan(session), period_of(session, office, ducha)
        with pytest.raises(InvalidInput) as refusal:
            urge_departments(session, plan, period, [], DEMAND, actor=ducha)
        assert set(refusal.value.fields) == {"departments"}
        with pytest.raises(Conflict, match="已经报齐"):
            urge_departments(session, plan, period, [school, 987654], DEMAND, actor=ducha)
    assert slips(office) == []


def test_an_answer_is_usually_wanted_on_a_working_day_after_three_days(office: Office) -> None:
    """28 September 2018 was a Friday; 1 October begins the holiday, 8 October is the first working day."""
    with office.database.reading() as session:
        assert usual_demand(session, office.viewer("ducha")).answer_by == date(2018, 10, 8)


def test_a_task_is_urged_by_itself_once_a_day(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, HOSPITAL)
        [slip] = urge_for_task(session, task, DEMAND, actor=ducha).slips
        assert (slip.department_name, slip.period_id, slip.task_ids) == ("卫健局", None, [task.id])
        assert slip.words.startswith("你单位承担的下列任务目前为“逾期”，需要加快办理。")
        again = urge_for_task(session, task, DEMAND, actor=ducha)
        assert (again.slips, again.repeated) == ([], ["卫健局"])
        [other] = urge_for_task(session, office.task(session, GROWTH), DEMAND, actor=ducha).slips
        assert other.number == 2


@pytest.mark.parametrize("state", ["completed", "suspended", "closed"])
def test_what_is_done_or_set_aside_is_not_urged(office: Office, state: str) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        if state == "closed":
            task.closed_at = ducha.now
        else:
            task.status = TaskStatus(state)
        session.add(task)
        session.flush()
        with pytest.raises(Conflict):
            urge_for_task(session, task, DEMAND, actor=ducha)


def test_the_unit_signs_for_its_slip_once_and_nobody_else(office: Office) -> None:
    urge(office, "发改局")
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        urging = urging_queries.get_urging(session, fagai, slips(office)[0].id or 0)
        for username in ("ducha", "jiaoyu", "luqiuming"):
            with pytest.raises(Forbidden):
                receive(session, urging, actor=office.viewer(username))
        receive(session, urging, actor=fagai)
        receive(session, urging, actor=replace(fagai, name="别人"))
        assert (urging.received_by, urging.received_at) == ("李发改", fagai.now)
    with office.database.reading() as session:
        assert len(session.execute(select(Event).where(col(Event.kind) == "urging_received")).all()) == 1


def test_a_unit_sees_its_own_slips_only(office: Office) -> None:
    urge(office, "发改局", "教育局")
    first = slips(office)[0].id or 0
    with office.database.reading() as session:
        plan, jiaoyu = office.plan(session), office.viewer("jiaoyu")
        told = urging_queries.list_slips(session, jiaoyu, plan)
        assert [row.department for row in told.items] == ["教育局"]
        with pytest.raises(NotFound):
            urging_queries.get_urging(session, jiaoyu, first)
        assert urging_queries.list_slips(session, office.viewer("ducha"), plan).total == 2


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_urges(office: Office, username: str) -> None:
    actor = office.viewer(username)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan, period = office.plan(session), period_of(session, office, ducha)
        with pytest.raises(Forbidden):
            urge_departments(session, plan, period, [1], DEMAND, actor=actor)
        with pytest.raises(Forbidden):
            urge_for_task(session, session.get_one(Task, 1), DEMAND, actor=actor)


def test_two_who_press_at_once_leave_no_gap_and_no_second_slip(office: Office) -> None:
    names = ["发改局", "卫健局", "城管局", "教育局"]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda name: urge(office, name), names * 2))
    assert sorted(each.number for each in slips(office)) == [1, 2, 3, 4]
    assert sorted(each.department_name for each in slips(office)) == sorted(names)
    assert sum(len(issued.slips) for issued in done) == 4
    assert sorted(name for issued in done for name in issued.repeated) == sorted(names)
