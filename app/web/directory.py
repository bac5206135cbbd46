"""单位与人员: the address book of the jurisdiction."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.models.directory import DepartmentKind
from app.queries import directory as directory_queries
from app.rules.permissions import Action, can, needs
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
