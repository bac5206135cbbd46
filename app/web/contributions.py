"""配合情况: what a supporting unit tells the lead unit."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from app.rules.permissions import Action, needs
from app.services import contributions as contribution_services
from app.services.contributions import FIELD, KeptWords
from app.web.deps import DatabaseDep, RowId, ViewerDep
from app.web.sheet import clock, conflicts_of
from app.web.sheet_forms import TypedRow

router = APIRouter()


@router.post("/plans/{plan_id}/sheet/words/draft")
@needs(Action.CONTRIBUTE)
def save_words(plan_id: RowId, typed: TypedRow, viewer: ViewerDep, database: DatabaseDep) -> Response:
    place, change = typed.place(plan_id), typed.changes().get(FIELD)
    with database.writing() as session:
        kept = contribution_services.save_words(session, place, change, actor=viewer)
    return JSONResponse(_fields(kept))


@router.post("/plans/{plan_id}/sheet/words/send")
@needs(Action.CONTRIBUTE)
def send_words(plan_id: RowId, typed: TypedRow, viewer: ViewerDep, database: DatabaseDep) -> Response:
    place, change = typed.place(plan_id), typed.changes().get(FIELD)
    with database.writing() as session:
        kept = contribution_services.send_words(session, place, change, actor=viewer)
    return JSONResponse({**_fields(kept), "task": typed.task, "errors": {}})


def _fields(kept: KeptWords) -> dict[str, Any]:
    return {
        "saved_at": clock(kept.saved_at),
        "at": clock(kept.saved_at),
        "fields": {FIELD: kept.text},
        "conflicts": conflicts_of({FIELD: kept.theirs}) if kept.theirs else {},
        "row": "submitted" if kept.is_sent else "draft",
        "seen": 0,
    }
