"""导入: upload, check, commit, take back."""

from hashlib import sha256
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlmodel import Session

from app.downloads import attachment, safe_file_name
from app.errors import Conflict, FileRefused, InvalidInput, NotFound
from app.headway import Headway, new_ticket
from app.models.imports import BatchState
from app.models.plan import PlanState
from app.queries import import_headways
from app.queries import imports as import_queries
from app.queries import plans as plan_queries
from app.queries.revisions import title_of_heading
from app.rules.permissions import Action, Viewer, needs
from app.services import import_decisions
from app.services import imports as import_services
from app.templating import render
from app.web import pasted as pasted_words
from app.web.deps import (
    DatabaseDep,
    HeadwaysDep,
    RowId,
    SessionDep,
    SettingsDep,
    ViewerDep,
    get_headways,
)
from app.web.flash import redirect
from app.web.forms import whole_number
from app.web.import_page import Refused, plan_choices, preview_page

router = APIRouter()


@router.get("/imports")
@needs(Action.IMPORT_PLAN)
def show_imports(request: Request, viewer: ViewerDep, session: SessionDep, settings: SettingsDep) -> Response:
    return _upload_page(request, session, viewer, settings.upload_limit)


@router.post("/imports")
@needs(Action.IMPORT_PLAN)
def upload(
    request: Request,
    viewer: ViewerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    headways: HeadwaysDep,
    file: Annotated[UploadFile | None, File()] = None,
    pasted: Annotated[str, Form()] = "",
    pasted_table: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = "",
    ticket: Annotated[str, Form()] = "",
) -> Response:
    """The file is read while no one waits for the database; only keeping it is a transaction."""
    with database.reading() as session:
        plan = plan_queries.get_plan(session, viewer, whole_number(target) or 0) if target else None
        known = import_decisions.known_to(session, viewer.jurisdiction_id)
    is_pasted = not (file and file.filename)
    try:
        data, name = _content(file, pasted, pasted_table)
        digest = sha256(data + f"{name} {title} {target}".encode()).hexdigest()
        begun = _begun(viewer, ticket, name, digest=digest)
        with headways.kept(viewer.jurisdiction_id, begun) as work:
            if work.headway.address:  # pressed twice: it has been read
                return redirect(work.headway.address)
            table, year = import_services.recognise_upload(
                data,
                name,
                viewer.today,
                year=plan.year if plan else import_services.year_in(title),
                decisions=known,
                listener=work.tell,
            )
            work.tell("keep")
            with database.writing() as session:
                if plan is not None:
                    title = plan.title
                title = title.strip() or title_of_heading(session, viewer, table.title, year) or table.title
                if is_pasted:
                    name = pasted_words.named_after(table.title, name)
                    title = title or pasted_words.title_without_heading(viewer.now)
                batch = import_services.preview(
                    session,
                    table,
                    data,
                    name,
                    title=(title or PurePosixPath(name).stem)[:200],
                    year=year,
                    actor=viewer,
                )
            work.finish(f"/imports/{batch.id}")
            return redirect(f"/imports/{batch.id}")
    except FileRefused as refusal:
        typed = {"pasted": pasted, "pasted_table": pasted_table, "title": title, "target": target}
        field = "pasted" if pasted.strip() and is_pasted else "file"
        with database.reading() as session:
            return _upload_page(
                request, session, viewer, settings.upload_limit, {field: refusal.sentence()}, typed
            )


@router.get("/imports/headway/{ticket}")
@needs(Action.IMPORT_PLAN)
def show_headway(
    request: Request, ticket: str, viewer: ViewerDep, session: SessionDep, headways: HeadwaysDep
) -> Response:
    """How far an import has come, asked by a page that waits for it."""
    headway = import_headways.find(session, viewer, headways, ticket)
    if headway is None:
        raise NotFound("没有正在进行的这次导入。")
    return render(request, "imports/_headway.html", headway=headway)


@router.post("/imports/remembered/{decision_id}/forget")
@needs(Action.IMPORT_PLAN)
def forget(decision_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    decision = import_queries.get_decision(session, viewer, decision_id)
    if decision is not None:  # a second press finds it gone
        import_decisions.forget(session, decision, actor=viewer)
    return redirect("/imports#remembered", "decision_forgotten")


@router.get("/imports/{batch_id}")
@needs(Action.IMPORT_PLAN)
def show_preview(request: Request, batch_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    return preview_page(request, session, viewer, import_queries.get_batch(session, viewer, batch_id))


@router.post("/imports/{batch_id}/commit")
@needs(Action.IMPORT_PLAN)
def commit(
    request: Request,
    batch_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    headways: HeadwaysDep,
    title: Annotated[str, Form()] = "",
    year: Annotated[str, Form()] = "",
    shown: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = PlanState.ISSUED,
    unchecked: Annotated[str, Form()] = "",
    ticket: Annotated[str, Form()] = "",
) -> Response:
    wanted = whole_number(year) or 0
    first = PlanState.DRAFT if state == PlanState.DRAFT else PlanState.ISSUED
    try:
        with database.reading() as session:
            batch = import_queries.get_batch(session, viewer, batch_id)
            name = import_queries.original_name(session, batch)
        begun = _begun(viewer, ticket, name, batch_id=batch_id)
        with headways.kept(viewer.jurisdiction_id, begun) as work:
            work.tell("prepare")
            reading = None
            if batch.state is BatchState.PREVIEWED and wanted != batch.year:
                import_decisions.checked_title(title, wanted)
                with database.reading() as session:
                    reading = import_decisions.read_again(session, batch, actor=viewer, year=wanted)
            with database.writing() as session:
                work.tell("prepare", 1, 2)
                batch = import_queries.get_batch(session, viewer, batch_id)
                import_decisions.refuse_if_read_anew(batch, seen)
                if reading is not None:
                    import_decisions.retarget(session, batch, title, wanted, actor=viewer, reading=reading)
                plan = import_services.commit(
                    session,
                    batch,
                    actor=viewer,
                    title=title,
                    year=wanted,
                    shown=shown,
                    reason=reason[:500],
                    state=first,
                    unchecked=bool(unchecked),
                    listener=work.tell,
                )
            is_draft = plan.state is PlanState.DRAFT and not batch.is_revision
            address = f"/plans/{plan.id}/{'stage' if is_draft else 'tasks'}"
            work.finish(address)
        if batch.committed_at is None:
            return redirect(address, "import_repeated")
        done = "plan_revised" if batch.is_revision else "draft_imported" if is_draft else "plan_imported"
        return redirect(address, done)
    except (InvalidInput, Conflict) as refusal:
        errors = refusal.fields if isinstance(refusal, InvalidInput) else {"": refusal.sentence()}
        refused = Refused(errors, title, year, reason, first, bool(unchecked), status=refusal.status)
        return _refused_page(request, database, viewer, batch_id, refused)


@router.post("/imports/{batch_id}/undo")
@needs(Action.IMPORT_PLAN)
def undo(request: Request, batch_id: RowId, viewer: ViewerDep, database: DatabaseDep) -> Response:
    try:
        with database.writing() as session:
            batch = import_queries.get_batch(session, viewer, batch_id)
            if batch.state is not BatchState.UNDONE:  # a second press finds it done
                import_services.undo(session, batch, actor=viewer)
            return redirect(f"/imports/{batch_id}", "import_undone")
    except Conflict as refusal:
        refused = Refused({"": refusal.sentence()}, status=refusal.status)
        return _refused_page(request, database, viewer, batch_id, refused)


@router.post("/imports/{batch_id}/remove")
@needs(Action.IMPORT_PLAN)
def remove(batch_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    batch = import_queries.get_batch(session, viewer, batch_id, even_removed=True)
    import_services.remove(session, batch, actor=viewer)
    return redirect("/imports", "import_removed")


@router.get("/imports/{batch_id}/original")
@needs(Action.IMPORT_PLAN)
def download_original(batch_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    original = import_queries.get_original(session, viewer, batch_id)
    return attachment(original.content, name=original.name, media_type="application/octet-stream")


def _begun(
    viewer: Viewer, ticket: str, name: str, *, batch_id: int | None = None, digest: str = ""
) -> Headway:
    """An import at its beginning. Without a ticket of its page, others still see that it is under way."""
    return Headway(
        ticket or new_ticket(), name, viewer.name, viewer.user_id, viewer.now, batch_id, digest=digest
    )


def _content(file: UploadFile | None, pasted: str, table: str) -> tuple[bytes, str]:
    """What was sent, and its name. A file goes before pasted words."""
    if file is not None and file.filename:
        return file.file.read(), safe_file_name(file.filename)
    if pasted.strip():
        return pasted_words.as_file(pasted, table)
    raise FileRefused("还没有选择文件，也没有粘贴文字。", "请选择责任分解表文件，或把表格文字粘贴进来。")


def _upload_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    limit: int,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    targets = plan_queries.list_plans(session, viewer)
    return render(
        request,
        "imports/index.html",
        status=FileRefused.status if errors else 200,
        batches=import_queries.list_batches(session, viewer),
        under_way=import_headways.unfinished(session, viewer, get_headways(request)),
        ticket=new_ticket(),
        remembered=import_queries.list_decisions(session, viewer),
        words_of={
            "column": dict(import_decisions.COLUMN_CHOICES),
            "rule": dict(import_decisions.RULE_CHOICES),
        },
        targets=targets,
        purposes=[("", "按名称判断：同名的更新，没有的新建"), *plan_choices(targets)],
        errors=errors or {},
        typed={"title": "", "pasted": "", "pasted_table": "", "target": "", **(typed or {})},
        limit_mb=limit // 1_000_000,
    )


def _refused_page(
    request: Request, database: DatabaseDep, viewer: Viewer, batch_id: RowId, refused: Refused
) -> Response:
    with database.reading() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        return preview_page(request, session, viewer, batch, refused)
