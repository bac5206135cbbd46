"""Thousands of reports that wait in one period are counted without looking at each beside every other."""

import re
from typing import Any

from sqlalchemy import event

from app.queries.todos_of_supervision import todos_of_supervision
from app.rules.todos import TodoKind
from app.services.progress import report_progress
from tests.office import GROWTH, Office
from tests.services.test_review import ON_PACE


def test_a_newer_report_is_looked_for_among_those_of_its_task(office: Office) -> None:
    with office.database.writing() as session:
        report_progress(session, office.task(session, GROWTH), ON_PACE, actor=office.viewer("fagai"))
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if "progress_report_1" in statement:
            asked.append((statement, parameters))

    event.listen(office.database.engine, "before_cursor_execute", note)
    with office.database.reading() as session:
        todos = todos_of_supervision(session, office.viewer("ducha"))
        event.remove(office.database.engine, "before_cursor_execute", note)
        assert [each.count for each in todos if each.kind is TodoKind.REVIEW] == [1]
        ((statement, parameters),) = asked
        if session.get_bind().dialect.name != "sqlite":
            return  # it keeps statistics, and chooses by them
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    (searched,) = [step.detail for step in steps if "progress_report_1" in step.detail]
    assert re.search(r"\(task_id=\?", searched), searched
