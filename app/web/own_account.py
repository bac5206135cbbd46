"""账号与密码: one's own password, signed-in browsers, and second factor."""

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.clock import utcnow
from app.errors import AppError, Busy, Conflict, InvalidInput, OutsideDown, TooManyAttempts
from app.queries import sessions as session_queries
from app.rules.permissions import Action, Viewer, needs
from app.services import passwords, second_factor
from app.services import sessions as session_services
from app.services.sign_in import Credentials
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep, get_database, get_settings
from app.web.flash import redirect
from app.web.login import begin_try, checked, is_right, place_of, withdraw

router = APIRouter()


@router.get("/account")
@needs(Action.SIGN_IN)
def show_account(request: Request, viewer: ViewerDep) -> Response:
    return _page(request, viewer)


@router.post("/account")
@needs(Action.SIGN_IN)
async def change_password(
    request: Request,
    viewer: ViewerDep,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """As at sign-in: slow work on threads that serve nobody else, and guessing the old password is slowed."""
    database, settings = get_database(request), get_settings(request)
    credentials = Credentials.typed(viewer.username, old, place_of(request))
    try:
        owner = await run_in_threadpool(_own_password, request, viewer)
        attempt = await run_in_threadpool(begin_try, database, settings, credentials)
        try:
            password_hash = await checked(
                request,
                attempt,
                lambda: passwords.checked_new_password(
                    owner, old=old, new=new, again=again, settings=settings
                ),
            )
        except InvalidInput as refusal:
            if "old" not in refusal.fields:
                await run_in_threadpool(withdraw, database, attempt)
            raise
        await run_in_threadpool(withdraw, database, attempt)
        await run_in_threadpool(_keep_password, request, viewer, password_hash, owner)
    except (InvalidInput, TooManyAttempts, Busy, Conflict) as refusal:
        return await run_in_threadpool(_page, request, viewer, refusal, "old")
    return redirect("/account", "password_changed")


@router.post("/account/sessions/end-others")
@needs(Action.SIGN_IN)
def end_other_sessions(viewer: ViewerDep, session: SessionDep) -> Response:
    session_services.end_others(session, actor=viewer, now=utcnow())
    return redirect("/account", "sessions_ended")


@router.post("/account/sessions/{session_id}/end")
@needs(Action.SIGN_IN)
def end_session(session_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    session_services.end_own(session, session_id, actor=viewer, now=utcnow())
    return redirect("/login" if session_id == viewer.session_id else "/account", "session_ended")


@router.get("/account/second-factor")
@needs(Action.SIGN_IN)
def show_second_factor(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    if session_queries.has_second_factor(session, viewer):
        return redirect("/account")
    return _enrolment(request, viewer, second_factor.new_secret())


@router.post("/account/second-factor")
@needs(Action.SIGN_IN)
def enrol(
    request: Request,
    viewer: ViewerDep,
    session: SessionDep,
    secret: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    try:
        second_factor.enrol(session, secret, code, actor=viewer, now=utcnow())
    except InvalidInput as refusal:
        kept = secret if second_factor.is_secret(secret) else second_factor.new_secret()
        return _enrolment(request, viewer, kept, refusal)
    return redirect("/account" if not viewer.must_enrol else "/", "second_factor_on")


@router.post("/account/second-factor/off")
@needs(Action.SIGN_IN)
async def switch_off(request: Request, viewer: ViewerDep, password: Annotated[str, Form()] = "") -> Response:
    database, settings = get_database(request), get_settings(request)
    credentials = Credentials.typed(viewer.username, password, place_of(request))
    try:
        second_factor.refuse_where_needed(viewer, settings.roles_with_second_factor)
        attempt = await run_in_threadpool(begin_try, database, settings, credentials)
        if not await is_right(request, attempt, credentials):
            raise InvalidInput("动态口令没有停用。", fields={"password": "密码不正确，动态口令没有停用。"})
    except (InvalidInput, TooManyAttempts, Busy, OutsideDown, Conflict) as refusal:
        return await run_in_threadpool(_page, request, viewer, refusal, "password")
    await run_in_threadpool(withdraw, database, attempt)
    await run_in_threadpool(_switch_off, request, viewer)
    return redirect("/account", "second_factor_off")


def _own_password(request: Request, viewer: Viewer) -> passwords.Holder:
    with get_database(request).reading() as session:
        return passwords.holder(session, viewer, get_settings(request))


def _keep_password(request: Request, viewer: Viewer, password_hash: str, owner: passwords.Holder) -> None:
    with get_database(request).writing() as session:
        passwords.set_own_password(
            session, viewer, password_hash, utcnow(), get_settings(request), instead_of=owner
        )


def _switch_off(request: Request, viewer: Viewer) -> None:
    with get_database(request).writing() as session:
        needed = get_settings(request).roles_with_second_factor
        second_factor.switch_off(session, actor=viewer, needed=needed)


def _page(request: Request, viewer: Viewer, refusal: AppError | None = None, field: str = "") -> Response:
    settings = get_settings(request)
    with get_database(request).reading() as session:
        own = session_queries.own_account(session, viewer, settings, utcnow())
    errors: dict[str, str] = {}
    if refusal is not None:
        errors = getattr(refusal, "fields", {}) or {field: refusal.sentence()}
    return render(
        request,
        "account/show.html",
        status=refusal.status if refusal else 200,
        errors=errors,
        own=own,
        password_rules=passwords.rules_of(settings).in_words(),
    )


def _enrolment(
    request: Request, viewer: Viewer, secret: str, refusal: InvalidInput | None = None
) -> Response:
    address = second_factor.address_for(secret, viewer.username, viewer.jurisdiction_name)
    return render(
        request,
        "account/second_factor.html",
        status=refusal.status if refusal else 200,
        errors=refusal.fields if refusal else {},
        secret=secret,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        in_fours=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
