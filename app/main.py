"""create_app(): puts routers, handlers and middleware together, decides nothing."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from app import api, web
from app.api import errors as api_errors
from app.config import PROJECT_ROOT, Settings
from app.db import Database, make_engine
from app.errors import (
    AppError,
    BadRequest,
    Busy,
    Conflict,
    CrossOrigin,
    InternalError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    TooLarge,
)
from app.headway import Headways
from app.middleware import BodyLimit, OwnAddress, SameOrigin, SecurityHeaders
from app.turns import Turns, in_turn
from app.turnstile import Turnstile
from app.web import errors as web_errors
from app.web import refusals
from app.web.deps import SESSION_COOKIE, keep_menu

UPLOAD_PATHS = {
    "/imports",
    "/accounts/import",
    "/directory/import",
    "/tasks/{task_id}/evidence",
    "/api/v1/tasks/{task_id}/evidence",
}
"""Routes that take a file; every other body is small."""
UPLOADS = re.compile("|".join(re.sub(r"\{\w+\}", "[0-9]+", path) for path in sorted(UPLOAD_PATHS)))


class Application(FastAPI):
    """Its headers stand outside everything, also outside what answers a surprise."""

    def build_middleware_stack(self) -> Any:
        return SecurityHeaders(super().build_middleware_stack(), public_url=self.state.settings.public_url)


def create_app(settings: Settings) -> FastAPI:
    """The whole application on one database. Tables must be there already (``db.migrate``)."""
    app = Application(
        title="督办 REST 接口",
        description=api.DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan,
        redirect_slashes=False,  # it would send people to whatever host they asked for
    )
    app.state.settings = settings
    app.state.database = Database(make_engine(settings.resolved_database_url, threads=settings.thread_count))
    app.state.turns = Turns(settings.thread_count)
    app.state.headways = Headways(settings.data_dir / "under-way")
    app.include_router(web.router, include_in_schema=False, dependencies=[in_turn])
    app.include_router(api.router, dependencies=[in_turn])
    app.mount("/static", StaticFiles(directory=PROJECT_ROOT / "app" / "static"))
    app.mount("/vendor/htmx", StaticFiles(packages=[("js_lib_htmx", "static/htmx")]))
    app.mount("/vendor/swagger", StaticFiles(packages=[("fastapi_offline", "static")]))
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.state.told_to_wait = {}
    app.add_middleware(Turnstile)
    _add_single_sign_on(app, settings)
    app.add_middleware(
        SameOrigin,
        refuse=_refusal(lambda path: CROSS_ORIGIN),
        public_url=settings.public_url,
        cookie=SESSION_COOKIE,
    )
    app.add_middleware(
        BodyLimit,
        refuse=_refusal(lambda path: _too_large(settings, path)),
        limit=settings.body_limit,
        upload_limit=settings.upload_limit + 100_000,  # the form around the file
        uploads=UPLOADS,
    )
    app.add_middleware(
        OwnAddress, refuse=_refusal(lambda path: _elsewhere(settings)), public_url=settings.public_url
    )
    return app


def _add_single_sign_on(app: FastAPI, settings: Settings) -> None:
    """Only where it is set: its packages are an extra, and nothing is asked outside otherwise."""
    app.state.single_sign_on = None
    if settings.oidc_issuer:
        from starlette.middleware.sessions import SessionMiddleware

        from app.integrations import oidc

        app.state.single_sign_on = oidc.Provider(settings)
        app.add_middleware(SessionMiddleware, **oidc.flow_cookie(settings))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.thread_count
    yield
    app.state.database.engine.dispose()


def _answer(request: Request, error: AppError) -> Response:
    door = api_errors if request.url.path.startswith("/api/") else web_errors
    return door.answer(request, error)


async def _on_app_error(request: Request, error: AppError) -> Response:
    await refusals.note(request, error)
    writing = request.method == "POST" and not request.url.path.startswith("/api/")
    if isinstance(error, NotSignedIn) and writing and "hx-request" not in request.headers:
        return await web_errors.sign_in_to_go_on(request)
    return _answer(request, error)


def _on_http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return _answer(request, NotFound("没有这个页面或接口。", "请检查地址，或从首页重新进入。"))
    if error.status_code == 405:
        return _answer(request, MethodNotAllowed("这个地址不接受这种操作。", "请检查地址和操作方式。"))
    if error.status_code == 413:
        return _answer(request, _too_large(request.app.state.settings, request.url.path))
    return _answer(request, BadRequest("请求内容无法读取，没有作任何改动。", "请检查格式后重试。"))


def _on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    problems = error.errors()
    if any(problem["loc"][0] == "path" for problem in problems):
        return _answer(request, NotFound("没有这个页面或接口。", "请检查地址中的编号。"))
    if any(problem["type"] == "json_invalid" for problem in problems):
        return _answer(request, BadRequest("请求内容不是正确的 JSON，没有作任何改动。", "请检查格式后重试。"))
    fields = {str(problem["loc"][-1]): _sentence(problem) for problem in problems}
    return _answer(request, InvalidInput("请求内容的格式不正确，没有作任何改动。", "请检查后重试。", fields))


def _sentence(problem: Any) -> str:
    """What a field must be, in words; the framework says it in English."""
    context, kind = problem.get("ctx", {}), problem["type"]
    if kind in ("greater_than_equal", "less_than_equal"):
        word, bound = ("小于", context.get("ge")) if "ge" in context else ("大于", context.get("le"))
        return f"不能{word} {bound}。"
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return "请填整数。"
    if kind == "enum":
        return f"只能是 {context['expected'].replace(' or ', '、').replace(', ', '、')} 之一。"
    if kind in ("string_too_long", "string_too_short"):
        return "文字太长，请精简。" if kind == "string_too_long" else "不能为空。"
    return "这一项必须填写。" if kind == "missing" else "请检查这一项的格式。"


def _on_busy(request: Request, error: OperationalError) -> Response:
    if "lock" not in str(error):
        raise error
    return _answer(request, Busy("系统正忙，这一步没有保存。", "请稍候再试一次。"))


def _on_collision(request: Request, error: IntegrityError) -> Response:
    return _answer(request, Conflict("这一步与别人同时的操作相冲突，没有保存。", "请刷新页面后再试一次。"))


def _on_surprise(request: Request, error: Exception) -> Response:
    return _answer(
        request,
        InternalError(
            "系统出错，这一步没有保存。", "请稍后再试；仍不成功时，请把时间和所做的操作告诉系统管理员。"
        ),
    )


_HANDLERS: dict[Any, Any] = {
    AppError: _on_app_error,
    HTTPException: _on_http_error,
    RequestValidationError: _on_invalid_request,
    OperationalError: _on_busy,
    IntegrityError: _on_collision,
    Exception: _on_surprise,
}

CROSS_ORIGIN = CrossOrigin("这个请求不是从本系统的页面发出的，已被拦下。", "请从本系统的页面重新操作。")


def _elsewhere(settings: Settings) -> BadRequest:
    return BadRequest("这个网址不是本系统的地址，没有处理。", f"请从 {settings.public_url} 打开。")


def _too_large(settings: Settings, path: str) -> TooLarge:
    if not UPLOADS.fullmatch(path):
        return TooLarge("填写的内容太长，没有保存。", "请返回上一页精简文字；较长的材料请作为文件另行报送。")
    size = f"{settings.upload_limit // 1_000_000} MB"
    if path.endswith("/evidence"):
        return TooLarge(f"一次上传的材料合计超过了 {size}，没有保存。", "请压缩图片或拆分文件，分几次上传。")
    return TooLarge(f"上传的内容超过了 {size} 的上限，没有保存。", "请删去文件中的图片或拆分后再上传。")


def _refusal(error_at: Callable[[str], AppError]) -> Any:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        request, error = Request(scope), error_at(scope["path"])
        await refusals.note(request, error)
        if isinstance(error, TooLarge) and not scope["path"].startswith("/api/"):
            keep_menu(request)
        await _answer(request, error)(scope, receive, send)

    return refuse
