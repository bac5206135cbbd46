"""Every refusal as a page, or as a fragment for a request made from within one."""

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile

from app.errors import (
    AppError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    PasswordChangeNeeded,
    SecondFactorNeeded,
)
from app.templating import render, with_query
from app.web.deps import get_database
from app.web.flash import redirect
from app.web.form_addresses import page_of_form
from app.web.login import introduce

SECRETS = {"password", "old", "new", "again", "code", "secret"}


async def sign_in_to_go_on(request: Request) -> Response:
    """The sign-in ended while somebody was writing: ask to sign in, and carry what was written along."""
    form = await request.form()
    file_lost = any(isinstance(each, UploadFile) and each.filename for each in form.values())
    kept = {name: text for name, text in form.items() if isinstance(text, str) and name not in SECRETS}
    if file_lost:  # without its file, the form would ask for something else
        kept = {}
    with get_database(request).reading() as session:
        introduce(request, session)
    told = "刚才那一步没有办理，登录后请再办一次。"
    if file_lost:
        told = "文件没有收下，登录后请重新选择文件，同一页上填写的也请再填一次。"
    elif kept:
        told = "您写的内容没有丢，登录后接着提交。"
    return render(
        request,
        "login/show.html",
        status=NotSignedIn.status,
        username="",
        errors={"": f"登录已过期。{told}"},
        next=request.url.path if kept else page_of_form(request.url.path) or request.url.path,
        kept=kept,
    )


def answer(request: Request, error: AppError) -> Response:
    if request.headers.get("content-type", "").startswith("application/json"):
        return _problem(error)
    within_page = "hx-request" in request.headers
    if isinstance(error, NotSignedIn) and request.method == "GET" and not within_page:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if here == "/" else f"/login?next={quote(here)}", status_code=303)
    if isinstance(error, PasswordChangeNeeded) and not within_page:
        return RedirectResponse("/account", status_code=303)
    if isinstance(error, SecondFactorNeeded) and not within_page:
        return RedirectResponse("/account/second-factor", status_code=303)
    elsewhere = _where_to_go(request, error) if within_page else ""
    if request.method == "GET" and isinstance(error, MethodNotAllowed | NotFound):
        page = page_of_form(request.url.path)  # read as a number by another route, or refused by its own
        if page is not None:
            return redirect(with_query(page, request.query_params))
    template = "errors/_notice.html" if within_page else "errors/show.html"
    refused = render(
        request,
        template,
        status=error.status,
        title=error.title,
        message=error.message,
        remedy=error.remedy,
        back_href=_back(request),
        elsewhere=elsewhere,
    )
    if elsewhere:
        refused.headers["HX-Redirect"] = elsewhere
    return refused


def _where_to_go(request: Request, error: AppError) -> str:
    """The page that must come first, for a request made from within another: htmx goes there, a script tells it."""
    if isinstance(error, NotSignedIn):
        return with_query("/login", {"next": page_of_form(request.url.path) or request.url.path})
    if isinstance(error, PasswordChangeNeeded):
        return "/account"
    return "/account/second-factor" if isinstance(error, SecondFactorNeeded) else ""


def _problem(error: AppError) -> Response:
    """For a script of ours that saves in the background and says the sentence at its place."""
    body: dict[str, object] = {"code": error.code, "status": error.status, "detail": error.sentence()}
    if isinstance(error, InvalidInput) and error.fields:
        body["fields"] = error.fields
    return JSONResponse(body, error.status, media_type="application/problem+json")


def _back(request: Request) -> str:
    if request.url.path.startswith("/imports"):
        return "/imports"
    return "/"
