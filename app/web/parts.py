"""拆分: make parts of a task, change them, take them back."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.task import Task
from app.queries import parts as part_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.directory_sheet import day_in
from app.rules.permissions import Action, Viewer, needs, require
from app.services import parts as part_services
from app.services.parts import PartForm
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number

router = APIRouter()
BLANK_LINES = 4


class Line(NamedTuple):
    """One part as typed."""

    standard: str = ""
    due_on: str = ""
    weight: str = "1"
    department: str = ""

    def says_more_than(self, offered: "Line") -> bool:
        return any(typed.strip() not in ("", usual) for typed, usual in zip(self, offered, strict=True))

    def part(self) -> PartForm:
        """Nonsense becomes values the service refuses with a sentence at the field."""
        return PartForm(
            self.standard, _day(self.due_on), whole_number(self.weight), whole_number(self.department)
        )


class SplitForm(BaseModel):
    """New parts, line by line; lines left as the page offered them are no parts."""

    standard: list[str] = []
    due_on: list[str] = []
    weight: list[str] = []
    department: list[str] = []

    def lines(self, offered: Line) -> list[Line]:
        typed = zip(self.standard, self.due_on, self.weight, self.department, strict=False)
        return [line for each in typed if (line := Line(*each)).says_more_than(offered)]


class ChangeForm(BaseModel):
    """One part anew, and what the form was filled from."""

    standard: str = ""
    due_on: str = ""
    weight: str = ""
    department: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and refused: in the new lines, or in one part (``part_id``)."""

    errors: dict[str, str]
    lines: list[Line]
    part_id: int = 0
    changed: Line | None = None
    reason: str = ""
    status: int = 200


@router.get("/tasks/{task_id}/parts")
@needs(Action.SPLIT_TASK)
def show_parts(request: Request, task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    return _page(request, session, viewer, task, Refused({}, []))


@router.post("/tasks/{task_id}/parts")
@needs(Action.SPLIT_TASK)
def split(
    request: Request,
    task_id: RowId,
    form: Annotated[SplitForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    lines = form.lines(_offered(session, viewer, task))
    try:
        part_services.split(session, task, [line.part() for line in lines], actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        return _page(request, session, viewer, task, Refused(_errors(refusal), lines, status=refusal.status))
    return redirect(f"/tasks/{task.id}#parts", "task_split")


@router.get("/tasks/{task_id}/part")
@router.get("/tasks/{task_id}/part/withdraw")
@needs(Action.VIEW_PLAN)
def show_parts_instead(task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    """Where the address of a refused change leads when it is opened again."""
    part = task_queries.get_task(session, viewer, task_id)
    return redirect(f"/tasks/{part.parent_id or part.id}/parts")


@router.post("/tasks/{task_id}/part")
@needs(Action.SPLIT_TASK)
def change_part(
    request: Request,
    task_id: RowId,
    form: Annotated[ChangeForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    part = task_queries.get_task(session, viewer, task_id)
    line = Line(form.standard, form.due_on, form.weight, form.department)
    try:
        part_services.change_part(session, part, line.part(), actor=viewer, shown=form.shown)
    except (InvalidInput, Conflict) as refusal:
        refused = Refused(_errors(refusal), [], task_id, line, status=refusal.status)
        return _page(request, session, viewer, _whole(session, viewer, part), refused)
    return redirect(f"/tasks/{part.parent_id}/parts", "part_saved")


@router.post("/tasks/{task_id}/part/withdraw")
@needs(Action.SPLIT_TASK)
def withdraw_part(
    request: Request,
    task_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    part = task_queries.get_task(session, viewer, task_id)
    try:
        part_services.withdraw_part(session, part, reason, actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        refused = Refused(_errors(refusal), [], task_id, reason=reason, status=refusal.status)
        return _page(request, session, viewer, _whole(session, viewer, part), refused)
    return redirect(f"/tasks/{part.parent_id}/parts", "part_withdrawn")


def _offered(session: Session, viewer: Viewer, task: Task) -> Line:
    """A new line as the page shows it before anybody types."""
    units = part_queries.units_to_choose(session, viewer, task)
    return Line(due_on=task.due_on.isoformat(), department=str(units[0].id) if units else "")


def _whole(session: Session, viewer: Viewer, part: Task) -> Task:
    return part if part.parent_id is None else task_queries.get_task(session, viewer, part.parent_id)


def _errors(refusal: InvalidInput | Conflict) -> dict[str, str]:
    return getattr(refusal, "fields", {}) or {"": refusal.sentence()}


def _day(text: str) -> date | None:
    try:
        return day_in(text)
    except ValueError:
        return None


def _page(request: Request, session: Session, viewer: Viewer, task: Task, refused: Refused) -> Response:
    require(viewer, Action.SPLIT_TASK, task_queries.shares_of(session, task, viewer.today))
    plan = plan_queries.get_plan(session, viewer, task.plan_id)
    return render(
        request,
        "parts/edit.html",
        status=refused.status,
        plan=plan,
        task=task,
        row=task_queries.get_row(session, viewer, plan, task),
        parts=part_queries.parts_in(session, viewer, plan, task),
        units=[(unit.id, unit.name) for unit in part_queries.units_to_choose(session, viewer, task)],
        lines=refused.lines + [_offered(session, viewer, task)] * BLANK_LINES,
        refused=refused,
    )
