"""That nothing is slow is told to leaders only where it is known of every task."""

from sqlalchemy import select
from sqlmodel import col

from app.models.directory import Official
from app.models.plan import PlanState
from app.models.task import TaskStatus
from tests.office import GROWTH, HOSPITAL, SCHOOL, TOILETS, Office

ALL_WELL = "所有任务都达到序时进度，或者已经完成。"


def pages(office: Office) -> tuple[str, str]:
    """The overview, and the portfolio of the leader who has the hospital and the school."""
    with office.database.reading() as session:
        official = session.execute(
            select(col(Official.id)).where(col(Official.name) == "薛红霞")
        ).scalar_one()
    browser = office.browser("ducha")
    path = f"/plans/{office.plan_id}"
    return browser.get(f"{path}/overview").text, browser.get(f"{path}/workload/officials/{official}").text


def set_all(office: Office, status: TaskStatus, completion: int | None, *standards: str) -> None:
    with office.database.writing() as session:
        for standard in standards or (GROWTH, HOSPITAL, TOILETS, SCHOOL):
            task = office.task(session, standard)
            task.status, task.completion = status, completion
            session.add(task)


def test_it_is_said_where_every_task_keeps_pace(office: Office) -> None:
    set_all(office, TaskStatus.COMPLETED, 100)
    for page in pages(office):
        assert ALL_WELL in page


def test_of_tasks_without_a_report_it_is_said_that_nobody_can_tell(office: Office) -> None:
    set_all(office, TaskStatus.COMPLETED, 100)
    set_all(office, TaskStatus.NOT_STARTED, None, SCHOOL)
    for page in pages(office):
        assert ALL_WELL not in page
        assert "1 项暂时看不出快慢（未启动 1 项），其余都达到序时进度，或者已经完成。" in page


def test_of_a_draft_nothing_good_is_said(office: Office) -> None:
    set_all(office, TaskStatus.NOT_STARTED, None)
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
    overview, leader = pages(office)
    assert "4 项暂时看不出快慢（暂不评价 4 项）。" in overview
    assert "2 项暂时看不出快慢（暂不评价 2 项）。" in leader
    for page in (overview, leader):
        assert ALL_WELL not in page
        assert "没有落后的任务" not in page


def test_what_is_slow_hides_not_what_cannot_be_told(office: Office) -> None:
    set_all(office, TaskStatus.COMPLETED, 100)
    set_all(office, TaskStatus.IN_PROGRESS, 1, HOSPITAL)
    set_all(office, TaskStatus.NOT_STARTED, None, SCHOOL)
    leader = pages(office)[1]
    assert "项需要关注，另有 1 项暂时看不出快慢（未启动 1 项）。" in leader
