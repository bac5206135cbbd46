"""单位与人员, and for the auditor 办理记录."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.queries import directory as directory_queries
from app.queries.trail import list_trail
from app.rules.permissions import Action, require
from app.rules.status import STATUS_LABELS
from app.templating import render
from app.web.deps import SessionDep, ViewerDep

router = APIRouter()


@router.get("/directory")
def show_directory(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    require(viewer, Action.VIEW_DIRECTORY)
    return render(
        request,
        "directory/index.html",
        officials=directory_queries.list_officials(session, viewer),
        departments=directory_queries.list_departments(session, viewer),
        accounts=directory_queries.list_accounts(session, viewer),
    )


@router.get("/trail")
def show_trail(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    require(viewer, Action.VIEW_TRAIL)
    found = list_trail(session, viewer, page=page)
    return render(request, "trail/index.html", page=found, status_labels=STATUS_LABELS)
