"""通知: what others did that concerns the viewer."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.queries.notices import list_notices
from app.queries.page import Page
from app.rules.permissions import Action, needs
from app.services import notices
from app.templating import render
from app.web.deps import SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()


@router.get("/notices")
@needs(Action.SIGN_IN)
def show_notices(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Looking changes nothing; the page itself then says what was seen, where there is script."""
    found = list_notices(session, viewer, page=page)
    shown = Page(found.items, found.number, found.size, found.total, lambda number: f"/notices?page={number}")
    return render(request, "notices/index.html", page=shown)


@router.post("/notices/read")
@needs(Action.SIGN_IN)
def mark_read(
    request: Request, viewer: ViewerDep, session: SessionDep, newest: Annotated[str, Form()] = ""
) -> Response:
    """Up to the newest that stood on the page: what came meanwhile stays new."""
    notices.mark_read(session, whole_number(newest) or 0, actor=viewer)
    if "hx-request" in request.headers:
        return Response(status_code=204)
    return redirect("/notices", "notices_read")
