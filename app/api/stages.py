"""办理阶段, 征求意见, 签收, 分解项."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt
from sqlmodel import Session

from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.api.schemas import Task, task_fields
from app.errors import InvalidInput
from app.models.comment import CommentAnswer
from app.models.plan import Plan, PlanState
from app.models.task import Task as TaskModel
from app.models.types import LARGEST_ID
from app.queries import comments as comment_queries
from app.queries import parts as part_queries
from app.queries import plans as plan_queries
from app.queries import signing as signing_queries
from app.queries import tasks as task_queries
from app.rules.permissions import Action, Viewer, needs
from app.services import comments as comment_services
from app.services import parts as part_services
from app.services import signing as signing_services
from app.services import stages as stage_services

router = APIRouter(prefix="/api/v1", tags=["办理阶段"])
PlanId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")]
TaskId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="任务编号")]
PartId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="分解项编号（分解项也是任务）")]
RowId = Annotated[StrictInt, Field(ge=1, le=LARGEST_ID)]


class Stage(BaseModel):
    """责任分解表所处的办理阶段。"""

    model_config = ConfigDict(from_attributes=True)

    state: Annotated[
        PlanState,
        Field(
            description="draft 草稿、comment 征求意见、issued 交办、running 填报、closed 办结、archived 归档"
        ),
    ]
    comment_round: Annotated[int, Field(description="第几轮征求意见；0 为没有征求过")]
    comment_due_on: Annotated[date | None, Field(description="答复期限")]
    issued_at: Annotated[datetime | None, Field(description="在系统里交办的时间；线下印发的为空，不需签收")]
    sign_due_on: Annotated[date | None, Field(description="签收期限")]
    closed_at: Annotated[datetime | None, Field(description="办结时间")]


class NextStep(BaseModel):
    """要办的一步。"""

    step: Annotated[
        Literal["open_comments", "end_comments", "issue", "close", "reopen", "archive"],
        Field(description="发出征求意见、结束征求意见、交办、办结全表、重新启用、归档"),
    ]
    due_on: Annotated[date | None, Field(description="答复期限或签收期限；发出征求意见和交办时须有")] = None
    title: Annotated[
        str | None, Field(description="交办以后的名称；不写的用原来的，去掉“（征求意见稿）”一类的字样")
    ] = None


class Comment(BaseModel):
    """一个单位对一项任务的答复。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    task_id: int
    number: Annotated[str, Field(description="序号")]
    department: Annotated[str, Field(description="单位")]
    round: Annotated[int, Field(description="第几轮")]
    answer: Annotated[CommentAnswer, Field(description="agree 无意见、change 建议修改")]
    words: Annotated[str, Field(description="怎样修改")]
    author: Annotated[str, Field(description="答复人")]
    answered_at: datetime
    is_adopted: Annotated[bool | None, Field(description="采纳、不采纳；督查室没有答复的为空")]
    reply: Annotated[str, Field(description="督查室的答复")]


class NewAnswer(BaseModel):
    """对一项任务的答复。"""

    task: Annotated[RowId, Field(description="任务编号")]
    answer: Annotated[CommentAnswer, Field(description="agree 无意见、change 建议修改")]
    words: Annotated[str, Field(description="建议修改的，写明怎样修改")] = ""


class NewComments(BaseModel):
    """一个单位的答复，可以分几次提交。"""

    answers: list[NewAnswer] = []
    agree_with_rest: Annotated[StrictBool, Field(description="其余没有答复的全部无意见")] = False


class Reply(BaseModel):
    """督查室对一条修改意见的处理。"""

    is_adopted: Annotated[StrictBool, Field(description="是否采纳")]
    reply: Annotated[str, Field(description="答复；不采纳的须有")] = ""


class Signature(BaseModel):
    """一个单位对一项任务的签收。"""

    model_config = ConfigDict(from_attributes=True)

    task_id: int
    number: Annotated[str, Field(description="序号")]
    department_id: int
    department: Annotated[str, Field(description="单位")]
    role: Annotated[str, Field(description="牵头或主责")]
    signed_at: Annotated[datetime | None, Field(description="签收时间；没有签收的为空")]
    signed_by: Annotated[str, Field(description="签收人")]


class Signed(BaseModel):
    """签收的结果。"""

    signed: Annotated[int, Field(description="这次签收了几项；已签过的不计")]


class Part(Task):
    """分解项：与任务同样的内容，另有权重。"""

    weight: Annotated[int, Field(description="权重")]


class NewPart(BaseModel):
    """要拆出或修改的分解项。"""

    standard: Annotated[str, Field(description="内容")]
    due_on: Annotated[date, Field(description="完成时限，不晚于原任务")]
    weight: Annotated[StrictInt, Field(description="权重，1 到 1000")] = 1
    department: Annotated[RowId | None, Field(description="承担单位编号；不写为牵头单位")] = None

    def form(self) -> part_services.PartForm:
        return part_services.PartForm(self.standard, self.due_on, self.weight, self.department)


class NewParts(BaseModel):
    """要拆出的分解项。"""

    parts: list[NewPart]


class Reason(BaseModel):
    """原因。"""

    reason: Annotated[str, Field(description="原因")]


@router.get(
    "/plans/{plan_id}/stage",
    response_model=Stage,
    responses=problems(404, 422),
    summary="办理阶段",
    description="这份责任分解表走到哪一步。",
)
@needs(Action.VIEW_PLAN)
def get_stage(plan: PlanDep) -> Plan:
    return plan


@router.post(
    "/plans/{plan_id}/stage",
    response_model=Stage,
    responses=problems(404, 409, 413, 422),
    summary="推进办理阶段",
    description="由督查室的账号办理；现在不能办的一步返回 409。",
)
@needs(Action.ADVANCE_PLAN)
def take_step(plan_id: PlanId, next_step: NextStep, viewer: CallerDep, database: DatabaseDep) -> Plan:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        match next_step.step:
            case "open_comments":
                stage_services.open_comment_round(session, plan, _day(next_step), actor=viewer)
            case "end_comments":
                stage_services.end_comment_round(session, plan, actor=viewer)
            case "issue":
                stage_services.issue(session, plan, _day(next_step), actor=viewer, title=next_step.title)
            case "close":
                stage_services.close(session, plan, actor=viewer)
            case "reopen":
                stage_services.reopen(session, plan, actor=viewer)
            case "archive":
                stage_services.archive(session, plan, actor=viewer)
        return plan


@router.get(
    "/plans/{plan_id}/comments",
    response_model=list[Comment],
    responses=problems(404, 422),
    summary="征求意见的答复",
    description="按任务列出各轮答复；联络员的令牌只看到本单位的。",
)
@needs(Action.VIEW_PLAN)
def list_comments(
    plan: PlanDep,
    viewer: CallerDep,
    session: SessionDep,
    only_changes: Annotated[bool, Query(description="只看建议修改")] = False,
) -> list[comment_queries.AnswerRow]:
    return comment_queries.all_answers(session, viewer, plan, only_changes=only_changes).rows


@router.post(
    "/plans/{plan_id}/comments",
    response_model=list[Comment],
    responses=problems(404, 409, 413, 422),
    summary="答复征求意见稿",
    description="由联络员的账号提交；征求意见结束以前可以再提交，以最后一次为准。",
)
@needs(Action.COMMENT_TASK)
def give_comments(
    plan_id: PlanId, new: NewComments, viewer: CallerDep, database: DatabaseDep
) -> list[comment_queries.AnswerRow]:
    answers = [comment_services.Answer(each.task, each.answer, each.words) for each in new.answers]
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        comment_services.give_comments(
            session, plan, answers, actor=viewer, agree_with_rest=new.agree_with_rest
        )
        return comment_queries.all_answers(session, viewer, plan).rows


@router.post(
    "/plans/{plan_id}/comments/{comment_id}",
    response_model=list[Comment],
    responses=problems(404, 409, 413, 422),
    summary="处理一条修改意见",
    description="采纳或不采纳，提出意见的单位会看到。返回这项任务的全部答复。",
)
@needs(Action.ADVANCE_PLAN)
def settle(
    plan_id: PlanId,
    comment_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="答复编号")],
    reply: Reply,
    viewer: CallerDep,
    database: DatabaseDep,
) -> list[comment_queries.AnswerRow]:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        comment = comment_queries.get_comment(session, viewer, plan, comment_id)
        comment_services.settle(session, plan, comment, reply.is_adopted, reply.reply, actor=viewer)
        return comment_queries.all_answers(session, viewer, plan, task_id=comment.task_id).rows


@router.get(
    "/plans/{plan_id}/signing",
    response_model=list[Signature],
    responses=problems(404, 422),
    summary="签收情况",
    description="应签收的各项；联络员的令牌只看到本单位的。",
)
@needs(Action.VIEW_PLAN)
def list_signatures(
    plan: PlanDep, viewer: CallerDep, session: SessionDep
) -> list[signing_queries.SigningRow]:
    return signing_queries.signing_rows(session, viewer, plan)


@router.post(
    "/plans/{plan_id}/signing",
    response_model=Signed,
    responses=problems(404, 409, 422),
    summary="签收全部任务",
    description="本单位牵头、主责而没有签收的，一次签收。",
)
@needs(Action.SIGN_TASK)
def sign_all(plan_id: PlanId, viewer: CallerDep, database: DatabaseDep) -> dict[str, int]:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        return {"signed": signing_services.sign_all(session, plan, actor=viewer)}


@router.post(
    "/tasks/{task_id}/sign",
    response_model=Signed,
    responses=problems(404, 409, 422),
    summary="签收一项任务",
    description="重复签收不作改动。",
)
@needs(Action.SIGN_TASK)
def sign(task_id: TaskId, viewer: CallerDep, database: DatabaseDep) -> dict[str, int]:
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        return {"signed": int(signing_services.sign(session, task, actor=viewer))}


@router.get(
    "/tasks/{task_id}/parts",
    response_model=list[Part],
    responses=problems(404, 422),
    summary="分解项一览",
    description="一项任务的分解项；已撤回的不列。",
)
@needs(Action.VIEW_PLAN)
def list_parts(task_id: TaskId, viewer: CallerDep, session: SessionDep) -> list[dict[str, Any]]:
    return _parts(session, viewer, task_queries.get_task(session, viewer, task_id))


@router.post(
    "/tasks/{task_id}/parts",
    response_model=list[Part],
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="拆分任务",
    description="由牵头单位或督查室的账号拆分；拆分后任务的进度由分解项按权重得出。返回全部分解项。",
)
@needs(Action.SPLIT_TASK)
def split(task_id: TaskId, new: NewParts, viewer: CallerDep, database: DatabaseDep) -> list[dict[str, Any]]:
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        part_services.split(session, task, [part.form() for part in new.parts], actor=viewer)
        return _parts(session, viewer, task)


@router.put(
    "/tasks/{task_id}/part",
    response_model=list[Part],
    responses=problems(404, 409, 413, 422),
    summary="修改分解项",
    description="不写承担单位的，仍由原单位承担。返回原任务的全部分解项。",
)
@needs(Action.SPLIT_TASK)
def change_part(
    task_id: PartId, new: NewPart, viewer: CallerDep, database: DatabaseDep
) -> list[dict[str, Any]]:
    with database.writing() as session:
        part = task_queries.get_task(session, viewer, task_id)
        part_services.change_part(session, part, new.form(), actor=viewer)
        return _parts(session, viewer, task_queries.get_task(session, viewer, part.parent_id or 0))


@router.post(
    "/tasks/{task_id}/part/withdraw",
    response_model=list[Part],
    responses=problems(404, 409, 413, 422),
    summary="撤回分解项",
    description="不再填报，也不计入任务的进度；已报的进展保留。返回其余的分解项。",
)
@needs(Action.SPLIT_TASK)
def withdraw_part(
    task_id: PartId, why: Reason, viewer: CallerDep, database: DatabaseDep
) -> list[dict[str, Any]]:
    with database.writing() as session:
        part = task_queries.get_task(session, viewer, task_id)
        part_services.withdraw_part(session, part, why.reason, actor=viewer)
        return _parts(session, viewer, task_queries.get_task(session, viewer, part.parent_id or 0))


def _day(next_step: NextStep) -> date:
    if next_step.due_on is None:
        raise InvalidInput("没有保存，未作任何改动。", fields={"due_on": "请填写日期。"})
    return next_step.due_on


def _parts(session: Session, viewer: Viewer, task: TaskModel) -> list[dict[str, Any]]:
    session.flush()
    plan = plan_queries.get_plan(session, viewer, task.plan_id)
    parts = part_queries.parts_in(session, viewer, plan, task)
    return [{**task_fields(part.row), "weight": part.weight} for part in parts.rows]
