"""征求意见: a unit answers to a draft; the supervision office reads, settles and takes the answers along."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.downloads import attachment
from app.errors import Conflict, InvalidInput
from app.models.account import Role
from app.models.comment import CommentAnswer
from app.models.plan import Plan, PlanState
from app.queries import comments as comment_queries
from app.reports.comments import FILE_NAME, comments_workbook
from app.reports.ledger import WORKBOOK_TYPE
from app.reports.names import name_of_table
from app.rules.permissions import Action, Viewer, can, needs
from app.services import comments as comment_services
from app.services.comments import Answer
from app.templating import render, with_query
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()


class CommentsForm(BaseModel):
    """A unit's answers, row by row in the order of the page; ``rest`` is pressed for 其余全部无意见.

    ``was`` is what the page showed in each row.
    """

    task: list[str] = []
    was: list[str] = []
    answer: list[str] = []
    words: list[str] = []
    rest: str = ""

    def answers(self) -> list[Answer]:
        """Rows without an answer are left out; words alone are a wish for a change."""
        found = []
        rows = list(zip(self.task, self.answer, self.words, strict=False))
        for (task, answer, words), was in zip_longest(rows, self.was[: len(rows)]):
            number = whole_number(task)
            said = answer or (CommentAnswer.CHANGE if words.strip() else "")
            if number and said in list(CommentAnswer):
                kept = words if said == CommentAnswer.CHANGE else ""
                found.append(Answer(number, CommentAnswer(said), kept, was))
        return found

    def typed(self) -> dict[int, tuple[str, str]]:
        rows = zip(self.task, self.answer, self.words, strict=False)
        return {whole_number(task) or 0: (answer, words) for task, answer, words in rows}


class SettleForm(BaseModel):
    """采纳 (1) or 不采纳 (0), and the reply."""

    is_adopted: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and refused: by a unit (by task), or in the settling of one comment."""

    errors: dict[str, str]
    typed: dict[int, tuple[str, str]]
    comment_id: int = 0
    settled: SettleForm | None = None
    status: int = 200


@router.get("/plans/{plan_id}/comments")
@needs(Action.VIEW_PLAN)
def show_comments(
    request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep, show: str = "", task: str = ""
) -> Response:
    return _page(request, session, viewer, plan, Refused({}, {}), show, whole_number(task))


@router.post("/plans/{plan_id}/comments")
@needs(Action.COMMENT_TASK)
def give_comments(
    request: Request,
    plan: PlanDep,
    form: Annotated[CommentsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    try:
        comment_services.give_comments(
            session, plan, form.answers(), actor=viewer, agree_with_rest=bool(form.rest)
        )
    except (InvalidInput, Conflict) as refusal:
        errors = getattr(refusal, "fields", {}) or {"": refusal.sentence()}
        return _page(request, session, viewer, plan, Refused(errors, form.typed(), status=refusal.status))
    return redirect(f"/plans/{plan.id}/comments", "comments_given")


@router.post("/plans/{plan_id}/comments/{comment_id}")
@needs(Action.ADVANCE_PLAN)
def settle(
    request: Request,
    plan: PlanDep,
    comment_id: RowId,
    form: Annotated[SettleForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
    show: str = "",
) -> Response:
    comment = comment_queries.get_comment(session, viewer, plan, comment_id)
    verdict = {"1": True, "0": False}.get(form.is_adopted)
    try:
        comment_services.settle(session, plan, comment, verdict, form.reply, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        errors = getattr(refusal, "fields", {}) or {"": refusal.sentence()}
        refused = Refused(errors, {}, comment_id, form, refusal.status)
        return _page(request, session, viewer, plan, refused, show)
    address = with_query(f"/plans/{plan.id}/comments", {"show": show})
    return redirect(f"{address}#task-{comment.task_id}", "comment_settled")


@router.get("/plans/{plan_id}/comments.xlsx")
@needs(Action.VIEW_PLAN)
def download_comments(plan: PlanDep, viewer: ViewerDep, session: SessionDep, show: str = "") -> Response:
    found = comment_queries.all_answers(session, viewer, plan, only_changes=show == "change")
    note = f"答复 {found.total} 条，其中建议修改 {found.changes} 条。"
    if found.unanswered:
        note += f"未答复完的单位：{'、'.join(unit.name for unit in found.unanswered)}。"
    content = comments_workbook(plan.title, note, found.rows)
    return attachment(content, name=name_of_table(FILE_NAME, plan.title), media_type=WORKBOOK_TYPE)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    refused: Refused,
    show: str = "",
    task_id: int | None = None,
) -> Response:
    if viewer.role is Role.LIAISON:
        return render(
            request,
            "comments/own.html",
            status=refused.status,
            plan=plan,
            tasks=comment_queries.own_tasks(session, viewer, plan),
            is_open=plan.state is PlanState.COMMENT,
            refused=refused,
        )
    only_changes = show == "change"
    return render(
        request,
        "comments/index.html",
        status=refused.status,
        plan=plan,
        found=comment_queries.all_answers(session, viewer, plan, only_changes=only_changes, task_id=task_id),
        show=show,
        may_settle=can(viewer, Action.ADVANCE_PLAN),
        is_open=plan.state is PlanState.COMMENT,
        refused=refused,
    )
