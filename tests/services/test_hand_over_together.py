"""Hand-overs while others work: one after the other, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import AppError
from app.models.task import Assignment, HandOver, TaskStatus
from app.queries.revisions import revision
from app.rules.permissions import Viewer
from app.services import imports as import_services
from app.services.hand_over import confirm_hand_over
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, PLAN, TABLE, TODAY, Office
from tests.services.test_hand_over import names, unit

Deed = Callable[[Session], object]


def at_once(office: Office, deeds: list[Deed]) -> list[str]:
    """Each in a transaction of its own; what became of it: empty when done, otherwise the refusal."""
    ready = Barrier(len(deeds))

    def do(deed: Deed) -> str:
        ready.wait()
        try:
            with office.database.writing() as session:
                deed(session)
        except AppError as refusal:
            return refusal.sentence()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def passing(ducha: Viewer, giver: str, taker: str) -> Deed:
    return lambda session: confirm_hand_over(
        session, unit(session, giver), unit(session, taker), effective_on=TODAY, reason="", actor=ducha
    )


def test_two_colleagues_hand_over_the_same_at_once_and_it_is_done_once(office: Office) -> None:
    ducha = office.viewer("ducha")
    told = at_once(office, [passing(ducha, "发改局", "城管局")] * 3)
    assert sorted(bool(each) for each in told) == [False, True, True]
    assert all("没有重复办理" in each for each in told if each)
    with office.database.reading() as session:
        assert len(session.execute(select(HandOver)).all()) == 1


def test_of_two_takers_one_gets_all(office: Office) -> None:
    ducha = office.viewer("ducha")
    told = at_once(office, [passing(ducha, "发改局", "城管局"), passing(ducha, "发改局", "教育局")])
    assert [each for each in told if each] == ["发改局没有未完成的任务，不用交接。"]


def test_reports_go_on_while_tasks_are_handed_over(office: Office) -> None:
    ducha = office.viewer("ducha")

    def reporting(number: int) -> Deed:
        said = Statement(TaskStatus.IN_PROGRESS, 10 + number, f"第{number}次。")
        return lambda session: report_progress(session, office.task(session, GROWTH), said, actor=ducha)

    told = at_once(office, [*map(reporting, range(3)), passing(ducha, "发改局", "城管局")])
    assert told == ["", "", "", ""]


def test_a_newer_table_and_a_hand_over_take_turns(office: Office) -> None:
    """Whichever comes first, nobody holds a task twice, and whatever was refused says so."""
    ducha = office.viewer("ducha")
    newer = replace(TABLE, tasks=[replace(TABLE.tasks[0], lead_departments=["卫健局"]), *TABLE.tasks[1:]])
    with office.database.writing() as session:
        batch = import_services.preview(session, newer, b"x", "b.xlsx", title=PLAN, year=2018, actor=ducha)
        number, shown = batch.id, revision(session, office.plan(session), batch).digest

    def updating(session: Session) -> None:
        found = session.get_one(type(batch), number)
        import_services.commit(session, found, actor=ducha, shown=shown)

    told = at_once(office, [updating, passing(ducha, "发改局", "城管局")])
    assert told[1] == ""
    assert told[0] == "" or "请逐行核对" in told[0]
    with office.database.reading() as session:
        lead = names(session, ducha, office.task(session, GROWTH))["牵头"]
        assert lead == (["城管局"] if told[0] else ["卫健局"])
        held = (
            select(func.count())
            .where(col(Assignment.held_to).is_(None))
            .group_by(col(Assignment.task_id), col(Assignment.department_id), col(Assignment.official_id))
        )
        assert set(session.execute(held).scalars()) == {1}
