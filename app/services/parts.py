"""拆分: a lead unit makes parts (分解项) of a task, changes them and takes them back; the whole is what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.models.progress import ProgressReport
from app.models.task import Assignment, AssignmentRole, HandOver, Task, TaskStatus
from app.queries import parts as part_queries
from app.queries.tasks import Named, shares_of
from app.rules import stages
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events, figures, notices, signing

LONGEST_STANDARD, LONGEST_REASON = 1000, 500
MOST_PARTS = 50
HEAVIEST = 1000
NOTHING = "没有保存，未作任何改动。"


@dataclass(frozen=True, slots=True)
class PartForm:
    """One part as filled in: 内容, 完成时限, 权重, 承担单位. Without a unit, whoever leads the whole."""

    standard: str
    due_on: date | None
    weight: int | None = 1
    department_id: int | None = None


def split(session: Session, task: Task, rows: Sequence[PartForm], *, actor: Viewer) -> list[Task]:
    """Make parts of a task, or more of them (拆分). From then on its progress is what they add up to."""
    figures.lock(session, task)
    plan = _may_change(session, task, actor)
    if task.parent_id is not None:
        raise Conflict("这已经是分解项，不能再拆分。", "可以在原任务下增加分解项。")
    if task.status is TaskStatus.COMPLETED and not _parts(session, task):
        raise Conflict("这项任务已报完成，不用再拆分。")
    known = _parts(session, task)
    units = part_queries.units_to_choose(session, actor, task)
    if not rows:
        raise InvalidInput(NOTHING, fields={"standard-1": "请至少填写一个分解项的内容。"})
    if len(known) + len(rows) > MOST_PARTS:
        raise InvalidInput(NOTHING, fields={"": f"一项任务最多拆成 {MOST_PARTS} 个分解项。"})
    chosen = _all_checked(rows, task, units)
    made = []
    for place, (row, unit) in enumerate(zip(rows, chosen, strict=True), len(known) + 1):
        part = Task(
            jurisdiction_id=task.jurisdiction_id,
            plan_id=task.plan_id,
            goal_id=task.goal_id,
            parent_id=task.id,
            position=place,
            number=f"{task.number}-{place}",
            standard=plain(row.standard),
            starts_on=task.starts_on,
            due_on=row.due_on or task.due_on,
            weight=row.weight or 1,
        )
        session.add(part)
        session.flush()
        session.add_all(_lines_for(session, task, part, unit.id, actor))
        session.flush()
        signing.sign_own_part(session, part, actor)
        made.append((part, unit))
    figures.refresh(session, task)
    _record_split(session, task, made, actor)
    _tell_units(session, plan, made, actor)
    return [part for part, _ in made]


def change_part(
    session: Session, part: Task, row: PartForm, *, actor: Viewer, shown: str | None = None
) -> None:
    """Say a part's words, date, weight or unit anew. A form filled from an older state of it raises ``Conflict``."""
    task, plan = _whole_of(session, part, actor)
    if shown is not None and shown != part_queries.digest_of_part(session, part):
        raise Conflict(
            f"您填写期间，分解项 {part.number} 已被同事修改，您的修改没有保存。", "请对照现在的内容重新修改。"
        )
    unit = part_queries.unit_of(session, part, actor.today)
    units = part_queries.units_to_choose(session, actor, task) + ([unit] if unit else [])
    new = _checked(row, task, units, None, default=unit)
    before = _told(part, unit)
    is_passed = unit is None or new.id != unit.id
    if is_passed:
        _pass_to(session, part, new.id, actor)
        part.signed_at = None
    part.standard, part.weight = plain(row.standard), row.weight or 1
    part.due_on = row.due_on or part.due_on
    session.add(part)
    session.flush()
    after = _told(part, new)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    if is_passed:
        signing.sign_own_part(session, part, actor)
    figures.refresh(session, part)
    for task_id in (task.id, part.id):
        events.record(
            session,
            actor,
            "part_changed",
            plan_id=plan.id,
            task_id=task_id,
            number=part.number,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    events.announce(session, actor, "task.part_changed", task=task.id, part=part.id)
    if new.id != actor.department_id:
        words = f"分解项 {part.number} 有修改：{part.standard[:60]}"
        notices.tell_department(session, actor, new.id, words, f"/tasks/{part.id}")


def withdraw_part(session: Session, part: Task, reason: str, *, actor: Viewer) -> None:
    """Take a part back (撤回), with a reason: it no longer counts, what was reported on it stays readable."""
    task, plan = _whole_of(session, part, actor)
    reason = plain(reason)
    if not reason:
        raise InvalidInput("没有撤回。", fields={"reason": "请写明撤回的原因。"})
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            "没有撤回。", fields={"reason": f"原因最多 {LONGEST_REASON} 字，现有 {len(reason)} 字。"}
        )
    unit = part_queries.unit_of(session, part, actor.today)
    part.withdrawn_at, part.withdrawn_reason = actor.now, reason
    session.add(part)
    figures.refresh(session, part)
    for task_id in (task.id, part.id):
        events.record(
            session,
            actor,
            "part_withdrawn",
            plan_id=plan.id,
            task_id=task_id,
            number=part.number,
            standard=part.standard,
            reason=reason,
        )
    events.announce(session, actor, "task.part_withdrawn", task=task.id, part=part.id)
    if unit is not None and unit.id != actor.department_id:
        words = f"分解项 {part.number} 已撤回，不再填报：{reason[:60]}"
        notices.tell_department(session, actor, unit.id, words, f"/tasks/{task.id}")


def _may_change(session: Session, task: Task, actor: Viewer) -> Plan:
    """The plan, where this actor may make parts of this whole now."""
    require(actor, Action.SPLIT_TASK, shares_of(session, task, actor.today))
    plan = session.get_one(Plan, task.plan_id, populate_existing=True)
    stages.require_issued(plan, "拆分")
    if task.withdrawn_at is not None or plan.undone_at is not None:
        raise Conflict("这项任务已撤回，不能再拆分。", "请从台账查看现行任务。")
    if task.closed_at is not None:
        raise Conflict("这项任务已办结，不能再拆分。", "如需恢复办理，请与督查室联系。")
    if task.status is TaskStatus.SUSPENDED:
        raise Conflict("这项任务已中止，恢复以前不能拆分。", "如需恢复办理，请与督查室联系。")
    return plan


def _whole_of(session: Session, part: Task, actor: Viewer) -> tuple[Task, Plan]:
    """The whole, held with its living part, and the plan."""
    figures.lock(session, part)
    task = part if part.parent_id is None else session.get_one(Task, part.parent_id)
    plan = _may_change(session, task, actor)
    if part.parent_id is None:
        raise Conflict("这不是分解项。", "要改责任分解表中的任务，请督查室导入新版。")
    if part.withdrawn_at is not None:
        raise Conflict("这个分解项已经撤回，不能再改。", "请从原任务的页面查看现在的分解项。")
    if part.closed_at is not None:
        raise Conflict("这个分解项已经办结，不能再改。", "如需恢复办理，请与督查室联系。")
    return task, plan


def _parts(session: Session, task: Task) -> list[Task]:
    """Every part the task ever had: numbers are not given twice."""
    query = select(Task).where(col(Task.parent_id) == task.id).order_by(col(Task.position))
    return list(session.execute(query).scalars())


def _all_checked(rows: Sequence[PartForm], task: Task, units: list[Named]) -> list[Named]:
    """The unit of each new part. Raises ``InvalidInput`` with what is wrong in any of the lines, each at its field."""
    chosen: list[Named] = []
    fields: dict[str, str] = {}
    for place, row in enumerate(rows, 1):
        try:
            chosen.append(_checked(row, task, units, place))
        except InvalidInput as refusal:
            fields |= {field: f"第 {place} 行：{sentence}" for field, sentence in refusal.fields.items()}
    if fields:
        raise InvalidInput(NOTHING, fields=fields)
    return chosen


def _checked(
    row: PartForm, task: Task, units: list[Named], place: int | None, default: Named | None = None
) -> Named:
    """The unit that is to have the part. Raises ``InvalidInput`` with a sentence at the field of this line."""
    end = "" if place is None else f"-{place}"
    standard, fields = plain(row.standard), {}
    if not standard:
        fields[f"standard{end}"] = "请写明这一项做什么。"
    elif len(standard) > LONGEST_STANDARD:
        fields[f"standard{end}"] = f"内容最多 {LONGEST_STANDARD} 字，现有 {len(standard)} 字。"
    if row.due_on is None:
        fields[f"due_on{end}"] = "请填写完成时限，年、月、日写全。"
    elif row.due_on > task.due_on:
        fields[f"due_on{end}"] = f"完成时限不能晚于原任务的{_day(task.due_on)}。"
    elif row.due_on < task.starts_on:
        fields[f"due_on{end}"] = f"完成时限不能早于原任务开始的{_day(task.starts_on)}。"
    if row.weight is None or not 1 <= row.weight <= HEAVIEST:
        fields[f"weight{end}"] = f"权重请填 1 到 {HEAVIEST} 之间的整数。"
    unit = default or next(iter(units), None)
    if row.department_id is not None:
        unit = next((each for each in units if each.id == row.department_id), None)
    if unit is None:
        fields[f"department{end}"] = "请从这项任务的责任单位中选择；要交给其他单位，请督查室拆分。"
    if fields or unit is None:
        raise InvalidInput(NOTHING, fields=fields)
    return unit


def _lines_for(session: Session, task: Task, part: Task, unit_id: int, actor: Viewer) -> list[Assignment]:
    """The whole's officials, and the unit as lead. What is arranged to pass on passes on of the part too."""
    query = select(Assignment).where(col(Assignment.task_id) == task.id).order_by(col(Assignment.position))
    lines = [
        line
        for line in session.execute(query).scalars()
        if line.held_to is None or line.held_to > actor.today
    ]
    officials = [line for line in lines if line.role is AssignmentRole.OFFICIAL]
    own = [line for line in lines if line.department_id == unit_id and not _is_coming(line, actor)]
    heirs = [
        line
        for line in lines
        if _is_coming(line, actor)
        and line.hand_over_id is not None
        and session.get_one(HandOver, line.hand_over_id).from_department_id == unit_id
        and any(each.held_to == line.held_from for each in own)
    ]
    units = own[:1] + heirs or [None]
    kept: list[tuple[AssignmentRole, Assignment | None]] = [
        (AssignmentRole.OFFICIAL, line) for line in officials
    ]
    kept += [(AssignmentRole.LEAD, line) for line in units]
    return [
        Assignment(
            jurisdiction_id=part.jurisdiction_id,
            plan_id=part.plan_id,
            task_id=part.id or 0,
            role=role,
            official_id=line.official_id if line else None,
            department_id=line.department_id if line else unit_id,
            position=place,
            held_from=line.held_from if line and _is_coming(line, actor) else None,
            held_to=line.held_to if line else None,
            hand_over_id=line.hand_over_id if line and _is_coming(line, actor) else None,
        )
        for place, (role, line) in enumerate(kept, 1)
    ]


def _is_coming(line: Assignment, actor: Viewer) -> bool:
    return line.held_from is not None and line.held_from > actor.today


def _pass_to(session: Session, part: Task, unit_id: int, actor: Viewer) -> None:
    """Another unit answers from today; a line that has counted is ended, never deleted."""
    query = select(Assignment).where(
        col(Assignment.task_id) == part.id, col(Assignment.role) == AssignmentRole.LEAD
    )
    lines = [
        line
        for line in session.execute(query).scalars()
        if line.held_to is None or line.held_to > actor.today
    ]
    if any(line.held_to is not None or _is_coming(line, actor) for line in lines):
        raise Conflict("这个分解项的承担单位已安排交接，现在不能另行指定。", "请等交接生效，或先取消交接。")
    reported = select(col(ProgressReport.id)).where(col(ProgressReport.task_id) == part.id).limit(1)
    has_counted = session.execute(reported).first() is not None
    position = max([line.position for line in lines], default=1)
    for line in lines:
        if has_counted or line.signed_at or line.held_from:
            has_counted = True
            line.held_to = actor.today
            session.add(line)
        else:
            session.execute(delete(Assignment).where(col(Assignment.id) == line.id))
    session.flush()
    session.add(
        Assignment(
            jurisdiction_id=part.jurisdiction_id,
            plan_id=part.plan_id,
            task_id=part.id or 0,
            role=AssignmentRole.LEAD,
            department_id=unit_id,
            position=position,
            held_from=actor.today if has_counted else None,
        )
    )
    session.flush()


def _told(part: Task, unit: Named | None) -> dict[str, Any]:
    return {
        "standard": part.standard,
        "due_on": part.due_on.isoformat(),
        "weight": part.weight,
        "unit": unit.name if unit else "",
    }


def _record_split(session: Session, task: Task, made: list[tuple[Task, Named]], actor: Viewer) -> None:
    told = {part.id: {"number": part.number, **_told(part, unit)} for part, unit in made}
    events.record(
        session, actor, "task_split", plan_id=task.plan_id, task_id=task.id, parts=list(told.values())
    )
    for part, _ in made:
        events.record(
            session, actor, "task_split", plan_id=task.plan_id, task_id=part.id, parts=[told[part.id]]
        )
    events.announce(session, actor, "task.split", task=task.id, parts=[part.id for part, _ in made])


def _tell_units(session: Session, plan: Plan, made: list[tuple[Task, Named]], actor: Viewer) -> None:
    for part, unit in made:
        if unit.id != actor.department_id:
            ask = "请签收。" if plan.issued_at is not None else ""
            words = f"分解给贵单位 {part.number}：{part.standard[:60]}，{_day(part.due_on)}前完成。{ask}"
            notices.tell_department(session, actor, unit.id, words, f"/tasks/{part.id}")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
