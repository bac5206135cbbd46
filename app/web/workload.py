"""工作量 of everyone, and one person's or unit's portfolio (我的分管)."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from app.models.plan import Plan
from app.queries import directory as directory_queries
from app.queries.hand_over import hand_overs_of
from app.queries.overview import overview
from app.queries.tasks import all_tasks
from app.queries.visible import TaskFilter
from app.queries.workload import Bearer, standing, workload
from app.rules.permissions import Action, Viewer, needs
from app.templating import render
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep

router = APIRouter()


@router.get("/plans/{plan_id}/workload")
@needs(Action.VIEW_PLAN)
def show_workload(request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    return render(
        request,
        "workload/index.html",
        plan=plan,
        standing=standing(session, viewer, plan),
        officials=workload(session, viewer, plan, Bearer.OFFICIAL),
        departments=workload(session, viewer, plan, Bearer.DEPARTMENT),
    )


@router.get("/plans/{plan_id}/workload/officials/{official_id}")
@needs(Action.VIEW_PLAN)
def show_official(
    request: Request, official_id: RowId, plan: PlanDep, viewer: ViewerDep, session: SessionDep
) -> Response:
    official = directory_queries.get_official(session, viewer, official_id)
    wanted = TaskFilter(official=official_id)
    own = viewer.official_id == official_id
    return _portfolio(request, session, viewer, plan, wanted, official.name, Bearer.OFFICIAL, own)


@router.get("/plans/{plan_id}/workload/departments/{department_id}")
@needs(Action.VIEW_PLAN)
def show_department(
    request: Request, department_id: RowId, plan: PlanDep, viewer: ViewerDep, session: SessionDep
) -> Response:
    department = directory_queries.get_department(session, viewer, department_id)
    wanted = TaskFilter(department=department_id)
    own = viewer.department_id == department_id
    return _portfolio(request, session, viewer, plan, wanted, department.name, Bearer.DEPARTMENT, own)


def _portfolio(
    request: Request,
    session: Session,
    viewer: Viewer,
    plan: Plan,
    wanted: TaskFilter,
    name: str,
    bearer: Bearer,
    own: bool,
) -> Response:
    bearer_id = wanted.official or wanted.department or 0
    others = Bearer.DEPARTMENT if bearer is Bearer.OFFICIAL else Bearer.OFFICIAL
    return render(
        request,
        "workload/show.html",
        plan=plan,
        name=name,
        bearer=bearer,
        own=own,
        wanted=wanted,
        passed=hand_overs_of(session, viewer, bearer, bearer_id),
        overview=overview(session, viewer, plan, wanted),
        partners=workload(session, viewer, plan, others, wanted),
        tasks=all_tasks(session, viewer, plan, wanted),
        today=viewer.today,
    )
