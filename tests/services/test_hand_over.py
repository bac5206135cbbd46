"""交接: open tasks pass on a day, history keeps who held what, and a future one works by itself."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from alembic import command
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from app.db import alembic_config, migrate
from app.errors import Conflict, Forbidden, NotFound
from app.models.directory import Department, Official
from app.models.event import Event
from app.models.outbox import OutboxMessage
from app.models.plan import Plan, PlanState
from app.models.progress import ProgressReport, ReportingPeriod
from app.models.task import Assignment, HandOver, Task, TaskStatus
from app.queries import hand_over as hand_over_queries
from app.queries import progress as progress_queries
from app.queries import tasks as task_queries
from app.queries.ledger import ledger
from app.queries.matrix import responsibility_matrix
from app.queries.overview import overview
from app.queries.visible import TaskFilter
from app.queries.workload import Bearer, workload
from app.reports.ledger import ledger_workbook
from app.rules.permissions import Viewer
from app.services.hand_over import (
    call_off,
    confirm_hand_over,
    hand_over_department,
    preview_hand_over,
)
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, TOILETS, Office, at

SOON = TODAY + timedelta(days=10)
DONE = Statement(TaskStatus.COMPLETED, 100, "已建成。")
SAID = Statement(TaskStatus.IN_PROGRESS, 40, "已开工。")


def unit(session: Session, name: str) -> Department:
    return session.execute(select(Department).where(col(Department.name) == name)).scalar_one()


def person(session: Session, name: str) -> Official:
    return session.execute(select(Official).where(col(Official.name) == name)).scalar_one()


def give(
    session: Session, office: Office, giver: str, taker: str, day: date = TODAY, reason: str = ""
) -> HandOver | None:
    return hand_over_department(
        session,
        unit(session, giver),
        unit(session, taker),
        effective_on=day,
        reason=reason,
        actor=office.viewer("ducha"),
    )


def names(session: Session, viewer: Viewer, task: Task) -> dict[str, list[str]]:
    """Role → names, as the task's page tells this viewer on his day."""
    plan = session.get_one(Plan, task.plan_id)
    who = task_queries.get_row(session, viewer, plan, task).responsibility
    told = {
        "分管": who.officials,
        "牵头": who.lead_departments,
        "主责": who.main_departments,
        "配合": who.supporting_departments,
    }
    return {role: [each.name for each in bearers] for role, bearers in told.items() if bearers}


def test_a_units_open_tasks_pass_in_the_roles_it_had(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        done = give(session, office, "发改局", "城管局", reason="机构改革")
        assert done is not None
        assert (done.tasks, done.effective_on, done.reason, done.actor_name) == (
            3,
            TODAY,
            "机构改革",
            "王督查",
        )
        assert names(session, ducha, office.task(session, GROWTH))["牵头"] == ["城管局"]
        assert names(session, ducha, office.task(session, HOSPITAL))["配合"] == ["城管局"]
        # At the place the giver had in the document.
        assert names(session, ducha, office.task(session, SCHOOL))["配合"] == ["城管局", "住建局"]
        giver, taker = unit(session, "发改局"), unit(session, "城管局")
        assert hand_over_queries.open_tasks_of_department(session, ducha, giver) == 0
        assert hand_over_queries.open_tasks_of_department(session, ducha, taker) == 4


def test_an_officials_open_tasks_pass_and_leave_the_units_alone(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        giver, taker = person(session, "陆秋明"), person(session, "薛红霞")
        done = confirm_hand_over(session, giver, taker, effective_on=TODAY, reason="", actor=ducha)
        assert done.tasks == 2
        assert names(session, ducha, office.task(session, GROWTH)) == {"分管": ["薛红霞"], "牵头": ["发改局"]}
        # He had it beside her already: it stays with her, once.
        assert names(session, ducha, office.task(session, HOSPITAL))["分管"] == ["薛红霞"]
        assert hand_over_queries.open_tasks_of_official(session, ducha, giver) == 0
        assert hand_over_queries.open_tasks_of_official(session, ducha, taker) == 3


@pytest.mark.parametrize(
    ("giver", "taker", "expected"),
    [
        ("教育局", "发改局", {"牵头": ["发改局"], "配合": ["住建局"]}),
        ("发改局", "教育局", {"牵头": ["教育局"], "配合": ["住建局"]}),
        ("住建局", "发改局", {"牵头": ["教育局"], "配合": ["发改局"]}),
    ],
)
def test_of_two_roles_the_stronger_stays(
    office: Office, giver: str, taker: str, expected: dict[str, list[str]]
) -> None:
    with office.database.writing() as session:
        give(session, office, giver, taker)
        told = names(session, office.viewer("ducha"), office.task(session, SCHOOL))
        assert told == {"分管": ["薛红霞"], **expected}


def test_what_is_finished_withdrawn_or_of_a_closed_plan_stays(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), DONE, actor=ducha)
        gone = office.task(session, HOSPITAL)
        gone.withdrawn_at, gone.withdrawn_reason = ducha.now, "并入市级项目"
        giver, taker = unit(session, "发改局"), unit(session, "城管局")
        told = preview_hand_over(session, giver, taker, effective_on=TODAY, actor=ducha)
        assert [each.standard for each in told.passing] == [SCHOOL]
        assert told.staying == [("已完成", 1), ("已撤回", 1)]
        assert told.by_role() == [("配合", 1)]
        give(session, office, "发改局", "城管局")
        assert names(session, ducha, office.task(session, GROWTH))["牵头"] == ["发改局"]
        office.plan(session).state = PlanState.CLOSED
        session.flush()
        back = preview_hand_over(session, taker, giver, effective_on=TODAY, actor=ducha)
        assert (back.passing, back.staying) == ([], [("所在的表已结束", 2)])


def test_history_keeps_who_held_the_task_when(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        assert hand_over_queries.tenures(session, ducha, task) == []
        give(session, office, "发改局", "城管局", date(2018, 3, 1))
        give(session, office, "城管局", "教育局", date(2018, 9, 1))
        told = hand_over_queries.tenures(session, ducha, task)
        assert [(each.name, each.held_from, each.held_to) for each in told] == [
            ("教育局", date(2018, 9, 1), None),
            ("城管局", date(2018, 3, 1), date(2018, 9, 1)),
            ("发改局", None, date(2018, 3, 1)),
        ]
        assert [each.is_current for each in told] == [True, False, False]
        for day, holder in (
            (date(2018, 2, 28), "发改局"),
            (date(2018, 3, 1), "城管局"),
            (date(2018, 8, 31), "城管局"),
            (date(2018, 9, 1), "教育局"),
        ):
            assert names(session, at(ducha, day), task)["牵头"] == [holder]


def test_a_task_may_come_back(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 3, 1))
        give(session, office, "城管局", "发改局")
        assert names(session, office.viewer("ducha"), office.task(session, GROWTH))["牵头"] == ["发改局"]


def test_a_future_one_works_by_itself_on_its_day_in_every_read(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "教育局", SOON)
        giver, taker = unit(session, "发改局").id, unit(session, "教育局").id
        plan = office.plan(session)
        task = office.task(session, GROWTH)
        for day, holder, other in ((TODAY, giver, taker), (SOON, taker, giver)):
            ducha = at(office.viewer("ducha"), day)
            row = task_queries.get_row(session, ducha, plan, task)
            assert [each.id for each in row.responsibility.lead_departments] == [holder]
            assert holder in {share.department_id for share in task_queries.shares_of(session, task, day)}
            assert other not in {share.department_id for share in task_queries.shares_of(session, task, day)}
            for wanted, found in ((holder, True), (other, False)):
                filtered = task_queries.list_tasks(session, ducha, plan, TaskFilter(department=wanted))
                assert (GROWTH in [each.standard for each in filtered.items]) is found
            carried = {
                each.id: each.standing.total for each in workload(session, ducha, plan, Bearer.DEPARTMENT)
            }
            assert carried[holder] == 3
            matrix = responsibility_matrix(session, ducha, plan, Bearer.DEPARTMENT)
            assert {holder} == {each for goal, row in matrix.cells.items() for each in row if goal == 1}
            silent = {each.id for each in overview(session, ducha, plan).silent.units}
            assert (holder in silent, other in silent) == (True, day == TODAY)


def test_progress_is_seen_and_reported_by_the_giver_until_the_day_and_by_the_taker_from_it(
    office: Office,
) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "教育局", SOON)
        plan, task = office.plan(session), office.task(session, GROWTH)
        report_progress(session, task, SAID, actor=office.viewer("ducha"))
        eve = SOON - timedelta(days=1)
        for day, inside, outside in ((eve, "fagai", "jiaoyu"), (SOON, "jiaoyu", "fagai")):
            insider, outsider = at(office.viewer(inside), day), at(office.viewer(outside), day)
            assert task_queries.get_row(session, insider, plan, task).progress == SAID.progress
            assert task_queries.get_row(session, outsider, plan, task).progress == ""
            assert progress_queries.list_reports(session, insider, task)
            assert not progress_queries.list_reports(session, outsider, task)
            assert not progress_queries.list_events(session, outsider, task)
            with pytest.raises(Forbidden):
                report_progress(session, task, SAID, actor=outsider)
            newer = replace(SAID, progress=f"{day}又有进展。")
            report = report_progress(session, task, newer, actor=insider)
            assert report.department_id == insider.department_id
            plan_words = progress_queries.list_reports(session, insider, task)[0]
            assert plan_words.department == insider.department_name
            report_progress(session, task, SAID, actor=at(office.viewer("ducha"), day))


def test_called_off_before_its_day_everything_is_as_it_was(office: Office) -> None:
    ducha = office.viewer("ducha")

    def lines(session: Session) -> list[tuple[object, ...]]:
        found = session.execute(select(Assignment).order_by(col(Assignment.id))).scalars()
        return [(each.id, each.role, each.department_id, each.held_from, each.held_to) for each in found]

    with office.database.writing() as session:
        before = lines(session)
        done = give(session, office, "教育局", "发改局", SOON)
        assert done is not None
        assert lines(session) != before
        number = done.id or 0
        call_off(session, done, actor=ducha)
        session.expire_all()
        assert lines(session) == before
        with pytest.raises(NotFound):
            hand_over_queries.get_hand_over(session, ducha, number)
        session.commit()
        kinds = [event.kind for event in session.execute(select(Event)).scalars()]
        assert kinds.count("hand_over_called_off") == 1
        assert kinds.count("task_hand_over_called_off") == 1
        give(session, office, "教育局", "发改局", SOON)  # and it can be arranged anew


def test_on_its_day_it_is_too_late_to_call_it_off(office: Office) -> None:
    with office.database.writing() as session:
        done = give(session, office, "教育局", "发改局", SOON)
        assert done is not None
        with pytest.raises(Conflict, match="已于2018年10月8日生效"):
            call_off(session, done, actor=at(office.viewer("ducha"), SOON))


def test_two_units_to_one_are_called_off_in_reverse(office: Office) -> None:
    """住建局 and 发改局 both support the school: the second line of the taker hangs on the first."""
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, SCHOOL)
        first = give(session, office, "住建局", "城管局", SOON)
        second = give(session, office, "教育局", "城管局", SOON)
        assert first is not None
        assert second is not None
        assert names(session, at(ducha, SOON), task) == {
            "分管": ["薛红霞"],
            "牵头": ["城管局"],
            "配合": ["发改局"],
        }
        with pytest.raises(Conflict, match="那次交接办理在后"):
            call_off(session, first, actor=ducha)
        call_off(session, second, actor=ducha)
        assert names(session, at(ducha, SOON), task)["配合"] == ["发改局", "城管局"]
        call_off(session, first, actor=ducha)
        assert names(session, at(ducha, SOON), task)["配合"] == ["发改局", "住建局"]
        assert names(session, at(ducha, SOON), task)["牵头"] == ["教育局"]


def test_each_task_has_its_event_and_the_oa_system_one_message(office: Office) -> None:
    with office.database.writing() as session:
        done = give(session, office, "发改局", "教育局", reason="机构改革")
        assert done is not None
        session.commit()
        events = list(
            session.execute(
                select(Event).where(col(Event.kind).in_(("handed_over", "task_handed_over")))
            ).scalars()
        )
        school = office.task(session, SCHOOL)
        by_task = {event.task_id: event for event in events if event.kind == "task_handed_over"}
        assert set(by_task) == {office.task(session, each).id for each in (GROWTH, HOSPITAL, SCHOOL)}
        detail = by_task[school.id].detail
        assert detail["before"] == {"shares": [["supporting", "发改局"], ["lead", "教育局"]]}
        assert detail["after"] == {"shares": [["lead", "教育局"]]}
        (whole,) = (event for event in events if event.kind == "handed_over")
        assert (whole.actor_name, whole.detail["reason"], whole.detail["tasks"]) == ("王督查", "机构改革", 3)
        messages = session.execute(
            select(OutboxMessage).where(col(OutboxMessage.kind) == "hand_over.made")
        ).scalars()
        (message,) = messages
        assert message.payload["hand_over"] == done.id


def test_broken_off_in_the_middle_nothing_has_passed(office: Office) -> None:
    def broken() -> None:
        with office.database.writing() as session:
            give(session, office, "发改局", "城管局")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with office.database.reading() as session:
        assert session.execute(select(HandOver)).first() is None
        assert session.execute(select(Assignment).where(col(Assignment.held_to).is_not(None))).first() is None
        assert session.execute(select(Event).where(col(Event.kind) == "task_handed_over")).first() is None


def test_reports_of_a_closed_period_keep_the_old_name(office: Office) -> None:
    """Handed over, renamed and merged: what was reported stays under the name it was reported under."""
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        report_progress(session, task, SAID, actor=office.viewer("fagai"))
        session.execute(select(ReportingPeriod)).scalar_one().closed_at = ducha.now
        renamed = unit(session, "发改局")
        renamed.name = "发展改革委"  # renamed …
        give(session, office, "发展改革委", "城管局")  # … handed over …
        renamed.retired_on, renamed.successor_id = TODAY, unit(session, "城管局").id  # … and merged
        session.flush()
        later = at(ducha, SOON)
        (report,) = progress_queries.list_reports(session, later, task)
        assert (report.department, report.author) == ("发改局", "李发改")
        assert names(session, later, task)["牵头"] == ["城管局"]
        book = load_workbook(BytesIO(ledger_workbook(ledger(session, later, office.plan(session)))))
        cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
        assert any("城管局" in text for text in cells)
        assert not any("发改局" in text or "发展改革委" in text for text in cells)


def test_the_list_tells_those_to_come_first(office: Office) -> None:
    with office.database.writing() as session:
        give(session, office, "发改局", "城管局", date(2018, 9, 1))
        give(session, office, "教育局", "住建局", SOON)
        give(session, office, "卫健局", "住建局")
        ducha = office.viewer("ducha")
        page = hand_over_queries.list_hand_overs(session, ducha)
        assert [(each.giver.name, each.is_coming) for each in page.items] == [
            ("教育局", True),
            ("卫健局", False),
            ("发改局", False),
        ]
        assert page.total == 3
        assert hand_over_queries.list_hand_overs(session, office.viewer("neighbour")).items == []
        assert hand_over_queries.list_hand_overs(session, office.viewer("fagai")).items == []
        own = hand_over_queries.hand_overs_of(
            session, office.viewer("fagai"), Bearer.DEPARTMENT, unit(session, "住建局").id or 0
        )
        assert [each.giver.name for each in own] == ["教育局", "卫健局"]
        assert [
            each.standard
            for each in task_queries.all_tasks(session, ducha, office.plan(session))
            if "城管局" in [unit.name for unit in each.responsibility.lead_departments]
            and each.standard != GROWTH
        ] == [TOILETS]


def test_reports_from_before_the_column_get_their_units_name(office: Office) -> None:
    with office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), SAID, actor=office.viewer("fagai"))
    url = office.database.engine.url.render_as_string(hide_password=False)
    office.close()
    command.downgrade(alembic_config(url), "20261122closed")
    migrate(url)
    with office.database.reading() as session:
        report = session.execute(select(ProgressReport)).scalar_one()
        assert report.department_name == "发改局"
