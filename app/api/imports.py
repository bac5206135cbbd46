"""Imports: those under way, those there have been, and their originals."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from app.api import schemas
from app.api.deps import CallerDep, HeadwaysDep, SessionDep, problems
from app.downloads import attachment
from app.headway import Headway
from app.models.imports import BatchState
from app.models.types import LARGEST_ID
from app.queries import import_headways, past_imports
from app.queries import imports as import_queries
from app.rules.permissions import Action, needs

router = APIRouter(prefix="/api/v1", tags=["导入"])


@router.get(
    "/imports",
    response_model=schemas.ImportPage,
    responses=problems(422),
    summary="历次导入",
    description="本辖区的各次导入，新的在前；待核对时移除的不在其中。须用督查室账号的令牌。",
)
@needs(Action.IMPORT_PLAN)
def list_imports(
    viewer: CallerDep,
    session: SessionDep,
    state: Annotated[
        BatchState | None,
        Query(description="previewed：待核对；committed：已写入台账；undone：已撤销"),
    ] = None,
    plan: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="责任分解表编号")] = None,
    page: Annotated[int, Query(description="第几页", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="每页条数", ge=1, le=200)] = 50,
) -> dict[str, Any]:
    found = past_imports.list_past_imports(session, viewer, state=state, plan_id=plan, page=page, size=size)
    return {"items": found.items, "page": found.number, "size": found.size, "total": found.total}


@router.get(
    "/imports/under-way",
    response_model=list[schemas.Headway],
    responses=problems(),
    summary="正在导入的文件",
    description="正在识别、正在写入台账的，和因服务器停止而中断的，先开始的在前；办完的不在其中。须用督查室账号的令牌。",
)
@needs(Action.IMPORT_PLAN)
def list_under_way(viewer: CallerDep, session: SessionDep, headways: HeadwaysDep) -> list[Headway]:
    return import_headways.unfinished(session, viewer, headways)


@router.get(
    "/imports/{batch_id}/original",
    response_class=Response,
    responses={**problems(404, 422), 200: {"content": {"application/octet-stream": {}}}},
    summary="下载导入的原文件",
    description="与上传时逐字节相同。须用督查室账号的令牌。",
)
@needs(Action.IMPORT_PLAN)
def download_original(
    batch_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="导入编号")],
    viewer: CallerDep,
    session: SessionDep,
) -> Response:
    original = import_queries.get_original(session, viewer, batch_id)
    return attachment(original.content, name=original.name, media_type="application/octet-stream")
