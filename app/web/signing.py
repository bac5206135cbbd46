"""签收: a unit signs for its tasks; the supervision office sees who has not."""

from fastapi import APIRouter, Request, Response

from app.models.account import Role
from app.queries import signing as signing_queries
from app.queries import tasks as task_queries
from app.rules.permissions import Action, can, needs
from app.services import signing as signing_services
from app.templating import render
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect

router = APIRouter()


@router.get("/plans/{plan_id}/signing")
@needs(Action.VIEW_PLAN)
def show_signing(
    request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep, show: str = ""
) -> Response:
    rows = signing_queries.signing_rows(session, viewer, plan)
    return render(
        request,
        "signing/own.html" if viewer.role is Role.LIAISON else "signing/index.html",
        plan=plan,
        rows=rows,
        units=signing_queries.by_unit(rows),
        unsigned=[row for row in rows if row.signed_at is None],
        show=show,
        may_advance=can(viewer, Action.ADVANCE_PLAN),
        today=viewer.today,
    )


@router.post("/plans/{plan_id}/signing")
@needs(Action.SIGN_TASK)
def sign_all(plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    signing_services.sign_all(session, plan, actor=viewer)
    return redirect(f"/plans/{plan.id}/signing", "tasks_signed")


@router.post("/tasks/{task_id}/sign")
@needs(Action.SIGN_TASK)
def sign(task_id: RowId, viewer: ViewerDep, session: SessionDep, back: str = "") -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    signing_services.sign(session, task, actor=viewer)
    address = f"/plans/{task.plan_id}/signing" if back == "list" else f"/tasks/{task.id}"
    return redirect(address, "tasks_signed")
