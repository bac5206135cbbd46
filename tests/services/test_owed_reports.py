"""Who owes a report, and what waits for review: one rule for every page that counts them."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.models.progress import ProgressReport
from app.models.task import Assignment, AssignmentRole
from app.queries.periods import list_periods, open_periods, waiting_for_review
from app.queries.review import review_queue
from app.services.closing import suspend
from app.services.parts import PartForm, split
from app.services.review import approve
from tests.office import GROWTH, SCHOOL, Office
from tests.services.test_periods import report


def test_the_parts_of_a_suspended_task_owe_no_report(office: Office) -> None:
    with office.database.writing() as session:
        task, year_end = office.task(session, GROWTH), date(2018, 12, 31)
        split(session, task, [PartForm("全年增长8%。", year_end)], actor=office.viewer("fagai"))
        suspend(session, task, "上级调整指标。", actor=office.viewer("ducha"))
    with office.database.reading() as session:
        september = list_periods(session, office.viewer("ducha"), office.plan(session))[8]
    assert {unit.name for unit in september.silent} == {"卫健局", "城管局", "教育局"}


def test_where_no_unit_leads_the_main_unit_owes_the_report(office: Office) -> None:
    with office.database.writing() as session:
        lines = select(Assignment).where(
            col(Assignment.task_id) == office.task(session, GROWTH).id,
            col(Assignment.role) == AssignmentRole.LEAD,
        )
        session.execute(lines).scalar_one().role = AssignmentRole.MAIN
    with office.database.reading() as session:
        september = list_periods(session, office.viewer("ducha"), office.plan(session))[8]
    assert {unit.name for unit in september.silent} == {"发改局", "卫健局", "城管局", "教育局"}
    assert september.due == 4


def test_a_close_asks_for_the_reports_the_review_shows_and_no_others(office: Office) -> None:
    """Of two lead units one was approved; a task was set aside; a unit has gone on to the next period."""
    ducha, september, october = office.viewer("ducha"), date(2018, 9, 28), date(2018, 10, 25)
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        line: dict[str, Any] = {
            "jurisdiction_id": task.jurisdiction_id,
            "plan_id": task.plan_id,
            "task_id": task.id,
        }
        second = office.viewer("jiaoyu").department_id
        session.add(Assignment(**line, role=AssignmentRole.LEAD, department_id=second, position=9))
    report(office, september)
    report(office, september, SCHOOL, "jiaoyu")
    report(office, september, GROWTH, "jiaoyu")
    report(office, october)
    with office.database.writing() as session:
        suspend(session, office.task(session, SCHOOL), "资金未落实。", actor=ducha)
        newest = select(ProgressReport).where(col(ProgressReport.department_id) == second)
        last = session.execute(newest.order_by(col(ProgressReport.id).desc())).scalars().first()
        assert last is not None
        approve(session, last, actor=ducha)
    with office.database.reading() as session:
        plan, queue = office.plan(session), review_queue(session, ducha, office.plan(session)).rows
        assert [(row.department, row.period) for row in queue] == [
            ("发改局", "2018年9月"),
            ("发改局", "2018年10月"),
        ]
        waiting = [waiting_for_review(session, ducha, each) for each in open_periods(session, ducha, plan)]
        assert waiting == [1, 1]
