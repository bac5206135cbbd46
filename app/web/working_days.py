"""工作日: the published calendar, and the office's own exceptions."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.queries.directory_sheet import day_in
from app.queries.working_days import EARLIEST_YEAR, LATEST_YEAR, NoticePreview, preview_notice, year_of
from app.rules.permissions import Action, Viewer, needs
from app.services import working_days as working_day_services
from app.templating import render
from app.web.deps import SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of, whole_number

router = APIRouter(prefix="/working-days")
WORKING = {"1": True, "0": False}


class DayForm(BaseModel):
    """A day, whether the office works on it, and why."""

    day: str = ""
    is_working: str = ""
    note: str = ""


class NoticeForm(BaseModel):
    """The lines of a notice and the year they are about; ``days`` is how many changes the person was shown."""

    text: str = ""
    year: str = ""
    days: str = ""


@router.get("")
@needs(Action.MANAGE_PERIODS)
def show_working_days(request: Request, viewer: ViewerDep, session: SessionDep, year: str = "") -> Response:
    return _page(request, session, viewer, _year(year, viewer))


@router.post("")
@needs(Action.MANAGE_PERIODS)
def set_day(
    request: Request, form: Annotated[DayForm, Form()], viewer: ViewerDep, session: SessionDep
) -> Response:
    day = _day(form.day)
    try:
        is_working = WORKING.get(form.is_working)
        working_day_services.set_day(session, day, is_working, form.note, actor=viewer)
    except InvalidInput as refusal:
        year = day.year if day else viewer.today.year
        return _page(request, session, viewer, _year(str(year), viewer), refusal, day_form=form)
    return redirect(f"/working-days?year={day.year if day else ''}", "calendar_changed")


@router.post("/remove")
@needs(Action.MANAGE_PERIODS)
def remove_day(form: Annotated[DayForm, Form()], viewer: ViewerDep, session: SessionDep) -> Response:
    day = _day(form.day)
    if day is None:
        return redirect("/working-days")
    working_day_services.remove_day(session, day, actor=viewer)
    return redirect(f"/working-days?year={day.year}", "calendar_changed")


@router.post("/notice")
@needs(Action.MANAGE_PERIODS)
def read_notice(
    request: Request, form: Annotated[NoticeForm, Form()], viewer: ViewerDep, session: SessionDep
) -> Response:
    """Shows what was read; ``keep_notice`` keeps it."""
    year = _year(form.year, viewer)
    read = preview_notice(session, viewer, form.text, year)
    return _page(request, session, viewer, year, notice=form, read=read)


@router.post("/notice/keep")
@needs(Action.MANAGE_PERIODS)
def keep_notice(
    request: Request, form: Annotated[NoticeForm, Form()], viewer: ViewerDep, session: SessionDep
) -> Response:
    year = _year(form.year, viewer)
    try:
        working_day_services.keep_notice(session, form.text, year, whole_number(form.days), actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        read = preview_notice(session, viewer, form.text, year)
        return _page(request, session, viewer, year, refusal, notice=form, read=read)
    return redirect(f"/working-days?year={year}", "calendar_changed")


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    year: int,
    refusal: AppError | None = None,
    *,
    day_form: DayForm | None = None,
    notice: NoticeForm | None = None,
    read: NoticePreview | None = None,
) -> Response:
    return render(
        request,
        "working_days/index.html",
        status=refusal.status if refusal else 200,
        shown=year_of(session, viewer, year),
        errors=sentences_of(refusal),
        day_form=day_form or DayForm(),
        notice=notice or NoticeForm(),
        read=read,
        earliest=EARLIEST_YEAR,
        latest=LATEST_YEAR,
        today=viewer.today,
    )


def _year(text: str, viewer: Viewer) -> int:
    year = whole_number(text)
    return year if year is not None and EARLIEST_YEAR <= year <= LATEST_YEAR else viewer.today.year


def _day(text: str) -> date | None:
    try:
        return day_in(text)
    except ValueError:
        return None
