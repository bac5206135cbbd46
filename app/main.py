"""create_app(): puts routers, handlers and middleware together, decides nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from app import api, web
from app.api import errors as api_errors
from app.config import PROJECT_ROOT, Settings
from app.db import Database, make_engine
from app.errors import AppError, Busy, CrossOrigin, InvalidInput, NotFound, TooLarge
from app.middleware import BodyLimit, SameOrigin, SecurityHeaders
from app.web import errors as web_errors
from app.web.deps import SESSION_COOKIE

UPLOAD_PATHS = {"/imports"}


def create_app(settings: Settings) -> FastAPI:
    """The whole application on one database. Tables must be there already (``db.migrate``)."""
    app = FastAPI(
        title="督办 REST 接口",
        description=api.DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(make_engine(settings.resolved_database_url, threads=settings.thread_count))
    app.include_router(web.router, include_in_schema=False)
    app.include_router(api.router)
    app.mount("/static", StaticFiles(directory=PROJECT_ROOT / "app" / "static"))
    app.mount("/vendor/htmx", StaticFiles(packages=[("js_lib_htmx", "static/htmx")]))
    app.mount("/vendor/swagger", StaticFiles(packages=[("fastapi_offline", "static")]))
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(
        SameOrigin, refuse=_refusal(CROSS_ORIGIN), public_url=settings.public_url, cookie=SESSION_COOKIE
    )
    app.add_middleware(
        BodyLimit,
        refuse=_refusal(_too_large(settings)),
        limit=settings.body_limit,
        upload_limit=settings.upload_limit + 100_000,  # the form around the file
        upload_paths=UPLOAD_PATHS,
    )
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.thread_count
    yield
    app.state.database.engine.dispose()


def _answer(request: Request, error: AppError) -> Response:
    door = api_errors if request.url.path.startswith("/api/") else web_errors
    return door.answer(request, error)


def _on_app_error(request: Request, error: AppError) -> Response:
    return _answer(request, error)


def _on_http_error(request: Request, error: HTTPException) -> Response:
    refusal = NotFound("没有这个页面或接口。", "请检查地址，或从首页重新进入。")
    if error.status_code == 405:
        refusal = NotFound("这个地址不接受这种操作。", "请返回上一页重新操作。")
    refusal.status = error.status_code
    return _answer(request, refusal)


def _on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    fields = {str(problem["loc"][-1]): "请检查这一项的格式。" for problem in error.errors()}
    return _answer(request, InvalidInput("请求内容的格式不正确，没有作任何改动。", "请检查后重试。", fields))


def _on_busy(request: Request, error: OperationalError) -> Response:
    if "locked" not in str(error):
        raise error
    return _answer(request, Busy("系统正忙，这一步没有保存。", "请稍候再试一次。"))


_HANDLERS: dict[Any, Any] = {
    AppError: _on_app_error,
    HTTPException: _on_http_error,
    RequestValidationError: _on_invalid_request,
    OperationalError: _on_busy,
}

CROSS_ORIGIN = CrossOrigin("这个请求不是从本系统的页面发出的，已被拦下。", "请从本系统的页面重新操作。")


def _too_large(settings: Settings) -> TooLarge:
    return TooLarge(
        f"上传的内容超过了 {settings.upload_limit // 1_000_000} MB 的上限，没有保存。",
        "请删去文件中的图片或拆分后再上传。",
    )


def _refusal(error: AppError) -> Any:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await _answer(Request(scope), error)(scope, receive, send)

    return refuse
