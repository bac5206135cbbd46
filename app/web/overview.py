"""概览 and 责任矩阵: the plan at a glance."""

from fastapi import APIRouter, Request, Response

from app.queries.matrix import responsibility_matrix
from app.queries.overview import overview
from app.queries.workload import Bearer, workload
from app.rules.permissions import Action, needs
from app.templating import render
from app.web.deps import PlanDep, SessionDep, ViewerDep

router = APIRouter()


@router.get("/plans/{plan_id}/overview")
@needs(Action.VIEW_PLAN)
def show_overview(request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    return render(
        request,
        "overview/show.html",
        plan=plan,
        overview=overview(session, viewer, plan),
        officials=workload(session, viewer, plan, Bearer.OFFICIAL),
        today=viewer.today,
    )


@router.get("/plans/{plan_id}/matrix")
@needs(Action.VIEW_PLAN)
def show_matrix(
    request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep, by: Bearer = Bearer.OFFICIAL
) -> Response:
    return render(
        request, "matrix/show.html", plan=plan, matrix=responsibility_matrix(session, viewer, plan, by), by=by
    )
