"""办理记录, for the auditor."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.queries.trail import list_trail
from app.rules.permissions import Action, needs
from app.rules.status import STATUS_LABELS
from app.templating import render
from app.web.deps import SessionDep, ViewerDep

router = APIRouter()


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
