"""交接: choose who passes on to whom and from when, look at what passes, confirm; what has passed and will."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, InvalidInput
from app.models.directory import Department, DepartmentKind, Official
from app.queries import directory as directory_queries
from app.queries import hand_over as hand_over_queries
from app.queries.directory_entries import department_entries, official_entries
from app.queries.directory_sheet import day_in
from app.queries.hand_over import HandOverRow
from app.queries.hand_over_preview import HandOverPreview
from app.queries.page import Page
from app.queries.workload import Bearer
from app.rules.permissions import Action, Viewer, needs
from app.services import hand_over as hand_over_services
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter(prefix="/hand-overs")
PAGE_SIZE = 30
Choice = tuple[str, str]
Body = Department | Official


class HandOverForm(BaseModel):
    """Who passes on (an official or a department), to whom, from when; ``shown`` is the preview's digest."""

    official: str | None = None
    department: str | None = None
    taker: str = ""
    effective_on: str = ""
    reason: str = ""
    shown: str = ""

    @property
    def bearer(self) -> Bearer:
        return Bearer.OFFICIAL if self.department is None else Bearer.DEPARTMENT

    @property
    def giver(self) -> str:
        return (self.official if self.bearer is Bearer.OFFICIAL else self.department) or ""

    @property
    def is_filled(self) -> bool:
        return bool(self.giver and self.taker)


class ListQuery(HandOverForm):
    """The same in the address, with the page of the list below."""

    page: str = ""


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """What the page shows: the choices, what was chosen, what would pass, and what is wrong with it."""

    form: HandOverForm
    givers: list[Choice]
    takers: list[Choice]
    preview: HandOverPreview | None
    errors: dict[str, str]
    done: Page[HandOverRow]
    address: str
    """This tab, with nothing chosen yet."""


@router.get("")
@needs(Action.HAND_OVER)
def show_hand_overs(
    request: Request,
    form: Annotated[ListQuery, Query()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    return _page(request, session, viewer, form, page=whole_number(form.page) or 1)


@router.post("")
@needs(Action.HAND_OVER)
def hand_over(
    request: Request, form: Annotated[HandOverForm, Form()], viewer: ViewerDep, session: SessionDep
) -> Response:
    try:
        giver, taker, day = _read(session, viewer, form)
        hand_over_services.confirm_hand_over(
            session, giver, taker, effective_on=day, reason=form.reason, actor=viewer, shown=form.shown
        )
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, form, refusal)
    done = "hand_over_planned" if day > viewer.today else "handed_over"
    return redirect(f"{_address(form.bearer)}#done", done)


@router.post("/{hand_over_id}/call-off")
@needs(Action.HAND_OVER)
def call_off(hand_over_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    found = hand_over_queries.get_hand_over(session, viewer, hand_over_id)
    bearer = Bearer.OFFICIAL if found.from_department_id is None else Bearer.DEPARTMENT
    hand_over_services.call_off(session, found, actor=viewer)
    return redirect(f"{_address(bearer)}#done", "hand_over_called_off")


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    form: HandOverForm,
    refusal: InvalidInput | Conflict | None = None,
    *,
    page: int = 1,
) -> Response:
    preview, refused = None, None
    if form.is_filled:
        try:
            giver, taker, day = _read(session, viewer, form)
            preview = hand_over_services.preview_hand_over(
                session, giver, taker, effective_on=day, actor=viewer
            )
        except (InvalidInput, Conflict) as each:
            refused = each
    refusal = refusal or refused
    found = hand_over_queries.list_hand_overs(session, viewer, page=page, size=PAGE_SIZE)
    shown = HandOverPage(
        form,
        _givers(session, viewer, form),
        _takers(session, viewer, form),
        preview,
        _sentences(refusal),
        Page(found.items, found.number, found.size, found.total, partial(_page_address, form.bearer)),
        _address(form.bearer),
    )
    return render(
        request,
        "hand_over/index.html",
        status=refusal.status if refusal else 200,
        shown=shown,
        today=viewer.today,
    )


def _read(session: Session, viewer: Viewer, form: HandOverForm) -> tuple[Body, Body, date]:
    """The two and the day. Raises ``InvalidInput`` with a sentence for each that is missing."""
    fields: dict[str, str] = {}
    giver, taker = whole_number(form.giver), whole_number(form.taker)
    if giver is None:
        fields[form.bearer.value] = "请选择移交的一方。"
    if taker is None:
        fields["taker"] = "请选择接收的一方。"
    try:
        day = day_in(form.effective_on)
    except ValueError:
        day = None
    if day is None:
        fields["effective_on"] = "请选择交接日期，写成 2018-06-30 的样子。"
    if giver is None or taker is None or day is None:
        raise InvalidInput("还缺一些内容。", fields=fields)
    if form.bearer is Bearer.OFFICIAL:
        find = directory_queries.get_official
        return find(session, viewer, giver), find(session, viewer, taker), day
    look_up = directory_queries.get_department
    return look_up(session, viewer, giver), look_up(session, viewer, taker), day


def _givers(session: Session, viewer: Viewer, form: HandOverForm) -> list[Choice]:
    """Whoever has something to pass on, with how much; and whoever was asked for."""
    counts = hand_over_queries.open_tasks(session, viewer, form.bearer)
    return [
        (str(number), f"{name}（{counts.get(number, 0)} 项未完成）")
        for number, name in _everyone(session, viewer, form.bearer)
        if number in counts or str(number) == form.giver
    ]


def _takers(session: Session, viewer: Viewer, form: HandOverForm) -> list[Choice]:
    """Whoever is in office or will be, and every unit that is one and exists."""
    if form.bearer is Bearer.OFFICIAL:
        people = official_entries(session, viewer)
        return [(str(each.id), each.name) for each in people if each.is_current]
    units = department_entries(session, viewer)
    return [
        (str(each.id), each.name)
        for each in units
        if each.is_current and each.kind is not DepartmentKind.GROUP
    ]


def _everyone(session: Session, viewer: Viewer, bearer: Bearer) -> list[tuple[int, str]]:
    if bearer is Bearer.OFFICIAL:
        return [(each.id, each.name) for each in directory_queries.list_officials(session, viewer)]
    return [(each.id, each.name) for each in directory_queries.list_departments(session, viewer)]


def _sentences(refusal: AppError | None) -> dict[str, str]:
    if refusal is None:
        return {}
    return getattr(refusal, "fields", {}) or {"": refusal.sentence()}


def _address(bearer: Bearer) -> str:
    """The tab of officials, or of units."""
    return "/hand-overs" if bearer is Bearer.OFFICIAL else "/hand-overs?department="


def _page_address(bearer: Bearer, number: int) -> str:
    tab = _address(bearer)
    page = f"{'&' if '?' in tab else '?'}page={number}" if number > 1 else ""
    return f"{tab}{page}#done"
