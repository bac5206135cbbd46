"""All tables, so that metadata is whole wherever this package is imported."""

from app.models import account, directory, event, imports, outbox, plan, progress, task

__all__ = ["account", "directory", "event", "imports", "outbox", "plan", "progress", "task"]
