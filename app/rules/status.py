"""How a task stands against time (进度评价): derived from facts and a date, never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.models.task import Rating, TaskStatus
from app.rules.pace import pace

STATUS_LABELS = {
    TaskStatus.NOT_STARTED: "未启动",
    TaskStatus.IN_PROGRESS: "推进中",
    TaskStatus.COMPLETED: "已完成",
    TaskStatus.SUSPENDED: "已中止",
}
REPORTABLE = (TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED)
"""What a department may state; suspending (中止) is the supervision office's decision."""


class Light(StrEnum):
    """The words leaders read. Each has its own shape on the page, so that colour is never the only mark."""

    DONE = "done"
    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    OVERDUE = "overdue"
    UNRATED = "unrated"
    UNSIGNED = "unsigned"
    NOT_STARTED = "not_started"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        return LIGHT_LABELS[self]


LIGHT_LABELS = {
    Light.DONE: "已完成",
    Light.AHEAD: "提前",
    Light.ON_PACE: "达到序时进度",
    Light.BEHIND: "未达序时进度",
    Light.FAR_BEHIND: "严重滞后",
    Light.OVERDUE: "逾期",
    Light.UNRATED: "暂不评价",
    Light.UNSIGNED: "未签收",
    Light.NOT_STARTED: "未启动",
    Light.HIDDEN: "不公开",
}
WORST_FIRST = (
    Light.OVERDUE,
    Light.FAR_BEHIND,
    Light.BEHIND,
    Light.HIDDEN,  # of tasks partly hidden nothing good is known
    Light.UNSIGNED,
    Light.NOT_STARTED,
    Light.UNRATED,
    Light.ON_PACE,
    Light.AHEAD,
    Light.DONE,
)
SLOW = (Light.OVERDUE, Light.FAR_BEHIND, Light.BEHIND)
UNTOLD = (Light.UNSIGNED, Light.NOT_STARTED, Light.UNRATED)
"""Of these nobody can say yet whether they are slow."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The plan's own measure of slow, in percentage points behind pace."""

    yellow: int = 10
    red: int = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What a judgement rests on. ``status`` is None when the viewer may not see the task's progress."""

    status: TaskStatus | None
    completion: int | None
    starts_on: date
    due_on: date
    rating: Rating | None = None
    is_closed: bool = False
    """Verified and taken off the list (办结)."""
    is_signed: bool = True
    """False while a unit that answers for it has yet to sign (签收)."""
    is_issued: bool = True
    """False while the table is a draft that nobody works by yet (草稿、征求意见)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its figures (percent) and the sentence that explains it."""

    light: Light
    completion: int | None
    pace: int | None
    explanation: str
    is_rated: bool = False
    """Whether the supervision office said so (人工评定), and not the figures."""

    @property
    def label(self) -> str:
        return self.light.label


def counts_in_average(status: TaskStatus | None, completion: int | None) -> bool:
    """Whether the task has a place in a mean: one in hand without a figure (不填) has none, one not begun is at 0."""
    return completion is not None or status in (TaskStatus.NOT_STARTED, TaskStatus.COMPLETED)


def judge(facts: Facts, today: date, thresholds: Thresholds) -> Judgement:
    """Say how a task stands today, and why, in the words of the bulletin.

    A rating by the supervision office (人工评定) stands above the figures, which are still told beside it.
    """
    by_figures = _by_figures(facts, today, thresholds)
    settled = facts.is_closed or facts.status in (None, TaskStatus.SUSPENDED)
    if facts.rating is None or settled:
        return by_figures
    light = Light(facts.rating.value)
    return Judgement(
        light,
        by_figures.completion,
        by_figures.pace,
        f"督查室评定为“{light.label}”；按数据为“{by_figures.label}”：{by_figures.explanation}",
        is_rated=True,
    )


def _by_figures(facts: Facts, today: date, thresholds: Thresholds) -> Judgement:
    if facts.status is None:
        return Judgement(Light.HIDDEN, None, None, "本单位未参与此项任务，进展不公开。")
    gone = pace(facts.starts_on, facts.due_on, today)
    time = f"时间已过 {gone:.0f} %"
    done = facts.completion

    def verdict(light: Light, explanation: str) -> Judgement:
        return Judgement(light, done, round(gone), explanation)

    if not facts.is_issued:
        return verdict(Light.UNRATED, "这份表还没有交办，暂不评价。")
    if facts.is_closed:
        return verdict(Light.DONE, "督查室已核实办结。")
    if facts.status is TaskStatus.COMPLETED:
        return verdict(Light.DONE, "牵头单位已报完成。")
    if facts.status is TaskStatus.SUSPENDED:
        return verdict(Light.UNRATED, "任务已中止，暂不评价。")
    if today > facts.due_on:
        return verdict(Light.OVERDUE, f"已过完成时限 {(today - facts.due_on).days} 天，尚未完成。")
    if facts.status is TaskStatus.NOT_STARTED:
        if not facts.is_signed:
            return verdict(Light.UNSIGNED, f"责任单位尚未签收，{time}。")
        return verdict(Light.NOT_STARTED, f"尚未启动，{time}。")
    if done is None:
        return verdict(Light.UNRATED, f"未填完成率，暂不评价；{time}。")
    behind = gone - done
    figures = f"{time}，完成 {done} %"
    if behind > thresholds.red:
        return verdict(Light.FAR_BEHIND, f"落后序时进度 {behind:.0f} 个百分点：{figures}。")
    if behind >= thresholds.yellow:
        return verdict(Light.BEHIND, f"落后序时进度 {behind:.0f} 个百分点：{figures}。")
    if behind <= -thresholds.yellow:
        return verdict(Light.AHEAD, f"快于序时进度 {-behind:.0f} 个百分点：{figures}。")
    return verdict(Light.ON_PACE, f"与序时进度相当：{figures}。")
