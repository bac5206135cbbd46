"""填报周期: how often and by when units report; opening and closing a period."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.models.plan import DueShift, PeriodCycle, Plan
from app.queries import periods as period_queries
from app.queries.directory_sheet import day_in
from app.queries.periods import CYCLE_LABELS, PeriodBounds
from app.rules.permissions import Action, Viewer, needs
from app.services import period_settings
from app.services import periods as period_services
from app.services.period_settings import PeriodSettings
from app.templating import render
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of, whole_number

router = APIRouter()
SHIFTS = (
    (DueShift.LATER, "顺延到之后的第一个工作日"),
    (DueShift.EARLIER, "提前到之前的最后一个工作日"),
)
PREVIEW = "preview"


class SettingsForm(BaseModel):
    """The settings as they are filled in; ``step`` says whether to show what they would do, or to keep them."""

    cycle: str = ""
    due_day: str = ""
    due_months_after: str = ""
    due_shift: str = ""
    remind_days: str = ""
    yellow_points: str = ""
    red_points: str = ""
    step: str = PREVIEW

    @classmethod
    def of(cls, plan: Plan) -> "SettingsForm":
        return cls(**{name: str(value) for name, value in asdict(PeriodSettings.of(plan)).items()})

    def settings(self) -> PeriodSettings:
        """Nonsense in a number is refused by the service, with a sentence at the field. Raises ``InvalidInput``."""
        if self.cycle not in list(PeriodCycle) or self.due_shift not in list(DueShift):
            raise InvalidInput("填报周期没有保存。", fields={"cycle": "请选择填报周期和遇休息日的处理。"})
        return PeriodSettings(
            PeriodCycle(self.cycle),
            whole_number(self.due_day),
            whole_number(self.due_months_after),
            DueShift(self.due_shift),
            whole_number(self.remind_days),
            whole_number(self.yellow_points),
            whole_number(self.red_points),
        )


class OpenForm(BaseModel):
    """The first day of the period to open."""

    starts_on: str = ""


class CloseForm(BaseModel):
    """Whether to close although reports wait for review, or although the due day has not come."""

    unreviewed: str = ""
    early: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """A close that was refused, with what was ticked for it."""

    period_id: int
    unreviewed: bool
    early: bool


@router.get("/plans/{plan_id}/periods")
@needs(Action.MANAGE_PERIODS)
def show_periods(request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    return _page(request, session, viewer, plan)


@router.post("/plans/{plan_id}/periods")
@needs(Action.MANAGE_PERIODS)
def set_periods(
    request: Request,
    plan: PlanDep,
    form: Annotated[SettingsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    try:
        settings = form.settings()
        if form.step == PREVIEW:
            would_be = period_settings.preview(session, plan, settings, actor=viewer)
            return _page(request, session, viewer, plan, form, would_be=would_be)
        period_settings.set_periods(session, plan, settings, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, plan, form, refusal)
    return redirect(f"/plans/{plan.id}/periods", "periods_set")


@router.post("/plans/{plan_id}/periods/open")
@needs(Action.MANAGE_PERIODS)
def open_period(
    request: Request,
    plan: PlanDep,
    form: Annotated[OpenForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    try:
        period_services.open_period(session, plan, _first_day(form), actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, plan, refusal=refusal)
    return redirect(f"/plans/{plan.id}/periods", "period_opened")


@router.post("/periods/{period_id}/close")
@needs(Action.MANAGE_PERIODS)
def close_period(
    request: Request,
    period_id: RowId,
    form: Annotated[CloseForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    period = period_queries.get_period(session, viewer, period_id)
    try:
        period_services.close(
            session, period, actor=viewer, unreviewed=bool(form.unreviewed), early=bool(form.early)
        )
    except Conflict as refusal:
        plan = period_queries.plan_of(session, viewer, period)
        closing = Closing(period_id, bool(form.unreviewed), bool(form.early))
        return _page(request, session, viewer, plan, refusal=refusal, closing=closing)
    return redirect(f"/plans/{period.plan_id}/periods", "period_closed")


@router.get("/periods/{period_id}/close")
@needs(Action.MANAGE_PERIODS)
def show_periods_instead(period_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    """Where a refused close's own address leads when it is opened again."""
    period = period_queries.get_period(session, viewer, period_id)
    return redirect(f"/plans/{period.plan_id}/periods")


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    form: SettingsForm | None = None,
    refusal: AppError | None = None,
    *,
    would_be: list[PeriodBounds] | None = None,
    closing: Closing | None = None,
) -> Response:
    return render(
        request,
        "periods/index.html",
        status=refusal.status if refusal else 200,
        plan=plan,
        rows=period_queries.list_periods(session, viewer, plan),
        form=form or SettingsForm.of(plan),
        is_edited=form is not None,
        errors=sentences_of(refusal),
        would_be=would_be,
        closing=closing,
        cycles=list(CYCLE_LABELS.items()),
        shifts=SHIFTS,
        today=viewer.today,
    )


def _first_day(form: OpenForm) -> date:
    try:
        day = day_in(form.starts_on)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("没有说明开启哪一期，没有开启。", "请从下面的列表中开启。")
    return day
