"""交接: the open tasks of an official or a unit pass to another on a day, in one action."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput, NotFound
from app.models.directory import Department, DepartmentKind, Official
from app.models.plan import Plan
from app.models.task import Assignment, HandOver
from app.queries import hand_over as hand_over_queries
from app.queries.hand_over_preview import HandOverPreview, Passing, what_passes
from app.queries.workload import Bearer
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events, notices
from app.services.bulk import in_portions, insert_rows
from app.services.directory import wait_in_line

NOTHING = "没有办理交接，未作任何改动。"
LONGEST_REASON = 500
FARTHEST = timedelta(days=366)
"""A hand-over is arranged at most a year ahead; what lies farther is a slip of the pen."""


def hand_over_department(
    session: Session, giver: Department, taker: Department, *, effective_on: date, reason: str, actor: Viewer
) -> HandOver | None:
    """A unit's open tasks pass to another unit on a day (单位交接). None when it has none.

    A day in the past must lie within the plans' year, and not before the last change of the tasks that pass.
    """
    require(actor, Action.HAND_OVER)
    _wait_in_line(session, actor)
    preview = _checked(session, giver, taker, effective_on, actor)
    return _pass_on(session, preview, reason, actor) if preview.passing else None


def confirm_hand_over(
    session: Session,
    giver: Department | Official,
    taker: Department | Official,
    *,
    effective_on: date,
    reason: str,
    actor: Viewer,
    shown: str | None = None,
) -> HandOver:
    """The same for a unit or an official, asked for by a person or an OA system: nothing to pass on is refused.

    ``shown`` is the digest of the preview the person saw; when the tasks have changed since, ``Conflict`` is raised
    and nothing written.
    """
    require(actor, Action.HAND_OVER)
    _wait_in_line(session, actor)
    _refuse_repetition(session, giver, taker, effective_on, actor)
    preview = _checked(session, giver, taker, effective_on, actor)
    if not preview.passing:
        raise Conflict(f"{preview.giver.name}没有未完成的任务，不用交接。")
    if shown is not None and shown != preview.digest:
        raise Conflict(
            "您核对期间，要交接的任务有了变化，尚未交接。", "下面是现在的情况，请重新核对后再确认。"
        )
    return _pass_on(session, preview, reason, actor)


def preview_hand_over(
    session: Session,
    giver: Department | Official,
    taker: Department | Official,
    *,
    effective_on: date,
    actor: Viewer,
) -> HandOverPreview:
    """Which tasks would pass on that day, and which stay. Refuses what could not be done; writes nothing."""
    require(actor, Action.HAND_OVER)
    return _checked(session, giver, taker, effective_on, actor)


def call_off(session: Session, hand_over: HandOver, *, actor: Viewer) -> None:
    """Take back a hand-over before its day (取消交接): the giver keeps the tasks, as if it had not been arranged.

    What never counted is deleted; that it was arranged and called off stays in the trail.
    """
    require(actor, Action.HAND_OVER)
    _wait_in_line(session, actor)
    told = hand_over_queries.describe(session, actor, hand_over)
    if not told.is_coming:
        raise Conflict(
            f"这次交接已于{_day(told.effective_on)}生效，不能取消。", "如需改回，请再办理一次反方向的交接。"
        )
    later = [
        each
        for each in hand_over_queries.coming(session, actor, told.bearer, told.taker.id)
        if each.id > told.id
    ]
    if later:
        raise Conflict(
            f"{told.taker.name}还将于{_day(later[0].effective_on)}接收{later[0].giver.name}的任务，那次交接办理在后。",
            "请先取消那次，再取消这次。",
        )
    key = hand_over_queries.key_of(told.bearer)
    brought = col(Assignment.hand_over_id) == told.id
    given = select(Assignment).where(key == told.giver.id, col(Assignment.held_to) == told.effective_on)
    tasks = list(session.execute(select(col(Assignment.task_id)).where(brought)).scalars())
    ended = select(Assignment).where(
        key == told.taker.id,
        col(Assignment.held_to) == told.effective_on,
        col(Assignment.task_id).in_(select(col(Assignment.task_id)).where(brought)),
    )
    restored = list(session.execute(given).scalars())
    before: dict[int, Assignment] = {}
    for line in session.execute(ended.order_by(col(Assignment.id))).scalars():
        before[line.task_id] = (
            line  # the newest: earlier ones ended through earlier hand-overs of the same day
        )
    session.execute(delete(Assignment).where(brought))
    for line in (*restored, *before.values()):
        line.held_to = None
        session.add(line)
    plans = {line.task_id: line.plan_id for line in restored}
    events.record_all(
        session,
        actor,
        [
            _deed("task_hand_over_called_off", plans.get(task_id), task_id, _words(told.id, told))
            for task_id in sorted({*plans, *tasks})
        ],
    )
    events.record(session, actor, "hand_over_called_off", **_words(told.id, told), tasks=told.tasks)
    events.announce(session, actor, "hand_over.called_off", hand_over=told.id)
    _tell(session, told, told.tasks, next(iter(plans.values()), None), actor, is_off=True)
    session.delete(hand_over)
    session.flush()


def _wait_in_line(session: Session, actor: Viewer) -> None:
    """One change of who answers for what at a time: other hand-overs, the directory and imports wait here."""
    wait_in_line(session, actor)
    plans = select(col(Plan.id)).where(col(Plan.jurisdiction_id) == actor.jurisdiction_id)
    session.execute(plans.order_by(col(Plan.id)).with_for_update(key_share=True))


def _checked(
    session: Session,
    giver: Department | Official,
    taker: Department | Official,
    effective_on: date,
    actor: Viewer,
) -> HandOverPreview:
    for each in (giver, taker):
        if each.jurisdiction_id != actor.jurisdiction_id:
            raise NotFound("没有找到交接的一方。", "请从单位与人员页面重新选择。")
    if sentence := _unfit(giver, taker, effective_on):
        raise InvalidInput(NOTHING, fields={"taker": sentence})
    if effective_on > actor.today + FARTHEST:
        raise InvalidInput(NOTHING, fields={"effective_on": "交接日期最多安排到一年以后，请检查年份。"})
    preview = what_passes(session, actor, giver, taker, effective_on)
    _refuse_crossing(session, preview, actor)
    if preview.not_before is not None and effective_on < preview.not_before:
        too_early = (
            f"交接日期不能早于{_day(preview.not_before)}："
            "在那以前责任分解表还没有开始，或这些任务的责任另有变更。"
        )
        raise InvalidInput(NOTHING, fields={"effective_on": too_early})
    return preview


def _unfit(giver: Department | Official, taker: Department | Official, effective_on: date) -> str:
    """Why this taker cannot take over on that day; empty when nothing speaks against it."""
    if type(giver) is not type(taker):
        return "领导的任务只能交接给领导，单位的任务只能交接给单位。"
    if giver.id == taker.id:
        return "移交方和接收方是同一个，请另选接收方。"
    if isinstance(taker, Official):
        if taker.in_office_to is not None and taker.in_office_to <= effective_on:
            return f"{taker.name}从{_day(taker.in_office_to)}起不再任职，不能接收任务。"
        if taker.in_office_from is not None and taker.in_office_from > effective_on:
            return f"{taker.name}从{_day(taker.in_office_from)}起任职，请把交接日期定在那天或以后。"
        return ""
    if taker.kind is DepartmentKind.GROUP:
        return f"“{taker.name}”是一类单位，不能接收任务，请选择其中具体的单位。"
    if taker.retired_on is not None and taker.retired_on <= effective_on:
        return f"{taker.name}从{_day(taker.retired_on)}起撤并，不能接收任务，请选择承接它的单位。"
    return ""


def _refuse_repetition(
    session: Session,
    giver: Department | Official,
    taker: Department | Official,
    effective_on: date,
    actor: Viewer,
) -> None:
    """A double click, or two colleagues with the same letter before them."""
    bearer = Bearer.DEPARTMENT if isinstance(giver, Department) else Bearer.OFFICIAL
    for done in hand_over_queries.hand_overs_of(session, actor, bearer, giver.id or 0):
        same = (done.giver.id, done.taker.id, done.effective_on) == (giver.id, taker.id, effective_on)
        if same and not what_passes(session, actor, giver, taker, effective_on).passing:
            raise Conflict(
                f"{done.actor}已经办理了{done.giver.name}到{done.taker.name}、{_day(effective_on)}的这次交接"
                f"（{done.tasks} 项任务），没有重复办理。"
            )


def _refuse_crossing(session: Session, preview: HandOverPreview, actor: Viewer) -> None:
    """Whoever is about to hand over or take over must do so, or call it off, before passing anything on.

    Two arranged hand-overs that touch the same hands would make the second one's list wrong on its day.
    """
    arranged = hand_over_queries.coming(session, actor, preview.bearer, preview.giver.id) + [
        each
        for each in hand_over_queries.coming(session, actor, preview.bearer, preview.taker.id)
        if each.giver.id == preview.taker.id
    ]
    if arranged:
        one = arranged[0]
        raise Conflict(
            f"{one.giver.name}的任务已定于{_day(one.effective_on)}交接给{one.taker.name}，没有办理新的交接。",
            "请等那次交接生效，或先取消它，再办理这一次。",
        )


def _pass_on(session: Session, preview: HandOverPreview, reason: str, actor: Viewer) -> HandOver:
    reason = plain(reason)
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(
            NOTHING, fields={"reason": f"交接原因最多 {LONGEST_REASON} 字，现有 {len(reason)} 字。"}
        )
    is_official = preview.bearer is Bearer.OFFICIAL
    giver, taker, day = preview.giver, preview.taker, preview.effective_on
    hand_over = HandOver(
        jurisdiction_id=actor.jurisdiction_id,
        from_official_id=giver.id if is_official else None,
        to_official_id=taker.id if is_official else None,
        from_department_id=None if is_official else giver.id,
        to_department_id=None if is_official else taker.id,
        effective_on=day,
        reason=reason,
        tasks=len(preview.passing),
        actor_name=actor.name,
        created_at=actor.now,
    )
    session.add(hand_over)
    session.flush()
    taken_over = [each for each in preview.passing if each.is_taken_over]
    _end(session, [each.given.id for each in preview.passing], day)
    _end(session, [each.taken.id for each in taken_over if each.taken is not None], day)
    insert_rows(
        session,
        Assignment,
        [
            {
                "jurisdiction_id": actor.jurisdiction_id,
                "plan_id": each.plan_id,
                "task_id": each.task_id,
                "role": each.given.role,
                "official_id": taker.id if is_official else None,
                "department_id": None if is_official else taker.id,
                "position": each.given.position,
                "held_from": day,
                "hand_over_id": hand_over.id,
            }
            for each in taken_over
        ],
    )
    _record(session, hand_over, preview, reason, actor)
    return hand_over


def _end(session: Session, ids: Iterable[int], day: date) -> None:
    for some in in_portions(list(ids)):
        session.execute(update(Assignment).where(col(Assignment.id).in_(some)).values(held_to=day))


def _record(
    session: Session, hand_over: HandOver, preview: HandOverPreview, reason: str, actor: Viewer
) -> None:
    words = _words(hand_over.id or 0, preview)
    events.record_all(
        session,
        actor,
        [
            _deed("task_handed_over", each.plan_id, each.task_id, {**words, **_old_and_new(preview, each)})
            for each in preview.passing
        ],
    )
    events.record(session, actor, "handed_over", **words, tasks=hand_over.tasks, reason=reason)
    events.announce(
        session,
        actor,
        "hand_over.made",
        hand_over=hand_over.id,
        bearer=preview.bearer.value,
        giver=preview.giver.id,
        taker=preview.taker.id,
        effective_on=preview.effective_on.isoformat(),
        tasks=hand_over.tasks,
    )
    _tell(session, preview, hand_over.tasks, preview.passing[0].plan_id, actor)


def _tell(
    session: Session,
    told: HandOverPreview | hand_over_queries.HandOverRow,
    tasks: int,
    plan_id: int | None,
    actor: Viewer,
    *,
    is_off: bool = False,
) -> None:
    """Both sides are told how many tasks pass, or do not, and find the rest on the page of their tasks."""
    is_official = told.bearer is Bearer.OFFICIAL
    tell = notices.tell_official if is_official else notices.tell_department
    own = "您分管" if is_official else "本单位"
    day = _day(told.effective_on)
    for one, giver, taker in (
        (told.giver, own, told.taker.name),
        (told.taker, told.giver.name, own.removesuffix("分管")),
    ):
        page = f"/plans/{plan_id}/workload/{told.bearer}s/{one.id}" if plan_id else ""
        passing = f"从{day}起，{giver}的 {tasks} 项任务交接给{taker}"
        tell(session, actor, one.id, f"{passing}{'，这次交接已取消' if is_off else ''}。", page)


def _words(number: int, told: HandOverPreview | hand_over_queries.HandOverRow) -> dict[str, Any]:
    return {
        "hand_over": number,
        "giver": told.giver.name,
        "taker": told.taker.name,
        "effective_on": told.effective_on.isoformat(),
    }


def _old_and_new(preview: HandOverPreview, each: Passing) -> dict[str, Any]:
    before = [[each.given.role.value, preview.giver.name]]
    if each.taken is not None:
        before.append([each.taken.role.value, preview.taker.name])
    return {"before": {"shares": before}, "after": {"shares": [[each.becomes.value, preview.taker.name]]}}


def _deed(kind: str, plan_id: int | None, task_id: int, detail: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "plan_id": plan_id, "task_id": task_id, "batch_id": None, "detail": detail}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
