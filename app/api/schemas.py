"""The shapes of the JSON door. A field has the same name as in tables, templates and the glossary."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from app.models.imports import BatchState
from app.models.task import TaskStatus
from app.queries.tasks import TaskRow
from app.queries.todos import TodoKind, Urgency
from app.queries.workload import WorkloadRow
from app.rules.status import Light
from app.services.progress import LEFT_OUT

Percent = Annotated[int, Field(ge=0, le=100)]


def _figure_or_left_out(value: Any, _: ValidatorFunctionWrapHandler) -> int | str | None:
    """One thing to say of a figure that is wrong, and not one for each of its kinds."""
    return value if value == LEFT_OUT else _FIGURE.validate_python(value)


_FIGURE: TypeAdapter[int | None] = TypeAdapter(Annotated[StrictInt | None, Field(ge=0, le=100)])


class Problem(BaseModel):
    """出错时的回答（RFC 9457）。"""

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="发生了什么，怎么办")]
    code: Annotated[str, Field(description="固定的错误代码")]
    instance: str
    fields: dict[str, str] | None = None


class Named(BaseModel):
    """一位领导或一个单位。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class Plan(BaseModel):
    """责任分解表。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: Annotated[str, Field(description="名称")]
    year: Annotated[int, Field(description="年度")]


class Headway(BaseModel):
    """导入的进度。"""

    model_config = ConfigDict(from_attributes=True)

    file: Annotated[str, Field(description="文件名")]
    by: Annotated[str, Field(description="上传或导入的人")]
    begun_at: Annotated[datetime, Field(description="何时开始")]
    batch_id: Annotated[int | None, Field(description="导入编号；文件还在识别时为空")]
    state: Annotated[
        Literal["running", "stopped"], Field(description="running：正在进行；stopped：服务器停过，已经中断")
    ]
    step: Annotated[
        str,
        Field(
            description="识别：read、recognise、check、keep；写入台账：prepare、tasks、bearers、trail；刚开始时为空"
        ),
    ]
    done: Annotated[int, Field(description="这一步已经办了多少")]
    total: Annotated[int, Field(description="这一步一共多少；说不出时为 0")]
    percent: Annotated[int, Field(description="全程的百分比")]


class Import(BaseModel):
    """一次导入。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    file: Annotated[str, Field(description="文件名")]
    title: Annotated[str, Field(description="导入时给责任分解表的名称")]
    year: Annotated[int, Field(description="年度")]
    state: Annotated[
        BatchState, Field(description="previewed：待核对；committed：已写入台账；undone：已撤销")
    ]
    is_revision: Annotated[bool, Field(description="是否更新了已有的表")]
    is_repeat: Annotated[bool, Field(description="表里已有同样的内容，这次没有改动")]
    plan_id: Annotated[int | None, Field(description="责任分解表编号；待核对的为空")]
    plan: Annotated[str | None, Field(description="责任分解表现在的名称；待核对的为空")]
    target_plan_id: Annotated[
        int | None, Field(description="待核对的文件将更新哪张表（编号）；将新建一张的、已经导入的为空")
    ]
    target_plan: Annotated[str | None, Field(description="将更新的表的名称")]
    by: Annotated[str, Field(description="上传人")]
    created_at: Annotated[datetime, Field(description="上传时间")]
    committed_at: Annotated[datetime | None, Field(description="写入台账的时间")]
    undone_at: Annotated[datetime | None, Field(description="撤销的时间")]
    undone_by: Annotated[str | None, Field(description="撤销人")]
    goals: Annotated[int, Field(description="读出几个目标")]
    tasks: Annotated[int, Field(description="读出几项任务")]


class ImportPage(BaseModel):
    """一页导入。"""

    items: list[Import]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


class Origin(BaseModel):
    """出处：任务来自哪次导入、哪个文件的哪一处。"""

    model_config = ConfigDict(from_attributes=True)

    batch_id: Annotated[int, Field(description="导入编号")]
    file: Annotated[str, Field(description="文件名")]
    place: Annotated[str, Field(description="文件中的位置，与网页上写的相同")]
    sheet: Annotated[str, Field(description="其中的工作表、表格或页；文件里只有一处时为空")]
    row: Annotated[int | None, Field(description="其中的第几行")]
    uploaded_at: Annotated[datetime, Field(description="上传时间")]
    original: Annotated[
        str | None, Field(description="下载原文件的接口地址，相对于本系统的网址；令牌不能下载时为空")
    ]


class Goal(BaseModel):
    """目标。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    number: Annotated[str, Field(description="序号")]
    name: Annotated[str, Field(description="目标名称")]
    tasks: Annotated[int, Field(description="任务数")]


class Task(BaseModel):
    """任务。没有权限查看进展时，status、light 等进展字段为空或 hidden。"""

    id: int
    number: Annotated[str, Field(description="序号")]
    goal_id: Annotated[int | None, Field(description="目标编号")]
    goal: Annotated[str, Field(description="目标名称")]
    standard: Annotated[str, Field(description="工作标准")]
    officials: Annotated[list[Named], Field(description="分管领导，按文件中的次序")]
    lead_departments: Annotated[list[Named], Field(description="牵头单位")]
    main_departments: Annotated[list[Named], Field(description="主责单位")]
    supporting_departments: Annotated[list[Named], Field(description="配合单位")]
    due_text: Annotated[str, Field(description="完成时限原文")]
    due_on: Annotated[date, Field(description="完成时限日期，经批准延期的为延期后的日期")]
    original_due_on: Annotated[date | None, Field(description="经批准延期的，原定的日期")]
    status: Annotated[TaskStatus | None, Field(description="办理状态")]
    light: Annotated[Light, Field(description="进度评价，由事实与日期推算")]
    light_label: Annotated[str, Field(description="进度评价的中文")]
    explanation: Annotated[str, Field(description="评价的依据")]
    is_rated: Annotated[bool, Field(description="是否由督查室评定；false 为由数据得出")]
    completion: Annotated[int | None, Field(description="完成率，百分数")]
    pace: Annotated[int | None, Field(description="序时进度，百分数")]
    progress: Annotated[
        str, Field(description="最近一次进展情况；任务已拆分、是拆分前报的，开头写明“（拆分前…报送…）”")
    ]
    reported_at: Annotated[datetime | None, Field(description="最近一次报送时间")]
    withdrawn: Annotated[bool, Field(description="是否已撤回；撤回的只能查看，不计入任何统计")]
    withdrawn_at: Annotated[datetime | None, Field(description="撤回的时间")]
    withdrawn_reason: Annotated[str, Field(description="撤回的理由")]


class TaskPage(BaseModel):
    """一页任务。"""

    items: list[Task]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


class Report(BaseModel):
    """一次进展填报。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    period: Annotated[str, Field(description="填报周期")]
    department: Annotated[str, Field(description="填报单位")]
    author: Annotated[str, Field(description="填报人")]
    state: Annotated[str, Field(description="submitted、returned（只有填报单位和督查室看得到）或 approved")]
    status: TaskStatus
    completion: int | None
    progress: Annotated[str, Field(description="进展情况")]
    problems: Annotated[str, Field(description="存在问题")]
    next_steps: Annotated[str, Field(description="下一步措施")]
    submitted_at: datetime | None


class TaskDetail(Task):
    """任务及其出处和历次填报，最近的在前。"""

    origin: Annotated[Origin | None, Field(description="出处；分解项不来自文件，为空")]
    reports: list[Report]


class Evidence(BaseModel):
    """一份佐证材料。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    period_id: Annotated[int, Field(description="填报周期编号")]
    period: Annotated[str, Field(description="填报周期")]
    name: Annotated[str, Field(description="文件名")]
    kind: Annotated[str, Field(description="文件种类，按内容判断")]
    size: Annotated[int, Field(description="字节数")]
    department: Annotated[str, Field(description="上传单位")]
    uploaded_by: Annotated[str, Field(description="上传人")]
    uploaded_at: datetime


class Todo(BaseModel):
    """一件待办。"""

    model_config = ConfigDict(from_attributes=True)

    kind: Annotated[TodoKind, Field(description="事项")]
    urgency: Annotated[Urgency, Field(description="now 现在要办，soon 近期，other 其他")]
    title: Annotated[str, Field(description="办什么、多少")]
    detail: Annotated[str, Field(description="哪一期、何时截止、退回原因等")]
    due_on: Annotated[date | None, Field(description="截止日")]
    address: Annotated[str, Field(description="办理页面，相对于本系统的网址")]
    count: Annotated[int, Field(description="数量")]
    plan: Annotated[str, Field(description="责任分解表")]


class Notice(BaseModel):
    """一条通知。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    words: Annotated[str, Field(description="内容")]
    address: Annotated[str, Field(description="有关页面，相对于本系统的网址；没有时为空")]
    at: datetime
    is_new: Annotated[bool, Field(description="本人还没有看过")]


class NoticePage(BaseModel):
    """一页通知。"""

    items: list[Notice]
    page: int
    size: int
    total: int


class NewReport(BaseModel):
    """要报送的进展。"""

    status: Annotated[TaskStatus, Field(description="办理状态：not_started、in_progress 或 completed")]
    completion: Annotated[
        StrictInt | Literal["不填"] | None,
        WrapValidator(_figure_or_left_out, json_schema_input_type=Percent | Literal["不填"] | None),
        Field(
            description="完成率，0 到 100 的整数；已完成时可省略。推进中、上次报过完成率而这次没有的，写“不填”，省略则返回 422"
        ),
    ] = None
    progress: Annotated[str, Field(min_length=1, description="进展情况")]
    problems: Annotated[str, Field(description="存在问题")] = ""
    next_steps: Annotated[str, Field(description="下一步措施")] = ""
    actual: Annotated[
        float | None,
        Field(ge=0, allow_inf_nan=False, description="完成值；有量化指标的任务必填，完成率由它得出"),
    ] = None
    seen: Annotated[
        StrictInt | None,
        Field(
            description="填报前看到的最近一次填报的 id（没有为 0）；若其间有人报送，返回 409。省略则不核对"
        ),
    ] = None


class Workload(BaseModel):
    """一位领导或一个单位承担的任务。"""

    id: int
    name: str
    total: Annotated[int, Field(description="任务总数")]
    lead: Annotated[int, Field(description="其中牵头")]
    main: Annotated[int, Field(description="其中主责")]
    supporting: Annotated[int, Field(description="其中配合")]
    lights: Annotated[dict[Light, int], Field(description="各进度评价的任务数")]
    completion: Annotated[int | None, Field(description="平均完成率；在办而没有填完成率的任务不计入")]
    pace: Annotated[int | None, Field(description="平均序时进度，与平均完成率按同样的任务")]
    averaged: Annotated[int, Field(description="计入平均的任务数")]


def task_fields(row: TaskRow) -> dict[str, object]:
    """A ledger row in the published shape."""
    people, judgement = row.responsibility, row.judgement
    return {
        "id": row.id,
        "number": row.number,
        "goal_id": row.goal_id,
        "goal": row.goal_name,
        "standard": row.standard,
        "officials": people.officials,
        "lead_departments": people.lead_departments,
        "main_departments": people.main_departments,
        "supporting_departments": people.supporting_departments,
        "due_text": row.due_text,
        "due_on": row.due_on,
        "original_due_on": row.original_due_on,
        "status": row.status,
        "light": judgement.light,
        "light_label": judgement.label,
        "explanation": judgement.explanation,
        "is_rated": judgement.is_rated,
        "completion": judgement.completion,
        "pace": judgement.pace,
        "progress": row.progress,
        "reported_at": row.reported_at,
        "withdrawn": row.withdrawn_at is not None,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_reason": row.withdrawn_reason,
    }


def workload_fields(row: WorkloadRow) -> dict[str, object]:
    standing = row.standing
    return {
        "id": row.id,
        "name": row.name,
        "total": standing.total,
        "lead": row.lead,
        "main": row.main,
        "supporting": row.supporting,
        "lights": standing.lights,
        "completion": standing.completion,
        "pace": standing.pace,
        "averaged": standing.averaged,
    }
