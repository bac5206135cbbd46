"""Reporting periods, open and closed."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.api import schemas
from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.downloads import attachment
from app.models.types import LARGEST_ID
from app.queries import periods as period_queries
from app.queries import plans as plan_queries
from app.queries import snapshots as snapshot_queries
from app.queries.periods import PeriodRow, PeriodState
from app.queries.snapshots import ClosedFilter, ClosedRow
from app.reports.ledger import FILE_NAME, WORKBOOK_TYPE, ledger_workbook
from app.reports.names import name_of_table
from app.rules.permissions import Action, needs
from app.rules.status import Light
from app.services import periods as period_services

router = APIRouter(prefix="/api/v1", tags=["填报周期"])

PeriodId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="填报周期编号")]


class Silent(BaseModel):
    """没有报齐的单位。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    missing: Annotated[int, Field(description="还欠几项")]


class UnitReports(BaseModel):
    """一个单位这一期的应报、已报、未报。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    due: Annotated[int, Field(description="应报几项")]
    reported: Annotated[int, Field(description="已报几项；几个单位共同牵头的，报了一份都算已报")]
    missing: Annotated[int, Field(description="未报几项")]


class Period(BaseModel):
    """一期填报。"""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[int | None, Field(description="编号；还没有开启、也没有填报的为空")]
    name: Annotated[str, Field(description="名称")]
    starts_on: Annotated[date, Field(description="第一天")]
    ends_on: Annotated[date, Field(description="最后一天")]
    due_on: Annotated[date, Field(description="截止日，已移到工作日")]
    state: Annotated[PeriodState, Field(description="coming、running、overdue、closed 或 unused（没有填报）")]
    is_current: Annotated[bool, Field(description="今天的填报是否记入这一期")]
    opened_at: datetime | None
    closed_at: datetime | None
    due: Annotated[int, Field(description="应报项数；已关闭的是关闭时应报的，没有开始或没有人填报的为 0")]
    reported: Annotated[int, Field(description="已报项数")]
    approved: Annotated[int, Field(description="其中审核通过")]
    returned: Annotated[int, Field(description="退回待改")]
    silent: Annotated[list[Silent], Field(description="没有报齐的单位，欠得多的在前")]
    groups: Annotated[list[Silent], Field(description="没有账号的群组（各镇街等）欠的，不算未报送单位")]


class NewPeriod(BaseModel):
    """要开启的一期。"""

    starts_on: Annotated[date, Field(description="这一期的第一天，取自列表")]


class Closing(BaseModel):
    """关闭一期。"""

    unreviewed: Annotated[StrictBool, Field(description="还有没审核的填报时，是否仍然关闭")] = False
    early: Annotated[StrictBool, Field(description="截止日还没有到时，是否提前关闭")] = False


class ClosedPart(BaseModel):
    """往期的一个分解项，都是关闭时的样子。"""

    id: int
    number: str
    standard: str
    departments: Annotated[list[schemas.Named], Field(description="承担单位")]
    is_missing: Annotated[bool, Field(description="本期应报未报")]
    is_unreviewed: Annotated[bool, Field(description="关闭时没有审核")]
    completion: Annotated[int | None, Field(description="本期报的完成率")]
    progress: Annotated[str, Field(description="本期的进展情况")]
    problems: Annotated[str, Field(description="本期的存在问题")]
    next_steps: Annotated[str, Field(description="本期的下一步措施")]


class ClosedTask(schemas.Task):
    """往期的一项任务，都是关闭时的样子。"""

    is_unreviewed: Annotated[bool, Field(description="关闭时没有审核；以前关闭的没有记下，为 false")]
    parts: Annotated[list[ClosedPart], Field(description="分解项；没有拆分的、以前关闭的为空")]
    is_missing: Annotated[bool, Field(description="本期应报未报")]
    problems: Annotated[str, Field(description="本期的存在问题")]
    next_steps: Annotated[str, Field(description="本期的下一步措施")]


class ClosedPeriod(BaseModel):
    """往期的一页任务。"""

    id: int
    name: str
    due_on: date
    as_of: Annotated[date, Field(description="按哪一天判断")]
    closed_at: datetime
    due: Annotated[int, Field(description="应报项数")]
    reported: Annotated[int, Field(description="已报项数")]
    unreviewed: Annotated[int, Field(description="关闭时几条填报没有审核")]
    units: Annotated[list[UnitReports], Field(description="各单位的应报、已报、未报；联络员只看到本单位")]
    silent: list[Silent]
    groups: list[Silent]
    items: list[ClosedTask]
    page: Annotated[int, Field(description="第几页，从 1 起")]
    size: Annotated[int, Field(description="每页条数")]
    total: Annotated[int, Field(description="总条数")]


@router.get(
    "/plans/{plan_id}/periods",
    response_model=list[Period],
    responses=problems(404, 422),
    summary="各期填报",
    description="全年各期，先后为序，含应报、已报和没有报齐的单位。",
)
@needs(Action.MANAGE_PERIODS)
def list_periods(plan: PlanDep, viewer: CallerDep, session: SessionDep) -> list[PeriodRow]:
    return period_queries.list_periods(session, viewer, plan)


@router.post(
    "/plans/{plan_id}/periods",
    response_model=Period,
    status_code=201,
    responses=problems(404, 409, 422),
    summary="开启一期填报",
    description="开启并通知每个单位；重复开启不再通知。",
)
@needs(Action.MANAGE_PERIODS)
def open_period(
    plan_id: Annotated[int, Path(ge=1, le=LARGEST_ID, description="责任分解表编号")],
    new: NewPeriod,
    viewer: CallerDep,
    database: DatabaseDep,
) -> PeriodRow:
    with database.writing() as session:
        plan = plan_queries.get_plan(session, viewer, plan_id)
        opened = period_services.open_period(session, plan, new.starts_on, actor=viewer)
        return period_queries.get_row(session, viewer, plan, opened)


@router.post(
    "/periods/{period_id}/close",
    response_model=Period,
    responses=problems(404, 409, 422),
    summary="关闭一期填报",
    description="关闭并定格；以后这一期的填报、退回、审核都不能再改。重复关闭不再改动。",
)
@needs(Action.MANAGE_PERIODS)
def close_period(
    period_id: PeriodId, viewer: CallerDep, database: DatabaseDep, closing: Closing | None = None
) -> PeriodRow:
    with database.writing() as session:
        period = period_queries.get_period(session, viewer, period_id)
        sure = closing or Closing()
        period_services.close(session, period, actor=viewer, unreviewed=sure.unreviewed, early=sure.early)
        plan = period_queries.plan_of(session, viewer, period)
        return period_queries.get_row(session, viewer, plan, period)


@router.get(
    "/periods/{period_id}",
    response_model=ClosedPeriod,
    responses=problems(404, 422),
    summary="往期的进展",
    description="一期关闭时的全表，按文件中的次序分页。单位没有参与的任务不列进展。",
)
@needs(Action.VIEW_CLOSED_PERIODS)
def show_closed_period(
    period_id: PeriodId,
    viewer: CallerDep,
    session: SessionDep,
    light: Annotated[Light | None, Query(description="进度评价")] = None,
    department: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="单位编号")] = None,
    silent: Annotated[bool, Query(description="只要本期应报未报的")] = False,
    page: Annotated[int, Query(description="第几页", ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(description="每页条数", ge=1, le=200)] = 50,
) -> dict[str, Any]:
    period = snapshot_queries.get_closed_period(session, viewer, period_id)
    closed = snapshot_queries.closed_period(snapshot_queries.snapshot_of(session, period), viewer)
    wanted = ClosedFilter(light, department, silent)
    rows = [row for row in closed.rows if wanted.matches(row)]
    return {
        "id": period.id,
        "name": period.name,
        "due_on": closed.snapshot.due_on,
        "as_of": closed.snapshot.as_of,
        "closed_at": closed.snapshot.taken_at,
        "due": closed.due,
        "reported": closed.reported,
        "unreviewed": closed.unreviewed,
        "units": closed.units,
        "silent": closed.silent,
        "groups": closed.groups,
        "items": [_fields(row) for row in rows[(page - 1) * size : page * size]],
        "page": page,
        "size": size,
        "total": len(rows),
    }


@router.get(
    "/periods/{period_id}/ledger.xlsx",
    response_class=Response,
    responses={**problems(404, 422), 200: {"content": {WORKBOOK_TYPE: {}}, "description": "工作簿"}},
    summary="往期的进展情况表（Excel）",
    description="一期关闭时的工作簿，任何时候取都一样。",
)
@needs(Action.VIEW_CLOSED_PERIODS)
def download_closed_ledger(period_id: PeriodId, viewer: CallerDep, session: SessionDep) -> Response:
    period = snapshot_queries.get_closed_period(session, viewer, period_id)
    snapshot = snapshot_queries.snapshot_of(session, period)
    content = ledger_workbook(snapshot_queries.ledger_of(snapshot, viewer))
    return attachment(
        content, name=name_of_table(f"{period.name}{FILE_NAME}", snapshot.title), media_type=WORKBOOK_TYPE
    )


def _fields(row: ClosedRow) -> dict[str, Any]:
    report = row.report
    return {
        **schemas.task_fields(row.task),
        "is_missing": row.is_missing,
        "is_unreviewed": row.is_unreviewed,
        "parts": [_part_fields(part) for part in row.parts],
        "problems": report.problems if report else "",
        "next_steps": report.next_steps if report else "",
    }


def _part_fields(part: snapshot_queries.ClosedPart) -> dict[str, Any]:
    kept, report = part.part, part.report
    return {
        "id": kept.id,
        "number": kept.number,
        "standard": kept.standard,
        "departments": kept.departments,
        "is_missing": part.is_missing,
        "is_unreviewed": part.is_unreviewed,
        "completion": report.completion if report else None,
        "progress": report.progress if report else "",
        "problems": report.problems if report else "",
        "next_steps": report.next_steps if report else "",
    }
