"""申请: who asked for what on which task, and what was answered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.application import OPEN_STATES, Application, ApplicationKind, ApplicationState
from app.models.plan import Plan
from app.models.task import Task, TaskStatus
from app.queries.own import own_row
from app.queries.page import Page
from app.queries.tasks import shares_of
from app.queries.visible import visible_tasks
from app.queries.withdrawn import withdrawn_as
from app.rules.deadlines import latest_due
from app.rules.permissions import Action, Viewer, can, require
from app.rules.stages import may_report

KIND_LABELS = {
    ApplicationKind.EXTENSION: "申请延期",
    ApplicationKind.COMPLETION: "申请办结",
    ApplicationKind.SUSPENSION: "申请中止",
}
STATE_LABELS = {
    ApplicationState.PENDING: "待审批",
    ApplicationState.VERIFIED: "已核实",
    ApplicationState.APPROVED: "同意",
    ApplicationState.REFUSED: "不同意",
    ApplicationState.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in words, with every step's person and time."""

    id: int
    task_id: int
    number: str
    standard: str
    department_id: int
    department: str
    kind: ApplicationKind
    state: ApplicationState
    reason: str
    progress: str
    due_on_before: date
    due_on_wanted: date | None
    author: str
    created_at: datetime
    verified_by: str
    verified_at: datetime | None
    verified_words: str
    decided_by: str
    decided_at: datetime | None
    decision_words: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]

    @property
    def progress_label(self) -> str:
        """What the reason of this kind is called."""
        return "完成情况" if self.kind is ApplicationKind.COMPLETION else "申请理由"


@dataclass(frozen=True, slots=True)
class TaskApplications:
    """What a task's page shows of applications, and which of them this viewer may make or decide now."""

    rows: list[ApplicationRow]
    wishes: list[tuple[ApplicationKind, str]]
    may_decide: bool
    latest_due: date

    @property
    def waiting(self) -> list[ApplicationRow]:
        return [row for row in self.rows if row.is_open]


def list_applications(
    session: Session, viewer: Viewer, plan: Plan, *, page: int = 1, size: int = 50
) -> Page[ApplicationRow]:
    """The plan's applications on tasks whose progress the viewer may see: waiting ones first, the oldest before."""
    tasks = visible_tasks(viewer, plan)
    query = _rows().join(tasks, tasks.c.id == col(Application.task_id)).where(tasks.c.progress_visible)
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    waiting = col(Application.state).in_(OPEN_STATES)
    order = (
        case((waiting, 0), else_=1),
        case((waiting, col(Application.id))),
        col(Application.decided_at).desc(),
        col(Application.id).desc(),
    )
    window = query.order_by(*order).limit(size).offset((page - 1) * size)
    rows = [_row(application, task) for application, task in session.execute(window)]
    return Page(rows, page, size, total)


def of_task(session: Session, viewer: Viewer, plan: Plan, task: Task) -> TaskApplications:
    """The task's applications, the newest first; none for a viewer who may not see its progress."""
    shares = shares_of(session, task, viewer.today)
    rows: list[ApplicationRow] = []
    if can(viewer, Action.VIEW_PROGRESS, shares):
        query = _rows().where(col(Application.task_id) == task.id).order_by(col(Application.id).desc())
        rows = [_row(application, told) for application, told in session.execute(query)]
    at_work = withdrawn_as(session, task) is None
    return TaskApplications(
        rows=rows,
        wishes=_wishes(viewer, plan, task, rows) if at_work and can(viewer, Action.APPLY, shares) else [],
        may_decide=at_work and can(viewer, Action.DECIDE_APPLICATIONS, shares) and may_report(plan),
        latest_due=latest_due(plan.ends_on),
    )


def latest_due_of(session: Session, task: Task) -> date:
    """How far the task may be extended."""
    return latest_due(session.get_one(Plan, task.plan_id).ends_on)


def get_application(session: Session, viewer: Viewer, application_id: int) -> Application:
    """The application, to be read or decided. Raises ``NotFound``, or ``Forbidden`` for a unit without a part in the task."""
    application = own_row(session, viewer, Application, application_id)
    undone = application is not None and session.get_one(Plan, application.plan_id).undone_at is not None
    if application is None or undone:
        raise NotFound("没有找到这份申请。", "请从任务页面或“申请审批”重新打开。")
    task = session.get_one(Task, application.task_id)
    require(viewer, Action.VIEW_PROGRESS, shares_of(session, task, viewer.today))
    return application


def describe(session: Session, application: Application) -> ApplicationRow:
    """The same line the list shows, for one application already found."""
    return _row(application, session.get_one(Task, application.task_id))


def count_waiting(session: Session, viewer: Viewer, plan: Plan) -> int:
    """How many applications of the plan wait for an answer."""
    tasks = visible_tasks(viewer, plan)
    query = (
        select(func.count())
        .select_from(Application)
        .join(tasks, tasks.c.id == col(Application.task_id))
        .where(tasks.c.progress_visible, col(Application.state).in_(OPEN_STATES))
    )
    return session.execute(query).scalar_one()


def _wishes(
    viewer: Viewer, plan: Plan, task: Task, rows: list[ApplicationRow]
) -> list[tuple[ApplicationKind, str]]:
    """What the unit may ask for now: of each kind one at a time, more time only before the due day has passed."""
    settled = task.closed_at is not None or task.status is TaskStatus.SUSPENDED or task.parent_id is not None
    if settled or not may_report(plan):
        return []
    waiting = {row.kind for row in rows if row.is_open}
    if not viewer.today <= task.due_on < latest_due(plan.ends_on):
        waiting.add(ApplicationKind.EXTENSION)
    return [(kind, label) for kind, label in KIND_LABELS.items() if kind not in waiting]


def _rows() -> Select[*tuple[Any, ...]]:
    return select(Application, Task).join(Task, col(Task.id) == col(Application.task_id))


def _row(application: Application, task: Task) -> ApplicationRow:
    return ApplicationRow(
        id=application.id or 0,
        task_id=application.task_id,
        number=task.number,
        standard=task.standard,
        department_id=application.department_id,
        department=application.department_name,
        kind=application.kind,
        state=application.state,
        reason=application.reason,
        progress=application.progress,
        due_on_before=application.due_on_before,
        due_on_wanted=application.due_on_wanted,
        author=application.author_name,
        created_at=application.created_at,
        verified_by=application.verified_by,
        verified_at=application.verified_at,
        verified_words=application.verified_words,
        decided_by=application.decided_by,
        decided_at=application.decided_at,
        decision_words=application.decision_words,
    )
