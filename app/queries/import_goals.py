"""The goals of an import as its checking page shows them: headings above the tasks that stand under them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class GoalAbove:
    """A goal that stands above its tasks as a heading, and at which level: 一级目标, 二级目标."""

    words: str
    number: str
    name: str


def goals_of(recognised: dict[str, Any], task: dict[str, Any]) -> list[int]:
    """The goals a task stands under, the highest first."""
    parents = recognised.get("goal_parents") or [None] * len(recognised["goals"])
    chain: list[int] = []
    goal = task["goal_index"]
    while goal is not None and goal not in chain:
        chain.insert(0, goal)
        goal = parents[goal]
    return chain


def goals_begun(recognised: dict[str, Any], before: list[int], task: dict[str, Any]) -> list[GoalAbove]:
    """The goals that begin with this task and come from headings; one with a column of its own stands there."""
    chain = goals_of(recognised, task)
    has_column = any(column["kind"] in ("goal", "section") for column in recognised["columns"])
    above = chain[:-1] if has_column else chain
    same = 0
    while same < len(above) and above[same : same + 1] == before[same : same + 1]:
        same += 1
    has_levels = any(parent is not None for parent in recognised.get("goal_parents", ()))
    return [
        GoalAbove(
            f"{'一二三四五六七八九'[min(level, 8)]}级目标" if has_levels else "目标",
            str(recognised["goals"][goal]["number"] or ""),
            recognised["goals"][goal]["name"],
        )
        for level, goal in enumerate(above)
        if level >= same
    ]
