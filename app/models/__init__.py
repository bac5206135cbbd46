"""All tables, so that metadata is whole wherever this package is imported."""

from app.models import (
    account,
    application,
    comment,
    directory,
    event,
    imports,
    notice,
    outbox,
    plan,
    progress,
    task,
    urging,
)

__all__ = [
    "account",
    "application",
    "comment",
    "directory",
    "event",
    "imports",
    "notice",
    "outbox",
    "plan",
    "progress",
    "task",
    "urging",
]
