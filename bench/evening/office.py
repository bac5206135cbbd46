"""An office on the last evening: hundreds of units, each with fourteen tasks still to be reported on."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import insert, select
from sqlmodel import col

from app.clock import utcnow
from app.config import Settings
from app.db import Database
from app.installation import add_jurisdiction, command_actor, create_database
from app.models.account import LoginSession, Role, User
from app.models.directory import Department
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole
from app.security import fingerprint
from app.services import imports as import_services
from app.services.periods import period_to_report
from importers import Column, ImportedRow, Layout, ReadGoal, RecognisedTable

TODAY = date(2025, 9, 30)
NOW = datetime(2025, 9, 30, 9, tzinfo=UTC)
TASKS_EACH = 14
SHARED = 10
"""Every tenth unit has two liaisons at work on one sheet."""


@dataclass(frozen=True, slots=True)
class Liaison:
    """One person at one computer, already signed in."""

    name: str
    cookie: str
    department_id: int
    tasks: tuple[int, ...]
    has_colleague: bool


@dataclass(frozen=True, slots=True)
class Evening:
    """The office in its database, before anybody has typed a word."""

    database: Database
    plan_id: int
    period_id: int
    liaisons: tuple[Liaison, ...]


def open_office(settings: Settings, people: int) -> Evening:
    """``people`` liaisons of nearly as many units, a plan with fourteen tasks for each unit, and an open period."""
    database = create_database(settings)
    names = [f"第{number}局" for number in range(1, people - people // (SHARED + 1) + 1)]
    with database.writing() as session:
        add_jurisdiction(session, "最后一晚", TODAY)
        actor = replace(command_actor(session), now=NOW)
        batch = import_services.preview(
            session,
            _table(names),
            b"evening",
            "分解表.xlsx",
            title="目标任务责任分解表",
            year=2025,
            actor=actor,
        )
        plan_id = import_services.commit(session, batch, actor=actor).id or 0
    units, tasks = _who_does_what(database)
    accounts = [(f"liaison{number}", units[names[number % len(names)]], number) for number in range(people)]
    cookies = {username: token_urlsafe(32) for username, _, _ in accounts}
    with database.writing() as session:
        jurisdiction_id = actor.jurisdiction_id
        session.execute(
            insert(User),
            [
                {
                    "jurisdiction_id": jurisdiction_id,
                    "username": username,
                    "name": f"联络员{number}",
                    "role": Role.LIAISON,
                    "department_id": unit,
                    "password_hash": "",
                    "created_at": utcnow(),
                    "password_changed_at": utcnow(),
                }
                for username, unit, number in accounts
            ],
        )
        ids = {row.username: row.id for row in session.execute(select(col(User.id), col(User.username)))}
        session.execute(
            insert(LoginSession),
            [
                {
                    "jurisdiction_id": jurisdiction_id,
                    "user_id": ids[username],
                    "token_hash": fingerprint(cookies[username]),
                    "created_at": utcnow() - timedelta(minutes=1),
                    "seen_at": utcnow(),
                }
                for username, _, _ in accounts
            ],
        )
    _look_over(database)
    twice = {unit for _, unit, number in accounts if number >= len(names)}
    liaisons = tuple(
        Liaison(f"联络员{number}", cookies[username], unit, tasks[unit], unit in twice)
        for username, unit, number in accounts
    )
    return Evening(database, plan_id, _open_period(database, plan_id), liaisons)


def _look_over(database: Database) -> None:
    """On the last evening the table is months old; PostgreSQL has long counted its rows by itself."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _table(units: list[str]) -> RecognisedTable:
    rows = [
        ImportedRow(
            number + 1,
            number // TASKS_EACH,
            f"完成第{number + 1}项重点工作，年内见到成效。",
            ["陈建国"],
            [unit],
        )
        for number, unit in enumerate(unit for unit in units for _ in range(TASKS_EACH))
    ]
    return RecognisedTable(
        title="目标任务责任分解表",
        layout=Layout.TABLE,
        columns=[
            Column("序号", "number"),
            Column("目标名称", "goal"),
            Column("工作标准", "task"),
            Column("分管领导", "official"),
            Column("牵头单位", "lead_department"),
        ],
        goals=[ReadGoal(number + 1, f"目标{number + 1}") for number in range(len(units))],
        tasks=rows,
    )


def _who_does_what(database: Database) -> tuple[dict[str, int], dict[int, tuple[int, ...]]]:
    with database.reading() as session:
        units = {
            row.name: row.id for row in session.execute(select(col(Department.id), col(Department.name)))
        }
        led = (
            select(col(Assignment.department_id), col(Assignment.task_id))
            .where(col(Assignment.role) == AssignmentRole.LEAD)
            .order_by(col(Assignment.task_id))
        )
        tasks: dict[int, tuple[int, ...]] = {}
        for row in session.execute(led):
            tasks[row.department_id] = (*tasks.get(row.department_id, ()), row.task_id)
    return units, tasks


def _open_period(database: Database, plan_id: int) -> int:
    with database.writing() as session:
        return period_to_report(session, session.get_one(Plan, plan_id), TODAY).id or 0
