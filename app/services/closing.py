"""办结、恢复办理、中止、恢复: the supervision office takes a task off the list or out of judgement, and puts it back."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict
from app.models.application import OPEN_STATES, Application, ApplicationKind, ApplicationState
from app.models.task import AssignmentRole, Task, TaskStatus
from app.queries.tasks import shares_of
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import may_report
from app.services import events, figures, notices, review
from app.services.tasks import hold, task_words, words_of

WHOLE = 100


def complete(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """Take the task off the list (办结) without an application; ``words`` say how it was verified."""
    require(actor, Action.DECIDE_APPLICATIONS)
    _hold_issued(session, task)
    if task.closed_at is not None:
        return
    if (waiting := waiting_application(session, task, ApplicationKind.COMPLETION)) is not None:
        raise Conflict(
            f"{waiting.department_name}已经申请办结这项任务，申请还没有审批。", "请在“申请审批”中核实后办结。"
        )
    words = words_of(words, "words", "核实情况", missing="请写明怎样核实、办到什么程度。")
    close(session, task, words, actor=actor)
    _tell(session, task, f"{task_words(task)}已由督查室核实办结。", actor)


def close(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """What 办结 does to a task in hand: it is done, nobody reports on it, and no report or application of it waits."""
    review.accept_with_task(session, task, actor=actor)
    before = _standing(task)
    task.closed_at, task.status, task.completion = actor.now, TaskStatus.COMPLETED, WHOLE
    _write(session, task, "task_completed", before, words, actor)
    _answer_waiting(session, task, "任务已办结，这项申请不再办理。", actor)


def reopen(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """Put a task back on the list (恢复办理): it stands where its newest report left it."""
    require(actor, Action.DECIDE_APPLICATIONS)
    hold(session, task)
    if task.closed_at is None:
        return
    words = words_of(words, "words", "恢复办理的原因", missing="请写明为什么恢复办理。")
    before = _standing(task)
    task.closed_at = None
    figures.refresh(session, task)
    _write(session, task, "task_reopened", before, words, actor)
    _tell(session, task, f"{task_words(task)}已恢复办理：{words}", actor)


def suspend(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """Set the task aside (中止) without an application: it is not judged, and nobody is urged for it."""
    require(actor, Action.DECIDE_APPLICATIONS)
    _hold_issued(session, task)
    if task.closed_at is not None:
        raise Conflict("这项任务已经办结，不用中止。", "确需改动，请先恢复办理。")
    if task.status is TaskStatus.SUSPENDED:
        return
    if (waiting := waiting_application(session, task, ApplicationKind.SUSPENSION)) is not None:
        raise Conflict(
            f"{waiting.department_name}已经申请中止这项任务，申请还没有审批。", "请在“申请审批”中答复。"
        )
    words = words_of(words, "words", "中止的原因", missing="请写明为什么中止。")
    set_aside(session, task, words, actor=actor)
    _tell(session, task, f"{task_words(task)}已中止：{words}", actor)


def set_aside(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """What 中止 does to a task in hand."""
    before = _standing(task)
    task.status = TaskStatus.SUSPENDED
    _write(session, task, "task_suspended", before, words, actor)
    _answer_waiting(session, task, "任务已中止，这项申请不再办理。", actor)


def resume(session: Session, task: Task, words: str, *, actor: Viewer) -> None:
    """Take up a suspended task again (恢复): it stands where its newest report left it, and is judged again."""
    require(actor, Action.DECIDE_APPLICATIONS)
    hold(session, task)
    if task.status is not TaskStatus.SUSPENDED:
        return
    words = words_of(words, "words", "恢复的原因", missing="请写明为什么恢复。")
    before = _standing(task)
    task.status = TaskStatus.IN_PROGRESS  # figures leave a suspended task alone
    figures.refresh(session, task)
    _write(session, task, "task_resumed", before, words, actor)
    _tell(session, task, f"{task_words(task)}已恢复：{words}", actor)


def waiting_application(session: Session, task: Task, kind: ApplicationKind) -> Application | None:
    """The task's application of this kind that is not decided yet."""
    query = select(Application).where(
        col(Application.task_id) == task.id,
        col(Application.kind) == kind,
        col(Application.state).in_(OPEN_STATES),
    )
    return session.execute(query).scalar_one_or_none()


def _hold_issued(session: Session, task: Task) -> None:
    plan = hold(session, task)
    if not may_report(plan):
        raise Conflict("这份表还没有交办，任务还没有开始办理。", "请先在“办理阶段”页面交办。")


def _standing(task: Task) -> dict[str, Any]:
    return {"status": task.status, "completion": task.completion}


def _write(
    session: Session, task: Task, kind: str, before: dict[str, Any], words: str, actor: Viewer
) -> None:
    session.add(task)
    session.flush()
    place, after = {"plan_id": task.plan_id, "task_id": task.id}, _standing(task)
    events.record(session, actor, kind, **place, before=before, after=after, words=words)
    events.announce(session, actor, f"task.{kind.removeprefix('task_')}", task=task.id, **after)
    if task.parent_id is not None:
        figures.refresh(session, session.get_one(Task, task.parent_id))


def _answer_waiting(session: Session, task: Task, words: str, actor: Viewer) -> None:
    """Applications that the decision leaves without an object are answered with it."""
    query = select(Application).where(
        col(Application.task_id) == task.id, col(Application.state).in_(OPEN_STATES)
    )
    for application in session.execute(query.order_by(col(Application.id))).scalars().all():
        application.state = ApplicationState.REFUSED
        application.decided_by, application.decided_at = actor.name, actor.now
        application.decision_words = words
        session.add(application)
        session.flush()
        events.record(
            session,
            actor,
            "application_refused",
            plan_id=task.plan_id,
            task_id=task.id,
            application=application.id,
            application_kind=application.kind,
            due_on=application.due_on_wanted,
            words=words,
        )


def _tell(session: Session, task: Task, words: str, actor: Viewer) -> None:
    """Every unit that answers for the task is told."""
    answering = (AssignmentRole.LEAD, AssignmentRole.MAIN)
    shares = shares_of(session, task, actor.today)
    units = {share.department_id for share in shares if share.role in answering and share.department_id}
    for department_id in sorted(units):
        notices.tell_department(session, actor, department_id, words, f"/tasks/{task.id}")
