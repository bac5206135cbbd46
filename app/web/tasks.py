"""台账, one task, and the report on it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.models.task import Rating, Task, TaskStatus
from app.queries import applications as application_queries
from app.queries import contributions as contribution_queries
from app.queries import directory as directory_queries
from app.queries import evidence as evidence_queries
from app.queries import hand_over as hand_over_queries
from app.queries import imports as import_queries
from app.queries import parts as part_queries
from app.queries import periods as period_queries
from app.queries import plans as plan_queries
from app.queries import progress as progress_queries
from app.queries import signing as signing_queries
from app.queries import stages as stage_queries
from app.queries import targets as target_queries
from app.queries import tasks as task_queries
from app.queries import urging as urging_queries
from app.queries import withdrawn as withdrawn_queries
from app.queries.directory import DepartmentRow
from app.queries.page import Page
from app.queries.plans import GoalRow
from app.queries.tasks import Named, TaskRow
from app.queries.visible import TaskFilter
from app.queries.workload import Bearer, Standing, bearers, standing
from app.rules.permissions import Action, Viewer, can, needs, reporting_unit
from app.rules.status import LIGHT_LABELS, REPORTABLE, STATUS_LABELS, Light
from app.services import progress as progress_services
from app.services import urging as urging_services
from app.templating import render, with_query
from app.web.deps import PlanDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import DemandForm, ProgressForm, whole_number

router = APIRouter()
PAGE_SIZE = 150
CARRIED = ("progress", "evaluation", "plan")
"""Columns whose words the import made the first report: on the task's page they stand there, in order of time."""


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The choices of the filter bar, what is on, and the link that takes each away."""

    goals: list[GoalRow]
    officials: list[Named]
    departments: list[DepartmentRow]
    statuses: list[tuple[TaskStatus, str]]
    lights: list[tuple[Light, str]]
    chips: list[tuple[str, str]]
    path: str


@router.get("/plans/{plan_id}/tasks")
@needs(Action.VIEW_PLAN)
def show_ledger(
    request: Request,
    plan: PlanDep,
    viewer: ViewerDep,
    session: SessionDep,
    goal: str = "",
    official: str = "",
    department: str = "",
    status: str = "",
    light: str = "",
    text: str = "",
    withdrawn: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    wanted = TaskFilter(
        goal=whole_number(goal),
        official=whole_number(official),
        department=whole_number(department),
        status=TaskStatus(status) if status in list(TaskStatus) else None,
        light=Light(light) if light in list(Light) else None,
        text=text.strip()[:100],
        withdrawn=bool(withdrawn),
    )
    path = f"/plans/{plan.id}/tasks"
    found = task_queries.list_tasks(session, viewer, plan, wanted, page=page, size=PAGE_SIZE)
    context: dict[str, Any] = {
        "plan": plan,
        "wanted": wanted,
        "bar": _filter_bar(session, viewer, plan, wanted, path),
        "standing": None if wanted.withdrawn else _standing(session, viewer, plan, wanted),
        "withdrawn": withdrawn_queries.count_withdrawn(session, viewer, plan),
        "page": _linked(found, path, wanted),
        "today": viewer.today,
    }
    fragment = request.headers.get("hx-target") == "ledger"
    return render(request, "tasks/_ledger.html" if fragment else "tasks/index.html", **context)


@router.get("/tasks/{task_id}")
@needs(Action.VIEW_PLAN)
def show_task(request: Request, task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    return _task_page(request, session, viewer, task)


@router.post("/tasks/{task_id}/progress")
@needs(Action.REPORT_PROGRESS)
def report_progress(
    request: Request,
    task_id: RowId,
    form: Annotated[ProgressForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    target = target_queries.target_of(session, viewer, task)
    statement = form.statement(target.unit if target else "")
    try:
        progress_services.report_progress(session, task, statement, actor=viewer, seen=form.seen)
    except InvalidInput as refusal:
        return _task_page(request, session, viewer, task, form, refusal.fields, status=refusal.status)
    except Conflict as refusal:
        errors = {"": f"{refusal.message}您写的内容还在下面，{refusal.remedy}"}
        return _task_page(request, session, viewer, task, form, errors, status=refusal.status)
    return redirect(f"/tasks/{task_id}", "progress_reported")


def _task_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    task: Task,
    form: ProgressForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    plan = plan_queries.get_plan(session, viewer, task.plan_id)
    withdrawal = withdrawn_queries.withdrawal_of(session, viewer, task)
    row = task_queries.get_row(session, viewer, plan, task, since=withdrawal.at if withdrawal else None)
    shares = task_queries.shares_of(session, task, viewer.today)
    reports = progress_queries.list_reports(session, viewer, task)
    seen = progress_services.newest_report_id(session, task)
    target = target_queries.target_of(session, viewer, task)
    may_report = (
        withdrawal is None
        and can(viewer, Action.REPORT_PROGRESS, shares)
        and stage_queries.takes_reports(plan)
        and task.closed_at is None
        and task.status is not TaskStatus.SUSPENDED
    )
    may_add_evidence = (
        withdrawal is None and evidence_queries.may_add(viewer, shares) and task.closed_at is None
    )
    between = (
        period_queries.between_periods(session, viewer, plan) if may_report or may_add_evidence else None
    )
    return render(
        request,
        "tasks/show.html",
        status=status,
        plan=plan,
        task=task,
        row=row,
        withdrawal=withdrawal,
        origin=import_queries.origin_of(session, viewer, task),
        can_report=may_report,
        between=between,
        sees_progress=can(
            viewer, Action.VIEW_PROGRESS, task_queries.progress_shares_of(session, task, viewer.today)
        ),
        parts=part_queries.parts_in(session, viewer, plan, task),
        signatures=signing_queries.signing_rows(session, viewer, plan, task),
        reports=reports,
        corrects=progress_queries.corrected(
            reports,
            period_queries.period_in_view(session, viewer, plan).id,
            reporting_unit(viewer, shares),
        ),
        tenures=hand_over_queries.tenures(session, viewer, task),
        history=progress_queries.list_events(session, viewer, task),
        evidence_rows=evidence_queries.of_task(session, viewer, task),
        may_add_evidence=may_add_evidence and between is None,
        contributions=contribution_queries.of_task(session, viewer, task),
        form=form or ProgressForm.of(row, seen, (target.actual or "") if target else ""),
        newest=seen,
        errors=errors or {},
        statuses=[(value.value, STATUS_LABELS[value]) for value in REPORTABLE],
        status_labels=STATUS_LABELS,
        applied=application_queries.of_task(session, viewer, plan, task),
        slips=urging_queries.slips_of_task(session, viewer, task),
        demand=_demand(session, viewer),
        target=target,
        may_rate=withdrawal is None and can(viewer, Action.RATE_TASK, shares),
        ratings=[(rating.value, LIGHT_LABELS[Light(rating.value)]) for rating in Rating],
        told_as_progress=[column["header"] for column in plan.columns if column["kind"] in CARRIED],
    )


def _demand(session: Session, viewer: Viewer) -> DemandForm | None:
    """What a form to urge begins with, for whoever may."""
    if not can(viewer, Action.URGE):
        return None
    return DemandForm.of(urging_services.usual_demand(session, viewer, of_task=True))


def _standing(session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter) -> Standing:
    """Counted without the light chosen: the counts are themselves the choice of light."""
    every_light = TaskFilter(
        wanted.goal, wanted.official, wanted.department, wanted.status, None, wanted.text
    )
    return standing(session, viewer, plan, every_light)


def _filter_bar(session: Session, viewer: Viewer, plan: Plan, wanted: TaskFilter, path: str) -> FilterBar:
    goals = plan_queries.list_goals(session, viewer, plan)
    busy = bearers(session, viewer, plan, TaskFilter(withdrawn=wanted.withdrawn))
    officials = directory_queries.list_officials(session, viewer, busy[Bearer.OFFICIAL] | {wanted.official})
    departments = directory_queries.list_departments(
        session, viewer, busy[Bearer.DEPARTMENT] | {wanted.department}
    )
    words: dict[str, dict[Any, str]] = {
        "withdrawn": {"1": "已撤回"},
        "goal": {goal.id: f"{goal.number} {goal.name}".strip() for goal in goals},
        "official": {official.id: official.name for official in officials},
        "department": {department.id: department.name for department in departments},
        "status": STATUS_LABELS,
        "light": LIGHT_LABELS,
    }
    chips = []
    for name, value in wanted.as_query().items():
        word = f"“{value}”" if name == "text" else words[name].get(value, "（未知）")
        chips.append((word, with_query(path, wanted.without(name))))
    return FilterBar(
        goals,
        officials,
        departments,
        [(status, label) for status, label in STATUS_LABELS.items()],
        [(light, label) for light, label in LIGHT_LABELS.items() if light is not Light.HIDDEN],
        chips,
        path,
    )


def _linked(page: Page[TaskRow], path: str, wanted: TaskFilter) -> Page[TaskRow]:
    def href(number: int) -> str:
        return with_query(path, {**wanted.as_query(), "page": number if number > 1 else ""})

    return Page(page.items, page.number, page.size, page.total, href)
