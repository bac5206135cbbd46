"""填报审核: the queue of reports, approved or sent back."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportState
from app.models.types import LARGEST_ID
from app.queries import directory as directory_queries
from app.queries import plans as plan_queries
from app.queries import review as review_queries
from app.queries import tasks as task_queries
from app.queries.review import ReviewFilter
from app.rules.permissions import Action, Viewer, needs
from app.rules.status import STATUS_LABELS
from app.services import review as review_services
from app.templating import render, with_query
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()
PAGE_SIZE = 30
AT_ONCE = 100
"""So many clean reports are offered to be passed together; the rest follow."""
REASONS = ("进展不具体", "与上期雷同", "缺少佐证", "完成率与进展不符")
"""What reports are most often sent back for; a press writes it into the field."""


class Place(BaseModel):
    """Where in the queue a decision was taken, so that the next report comes after it."""

    department: str = ""
    official: str = ""
    period: str = ""
    changed: str = ""
    page: str = ""
    next: str = ""

    def wanted(self) -> ReviewFilter:
        return ReviewFilter(
            whole_number(self.department),
            whole_number(self.official),
            whole_number(self.period),
            bool(self.changed),
        )

    def as_query(self) -> dict[str, Any]:
        values = {name: whole_number(getattr(self, name)) for name in ("department", "official", "period")}
        return {**values, "changed": "1" if self.changed else "", "page": whole_number(self.page)}

    def address(self, plan: Plan) -> str:
        anchor = whole_number(self.next)
        path = with_query(f"/plans/{plan.id}/review", self.as_query())
        return f"{path}#report-{anchor}" if anchor else path


class Decision(Place):
    """A report sent back: why, and in which state the reviewer saw it."""

    reason: str = ""
    seen: str = ReportState.SUBMITTED.value
    back: str = ""


class Choice(Place):
    """Reports to be passed together."""

    reports: list[str] = []


@router.get("/plans/{plan_id}/review")
@needs(Action.REVIEW_REPORTS)
def show_queue(
    request: Request,
    plan: PlanDep,
    viewer: ViewerDep,
    session: SessionDep,
    department: str = "",
    official: str = "",
    period: str = "",
    changed: str = "",
    page: str = "",
) -> Response:
    place = Place(department=department, official=official, period=period, changed=changed, page=page)
    return _page(request, session, viewer, plan, place)


@router.post("/plans/{plan_id}/review/approve")
@needs(Action.REVIEW_REPORTS)
def approve_chosen(
    request: Request,
    plan: PlanDep,
    form: Annotated[Choice, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    ids = [number for each in form.reports if 0 < (number := whole_number(each) or 0) <= LARGEST_ID]
    reports = review_queries.get_reports(session, viewer, plan, ids[: 2 * AT_ONCE])
    left = review_services.approve_all(session, reports, actor=viewer)
    if left or not reports:
        told = "；".join(left) or "没有选中任何填报。请勾选后再点“通过所选”。"
        return _page(request, session, viewer, plan, form, errors={"": told})
    return redirect(form.address(plan), "reports_approved")


@router.post("/reports/{report_id}/approve")
@needs(Action.REVIEW_REPORTS)
def approve(
    request: Request,
    report_id: RowId,
    form: Annotated[Place, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    report = review_queries.get_report(session, viewer, report_id)
    plan = _plan_of(session, viewer, report)
    try:
        review_services.approve(session, report, actor=viewer)
    except Conflict as refusal:
        told = {"": refusal.sentence()}
        return _page(request, session, viewer, plan, form, errors=told, status=refusal.status)
    return redirect(form.address(plan), "report_approved")


@router.get("/reports/{report_id}/approve")
@router.get("/reports/{report_id}/return")
@needs(Action.REVIEW_REPORTS)
def show_queue_instead(report_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    """Where the address of a refused decision leads when it is opened again."""
    report = review_queries.get_report(session, viewer, report_id)
    return redirect(f"/plans/{_plan_of(session, viewer, report).id}/review#report-{report.id}")


@router.post("/reports/{report_id}/return")
@needs(Action.REVIEW_REPORTS)
def return_report(
    request: Request,
    report_id: RowId,
    form: Annotated[Decision, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    report = review_queries.get_report(session, viewer, report_id)
    plan = _plan_of(session, viewer, report)
    seen = ReportState(form.seen) if form.seen in list(ReportState) else ReportState.SUBMITTED
    try:
        review_services.return_report(session, report, form.reason, actor=viewer, seen=seen)
    except InvalidInput as refusal:
        if form.back == "task":
            raise InvalidInput("没有退回。", refusal.fields["reason"]) from refusal
        told, typed = {str(report_id): refusal.fields["reason"]}, {str(report_id): form.reason}
        return _page(request, session, viewer, plan, form, errors=told, typed=typed, status=refusal.status)
    except Conflict as refusal:
        told = {"": refusal.sentence()}
        return _page(request, session, viewer, plan, form, errors=told, status=refusal.status)
    if form.back == "task":
        return redirect(f"/tasks/{report.task_id}", "report_returned")
    return redirect(form.address(plan), "report_returned")


def _plan_of(session: Session, viewer: Viewer, report: ProgressReport) -> Plan:
    task = task_queries.get_task(session, viewer, report.task_id)
    return plan_queries.get_plan(session, viewer, task.plan_id)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    place: Place,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    queue = review_queries.review_queue(session, viewer, plan, place.wanted())
    striking = queue.striking
    pages = max(1, -(-len(striking) // PAGE_SIZE))
    number = min(max(1, whole_number(place.page) or 1), pages)
    query = place.as_query()
    shown = striking[PAGE_SIZE * (number - 1) : PAGE_SIZE * number]
    return render(
        request,
        "review/index.html",
        status=status,
        plan=plan,
        queue=queue,
        striking=shown,
        clean=queue.clean[:AT_ONCE],
        place={name: "" if value is None else value for name, value in query.items()},
        page=number,
        pages=pages,
        href=lambda page: with_query(f"/plans/{plan.id}/review", {**query, "page": page if page > 1 else ""}),
        officials=[(each.id, each.name) for each in directory_queries.list_officials(session, viewer)],
        reasons=REASONS,
        status_labels=STATUS_LABELS,
        errors=errors or {},
        typed=typed or {},
    )
