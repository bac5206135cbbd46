"""导入: upload, check, commit."""

from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlmodel import Session

from app.errors import Conflict, FileRefused, InvalidInput
from app.models.imports import ImportBatch
from app.queries import imports as import_queries
from app.rules.permissions import Action, Viewer, require
from app.services import imports as import_services
from app.templating import render
from app.web.deps import SessionDep, SettingsDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()


@router.get("/imports")
def show_imports(request: Request, viewer: ViewerDep, session: SessionDep, settings: SettingsDep) -> Response:
    require(viewer, Action.IMPORT_PLAN)
    return _upload_page(request, session, viewer, settings.upload_limit, {})


@router.post("/imports")
def upload(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    settings: SettingsDep,
    file: Annotated[UploadFile | None, File()] = None,
    title: Annotated[str, Form()] = "",
) -> Response:
    require(viewer, Action.IMPORT_PLAN)
    try:
        if file is None or not file.filename:
            raise FileRefused("还没有选择文件。", "请选择责任分解表文件后再上传。")
        name = PurePosixPath(file.filename.replace("\\", "/")).name
        data = file.file.read()
        table = import_services.recognise(data, name)
    except FileRefused as refusal:
        errors = {"file": refusal.sentence()}
        return _upload_page(request, session, viewer, settings.upload_limit, errors, title, refusal.status)
    batch = import_services.preview(
        session,
        table,
        data,
        name,
        title=title.strip() or table.title or PurePosixPath(name).stem,
        year=import_services.guess_year(table, name, viewer.today),
        actor=viewer,
    )
    return redirect(f"/imports/{batch.id}")


@router.get("/imports/{batch_id}")
def show_preview(request: Request, batch_id: int, viewer: ViewerDep, session: SessionDep) -> Response:
    batch = import_queries.get_batch(session, viewer, batch_id)
    return _preview_page(request, session, viewer, batch)


@router.post("/imports/{batch_id}/commit")
def commit(
    request: Request,
    batch_id: int,
    viewer: ViewerDep,
    session: SessionDep,
    title: Annotated[str, Form()] = "",
    year: Annotated[str, Form()] = "",
) -> Response:
    batch = import_queries.get_batch(session, viewer, batch_id)
    try:
        plan = import_services.commit(session, batch, actor=viewer, title=title, year=whole_number(year) or 0)
    except InvalidInput as refusal:
        session.rollback()
        return _preview_page(request, session, viewer, batch, refusal.fields, title, year, refusal.status)
    except Conflict as refusal:
        session.rollback()
        errors = {"title": refusal.sentence()}
        return _preview_page(request, session, viewer, batch, errors, title, year, refusal.status)
    return redirect(f"/plans/{plan.id}/tasks", "plan_imported")


@router.get("/imports/{batch_id}/original")
def download_original(batch_id: int, viewer: ViewerDep, session: SessionDep) -> Response:
    original = import_queries.get_original(session, viewer, batch_id)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(original.name)}"}
    return Response(original.content, media_type="application/octet-stream", headers=headers)


def _upload_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    limit: int,
    errors: dict[str, str],
    title: str = "",
    status: int = 200,
) -> Response:
    batches = import_queries.list_batches(session, viewer)
    return render(
        request,
        "imports/index.html",
        status=status,
        batches=batches,
        errors=errors,
        title=title,
        limit_mb=limit // 1_000_000,
    )


def _preview_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    batch: ImportBatch,
    errors: dict[str, str] | None = None,
    title: str = "",
    year: str = "",
    status: int = 200,
) -> Response:
    return render(
        request,
        "imports/show.html",
        status=status,
        batch=batch,
        preview=import_queries.preview(session, viewer, batch),
        errors=errors or {},
        title=title or batch.title,
        year=year or batch.year,
    )
