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

    @property
    def is_begun(self) -> bool:
        return self.is_done or self.status is not TaskStatus.NOT_STARTED


Figures = tuple[TaskStatus, int | None]
"""办理状态 and 完成率."""


def derived(parts: Iterable[PartFacts], own: Figures) -> Figures:
    """办理状态 and 完成率 of the whole; ``own`` is what it says of itself, and holds as long as no part counts.

    It also holds until the first part has begun: what was under way before the split is not undone by it, except that
    what was told as done is not, if there is something left to do. From then on the figure is the mean of the parts by
    weight, rounded down, and 100 only when all are done. A part without a figure counts as nothing done; when no part
    has told one, the whole has none either.
    """
    counted = [part for part in parts if part.counts]
    if not counted:
        return own
    if all(part.is_done for part in counted):
        return TaskStatus.COMPLETED, 100
    if not any(part.is_begun for part in counted):
        return (TaskStatus.IN_PROGRESS, None) if own[0] is TaskStatus.COMPLETED else own
    if not any(part.is_done or part.completion is not None for part in counted):
        return TaskStatus.IN_PROGRESS, None
    weights = sum(part.weight for part in counted)
    done = sum(part.weight * (100 if part.is_done else part.completion or 0) for part in counted)
    return TaskStatus.IN_PROGRESS, min(99, done // weights)


def sum_of_parts(judgement: Judgement, parts: int, *, are_begun: bool) -> Judgement:
    """The same verdict, saying that it is no unit's own figure but what the parts that count add up to.

    Before any of them has begun it says instead from when the figure is.
    """
    if judgement.light is Light.HIDDEN:
        return judgement
    if not are_begun:
        before = "以上是拆分前报的，" if judgement.completion is not None else ""
        untold = f"{before}{parts} 个分解项都还没有报进展"
        return replace(judgement, explanation=f"{judgement.explanation.removesuffix('。')}（{untold}）。")
    if judgement.light is Light.DONE:
        return replace(judgement, explanation=f"{parts} 个分解项都已报完成。")
    how = f"由 {parts} 个分解项按权重得出"
    return replace(judgement, explanation=f"{judgement.explanation.removesuffix('。')}（{how}）。")


def said_before_split(words: str, said_on: date | None) -> str:
    """What was said of a task while it was whole, not to be read as what its parts say now."""
    day = f"{said_on.year}年{said_on.month}月{said_on.day}日" if said_on else ""
    return f"（拆分前{day}报送，以后见各分解项）{words}"
