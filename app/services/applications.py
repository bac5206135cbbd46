"""申请延期、办结、中止: a unit asks, the supervision office verifies and answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.config import OFFICE_ZONE
from app.errors import Conflict, Forbidden, InvalidInput
from app.models.application import OPEN_STATES, Application, ApplicationKind, ApplicationState
from app.models.directory import Department
from app.models.plan import Plan
from app.models.task import Task, TaskStatus
from app.queries.applications import KIND_LABELS
from app.queries.tasks import shares_of
from app.rules.deadlines import latest_due
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import may_report
from app.rules.text import plain
from app.services import events, notices
from app.services.closing import close, set_aside, waiting_application
from app.services.tasks import hold, task_words, words_of

NOT_MADE = "申请没有提出，有内容需要修改。"
REASONS = {
    ApplicationKind.EXTENSION: ("延期原因", "请写明为什么不能按期完成。"),
    ApplicationKind.COMPLETION: ("完成情况", "请写明任务是怎样完成的、有什么成果。"),
    ApplicationKind.SUSPENSION: ("中止原因", "请写明为什么要中止。"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a unit asks for, and why."""

    kind: ApplicationKind
    reason: str
    progress: str = ""
    due_on: date | None = None
    """The new due day, of an extension."""


def make_application(session: Session, task: Task, wish: Wish, *, actor: Viewer) -> Application:
    """Ask for more time, for the task to be taken off the list, or set aside (提出申请).

    More time is asked for before the due day has passed. Of each kind one application waits at a time; the same sent
    twice is one.
    """
    require(actor, Action.APPLY, shares_of(session, task, actor.today))
    plan = hold(session, task)
    _refuse_settled(task, plan)
    wish = _checked(task, plan, wish, actor)
    department = session.get_one(Department, actor.department_id)
    waiting = waiting_application(session, task, wish.kind)
    if waiting is not None:
        said = Wish(waiting.kind, waiting.reason, waiting.progress, waiting.due_on_wanted)
        if said == wish and waiting.department_id == department.id:
            return waiting
        raise Conflict(
            f"这项任务已有{waiting.author_name}提出的{KIND_LABELS[wish.kind]}，还在等待审批。",
            "如需改动，请先撤回那份申请再提出。",
        )
    application = Application(
        jurisdiction_id=task.jurisdiction_id,
        plan_id=task.plan_id,
        task_id=task.id or 0,
        department_id=department.id or 0,
        department_name=department.name,
        kind=wish.kind,
        reason=wish.reason,
        progress=wish.progress,
        due_on_before=task.due_on,
        due_on_wanted=wish.due_on,
        author_name=actor.name,
        created_at=actor.now,
    )
    session.add(application)
    session.flush()
    _record(session, application, "application_made", wish.reason, actor)
    words = f"{department.name}{KIND_LABELS[wish.kind]}：{task_words(task)}"
    notices.tell_supervision(session, actor, words, f"/applications/{application.id}")
    return application


def withdraw_application(session: Session, application: Application, *, actor: Viewer) -> None:
    """Take the application back (撤回) while it is not decided. Asked twice, it is done once."""
    task = _hold(session, application)
    require(actor, Action.APPLY, shares_of(session, task, actor.today))
    if application.department_id != actor.department_id:
        raise Forbidden(
            f"这份申请是{application.department_name}提出的，不能由您撤回。",
            "请与那个单位联系。",
            "撤回其他单位的申请",
        )
    if application.state is ApplicationState.WITHDRAWN:
        return
    _require_open(application)
    application.state = ApplicationState.WITHDRAWN
    application.decided_by, application.decided_at = actor.name, actor.now
    session.add(application)
    session.flush()
    _record(session, application, "application_withdrawn", "", actor)


def verify(session: Session, application: Application, words: str, *, actor: Viewer) -> None:
    """核实: what was found on site or in the files, before the task is taken off the list."""
    require(actor, Action.DECIDE_APPLICATIONS)
    task = _hold(session, application)
    if application.kind is not ApplicationKind.COMPLETION:
        raise Conflict(f"{KIND_LABELS[application.kind]}不用核实，请直接答复。")
    _require_open(application)
    words = words_of(words, "verified_words", "核实情况", missing="请写明怎样核实、结果如何。")
    if application.state is ApplicationState.VERIFIED and application.verified_words == words:
        return
    application.state = ApplicationState.VERIFIED
    application.verified_by, application.verified_at = actor.name, actor.now
    application.verified_words = words
    session.add(application)
    session.flush()
    _record(session, application, "task_verified", words, actor)
    events.announce(session, actor, "task.verified", task=task.id, application=application.id)


def approve(session: Session, application: Application, words: str, *, actor: Viewer) -> None:
    """同意: the due day moves, the verified task is taken off the list, or the task is set aside."""
    require(actor, Action.DECIDE_APPLICATIONS)
    task = _hold(session, application)
    if application.state is ApplicationState.APPROVED:
        return
    _require_open(application)
    words = words_of(words, "words", "答复")
    if application.kind is ApplicationKind.COMPLETION and application.state is not ApplicationState.VERIFIED:
        raise Conflict("还没有登记核实情况，不能办结。", "请先写明怎样核实、结果如何。")
    _decide(session, application, ApplicationState.APPROVED, words, actor)
    if application.kind is ApplicationKind.EXTENSION:
        _extend(session, application, task, words, actor)
    elif application.kind is ApplicationKind.COMPLETION:
        close(session, task, words or application.verified_words, actor=actor)
    else:
        set_aside(session, task, words or application.reason, actor=actor)
    _answer(session, application, task, f"督查室已同意{KIND_LABELS[application.kind]}", actor)


def refuse(session: Session, application: Application, words: str, *, actor: Viewer) -> None:
    """不同意, and why."""
    require(actor, Action.DECIDE_APPLICATIONS)
    task = _hold(session, application)
    if application.state is ApplicationState.REFUSED and application.decision_words == plain(words):
        return
    _require_open(application)  # before anybody is asked for a reason
    words = words_of(words, "words", "答复", missing="不同意时请写明理由，申请单位会看到。")
    _decide(session, application, ApplicationState.REFUSED, words, actor)
    _record(session, application, "application_refused", words, actor)
    _answer(session, application, task, f"督查室未同意{KIND_LABELS[application.kind]}：{words}", actor)


def _refuse_settled(task: Task, plan: Plan) -> None:
    if not may_report(plan):
        raise Conflict("这份表还没有交办，现在不能申请。", "对任务有意见，请在征求意见时提出。")
    if task.parent_id is not None:
        raise Conflict("这是一个分解项，由牵头单位自行安排。", "请对整项任务提出申请。")
    if task.closed_at is not None:
        raise Conflict("这项任务已经办结，不用再申请。", "确需改动，请与督查室联系。")
    if task.status is TaskStatus.SUSPENDED:
        raise Conflict("这项任务已中止，不用再申请。", "需要恢复时，请与督查室联系。")


def _checked(task: Task, plan: Plan, wish: Wish, actor: Viewer) -> Wish:
    label, missing = REASONS[wish.kind]
    fields: dict[str, str] = {}
    if wish.kind is ApplicationKind.EXTENSION:
        if actor.today > task.due_on:
            raise Conflict(
                f"完成时限（{_day(task.due_on)}）已过，不能再申请延期：延期应当在到期以前申请。",
                "请如实填报进展，并与督查室联系。",
            )
        latest = latest_due(plan.ends_on)
        if task.due_on >= latest:
            raise Conflict(
                f"这项任务的时限已是{_day(task.due_on)}，最晚只能延到{_day(latest)}，不能再延。",
                "请与督查室联系，列入以后年度的表。",
            )
        if wish.due_on is None:
            fields["due_on"] = "请选择希望延到哪一天。"
        elif not task.due_on < wish.due_on <= latest:
            fields["due_on"] = f"新的时限要晚于现在的{_day(task.due_on)}，并且不晚于{_day(latest)}。"
    texts: dict[str, str] = {}
    wanted = [("reason", wish.reason, label, missing)]
    if wish.kind is ApplicationKind.EXTENSION:
        wanted.append(("progress", wish.progress, "目前进展", "请写明目前做到什么程度。"))
    for name, text, words, empty in wanted:
        try:
            texts[name] = words_of(text, name, words, missing=empty)
        except InvalidInput as refusal:
            fields |= refusal.fields
    if fields:
        raise InvalidInput(NOT_MADE, fields=fields)
    due_on = wish.due_on if wish.kind is ApplicationKind.EXTENSION else None
    return Wish(wish.kind, texts["reason"], texts.get("progress", ""), due_on)


def _hold(session: Session, application: Application) -> Task:
    """Take the task, and with it its applications, in hand."""
    task = session.get_one(Task, application.task_id)
    hold(session, task)
    session.refresh(application)
    return task


def _require_open(application: Application) -> None:
    if application.state in OPEN_STATES:
        return
    moment = application.decided_at.astimezone(OFFICE_ZONE) if application.decided_at else None
    when = f"已于{moment.month}月{moment.day}日 {moment:%H:%M}" if moment else "已"
    done = {
        ApplicationState.APPROVED: f"{application.decided_by}{when}同意这份申请",
        ApplicationState.REFUSED: f"{application.decided_by}{when}答复不同意",
        ApplicationState.WITHDRAWN: f"{application.department_name}{when}撤回这份申请",
    }
    raise Conflict(f"{done[application.state]}，没有再作改动。", "请查看这份申请现在的情况。")


def _decide(
    session: Session, application: Application, state: ApplicationState, words: str, actor: Viewer
) -> None:
    application.state, application.decision_words = state, words
    application.decided_by, application.decided_at = actor.name, actor.now
    session.add(application)
    session.flush()


def _extend(session: Session, application: Application, task: Task, words: str, actor: Viewer) -> None:
    wanted, before = application.due_on_wanted, task.due_on
    if wanted is None or wanted <= before:
        raise Conflict(
            f"提出申请以后，完成时限已改为{_day(before)}，不早于申请的日期。", "请答复不同意，并说明情况。"
        )
    # What was granted is what stood at that moment: a newer table may have moved the day since the unit asked.
    application.due_on_before, task.due_on = before, wanted
    session.add_all([application, task])
    session.flush()
    events.record(
        session,
        actor,
        "deadline_extended",
        plan_id=task.plan_id,
        task_id=task.id,
        application=application.id,
        before={"due_on": before},
        after={"due_on": wanted},
        words=words,
    )
    events.announce(session, actor, "task.deadline_extended", task=task.id, due_on=wanted.isoformat())


def _answer(session: Session, application: Application, task: Task, words: str, actor: Viewer) -> None:
    address = f"/applications/{application.id}"
    told = f"{words}——{task_words(task)}"
    notices.tell_department(session, actor, application.department_id, told, address)
    state = application.state.value
    events.announce(session, actor, "application.decided", application=application.id, state=state)


def _record(session: Session, application: Application, kind: str, words: str, actor: Viewer) -> None:
    detail: dict[str, Any] = {
        "application": application.id,
        "application_kind": application.kind,
        "due_on": application.due_on_wanted,
        "department": application.department_name,
        "words": words,
    }
    place = {"plan_id": application.plan_id, "task_id": application.task_id}
    events.record(session, actor, kind, **place, **detail)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
