"""我的待办: what a line of the list says, how urgent it is, and in which order lines stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.clock import short_day


class Urgency(StrEnum):
    """现在要办, 近期, 其他."""

    NOW = "now"
    SOON = "soon"
    OTHER = "other"


URGENCY_LABELS = {Urgency.NOW: "现在要办", Urgency.SOON: "近期", Urgency.OTHER: "其他"}


class TodoKind(StrEnum):
    """Everything that can wait for somebody, in the order in which it is done."""

    CORRECT_REPORT = "correct_report"
    ANSWER_URGING = "answer_urging"
    REPORT = "report"
    SIGN = "sign"
    COMMENT = "comment"
    CONTRIBUTE = "contribute"
    REVIEW = "review"
    DECIDE_APPLICATIONS = "decide_applications"
    SETTLE_COMMENTS = "settle_comments"
    URGE = "urge"
    CLOSE_PERIOD = "close_period"
    END_COMMENT_ROUND = "end_comment_round"
    LOOK_AFTER = "look_after"
    FINISH_IN_TIME = "finish_in_time"


@dataclass(frozen=True, slots=True)
class Todo:
    """One line: what to do with how many things, by when, and the page where it is done."""

    kind: TodoKind
    urgency: Urgency
    title: str
    detail: str
    due_on: date | None
    address: str
    count: int
    plan: str = ""


def in_order(todos: Iterable[Todo]) -> list[Todo]:
    """The most urgent first, then in the order in which things are done, then by day."""
    urgencies, kinds = list(Urgency), list(TodoKind)
    return sorted(
        todos,
        key=lambda todo: (
            urgencies.index(todo.urgency),
            kinds.index(todo.kind),
            todo.due_on or date.max,
        ),
    )


def urgency_of(due_on: date | None, today: date, remind_days: int) -> Urgency:
    """From so many days before its day a thing is to be done now. What has no day has waited long enough."""
    if due_on is None or (due_on - today).days <= remind_days:
        return Urgency.NOW
    return Urgency.SOON


def due_in_words(due_on: date | None, today: date) -> str:
    """截止 day and what is left of it (9月30日截止，还有 2 天); empty without a day."""
    if due_on is None:
        return ""
    left = (due_on - today).days
    if left == 0:
        return "今天截止"
    day = f"{short_day(due_on, today.year)}截止"
    return f"{day}，还有 {left} 天" if left > 0 else f"{day}，已逾期 {-left} 天"
