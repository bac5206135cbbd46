"""Imports under way."""

from fastapi import APIRouter

from app.api import schemas
from app.api.deps import CallerDep, HeadwaysDep, SessionDep, problems
from app.headway import Headway
from app.queries import import_headways
from app.rules.permissions import Action, needs

router = APIRouter(prefix="/api/v1", tags=["导入"])


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
