"""Import of a 责任分解表: recognise, preview, commit. Nothing but the batch is written before the commit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session, SQLModel, col

from app.errors import Conflict, FileRefused, InvalidInput
from app.models.directory import Department, DepartmentKind, Official
from app.models.event import Event
from app.models.imports import BatchState, ImportBatch, StoredFile
from app.models.plan import Goal, Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.directory import names_to_ids
from app.queries.imports import new_names
from app.rules.permissions import Action, Viewer, require
from app.services import events
from importers import RecognisedTable, UnreadableFile, read_table

ROLES = {
    "lead_departments": AssignmentRole.LEAD,
    "main_departments": AssignmentRole.MAIN,
    "supporting_departments": AssignmentRole.SUPPORTING,
}


def recognise(data: bytes, name: str) -> RecognisedTable:
    """Read an uploaded file without touching the database. Raises ``FileRefused`` with the reason."""
    try:
        return read_table(data, name)
    except UnreadableFile as refusal:
        raise FileRefused(str(refusal)) from refusal


def guess_year(table: RecognisedTable, file_name: str, today: date) -> int:
    """The year in the heading or the file's name; otherwise this year. A person confirms it."""
    found = re.search(r"(20\d\d)", table.title) or re.search(r"(20\d\d)", file_name)
    return int(found[1]) if found else today.year


def preview(
    session: Session, table: RecognisedTable, data: bytes, name: str, *, title: str, year: int, actor: Viewer
) -> ImportBatch:
    """Keep the original and what was read in it, so that a person can check before anything is made of it."""
    require(actor, Action.IMPORT_PLAN)
    title = _checked_title(title, year)
    original = StoredFile(
        jurisdiction_id=actor.jurisdiction_id,
        name=name[-200:] or "未命名",
        size=len(data),
        sha256=sha256(data).hexdigest(),
        content=data,
        uploaded_at=actor.now,
    )
    session.add(original)
    session.flush()
    batch = ImportBatch(
        jurisdiction_id=actor.jurisdiction_id,
        file_id=original.id or 0,
        title=title,
        year=year,
        recognised=_stored(table),
        created_by=actor.user_id,
        created_at=actor.now,
    )
    session.add(batch)
    session.flush()
    events.record(session, actor, "import_previewed", batch_id=batch.id, file=original.name)
    return batch


def commit(session: Session, batch: ImportBatch, *, actor: Viewer, title: str = "", year: int = 0) -> Plan:
    """Make the plan, its goals, tasks and assignments of a previewed batch, all or nothing.

    Committing again, or committing the same table once more under the same name, changes nothing.
    Raises ``Conflict`` when another table already goes by that name and year.
    """
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    if batch.state is BatchState.COMMITTED:
        return session.get_one(Plan, batch.plan_id)
    if title or year:
        batch.title, batch.year = _checked_title(title, year), year
    existing = _same_name(session, batch)
    if existing is not None:
        return _repeat(session, batch, existing, actor)
    plan = _make_plan(session, batch, actor)
    _close(session, batch, plan, actor, "plan_imported")
    return plan


def _stored(table: RecognisedTable) -> dict[str, Any]:
    """The published JSON form, plus which goal each task stands under (two goals may share a name)."""
    stored = table.as_dict()
    for task, row in zip(stored["tasks"], table.tasks, strict=True):
        task["goal_index"] = row.goal
    return stored


def _checked_title(title: str, year: int) -> str:
    fields: dict[str, str] = {}
    title = " ".join(title.split())
    if not title:
        fields["title"] = "请给这份责任分解表起一个名称。"
    if len(title) > 200:
        fields["title"] = "名称请控制在 200 字以内。"
    if not 2000 <= year <= 2100:
        fields["year"] = "年度请填四位数字，例如 2018。"
    if fields:
        raise InvalidInput("有内容需要修改，尚未导入。", fields=fields)
    return title


def _same_name(session: Session, batch: ImportBatch) -> Plan | None:
    query = select(Plan).where(
        col(Plan.jurisdiction_id) == batch.jurisdiction_id,
        col(Plan.title) == batch.title,
        col(Plan.year) == batch.year,
    )
    return session.execute(query).scalar_one_or_none()


def _repeat(session: Session, batch: ImportBatch, existing: Plan, actor: Viewer) -> Plan:
    committed = select(ImportBatch).where(col(ImportBatch.plan_id) == existing.id)
    if not any(_same_table(batch, earlier) for earlier in session.execute(committed).scalars()):
        raise Conflict(
            f"{batch.year} 年已有名为“{batch.title}”的责任分解表，内容与这份文件不同，未作任何改动。",
            "请换一个名称导入。",
        )
    _close(session, batch, existing, actor, "import_repeated")
    return existing


CONTENT = (
    "number",
    "goal_index",
    "standard",
    "officials",
    "lead_departments",
    "main_departments",
    "supporting_departments",
    "due_text",
    "due_on",
    "progress",
)
"""What makes two tables the same, be one a workbook and the other a document; places and merges do not."""


def _same_table(one: ImportBatch, other: ImportBatch) -> bool:
    def content(batch: ImportBatch) -> list[list[Any]]:
        return [[task[field] for field in CONTENT] for task in batch.recognised["tasks"]]

    return one.recognised["goals"] == other.recognised["goals"] and content(one) == content(other)


def _close(session: Session, batch: ImportBatch, plan: Plan, actor: Viewer, kind: str) -> None:
    batch.state, batch.plan_id, batch.committed_at = BatchState.COMMITTED, plan.id, actor.now
    session.add(batch)
    events.record(session, actor, kind, plan_id=plan.id, batch_id=batch.id, title=plan.title, year=plan.year)
    events.announce(session, actor, "plan.imported", plan=plan.id)
    session.flush()


def _make_plan(session: Session, batch: ImportBatch, actor: Viewer) -> Plan:
    recognised = batch.recognised
    plan = Plan(
        jurisdiction_id=batch.jurisdiction_id,
        title=batch.title,
        year=batch.year,
        starts_on=date(batch.year, 1, 1),
        ends_on=date(batch.year, 12, 31),
        heading=recognised["title"] or batch.title,
        columns=recognised["columns"],
        created_at=actor.now,
    )
    session.add(plan)
    session.flush()
    places = _Places(plan.id or 0, batch, actor)
    goal_ids = _insert_returning(session, Goal, places.goals(recognised["goals"]))
    task_ids = _insert_returning(session, Task, places.tasks(plan, recognised["tasks"], goal_ids))
    if not task_ids:
        raise Conflict("这份文件里没有可以导入的任务。", "请检查文件是否完整。")
    _add_new_names(session, batch, actor)
    officials, departments = names_to_ids(session, batch.jurisdiction_id)
    assignments = list(places.assignments(recognised["tasks"], task_ids, officials, departments))
    if assignments:
        session.execute(insert(Assignment), assignments)
    session.execute(insert(Event), list(places.events(recognised["tasks"], task_ids)))
    return plan


@dataclass(frozen=True, slots=True)
class _Places:
    """Turns recognised rows into rows of tables; thousands go in with one statement each."""

    plan_id: int
    batch: ImportBatch
    actor: Viewer

    def goals(self, goals: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "jurisdiction_id": self.batch.jurisdiction_id,
                "plan_id": self.plan_id,
                "position": position,
                "number": _number(goal["number"]),
                "name": goal["name"],
            }
            for position, goal in enumerate(goals, 1)
        ]

    def tasks(self, plan: Plan, tasks: list[dict[str, Any]], goal_ids: list[int]) -> list[dict[str, Any]]:
        return [
            {
                "jurisdiction_id": self.batch.jurisdiction_id,
                "plan_id": self.plan_id,
                "goal_id": None if task["goal_index"] is None else goal_ids[task["goal_index"]],
                "position": position,
                "number": _number(task["number"]),
                "standard": task["standard"],
                "due_text": task["due_text"],
                "starts_on": plan.starts_on,
                "due_on": date.fromisoformat(task["due_on"]) if task["due_on"] else plan.ends_on,
                "status": "not_started",
                "withdrawn_reason": "",
                "batch_id": self.batch.id,
                "place": task["place"],
                "inherited": task["inherited"],
                "extra": task["extra"],
            }
            for position, task in enumerate(tasks, 1)
        ]

    def assignments(
        self,
        tasks: list[dict[str, Any]],
        task_ids: list[int],
        officials: dict[str, int],
        departments: dict[str, int],
    ) -> Iterable[dict[str, Any]]:
        for task, task_id in zip(tasks, task_ids, strict=True):
            shared = {
                "jurisdiction_id": self.batch.jurisdiction_id,
                "plan_id": self.plan_id,
                "task_id": task_id,
            }
            position = 0
            people = dict.fromkeys(officials[name] for name in task["officials"])
            for official_id in people:
                position += 1
                yield shared | {
                    "role": AssignmentRole.OFFICIAL,
                    "official_id": official_id,
                    "department_id": None,
                    "position": position,
                }
            taken: set[int] = set()  # a unit named twice answers once, in its strongest role
            for field, role in ROLES.items():
                for name in task[field]:
                    department_id = departments[name]
                    if department_id in taken:
                        continue
                    taken.add(department_id)
                    position += 1
                    yield shared | {
                        "role": role,
                        "official_id": None,
                        "department_id": department_id,
                        "position": position,
                    }

    def events(self, tasks: list[dict[str, Any]], task_ids: list[int]) -> Iterable[dict[str, Any]]:
        for task, task_id in zip(tasks, task_ids, strict=True):
            yield {
                "jurisdiction_id": self.batch.jurisdiction_id,
                "at": self.actor.now,
                "actor_id": self.actor.user_id,
                "actor_name": self.actor.name,
                "source": self.actor.source,
                "kind": "task_imported",
                "plan_id": self.plan_id,
                "task_id": task_id,
                "batch_id": self.batch.id,
                "detail": {"place": task["place"]},
            }


def _number(number: int | str | None) -> str:
    return "" if number is None else str(number)


def _insert_returning(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    key = table.id  # type: ignore[attr-defined]
    return list(session.execute(insert(table).returning(key, sort_by_parameter_order=True), rows).scalars())


def _add_new_names(session: Session, batch: ImportBatch, actor: Viewer) -> None:
    new = new_names(session, actor, batch)
    for table, names in ((Official, new.officials), (Department, new.departments)):
        last = session.execute(
            select(func.max(table.position)).where(col(table.jurisdiction_id) == batch.jurisdiction_id)
        ).scalar_one()
        rows = [
            {"jurisdiction_id": batch.jurisdiction_id, "name": name, "position": position}
            for position, name in enumerate(names, (last or 0) + 1)
        ]
        defaults = {"post": ""} if table is Official else {"short_name": "", "kind": DepartmentKind.UNIT}
        if rows:
            session.execute(insert(table), [row | defaults for row in rows])
