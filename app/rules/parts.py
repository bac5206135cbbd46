"""分解项: how far a task is by what its parts have reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.task import TaskStatus


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
