"""分解项 stand where the task they are parts of stands in the document, in every list."""

from dataclasses import replace
from datetime import date

from app.models.task import Task, TaskStatus
from app.queries.own_tasks import own_tasks
from app.queries.review import review_queue
from app.queries.signing import signing_rows
from app.queries.urging import describe, late_units
from app.services.parts import PartForm, split
from app.services.progress import Statement, report_progress
from app.services.urging import Demand, urge_departments
from tests.office import SCHOOL, Office
from tests.services.test_parts import YEAR, unit
from tests.services.test_urge_units import period_of

IN_ORDER = ["3", "4-1", "4-2"]
"""城管局 leads the third task, and two parts of the fourth were given to it."""


def given_parts(office: Office) -> int:
    with office.database.writing() as session:
        streets = unit(session, "城管局").id or 0
        rows = [PartForm(each, YEAR, 1, streets) for each in ("腾出用地。", "修通道路。")]
        split(session, office.task(session, SCHOOL), rows, actor=office.viewer("ducha"))
        return streets


def test_in_the_list_of_the_late_and_on_the_slip(office: Office) -> None:
    streets, ducha = given_parts(office), office.viewer("ducha")
    with office.database.writing() as session:
        plan, period = office.plan(session), period_of(session, office, ducha)
        late = next(each for each in late_units(session, ducha, plan, period) if each.id == streets)
        assert [task.number for task in late.tasks] == IN_ORDER
        (slip,) = urge_departments(
            session, plan, period, [streets], Demand("请补报。", date(2018, 10, 12)), actor=ducha
        ).slips
        assert [task.number for task in describe(session, ducha, slip).tasks] == IN_ORDER


def test_among_what_waits_for_review_and_for_a_signature(office: Office) -> None:
    given_parts(office)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        plan = office.plan(session)
        rows = [row for row in signing_rows(session, ducha, plan) if row.department == "城管局"]
        assert [row.number for row in rows] == IN_ORDER
        told = Statement(TaskStatus.IN_PROGRESS, 40, "正在办理用地手续。")
        for row in reversed(rows):
            report_progress(session, session.get_one(Task, row.task_id), told, actor=ducha)
        assert [row.number for row in review_queue(session, ducha, plan).rows] == IN_ORDER


def test_among_what_a_unit_has_to_do(office: Office) -> None:
    streets = given_parts(office)
    liaison = replace(office.viewer("jiaoyu"), department_id=streets)
    with office.database.reading() as session:
        plan = office.plan(session).id or 0
        assert [task.number for task in own_tasks(session, liaison, [plan])[plan]] == IN_ORDER
