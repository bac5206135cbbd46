"""Who answers for a task by a newer version of the table: what has counted is ended, never deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from sqlalchemy import Table, bindparam, delete, inspect, select, update
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.progress import ProgressReport
from app.models.task import Assignment, AssignmentRole, HandOver
from app.queries.directory import final_successors
from app.services.bulk import in_portions, insert_rows
from app.services.import_rows import write_assignments

Share = tuple[AssignmentRole, int]


@dataclass(slots=True)
class Steps:
    """What is to be done to the lines of many tasks, so that it takes a few statements."""

    deleted: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    moved: list[dict[str, int]] = field(default_factory=list)
    added: list[tuple[int, int, Share]] = field(default_factory=list)


def reassign(session: Session, plan: Plan, wanted: dict[int, list[Share]], *, today: date) -> None:
    """Task → who answers for it from today, in the order of the document.

    A line is deleted only while it never counted: nobody has reported on the task or signed for it, and no hand-over
    brought it.
    Otherwise it ends today, and what it said stays readable. What the table does not change stays as it is, with
    any hand-over that is arranged for it.
    """
    lines = _lines_of(session, plan, wanted)
    counted = _reported(session, plan) | {
        task_id
        for task_id, held in lines.items()
        if any(each.held_from or each.held_to or each.signed_at for each in held)
    }
    fresh = [(task_id, shares) for task_id, shares in wanted.items() if task_id not in counted]
    for some in in_portions([task_id for task_id, _ in fresh]):
        session.execute(delete(Assignment).where(col(Assignment.task_id).in_(some)))
    write_assignments(session, plan, fresh)
    givers = _givers(session, plan)
    heirs = final_successors(session, plan.jurisdiction_id)
    steps = Steps()
    for task_id, shares in wanted.items():
        if task_id in counted:
            _settle(lines.get(task_id, []), task_id, shares, givers, heirs, today, steps)
    _carry_out(session, plan, steps, today)


def _settle(
    lines: list[Assignment],
    task_id: int,
    shares: list[Share],
    givers: dict[int, tuple[int | None, int | None]],
    heirs: dict[int, int],
    today: date,
    steps: Steps,
) -> None:
    open_lines = {_share(line, heirs): line for line in lines if line.held_to is None}
    gone = [line for line in lines if line.held_to is None and _share(line, heirs) not in shares]
    ended = [line for line in lines if line.held_to is not None and line.held_to >= today]
    never_came = [line for line in gone if line.held_from is not None and line.held_from > today]
    for position, share in enumerate(shares, 1):
        line = open_lines.get(share) or next(
            (
                each
                for each in reversed(ended)
                if _share(each, heirs) == share and _may_go_on(each, never_came, today)
            ),
            None,
        )
        if line is None:
            steps.added.append((task_id, position, share))
            continue
        if line in ended:
            ended.remove(line)
            steps.reopened.append(line.id or 0)
        if line.position != position:
            steps.moved.append({"line": line.id or 0, "place": position})
    for line in gone:
        began_today = line.held_from == today and line.hand_over_id is None
        (steps.deleted if line in never_came or began_today else steps.ended).append(line.id or 0)
    for line in ended:  # who was to hand over to somebody who now never takes over stops today
        if line.held_to is not None and line.held_to > today:
            cut = any(_waits_for(line, taker, givers) for taker in never_came)
            steps.ended.extend([line.id or 0] if cut else [])


def _may_go_on(line: Assignment, never_came: Iterable[Assignment], today: date) -> bool:
    """A line that ended today (an import taken back), or was to end with a take-over that is off."""
    return line.held_to == today or any(taker.held_from == line.held_to for taker in never_came)


def _waits_for(line: Assignment, taker: Assignment, givers: dict[int, tuple[int | None, int | None]]) -> bool:
    """Whether the line was to end when this one came: its giver's, or the taker's own weaker one."""
    mine = (line.official_id, line.department_id)
    given = givers.get(taker.hand_over_id or 0)
    return line.held_to == taker.held_from and mine in (given, (taker.official_id, taker.department_id))


def _share(line: Assignment, heirs: dict[int, int]) -> Share:
    """A merged unit's line says what its successor answers for."""
    unit = line.department_id or 0
    return line.role, line.official_id or heirs.get(unit, unit)


def _lines_of(session: Session, plan: Plan, tasks: Iterable[int]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = {}
    for some in in_portions(list(tasks)):
        query = select(Assignment).where(
            col(Assignment.plan_id) == plan.id, col(Assignment.task_id).in_(some)
        )
        for line in session.execute(query.order_by(col(Assignment.id))).scalars():
            found.setdefault(line.task_id, []).append(line)
    return found


def _reported(session: Session, plan: Plan) -> set[int]:
    query = (
        select(col(ProgressReport.task_id))
        .where(
            col(ProgressReport.task_id).in_(
                select(col(Assignment.task_id)).where(col(Assignment.plan_id) == plan.id)
            )
        )
        .distinct()
    )
    return set(session.execute(query).scalars())


def _givers(session: Session, plan: Plan) -> dict[int, tuple[int | None, int | None]]:
    query = select(HandOver).where(col(HandOver.jurisdiction_id) == plan.jurisdiction_id)
    return {
        done.id or 0: (done.from_official_id, done.from_department_id)
        for done in session.execute(query).scalars()
    }


def _carry_out(session: Session, plan: Plan, steps: Steps, today: date) -> None:
    lines = cast(Table, inspect(Assignment).local_table)
    for some in in_portions(steps.deleted):
        session.execute(delete(lines).where(lines.c.id.in_(some)))
    for some in in_portions(steps.ended):
        session.execute(update(lines).where(lines.c.id.in_(some)).values(held_to=today))
    for some in in_portions(steps.reopened):
        session.execute(update(lines).where(lines.c.id.in_(some)).values(held_to=None))
    if steps.moved:
        session.execute(
            update(lines).where(lines.c.id == bindparam("line")).values(position=bindparam("place")),
            steps.moved,
        )
    insert_rows(
        session,
        Assignment,
        [
            {
                "jurisdiction_id": plan.jurisdiction_id,
                "plan_id": plan.id,
                "task_id": task_id,
                "role": role,
                "official_id": bearer if role is AssignmentRole.OFFICIAL else None,
                "department_id": None if role is AssignmentRole.OFFICIAL else bearer,
                "position": position,
                "held_from": today,
            }
            for task_id, position, (role, bearer) in steps.added
        ],
    )
    session.expire_all()
