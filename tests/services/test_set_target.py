"""量化指标: set, corrected, taken away; what it says of a task."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.errors import Forbidden, InvalidInput
from app.models.event import Event
from app.models.task import Indicator, TaskStatus
from app.queries.targets import TargetRow, target_of
from app.services.progress import Statement, report_progress
from app.services.targets import remove_target, set_target
from tests.office import TOILETS, Office


def put(office: Office, target: str, *, name: str = "新建、改造公厕", unit: str = "座") -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        set_target(session, office.task(session, TOILETS), name=name, target=target, unit=unit, actor=ducha)


def told(office: Office, username: str = "ducha") -> TargetRow | None:
    with office.database.reading() as session:
        return target_of(session, office.viewer(username), office.task(session, TOILETS))


def reached(office: Office, actual: float) -> None:
    """The lead unit reports this figure."""
    with office.database.writing() as session:
        statement = Statement(TaskStatus.IN_PROGRESS, None, "推进中。", actual=actual)
        report_progress(session, office.task(session, TOILETS), statement, actor=office.viewer("ducha"))


def test_target_reached_and_missing_are_told_as_one_writes_them(office: Office) -> None:
    assert told(office) is None
    put(office, "58")
    assert told(office) == TargetRow("新建、改造公厕", "座", "58", None, "58", False)
    reached(office, 40.0)
    assert told(office) == TargetRow("新建、改造公厕", "座", "58", "40", "18", False)


def test_a_target_reached_or_passed_leaves_no_gap(office: Office) -> None:
    put(office, "8.5", unit="%")
    reached(office, 9.0)
    assert told(office) == TargetRow("新建、改造公厕", "%", "8.5", "9", "0", True)


def test_a_corrected_target_measures_what_was_reported_before(office: Office) -> None:
    put(office, "58")
    reached(office, 29.0)
    with office.database.reading() as session:
        assert office.task(session, TOILETS).completion == 50
    put(office, "40")
    with office.database.reading() as session:
        task = office.task(session, TOILETS)
        assert (task.status, task.completion) == (TaskStatus.IN_PROGRESS, 72)


def test_a_first_target_leaves_the_percentage_a_unit_stated(office: Office) -> None:
    with office.database.writing() as session:
        statement = Statement(TaskStatus.IN_PROGRESS, 60, "推进中。")
        report_progress(session, office.task(session, TOILETS), statement, actor=office.viewer("ducha"))
    put(office, "58")
    with office.database.reading() as session:
        assert office.task(session, TOILETS).completion == 60


def test_who_may_not_see_the_progress_sees_the_target_only(office: Office) -> None:
    put(office, "58")
    reached(office, 40.0)
    assert told(office, "jiaoyu") == TargetRow("新建、改造公厕", "座", "58", None, None, False)


def test_a_correction_is_on_record_and_the_same_again_is_not(office: Office) -> None:
    put(office, "58")
    put(office, "58.0")
    put(office, "６０座")
    with office.database.reading() as session:
        kinds = select(Event).where(col(Event.kind) == "target_set").order_by(col(Event.id))
        first, second = session.execute(kinds).scalars()
        assert first.detail["before"] is None
        assert second.detail["before"]["target"] == "58"
        assert second.detail["after"] == {"name": "新建、改造公厕", "target": "60", "unit": "座"}


def test_taken_away_it_is_gone_once(office: Office) -> None:
    put(office, "58")
    with office.database.writing() as session:
        for _ in range(2):
            remove_target(session, office.task(session, TOILETS), actor=office.viewer("ducha"))
    assert told(office) is None
    with office.database.reading() as session:
        assert len(session.execute(select(Event).where(col(Event.kind) == "target_removed")).all()) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": ""}, "target"),
        ({"target": "很多"}, "target"),
        ({"target": "0"}, "target"),
        ({"target": "-5"}, "target"),
        ({"target": "nan"}, "target"),
        ({"target": "1e400"}, "target"),
        ({"target": "8.12345"}, "target"),
        ({"name": " "}, "name"),
        ({"name": "长" * 101}, "name"),
        ({"unit": "长" * 21}, "unit"),
    ],
)
def test_what_is_no_target_is_refused_at_its_field(
    office: Office, values: dict[str, str], field: str
) -> None:
    ducha = office.viewer("ducha")
    filled = {"name": "新建、改造公厕", "target": "58", "unit": "座", **values}
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refusal:
            set_target(session, office.task(session, TOILETS), **filled, actor=ducha)
        assert set(refusal.value.fields) == {field}
        assert session.execute(select(Indicator)).first() is None


@pytest.mark.parametrize("username", ["fagai", "luqiuming", "admin"])
def test_only_the_supervision_office_sets_targets(office: Office, username: str) -> None:
    actor = office.viewer(username)
    with office.database.writing() as session:
        task = office.task(session, TOILETS)
        with pytest.raises(Forbidden):
            set_target(session, task, name="公厕", target="58", unit="座", actor=actor)
        with pytest.raises(Forbidden):
            remove_target(session, task, actor=actor)
