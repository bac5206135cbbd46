"""我的待办: what a person must do now."""

from fastapi import APIRouter, Request, Response

from app.queries.todos import by_urgency, todos
from app.rules.permissions import Action, needs
from app.templating import render
from app.web.deps import SessionDep, ViewerDep

router = APIRouter()


@router.get("/todos")
@needs(Action.SIGN_IN)
def show_todos(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    groups = by_urgency(todos(session, viewer))
    plans = {todo.plan for group in groups for todo in group.todos}
    return render(
        request, "todos/index.html", groups=groups, has_several_plans=len(plans) > 1, today=viewer.today
    )
