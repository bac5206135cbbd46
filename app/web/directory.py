"""单位与人员, and for the auditor 办理记录."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.models.directory import DepartmentKind
from app.queries import directory as directory_queries
from app.queries.trail import list_trail
from app.rules.permissions import Action, can, needs
from app.rules.status import STATUS_LABELS
from app.services import directory as directory_services
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()


@router.get("/directory")
@needs(Action.VIEW_DIRECTORY)
def show_directory(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    departments = directory_queries.list_departments(session, viewer)
    return render(
        request,
        "directory/index.html",
        officials=directory_queries.list_officials(session, viewer),
        departments=departments,
        units=[each for each in departments if each.kind is DepartmentKind.UNIT],
        can_edit=can(viewer, Action.EDIT_DIRECTORY),
        accounts=directory_queries.list_accounts(session, viewer),
    )


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
    return redirect("/directory#departments", "members_set")


@router.get("/trail")
@needs(Action.VIEW_TRAIL)
def show_trail(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    found = list_trail(session, viewer, page=page)
    return render(request, "trail/index.html", page=found, status_labels=STATUS_LABELS)
