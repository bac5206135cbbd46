"""申请延期、申请办结、申请中止, and what is decided on them or without them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.models.application import Application, ApplicationKind
from app.models.task import Task
from app.queries import applications as application_queries
from app.queries import evidence as evidence_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.page import Page
from app.rules.permissions import Action, Viewer, can, needs
from app.services import applications as application_services
from app.services import closing as closing_services
from app.services.applications import Wish
from app.templating import render, with_query
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import day_or_none, sentences_of

router = APIRouter()
PAGE_SIZE = 50


class WishForm(BaseModel):
    """An application as it is filled in."""

    kind: str = ""
    reason: str = ""
    progress: str = ""
    due_on: str = ""

    def wish(self) -> Wish:
        """Raises ``InvalidInput`` for a kind there is none of."""
        if self.kind not in list(ApplicationKind):
            raise InvalidInput("申请没有提出。", "请从任务页面选择申请延期、办结或中止。")
        return Wish(ApplicationKind(self.kind), self.reason, self.progress, day_or_none(self.due_on))


class WordsForm(BaseModel):
    """A deed of the supervision office and why."""

    words: str = ""


class DecisionForm(BaseModel):
    """The answer to an application: verify, complete, approve or refuse."""

    decision: str = ""
    verified_words: str = ""
    words: str = ""


@router.get("/plans/{plan_id}/applications")
@needs(Action.VIEW_PROGRESS)
def list_applications(
    request: Request,
    plan: PlanDep,
    viewer: ViewerDep,
    session: SessionDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    found = application_queries.list_applications(session, viewer, plan, page=page, size=PAGE_SIZE)
    path = f"/plans/{plan.id}/applications"

    def href(number: int) -> str:
        return with_query(path, {"page": number if number > 1 else ""})

    may_decide = can(viewer, Action.DECIDE_APPLICATIONS)
    return render(
        request,
        "applications/index.html",
        plan=plan,
        title="申请审批" if may_decide else "申请",
        page=Page(found.items, found.number, found.size, found.total, href),
        awaited=application_queries.count_waiting(session, viewer, plan),
        may_decide=may_decide,
    )


@router.get("/applications/{application_id}")
@needs(Action.VIEW_PROGRESS)
def show_application(
    request: Request, application_id: RowId, viewer: ViewerDep, session: SessionDep
) -> Response:
    application = application_queries.get_application(session, viewer, application_id)
    return _page(request, session, viewer, application)


@router.post("/applications/{application_id}/decision")
@needs(Action.DECIDE_APPLICATIONS)
def decide(
    request: Request,
    application_id: RowId,
    form: Annotated[DecisionForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    application = application_queries.get_application(session, viewer, application_id)
    try:
        with session.begin_nested():  # verified and not completed would be half of what was asked
            done = _decide(session, application, form, viewer)
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, application, form, refusal)
    back = f"/plans/{application.plan_id}/applications"
    return redirect(f"/applications/{application.id}" if done == "task_verified" else back, done)


@router.post("/applications/{application_id}/withdraw")
@needs(Action.APPLY)
def withdraw(application_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    application = application_queries.get_application(session, viewer, application_id)
    application_services.withdraw_application(session, application, actor=viewer)
    return redirect(f"/tasks/{application.task_id}", "application_withdrawn")


@router.post("/tasks/{task_id}/applications")
@needs(Action.APPLY)
def apply(
    request: Request,
    task_id: RowId,
    form: Annotated[WishForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    wish = form.wish()
    try:
        application_services.make_application(session, task, wish, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return form_again(request, session, viewer, task, "applications", form, refusal)
    return redirect(f"/tasks/{task_id}#applications", "application_made")


@router.post("/tasks/{task_id}/complete")
@needs(Action.DECIDE_APPLICATIONS)
def complete(
    request: Request,
    task_id: RowId,
    form: Annotated[WordsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    return _deed(request, session, viewer, task_id, form, "complete", "task_completed")


@router.post("/tasks/{task_id}/reopen")
@needs(Action.DECIDE_APPLICATIONS)
def reopen(
    request: Request,
    task_id: RowId,
    form: Annotated[WordsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    return _deed(request, session, viewer, task_id, form, "reopen", "task_reopened")


@router.post("/tasks/{task_id}/suspend")
@needs(Action.DECIDE_APPLICATIONS)
def suspend(
    request: Request,
    task_id: RowId,
    form: Annotated[WordsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    return _deed(request, session, viewer, task_id, form, "suspend", "task_suspended")


@router.post("/tasks/{task_id}/resume")
@needs(Action.DECIDE_APPLICATIONS)
def resume(
    request: Request,
    task_id: RowId,
    form: Annotated[WordsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    return _deed(request, session, viewer, task_id, form, "resume", "task_resumed")


def form_again(
    request: Request,
    session: Session,
    viewer: Viewer,
    task: Task,
    deed: str,
    typed: BaseModel,
    refusal: AppError,
) -> Response:
    """A form of the task's page as it was filled in, with what is wrong with it."""
    return render(
        request,
        "applications/form.html",
        status=refusal.status,
        plan=plan_queries.get_plan(session, viewer, task.plan_id),
        task=task,
        deed=deed,
        typed=typed,
        latest_due=application_queries.latest_due_of(session, task),
        errors=sentences_of(refusal),
    )


DEEDS: dict[str, Callable[..., None]] = {
    "complete": closing_services.complete,
    "reopen": closing_services.reopen,
    "suspend": closing_services.suspend,
    "resume": closing_services.resume,
}


def _deed(
    request: Request, session: Session, viewer: Viewer, task_id: int, form: WordsForm, deed: str, done: str
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    try:
        DEEDS[deed](session, task, form.words, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return form_again(request, session, viewer, task, deed, form, refusal)
    return redirect(f"/tasks/{task_id}", done)


def _decide(session: Session, application: Application, form: DecisionForm, viewer: Viewer) -> str:
    """Do what the button said; the word for the next page's sentence."""
    if form.decision == "refuse":
        application_services.refuse(session, application, form.words, actor=viewer)
        return "application_refused"
    if form.decision == "approve":
        application_services.approve(session, application, form.words, actor=viewer)
        return "application_approved"
    if form.decision not in ("verify", "complete"):
        raise InvalidInput("没有看清您的答复，申请没有改动。", "请用表下的按钮答复。")
    application_services.verify(session, application, form.verified_words, actor=viewer)
    if form.decision == "verify":
        return "task_verified"
    application_services.approve(session, application, form.words, actor=viewer)
    return "task_completed"


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    application: Application,
    form: DecisionForm | None = None,
    refusal: AppError | None = None,
) -> Response:
    plan = plan_queries.get_plan(session, viewer, application.plan_id)
    each = application_queries.describe(session, application)
    rows = task_queries.rows_of(session, viewer, plan, [application.task_id])
    task = session.get_one(Task, application.task_id)
    context: dict[str, Any] = {
        "plan": plan,
        "each": each,
        "row": rows[0] if rows else None,
        "evidence": len(evidence_queries.of_task(session, viewer, task)),
        "may_decide": can(viewer, Action.DECIDE_APPLICATIONS),
        "typed": form or DecisionForm(verified_words=each.verified_words),
        "errors": sentences_of(refusal),
    }
    return render(request, "applications/show.html", status=refusal.status if refusal else 200, **context)
