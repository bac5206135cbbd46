"""账号, many at once: from Excel, or a liaison for every unit; checked on one page, opened on the next."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool

from app import security
from app.clock import utcnow
from app.downloads import attachment, safe_file_name
from app.errors import AppError, Busy, Conflict, FileRefused
from app.reports.accounts import TEMPLATE_NAME, Slip, blank_workbook
from app.reports.ledger import WORKBOOK_TYPE
from app.rules.permissions import ROLE_LABELS, Action, Viewer, needs
from app.services import account_batches as batches
from app.services import passwords
from app.services.account_batches import Draft
from app.templating import render
from app.web.deps import SessionDep, SettingsDep, ViewerDep, get_database, get_settings
from app.web.first_passwords import password_sheet

router = APIRouter(prefix="/accounts")


@router.get("/template.xlsx")
@needs(Action.MANAGE_ACCOUNTS)
def download_template(viewer: ViewerDep) -> Response:
    content = blank_workbook(viewer.jurisdiction_name, ROLE_LABELS.values())
    return attachment(content, name=TEMPLATE_NAME, media_type=WORKBOOK_TYPE)


@router.get("/import")
@needs(Action.MANAGE_ACCOUNTS)
def show_import(request: Request, viewer: ViewerDep, settings: SettingsDep) -> Response:
    return _upload_page(request)


@router.post("/import")
@needs(Action.MANAGE_ACCOUNTS)
def preview_file(
    request: Request,
    viewer: ViewerDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    try:
        if file is None or not file.filename:
            raise FileRefused("还没有选择文件。", "请选择填好的账号表。")
        name = safe_file_name(file.filename)
        drafts = batches.read_drafts(file.file.read(), name)
    except FileRefused as refusal:
        return _upload_page(request, refusal)
    return _preview(request, viewer, drafts, name)


@router.get("/liaisons")
@needs(Action.MANAGE_ACCOUNTS)
def preview_liaisons(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    return _preview(request, viewer, batches.liaison_drafts(session, viewer), "")


@router.post("/batch")
@needs(Action.MANAGE_ACCOUNTS)
async def open_accounts(
    request: Request,
    viewer: ViewerDep,
    rows: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
) -> Response:
    """First passwords are made apart and before the transaction; then all accounts are opened, or none."""
    drafts = batches.read_written(rows)
    try:
        await run_in_threadpool(_refuse_if_wrong, request, viewer, drafts)
        made = await security.apart.run(True, passwords.first_passwords, get_settings(request), len(drafts))
        slips = await run_in_threadpool(_open, request, viewer, drafts, made)
    except (Conflict, Busy) as refusal:
        return await run_in_threadpool(_preview, request, viewer, drafts, source[:200], refusal)
    return password_sheet(request, viewer, slips)


def _refuse_if_wrong(request: Request, viewer: Viewer, drafts: list[Draft]) -> None:
    """Before anybody waits for passwords."""
    with get_database(request).reading() as session:
        wrong = [each for each in batches.check_drafts(session, drafts, actor=viewer) if each.reasons]
    if wrong:
        raise batches.none_opened(len(wrong))


def _open(
    request: Request, viewer: Viewer, drafts: list[Draft], made: list[passwords.FirstPassword]
) -> list[Slip]:
    with get_database(request).writing() as session:
        opened = batches.open_accounts(session, drafts, made, actor=viewer, now=utcnow())
    return [
        Slip(each.draft.department, each.form.name, each.role_label, each.form.username, password.text)
        for each, password in zip(opened, made, strict=True)
    ]


def _upload_page(request: Request, refusal: FileRefused | None = None) -> Response:
    return render(
        request,
        "accounts/import.html",
        status=refusal.status if refusal else 200,
        errors={"file": refusal.sentence()} if refusal else {},
        most=batches.MOST,
    )


def _preview(
    request: Request, viewer: Viewer, drafts: list[Draft], source: str, refusal: AppError | None = None
) -> Response:
    """``source``: the file's name; empty for the liaisons of every unit."""
    with get_database(request).reading() as session:
        checked = batches.check_drafts(session, drafts, actor=viewer)
    return render(
        request,
        "accounts/preview.html",
        status=refusal.status if refusal else 200,
        errors={"": refusal.sentence()} if refusal else {},
        wrong=[each for each in checked if each.reasons],
        right=[each for each in checked if not each.reasons],
        rows=batches.written([each.draft for each in checked]),
        source=source,
        first_days=get_settings(request).first_password_days,
    )
