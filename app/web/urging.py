"""催办: who owes reports, slips to them, and the slip as it is printed and signed for."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.models.plan import Plan, PlanState
from app.models.urging import Urging
from app.queries import owed as owed_queries
from app.queries import tasks as task_queries
from app.queries import urging as urging_queries
from app.queries.page import Page
from app.rules.permissions import Action, Viewer, can, needs
from app.services import urging as urging_services
from app.services.urging import Issued
from app.templating import render, with_query
from app.web.applications import form_again
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import DemandForm, sentences_of, whole_number

router = APIRouter()
PAGE_SIZE = 50


class UrgingForm(DemandForm):
    """The same for several units of one period."""

    period: str = ""
    departments: list[str] = Field(default_factory=list)

    def chosen(self) -> list[int]:
        return [number for each in self.departments if (number := whole_number(each)) is not None]


class VoidForm(BaseModel):
    """Why a slip is taken back."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was filled in, and why it was not done."""

    form: UrgingForm
    refusal: AppError


@router.get("/plans/{plan_id}/urging")
@needs(Action.VIEW_PROGRESS)
def show_urging(
    request: Request,
    plan: PlanDep,
    viewer: ViewerDep,
    session: SessionDep,
    period: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    return _page(request, session, viewer, plan, whole_number(period), page)


@router.post("/plans/{plan_id}/urging")
@needs(Action.URGE)
def urge(
    request: Request,
    plan: PlanDep,
    form: Annotated[UrgingForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    wanted = whole_number(form.period)
    period = urging_queries.period_urged(
        urging_queries.periods_to_urge(session, viewer, plan), viewer.today, wanted
    )
    try:
        if period is None:
            raise Conflict("这一期已经关闭，没有发出催办单。", "请重新选择要催办的一期。")
        issued = urging_services.urge_departments(
            session, plan, period, form.chosen(), form.demand(), actor=viewer
        )
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, plan, wanted, 1, Refused(form, refusal))
    return redirect(f"/plans/{plan.id}/urging#slips", _said(issued))


@router.get("/urging/{urging_id}")
@needs(Action.VIEW_PROGRESS)
def show_slip(request: Request, urging_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    urging = urging_queries.get_urging(session, viewer, urging_id)
    return _slip(request, session, viewer, urging)


@router.post("/urging/{urging_id}/receive")
@needs(Action.ANSWER_URGING)
def receive(request: Request, urging_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    urging = urging_queries.get_urging(session, viewer, urging_id)
    try:
        urging_services.receive(session, urging, actor=viewer)
    except Conflict as refusal:
        return _slip(request, session, viewer, urging, refusal=refusal)
    return redirect(f"/urging/{urging.id}", "urging_received")


@router.post("/urging/{urging_id}/void")
@needs(Action.URGE)
def void(
    request: Request,
    urging_id: RowId,
    form: Annotated[VoidForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    urging = urging_queries.get_urging(session, viewer, urging_id)
    try:
        urging_services.void(session, urging, form.reason, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return _slip(request, session, viewer, urging, form, refusal)
    return redirect(f"/urging/{urging.id}", "urging_voided")


@router.post("/tasks/{task_id}/urging")
@needs(Action.URGE)
def urge_for_task(
    request: Request,
    task_id: RowId,
    form: Annotated[DemandForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    try:
        issued = urging_services.urge_for_task(session, task, form.demand(), actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return form_again(request, session, viewer, task, "urging", form, refusal)
    return redirect(f"/tasks/{task_id}#applications", _said(issued))


def _slip(
    request: Request,
    session: Session,
    viewer: Viewer,
    urging: Urging,
    typed: VoidForm | None = None,
    refusal: AppError | None = None,
) -> Response:
    slip = urging_queries.describe(session, viewer, urging)
    return render(
        request,
        "urging/show.html",
        status=refusal.status if refusal else 200,
        plan=slip.plan,
        slip=slip,
        may_receive=slip.is_own and can(viewer, Action.ANSWER_URGING, urging_queries.shares_in(urging)),
        may_void=can(viewer, Action.URGE) and slip.plan.state is not PlanState.ARCHIVED,
        typed=typed or VoidForm(),
        errors=sentences_of(refusal),
    )


def _said(issued: Issued) -> str:
    """The word for what happened: sent, sent to some, or nothing because today's slips say the same."""
    if not issued.slips:
        return "urging_repeated"
    return "urging_issued_to_some" if issued.repeated else "urging_issued"


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    wanted: int | None,
    number: int,
    refused: Refused | None = None,
) -> Response:
    may_urge = can(viewer, Action.URGE)
    periods = urging_queries.periods_to_urge(session, viewer, plan) if may_urge else []
    period = urging_queries.period_urged(periods, viewer.today, wanted) or next(iter(periods), None)
    slips = urging_queries.list_slips(session, viewer, plan, page=number, size=PAGE_SIZE)
    path = f"/plans/{plan.id}/urging"

    def href(each: int) -> str:
        return with_query(path, {"period": wanted or "", "page": each if each > 1 else ""})

    if refused:
        typed = refused.form
    else:
        usual = DemandForm.of(urging_services.usual_demand(session, viewer))
        typed = UrgingForm(words=usual.words, answer_by=usual.answer_by)
    return render(
        request,
        "urging/index.html",
        status=refused.refusal.status if refused else 200,
        plan=plan,
        may_urge=may_urge,
        periods=periods,
        period=period,
        units=urging_queries.late_units(session, viewer, plan, period) if period else [],
        groups=owed_queries.silent_departments(session, viewer, plan, period.starts_on).groups
        if period
        else [],
        slips=Page(slips.items, slips.number, slips.size, slips.total, href),
        typed=typed,
        chosen=typed.chosen(),
        errors=sentences_of(refused.refusal) if refused else {},
        today=viewer.today,
    )
