"""填报: one page for all tasks of a unit in a period, saved as it is typed."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from app.errors import NotFound
from app.models.plan import Plan
from app.models.progress import ReportingPeriod
from app.queries import evidence as evidence_queries
from app.queries import periods as period_queries
from app.queries import plans as plan_queries
from app.queries import sheet as sheet_queries
from app.queries import stages as stage_queries
from app.queries.owed import first_asked
from app.queries.own import own_row
from app.rules.permissions import Action, Viewer, needs
from app.rules.status import REPORTABLE, STATUS_LABELS
from app.services import drafts as draft_services
from app.services import periods as period_services
from app.services import sheet as sheet_services
from app.services.drafts import Theirs
from app.services.sheet import Sent
from app.templating import office_time, piece, render, with_query
from app.web.deps import DatabaseDep, PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number
from app.web.sheet_forms import SheetForm, TypedRow, TypedRows

router = APIRouter()

# Everything that writes opens, works and commits within its handler: a transaction that outlived it would wait for
# a worker thread, while on the last evening all of them may be waiting for its lock.


@router.get("/plans/{plan_id}/sheet")
@needs(Action.REPORT_PROGRESS)
def show_sheet(
    request: Request,
    plan: PlanDep,
    viewer: ViewerDep,
    session: SessionDep,
    period: str = "",
) -> Response:
    if viewer.department_id is None or not stage_queries.takes_reports(plan):
        return render(request, "sheet/none.html", plan=plan)
    current = period_queries.period_in_view(session, viewer, plan)
    chosen = whole_number(period) or current.id
    if chosen == current.id and (between := period_queries.between_periods(session, viewer, plan)):
        return render(request, "sheet/closed.html", plan=plan, period=between[0], following=between[1])
    if chosen is None:
        is_awaited = first_asked(session, plan) <= current.starts_on
        return render(request, "sheet/begin.html", plan=plan, period=current, is_awaited=is_awaited)
    return _page(request, session, viewer, plan, chosen)


@router.post("/plans/{plan_id}/sheet/begin")
@needs(Action.REPORT_PROGRESS)
def begin(plan_id: RowId, viewer: ViewerDep, database: DatabaseDep) -> Response:
    """Drafts belong to a period: the first unit to come begins it, unless the supervision office has opened it."""
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        begun = period_services.begin(session, plan, actor=viewer)
    return redirect(with_query(f"/plans/{plan_id}/sheet", {"period": begun.id}))


@router.post("/plans/{plan_id}/sheet/draft")
@needs(Action.REPORT_PROGRESS)
def save_draft(plan_id: RowId, typed: TypedRow, viewer: ViewerDep, database: DatabaseDep) -> Response:
    place, changes = typed.place(plan_id), typed.changes()
    with database.writing() as session:
        kept = draft_services.save(session, place, changes, actor=viewer, seen=typed.seen)
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
    place, changes = typed.place(plan_id), typed.changes()
    with database.writing() as session:
        sent = sheet_services.submit(session, place, changes, actor=viewer, seen=typed.seen)
    standing = _standing(database, viewer, place.plan_id, place.period_id, [sent])
    told = sent_fields(sent, viewer.now, standing)
    return JSONResponse(told, 422 if sent.errors else 200)


@router.post("/plans/{plan_id}/sheet/submit-all")
@needs(Action.REPORT_PROGRESS)
def submit_all(plan_id: RowId, typed: TypedRows, viewer: ViewerDep, database: DatabaseDep) -> Response:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        sent = sheet_services.submit_all(
            session, plan, typed.rows_of(plan_id), actor=viewer, seen=typed.seen()
        )
    standing = _standing(database, viewer, plan_id, typed.rows[0].period if typed.rows else 0, sent)
    return JSONResponse({"rows": [sent_fields(each, viewer.now, standing) for each in sent]})


@router.post("/plans/{plan_id}/sheet")
@needs(Action.REPORT_PROGRESS)
def send_form(
    request: Request,
    plan_id: RowId,
    form: Annotated[SheetForm, Form()],
    viewer: ViewerDep,
    database: DatabaseDep,
) -> Response:
    """The whole sheet as one form, for browsers without script: all is kept first, then what was asked is done."""
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        _period(session, viewer, plan, form.period_id)
        left = sheet_services.keep(
            session, form.rows(plan_id), form.supporting(plan_id), actor=viewer, seen=form.seen()
        )
        if not left:
            left = sheet_services.carry_out(
                session, plan, form.period_id, form.act, actor=viewer, seen=form.seen()
            )
    if left:
        with database.reading() as session:
            plan = plan_queries.get_plan(session, viewer, plan_id)
            return _page(request, session, viewer, plan, form.period_id, left, status=422)
    here = with_query(f"/plans/{plan_id}/sheet", {"period": form.period_id})
    return redirect(here, form.done)


def clock(moment: datetime) -> str:
    """Day and time as the office's clock shows them: a sheet lies open for days."""
    shown = office_time(moment)
    return f"{shown.month}月{shown.day}日 {shown:%H:%M}" if shown else ""


def conflicts_of(conflicts: dict[str, Theirs]) -> dict[str, dict[str, str]]:
    return {
        name: {"text": theirs.text, "by": theirs.by, "at": clock(theirs.at)}
        for name, theirs in conflicts.items()
    }


def sent_fields(sent: Sent, now: datetime, standing: dict[int, str] | None = None) -> dict[str, Any]:
    return {
        "task": sent.task_id,
        "row": sent.row,
        "at": clock(now),
        "seen": sent.report_id,
        "fields": sent.fields,
        "errors": sent.errors,
        "conflicts": conflicts_of(sent.conflicts),
        "standing": (standing or {}).get(sent.task_id, ""),
    }


def _standing(
    database: DatabaseDep, viewer: Viewer, plan_id: int, period_id: int, sent: list[Sent]
) -> dict[int, str]:
    """How the tasks just reported on stand now, in the words of the sheet's left cell. Read when the locks are gone."""
    reported = {each.task_id for each in sent if each.is_reported}
    if not reported:
        return {}
    with database.reading() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        period = session.get_one(ReportingPeriod, period_id)
        rows = sheet_queries.rows_reported(session, viewer, plan, period, reported)
    return {row.task_id: piece("sheet/_row.html", "standing", row) for row in rows}


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    period_id: int,
    left: list[Sent] | None = None,
    status: int = 200,
) -> Response:
    period = _period(session, viewer, plan, period_id)
    sheet = sheet_queries.sheet_of(session, viewer, plan, period)
    tasks = [row.task_id for row in sheet.rows]
    return render(
        request,
        "sheet/show.html",
        status=status,
        plan=plan,
        sheet=sheet,
        period=period,
        periods=period_queries.open_periods(session, viewer, plan),
        is_awaited=first_asked(session, plan) <= period.starts_on,
        days_left=(period.due_on - viewer.today).days,
        evidence_rows=evidence_queries.of_tasks(session, viewer, tasks, period_id),
        left={each.task_id: each for each in left or ()},
        statuses=[("", "请选择"), *((value.value, STATUS_LABELS[value]) for value in REPORTABLE)],
        status_labels=STATUS_LABELS,
        clock=clock,
    )


def _period(session: Session, viewer: Viewer, plan: Plan, period_id: int) -> ReportingPeriod:
    period = own_row(session, viewer, ReportingPeriod, period_id)
    if period is None or period.plan_id != plan.id:
        raise NotFound("没有找到这一期填报。", "请从“填报”重新打开。")
    if period.closed_at is not None:
        raise period_services.closed(period.name)
    return period
