"""催办: numbered slips to units that owe reports, or that a task is late with."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import office_date, short_day
from app.errors import Conflict, InvalidInput
from app.models.directory import Department
from app.models.plan import Plan
from app.models.task import AssignmentRole, Task, TaskStatus
from app.models.urging import Urging
from app.queries import tasks as task_queries
from app.queries.urging import LateUnit, late_units, shares_in
from app.queries.working_days import work_calendar
from app.rules.periods import PeriodBounds
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import require_not_archived, require_reporting
from app.rules.urging import (
    FARTHEST_ANSWER,
    REPORT_REQUIREMENT,
    TASK_REQUIREMENT,
    answer_day,
    reports_missing,
    slip_words,
    task_behind,
)
from app.services import events, notices, periods
from app.services.directory import wait_in_line
from app.services.tasks import hold, words_of

NOT_SENT = "催办单没有发出，有内容需要修改。"


@dataclass(slots=True)
class Issued:
    """What pressing the button did: slips sent, and units left out because today's slip says the same."""

    slips: list[Urging] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a slip asks for, beside its first sentence, and until when."""

    words: str
    answer_by: date | None


def usual_demand(session: Session, actor: Viewer, *, of_task: bool = False) -> Demand:
    """What the form begins with."""
    calendar = work_calendar(session, actor.jurisdiction_id)
    words = TASK_REQUIREMENT if of_task else REPORT_REQUIREMENT
    return Demand(words, answer_day(actor.today, calendar))


def urge_departments(
    session: Session,
    plan: Plan,
    period: PeriodBounds,
    departments: Collection[int],
    demand: Demand,
    *,
    actor: Viewer,
) -> Issued:
    """One slip to each of these units for the reports it owes (催办). Whoever was urged for the period today is not again."""
    require(actor, Action.URGE)
    require_reporting(plan)
    words, answer_by = _checked(demand, actor)
    if not departments:
        raise InvalidInput(NOT_SENT, fields={"departments": "请至少勾选一个要催办的单位。"})
    wait_in_line(session, actor)  # one numbers after the other
    kept = periods.require_open(session, periods.keep(session, plan, period))
    bounds = PeriodBounds(kept.name, kept.starts_on, kept.ends_on, kept.due_on, kept.id)
    units = [unit for unit in late_units(session, actor, plan, bounds) if unit.id in departments]
    if not units:
        raise Conflict(f"所选单位已经报齐{kept.name}的进展，没有发出催办单。", "请重新打开“催办”页面查看。")
    issued = Issued(repeated=[unit.name for unit in units if unit.urged_today])
    for unit in units:
        if not unit.urged_today:
            issued.slips.append(_to_unit(session, plan, bounds, unit, words, answer_by, actor))
    return issued


def urge_for_task(session: Session, task: Task, demand: Demand, *, actor: Viewer) -> Issued:
    """One slip about this task to each unit that answers for it. The same unit is urged for a task once a day."""
    require(actor, Action.URGE)
    wait_in_line(session, actor)
    plan = hold(session, task)
    require_reporting(plan)
    if task.closed_at is not None or task.status in (TaskStatus.COMPLETED, TaskStatus.SUSPENDED):
        raise Conflict("这项任务已经完成、办结或中止，不用催办。", "请刷新任务页面查看现在的情况。")
    words, answer_by = _checked(demand, actor)
    answering = _answering(session, task, actor)
    if not answering:
        raise Conflict("这项任务没有写明牵头单位，催办单不知道发给谁。", "请先在责任分解表中明确牵头单位。")
    row = task_queries.get_row(session, actor, plan, task)
    first = task_behind(row.judgement.light)
    issued = Issued()
    for department in answering:
        if _urged_today(session, task, department, actor):
            issued.repeated.append(department.name)
        else:
            issued.slips.append(
                _write(session, plan, None, department, [task.id or 0], f"{first}\n{words}", answer_by, actor)
            )
    return issued


def receive(session: Session, urging: Urging, *, actor: Viewer) -> None:
    """The unit says that it has read the slip (签收). Said again, the first time counts."""
    require(actor, Action.ANSWER_URGING, shares_in(urging))
    session.refresh(urging, with_for_update=True)
    if urging.received_at is not None:
        return
    if urging.voided_at is not None:
        raise Conflict("督查室已将这张催办单作废，不用签收。", f"原因：{urging.void_reason}")
    urging.received_by, urging.received_at = actor.name, actor.now
    session.add(urging)
    session.flush()
    events.record(session, actor, "urging_received", plan_id=urging.plan_id, **_named(urging))
    events.announce(session, actor, "urging.received", urging=urging.id)


def void(session: Session, urging: Urging, reason: str, *, actor: Viewer) -> None:
    """Take a slip back (作废): its number stays used, and its unit does not count as urged by it any more."""
    require(actor, Action.URGE)
    wait_in_line(session, actor)  # whoever urges at this moment sees it as it is or as it will be
    plan = session.get_one(Plan, urging.plan_id)
    session.refresh(plan, with_for_update={"key_share": True})  # nobody archives it meanwhile
    require_not_archived(plan)
    session.refresh(urging, with_for_update=True)
    words = words_of(reason, "reason", "作废原因", missing="请写明为什么作废，收到催办单的单位会看到。")
    if urging.voided_at is not None:
        if words == urging.void_reason:
            return
        raise Conflict(f"这张催办单已由{urging.voided_by}作废，没有再作改动。", f"原因：{urging.void_reason}")
    urging.voided_by, urging.voided_at, urging.void_reason = actor.name, actor.now, words
    session.add(urging)
    session.flush()
    told, place = {**_named(urging), "reason": words}, {"plan_id": urging.plan_id}
    deeds = [
        {"kind": "urging_voided", "detail": told, **place},
        *({"kind": "task_urging_voided", "detail": told, "task_id": one, **place} for one in urging.task_ids),
    ]
    events.record_all(session, actor, deeds)
    notice = f"督查室作废了{told['slip']}，不用答复。原因：{words}"
    notices.tell_department(session, actor, urging.department_id, notice, f"/urging/{urging.id}")
    events.announce(
        session, actor, "urging.voided", urging=urging.id, department=urging.department_id, reason=words
    )


def _checked(demand: Demand, actor: Viewer) -> tuple[str, date]:
    fields: dict[str, str] = {}
    words = ""
    try:
        words = words_of(demand.words, "words", "催办要求", missing="请写明要求单位做什么。")
    except InvalidInput as refusal:
        fields |= refusal.fields
    day = demand.answer_by
    if day is None or not actor.today <= day <= actor.today + FARTHEST_ANSWER:
        fields["answer_by"] = "答复期限请选择今天或以后的日期，最晚一年以内。"
    if fields or day is None:
        raise InvalidInput(NOT_SENT, fields=fields)
    return words, day


def _to_unit(
    session: Session,
    plan: Plan,
    period: PeriodBounds,
    unit: LateUnit,
    words: str,
    answer_by: date,
    actor: Viewer,
) -> Urging:
    first = reports_missing(period.name, period.due_on, len(unit.tasks), actor.today)
    department = session.get_one(Department, unit.id)
    tasks = [task.id for task in unit.tasks]
    return _write(session, plan, period.id, department, tasks, f"{first}\n{words}", answer_by, actor)


def _answering(session: Session, task: Task, actor: Viewer) -> list[Department]:
    shares = task_queries.shares_of(session, task, actor.today)
    roles = (AssignmentRole.LEAD, AssignmentRole.MAIN)
    ids = {share.department_id for share in shares if share.role in roles and share.department_id is not None}
    return [session.get_one(Department, one) for one in sorted(ids)]


def _urged_today(session: Session, task: Task, department: Department, actor: Viewer) -> bool:
    query = select(Urging).where(
        col(Urging.plan_id) == task.plan_id,
        col(Urging.department_id) == department.id,
        col(Urging.period_id).is_(None),
        col(Urging.voided_at).is_(None),
    )
    return any(
        each.task_ids == [task.id] and office_date(each.issued_at) == actor.today
        for each in session.execute(query).scalars()
    )


def _write(
    session: Session,
    plan: Plan,
    period_id: int | None,
    department: Department,
    task_ids: list[int],
    words: str,
    answer_by: date,
    actor: Viewer,
) -> Urging:
    year = actor.today.year
    last = select(func.max(col(Urging.number))).where(
        col(Urging.jurisdiction_id) == actor.jurisdiction_id, col(Urging.year) == year
    )
    urging = Urging(
        jurisdiction_id=actor.jurisdiction_id,
        plan_id=plan.id or 0,
        period_id=period_id,
        department_id=department.id or 0,
        department_name=department.name,
        year=year,
        number=(session.execute(last).scalar_one() or 0) + 1,
        task_ids=task_ids,
        words=words,
        answer_by=answer_by,
        issued_by=actor.name,
        issued_at=actor.now,
    )
    session.add(urging)
    session.flush()
    _record(session, urging, actor)
    return urging


def _record(session: Session, urging: Urging, actor: Viewer) -> None:
    told = {**_named(urging), "answer_by": urging.answer_by}
    place = {"plan_id": urging.plan_id, "batch_id": None}
    deeds = [
        {
            "kind": "urging_issued",
            "detail": {**told, "tasks": len(urging.task_ids)},
            "task_id": None,
            **place,
        },
        *({"kind": "task_urged", "detail": told, "task_id": one, **place} for one in urging.task_ids),
    ]
    events.record_all(session, actor, deeds)
    day = urging.answer_by
    words = f"督查室发来{told['slip']}，涉及 {len(urging.task_ids)} 项任务，请于{short_day(day, actor.today.year)}前答复。"
    notices.tell_department(session, actor, urging.department_id, words, f"/urging/{urging.id}")
    events.announce(
        session,
        actor,
        "urging.issued",
        urging=urging.id,
        department=urging.department_id,
        tasks=urging.task_ids,
        answer_by=day.isoformat(),
    )


def _named(urging: Urging) -> dict[str, Any]:
    """How the trail names a slip."""
    slip = slip_words(urging.year, urging.number)
    return {"urging": urging.id, "slip": slip, "department": urging.department_name}
