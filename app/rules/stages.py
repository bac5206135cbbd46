"""办理阶段: from which state a plan may go to which, and what a state forbids. One table, one place."""

import re
from enum import StrEnum

from app.errors import Conflict
from app.models.plan import Plan, PlanState

STATE_LABELS = {
    PlanState.DRAFT: "草稿",
    PlanState.COMMENT: "征求意见",
    PlanState.ISSUED: "交办",
    PlanState.RUNNING: "填报",
    PlanState.CLOSED: "办结",
    PlanState.ARCHIVED: "归档",
}
"""The six steps of a plan's year, in order."""


class Step(StrEnum):
    """What is done to a plan to bring it to its next state."""

    OPEN_COMMENTS = "open_comments"
    END_COMMENTS = "end_comments"
    ISSUE = "issue"
    BEGIN = "begin"
    CLOSE = "close"
    REOPEN = "reopen"
    ARCHIVE = "archive"


STEP_LABELS = {
    Step.OPEN_COMMENTS: "发出征求意见",
    Step.END_COMMENTS: "结束征求意见",
    Step.ISSUE: "交办",
    Step.BEGIN: "开始填报",
    Step.CLOSE: "办结全表",
    Step.REOPEN: "重新启用",
    Step.ARCHIVE: "归档",
}

TRANSITIONS: dict[Step, dict[PlanState, PlanState]] = {
    Step.OPEN_COMMENTS: {PlanState.DRAFT: PlanState.COMMENT},
    # Back to the draft: the corrected table is imported, then goes round again or is issued.
    Step.END_COMMENTS: {PlanState.COMMENT: PlanState.DRAFT},
    Step.ISSUE: {PlanState.DRAFT: PlanState.ISSUED, PlanState.COMMENT: PlanState.ISSUED},
    Step.BEGIN: {PlanState.ISSUED: PlanState.RUNNING},
    Step.CLOSE: {PlanState.ISSUED: PlanState.CLOSED, PlanState.RUNNING: PlanState.CLOSED},
    Step.REOPEN: {PlanState.CLOSED: PlanState.RUNNING},
    Step.ARCHIVE: {PlanState.CLOSED: PlanState.ARCHIVED},
}

UNDER_WAY = (PlanState.DRAFT, PlanState.COMMENT, PlanState.ISSUED, PlanState.RUNNING)
"""While a plan is in these, its tasks are open work: they can be handed over, and a newer table may come."""

DRAFT_WORDS = ("征求意见", "讨论稿", "草案", "草稿", "送审稿", "初稿")
"""What offices write on a table that is not issued yet."""
_MARK = f"(?:{'|'.join(DRAFT_WORDS)})"
_BRACKETED = re.compile(rf"\s*[（(〔\[【][^（）()〔〕\[\]【】]*{_MARK}[^（）()〔〕\[\]【】]*[）)〕\]】]")
_AT_THE_END = re.compile(rf"[\s—–·\-]*{_MARK}稿?$")

_STANDS = {
    PlanState.DRAFT: "还是草稿",
    PlanState.COMMENT: "还在征求意见",
    PlanState.ISSUED: "已经交办",
    PlanState.RUNNING: "正在填报",
    PlanState.CLOSED: "已经办结",
    PlanState.ARCHIVED: "已经归档",
}


def after(state: PlanState, step: Step) -> PlanState | None:
    """The state the step leads to; None when it cannot be taken now."""
    return TRANSITIONS[step].get(state)


def require_step(plan: Plan, step: Step) -> PlanState:
    """The state the step leads to. Raises ``Conflict`` where it cannot be taken."""
    reached = after(plan.state, step)
    if reached is None:
        raise Conflict(
            f"这份表{_STANDS[plan.state]}，现在不能{STEP_LABELS[step]}。",
            "请在“办理阶段”页面查看现在的情况。",
        )
    return reached


def is_in_force(plan: Plan) -> bool:
    """Whether its tasks are to be done: a draft, and a table out for comment, bind nobody yet."""
    return plan.state not in (PlanState.DRAFT, PlanState.COMMENT)


def may_report(plan: Plan) -> bool:
    """Whether departments report on this plan now."""
    return plan.state in (PlanState.ISSUED, PlanState.RUNNING)


def begins_with(state: PlanState) -> int:
    """Which tables people begin with: first those that take reports, then those that are over, then drafts."""
    if state in (PlanState.ISSUED, PlanState.RUNNING):
        return 0
    return 2 if state in (PlanState.DRAFT, PlanState.COMMENT) else 1


def require_reporting(plan: Plan) -> None:
    """No report, draft or contribution on a plan that is not issued yet, or not any more. Raises ``Conflict``."""
    require_issued(plan, "填报")


def require_issued(plan: Plan, deed: str) -> None:
    """The same for anything else that departments do to their tasks, named in the office's word (拆分, 申请)."""
    if not may_report(plan):
        _refuse(plan, deed)


def require_open(plan: Plan) -> None:
    """Nothing is changed in a plan that is closed or archived. Raises ``Conflict``."""
    if plan.state not in UNDER_WAY:
        _refuse(plan, "改动")


def require_not_archived(plan: Plan) -> None:
    """What was reported is still judged after the close, and nothing at all after the archive. Raises ``Conflict``."""
    if plan.state is PlanState.ARCHIVED:
        _refuse(plan, "改动")


def begins_as(*names: str) -> PlanState:
    """What a table is by its own names (file, heading, title): a draft where one says so, else issued on paper."""
    is_draft = any(word in "".join(name.split()) for name in names for word in DRAFT_WORDS)
    return PlanState.DRAFT if is_draft else PlanState.ISSUED


def final_title(title: str) -> str:
    """What a table is called once it is issued: without （征求意见稿）, （草案） and the like."""
    return _AT_THE_END.sub("", _BRACKETED.sub("", title)).strip() or title


def heading_of(plan: Plan) -> str:
    """The title line its documents carry: that of the file, which may be the draft's though the table was issued."""
    return final_title(plan.heading) if is_in_force(plan) else plan.heading


def require_comments(plan: Plan) -> None:
    """Departments answer only while the draft is out for comment (征求意见). Raises ``Conflict``."""
    if plan.state is not PlanState.COMMENT:
        raise Conflict(f"这份表{_STANDS[plan.state]}，现在不在征求意见。", "如有意见，请直接与督查室联系。")


def is_signed_for(plan: Plan) -> bool:
    """Whether departments sign (签收) for its tasks here: a table issued on paper is signed for there."""
    return plan.issued_at is not None and may_report(plan)


def require_signing(plan: Plan) -> None:
    """Raises ``Conflict`` where there is nothing to sign for."""
    require_issued(plan, "签收")
    if plan.issued_at is None:
        raise Conflict("这份表是线下印发的，不需要在系统里签收。", "可以直接填报进展。")


def _refuse(plan: Plan, deed: str) -> None:
    if plan.state in (PlanState.DRAFT, PlanState.COMMENT):
        raise Conflict(f"这份表{_STANDS[plan.state]}，交办以后才能{deed}。")
    remedy = "确需继续办理，请督查室重新启用这份表。" if plan.state is PlanState.CLOSED else ""
    raise Conflict(f"这份表{_STANDS[plan.state]}，不能再{deed}。", remedy)
