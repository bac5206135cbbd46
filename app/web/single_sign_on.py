"""Signing in through the office's single sign-on (统一身份认证): go there, and come back.

These handlers are asynchronous, unlike all others: they wait for another house, and no worker thread may wait with
them. What touches the database runs in a worker thread as everywhere.
"""

from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.clock import utcnow
from app.config import Settings
from app.errors import AppError, NotAdmitted, NotFound, OutsideDown
from app.rules.permissions import needs
from app.services import sign_in as sign_in_services
from app.services import single_sign_on
from app.services.sign_in import Place, SignedIn
from app.services.single_sign_on import Identity
from app.templating import render
from app.web.deps import DatabaseDep, SettingsDep
from app.web.login import introduce_in, let_in, local, place_of

if TYPE_CHECKING:
    from app.integrations.oidc import Provider

router = APIRouter()


def get_provider(request: Request) -> "Provider":
    """Raises ``NotFound`` where no single sign-on is set."""
    provider = request.app.state.single_sign_on
    if provider is None:
        raise NotFound("本系统没有接通统一身份认证。", "请用账号和密码登录。")
    return cast("Provider", provider)


ProviderDep = Annotated["Provider", Depends(get_provider)]


@router.get("/login/oidc")
@needs(None)
async def go(request: Request, provider: ProviderDep, next: str = "/") -> Response:
    try:
        return await provider.send_there(request, local(next))
    except OutsideDown as refusal:
        return await run_in_threadpool(_refused, request, refusal, next)


@router.get("/login/oidc/callback")
@needs(None)
async def come_back(
    request: Request, provider: ProviderDep, database: DatabaseDep, settings: SettingsDep
) -> Response:
    next = "/"
    try:
        identity, next = await provider.who_came_back(request)
        place = place_of(request)
        signed_in = await run_in_threadpool(_sign_in, database, identity, place, settings)
    except AppError as refusal:
        return await run_in_threadpool(_refused, request, refusal, next)
    return let_in(request, signed_in, next, {})


def _sign_in(database: DatabaseDep, identity: Identity, place: Place, settings: Settings) -> SignedIn:
    try:
        with database.writing() as session:
            user = single_sign_on.admit(session, identity, place)
            return sign_in_services.finish_sign_in(session, user, place, utcnow(), settings)
    except NotAdmitted:
        with database.writing() as session:
            single_sign_on.refuse(session, identity, place)
        raise


def _refused(request: Request, refusal: AppError, next: str) -> Response:
    """The sign-in page with the sentence; whoever has a password can use it there at once."""
    introduce_in(request)
    errors = {"": refusal.sentence()}
    return render(
        request,
        "login/show.html",
        status=refusal.status,
        username="",
        errors=errors,
        next=local(next),
        kept={},
    )
