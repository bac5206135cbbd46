"""Sign in, sign out, own password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.clock import utcnow
from app.errors import InvalidInput, TooManyAttempts, WrongPassword
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.rules.permissions import Action, needs
from app.services import accounts as account_services
from app.services import progress as progress_services
from app.services.accounts import Credentials
from app.templating import render
from app.web.deps import SESSION_COOKIE, DatabaseDep, SessionDep, SettingsDep, ViewerDep, client_address
from app.web.flash import redirect

router = APIRouter()
KEPT = "kept."


async def kept_fields(request: Request) -> dict[str, str]:
    """What an expired sign-in interrupted: the fields of that form, carried through this one."""
    form = await request.form()
    return {
        name.removeprefix(KEPT): text
        for name, text in form.items()
        if name.startswith(KEPT) and isinstance(text, str)
    }


@router.get("/login")
@needs(None)
def show_login(request: Request, session: SessionDep, next: str = "/") -> Response:
    introduce(request, session)
    return render(request, "login/show.html", username="", errors={}, next=next, kept={})


@router.post("/login")
@needs(None)
def sign_in(
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
    kept: Annotated[dict[str, str] | None, Depends(kept_fields)] = None,
) -> Response:
    """Three short transactions instead of one: the password is checked while no one waits for the database."""
    address = client_address(request)
    credentials = Credentials.typed(username, password, address)
    try:
        with database.reading() as session:
            account_services.refuse_if_paused(session, credentials, settings, utcnow())
            user = account_queries.find_user(session, credentials.username)
        user = account_services.check_password(user, credentials)
    except (WrongPassword, TooManyAttempts) as refusal:
        with database.writing() as session:
            if isinstance(refusal, WrongPassword):
                account_services.record_failure(session, credentials, utcnow())
            introduce(request, session)
        errors = {"password": refusal.sentence()}
        return render(
            request,
            "login/show.html",
            status=refusal.status,
            username=username,
            errors=errors,
            next=next,
            kept=kept,
        )
    with database.writing() as session:
        key = account_services.open_session(session, user, address, utcnow())
    response: Response = redirect(_local(next))
    if kept:
        response = render(
            request,
            "login/resume.html",
            kept=kept,
            resume=_local(next),
            labels=progress_services.FIELD_LABELS,
        )
    response.set_cookie(
        SESSION_COOKIE, key, httponly=True, samesite="lax", secure=settings.secure_cookies, path="/"
    )
    return response


@router.post("/logout")
@needs(Action.SIGN_IN)
def sign_out(viewer: ViewerDep, session: SessionDep) -> Response:
    account_services.close_session(session, viewer, utcnow())
    response = redirect("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/account")
@needs(Action.SIGN_IN)
def show_account(request: Request, viewer: ViewerDep, settings: SettingsDep) -> Response:
    return render(request, "account/show.html", errors={}, min_length=settings.password_min_length)


@router.post("/account")
@needs(Action.SIGN_IN)
def change_password(
    request: Request,
    viewer: ViewerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    try:
        with database.reading() as session:
            user = account_queries.get_user(session, viewer.username)
        password_hash = account_services.checked_new_password(
            user, old=old, new=new, again=again, settings=settings
        )
    except InvalidInput as refusal:
        return render(
            request,
            "account/show.html",
            status=refusal.status,
            errors=refusal.fields,
            min_length=settings.password_min_length,
        )
    with database.writing() as session:
        account_services.set_own_password(session, viewer, password_hash, utcnow())
    return redirect("/account", "password_changed")


def introduce(request: Request, session: SessionDep) -> None:
    jurisdiction = directory_queries.sole_jurisdiction(session)
    request.state.jurisdiction_name = jurisdiction.name if jurisdiction else ""
    request.state.demonstration_date = jurisdiction.demonstration_date if jurisdiction else None


def _local(address: str) -> str:
    """Only a path of our own: a sign-in link must not lead elsewhere."""
    plain = address.startswith("/") and not address.startswith("//")
    return address if plain and "\\" not in address and address.isprintable() else "/"
