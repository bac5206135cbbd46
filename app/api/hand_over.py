"""Hand-overs: those there are, and a new one."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from app.api.deps import CallerDep, DatabaseDep, SessionDep, problems
from app.api.schemas import Named
from app.models.directory import Department, Official
from app.models.types import LARGEST_ID
from app.queries import directory as directory_queries
from app.queries import hand_over as hand_over_queries
from app.queries.workload import Bearer
from app.rules.permissions import Action, needs
from app.services import hand_over as hand_over_services

router = APIRouter(prefix="/api/v1", tags=["交接"])
RowId = Annotated[StrictInt, Field(ge=1, le=LARGEST_ID)]


class HandOver(BaseModel):
    """一次交接。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    bearer: Annotated[Bearer, Field(description="official：领导交接；department：单位交接")]
    giver: Annotated[Named, Field(description="移交方")]
    taker: Annotated[Named, Field(description="接收方")]
    effective_on: Annotated[date, Field(description="从哪一天起由接收方承担")]
    reason: Annotated[str, Field(description="依据或原因")]
    tasks: Annotated[int, Field(description="交接的任务数")]
    actor: Annotated[str, Field(description="办理人")]
    created_at: Annotated[datetime, Field(description="办理时间")]
    is_coming: Annotated[bool, Field(description="尚未生效")]


class HandOverPage(BaseModel):
    """一页交接。"""

    items: list[HandOver]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


class NewHandOver(BaseModel):
    """要办理的交接。"""

    bearer: Annotated[Bearer, Field(description="official：领导交接；department：单位交接")]
    giver: Annotated[RowId, Field(description="移交方编号")]
    taker: Annotated[RowId, Field(description="接收方编号")]
    effective_on: Annotated[date, Field(description="从哪一天起；可以是过去、今天或以后")]
    reason: Annotated[str, Field(description="依据或原因")] = ""


@router.get(
    "/hand-overs",
    response_model=HandOverPage,
    responses=problems(422),
    summary="交接一览",
    description="尚未生效的在前，其余新的在前。",
)
@needs(Action.HAND_OVER)
def list_hand_overs(
    viewer: CallerDep,
    session: SessionDep,
    page: Annotated[int, Query(description="第几页", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="每页条数", ge=1, le=200)] = 50,
) -> dict[str, Any]:
    found = hand_over_queries.list_hand_overs(session, viewer, page=page, size=size)
    return {"items": found.items, "page": found.number, "size": found.size, "total": found.total}


@router.post(
    "/hand-overs",
    response_model=HandOver,
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="办理交接",
    description="移交方未完成的任务从这一天起由接收方承担，规则与网页相同。同一次交接重复提交，返回 409。",
)
@needs(Action.HAND_OVER)
def hand_over(new: NewHandOver, viewer: CallerDep, database: DatabaseDep) -> hand_over_queries.HandOverRow:
    with database.writing() as session:
        giver: Department | Official
        taker: Department | Official
        if new.bearer is Bearer.OFFICIAL:
            giver = directory_queries.get_official(session, viewer, new.giver)
            taker = directory_queries.get_official(session, viewer, new.taker)
        else:
            giver = directory_queries.get_department(session, viewer, new.giver)
            taker = directory_queries.get_department(session, viewer, new.taker)
        done = hand_over_services.confirm_hand_over(
            session, giver, taker, effective_on=new.effective_on, reason=new.reason, actor=viewer
        )
        return hand_over_queries.describe(session, viewer, done)
