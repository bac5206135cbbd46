"""Approving reports and sending them back."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.deps import CallerDep, DatabaseDep, PlanDep, SessionDep, problems
from app.models.progress import ProgressReport, ReportState
from app.models.task import TaskStatus
from app.models.types import LARGEST_ID
from app.queries import review as review_queries
from app.queries.review import ReviewFilter, ReviewRow
from app.rules.permissions import Action, needs
from app.services import review as review_services

router = APIRouter(prefix="/api/v1", tags=["审核"])
ReportNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="填报编号")]


class Said(BaseModel):
    """一期的填报。"""

    model_config = ConfigDict(from_attributes=True)

    status: TaskStatus
    completion: int | None
    progress: Annotated[str, Field(description="进展情况")]


class WaitingReport(BaseModel):
    """一条待审核的填报，与上期对照。"""

    id: int
    task_id: Annotated[int, Field(description="任务编号")]
    number: Annotated[str, Field(description="任务序号")]
    standard: Annotated[str, Field(description="工作标准")]
    department: Annotated[str, Field(description="填报单位")]
    period_id: Annotated[int, Field(description="填报周期编号")]
    period: Annotated[str, Field(description="填报周期")]
    said: Annotated[Said, Field(description="本期")]
    problems: Annotated[str, Field(description="存在问题")]
    next_steps: Annotated[str, Field(description="下一步措施")]
    before: Annotated[Said | None, Field(description="上期；以前没有填报过时为空")]
    evidence: Annotated[int, Field(description="佐证材料份数")]
    remarks: Annotated[list[str], Field(description="需要留意之处")]
    is_clean: Annotated[bool, Field(description="没有明显疑点，可与其他填报一并通过")]


class Judged(BaseModel):
    """审核的结果。"""

    model_config = ConfigDict(from_attributes=True)

    id: int
    task_id: int
    state: Annotated[ReportState, Field(description="submitted、returned 或 approved")]
    reviewer_name: Annotated[str, Field(description="审核人")]
    return_reason: Annotated[str, Field(description="退回理由")]


class Reason(BaseModel):
    """退回的理由。"""

    reason: Annotated[str, Field(min_length=1, max_length=500, description="填报单位要照着修改")]
    seen: Annotated[ReportState, Field(description="您看到时的状态；其间被别人审核过则返回 409")] = (
        ReportState.SUBMITTED
    )


@router.get(
    "/plans/{plan_id}/review",
    response_model=list[WaitingReport],
    responses=problems(404, 422),
    summary="待审核的填报",
    description="未关闭的各期中，各单位对每项任务最近的、还没有审核的一条。",
)
@needs(Action.REVIEW_REPORTS)
def list_waiting(
    plan: PlanDep,
    viewer: CallerDep,
    session: SessionDep,
    department: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="填报单位编号")] = None,
    official: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="分管领导编号")] = None,
    period: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="填报周期编号")] = None,
) -> list[WaitingReport]:
    wanted = ReviewFilter(department, official, period)
    queue = review_queries.review_queue(session, viewer, plan, wanted)
    return [_waiting(row) for row in queue.rows]


@router.post(
    "/reports/{report_id}/approve",
    response_model=Judged,
    responses=problems(404, 409, 413, 422),
    summary="审核通过",
    description="重复提交不再改动。已被退回、单位已报送更新的进展或这一期已关闭时，返回 409。",
)
@needs(Action.REVIEW_REPORTS)
def approve(report_id: ReportNumber, viewer: CallerDep, database: DatabaseDep) -> ProgressReport:
    with database.writing() as session:
        report = review_queries.get_report(session, viewer, report_id)
        review_services.approve(session, report, actor=viewer)
        return report


@router.post(
    "/reports/{report_id}/return",
    response_model=Judged,
    responses=problems(404, 409, 413, 422),
    summary="退回",
    description="退回的填报不再计入进展，填报单位会收到通知。",
)
@needs(Action.REVIEW_REPORTS)
def return_report(
    report_id: ReportNumber, decision: Reason, viewer: CallerDep, database: DatabaseDep
) -> ProgressReport:
    with database.writing() as session:
        report = review_queries.get_report(session, viewer, report_id)
        review_services.return_report(session, report, decision.reason, actor=viewer, seen=decision.seen)
        return report


def _waiting(row: ReviewRow) -> WaitingReport:
    return WaitingReport(
        id=row.id,
        task_id=row.task_id,
        number=row.number,
        standard=row.standard,
        department=row.department,
        period_id=row.period_id,
        period=row.period,
        said=Said.model_validate(row.said),
        problems=row.problems,
        next_steps=row.next_steps,
        before=Said.model_validate(row.before.said) if row.before else None,
        evidence=len(row.evidence),
        remarks=[remark.words for remark in row.remarks],
        is_clean=row.is_clean,
    )
