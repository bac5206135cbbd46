"""One official of the directory: shown, entered, changed, out of office."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.errors import InvalidInput
from app.queries import directory as directory_queries
from app.queries.directory_entries import OfficialEntry, Which, official_entries, official_entry
from app.queries.directory_sheet import day_in
from app.queries.hand_over import open_tasks_of_official
from app.rules.permissions import Action, can, needs
from app.services import officials as official_services
from app.services.officials import OfficialFacts
from app.services.stale_forms import ChangedMeanwhile
from app.templating import render
from app.web.deps import DatabaseDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of

router = APIRouter(prefix="/directory/officials")
NOT_A_DAY = "日期请写成 2018-06-30 的样子。"


class OfficialForm(BaseModel):
    """What was typed about an official."""

    name: str = ""
    post: str = ""
    in_office_from: str = ""
    in_office_to: str = ""
    external_id: str = ""
    shown: str = ""

    @classmethod
    def of(cls, entry: OfficialEntry) -> "OfficialForm":
        return cls(
            name=entry.name,
            post=entry.post,
            in_office_from=entry.in_office_from.isoformat() if entry.in_office_from else "",
            in_office_to=entry.in_office_to.isoformat() if entry.in_office_to else "",
            external_id=entry.external_id or "",
            shown=entry.digest,
        )

    def facts(self) -> OfficialFacts:
        """Raises ``InvalidInput`` for a day that is none."""
        fields: dict[str, str] = {}
        days: dict[str, date | None] = {}
        for name in ("in_office_from", "in_office_to"):
            try:
                days[name] = day_in(getattr(self, name))
            except ValueError:
                fields[name] = NOT_A_DAY
        if fields:
            raise InvalidInput(official_services.NOT_SAVED, fields=fields)
        return OfficialFacts(
            self.name, self.post, days["in_office_from"], days["in_office_to"], self.external_id
        )


@router.get("/new")
@needs(Action.EDIT_DIRECTORY)
def new_official(request: Request, viewer: ViewerDep) -> Response:
    return _form(request, OfficialForm())


@router.post("")
@needs(Action.EDIT_DIRECTORY)
def add_official(
    request: Request, form: Annotated[OfficialForm, Form()], viewer: ViewerDep, database: DatabaseDep
) -> Response:
    try:
        with database.writing() as session:
            official = official_services.add_official(session, form.facts(), actor=viewer)
            return redirect(f"/directory/officials/{official.id}", "official_saved")
    except InvalidInput as refusal:
        return _form(request, form, refusal=refusal)


@router.get("/{official_id}")
@needs(Action.VIEW_DIRECTORY)
def show_official(request: Request, official_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    official = directory_queries.get_official(session, viewer, official_id)
    can_edit = can(viewer, Action.EDIT_DIRECTORY)
    entry = official_entry(session, viewer, official_id)
    return render(
        request,
        "directory/official.html",
        official=entry,
        namesakes=[
            each
            for each in official_entries(session, viewer)
            if each.name == entry.name and each.id != entry.id
        ],
        current=len(official_entries(session, viewer, Which.CURRENT)),
        can_edit=can_edit,
        can_hand_over=can(viewer, Action.HAND_OVER),
        can_see_plans=can(viewer, Action.VIEW_PLAN),
        open_tasks=open_tasks_of_official(session, viewer, official) if can_edit else 0,
    )


@router.get("/{official_id}/edit")
@needs(Action.EDIT_DIRECTORY)
def edit_official(request: Request, official_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    entry = official_entry(session, viewer, official_id)
    return _form(request, OfficialForm.of(entry), entry)


@router.post("/{official_id}")
@needs(Action.EDIT_DIRECTORY)
def change_official(
    request: Request,
    official_id: RowId,
    form: Annotated[OfficialForm, Form()],
    viewer: ViewerDep,
    database: DatabaseDep,
) -> Response:
    try:
        with database.writing() as session:
            official = directory_queries.get_official(session, viewer, official_id)
            official_services.change_official(
                session, official, form.facts(), actor=viewer, shown=form.shown or None
            )
            return redirect(f"/directory/officials/{official_id}", "official_saved")
    except (InvalidInput, ChangedMeanwhile) as refusal:
        if isinstance(refusal, ChangedMeanwhile):
            form.shown = refusal.digest
        with database.reading() as session:
            return _form(request, form, official_entry(session, viewer, official_id), refusal)


def _form(
    request: Request,
    form: OfficialForm,
    entry: OfficialEntry | None = None,
    refusal: InvalidInput | ChangedMeanwhile | None = None,
) -> Response:
    return render(
        request,
        "directory/official_form.html",
        status=refusal.status if refusal else 200,
        official=entry,
        form=form,
        errors=sentences_of(refusal),
    )
