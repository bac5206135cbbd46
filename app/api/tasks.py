"""Tasks, and reporting progress on one."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from app.api import schemas
from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.models.task import Task, TaskStatus
from app.models.types import LARGEST_ID
from app.queries import imports as import_queries
from app.queries import plans as plan_queries
from app.queries import progress as progress_queries
from app.queries import tasks as task_queries
from app.queries import withdrawn as withdrawn_queries
from app.queries.visible import TaskFilter
from app.rules.permissions import Action, Viewer, needs
from app.rules.status import Light
from app.services import progress as progress_services
from app.services.progress import LEFT_OUT, Statement

router = APIRouter(prefix="/api/v1", tags=["任务"])


@router.get(
    "/plans/{plan_id}/tasks",
    response_model=schemas.TaskPage,
    responses=problems(404, 422),
    summary="任务一览",
    description="按文件中的次序分页；各条件同时成立。",
)
@needs(Action.VIEW_PLAN)
def list_tasks(
    plan: PlanDep,
    viewer: CallerDep,
    session: SessionDep,
    goal: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="目标编号")] = None,
    official: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="分管领导编号")] = None,
    department: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="单位编号（牵头、主责、配合均算）")
    ] = None,
    status: Annotated[TaskStatus | None, Query(description="办理状态")] = None,
    light: Annotated[Light | None, Query(description="进度评价")] = None,
    text: Annotated[str, Query(description="工作标准或目标名称中的文字", max_length=100)] = "",
    withdrawn: Annotated[bool, Query(description="只列已撤回的；不写则只列现行的")] = False,
    page: Annotated[int, Query(description="第几页", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="每页条数", ge=1, le=200)] = 50,
) -> dict[str, Any]:
    wanted = TaskFilter(goal, official, department, status, light, text.strip(), withdrawn)
    found = task_queries.list_tasks(session, viewer, plan, wanted, page=page, size=size)
    items = [schemas.task_fields(row) for row in found.items]
    return {"items": items, "page": found.number, "size": found.size, "total": found.total}


@router.get(
    "/tasks/{task_id}",
    response_model=schemas.TaskDetail,
    responses=problems(404, 422),
    summary="一项任务",
    description="任务、责任分工、出处与历次填报。已撤回的任务也答复，withdrawn 为 true，不能再改动。",
)
@needs(Action.VIEW_PLAN)
def get_task(
    task_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="任务编号")],
    viewer: CallerDep,
    session: SessionDep,
) -> dict[str, Any]:
    return _detail(session, viewer, task_queries.get_task(session, viewer, task_id))


@router.post(
    "/tasks/{task_id}/progress",
    response_model=schemas.TaskDetail,
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="报送进展",
    description="由牵头或主责单位的账号报送，规则与网页相同。同一内容重复提交只记一次。",
)
@needs(Action.REPORT_PROGRESS)
def report_progress(
    task_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="任务编号")],
    new: schemas.NewReport,
    viewer: CallerDep,
    database: DatabaseDep,
) -> dict[str, Any]:
    left_out = new.completion == LEFT_OUT
    completion = new.completion if isinstance(new.completion, int) else None
    statement = Statement(
        new.status, completion, new.progress, new.problems, new.next_steps, new.actual, left_out
    )
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        progress_services.report_progress(session, task, statement, actor=viewer, seen=new.seen)
        return _detail(session, viewer, task)


def _detail(session: Session, viewer: Viewer, task: Task) -> dict[str, Any]:
    plan = plan_queries.get_plan(session, viewer, task.plan_id)
    gone = withdrawn_queries.withdrawn_as(session, task)
    row = task_queries.get_row(session, viewer, plan, task, since=gone.withdrawn_at if gone else None)
    reports = progress_queries.list_reports(session, viewer, task)
    fields = {**schemas.task_fields(row), "reports": reports, "origin": _origin(session, viewer, task)}
    if gone is not None:  # a part goes with its whole
        fields |= {
            "withdrawn": True,
            "withdrawn_at": gone.withdrawn_at,
            "withdrawn_reason": gone.withdrawn_reason,
        }
    return fields


def _origin(session: Session, viewer: Viewer, task: Task) -> dict[str, Any] | None:
    found = import_queries.origin_of(session, viewer, task)
    if found is None:
        return None
    return {
        "batch_id": found.batch_id,
        "file": found.file_name,
        "place": found.place,
        "sheet": found.sheet,
        "row": found.row,
        "uploaded_at": found.uploaded_at,
        "original": f"/api/v1/imports/{found.batch_id}/original" if found.may_download else None,
    }
