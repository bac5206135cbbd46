"""How far the reading of a long file has come (进度), for whoever listens.

Kept beside the work and not handed through it: a row does not care who counts it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

Listener = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and of how much; 0 of 0 where nobody can say."""
EVERY = 100


class Step(StrEnum):
    """Rows of the file, the same rows as lines of a table, and what stands in the tasks found there."""

    READ = "read"
    RECOGNISE = "recognise"
    CHECK = "check"


@dataclass(slots=True)
class _Account:
    listener: Listener
    step: str = ""
    done: int = 0
    total: int = 0


_kept: ContextVar[_Account | None] = ContextVar("headway", default=None)


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Whoever wants to know is told of all that is counted inside."""
    before = _kept.set(_Account(listener) if listener else None)
    try:
        yield
    finally:
        _kept.reset(before)


def begin(step: Step, total: int) -> None:
    """Another step begins, of so many pieces."""
    if account := _kept.get():
        account.step, account.done, account.total = step, 0, total
        account.listener(step, 0, total)


def one_more() -> None:
    """One piece of the step is done."""
    if account := _kept.get():
        account.done += 1
        if account.done % EVERY == 0:
            account.listener(account.step, account.done, max(account.total, account.done))
