"""单位与人员: the lists, their order, and what a group of units stands for."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlmodel import Session

from app.queries import directory as directory_queries
from app.queries.directory_entries import (
    DepartmentEntry,
    OfficialEntry,
    Which,
    categories,
    department_entries,
    official_entries,
)
from app.queries.hand_over import open_tasks
from app.queries.workload import Bearer
from app.rules.permissions import Action, Viewer, can, needs
from app.services import directory as directory_services
from app.services import directory_order
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()

WHICH_DEPARTMENTS = ((Which.CURRENT, "现有"), (Which.PAST, "已撤并"), (Which.ALL, "全部"))
WHICH_OFFICIALS = ((Which.CURRENT, "在任"), (Which.PAST, "已离任"), (Which.ALL, "全部"))


@router.get("/directory")
@needs(Action.VIEW_DIRECTORY)
def show_directory(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    state: Annotated[str, Query()] = "",
    category: Annotated[str, Query()] = "",
    arrange: Annotated[str, Query()] = "",
) -> Response:
    can_edit = can(viewer, Action.EDIT_DIRECTORY)
    arranging = bool(arrange) and can_edit
    which = Which.CURRENT if arranging else _which(state)
    departments = department_entries(session, viewer)
    return render(
        request,
        "directory/index.html",
        departments=[
            entry
            for entry in departments
            if (which is Which.ALL or entry.is_current == (which is Which.CURRENT))
            and (arranging or not category or entry.category == category)
        ],
        units=[entry for entry in departments if entry.is_current and not entry.is_group],
        current=sum(entry.is_current for entry in departments),
        past=sum(not entry.is_current for entry in departments),
        officials=len(official_entries(session, viewer, Which.CURRENT)),
        which=which,
        choices=WHICH_DEPARTMENTS,
        category=category,
        categories=categories(departments),
        category_choices=[(word, word) for word in categories(departments)],
        arranging=arranging,
        can_edit=can_edit,
        can_hand_over=can(viewer, Action.HAND_OVER),
        alike=directory_services.alike_pairs(session, viewer) if can_edit and not arranging else [],
        left_open=_waiting(session, viewer, Bearer.DEPARTMENT, departments),
        can_view_accounts=can(viewer, Action.VIEW_ACCOUNTS),
    )


@router.get("/directory/officials")
@needs(Action.VIEW_DIRECTORY)
def show_officials(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    state: Annotated[str, Query()] = "",
    arrange: Annotated[str, Query()] = "",
) -> Response:
    can_edit = can(viewer, Action.EDIT_DIRECTORY)
    arranging = bool(arrange) and can_edit
    which = Which.CURRENT if arranging else _which(state)
    officials = official_entries(session, viewer)
    return render(
        request,
        "directory/officials.html",
        officials=[
            entry for entry in officials if which is Which.ALL or entry.is_current == (which is Which.CURRENT)
        ],
        current=sum(entry.is_current for entry in officials),
        past=sum(not entry.is_current for entry in officials),
        which=which,
        choices=WHICH_OFFICIALS,
        arranging=arranging,
        can_edit=can_edit,
        can_hand_over=can(viewer, Action.HAND_OVER),
        left_open=_waiting(session, viewer, Bearer.OFFICIAL, officials),
    )


@router.post("/directory/told-apart")
@needs(Action.EDIT_DIRECTORY)
def tell_apart(
    viewer: ViewerDep,
    session: SessionDep,
    one: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
) -> Response:
    directory_services.tell_apart(session, one, other, actor=viewer)
    return redirect("/directory", "told_apart")


@router.post("/directory/departments/{department_id}/move")
@needs(Action.EDIT_DIRECTORY)
def move_department(
    department_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    place: Annotated[str, Form()] = "",
    arranging: Annotated[str, Form()] = "",
) -> Response:
    department = directory_queries.get_department(session, viewer, department_id)
    directory_order.move_department(session, department, whole_number(place), actor=viewer)
    if arranging:
        return redirect(f"/directory?arrange=1#department-{department_id}")
    return redirect(f"/directory/departments/{department_id}", "order_saved")


@router.post("/directory/officials/{official_id}/move")
@needs(Action.EDIT_DIRECTORY)
def move_official(
    official_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    place: Annotated[str, Form()] = "",
    arranging: Annotated[str, Form()] = "",
) -> Response:
    official = directory_queries.get_official(session, viewer, official_id)
    directory_order.move_official(session, official, whole_number(place), actor=viewer)
    if arranging:
        return redirect(f"/directory/officials?arrange=1#official-{official_id}")
    return redirect(f"/directory/officials/{official_id}", "order_saved")


@router.post("/directory/groups/{group_id}/members")
@needs(Action.EDIT_DIRECTORY)
def set_members(
    group_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    member: Annotated[list[str] | None, Form()] = None,
) -> Response:
    group = directory_queries.get_department(session, viewer, group_id)
    members = [number for each in member or () if (number := whole_number(each))]
    directory_services.set_members(session, group, members, actor=viewer)
    return redirect(f"/directory/departments/{group_id}", "members_set")


def _waiting(
    session: Session,
    viewer: Viewer,
    bearer: Bearer,
    entries: Sequence[DepartmentEntry] | Sequence[OfficialEntry],
) -> list[tuple[int, str, int]]:
    """Who is no more but still has open tasks that nobody has taken over: id, name, how many."""
    if not can(viewer, Action.EDIT_DIRECTORY) or all(entry.is_current for entry in entries):
        return []
    tasks = open_tasks(session, viewer, bearer)
    return [
        (entry.id, entry.name, tasks[entry.id])
        for entry in entries
        if not entry.is_current and tasks.get(entry.id)
    ]


def _which(state: str) -> Which:
    return Which(state) if state in list(Which) else Which.CURRENT
