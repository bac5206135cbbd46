"""分解项: how far a task is by what its parts have reached."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.models.task import TaskStatus
from app.rules.status import Judgement, Light


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What of one part counts for the whole."""

    status: TaskStatus
    completion: int | None
    weight: int = 1
    is_closed: bool = False
    """Verified and taken off the list (办结)."""
    is_withdrawn: bool = False

    @property
    def counts(self) -> bool:
        """Neither withdrawn nor suspended (中止)."""
        return not self.is_withdrawn and self.status is not TaskStatus.SUSPENDED

    @property
    def is_done(self) -> bool:
        return self.is_closed or self.status is TaskStatus.COMPLETED


def derived(parts: Iterable[PartFacts]) -> tuple[TaskStatus, int | None] | None:
    """办理状态 and 完成率 of the whole; None when no part counts and the task speaks for itself.

    The figure is the mean of the parts by weight, rounded down, and 100 only when all are done. A part without a
    figure counts as nothing done; when no part has begun or told one, the whole has none either.
    """
    counted = [part for part in parts if part.counts]
    if not counted:
        return None
    if all(part.is_done for part in counted):
        return TaskStatus.COMPLETED, 100
    begun = [part for part in counted if part.is_done or part.status is not TaskStatus.NOT_STARTED]
    if not begun:
        return TaskStatus.NOT_STARTED, None
    if not any(part.is_done or part.completion is not None for part in counted):
        return TaskStatus.IN_PROGRESS, None
    weights = sum(part.weight for part in counted)
    done = sum(part.weight * (100 if part.is_done else part.completion or 0) for part in counted)
    return TaskStatus.IN_PROGRESS, min(99, done // weights)


def sum_of_parts(judgement: Judgement, parts: int) -> Judgement:
    """The same verdict, saying that it is no unit's own figure but what the parts that count add up to."""
    if judgement.light is Light.HIDDEN:
        return judgement
    if judgement.light is Light.DONE:
        return replace(judgement, explanation=f"{parts} 个分解项都已报完成。")
    how = f"由 {parts} 个分解项按权重得出"
    return replace(judgement, explanation=f"{judgement.explanation.removesuffix('。')}（{how}）。")


def said_before_split(words: str, said_on: date | None) -> str:
    """What was said of a task while it was whole, not to be read as what its parts say now."""
    day = f"{said_on.year}年{said_on.month}月{said_on.day}日" if said_on else ""
    return f"（拆分前{day}报送，以后见各分解项）{words}"
