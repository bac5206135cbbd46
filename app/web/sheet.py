"""填报: one page for all tasks of a unit in a period, saved as it is typed."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.models.types import LARGEST_ID
from app.queries import plans as plan_queries
from app.rules.drafts import Change
from app.rules.permissions import Action, needs
from app.services import drafts as draft_services
from app.services import sheet as sheet_services
from app.services.drafts import Place, Theirs
from app.services.sheet import Sent
from app.templating import office_time
from app.web.deps import DatabaseDep, RowId, ViewerDep

router = APIRouter()
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Typed(BaseModel):
    """One field: what the page last knew to be kept, and what stands in it now."""

    was: str = ""
    text: str


class TypedRow(BaseModel):
    """What the page sends of one row: only the fields that changed."""

    period: Number
    task: Number
    seen: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    fields: dict[str, Typed] = {}

    def place(self, plan_id: int) -> Place:
        return Place(plan_id, self.period, self.task)

    def changes(self) -> dict[str, Change]:
        return {name: Change(typed.was, typed.text) for name, typed in self.fields.items()}


class TypedRows(BaseModel):
    """Every row of the sheet that is filled in."""

    rows: Annotated[list[TypedRow], Field(max_length=1000)]


# The sheet saves in one short transaction of its own: one that outlived the handler would wait for a worker
# thread while all of them may be waiting for its lock.


@router.post("/plans/{plan_id}/sheet/draft")
@needs(Action.REPORT_PROGRESS)
def save_draft(plan_id: RowId, typed: TypedRow, viewer: ViewerDep, database: DatabaseDep) -> Response:
    with database.writing() as session:
        kept = draft_services.save(
            session, typed.place(plan_id), typed.changes(), actor=viewer, seen=typed.seen
        )
    return JSONResponse(
        {
            "saved_at": clock(kept.saved_at),
            "fields": kept.fields,
            "conflicts": conflicts_of(kept.conflicts),
            "row": kept.row,
            "seen": kept.report_id,
        }
    )


@router.post("/plans/{plan_id}/sheet/submit")
@needs(Action.REPORT_PROGRESS)
def submit(plan_id: RowId, typed: TypedRow, viewer: ViewerDep, database: DatabaseDep) -> Response:
    with database.writing() as session:
        sent = sheet_services.submit(
            session, typed.place(plan_id), typed.changes(), actor=viewer, seen=typed.seen
        )
    return JSONResponse(sent_fields(sent, viewer.now), 422 if sent.errors else 200)


@router.post("/plans/{plan_id}/sheet/submit-all")
@needs(Action.REPORT_PROGRESS)
def submit_all(plan_id: RowId, typed: TypedRows, viewer: ViewerDep, database: DatabaseDep) -> Response:
    rows = {row.place(plan_id): row.changes() for row in typed.rows}
    seen = {row.task: row.seen for row in typed.rows}
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        sent = sheet_services.submit_all(session, plan, rows, actor=viewer, seen=seen)
    return JSONResponse({"rows": [sent_fields(each, viewer.now) for each in sent]})


def clock(moment: Any) -> str:
    """The time of day as the office's clock shows it."""
    shown = office_time(moment)
    return shown.strftime("%H:%M") if shown else ""


def conflicts_of(conflicts: dict[str, Theirs]) -> dict[str, dict[str, str]]:
    return {
        name: {"text": theirs.text, "by": theirs.by, "at": clock(theirs.at)}
        for name, theirs in conflicts.items()
    }


def sent_fields(sent: Sent, now: Any) -> dict[str, Any]:
    return {
        "task": sent.task_id,
        "row": sent.row,
        "at": clock(now),
        "seen": sent.report_id,
        "fields": sent.fields,
        "errors": sent.errors,
        "conflicts": conflicts_of(sent.conflicts),
    }
