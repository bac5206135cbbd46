"""人工评定: the supervision office says how a task stands, against or without its figures, and why."""

from typing import Any

from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.task import Rating, Task, TaskStatus
from app.rules.permissions import Action, Viewer, require
from app.services import events
from app.services.tasks import hold, words_of

LONGEST_REASON = 500


def rate(session: Session, task: Task, rating: Rating | None, reason: str, *, actor: Viewer) -> None:
    """Say how the task stands (评定), with a reason. The verdict of its figures stays beside it.

    The same said twice is said once; another rating takes the place of the one before, old → new on record.
    """
    require(actor, Action.RATE_TASK)
    hold(session, task)
    if task.closed_at is not None:
        raise Conflict("这项任务已经办结，不再评定。", "确需评定，请先恢复办理。")
    if task.status is TaskStatus.SUSPENDED:
        raise Conflict("这项任务已中止，本来就暂不评价，不用评定。", "确需评定，请先恢复任务。")
    if rating is None:
        raise InvalidInput("评定没有保存。", fields={"rating": "请选择评定为哪一种状态。"})
    missing = "请写明为什么这样评定，责任单位会看到。"
    reason = words_of(reason, "reason", "评定理由", missing=missing, longest=LONGEST_REASON)
    before = _said(task)
    if before == {"rating": rating, "reason": reason}:
        return
    task.rating, task.rating_reason = rating, reason
    task.rated_by, task.rated_at = actor.name, actor.now
    _write(session, task, "task_rated", before, actor)


def lift(session: Session, task: Task, *, actor: Viewer) -> None:
    """Take the rating away (取消评定): the figures speak for the task again."""
    require(actor, Action.RATE_TASK)
    hold(session, task)
    if task.rating is None:
        return
    before = _said(task)
    task.rating, task.rating_reason, task.rated_by, task.rated_at = None, "", "", None
    _write(session, task, "task_rating_lifted", before, actor)


def _said(task: Task) -> dict[str, Any]:
    return {"rating": task.rating, "reason": task.rating_reason}


def _write(session: Session, task: Task, kind: str, before: dict[str, Any], actor: Viewer) -> None:
    session.add(task)
    session.flush()
    after = _said(task)
    place = {"plan_id": task.plan_id, "task_id": task.id}
    events.record(session, actor, kind, **place, before=before, after=after)
    events.announce(session, actor, f"task.{kind.removeprefix('task_')}", task=task.id, rating=task.rating)
