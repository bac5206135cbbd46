"""完成时限 and its extensions (延期): each moved the due day from one date to another."""

from collections.abc import Sequence
from datetime import date

Extension = tuple[date, date]
"""An approved extension: from which day to which, in the order they were approved."""


def latest_due(plan_ends_on: date) -> date:
    """How far a task may be extended: work goes over the turn of the year, but not beyond the end of the next."""
    return plan_ends_on.replace(year=plan_ends_on.year + 1, month=12, day=31)


def original_due(due_on: date, extensions: Sequence[Extension]) -> date | None:
    """原定时限: the day before any extension that led to this due day; None when none did."""
    original = due_on
    for before, wanted in reversed(extensions):
        if wanted == original:
            original = before
    return None if original == due_on else original


def extended_due(due_on: date, extensions: Sequence[Extension]) -> date:
    """Where the extensions granted for this due day have moved it."""
    for before, wanted in extensions:
        if before == due_on:
            due_on = wanted
    return due_on
