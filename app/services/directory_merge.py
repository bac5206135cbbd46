"""并入: a unit is merged into another, or two entries turn out to be one unit."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, NotFound
from app.models.account import User
from app.models.directory import Department, DepartmentKind, DepartmentMember
from app.queries.directory import final_successors
from app.queries.directory_entries import is_current
from app.queries.hand_over_preview import what_passes
from app.queries.merge_preview import MergePreview, what_merges
from app.rules.permissions import Action, Viewer, require
from app.services import events
from app.services.departments import check_day, day_words
from app.services.directory import wait_in_line
from app.services.hand_over import hand_over_department
from app.services.stale_forms import ChangedMeanwhile


def merge_department(
    session: Session,
    department: Department,
    successor: Department,
    on: date,
    *,
    actor: Viewer,
    reason: str = "",
    shown: str | None = None,
) -> None:
    """Merge a unit into another from a day on (并入): its names, open tasks and liaisons become the other's.

    What was done before keeps the old name. Saying the same again changes nothing. ``shown`` is the digest of what
    the person's page said would pass; ``ChangedMeanwhile`` when it would be something else by now.
    """
    require(actor, Action.EDIT_DIRECTORY)
    require(actor, Action.HAND_OVER)
    wait_in_line(session, actor)
    session.refresh(department)
    session.refresh(successor)
    if department.successor_id == successor.id:
        return
    check_day(on, actor)
    _refuse_impossible(session, department, successor, on, actor)
    passing_on = _passing_day(session, department, successor, on, actor)
    if shown is not None:
        digest = what_merges(session, actor, department, successor, on, passing_on).digest
        if shown != digest:
            raise ChangedMeanwhile(
                "您核对之后，要转去的内容有了变化，还没有并入。", "请把现在的内容再看一遍后确认。", digest
            )
    hand_over_department(
        session,
        department,
        successor,
        effective_on=passing_on,
        reason=reason or f"“{department.name}”并入“{successor.name}”",
        actor=actor,
    )
    department.successor_id, department.retired_on = successor.id, on
    session.add(department)
    session.flush()
    accounts = _move_accounts(session, department, successor, actor)
    _move_parts(session, department, successor, actor)
    groups_joined = _join_groups(session, department, successor)
    events.record(
        session,
        actor,
        "department_merged",
        name=department.name,
        successor=successor.name,
        on=on,
        accounts=accounts,
        groups=groups_joined,
        reason=reason,
    )
    session.flush()


def preview_merge(
    session: Session, department: Department, successor: Department, on: date, *, actor: Viewer
) -> MergePreview:
    """What a merger would carry over, and every reason it is refused for. The transaction is undone."""
    require(actor, Action.HAND_OVER)
    wait_in_line(session, actor)
    check_day(on, actor)
    _refuse_impossible(session, department, successor, on, actor)
    passing_on = _passing_day(session, department, successor, on, actor)
    found = what_merges(session, actor, department, successor, on, passing_on)
    merge_department(session, department, successor, on, actor=actor)
    session.rollback()
    return found


def _passing_day(
    session: Session, department: Department, successor: Department, on: date, actor: Viewer
) -> date:
    """A merger registered late: its tasks pass from the first day they can."""
    first = what_passes(session, actor, department, successor, on).not_before
    return first if first and on < first <= actor.today else on


def _refuse_impossible(
    session: Session, department: Department, successor: Department, on: date, actor: Viewer
) -> None:
    one, other = department.name, successor.name
    if successor.jurisdiction_id != department.jurisdiction_id:
        raise NotFound("没有找到承接的单位。", "请重新选择。")
    if department.id == successor.id:
        raise Conflict(f"“{one}”不能并入它自己，没有改动。", "请选择承接的单位。")
    for each in (department, successor):
        if each.kind is DepartmentKind.GROUP:
            raise Conflict(f"“{each.name}”是一类单位，不能合并，没有改动。", "请调整它的成员单位。")
    if department.successor_id is not None:
        before = session.get_one(Department, department.successor_id).name
        raise Conflict(f"“{one}”已并入“{before}”，没有改动。", f"如任务又转给“{other}”，请办理交接。")
    if final_successors(session, actor.jurisdiction_id).get(successor.id or 0) == department.id:
        raise Conflict(f"“{other}”已并入“{one}”，不能反过来再合并，没有改动。", "请选择别的单位。")
    if not is_current(successor, actor.today):
        gone = day_words(successor.retired_on) if successor.retired_on else ""
        raise Conflict(f"“{other}”已于{gone}撤并，不能承接，没有改动。", "请选择现在承接它工作的单位。")
    if department.retired_on is not None and department.retired_on != on:
        raise Conflict(
            f"“{one}”登记的撤销日期是{day_words(department.retired_on)}，与填写的日期不同，没有改动。",
            "请按登记的日期填写，或者先恢复该单位再合并。",
        )


def _move_accounts(session: Session, department: Department, successor: Department, actor: Viewer) -> int:
    """The liaisons go on working, for the successor."""
    query = select(User).where(col(User.department_id) == department.id).order_by(col(User.id))
    users = list(session.execute(query).scalars())
    for user in users:
        user.department_id = successor.id
        session.add(user)
        events.record(
            session,
            actor,
            "account_moved",
            username=user.username,
            before=department.name,
            after=successor.name,
        )
    session.flush()
    return len(users)


def _move_parts(session: Session, department: Department, successor: Department, actor: Viewer) -> None:
    """Units under it are now under the successor; the successor itself, if it was one of them, rises."""
    query = select(Department).where(col(Department.parent_id) == department.id).order_by(col(Department.id))
    for part in session.execute(query).scalars().all():
        part.parent_id = successor.id if part.id != successor.id else department.parent_id
        session.add(part)
        above = session.get(Department, part.parent_id) if part.parent_id else None
        events.record(
            session,
            actor,
            "department_changed",
            name=part.name,
            before={"parent": department.name},
            after={"parent": above.name if above else ""},
        )
    session.flush()


def _join_groups(session: Session, department: Department, successor: Department) -> list[str]:
    """各镇街 goes on standing for the same ground; the merged unit stays among its former members.

    Returns the names of the groups the successor is new in.
    """
    groups, members = col(DepartmentMember.group_id), col(DepartmentMember.department_id)
    old = set(session.execute(select(groups).where(members == department.id)).scalars())
    new = set(session.execute(select(groups).where(members == successor.id)).scalars())
    session.add_all(
        DepartmentMember(
            jurisdiction_id=department.jurisdiction_id, group_id=group, department_id=successor.id or 0
        )
        for group in sorted(old - new)
    )
    return [session.get_one(Department, group).name for group in sorted(old - new)]


def note_successor(session: Session, department: Department, successor: Department, *, actor: Viewer) -> None:
    """For the record of an office that begins: who has the work of a unit that never had a task here."""
    require(actor, Action.EDIT_DIRECTORY)
    on = department.retired_on
    if on is None:
        raise Conflict(f"“{department.name}”没有撤并日期，不能登记承接单位。", "请先填写撤并日期。")
    _refuse_impossible(session, department, successor, on, actor)
    department.successor_id = successor.id
    session.add(department)
    session.flush()
    events.record(
        session,
        actor,
        "department_merged",
        name=department.name,
        successor=successor.name,
        on=on,
        accounts=0,
        groups=[],
        reason="",
    )
