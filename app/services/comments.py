"""征求意见: units answer to a draft task by task, and the supervision office settles what they want changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.models.comment import CommentAnswer, TaskComment
from app.models.directory import Department
from app.models.plan import Plan
from app.models.task import Task
from app.queries import comments as comment_queries
from app.queries.comments import OwnTask, told_as
from app.queries.tasks import shares_in_plan
from app.rules import stages
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.services import events, notices

LONGEST_WORDS = 2000
NOTHING = "意见没有提交。"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says of one task: 无意见, or 建议修改 with words."""

    task_id: int
    answer: CommentAnswer
    words: str = ""
    shown: str | None = None
    """What stood there when it was filled in (``told_as``), where somebody filled in a page."""

    @property
    def is_as_shown(self) -> bool:
        """Left as it stood on the page: nothing is said."""
        return self.shown is not None and plain(self.shown) == told_as(self.answer, self.words)


def give_comments(
    session: Session, plan: Plan, answers: Sequence[Answer], *, actor: Viewer, agree_with_rest: bool = False
) -> int:
    """The unit answers (答复征求意见稿); how many answers are new or other than before.

    Until the round ends the newest answer counts. ``agree_with_rest``: 其余全部无意见, for tasks without an answer.
    """
    require(actor, Action.COMMENT_TASK, shares_in_plan(session, plan, actor))
    # The round does not end before we have answered. First the plan, as whoever merges units has it.
    session.refresh(plan, with_for_update={"read": True})
    _take_turns(session, actor)
    stages.require_comments(plan)
    own = {task.id: task for task in comment_queries.own_tasks(session, actor, plan)}
    wanted = {answer.task_id: answer for answer in answers}
    if foreign := [task_id for task_id in wanted if task_id not in own]:
        raise Forbidden(
            f"有 {len(foreign)} 项任务没有分给{actor.department_name}，不能由您提出意见。",
            "请重新打开征求意见页面后再填。",
            "对征求意见稿提出意见",
        )
    if agree_with_rest:
        for task_id, task in own.items():
            if task.answer is None and task_id not in wanted:
                wanted[task_id] = Answer(task_id, CommentAnswer.AGREE)
    said = {task_id: _checked(answer, own[task_id].number) for task_id, answer in wanted.items()}
    said = {task_id: answer for task_id, answer in said.items() if not answer.is_as_shown}
    _refuse_unseen(own, said)
    given = _keep(session, plan, said, actor)
    if given:
        changes = sum(each.answer is CommentAnswer.CHANGE for each in given)
        events.record(
            session,
            actor,
            "comments_given",
            plan_id=plan.id,
            unit=actor.department_name,
            round=plan.comment_round,
            answers=len(given),
            changes=changes,
        )
        events.announce(
            session,
            actor,
            "plan.comments_given",
            plan=plan.id,
            department=actor.department_id,
            changes=changes,
        )
        if changes:
            words = f"{actor.department_name}对“{plan.title}”提出 {changes} 条修改意见。"
            notices.tell_supervision(session, actor, words, f"/plans/{plan.id}/comments?show=change")
    return len(given)


def settle(
    session: Session, plan: Plan, comment: TaskComment, is_adopted: bool | None, reply: str, *, actor: Viewer
) -> None:
    """The supervision office says what it makes of a wanted change (采纳, 不采纳); not adopting takes a reason."""
    require(actor, Action.ADVANCE_PLAN)
    session.refresh(comment, with_for_update=True)
    stages.require_open(plan)
    reply = plain(reply)
    fields: dict[str, str] = {}
    if comment.answer is not CommentAnswer.CHANGE:
        raise Conflict(f"{comment.department_name}已改为“无意见”，不用答复。")
    if is_adopted is None:
        fields["is_adopted"] = "请选择采纳或不采纳。"
    if is_adopted is False and not reply:
        fields["reply"] = "不采纳的，请写明理由，提出意见的单位会看到。"
    if len(reply) > LONGEST_WORDS:
        fields["reply"] = f"答复最多 {LONGEST_WORDS} 字，现有 {len(reply)} 字。"
    if fields:
        raise InvalidInput("答复没有保存。", fields=fields)
    if (comment.is_adopted, comment.reply) == (is_adopted, reply):
        return
    before = {"is_adopted": comment.is_adopted, "reply": comment.reply}
    comment.is_adopted, comment.reply = is_adopted, reply
    comment.settled_by, comment.settled_at = actor.name, actor.now
    session.add(comment)
    session.flush()
    events.record(
        session,
        actor,
        "comment_settled",
        plan_id=plan.id,
        task_id=comment.task_id,
        unit=comment.department_name,
        words=comment.words,
        before=before,
        is_adopted=is_adopted,
        reply=reply,
    )
    number = session.get_one(Task, comment.task_id).number
    told = f"第 {number} 项的修改意见：{'采纳' if is_adopted else '不采纳'}。{reply}"
    notices.tell_department(
        session, actor, comment.department_id, told[:200], f"/plans/{plan.id}/comments#task-{comment.task_id}"
    )
    events.announce(
        session,
        actor,
        "task.comment_settled",
        task=comment.task_id,
        comment=comment.id,
        is_adopted=is_adopted,
    )


def _checked(answer: Answer, number: str) -> Answer:
    words = plain(answer.words)
    key = f"words-{answer.task_id}"
    if answer.answer is CommentAnswer.CHANGE and not words:
        raise InvalidInput(NOTHING, fields={key: f"第 {number} 项建议修改，请写明怎样修改。"})
    if len(words) > LONGEST_WORDS:
        raise InvalidInput(
            NOTHING, fields={key: f"第 {number} 项的意见最多 {LONGEST_WORDS} 字，现有 {len(words)} 字。"}
        )
    return replace(answer, words=words)


def _refuse_unseen(own: dict[int, OwnTask], said: dict[int, Answer]) -> None:
    """What a colleague has answered meanwhile is not replaced by somebody who did not see it."""
    fields: dict[str, str] = {}
    for task_id, answer in said.items():
        there = own[task_id].answer
        told, wanted = there.told if there else "", told_as(answer.answer, answer.words)
        if there and answer.shown is not None and told not in (plain(answer.shown), wanted):
            theirs = f"“{there.label}{f'：{there.words}' if there.words else ''}”"
            fields[f"words-{task_id}"] = f"{there.author}刚刚答复了{theirs}，请对照后再提交，以您的为准。"
    if fields:
        raise InvalidInput("有几项同事刚刚答复过，意见没有提交。", fields=fields)


def _keep(session: Session, plan: Plan, said: dict[int, Answer], actor: Viewer) -> list[Answer]:
    query = select(TaskComment).where(
        col(TaskComment.plan_id) == plan.id,
        col(TaskComment.round) == plan.comment_round,
        col(TaskComment.department_id) == actor.department_id,
    )
    found = {comment.task_id: comment for comment in session.execute(query).scalars()}
    given, deeds = [], []
    for task_id, answer in said.items():
        comment = found.get(task_id)
        if comment is not None and (comment.answer, comment.words) == (answer.answer, answer.words):
            continue
        before = {"answer": comment.answer.value, "words": comment.words} if comment is not None else None
        if comment is None:
            comment = TaskComment(
                jurisdiction_id=plan.jurisdiction_id,
                plan_id=plan.id or 0,
                task_id=task_id,
                department_id=actor.department_id or 0,
                department_name=actor.department_name,
                round=plan.comment_round,
                answer=answer.answer,
                author_name=actor.name,
                answered_at=actor.now,
            )
        comment.answer, comment.words = answer.answer, answer.words
        comment.author_name, comment.answered_at = actor.name, actor.now
        # What was settled was another answer.
        comment.is_adopted, comment.reply, comment.settled_by, comment.settled_at = None, "", "", None
        session.add(comment)
        given.append(answer)
        detail = {
            "unit": actor.department_name,
            "round": plan.comment_round,
            "before": before,
            "answer": answer.answer.value,
            "words": answer.words,
        }
        deeds.append({"kind": "task_commented", "plan_id": plan.id, "task_id": task_id, "detail": detail})
    session.flush()
    events.record_all(session, actor, deeds)
    return given


def _take_turns(session: Session, actor: Viewer) -> None:
    """Colleagues of one unit answer one after the other."""
    mine = select(col(Department.id)).where(col(Department.id) == actor.department_id)
    session.execute(mine.with_for_update(key_share=True))
