"""The front door: each role to its first page."""

from fastapi import APIRouter, Request, Response

from app.queries import plans as plan_queries
from app.rules.permissions import Action, needs
from app.templating import render
from app.web.deps import ViewerDep
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
    first = request.state.plan_in_view
    address = home(viewer, first)
    if first is None and address == "/account":
        return render(request, "home/empty.html")
    return redirect(address)
