"""What an API handler asks for: the caller by token, and a session."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from app.api.schemas import Problem
from app.clock import utcnow
from app.config import Settings
from app.db import Database
from app.errors import NotSignedIn
from app.headway import Headways
from app.models.plan import Plan
from app.models.types import LARGEST_ID
from app.queries import accounts as account_queries
from app.queries import plans as plan_queries
from app.rules.permissions import Viewer, needed, require_ever
from app.security import fingerprint

bearer = HTTPBearer(auto_error=False, description="duban token 签发的令牌")


async def get_database(request: Request) -> Database:
    """Asynchronous: no worker thread is asked for what is at hand."""
    return cast(Database, request.app.state.database)


async def get_settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


async def get_headways(request: Request) -> Headways:
    return cast(Headways, request.app.state.headways)


SettingsDep = Annotated[Settings, Depends(get_settings)]
HeadwaysDep = Annotated[Headways, Depends(get_headways)]
DatabaseDep = Annotated[Database, Depends(get_database)]
"""For a handler that writes: it opens, works and commits within itself. A transaction that outlived the handler
would wait for a worker thread to check the answer, while all of them may be waiting for its lock."""


def get_session(database: DatabaseDep) -> Iterator[Session]:
    """For handlers that only read."""
    with database.reading() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def caller(
    request: Request,
    database: DatabaseDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Viewer:
    """The account behind the token. Raises ``NotSignedIn``."""
    found = None
    if credentials is not None:
        with database.reading() as session:
            found = account_queries.token_viewer(session, fingerprint(credentials.credentials), utcnow())
    if found is None:
        raise NotSignedIn(
            "令牌缺失、有误或已停用。", "请在 Authorization 请求头中带上 Bearer 令牌；令牌由管理员签发。"
        )
    request.state.viewer = replace(found, address=request.client.host if request.client else "")
    require_ever(request.state.viewer, needed(request.scope["endpoint"]))
    return cast(Viewer, request.state.viewer)


CallerDep = Annotated[Viewer, Depends(caller)]


def get_plan(
    plan_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")],
    viewer: CallerDep,
    session: SessionDep,
) -> Plan:
    return plan_queries.get_plan(session, viewer, plan_id)


PlanDep = Annotated[Plan, Depends(get_plan)]

_SENTENCES = {
    400: "请求内容不是正确的 JSON",
    401: "令牌缺失或无效",
    403: "账号没有这项权限",
    404: "不存在，或不属于本辖区",
    409: "内容已被他人更新",
    413: "内容太大",
    422: "请求内容有误",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a route can answer with, for its documentation. What takes a body can find it unreadable."""
    unreadable = (400,) if 413 in statuses else ()
    return {
        status: {
            "description": _SENTENCES[status],
            "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
        }
        for status in (*unreadable, 401, 403, *statuses)
    }
