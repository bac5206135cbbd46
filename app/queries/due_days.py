"""Deadlines that a newer version leaves in doubt: the day the plan has stays until a person says another."""

from dataclasses import replace
from typing import Any

from app.models.imports import BatchState, ImportBatch
from app.rules.matching import Comparison, Version, is_another_day, read_again

Row = dict[str, Any]


def keep_days(batch: ImportBatch, comparison: Comparison, recognised: Row) -> Row:
    """The table with the plan's day where the words of a deadline are the same and nobody has said yet what they mean.

    What was filled in for the version before is not lost because it has been forgotten since. A batch that was
    committed says all it was committed with.
    """
    if batch.state is not BatchState.PREVIEWED:
        return recognised
    kept: dict[int, Version] = {}
    for pair in comparison.pairs:
        if is_another_day(pair.old, pair.new) and _asks(recognised["tasks"][pair.new.key]):
            kept[pair.new.key] = replace(pair.new, due_on=pair.old.due_on)
    if not kept:
        return recognised
    read_again(comparison, kept.values())
    tasks = list(recognised["tasks"])
    for key, version in kept.items():
        tasks[key] = _with_day(tasks[key], f"{version.due_on}")
    return {**recognised, "tasks": tasks}


def _asks(task: Row) -> bool:
    return any(_is_doubt(issue) for issue in task["issues"])


def _is_doubt(issue: Row) -> bool:
    """Whether it asks when a task is due; what a person has answered is only told."""
    return issue["level"] == "warning" and (issue.get("question") or {}).get("kind") == "due"


def _with_day(task: Row, day: str) -> Row:
    told = f"完成时限“{task['due_text']}”看不准，现行的表按 {day} 计，先照它保留，请核对"
    issues = [
        {**issue, "message": told, "question": {**issue["question"], "meaning": day}}
        if _is_doubt(issue)
        else issue
        for issue in task["issues"]
    ]
    return {**task, "due_on": day, "issues": issues}
