"""Plans, goals, and the workbook."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from app.api import schemas
from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.downloads import attachment
from app.models.plan import Plan
from app.models.types import LARGEST_ID
from app.queries import plans as plan_queries
from app.queries.ledger import ledger
from app.queries.plans import GoalRow, PlanRef
from app.reports.ledger import FILE_NAME, WORKBOOK_TYPE, ledger_workbook
from app.reports.names import name_of_table
from app.rules.permissions import Action, needs
from app.services import plan_titles

router = APIRouter(prefix="/api/v1", tags=["责任分解表"])


class NewTitle(BaseModel):
    """一份责任分解表的名称。"""

    title: Annotated[str, Field(description="名称，200 字以内；同一年度不能重名")]


@router.get(
    "/plans",
    response_model=list[schemas.Plan],
    responses=problems(),
    summary="责任分解表一览",
    description="本辖区的责任分解表，年度新的在前。",
)
@needs(Action.VIEW_PLAN)
def list_plans(viewer: CallerDep, session: SessionDep) -> list[PlanRef]:
    return plan_queries.list_plans(session, viewer)


@router.get(
    "/plans/{plan_id}",
    response_model=schemas.Plan,
    responses=problems(404, 422),
    summary="一份责任分解表",
    description="名称与年度。",
)
@needs(Action.VIEW_PLAN)
def get_plan(plan: PlanDep) -> Plan:
    return plan


@router.put(
    "/plans/{plan_id}/title",
    response_model=schemas.Plan,
    responses=problems(404, 409, 413, 422),
    summary="修改名称",
    description="由督查室的账号办理；归档的不能再改。已关闭的各期仍用关闭时的名称。",
)
@needs(Action.RENAME_PLAN)
def rename(
    plan_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")],
    new: NewTitle,
    viewer: CallerDep,
    database: DatabaseDep,
) -> Plan:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        plan_titles.rename(session, plan, new.title, actor=viewer)
        return plan


@router.get(
    "/plans/{plan_id}/goals",
    response_model=list[schemas.Goal],
    responses=problems(404, 422),
    summary="目标一览",
    description="按文件中的次序，含各目标的任务数。",
)
@needs(Action.VIEW_PLAN)
def list_goals(plan: PlanDep, viewer: CallerDep, session: SessionDep) -> list[GoalRow]:
    return plan_queries.list_goals(session, viewer, plan)


@router.get(
    "/plans/{plan_id}/ledger.xlsx",
    response_class=Response,
    responses={**problems(404, 422), 200: {"content": {WORKBOOK_TYPE: {}}, "description": "工作簿"}},
    summary="进展情况表（Excel）",
    description="与网页“报表”下载的是同一份工作簿。",
)
@needs(Action.VIEW_PLAN)
def download_ledger(plan: PlanDep, viewer: CallerDep, session: SessionDep) -> Response:
    content = ledger_workbook(ledger(session, viewer, plan))
    return attachment(content, name=name_of_table(FILE_NAME, plan.title), media_type=WORKBOOK_TYPE)
