"""账号: who can sign in, and what the administrator does about it."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from app import security
from app.clock import utcnow
from app.errors import AppError, Busy, Conflict, InvalidInput
from app.models.account import Credential, Role, User
from app.queries import account_list, directory
from app.queries import sessions as session_queries
from app.queries.account_list import CREDENTIAL_LABELS, STATES, AccountFilter
from app.reports.accounts import Slip
from app.rules.permissions import ROLE_LABELS, Action, Viewer, can, needs
from app.services import accounts, passwords, second_factor
from app.services import sessions as session_services
from app.services.stale_forms import ChangedMeanwhile
from app.templating import render, with_query
from app.web.deps import RowId, SessionDep, ViewerDep, get_database, get_settings
from app.web.first_passwords import password_sheet
from app.web.flash import redirect
from app.web.forms import AccountFields, sentences_of, whole_number

router = APIRouter(prefix="/accounts")


@router.get("")
@needs(Action.VIEW_ACCOUNTS)
def show_accounts(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    role: str = "",
    state: str = "",
    department: str = "",
    text: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    narrowed = AccountFilter(
        role if role in list(Role) else "",
        state if state in STATES else "",
        whole_number(department),
        text.replace("\0", "").strip(),
    )
    found = account_list.list_accounts(session, viewer, narrowed, page)
    chosen = asdict(narrowed)
    return render(
        request,
        "accounts/index.html",
        page=replace(found, href=lambda number: with_query("/accounts", {**chosen, "page": number})),
        narrowed=narrowed,
        roles=list(ROLE_LABELS.items()),
        states=list(STATES.items()),
        departments=directory.list_departments(session, viewer),
        missing=len(account_list.units_without_liaison(session, viewer, viewer.today)),
        can_manage=can(viewer, Action.MANAGE_ACCOUNTS),
    )


@router.get("/new")
@needs(Action.MANAGE_ACCOUNTS)
def show_new(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    return _form_page(request, session, viewer, AccountFields(), None)


@router.post("")
@needs(Action.MANAGE_ACCOUNTS)
async def open_account(
    request: Request, viewer: ViewerDep, form: Annotated[AccountFields, Form()]
) -> Response:
    """The password is made and hashed before the transaction; its answer is the only place it stands."""

    def keep(session: Session, password_hash: str) -> User:
        return accounts.open_account(
            session,
            form.account(),
            jurisdiction_id=viewer.jurisdiction_id,
            password_hash=password_hash,
            now=utcnow(),
            actor=viewer,
        )

    def keep_without_password() -> Response:
        with get_database(request).writing() as session:
            return redirect(f"/accounts/{keep(session, '').id}", "account_opened")

    try:
        if form.credential in (Credential.LDAP, Credential.OIDC):
            return await run_in_threadpool(keep_without_password)
        return await _with_first_password(request, viewer, lambda session, first: keep(session, first.hash))
    except (InvalidInput, Busy) as refusal:
        return await run_in_threadpool(_refused_form, request, viewer, form, refusal, None)


@router.get("/{account_id}")
@needs(Action.VIEW_ACCOUNTS)
def show_account(request: Request, account_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    return _account_page(request, session, viewer, account_id)


@router.get("/{account_id}/edit")
@needs(Action.MANAGE_ACCOUNTS)
def show_edit(request: Request, account_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    row = account_list.account_row(session, viewer, account_id)
    return _form_page(request, session, viewer, AccountFields.of(row), account_id)


@router.post("/{account_id}")
@needs(Action.MANAGE_ACCOUNTS)
def change_account(
    request: Request, account_id: RowId, viewer: ViewerDep, form: Annotated[AccountFields, Form()]
) -> Response:
    try:
        with get_database(request).writing() as session:
            user = account_list.get_account(session, viewer, account_id)
            accounts.change_account(
                session, user, form.account(), actor=viewer, now=utcnow(), shown=form.shown or None
            )
    except ChangedMeanwhile as refusal:
        form.shown = refusal.digest
        return _refused_form(request, viewer, form, refusal, account_id)
    except InvalidInput as refusal:
        return _refused_form(request, viewer, form, refusal, account_id)
    return redirect(f"/accounts/{account_id}", "account_changed")


@router.post("/{account_id}/password")
@needs(Action.MANAGE_ACCOUNTS)
async def reset_password(
    request: Request,
    account_id: RowId,
    viewer: ViewerDep,
    mark: Annotated[str | None, Form(max_length=100)] = None,
) -> Response:
    await run_in_threadpool(_refuse_unless_here, request, viewer, account_id)

    def keep(session: Session, first: passwords.FirstPassword) -> User:
        user = account_list.get_account(session, viewer, account_id)
        passwords.reset_password(
            session,
            user,
            first.hash,
            actor=viewer,
            now=utcnow(),
            settings=get_settings(request),
            mark=mark,
        )
        return user

    try:
        return await _with_first_password(request, viewer, keep)
    except (Conflict, Busy) as refusal:
        return await run_in_threadpool(_refused_account, request, viewer, account_id, refusal)


@router.post("/{account_id}/disable")
@needs(Action.MANAGE_ACCOUNTS)
def disable(request: Request, account_id: RowId, viewer: ViewerDep) -> Response:
    try:
        with get_database(request).writing() as session:
            user = account_list.get_account(session, viewer, account_id)
            accounts.disable_account(session, user, actor=viewer, now=utcnow())
    except Conflict as refusal:
        return _refused_account(request, viewer, account_id, refusal)
    return redirect(f"/accounts/{account_id}", "account_disabled")


@router.post("/{account_id}/enable")
@needs(Action.MANAGE_ACCOUNTS)
def enable(account_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    accounts.enable_account(session, account_list.get_account(session, viewer, account_id), actor=viewer)
    return redirect(f"/accounts/{account_id}", "account_enabled")


@router.post("/{account_id}/second-factor/reset")
@needs(Action.MANAGE_ACCOUNTS)
def reset_second_factor(account_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    second_factor.reset(session, account_list.get_account(session, viewer, account_id), actor=viewer)
    return redirect(f"/accounts/{account_id}", "second_factor_reset")


@router.post("/{account_id}/sessions/end")
@needs(Action.MANAGE_ACCOUNTS)
def end_sessions(account_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    user = account_list.get_account(session, viewer, account_id)
    session_services.end_all(session, user, actor=viewer, now=utcnow())
    return redirect(f"/accounts/{account_id}", "sessions_of_account_ended")


async def _with_first_password(
    request: Request, viewer: Viewer, keep: Callable[[Session, passwords.FirstPassword], User]
) -> Response:
    """Make a first password apart, keep its hash in one transaction, and show it this once."""
    first = await security.apart.run(True, passwords.first_password, get_settings(request))

    def kept() -> Slip:
        with get_database(request).writing() as session:
            row = account_list.account_row(session, viewer, keep(session, first).id or 0)
        return Slip(row.department, row.name, row.role_label, row.username, first.text)

    return password_sheet(request, viewer, [await run_in_threadpool(kept)])


def _refuse_unless_here(request: Request, viewer: Viewer, account_id: int) -> None:
    with get_database(request).reading() as session:
        account_list.get_account(session, viewer, account_id)


def _refused_form(
    request: Request, viewer: Viewer, form: AccountFields, refusal: AppError, account_id: int | None
) -> Response:
    with get_database(request).reading() as session:
        return _form_page(request, session, viewer, form, account_id, refusal)


def _refused_account(request: Request, viewer: Viewer, account_id: int, refusal: AppError) -> Response:
    with get_database(request).reading() as session:
        return _account_page(request, session, viewer, account_id, refusal)


def _form_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    form: AccountFields,
    account_id: int | None,
    refusal: AppError | None = None,
) -> Response:
    return render(
        request,
        "accounts/form.html",
        status=refusal.status if refusal else 200,
        form=form,
        account=account_list.account_row(session, viewer, account_id) if account_id else None,
        errors=sentences_of(refusal),
        roles=list(ROLE_LABELS.items()),
        credentials=[(each.value, CREDENTIAL_LABELS[each]) for each in Credential],
        departments=directory.list_departments(session, viewer),
        officials=directory.list_officials(session, viewer),
    )


def _account_page(
    request: Request, session: Session, viewer: Viewer, account_id: int, refusal: AppError | None = None
) -> Response:
    settings, now = get_settings(request), utcnow()
    return render(
        request,
        "accounts/show.html",
        status=refusal.status if refusal else 200,
        account=account_list.account_row(session, viewer, account_id),
        sessions=session_queries.sessions_of(session, viewer, account_id, settings, now),
        tokens=account_list.list_tokens(session, viewer, now, account_id),
        errors={"": refusal.sentence()} if refusal else {},
        can_manage=can(viewer, Action.MANAGE_ACCOUNTS),
        first_days=settings.first_password_days,
    )
