"""The report sheet of the caller's unit: what is on it, drafts, submitting, and what supporting units send."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.deps import CallerDep, DatabaseDep, problems
from app.errors import Conflict, InvalidInput, NotFound
from app.models.progress import ReportingPeriod
from app.models.types import LARGEST_ID
from app.queries import periods as period_queries
from app.queries import plans as plan_queries
from app.queries import sheet as sheet_queries
from app.queries.own import own_row
from app.queries.sheet import Sheet, SheetRow, SupportingRow
from app.rules.permissions import Action, needs
from app.services import contributions as contribution_services
from app.services import drafts as draft_services
from app.services import periods as period_services
from app.services import sheet as sheet_services
from app.services.contributions import FIELD, KeptWords
from app.services.drafts import Change, Place, RowState

router = APIRouter(prefix="/api/v1", tags=["填报"])
PlanNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class TypedField(BaseModel):
    """一栏：改动前所知的内容和现在的内容。"""

    was: Annotated[str, Field(description="上次从服务器得知的内容；没有为空")] = ""
    text: Annotated[str, Field(description="现在的内容，原样保存")]


class TypedRow(BaseModel):
    """一项任务的草稿：只写有改动的栏。"""

    period: Annotated[Number, Field(description="填报周期编号")]
    task: Annotated[Number, Field(description="任务编号")]
    seen: Annotated[
        int, Field(ge=0, le=LARGEST_ID, description="本单位本期已知的最近一次填报编号，没有为 0")
    ] = 0
    fields: Annotated[
        dict[str, TypedField],
        Field(description="status、completion、actual、progress、problems、next_steps；配合单位只有 words"),
    ] = {}

    def place(self, plan_id: int) -> Place:
        return Place(plan_id, self.period, self.task)

    def changes(self) -> dict[str, Change]:
        return {name: Change(typed.was, typed.text) for name, typed in self.fields.items()}


class Rival(BaseModel):
    """同事在同一栏写的、没有被替换的内容。"""

    model_config = ConfigDict(from_attributes=True)

    text: str
    by: Annotated[str, Field(description="最后改这一行的人")]
    at: datetime


class KeptRow(BaseModel):
    """保存以后的一行。"""

    saved_at: datetime
    row: Annotated[RowState, Field(description="empty、draft、submitted、changed、returned 或 approved")]
    fields: Annotated[dict[str, str], Field(description="现在保存着的内容")]
    conflicts: Annotated[dict[str, Rival], Field(description="因同事已改动而没有替换的栏")]
    seen: Annotated[int, Field(description="本单位本期最近一次填报编号，没有为 0")]


class HandedDraft(BaseModel):
    """交接前的单位写了、没有报送的草稿。"""

    model_config = ConfigDict(from_attributes=True)

    period: Annotated[str, Field(description="为哪一期写的")]
    department: str
    author: str
    at: datetime
    fields: dict[str, str]


class OwnRow(BaseModel):
    """本单位牵头的一项任务。"""

    task_id: int
    number: Annotated[str, Field(description="序号")]
    standard: Annotated[str, Field(description="工作标准")]
    due_on: date
    row: RowState
    reason: Annotated[str, Field(description="退回理由")]
    fields: dict[str, str]
    last: Annotated[dict[str, str] | None, Field(description="上期填报；上期关闭时没有报送的，是留下的草稿")]
    contributions: Annotated[list[dict[str, str]], Field(description="配合单位送来的：department、words")]
    handed: Annotated[HandedDraft | None, Field(description="交接来的任务，原单位没有报送的草稿")]
    may_be_left: Annotated[
        bool, Field(description="可以不填：已完成、已拆分，或其他责任单位已报送；不计入 filled 和 sent")
    ]
    reported_at: Annotated[datetime | None, Field(description="本期已报送的时间；再次报送作为更正")]
    reported_by: str
    seen: int


class HelpedRow(BaseModel):
    """本单位配合的一项任务。"""

    task_id: int
    number: str
    standard: str
    lead: Annotated[str, Field(description="牵头单位")]
    text: Annotated[str, Field(description="草稿")]
    words: Annotated[str, Field(description="已送牵头单位的内容")]
    sent_at: datetime | None


class SheetOfUnit(BaseModel):
    """一个单位一期的填报表，退回的在前。"""

    period_id: int
    period: Annotated[str, Field(description="填报周期")]
    due_on: date
    asked: Annotated[int, Field(description="应报几项")]
    filled: Annotated[int, Field(description="已填几项")]
    sent: Annotated[int, Field(description="已报送几项")]
    rows: list[OwnRow]
    supporting: list[HelpedRow]


@router.get(
    "/plans/{plan_id}/sheet",
    response_model=SheetOfUnit,
    responses=problems(404, 409, 422),
    summary="本单位的填报表",
)
@needs(Action.REPORT_PROGRESS)
def get_sheet(
    plan_id: PlanNumber,
    viewer: CallerDep,
    database: DatabaseDep,
    period: Annotated[
        int | None, Query(ge=1, le=LARGEST_ID, description="填报周期编号；省略为现在该报的一期")
    ] = None,
) -> dict[str, Any]:
    with database.reading() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        chosen = period or period_queries.period_in_view(session, viewer, plan).id
        if chosen is not None:
            found = own_row(session, viewer, ReportingPeriod, chosen)
            if found is None or found.plan_id != plan_id:
                raise NotFound("没有找到这一期填报。", "请核对填报周期编号。")
            return _sheet_fields(sheet_queries.sheet_of(session, viewer, plan, found))
    raise Conflict(
        "这一期还没有开始填报。", f"请先调用 POST /api/v1/plans/{plan_id}/sheet/begin，或由督查室开启这一期。"
    )


@router.post(
    "/plans/{plan_id}/sheet/begin",
    response_model=SheetOfUnit,
    responses=problems(404, 409, 422),
    summary="开始填报现在该报的一期",
    description="这一期还没有人开启时用；已经开始的，只返回填报表。",
)
@needs(Action.REPORT_PROGRESS)
def begin_sheet(plan_id: PlanNumber, viewer: CallerDep, database: DatabaseDep) -> dict[str, Any]:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        begun = period_services.begin(session, plan, actor=viewer)
        return _sheet_fields(sheet_queries.sheet_of(session, viewer, plan, begun))


@router.put(
    "/plans/{plan_id}/sheet/draft",
    response_model=KeptRow,
    responses=problems(404, 409, 413, 422),
    summary="保存草稿",
    description="逐栏核对：`was` 与现存内容一致才替换；同事已改动的栏不替换，列在 `conflicts`。",
)
@needs(Action.REPORT_PROGRESS)
def save_draft(
    plan_id: PlanNumber, typed: TypedRow, viewer: CallerDep, database: DatabaseDep
) -> dict[str, Any]:
    with database.writing() as session:
        kept = draft_services.save(
            session, typed.place(plan_id), typed.changes(), actor=viewer, seen=typed.seen
        )
    return {
        "saved_at": kept.saved_at,
        "row": kept.row,
        "fields": kept.fields,
        "conflicts": kept.conflicts,
        "seen": kept.report_id,
    }


@router.post(
    "/plans/{plan_id}/sheet/submit",
    response_model=KeptRow,
    responses=problems(404, 409, 413, 422),
    summary="报送一项",
    description="把草稿（连同这次的改动）报送。填写有误的返回 422，同事已改动的返回 409，草稿都保留。",
)
@needs(Action.REPORT_PROGRESS)
def submit(plan_id: PlanNumber, typed: TypedRow, viewer: CallerDep, database: DatabaseDep) -> dict[str, Any]:
    with database.writing() as session:
        sent = sheet_services.submit(
            session, typed.place(plan_id), typed.changes(), actor=viewer, seen=typed.seen
        )
    # What was typed is kept by now: a refusal undoes none of it.
    if sent.conflicts:
        raise Conflict("有的栏同事刚刚改过，没有报送。", "请取回现在的内容，对照后再报送。")
    if "" in sent.errors:
        raise Conflict(sent.errors[""])
    if sent.errors:
        raise InvalidInput("有内容需要修改，尚未报送。", fields=sent.errors)
    return {
        "saved_at": viewer.now,
        "row": sent.row,
        "fields": sent.fields,
        "conflicts": {},
        "seen": sent.report_id,
    }


@router.put(
    "/plans/{plan_id}/sheet/words",
    response_model=KeptRow,
    responses=problems(404, 409, 413, 422),
    summary="保存配合情况的草稿",
    description="牵头单位还看不到；规则与填报草稿相同，栏名是 `words`。",
)
@needs(Action.CONTRIBUTE)
def save_words(
    plan_id: PlanNumber, typed: TypedRow, viewer: CallerDep, database: DatabaseDep
) -> dict[str, Any]:
    with database.writing() as session:
        kept = contribution_services.save_words(
            session, typed.place(plan_id), typed.changes().get(FIELD), actor=viewer
        )
    return _words_fields(kept)


@router.post(
    "/plans/{plan_id}/sheet/words",
    response_model=KeptRow,
    responses=problems(404, 409, 413, 422),
    summary="配合情况送牵头单位",
)
@needs(Action.CONTRIBUTE)
def send_words(
    plan_id: PlanNumber, typed: TypedRow, viewer: CallerDep, database: DatabaseDep
) -> dict[str, Any]:
    with database.writing() as session:
        kept = contribution_services.send_words(
            session, typed.place(plan_id), typed.changes().get(FIELD), actor=viewer
        )
    return _words_fields(kept)


def _words_fields(kept: KeptWords) -> dict[str, Any]:
    return {
        "saved_at": kept.saved_at,
        "row": RowState.SUBMITTED if kept.is_sent else RowState.DRAFT,
        "fields": {FIELD: kept.text},
        "conflicts": {FIELD: kept.theirs} if kept.theirs else {},
        "seen": 0,
    }


def _sheet_fields(sheet: Sheet) -> dict[str, Any]:
    return {
        "period_id": sheet.period.id,
        "period": sheet.period.name,
        "due_on": sheet.period.due_on,
        "asked": len(sheet.asked),
        "filled": sheet.filled,
        "sent": sheet.sent,
        "rows": [_own_fields(row) for row in sheet.rows],
        "supporting": [_helped_fields(row) for row in sheet.supporting],
    }


def _own_fields(row: SheetRow) -> dict[str, Any]:
    return {
        "task_id": row.task_id,
        "number": row.number,
        "standard": row.standard,
        "due_on": row.due_on,
        "row": row.state,
        "reason": row.reason,
        "fields": row.fields,
        "last": row.last.fields if row.last else None,
        "contributions": [{"department": each.department, "words": each.words} for each in row.contributions],
        "handed": row.given,
        "may_be_left": row.may_be_left,
        "reported_at": row.reported_at,
        "reported_by": row.reported_by,
        "seen": row.seen,
    }


def _helped_fields(row: SupportingRow) -> dict[str, Any]:
    return {
        "task_id": row.task_id,
        "number": row.number,
        "standard": row.standard,
        "lead": row.lead,
        "text": row.text,
        "words": row.words,
        "sent_at": row.sent_at,
    }
