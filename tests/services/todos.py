"""What the tests about to-dos look up, and the rows they are about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session

from app.models.application import Application, ApplicationKind
from app.models.comment import CommentAnswer, TaskComment
from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.models.task import Assignment, AssignmentRole, Task, TaskStatus
from app.models.urging import Urging
from app.queries.todos import todos
from app.rules.todos import Todo, TodoKind
from app.services.periods import period_to_report
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, TODAY, Office, at

MOVING = Statement(TaskStatus.IN_PROGRESS, 70, "按计划推进。")


def waiting(office: Office, username: str, on: date = TODAY) -> list[Todo]:
    viewer = at(office.viewer(username), on)
    with office.database.reading() as session:
        return todos(session, viewer)


def counts(office: Office, username: str, on: date = TODAY) -> dict[TodoKind, int]:
    return {todo.kind: todo.count for todo in waiting(office, username, on)}


def only(office: Office, username: str, kind: TodoKind, on: date = TODAY) -> Todo:
    (found,) = [todo for todo in waiting(office, username, on) if todo.kind is kind]
    return found


def report(office: Office, username: str, standard: str, on: date = TODAY) -> int:
    with office.database.writing() as session:
        made = report_progress(
            session, office.task(session, standard), MOVING, actor=at(office.viewer(username), on)
        )
        return made.id or 0


def change(office: Office, table: type, row_id: int, **values: Any) -> None:
    with office.database.writing() as session:
        session.execute(update(table).where(table.id == row_id).values(**values))  # type: ignore[attr-defined]


def change_plan(office: Office, **values: Any) -> None:
    change(office, Plan, office.plan_id, **values)


def change_task(office: Office, standard: str, **values: Any) -> None:
    change(office, Task, office.task_id(standard), **values)


def period_id(office: Office, on: date = TODAY) -> int:
    with office.database.writing() as session:
        return period_to_report(session, office.plan(session), on).id or 0


def opened(office: Office, on: date = TODAY) -> int:
    """The same, opened by the supervision office."""
    period = period_id(office, on)
    change(office, ReportingPeriod, period, opened_at=office.viewer("ducha").now)
    return period


def add(office: Office, *rows: Any) -> None:
    with office.database.writing() as session:
        session.add_all(rows)


@contextmanager
def at_home(office: Office) -> Iterator[tuple[Session, dict[str, Any]]]:
    """A session, and what every row of the office's plan holds."""
    with office.database.writing() as session:
        plan = office.plan(session)
        yield session, {"jurisdiction_id": plan.jurisdiction_id, "plan_id": plan.id}


def slip(office: Office, **values: Any) -> Urging:
    fagai = office.viewer("fagai")
    usual = {
        "jurisdiction_id": fagai.jurisdiction_id,
        "plan_id": office.plan_id,
        "department_id": fagai.department_id,
        "department_name": "发改局",
        "year": 2018,
        "number": 1,
        "task_ids": [office.task_id(GROWTH)],
        "words": "请尽快报送。",
        "answer_by": TODAY + timedelta(days=5),
        "issued_by": "王督查",
        "issued_at": fagai.now,
    }
    return Urging(**{**usual, **values})


def comment(office: Office, standard: str, **values: Any) -> TaskComment:
    fagai = office.viewer("fagai")
    usual = {
        "jurisdiction_id": fagai.jurisdiction_id,
        "plan_id": office.plan_id,
        "task_id": office.task_id(standard),
        "department_id": fagai.department_id,
        "department_name": "发改局",
        "round": 1,
        "answer": CommentAnswer.AGREE,
        "author_name": "李发改",
        "answered_at": fagai.now,
    }
    return TaskComment(**{**usual, **values})


def application(office: Office, standard: str, **values: Any) -> Application:
    fagai = office.viewer("fagai")
    usual = {
        "jurisdiction_id": fagai.jurisdiction_id,
        "plan_id": office.plan_id,
        "task_id": office.task_id(standard),
        "department_id": fagai.department_id,
        "department_name": "发改局",
        "kind": ApplicationKind.COMPLETION,
        "reason": "已完成。",
        "due_on_before": date(2018, 12, 31),
        "author_name": "李发改",
        "created_at": fagai.now,
    }
    return Application(**{**usual, **values})


def part(office: Office, standard: str, department_id: int | None) -> int:
    """A 分解项 of the task, which this unit answers for."""
    with office.database.writing() as session:
        task = office.task(session, standard)
        made = Task(
            jurisdiction_id=task.jurisdiction_id,
            plan_id=task.plan_id,
            goal_id=task.goal_id,
            parent_id=task.id,
            position=task.position,
            standard="先办的一半。",
            starts_on=task.starts_on,
            due_on=task.due_on,
        )
        session.add(made)
        session.flush()
        session.add(
            Assignment(
                jurisdiction_id=task.jurisdiction_id,
                plan_id=task.plan_id,
                task_id=made.id or 0,
                role=AssignmentRole.LEAD,
                department_id=department_id,
                position=0,
            )
        )
        return made.id or 0
