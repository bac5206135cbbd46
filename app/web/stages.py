"""办理阶段: where a plan stands, and the step to take next."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.queries import stages as stage_queries
from app.queries.directory_sheet import day_in
from app.queries.working_days import work_calendar
from app.rules.permissions import Action, Viewer, needs
from app.services import plan_titles
from app.services import stages as stage_services
from app.templating import render
from app.web.deps import PlanDep, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of

router = APIRouter()
DAYS_TO_ANSWER, DAYS_TO_SIGN = timedelta(days=7), timedelta(days=5)
"""What the forms propose, or the working day after; the office changes it."""
DONE = {
    "open_comments": "comment_round_opened",
    "end_comments": "comment_round_ended",
    "issue": "plan_issued",
    "close": "plan_closed",
    "reopen": "plan_reopened",
    "archive": "plan_archived",
}


class StepForm(BaseModel):
    """The step to take, what it wants to know, and what the person was told before."""

    step: str = ""
    due_on: str = ""
    shown: str = ""
    title: str = ""


class TitleForm(BaseModel):
    """What the table is to be called."""

    title: str = ""


@router.get("/plans/{plan_id}/stage")
@needs(Action.ADVANCE_PLAN)
def show_stage(request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    return _page(request, session, viewer, plan, StepForm())


@router.post("/plans/{plan_id}/stage")
@needs(Action.ADVANCE_PLAN)
def take_step(
    request: Request,
    plan: PlanDep,
    form: Annotated[StepForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    try:
        _take(session, plan, form, viewer)
    except InvalidInput as refusal:
        errors = refusal.fields or {"": refusal.sentence()}
        return _page(request, session, viewer, plan, form, errors, refusal.status)
    except Conflict as refusal:
        return _page(request, session, viewer, plan, form, {"": refusal.sentence()}, refusal.status)
    return redirect(f"/plans/{plan.id}/stage", DONE[form.step])


@router.post("/plans/{plan_id}/stage/title")
@needs(Action.RENAME_PLAN)
def rename(
    request: Request,
    plan: PlanDep,
    form: Annotated[TitleForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    try:
        plan_titles.rename(session, plan, form.title, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        typed = StepForm(step="rename", title=form.title)
        return _page(request, session, viewer, plan, typed, sentences_of(refusal), refusal.status)
    return redirect(f"/plans/{plan.id}/stage", "plan_renamed")


def _take(session: Session, plan: Plan, form: StepForm, viewer: Viewer) -> None:
    match form.step:
        case "open_comments":
            stage_services.open_comment_round(session, plan, _day(form), actor=viewer)
        case "end_comments":
            stage_services.end_comment_round(session, plan, actor=viewer)
        case "issue":
            stage_services.issue(session, plan, _day(form), actor=viewer, title=form.title, shown=form.shown)
        case "close":
            stage_services.close(session, plan, actor=viewer, shown=form.shown)
        case "reopen":
            stage_services.reopen(session, plan, actor=viewer)
        case "archive":
            stage_services.archive(session, plan, actor=viewer)
        case _:
            raise InvalidInput("没有选择要办的一步，未作任何改动。", "请按页面上的按钮办理。")


def _day(form: StepForm) -> date:
    """The day wanted. Raises ``InvalidInput`` where there is none."""
    try:
        day = day_in(form.due_on)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("没有保存，未作任何改动。", fields={"due_on": "请填写日期，年、月、日写全。"})
    return day


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    form: StepForm,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    calendar = work_calendar(session, viewer.jurisdiction_id)
    return render(
        request,
        "stages/show.html",
        status=status,
        plan=plan,
        view=stage_queries.stage_view(session, viewer, plan),
        form=form,
        errors=errors or {},
        answer_by=calendar.after(viewer.today, DAYS_TO_ANSWER),
        sign_by=calendar.after(viewer.today, DAYS_TO_SIGN),
    )
