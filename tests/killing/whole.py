"""After a kill: the database is sound, and what was under way is whole, with its events and messages, or absent."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from app.services import imports as import_services
from bench.plan import issued_workbook
from tests.forgery import told, verify
from tests.killing.people import PATIENCE, ROWS, YEAR
from tests.office import Office


def check(office: Office, imported: set[str], reported: set[str], handed_over: set[str]) -> None:
    with settled(office) as db:
        check_database(db)
        check_imports(db, imported)
        check_reports(db, reported)
        check_hand_overs(db, handed_over)
    assert told(verify(office)) == []


def snapshot(office: Office) -> dict[str, int]:
    """How many rows each table has, and where the chain ends."""
    with settled(office) as db:
        check_database(db)
        counts = {
            table.name: rows(db, f'SELECT count(*) AS n FROM "{table.name}"')[0].n
            for table in SQLModel.metadata.sorted_tables
        }
        ended = rows(db, "SELECT count(*) AS n FROM assignment WHERE held_to IS NOT NULL")[0].n
        return {**counts, "ended": ended, "head": rows(db, "SELECT max(sequence) AS n FROM trail_head")[0].n}


@contextmanager
def settled(office: Office) -> Iterator[Connection]:
    """The database once nobody works for the killed server any more."""
    with office.database.engine.connect() as db:
        if db.dialect.name == "postgresql":
            others = text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
            deadline = time.monotonic() + PATIENCE
            while db.execute(others).scalar_one() and time.monotonic() < deadline:
                db.rollback()
                time.sleep(0.01)
            db.rollback()
        yield db


def check_database(db: Connection) -> None:
    if db.dialect.name == "sqlite":
        assert db.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert db.execute(text("PRAGMA foreign_key_check")).all() == []


def check_imports(db: Connection, promised: set[str]) -> None:
    """A committed batch has its plan with every goal, task, assignment, event and message; any other has none."""
    read = expected()
    batches = rows(db, "SELECT id, state, plan_id, title FROM import_batch WHERE year = :year", year=YEAR)
    committed = {batch.plan_id: batch for batch in batches if batch.state == "committed"}
    assert promised <= {batch.title for batch in committed.values()}
    plans = {plan.id for plan in rows(db, "SELECT id FROM plan WHERE year = :year", year=YEAR)}
    assert plans == set(committed)
    of_plan = "WHERE plan_id IN (SELECT id FROM plan WHERE year = :year)"
    for table, count in read.items():
        imported = " AND hand_over_id IS NULL" if table == "assignment" else ""
        found = rows(
            db, f"SELECT plan_id, count(*) AS n FROM {table} {of_plan}{imported} GROUP BY plan_id", year=YEAR
        )
        assert {row.plan_id: row.n for row in found} == dict.fromkeys(plans, count), table
    events = Counter(
        (row.kind, row.batch_id)
        for row in rows(db, "SELECT kind, batch_id FROM event WHERE batch_id IS NOT NULL")
    )
    for batch in batches:
        whole = batch.state == "committed"
        assert events["import_previewed", batch.id] == 1
        assert events["task_imported", batch.id] == (read["task"] if whole else 0)
        assert events["plan_imported", batch.id] == (1 if whole else 0)
    announced = Counter(payload["plan"] for payload in payloads(db, "plan.imported"))
    assert {plan: announced[plan] for plan in plans} == dict.fromkeys(plans, 1)


def check_reports(db: Connection, promised: set[str]) -> None:
    """A report has moved its task, and has its event and its message; there is none of either without a report."""
    reports = rows(db, "SELECT id, task_id, progress, completion FROM progress_report ORDER BY id")
    assert promised <= {report.progress for report in reports}
    ids = Counter(report.id for report in reports)
    kept = rows(db, "SELECT detail FROM event WHERE kind = 'progress_reported'")
    assert Counter(loaded(row.detail)["report"] for row in kept) == ids
    assert Counter(payload["report"] for payload in payloads(db, "task.progress_reported")) == ids
    newest = {report.task_id: report.completion for report in reports}
    tasks = {
        row.id: row.completion
        for row in rows(db, "SELECT id, completion FROM task WHERE reported_at IS NOT NULL")
    }
    assert tasks == newest


def check_hand_overs(db: Connection, promised: set[str]) -> None:
    """Every task that passed has its old and its new line and its event; no task is held twice, or by nobody."""
    done = rows(
        db, "SELECT id, from_official_id AS giver, to_official_id AS taker, tasks FROM hand_over ORDER BY id"
    )
    assert promised <= {str(each.giver) for each in done}
    tasks = {each.id: each.tasks for each in done}
    brought = rows(
        db, "SELECT hand_over_id, count(*) AS n FROM assignment WHERE hand_over_id > 0 GROUP BY hand_over_id"
    )
    assert {row.hand_over_id: row.n for row in brought} == tasks
    ended = rows(
        db, "SELECT official_id, count(*) AS n FROM assignment WHERE held_to IS NOT NULL GROUP BY official_id"
    )
    assert {row.official_id: row.n for row in ended} == {each.giver: each.tasks for each in done}
    if done:
        last = "SELECT count(*) AS n FROM assignment WHERE held_to IS NULL AND official_id = :taker"
        assert rows(db, last, taker=done[-1].taker)[0].n == done[-1].tasks == done[0].tasks
    kept = rows(db, "SELECT kind, detail FROM event WHERE kind IN ('task_handed_over', 'handed_over')")
    events = Counter((row.kind, loaded(row.detail)["hand_over"]) for row in kept)
    assert events == Counter(
        {("task_handed_over", each): count for each, count in tasks.items()}
        | {("handed_over", each): 1 for each in tasks}
    )
    assert Counter(payload["hand_over"] for payload in payloads(db, "hand_over.made")) == Counter(list(tasks))


def rows(db: Connection, statement: str, **values: object) -> list[Any]:
    return list(db.execute(text(statement), values).all())


def payloads(db: Connection, kind: str) -> list[dict[str, Any]]:
    found = rows(db, "SELECT payload FROM outbox_message WHERE kind = :kind", kind=kind)
    return [loaded(row.payload) for row in found]


def loaded(stored: Any) -> dict[str, Any]:
    """SQLite gives the text of a detail, PostgreSQL the thing itself."""
    found: dict[str, Any] = json.loads(stored) if isinstance(stored, str) else stored
    return found


def expected() -> dict[str, int]:
    table = import_services.recognise(issued_workbook(ROWS), "分解表.xlsx")
    shares = sum(
        len(task.officials)
        + len(task.lead_departments)
        + len(task.main_departments)
        + len(task.supporting_departments)
        for task in table.tasks
    )
    return {"goal": len(table.goals), "task": len(table.tasks), "assignment": shares}
