"""人工评定 and 量化指标 of a task."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.models.task import Rating, Task
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.rules.permissions import Action, Viewer, needs
from app.rules.status import LIGHT_LABELS, Light
from app.services import ratings as rating_services
from app.services import targets as target_services
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of

router = APIRouter(prefix="/tasks/{task_id}")
RATINGS = [(rating.value, LIGHT_LABELS[Light(rating.value)]) for rating in Rating]


class RatingForm(BaseModel):
    """评定: which status, and why."""

    rating: str = ""
    reason: str = ""

    def chosen(self) -> Rating | None:
        return Rating(self.rating) if self.rating in list(Rating) else None


class TargetForm(BaseModel):
    """量化指标 as it is filled in."""

    name: str = ""
    target: str = ""
    unit: str = ""


@router.post("/rating")
@needs(Action.RATE_TASK)
def rate(
    request: Request,
    task_id: RowId,
    form: Annotated[RatingForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    try:
        rating_services.rate(session, task, form.chosen(), form.reason, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return _again(request, session, viewer, task, "rating", "评定状态", form, refusal)
    return redirect(f"/tasks/{task_id}", "task_rated")


@router.post("/rating/lift")
@needs(Action.RATE_TASK)
def lift_rating(task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    rating_services.lift(session, task, actor=viewer)
    return redirect(f"/tasks/{task_id}", "task_rating_lifted")


@router.post("/target")
@needs(Action.RATE_TASK)
def set_target(
    request: Request,
    task_id: RowId,
    form: Annotated[TargetForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    try:
        target_services.set_target(
            session, task, name=form.name, target=form.target, unit=form.unit, actor=viewer
        )
    except (InvalidInput, Conflict) as refusal:
        return _again(request, session, viewer, task, "target", "量化指标", form, refusal)
    return redirect(f"/tasks/{task_id}", "target_set")


@router.post("/target/remove")
@needs(Action.RATE_TASK)
def remove_target(task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    target_services.remove_target(session, task, actor=viewer)
    return redirect(f"/tasks/{task_id}", "target_removed")


def _again(
    request: Request,
    session: Session,
    viewer: Viewer,
    task: Task,
    deed: str,
    title: str,
    typed: BaseModel,
    refusal: AppError,
) -> Response:
    """The form as it was filled in, with what is wrong with it."""
    return render(
        request,
        "ratings/form.html",
        status=refusal.status,
        plan=plan_queries.get_plan(session, viewer, task.plan_id),
        task=task,
        deed=deed,
        title=title,
        typed=typed,
        ratings=RATINGS,
        errors=sentences_of(refusal),
    )
