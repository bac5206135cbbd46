"""Applications and urging slips."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.errors import Conflict
from app.models.application import ApplicationKind, ApplicationState
from app.models.types import LARGEST_ID
from app.queries import applications as application_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries import urging as urging_queries
from app.queries.applications import ApplicationRow
from app.queries.urging import SlipRow
from app.rules.permissions import Action, needs
from app.services import applications as application_services
from app.services import urging as urging_services
from app.services.applications import Wish
from app.services.urging import Demand, Issued

router = APIRouter(prefix="/api/v1", tags=["申请与催办"])

ApplicationId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="申请编号")]
UrgingId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="催办单编号")]
TaskId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="任务编号")]
PageNumber = Annotated[int, Query(description="第几页", ge=1, le=100_000)]
PageSize = Annotated[int, Query(description="每页条数", ge=1, le=200)]


class Application(BaseModel):
    """一份申请，及其核实和答复。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    task_id: Annotated[int, Field(description="任务编号")]
    number: Annotated[str, Field(description="任务序号")]
    department_id: Annotated[int, Field(description="申请单位编号")]
    department: Annotated[str, Field(description="申请单位")]
    kind: Annotated[ApplicationKind, Field(description="extension 延期、completion 办结、suspension 中止")]
    state: Annotated[
        ApplicationState,
        Field(description="pending 待审批、verified 已核实、approved 同意、refused 不同意、withdrawn 已撤回"),
    ]
    reason: Annotated[str, Field(description="理由；申请办结的为完成情况")]
    progress: Annotated[str, Field(description="目前进展")]
    due_on_before: Annotated[date, Field(description="申请时的时限；同意延期的为延期前的时限")]
    due_on_wanted: Annotated[date | None, Field(description="希望延到哪一天")]
    author: Annotated[str, Field(description="申请人")]
    created_at: datetime
    verified_by: Annotated[str, Field(description="核实人")]
    verified_at: datetime | None
    verified_words: Annotated[str, Field(description="核实情况")]
    decided_by: Annotated[str, Field(description="答复人")]
    decided_at: datetime | None
    decision_words: Annotated[str, Field(description="答复")]


class ApplicationPage(BaseModel):
    """一页申请，待审批的在前。"""

    items: list[Application]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


class NewApplication(BaseModel):
    """要提出的申请。"""

    kind: Annotated[ApplicationKind, Field(description="extension、completion 或 suspension")]
    reason: Annotated[str, Field(description="理由；申请办结的写完成情况")]
    progress: Annotated[str, Field(description="目前进展；申请延期时必填")] = ""
    due_on: Annotated[date | None, Field(description="希望延到哪一天；申请延期时必填")] = None


class Decision(StrEnum):
    """What may be answered to an application."""

    VERIFY = "verify"
    APPROVE = "approve"
    REFUSE = "refuse"


class NewDecision(BaseModel):
    """对申请的答复。"""

    decision: Annotated[
        Decision, Field(description="verify 登记核实、approve 同意（申请办结的须先核实）、refuse 不同意")
    ]
    words: Annotated[str, Field(description="核实情况或答复；登记核实、不同意时必填")] = ""


class UrgingSlip(BaseModel):
    """一张催办单。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    slip: Annotated[str, Field(description="编号，如 催办单〔2018〕第12号")]
    department_id: Annotated[int, Field(description="单位编号")]
    department: Annotated[str, Field(description="单位")]
    period: Annotated[str, Field(description="未报送的一期；为任务进展催办的为空")]
    tasks: Annotated[int, Field(description="涉及的任务数")]
    answer_by: Annotated[date, Field(description="答复期限")]
    issued_by: Annotated[str, Field(description="发出人")]
    issued_at: datetime
    received_by: Annotated[str, Field(description="签收人")]
    received_at: datetime | None
    voided_by: Annotated[str, Field(description="作废的人；没有作废的为空")]
    voided_at: datetime | None
    void_reason: Annotated[str, Field(description="作废原因")]
    after_close: Annotated[str, Field(description="那一期关闭以后怎样办；没有关闭的、催办任务的为空")]


class UrgingPage(BaseModel):
    """一页催办单，新的在前。"""

    items: list[UrgingSlip]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


class UrgingIssued(BaseModel):
    """发出的催办单，和今天已催办过、没有重复发的单位。"""

    items: list[UrgingSlip]
    repeated: Annotated[list[str], Field(description="没有重复发的单位")]


class NewUrging(BaseModel):
    """要发出的催办单；省略的内容按通常的写法。"""

    words: Annotated[str | None, Field(description="催办要求")] = None
    answer_by: Annotated[date | None, Field(description="答复期限")] = None


class NewVoid(BaseModel):
    """作废催办单的原因。"""

    reason: Annotated[str, Field(description="为什么作废；收到催办单的单位会看到")]


class NewPeriodUrging(NewUrging):
    """催办未报送的单位。"""

    departments: Annotated[list[int], Field(description="要催办的单位编号", max_length=1000)]
    period: Annotated[
        int | None, Field(description="哪一期（编号）；省略则为已过截止日、尚未关闭的最近一期")
    ] = None


@router.get(
    "/plans/{plan_id}/applications",
    response_model=ApplicationPage,
    responses=problems(404, 422),
    summary="申请一览",
    description="待审批的在前，旧的先列；其余按答复时间，新的先列。单位的账号只见其有任务的申请。",
)
@needs(Action.VIEW_PROGRESS)
def list_applications(
    plan: PlanDep, viewer: CallerDep, session: SessionDep, page: PageNumber = 1, size: PageSize = 50
) -> dict[str, Any]:
    found = application_queries.list_applications(session, viewer, plan, page=page, size=size)
    return {"items": found.items, "page": found.number, "size": found.size, "total": found.total}


@router.post(
    "/tasks/{task_id}/applications",
    response_model=Application,
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="提出申请",
    description="由牵头或主责单位的账号提出。延期须在到期以前申请；同一内容重复提交只记一次。",
)
@needs(Action.APPLY)
def make_application(
    task_id: TaskId, new: NewApplication, viewer: CallerDep, database: DatabaseDep
) -> ApplicationRow:
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        wish = Wish(new.kind, new.reason, new.progress, new.due_on)
        made = application_services.make_application(session, task, wish, actor=viewer)
        return application_queries.describe(session, made)


@router.get(
    "/applications/{application_id}",
    response_model=Application,
    responses=problems(404, 422),
    summary="一份申请",
)
@needs(Action.VIEW_PROGRESS)
def get_application(application_id: ApplicationId, viewer: CallerDep, session: SessionDep) -> ApplicationRow:
    found = application_queries.get_application(session, viewer, application_id)
    return application_queries.describe(session, found)


@router.post(
    "/applications/{application_id}/decision",
    response_model=Application,
    responses=problems(404, 409, 413, 422),
    summary="答复申请",
    description="申请办结的先 verify（核实），再 approve（办结）。",
)
@needs(Action.DECIDE_APPLICATIONS)
def decide(
    application_id: ApplicationId, new: NewDecision, viewer: CallerDep, database: DatabaseDep
) -> ApplicationRow:
    deeds = {
        Decision.VERIFY: application_services.verify,
        Decision.APPROVE: application_services.approve,
        Decision.REFUSE: application_services.refuse,
    }
    with database.writing() as session:
        found = application_queries.get_application(session, viewer, application_id)
        deeds[new.decision](session, found, new.words, actor=viewer)
        return application_queries.describe(session, found)


@router.post(
    "/applications/{application_id}/withdraw",
    response_model=Application,
    responses=problems(404, 409, 422),
    summary="撤回申请",
    description="尚未答复的，由申请单位撤回。",
)
@needs(Action.APPLY)
def withdraw(application_id: ApplicationId, viewer: CallerDep, database: DatabaseDep) -> ApplicationRow:
    with database.writing() as session:
        found = application_queries.get_application(session, viewer, application_id)
        application_services.withdraw_application(session, found, actor=viewer)
        return application_queries.describe(session, found)


@router.get(
    "/plans/{plan_id}/urgings",
    response_model=UrgingPage,
    responses=problems(404, 422),
    summary="催办单一览",
    description="新的在前。单位的账号只见发给本单位的。",
)
@needs(Action.VIEW_PROGRESS)
def list_urgings(
    plan: PlanDep, viewer: CallerDep, session: SessionDep, page: PageNumber = 1, size: PageSize = 50
) -> dict[str, Any]:
    found = urging_queries.list_slips(session, viewer, plan, page=page, size=size)
    return {"items": found.items, "page": found.number, "size": found.size, "total": found.total}


@router.post(
    "/plans/{plan_id}/urgings",
    response_model=UrgingIssued,
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="催办未报送的单位",
    description="每个单位一张，编号由系统接续。同一单位、同一期一天只发一张。",
)
@needs(Action.URGE)
def urge(
    plan_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")],
    new: NewPeriodUrging,
    viewer: CallerDep,
    database: DatabaseDep,
) -> dict[str, Any]:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        open_ones = urging_queries.periods_to_urge(session, viewer, plan)
        period = urging_queries.period_urged(open_ones, viewer.today, new.period)
        if period is None:
            raise Conflict("这一期已经关闭，没有发出催办单。", "请选择正在填报的一期。")
        usual = urging_services.usual_demand(session, viewer)
        issued = urging_services.urge_departments(
            session, plan, period, new.departments, _demand(new, usual), actor=viewer
        )
        return {"items": urging_queries.rows(session, issued.slips), "repeated": issued.repeated}


@router.post(
    "/tasks/{task_id}/urging",
    response_model=UrgingIssued,
    status_code=201,
    responses=problems(404, 409, 413, 422),
    summary="催办一项任务",
    description="发给牵头和主责单位，每个单位一张。同一单位、同一任务一天只发一张。",
)
@needs(Action.URGE)
def urge_for_task(
    task_id: TaskId, new: NewUrging, viewer: CallerDep, database: DatabaseDep
) -> dict[str, Any]:
    with database.writing() as session:
        task = task_queries.get_task(session, viewer, task_id)
        usual = urging_services.usual_demand(session, viewer, of_task=True)
        issued: Issued = urging_services.urge_for_task(session, task, _demand(new, usual), actor=viewer)
        return {"items": urging_queries.rows(session, issued.slips), "repeated": issued.repeated}


@router.get(
    "/urgings/{urging_id}",
    response_model=UrgingSlip,
    responses=problems(404, 422),
    summary="一张催办单",
)
@needs(Action.VIEW_PROGRESS)
def get_urging(urging_id: UrgingId, viewer: CallerDep, session: SessionDep) -> SlipRow:
    return urging_queries.rows(session, [urging_queries.get_urging(session, viewer, urging_id)])[0]


@router.post(
    "/urgings/{urging_id}/receive",
    response_model=UrgingSlip,
    responses=problems(404, 409, 422),
    summary="签收催办单",
    description="由收到催办单的单位的账号签收；重复签收以第一次为准，已作废的不能签收（409）。",
)
@needs(Action.ANSWER_URGING)
def receive(urging_id: UrgingId, viewer: CallerDep, database: DatabaseDep) -> SlipRow:
    with database.writing() as session:
        found = urging_queries.get_urging(session, viewer, urging_id)
        urging_services.receive(session, found, actor=viewer)
        return urging_queries.rows(session, [found])[0]


@router.post(
    "/urgings/{urging_id}/void",
    response_model=UrgingSlip,
    responses=problems(404, 409, 413, 422),
    summary="作废催办单",
    description="由督查室作废并写明原因。编号保留不再用，单位不再算作已催办；以同一原因重复作废不变。",
)
@needs(Action.URGE)
def void(urging_id: UrgingId, new: NewVoid, viewer: CallerDep, database: DatabaseDep) -> SlipRow:
    with database.writing() as session:
        found = urging_queries.get_urging(session, viewer, urging_id)
        urging_services.void(session, found, new.reason, actor=viewer)
        return urging_queries.rows(session, [found])[0]


def _demand(new: NewUrging, usual: Demand) -> Demand:
    return Demand(usual.words if new.words is None else new.words, new.answer_by or usual.answer_by)
