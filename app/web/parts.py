"""拆分: make parts of a task, change them, take them back, all on one page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from app.errors import Conflict, InvalidInput, NotFound
from app.models.task import Task
from app.queries import parts as part_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.directory_sheet import day_in
from app.rules.permissions import Action, Viewer, needs, require
from app.services import part_lines
from app.services.part_lines import PartLine
from app.services.parts import PartForm
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import sentences_of, whole_number

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


@dataclass(frozen=True, slots=True)
class Standing:
    """A part there is, as typed, and what its line was filled from."""

    line: Line
    shown: str
    is_withdrawn: bool
    reason: str


class PartsForm(BaseModel):
    """All parts of a task, line by line: first those there are, then new ones; lines left as offered are no parts."""

    part: list[str] = []
    shown: list[str] = []
    reason: list[str] = []
    withdraw: list[str] = []
    standard: list[str] = []
    due_on: list[str] = []
    weight: list[str] = []
    department: list[str] = []

    def standing(self) -> dict[int, Standing]:
        typed = zip(self.part, self._lines(), self.shown, self.reason, strict=False)
        return {
            number: Standing(line, shown, part in self.withdraw, reason)
            for part, line, shown, reason in typed
            if (number := whole_number(part))
        }

    def added(self, offered: Line) -> list[Line]:
        return [line for line in self._lines()[len(self.part) :] if line.says_more_than(offered)]

    def _lines(self) -> list[Line]:
        typed = zip(self.standard, self.due_on, self.weight, self.department, strict=False)
        return [Line(*each) for each in typed]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed, in lines that were touched, and why it was not kept."""

    refusal: InvalidInput | Conflict | None
    standing: dict[int, Standing]
    added: list[Line]

    @property
    def is_overtaken(self) -> bool:
        """Refused because somebody else was quicker: what the page now shows beside it has been seen."""
        return isinstance(self.refusal, Conflict)


NOTHING_TYPED = Refused(None, {}, [])


@router.get("/tasks/{task_id}/parts")
@needs(Action.SPLIT_TASK)
def show_parts(request: Request, task_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    return _page(request, session, viewer, task, NOTHING_TYPED)


@router.post("/tasks/{task_id}/parts")
@needs(Action.SPLIT_TASK)
def arrange_parts(
    request: Request,
    task_id: RowId,
    form: Annotated[PartsForm, Form()],
    viewer: ViewerDep,
    session: SessionDep,
) -> Response:
    task = task_queries.get_task(session, viewer, task_id)
    standing, added = form.standing(), form.added(_offered(session, viewer, task))
    lines = _part_lines(session, viewer, task, standing)
    try:
        part_lines.arrange(session, task, lines, [line.part() for line in added], actor=viewer)
    except (InvalidInput, Conflict) as refusal:
        touched = {line.part.id or 0: standing[line.part.id or 0] for line in lines if line.is_touched}
        return _page(request, session, viewer, task, Refused(refusal, touched, added))
    if lines:
        return redirect(f"/tasks/{task.id}/parts", "part_saved")
    return redirect(f"/tasks/{task.id}#parts", "task_split")


def _part_lines(
    session: Session, viewer: Viewer, task: Task, standing: dict[int, Standing]
) -> list[PartLine]:
    lines = []
    for number, typed in standing.items():
        part = task_queries.get_task(session, viewer, number)
        if part.parent_id != task.id:
            raise NotFound("没有找到这个分解项。", "请从任务页面重新打开。")
        lines.append(PartLine(part, typed.line.part(), typed.shown, typed.is_withdrawn, typed.reason))
    return lines


def _offered(session: Session, viewer: Viewer, task: Task) -> Line:
    """A new line as the page shows it before anybody types."""
    units = part_queries.units_to_choose(session, viewer, task)
    return Line(due_on=task.due_on.isoformat(), department=str(units[0].id) if units else "")


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
        status=refused.refusal.status if refused.refusal else 200,
        plan=plan,
        task=task,
        row=task_queries.get_row(session, viewer, plan, task),
        parts=part_queries.parts_in(session, viewer, plan, task),
        units=[(unit.id, unit.name) for unit in part_queries.units_to_choose(session, viewer, task)],
        lines=refused.added + [_offered(session, viewer, task)] * BLANK_LINES,
        refused=refused,
        errors=sentences_of(refused.refusal),
    )
