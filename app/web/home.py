"""The front door: each role to its first page, and the search field to the ledger."""

from fastapi import APIRouter, Request, Response

from app.errors import NotFound
from app.queries import plans as plan_queries
from app.rules.permissions import Action, needs
from app.templating import render, with_query
from app.web.deps import SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.navigation import home, home_of_plan

router = APIRouter()


@router.get("/")
@needs(Action.SIGN_IN)
def show_home(request: Request, viewer: ViewerDep, plan: int | None = None) -> Response:
    plans: list[plan_queries.PlanRef] = request.state.plans
    chosen = next((each for each in plans if each.id == plan), None)
    if chosen is not None:
        return redirect(home_of_plan(viewer, chosen))
    first = plan_queries.plan_to_begin_with(plans)
    address = home(viewer, first)
    if first is None and address == "/account":
        return render(request, "home/empty.html")
    return redirect(address)


@router.get("/tasks")
@needs(Action.VIEW_PLAN)
def search(viewer: ViewerDep, session: SessionDep, text: str = "") -> Response:
    plan = plan_queries.plan_to_begin_with(plan_queries.list_plans(session, viewer))
    if plan is None:
        raise NotFound("还没有责任分解表可供查找。", "请督查室先导入。")
    return redirect(with_query(f"/plans/{plan.id}/tasks", {"text": text}))
