"""征求意见: what units answered to a draft, task by task, for whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import Role
from app.models.comment import CommentAnswer, TaskComment
from app.models.directory import Department
from app.models.plan import Plan
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.own import own_row
from app.queries.stages import without_answer
from app.queries.tasks import Named
from app.queries.visible import holds
from app.rules.permissions import Action, Viewer, can
from app.rules.text import plain

ANSWER_LABELS = {CommentAnswer.AGREE: "无意见", CommentAnswer.CHANGE: "建议修改"}
ROLE_LABELS = {
    AssignmentRole.LEAD: "牵头",
    AssignmentRole.MAIN: "主责",
    AssignmentRole.SUPPORTING: "配合",
}


def told_as(answer: CommentAnswer, words: str) -> str:
    """An answer in one line, to tell whether it is still the one somebody saw."""
    return plain(f"{ANSWER_LABELS[answer]} {words}")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One unit's answer on one task in one round."""

    id: int
    task_id: int
    number: str
    standard: str
    department_id: int
    department: str
    round: int
    answer: CommentAnswer
    words: str
    author: str
    answered_at: datetime
    is_adopted: bool | None
    reply: str
    settled_by: str

    @property
    def label(self) -> str:
        return ANSWER_LABELS[self.answer]

    @property
    def told(self) -> str:
        """What a form filled from it was filled from."""
        return told_as(self.answer, self.words)

    @property
    def verdict(self) -> str:
        """采纳, 不采纳, or nothing yet."""
        return "" if self.is_adopted is None else "采纳" if self.is_adopted else "不采纳"


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A task of the viewer's unit, its answer of this round, and what was said in rounds before."""

    id: int
    number: str
    standard: str
    role: str
    due_text: str
    due_on: date
    answer: AnswerRow | None
    before: list[AnswerRow]


@dataclass(frozen=True, slots=True)
class AllAnswers:
    """What the supervision office reads: answers by task, and who has not answered."""

    rows: list[AnswerRow]
    total: int
    changes: int
    unsettled: int
    unanswered: list[Named]


def own_tasks(session: Session, viewer: Viewer, plan: Plan) -> list[OwnTask]:
    """Every task the viewer's unit has a part in, in the order of the document; empty for who is of no unit."""
    if viewer.role is not Role.LIAISON:
        return []
    query: Select[*tuple[Any, ...]] = (
        select(
            col(Task.id),
            col(Task.number),
            col(Task.standard),
            col(Task.due_text),
            col(Task.due_on),
            col(Assignment.role),
        )
        .join(Assignment, col(Assignment.task_id) == col(Task.id))
        .where(
            col(Task.plan_id) == plan.id,
            col(Task.withdrawn_at).is_(None),
            col(Task.parent_id).is_(None),
            col(Assignment.department_id) == viewer.department_id,
            holds(viewer.today),
        )
        .order_by(col(Task.position), col(Task.id))
    )
    said: dict[int, list[AnswerRow]] = {}
    mine = _answers(plan).where(col(TaskComment.department_id) == viewer.department_id)
    for told in _told(session, mine):
        said.setdefault(told.task_id, []).append(told)
    tasks: dict[int, OwnTask] = {}
    for row in session.execute(query):
        answers = said.get(row.id, [])
        now = next((each for each in answers if each.round == plan.comment_round), None)
        before = [each for each in answers if each.round != plan.comment_round]
        tasks.setdefault(
            row.id,
            OwnTask(
                row.id,
                row.number,
                row.standard,
                ROLE_LABELS[row.role],
                row.due_text,
                row.due_on,
                now,
                before,
            ),
        )
    return list(tasks.values())


def all_answers(
    session: Session, viewer: Viewer, plan: Plan, *, only_changes: bool = False, task_id: int | None = None
) -> AllAnswers:
    """All answers of all rounds by task, the newest round first; a liaison sees those of his own unit."""
    query = _answers(plan)
    if viewer.role is Role.LIAISON:
        query = query.where(col(TaskComment.department_id) == viewer.department_id)
    if task_id is not None:
        query = query.where(col(TaskComment.task_id) == task_id)
    rows = _told(session, query) if can(viewer, Action.VIEW_PLAN) else []
    changes = [row for row in rows if row.answer is CommentAnswer.CHANGE]
    asked = plan.comment_round and viewer.role is not Role.LIAISON
    return AllAnswers(
        rows=changes if only_changes else rows,
        total=len(rows),
        changes=len(changes),
        unsettled=sum(row.is_adopted is None for row in changes),
        unanswered=without_answer(session, plan, viewer.today) if asked else [],
    )


def get_comment(session: Session, viewer: Viewer, plan: Plan, comment_id: int) -> TaskComment:
    """Raises ``NotFound`` when there is none of this plan."""
    found = own_row(session, viewer, TaskComment, comment_id)
    if found is None or found.plan_id != plan.id:
        raise NotFound("没有找到这条意见。", "请从“征求意见”页面重新选择。")
    return found


def _answers(plan: Plan) -> Select[*tuple[Any, ...]]:
    return (
        select(TaskComment, col(Task.number), col(Task.standard))
        .join(Task, col(Task.id) == col(TaskComment.task_id))
        .join(Department, col(Department.id) == col(TaskComment.department_id))
        .where(col(TaskComment.plan_id) == plan.id)
        .order_by(
            col(Task.position),
            col(Task.id),
            col(TaskComment.round).desc(),
            col(Department.position),
            col(TaskComment.id),
        )
    )


def _told(session: Session, query: Select[*tuple[Any, ...]]) -> list[AnswerRow]:
    return [
        AnswerRow(
            id=comment.id or 0,
            task_id=comment.task_id,
            number=number,
            standard=standard,
            department_id=comment.department_id,
            department=comment.department_name,
            round=comment.round,
            answer=comment.answer,
            words=comment.words,
            author=comment.author_name,
            answered_at=comment.answered_at,
            is_adopted=comment.is_adopted,
            reply=comment.reply,
            settled_by=comment.settled_by,
        )
        for comment, number, standard in session.execute(query)
    ]
