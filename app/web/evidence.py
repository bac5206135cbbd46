"""佐证材料: files beside what a unit claims."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlmodel import Session

from app.downloads import attachment, safe_file_name, shown
from app.errors import NotFound
from app.models.progress import ReportingPeriod
from app.models.task import Task
from app.queries import evidence as evidence_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.own import own_row
from app.rules.permissions import Action, Viewer, needs
from app.services import evidence as evidence_services
from app.services.evidence import Upload
from app.services.periods import period_to_report
from app.templating import render, with_query
from app.web.deps import RowId, SessionDep, SettingsDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()


@router.post("/tasks/{task_id}/evidence")
@needs(Action.REPORT_PROGRESS)
def upload(
    request: Request,
    task_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    settings: SettingsDep,
    files: Annotated[list[UploadFile] | None, File()] = None,
    period: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    uploads = [
        Upload(file.file.read(), safe_file_name(file.filename)) for file in files or () if file.filename
    ]
    task = task_queries.get_task(session, viewer, task_id)
    chosen = _period(session, viewer, task, period)
    evidence_services.add_all(session, task, chosen, uploads, actor=viewer, limit=settings.upload_limit)
    return _answer(request, session, viewer, task, whole_number(period), back, "evidence_added")


@router.get("/evidence/{attachment_id}")
@needs(Action.VIEW_PROGRESS)
def open_evidence(attachment_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    file = evidence_queries.open_file(session, viewer, attachment_id)
    if file.kind.is_shown:
        return shown(file.content, name=file.name, media_type=file.kind.media_type)
    media_type = "application/octet-stream" if file.kind.is_text else file.kind.media_type
    return attachment(file.content, name=file.name, media_type=media_type)


@router.get("/evidence/{attachment_id}/remove")
@needs(Action.VIEW_PROGRESS)
def show_task_instead(attachment_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    """Where a removal's own address leads when it is opened: the address above it is the file."""
    found = evidence_queries.get_attachment(session, viewer, attachment_id)
    return redirect(f"/tasks/{found.task_id}#evidence")


@router.post("/evidence/{attachment_id}/remove")
@needs(Action.REPORT_PROGRESS)
def remove(
    request: Request,
    attachment_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    period: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    found = evidence_queries.get_attachment(session, viewer, attachment_id)
    evidence_services.remove(session, found, actor=viewer)
    task = task_queries.get_task(session, viewer, found.task_id)
    return _answer(request, session, viewer, task, whole_number(period), back, "evidence_removed")


def _period(session: Session, viewer: Viewer, task: Task, number: str) -> ReportingPeriod:
    """The period named, or else the one a report of today belongs to."""
    if not number:
        plan = plan_queries.get_plan(session, viewer, task.plan_id)
        return period_to_report(session, plan, viewer.today)
    period = own_row(session, viewer, ReportingPeriod, whole_number(number) or 0)
    if period is None:
        raise NotFound("没有找到这一期填报。", "请从填报页重新打开。")
    return period


def _answer(
    request: Request,
    session: Session,
    viewer: Viewer,
    task: Task,
    period_id: int | None,
    back: str,
    done: str,
) -> Response:
    """The list within the page for a request from within it; otherwise the page it came from."""
    if "hx-request" in request.headers:
        rows = evidence_queries.of_task(session, viewer, task, period_id)
        return render(request, "evidence/_list.html", rows=rows, task_id=task.id, period_id=period_id)
    if back == "sheet":
        sheet = with_query(f"/plans/{task.plan_id}/sheet", {"period": period_id})
        return redirect(f"{sheet}#task-{task.id}", done)
    return redirect(f"/tasks/{task.id}#evidence", done)
