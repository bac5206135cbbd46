"""Sign in, with a second page for the second factor where there is one, and sign out."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.concurrency import run_in_threadpool

from app import security
from app.clock import utcnow
from app.config import Settings
from app.errors import AppError, Busy, InvalidInput, NotSignedIn, OutsideDown, TooManyAttempts, WrongPassword
from app.queries import directory as directory_queries
from app.queries import sign_in as sign_in_queries
from app.rules.permissions import Action, needs
from app.services import progress as progress_services
from app.services import sessions as session_services
from app.services import sign_in as sign_in_services
from app.services.sign_in import Attempt, Credentials, Place, SignedIn
from app.templating import render
from app.web.deps import (
    LAST_PLAN_COOKIE,
    DatabaseDep,
    SessionDep,
    SettingsDep,
    ViewerDep,
    client_address,
    get_database,
    get_settings,
    session_cookie,
)
from app.web.flash import redirect

router = APIRouter()
KEPT = "kept."
OTHER_LABELS = {"title": "名称", "pasted": "粘贴的文字"}
"""What is shown of an import; a report says its own."""
Outcome = TypeVar("Outcome")


async def kept_fields(request: Request) -> dict[str, str]:
    """What an expired sign-in interrupted: the fields of that form, carried through this one."""
    form = await request.form()
    return {
        name.removeprefix(KEPT): text
        for name, text in form.items()
        if name.startswith(KEPT) and isinstance(text, str)
    }


KeptDep = Annotated[dict[str, str], Depends(kept_fields)]


@router.get("/login")
@needs(None)
def show_login(request: Request, session: SessionDep, next: str = "/") -> Response:
    introduce(request, session)
    return render(request, "login/show.html", username="", errors={}, next=next, kept={})


@router.post("/login")
@needs(None)
async def sign_in(
    request: Request,
    kept: KeptDep,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Short transactions, and between them the slow check, on threads that serve nobody else."""
    database, settings = get_database(request), get_settings(request)
    credentials = Credentials.typed(username, password, place_of(request))
    try:
        attempt = await run_in_threadpool(begin_try, database, settings, credentials)
        proven = await is_right(request, attempt, credentials)
        signed_in = await run_in_threadpool(finish, database, settings, credentials, attempt, proven)
    except (WrongPassword, TooManyAttempts, Busy, OutsideDown) as refusal:
        await run_in_threadpool(introduce_in, request)
        answer = render(
            request,
            "login/show.html",
            status=refusal.status,
            username=credentials.username,
            errors={"password": refusal.sentence()},
            next=next,
            kept=kept,
        )
        if isinstance(refusal, TooManyAttempts):
            answer.headers["retry-after"] = str(refusal.wait)
        return answer
    if signed_in.needs_second_factor and kept:
        await run_in_threadpool(introduce_in, request)
    return let_in(request, signed_in, next, kept)


@router.get("/login/code")
@needs(None)
def show_code(request: Request, session: SessionDep, settings: SettingsDep, next: str = "/") -> Response:
    key = request.cookies.get(session_cookie(settings), "")
    if sign_in_queries.pending_user(session, security.fingerprint(key), utcnow()) is None:
        return redirect("/login")
    introduce(request, session)
    return _ask_for_code(request, next, {})


@router.post("/login/code")
@needs(None)
def give_code(
    request: Request,
    kept: KeptDep,
    database: DatabaseDep,
    settings: SettingsDep,
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    key = request.cookies.get(session_cookie(settings), "")
    place = place_of(request)
    with database.reading() as session:
        introduce(request, session)
        user = sign_in_queries.pending_user(session, security.fingerprint(key), utcnow())
    if user is None:
        return _start_again(request, next, kept)
    if not code.strip():  # a key pressed too soon is no guess
        return _ask_for_code(
            request, next, kept, InvalidInput("还没有输入动态口令。", "请输入手机上现在显示的六位数。")
        )
    credentials = Credentials(user.username, "", place)
    try:
        attempt = begin_try(database, settings, credentials)
        try:
            with database.writing() as session:
                signed_in = sign_in_services.finish_second_factor(
                    session, attempt, key, code, place, utcnow()
                )
        except WrongPassword:
            with database.writing() as session:
                sign_in_services.refuse(session, attempt, credentials, settings, reason="second_factor")
            raise
    except NotSignedIn:
        return _start_again(request, next, kept)
    except (WrongPassword, TooManyAttempts) as refusal:
        return _ask_for_code(request, next, kept, refusal)
    return let_in(request, signed_in, next, kept)


@router.post("/logout")
@needs(Action.SIGN_IN)
def sign_out(viewer: ViewerDep, session: SessionDep, settings: SettingsDep) -> Response:
    session_services.sign_out(session, viewer, utcnow())
    response = redirect("/login")
    response.delete_cookie(
        session_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )
    return response


def place_of(request: Request) -> Place:
    return Place(client_address(request), request.headers.get("user-agent", ""))


def begin_try(database: DatabaseDep, settings: Settings, credentials: Credentials) -> Attempt:
    """Take up one try. Raises ``TooManyAttempts`` for whoever must wait, mostly without writing anything."""
    now = utcnow()
    with database.reading() as session:
        waiting = sign_in_services.must_wait(session, credentials, settings, now)
    if waiting is not None and not waiting.is_new:
        raise sign_in_services.told_to_wait(waiting, now)
    with database.writing() as session:
        begun = sign_in_services.begin(session, credentials, settings, now)
    if not isinstance(begun, Attempt):
        raise sign_in_services.told_to_wait(begun, now)
    return begun


async def is_right(request: Request, attempt: Attempt, credentials: Credentials) -> bool:
    """Our own password, or for an account of the office's directory what the directory says."""
    if sign_in_services.asks_the_directory(attempt):
        settings = get_settings(request)
        return await checked(
            request,
            attempt,
            lambda: sign_in_services.directory_says_right(attempt, credentials, settings),
            security.away,
        )
    return await checked(request, attempt, lambda: sign_in_services.password_is_right(attempt, credentials))


async def checked(
    request: Request,
    attempt: Attempt,
    check: Callable[[], Outcome],
    where: security.Apart = security.apart,
) -> Outcome:
    """The slow check of a try, apart. One that was never checked, for the crowd or the silence, does not count."""
    try:
        return await where.run(attempt.is_known_place, check)
    except (Busy, OutsideDown):
        await run_in_threadpool(withdraw, get_database(request), attempt)
        raise


def withdraw(database: DatabaseDep, attempt: Attempt) -> None:
    with database.writing() as session:
        sign_in_services.withdraw(session, attempt)


def finish(
    database: DatabaseDep, settings: Settings, credentials: Credentials, attempt: Attempt, is_right: bool
) -> SignedIn:
    """Sign in, or record what was wrong. Raises ``WrongPassword``."""
    try:
        if not is_right or attempt.user is None:
            raise sign_in_services.wrong_password()
        with database.writing() as session:
            return sign_in_services.finish_sign_in(
                session, attempt.user, credentials.place, utcnow(), settings, attempt=attempt
            )
    except WrongPassword:
        with database.writing() as session:
            sign_in_services.refuse(session, attempt, credentials, settings)
        raise


def let_in(request: Request, signed_in: SignedIn, next: str, kept: dict[str, str]) -> Response:
    """The answer to every successful sign-in: the cookie, and the way to the second page or to where one wanted."""
    response: Response
    if signed_in.needs_second_factor:
        response = (
            _ask_for_code(request, next, kept) if kept else redirect(f"/login/code?next={quote(local(next))}")
        )
    elif kept:
        response = render(
            request,
            "login/resume.html",
            kept=kept,
            resume=local(next),
            labels={**progress_services.FIELD_LABELS, **OTHER_LABELS},
        )
    else:
        response = redirect(local(next))
    settings = get_settings(request)
    response.set_cookie(
        session_cookie(settings),
        signed_in.key,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )
    response.delete_cookie(LAST_PLAN_COOKIE)
    return response


def introduce(request: Request, session: SessionDep) -> None:
    jurisdiction = directory_queries.sole_jurisdiction(session)
    request.state.jurisdiction_name = jurisdiction.name if jurisdiction else ""
    request.state.demonstration_date = jurisdiction.demonstration_date if jurisdiction else None
    has_single_sign_on = request.app.state.single_sign_on is not None
    request.state.single_sign_on = get_settings(request).oidc_name if has_single_sign_on else ""


def introduce_in(request: Request) -> None:
    with get_database(request).reading() as session:
        introduce(request, session)


def local(address: str) -> str:
    """Only a path of our own: a sign-in link must not lead elsewhere."""
    plain = address.startswith("/") and not address.startswith("//")
    return address if plain and "\\" not in address and address.isprintable() else "/"


def _ask_for_code(
    request: Request, next: str, kept: dict[str, str], refusal: AppError | None = None
) -> Response:
    return render(
        request,
        "login/code.html",
        status=refusal.status if refusal else 200,
        errors={"code": refusal.sentence()} if refusal else {},
        next=next,
        kept=kept,
    )


def _start_again(request: Request, next: str, kept: dict[str, str]) -> Response:
    errors = {"": "登录超过了时限，请重新输入用户名和密码。" + ("您写的内容没有丢。" if kept else "")}
    return render(
        request,
        "login/show.html",
        status=NotSignedIn.status,
        username="",
        errors=errors,
        next=next,
        kept=kept,
    )
