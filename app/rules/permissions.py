"""Who may do what: one table, action × relation to the task. Services ask it, pages hide what it refuses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.clock import office_date
from app.errors import Forbidden
from app.models.account import Role
from app.models.event import EventSource
from app.models.task import AssignmentRole

ROLE_LABELS = {
    Role.SUPERVISION: "督查室",
    Role.LIAISON: "部门联络员",
    Role.LEAD_OFFICIAL: "分管领导",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计员",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks or acts, as far as rules need to know; ``now`` is the moment business is dated with."""

    jurisdiction_id: int
    role: Role
    name: str
    now: datetime
    user_id: int | None = None
    username: str = ""
    department_id: int | None = None
    department_name: str = ""
    official_id: int | None = None
    source: EventSource = EventSource.PAGE
    address: str = ""
    demonstration_date: date | None = None
    jurisdiction_name: str = ""
    session_id: int | None = None
    must_change_password: bool = False
    must_enrol: bool = False
    """The office asks this role for a second factor, and the account has none yet."""

    @property
    def today(self) -> date:
        return office_date(self.now)

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]


class Action(StrEnum):
    """Everything the table decides."""

    SIGN_IN = "sign_in"
    VIEW_PLAN = "view_plan"
    VIEW_PROGRESS = "view_progress"
    REPORT_PROGRESS = "report_progress"
    CONTRIBUTE = "contribute"
    REVIEW_REPORTS = "review_reports"
    ADVANCE_PLAN = "advance_plan"
    RENAME_PLAN = "rename_plan"
    COMMENT_TASK = "comment_task"
    SIGN_TASK = "sign_task"
    SPLIT_TASK = "split_task"
    MANAGE_PERIODS = "manage_periods"
    VIEW_CLOSED_PERIODS = "view_closed_periods"
    RATE_TASK = "rate_task"
    URGE = "urge"
    ANSWER_URGING = "answer_urging"
    APPLY = "apply"
    DECIDE_APPLICATIONS = "decide_applications"
    IMPORT_PLAN = "import_plan"
    VIEW_DIRECTORY = "view_directory"
    EDIT_DIRECTORY = "edit_directory"
    HAND_OVER = "hand_over"
    VIEW_ACCOUNTS = "view_accounts"
    MANAGE_ACCOUNTS = "manage_accounts"
    VIEW_TRAIL = "view_trail"


ACTION_LABELS = {
    Action.SIGN_IN: "登录并管理自己的账号",
    Action.VIEW_PLAN: "查看责任分解表",
    Action.VIEW_PROGRESS: "查看任务进展",
    Action.REPORT_PROGRESS: "填报进展",
    Action.CONTRIBUTE: "填报配合情况",
    Action.REVIEW_REPORTS: "审核填报",
    Action.ADVANCE_PLAN: "推进责任分解表的办理阶段",
    Action.RENAME_PLAN: "修改责任分解表的名称",
    Action.COMMENT_TASK: "对征求意见稿提出意见",
    Action.SIGN_TASK: "签收任务",
    Action.SPLIT_TASK: "拆分任务",
    Action.MANAGE_PERIODS: "管理填报周期和工作日",
    Action.VIEW_CLOSED_PERIODS: "查看已关闭的各期",
    Action.RATE_TASK: "评定任务状态和设定量化指标",
    Action.URGE: "催办",
    Action.ANSWER_URGING: "签收催办单",
    Action.APPLY: "申请延期、办结或中止",
    Action.DECIDE_APPLICATIONS: "审批申请",
    Action.IMPORT_PLAN: "导入责任分解表",
    Action.VIEW_DIRECTORY: "查看单位与人员",
    Action.EDIT_DIRECTORY: "修改单位与人员",
    Action.HAND_OVER: "办理交接",
    Action.VIEW_ACCOUNTS: "查看账号",
    Action.MANAGE_ACCOUNTS: "管理账号和令牌",
    Action.VIEW_TRAIL: "查看办理记录",
}


class Relation(StrEnum):
    """How a viewer stands to a task; away from any task, a role has its weakest relation."""

    SUPERVISION = "supervision"
    LEAD_OFFICIAL = "lead_official"
    OTHER_OFFICIAL = "other_official"
    LEAD_DEPARTMENT = "lead_department"
    MAIN_DEPARTMENT = "main_department"
    SUPPORTING_DEPARTMENT = "supporting_department"
    OTHER_DEPARTMENT = "other_department"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


RELATION_LABELS = {
    Relation.SUPERVISION: "督查室",
    Relation.LEAD_OFFICIAL: "分管领导（本人分管）",
    Relation.OTHER_OFFICIAL: "分管领导（他人分管）",
    Relation.LEAD_DEPARTMENT: "联络员（本单位牵头）",
    Relation.MAIN_DEPARTMENT: "联络员（本单位主责）",
    Relation.SUPPORTING_DEPARTMENT: "联络员（本单位配合）",
    Relation.OTHER_DEPARTMENT: "联络员（本单位无关）",
    Relation.ADMINISTRATOR: "系统管理员",
    Relation.AUDITOR: "审计员",
}

_OFFICIALS = {Relation.LEAD_OFFICIAL, Relation.OTHER_OFFICIAL}
_PARTICIPANTS = {
    Relation.LEAD_DEPARTMENT,
    Relation.MAIN_DEPARTMENT,
    Relation.SUPPORTING_DEPARTMENT,
}
_BUSINESS = {Relation.SUPERVISION, Relation.OTHER_DEPARTMENT} | _OFFICIALS | _PARTICIPANTS

ALLOWED: dict[Action, frozenset[Relation]] = {
    Action.SIGN_IN: frozenset(Relation),
    Action.VIEW_PLAN: frozenset(_BUSINESS),
    Action.VIEW_PROGRESS: frozenset({Relation.SUPERVISION} | _OFFICIALS | _PARTICIPANTS),
    # The supervision office may enter for a unit that reported by telephone; the event says who typed it.
    Action.REPORT_PROGRESS: frozenset(
        {Relation.SUPERVISION, Relation.LEAD_DEPARTMENT, Relation.MAIN_DEPARTMENT}
    ),
    Action.CONTRIBUTE: frozenset({Relation.SUPPORTING_DEPARTMENT}),
    Action.REVIEW_REPORTS: frozenset({Relation.SUPERVISION}),
    Action.ADVANCE_PLAN: frozenset({Relation.SUPERVISION}),
    Action.RENAME_PLAN: frozenset({Relation.SUPERVISION}),
    Action.COMMENT_TASK: frozenset(_PARTICIPANTS),
    Action.SIGN_TASK: frozenset({Relation.LEAD_DEPARTMENT, Relation.MAIN_DEPARTMENT}),
    Action.SPLIT_TASK: frozenset({Relation.SUPERVISION, Relation.LEAD_DEPARTMENT}),
    Action.MANAGE_PERIODS: frozenset({Relation.SUPERVISION}),
    Action.VIEW_CLOSED_PERIODS: frozenset(_BUSINESS),
    Action.RATE_TASK: frozenset({Relation.SUPERVISION}),
    Action.URGE: frozenset({Relation.SUPERVISION}),
    Action.ANSWER_URGING: frozenset(_PARTICIPANTS),
    Action.APPLY: frozenset({Relation.LEAD_DEPARTMENT, Relation.MAIN_DEPARTMENT}),
    Action.DECIDE_APPLICATIONS: frozenset({Relation.SUPERVISION}),
    Action.IMPORT_PLAN: frozenset({Relation.SUPERVISION}),
    Action.VIEW_DIRECTORY: frozenset(_BUSINESS | {Relation.ADMINISTRATOR}),
    Action.EDIT_DIRECTORY: frozenset({Relation.SUPERVISION, Relation.ADMINISTRATOR}),
    # Who answers for a task is business: the administrator keeps the address book, not the table.
    Action.HAND_OVER: frozenset({Relation.SUPERVISION}),
    Action.VIEW_ACCOUNTS: frozenset({Relation.SUPERVISION, Relation.ADMINISTRATOR}),
    Action.MANAGE_ACCOUNTS: frozenset({Relation.ADMINISTRATOR}),
    Action.VIEW_TRAIL: frozenset({Relation.AUDITOR}),
}

_DEPARTMENT_RELATIONS = (
    (AssignmentRole.LEAD, Relation.LEAD_DEPARTMENT),
    (AssignmentRole.MAIN, Relation.MAIN_DEPARTMENT),
    (AssignmentRole.SUPPORTING, Relation.SUPPORTING_DEPARTMENT),
)


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a task's responsibility: a department or an official in a role."""

    role: AssignmentRole
    department_id: int | None
    official_id: int | None


def reporting_unit(viewer: Viewer, shares: Iterable[Share]) -> int | None:
    """Whose report it is: the viewer's own unit's; of the supervision office (代填), the first lead unit's."""
    if viewer.department_id is not None:
        return viewer.department_id
    answering = [share for share in shares if share.department_id is not None]
    for role in (AssignmentRole.LEAD, AssignmentRole.MAIN):
        for share in answering:
            if share.role is role:
                return share.department_id
    return None


def relation(viewer: Viewer, shares: Iterable[Share] = ()) -> Relation:
    """The viewer's strongest relation to a task with these shares."""
    if viewer.role is Role.LIAISON:
        roles = {share.role for share in shares if share.department_id == viewer.department_id}
        for role, found in _DEPARTMENT_RELATIONS:
            if role in roles:
                return found
        return Relation.OTHER_DEPARTMENT
    if viewer.role is Role.LEAD_OFFICIAL:
        own = any(share.official_id == viewer.official_id for share in shares)
        return Relation.LEAD_OFFICIAL if own else Relation.OTHER_OFFICIAL
    return Relation(viewer.role.value)


RELATIONS: dict[Role, frozenset[Relation]] = {
    Role.SUPERVISION: frozenset({Relation.SUPERVISION}),
    Role.LIAISON: frozenset(_PARTICIPANTS | {Relation.OTHER_DEPARTMENT}),
    Role.LEAD_OFFICIAL: frozenset(_OFFICIALS),
    Role.ADMINISTRATOR: frozenset({Relation.ADMINISTRATOR}),
    Role.AUDITOR: frozenset({Relation.AUDITOR}),
}
"""In which relations a role can stand to any task."""

Handler = TypeVar("Handler", bound=Callable[..., Any])


def needs(action: Action | None) -> Callable[[Handler], Handler]:
    """Says on a route which right it takes; None for what stands before the sign-in.

    The door refuses whoever can never have it; whether he has it on this task, the service asks.
    """

    def marked(handler: Handler) -> Handler:
        handler.needs = action  # type: ignore[attr-defined]
        return handler

    return marked


def needed(handler: Callable[..., Any]) -> Action | None:
    """What ``needs`` said. A route without it is a programming error, found by the test of all routes."""
    action: Action | None = handler.needs  # type: ignore[attr-defined]
    return action


def may_ever(role: Role, action: Action) -> bool:
    """Whether the role has the right on any task at all."""
    return bool(RELATIONS[role] & ALLOWED[action])


def require_ever(viewer: Viewer, action: Action | None) -> None:
    """Refuse at the door whoever can never have the right. Raises ``Forbidden``."""
    if action is not None and not may_ever(viewer.role, action):
        raise _forbidden(viewer, action)


def can(viewer: Viewer, action: Action, shares: Iterable[Share] = ()) -> bool:
    return relation(viewer, shares) in ALLOWED[action]


def require(viewer: Viewer, action: Action, shares: Iterable[Share] = ()) -> None:
    """Refuse with a sentence unless the table allows it. Raises ``Forbidden``."""
    if can(viewer, action, shares):
        return
    if viewer.role is Role.LIAISON and may_ever(viewer.role, action):
        part = _PARTS.get(ALLOWED[action], "责任单位")
        raise Forbidden(
            f"这项任务的{part}不是{viewer.department_name}，不能由您{ACTION_LABELS[action]}。",
            "如分工有误，请与督查室联系调整。",
            ACTION_LABELS[action],
        )
    raise _forbidden(viewer, action)


def _forbidden(viewer: Viewer, action: Action) -> Forbidden:
    return Forbidden(
        f"您的账号（{viewer.role_label}）不能{ACTION_LABELS[action]}。",
        "如确有需要，请与督查室或系统管理员联系。",
        ACTION_LABELS[action],
    )


_PARTS = {
    ALLOWED[Action.REPORT_PROGRESS]: "牵头单位",
    ALLOWED[Action.SIGN_TASK]: "牵头单位",
    ALLOWED[Action.SPLIT_TASK]: "牵头单位",
    ALLOWED[Action.CONTRIBUTE]: "配合单位",
}
"""What a unit would have to be on a task to do such a thing."""


def sees_all_progress(viewer: Viewer) -> bool:
    """Whether the viewer sees the progress of tasks he has no part in, so that queries need not ask per task."""
    return can(viewer, Action.VIEW_PROGRESS)
