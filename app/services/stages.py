"""办理阶段: the steps of a plan's year, each with its record, its notices and its message."""

from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.directory import Department, DepartmentKind
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries import stages as stage_queries
from app.rules import stages
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import Step
from app.services import events, figures, notices, plan_titles

NOTHING = "没有保存，未作任何改动。"


def open_comment_round(session: Session, plan: Plan, due_on: date, *, actor: Viewer) -> None:
    """Send the draft round for comment (征求意见), once more if need be; answers are wanted by the day."""
    _begin(session, plan, Step.OPEN_COMMENTS, actor)
    _refuse_past(due_on, actor)
    plan.comment_round += 1
    plan.comment_due_on = due_on
    words = f"“{plan.title}”征求意见，请于{_day(due_on)}前答复。"
    _tell_units(session, plan, actor, words, f"/plans/{plan.id}/comments")
    _enter(
        session,
        plan,
        Step.OPEN_COMMENTS,
        "comment_round_opened",
        actor,
        round=plan.comment_round,
        due_on=due_on.isoformat(),
    )


def end_comment_round(session: Session, plan: Plan, *, actor: Viewer) -> None:
    """No more answers (结束征求意见): the table is a draft again, to be corrected."""
    _begin(session, plan, Step.END_COMMENTS, actor)
    _enter(session, plan, Step.END_COMMENTS, "comment_round_ended", actor, round=plan.comment_round)


def issue(
    session: Session,
    plan: Plan,
    sign_due_on: date,
    *,
    actor: Viewer,
    title: str | None = None,
    shown: str | None = None,
) -> None:
    """Issue the table (交办): from now on its units sign for their tasks and report.

    It is called ``title`` from then on; without one, what it was called, but for （征求意见稿） and the like.
    ``shown`` is the digest of the unanswered and unsettled comments the person was told of; where there are others
    now, ``Conflict`` is raised and nothing done.
    """
    _begin(session, plan, Step.ISSUE, actor)
    _refuse_past(sign_due_on, actor)
    unanswered = stage_queries.without_answer(session, plan, actor.today) if plan.comment_round else []
    unsettled = stage_queries.unsettled_comments(session, plan)
    if shown is not None and shown != stage_queries.issue_digest(unanswered, unsettled):
        raise Conflict(
            "您核对期间，各单位的意见有了变化，尚未交办。", "下面是现在的情况，请重新核对后再交办。"
        )
    plan_titles.give_title(session, plan, stages.final_title(plan.title) if title is None else title, actor)
    plan.issued_at, plan.sign_due_on = actor.now, sign_due_on
    _nobody_to_sign(session, plan, actor)
    words = f"“{plan.title}”已交办，请于{_day(sign_due_on)}前签收。"
    _tell_units(session, plan, actor, words, f"/plans/{plan.id}/signing")
    _enter(
        session,
        plan,
        Step.ISSUE,
        "plan_issued",
        actor,
        sign_due_on=sign_due_on.isoformat(),
        unanswered=len(unanswered),
        unsettled=unsettled,
    )


def begin_running(session: Session, plan: Plan, actor: Viewer) -> None:
    """Reporting has begun: the first period was opened, or the first report came. Changes nothing after that."""
    hold_before_running(session, plan)
    if stages.after(plan.state, Step.BEGIN) is not None:
        _enter(session, plan, Step.BEGIN, "plan_running", actor)


def hold_before_running(session: Session, plan: Plan) -> None:
    """Hold a plan that a report may set running, before the report's task: whoever changes a whole plan takes it first."""
    if stages.after(plan.state, Step.BEGIN) is not None:
        session.refresh(plan, with_for_update={"key_share": True})


def close(session: Session, plan: Plan, *, actor: Viewer, shown: str | None = None) -> None:
    """The year is over (办结全表): nothing is reported any more. ``shown`` stands for the unfinished tasks seen."""
    _begin(session, plan, Step.CLOSE, actor)
    figures.lock_plan(session, plan)
    unfinished = stage_queries.unfinished_tasks(session, actor, plan)
    if shown is not None and shown != stage_queries.close_digest(unfinished):
        raise Conflict(
            "您核对期间，未完成的任务有了变化，尚未办结。", "下面是现在的情况，请重新核对后再办结。"
        )
    plan.closed_at = actor.now
    _tell_units(session, plan, actor, f"“{plan.title}”已办结，不再填报。", f"/plans/{plan.id}/tasks")
    _enter(session, plan, Step.CLOSE, "plan_closed", actor, unfinished=len(unfinished))


def reopen(session: Session, plan: Plan, *, actor: Viewer) -> None:
    """A closed plan is reported on again (重新启用)."""
    _begin(session, plan, Step.REOPEN, actor)
    plan.closed_at = None
    _tell_units(session, plan, actor, f"“{plan.title}”重新启用，可以继续填报。", f"/plans/{plan.id}/tasks")
    _enter(session, plan, Step.REOPEN, "plan_reopened", actor)


def archive(session: Session, plan: Plan, *, actor: Viewer) -> None:
    """Into the archive (归档): read only for ever."""
    _begin(session, plan, Step.ARCHIVE, actor)
    _enter(session, plan, Step.ARCHIVE, "plan_archived", actor)


def _begin(session: Session, plan: Plan, step: Step, actor: Viewer) -> None:
    require(actor, Action.ADVANCE_PLAN)
    session.refresh(plan, with_for_update={"key_share": True})
    stages.require_step(plan, step)


def _enter(session: Session, plan: Plan, step: Step, kind: str, actor: Viewer, **detail: Any) -> None:
    before, plan.state = plan.state, stages.require_step(plan, step)
    session.add(plan)
    session.flush()
    was, now = before.value, plan.state.value
    events.record(session, actor, kind, plan_id=plan.id, title=plan.title, before=was, after=now, **detail)
    events.announce(session, actor, "plan.state_changed", plan=plan.id, before=was, after=now)


def _refuse_past(day: date, actor: Viewer) -> None:
    if day < actor.today:
        raise InvalidInput(NOTHING, fields={"due_on": "这个日期已经过去，请填今天或以后的日期。"})
    if day.year > actor.today.year + 1:
        raise InvalidInput(NOTHING, fields={"due_on": "这个日期太远，请检查年份。"})


def _tell_units(session: Session, plan: Plan, actor: Viewer, words: str, address: str) -> None:
    for unit in stage_queries.units_concerned(session, plan, actor.today):
        notices.tell_department(session, actor, unit.id, words, address)


def _nobody_to_sign(session: Session, plan: Plan, actor: Viewer) -> None:
    """A task without a lead or main unit that has a desk of its own waits for no signature."""
    signing = (
        select(col(Assignment.task_id))
        .join(Department, col(Department.id) == col(Assignment.department_id))
        .where(
            col(Assignment.plan_id) == plan.id,
            col(Assignment.role).in_((AssignmentRole.LEAD, AssignmentRole.MAIN)),
            col(Assignment.held_to).is_(None),
            col(Department.kind) == DepartmentKind.UNIT,
        )
    )
    waits_for_nobody = update(Task).where(
        col(Task.plan_id) == plan.id, col(Task.signed_at).is_(None), col(Task.id).not_in(signing)
    )
    session.execute(waits_for_nobody.values(signed_at=actor.now))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
