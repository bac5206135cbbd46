"""单位与人员 as Excel: downloaded, uploaded again, checked, written."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from app.downloads import attachment, safe_file_name
from app.errors import Conflict, FileRefused
from app.queries.directory_entries import department_entries, official_entries
from app.reports.directory import FILE_NAME, TEMPLATE_NAME, blank_workbook, directory_workbook
from app.reports.ledger import WORKBOOK_TYPE
from app.rules.permissions import Action, Viewer, needs
from app.services import directory_import
from app.templating import render
from app.web.deps import DatabaseDep, RowId, SessionDep, SettingsDep, ViewerDep
from app.web.flash import redirect

router = APIRouter(prefix="/directory")


@router.get("/workbook.xlsx")
@needs(Action.EDIT_DIRECTORY)
def download(viewer: ViewerDep, session: SessionDep) -> Response:
    content = directory_workbook(
        viewer.jurisdiction_name,
        department_entries(session, viewer),
        official_entries(session, viewer),
        viewer.today,
    )
    return attachment(content, name=FILE_NAME, media_type=WORKBOOK_TYPE)


@router.get("/template.xlsx")
@needs(Action.EDIT_DIRECTORY)
def download_blank(viewer: ViewerDep) -> Response:
    return attachment(blank_workbook(viewer.jurisdiction_name), name=TEMPLATE_NAME, media_type=WORKBOOK_TYPE)


@router.get("/import")
@needs(Action.EDIT_DIRECTORY)
def ask_for_workbook(request: Request, viewer: ViewerDep, settings: SettingsDep) -> Response:
    return _upload_page(request, settings.upload_limit)


@router.post("/import")
@needs(Action.EDIT_DIRECTORY)
def upload(
    request: Request,
    viewer: ViewerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    try:
        if file is None or not file.filename:
            raise FileRefused("还没有选择文件。", "请选择填好的名录表。")
        name = safe_file_name(file.filename)
        data = file.file.read()
        with database.writing() as session:
            kept = directory_import.keep_workbook(session, data, name, actor=viewer)
            return redirect(f"/directory/import/{kept.id}")
    except FileRefused as refusal:
        return _upload_page(request, settings.upload_limit, refusal)


@router.get("/import/{file_id}")
@needs(Action.EDIT_DIRECTORY)
def show_change(request: Request, file_id: RowId, viewer: ViewerDep, database: DatabaseDep) -> Response:
    return _change_page(request, database, viewer, file_id)


@router.post("/import/{file_id}")
@needs(Action.EDIT_DIRECTORY)
def commit(
    request: Request,
    file_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    shown: Annotated[str, Form()] = "",
) -> Response:
    try:
        with database.writing() as session:
            file = directory_import.get_workbook(session, viewer, file_id)
            directory_import.commit_workbook(session, file, shown=shown, actor=viewer)
            return redirect("/directory", "directory_imported")
    except Conflict as refusal:
        return _change_page(request, database, viewer, file_id, refusal)


def _change_page(
    request: Request,
    database: DatabaseDep,
    viewer: Viewer,
    file_id: int,
    refusal: Conflict | None = None,
) -> Response:
    with database.writing() as session:  # the change is tried out, and undone
        file = directory_import.get_workbook(session, viewer, file_id)
        name = file.name
        change = directory_import.preview_workbook(session, file, actor=viewer)
    return render(
        request,
        "directory/import_check.html",
        status=refusal.status if refusal else 200,
        file_id=file_id,
        file_name=name,
        change=change,
        errors={"": refusal.sentence()} if refusal else {},
    )


def _upload_page(request: Request, limit: int, refusal: FileRefused | None = None) -> Response:
    return render(
        request,
        "directory/import.html",
        status=refusal.status if refusal else 200,
        errors={"file": refusal.sentence()} if refusal else {},
        limit_mb=limit // 1_000_000,
    )
