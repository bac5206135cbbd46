"""Workload of officials and departments."""

from typing import Any

from fastapi import APIRouter

from app.api import schemas
from app.api.deps import CallerDep, PlanDep, SessionDep, problems
from app.queries.workload import Bearer, workload
from app.rules.permissions import Action, needs

router = APIRouter(prefix="/api/v1", tags=["工作量"])


@router.get(
    "/plans/{plan_id}/workload/officials",
    response_model=list[schemas.Workload],
    responses=problems(404, 422),
    summary="各分管领导的工作量",
    description="任务多的在前。",
)
@needs(Action.VIEW_PLAN)
def officials(plan: PlanDep, viewer: CallerDep, session: SessionDep) -> list[dict[str, Any]]:
    return [schemas.workload_fields(row) for row in workload(session, viewer, plan, Bearer.OFFICIAL)]


@router.get(
    "/plans/{plan_id}/workload/departments",
    response_model=list[schemas.Workload],
    responses=problems(404, 422),
    summary="各单位的工作量",
    description="任务多的在前。",
)
@needs(Action.VIEW_PLAN)
def departments(plan: PlanDep, viewer: CallerDep, session: SessionDep) -> list[dict[str, Any]]:
    return [schemas.workload_fields(row) for row in workload(session, viewer, plan, Bearer.DEPARTMENT)]
