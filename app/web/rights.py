"""权限: who may do what, as one table that a manager can read."""

from fastapi import APIRouter, Request, Response

from app.rules.permissions import (
    ACTION_LABELS,
    ALLOWED,
    RELATION_LABELS,
    RELATIONS,
    Action,
    may_ever,
    needs,
)
from app.templating import render
from app.web.deps import ViewerDep

router = APIRouter()


@router.get("/rights")
@needs(Action.SIGN_IN)
def show_rights(request: Request, viewer: ViewerDep) -> Response:
    return render(
        request,
        "rights/show.html",
        actions=ACTION_LABELS,
        relations=RELATION_LABELS,
        allowed=ALLOWED,
        own=RELATIONS[viewer.role],
        mine=[label for action, label in ACTION_LABELS.items() if may_ever(viewer.role, action)],
    )
