"""佐证材料 beside a task: what is there, and adding to it."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from app.api import schemas
from app.api.deps import CallerDep, DatabaseDep, SessionDep, SettingsDep, problems
from app.downloads import attachment, safe_file_name
from app.errors import NotFound
from app.models.progress import ReportingPeriod
from app.models.types import LARGEST_ID
from app.queries import evidence as evidence_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.own import own_row
from app.rules.permissions import Action, needs
from app.services import evidence as evidence_services
from app.services.evidence import Upload
from app.services.periods import period_to_report

router = APIRouter(prefix="/api/v1", tags=["填报"])
TaskNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="任务编号")]


@router.get(
    "/tasks/{task_id}/evidence",
    response_model=list[schemas.Evidence],
    responses=problems(404, 422),
    summary="佐证材料一览",
    description="看不到进展的任务，没有材料可列。",
)
@needs(Action.VIEW_PLAN)
def list_evidence(
    task_id: TaskNumber,
    viewer: CallerDep,
    session: SessionDep,
    period: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="只列这一期的，填报周期编号")
    ] = None,
) -> list[evidence_queries.EvidenceRow]:
    task = task_queries.get_task(session, viewer, task_id)
    return evidence_queries.of_task(session, viewer, task, period)


@router.post(
    "/tasks/{task_id}/evidence",
    response_model=list[schemas.Evidence],
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="上传佐证材料",
    description="可一次上传几个文件；有一个不能接收，就一个也不保存。同一文件重复上传只记一次。回答这一期现有的材料。",
)
@needs(Action.REPORT_PROGRESS)
def add_evidence(
    task_id: TaskNumber,
    files: Annotated[list[UploadFile], File(description="文件")],
    viewer: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    period: Annotated[
        int | None, Form(ge=1, le=LARGEST_ID, description="填报周期编号；省略则为现在填报的一期")
    ] = None,
) -> list[evidence_queries.EvidenceRow]:
    uploads = [Upload(file.file.read(), safe_file_name(file.filename or "")) for file in files]
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        plan = plan_queries.get_plan(session, viewer, task.plan_id)
        found = own_row(session, viewer, ReportingPeriod, period) if period else None
        if period and found is None:
            raise NotFound("没有找到这一期填报。", "请检查周期编号。")
        chosen = found or period_to_report(session, plan, viewer.today)
        evidence_services.add_all(session, task, chosen, uploads, actor=viewer, limit=settings.upload_limit)
        return evidence_queries.of_task(session, viewer, task, chosen.id)


@router.get(
    "/evidence/{attachment_id}",
    response_class=Response,
    responses={**problems(404, 422), 200: {"content": {"application/octet-stream": {}}}},
    summary="下载佐证材料",
    description="文件原样，逐字节不变。",
)
@needs(Action.VIEW_PROGRESS)
def download_evidence(
    attachment_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="佐证材料编号")],
    viewer: CallerDep,
    session: SessionDep,
) -> Response:
    file = evidence_queries.open_file(session, viewer, attachment_id)
    return attachment(file.content, name=file.name, media_type="application/octet-stream")
