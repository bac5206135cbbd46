"""What the token's account must do now, and what it was told."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api import schemas
from app.api.deps import CallerDep, SessionDep, problems
from app.queries import notices as notice_queries
from app.queries import todos as todo_queries
from app.queries.todos import Todo
from app.rules.permissions import Action, needs

router = APIRouter(prefix="/api/v1", tags=["待办"])


@router.get(
    "/todos",
    response_model=list[schemas.Todo],
    responses=problems(),
    summary="待办一览",
    description="令牌所属账号现在要办的事，最急的在前；随办随减，不另存。",
)
@needs(Action.SIGN_IN)
def list_todos(viewer: CallerDep, session: SessionDep) -> list[Todo]:
    return todo_queries.todos(session, viewer)


@router.get(
    "/notices",
    response_model=schemas.NoticePage,
    responses=problems(422),
    summary="通知一览",
    description="令牌所属账号收到的通知，新的在前。读取不改变已读。",
)
@needs(Action.SIGN_IN)
def list_notices(
    viewer: CallerDep,
    session: SessionDep,
    page: Annotated[int, Query(description="第几页", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="每页条数", ge=1, le=200)] = 50,
) -> dict[str, Any]:
    found = notice_queries.list_notices(session, viewer, page=page, size=size)
    return {"items": found.items, "page": found.number, "size": found.size, "total": found.total}
