"""One unit of the directory: shown, entered, changed, retired, merged."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import AppError, Conflict, Forbidden, InvalidInput
from app.models.directory import Department, DepartmentKind
from app.queries import directory as directory_queries
from app.queries.directory_entries import (
    DepartmentEntry,
    Which,
    categories,
    department_entries,
    department_entry,
    liaisons_of,
)
from app.queries.directory_sheet import day_in, names_in
from app.queries.hand_over import ROLE_WORDS, open_tasks_of_department
from app.rules.permissions import Action, Viewer, can, needs
from app.services import departments as department_services
from app.services.departments import DepartmentFacts
from app.services.directory_merge import merge_department, preview_merge
from app.services.stale_forms import ChangedMeanwhile
from app.templating import render
from app.web.deps import DatabaseDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of, whole_number

router = APIRouter(prefix="/directory/departments")
NOT_A_DAY = "日期请写成 2018-06-30 的样子。"
NO_SUCCESSOR = "请选择承接单位；没有承接单位的，在下面办理撤销。"


class DepartmentForm(BaseModel):
    """What was typed about a unit."""

    name: str = ""
    short_name: str = ""
    category: str = ""
    kind: str = ""
    parent: str = ""
    external_id: str = ""
    aliases: str = ""
    shown: str = ""

    @classmethod
    def of(cls, entry: DepartmentEntry) -> "DepartmentForm":
        return cls(
            name=entry.name,
            short_name=entry.short_name,
            category=entry.category,
            kind=entry.kind,
            parent=str(entry.parent.id) if entry.parent else "",
            external_id=entry.external_id or "",
            aliases="\n".join(entry.aliases),
            shown=entry.digest,
        )

    def facts(self) -> DepartmentFacts:
        """Nonsense becomes values the service refuses with a sentence at the field."""
        return DepartmentFacts(
            name=self.name,
            short_name=self.short_name,
            category=self.category,
            kind=DepartmentKind(self.kind) if self.kind in list(DepartmentKind) else None,
            parent_id=(whole_number(self.parent) or 0) if self.parent else None,
            external_id=self.external_id,
            aliases=tuple(names_in(self.aliases)),
        )


@router.get("/new")
@needs(Action.EDIT_DIRECTORY)
def new_department(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    return _form(request, session, viewer, DepartmentForm())


@router.post("")
@needs(Action.EDIT_DIRECTORY)
def add_department(
    request: Request, form: Annotated[DepartmentForm, Form()], viewer: ViewerDep, database: DatabaseDep
) -> Response:
    try:
        with database.writing() as session:
            department = department_services.add_department(session, form.facts(), actor=viewer)
            return redirect(f"/directory/departments/{department.id}", "department_saved")
    except InvalidInput as refusal:
        with database.reading() as session:
            return _form(request, session, viewer, form, refusal=refusal)


@router.get("/{department_id}")
@needs(Action.VIEW_DIRECTORY)
def show_department(
    request: Request, department_id: RowId, viewer: ViewerDep, session: SessionDep
) -> Response:
    department = directory_queries.get_department(session, viewer, department_id)
    entries = department_entries(session, viewer)
    can_edit = can(viewer, Action.EDIT_DIRECTORY)
    return render(
        request,
        "directory/department.html",
        department=department_entry(session, viewer, department_id),
        units=[entry for entry in entries if entry.is_current and not entry.is_group],
        current=sum(entry.is_current for entry in entries),
        can_edit=can_edit,
        can_hand_over=can(viewer, Action.HAND_OVER),
        can_see_plans=can(viewer, Action.VIEW_PLAN),
        open_tasks=open_tasks_of_department(session, viewer, department) if can_edit else 0,
        liaisons=liaisons_of(session, viewer, department_id) if can_edit else 0,
    )


@router.get("/{department_id}/edit")
@needs(Action.EDIT_DIRECTORY)
def edit_department(
    request: Request, department_id: RowId, viewer: ViewerDep, session: SessionDep
) -> Response:
    entry = department_entry(session, viewer, department_id)
    return _form(request, session, viewer, DepartmentForm.of(entry), entry)


@router.post("/{department_id}")
@needs(Action.EDIT_DIRECTORY)
def change_department(
    request: Request,
    department_id: RowId,
    form: Annotated[DepartmentForm, Form()],
    viewer: ViewerDep,
    database: DatabaseDep,
) -> Response:
    try:
        with database.writing() as session:
            department = directory_queries.get_department(session, viewer, department_id)
            department_services.change_department(
                session, department, form.facts(), actor=viewer, shown=form.shown or None
            )
            return redirect(f"/directory/departments/{department_id}", "department_saved")
    except (InvalidInput, ChangedMeanwhile) as refusal:
        if isinstance(refusal, ChangedMeanwhile):
            form.shown = refusal.digest
        with database.reading() as session:
            entry = department_entry(session, viewer, department_id)
            return _form(request, session, viewer, form, entry, refusal)


@router.get("/{department_id}/retire")
@needs(Action.EDIT_DIRECTORY)
def ask_to_retire(
    request: Request,
    department_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    into: Annotated[str, Query()] = "",
) -> Response:
    return _retire_page(
        request, session, viewer, department_id, {"on": viewer.today.isoformat(), "successor": into}
    )


@router.post("/{department_id}/retire")
@needs(Action.EDIT_DIRECTORY)
def retire(
    request: Request,
    department_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    on: Annotated[str, Form()] = "",
    successor: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    merging: Annotated[str, Form()] = "",
    shown: Annotated[str, Form()] = "",
) -> Response:
    """With a successor it is merged into that unit, without one it is simply no more; a merger needs one.

    A merger cannot be taken back: the first press only shows what would pass, and the second bears its digest.
    """
    typed = {"on": on, "successor": successor, "reason": reason}
    try:
        day = day_in(on)
    except ValueError:
        day = None
    try:
        if day is None:
            raise InvalidInput(department_services.NOT_SAVED, fields={"on": NOT_A_DAY})
        if merging and not successor:
            raise InvalidInput(department_services.NOT_SAVED, fields={"successor": NO_SUCCESSOR})
        if successor:
            return _merge(request, database, viewer, department_id, typed, day, shown)
        with database.writing() as session:
            department = directory_queries.get_department(session, viewer, department_id)
            department_services.retire_department(session, department, day, actor=viewer)
            return redirect(f"/directory/departments/{department_id}", "department_retired")
    except (InvalidInput, Conflict, Forbidden) as refusal:
        with database.reading() as session:
            return _retire_page(request, session, viewer, department_id, typed, refusal)


@router.post("/{department_id}/reinstate")
@needs(Action.EDIT_DIRECTORY)
def reinstate(department_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    department: Department = directory_queries.get_department(session, viewer, department_id)
    department_services.reinstate_department(session, department, actor=viewer)
    return redirect(f"/directory/departments/{department_id}", "department_reinstated")


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    form: DepartmentForm,
    entry: DepartmentEntry | None = None,
    refusal: InvalidInput | ChangedMeanwhile | None = None,
) -> Response:
    entries = department_entries(session, viewer)
    parents = [
        (each.id, each.name)
        for each in entries
        if not each.is_group
        and (each.is_current or str(each.id) == form.parent)
        and (entry is None or each.id != entry.id)
    ]
    return render(
        request,
        "directory/department_form.html",
        status=refusal.status if refusal else 200,
        department=entry,
        form=form,
        errors=sentences_of(refusal),
        parents=[("", "没有"), *parents],
        categories=categories(entries),
    )


def _merge(
    request: Request,
    database: DatabaseDep,
    viewer: Viewer,
    department_id: int,
    typed: dict[str, str],
    on: date,
    shown: str,
) -> Response:
    if not shown:
        return _merge_page(request, database, viewer, department_id, typed, on)
    try:
        with database.writing() as session:
            department = directory_queries.get_department(session, viewer, department_id)
            taker = directory_queries.get_department(session, viewer, whole_number(typed["successor"]) or 0)
            reason = typed["reason"][:500]
            merge_department(session, department, taker, on, actor=viewer, reason=reason, shown=shown)
            return redirect(f"/directory/departments/{department_id}", "department_merged")
    except ChangedMeanwhile as refusal:
        return _merge_page(request, database, viewer, department_id, typed, on, refusal)


def _merge_page(
    request: Request,
    database: DatabaseDep,
    viewer: Viewer,
    department_id: int,
    typed: dict[str, str],
    on: date,
    refusal: ChangedMeanwhile | None = None,
) -> Response:
    """All that would pass, named before anything does."""
    with database.writing() as session:  # the merger is tried out, and undone
        department = directory_queries.get_department(session, viewer, department_id)
        taker = directory_queries.get_department(session, viewer, whole_number(typed["successor"]) or 0)
        if department.successor_id is not None and department.successor_id == taker.id:
            return redirect(f"/directory/departments/{department_id}", "department_merged")
        preview = preview_merge(session, department, taker, on, actor=viewer)
    return render(
        request,
        "directory/merge.html",
        status=refusal.status if refusal else 200,
        preview=preview,
        typed=typed,
        role_words=ROLE_WORDS,
        errors=sentences_of(refusal),
    )


def _retire_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    department_id: int,
    typed: dict[str, str],
    refusal: AppError | None = None,
) -> Response:
    department = directory_queries.get_department(session, viewer, department_id)
    successors = [
        (entry.id, entry.name)
        for entry in department_entries(session, viewer, Which.CURRENT)
        if not entry.is_group and entry.id != department_id
    ]
    errors: dict[str, str] = {}
    if refusal is not None:
        fields = refusal.fields if isinstance(refusal, InvalidInput) else {}
        errors = {name if name in ("on", "successor") else "": sentence for name, sentence in fields.items()}
        errors = errors or {"": refusal.sentence()}
    return render(
        request,
        "directory/retire.html",
        status=refusal.status if refusal else 200,
        department=department_entry(session, viewer, department_id),
        typed={"on": "", "successor": "", "reason": "", **typed},
        errors=errors,
        successors=successors,
        can_hand_over=can(viewer, Action.HAND_OVER),
        open_tasks=open_tasks_of_department(session, viewer, department),
        liaisons=liaisons_of(session, viewer, department_id),
    )
