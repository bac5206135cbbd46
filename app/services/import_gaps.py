"""What a person fills in (人工补充): who leads a task that the file leaves without anybody, and the day of a deadline."""

from collections import Counter
from dataclasses import replace
from typing import Any

from importers import DecisionKind, Issue, Level, Question, RecognisedTable

NOBODY = "没有责任单位"
"""How the importers tell it; the answer is ours to ask for, because it is not in the file."""


def settle_gaps(table: RecognisedTable, leads: dict[str, list[str]]) -> None:
    """Give each such task the lead unit a person has named; ask who leads the others.

    ``leads`` is by ``times@place``: several tasks of one cell stand at one place.
    """
    times: Counter[str] = Counter()
    for task in table.tasks:
        times[task.place] += 1
        words = f"{times[task.place]}@{task.place}"
        for number, issue in enumerate(task.issues):
            if issue.question is not None or not issue.message.startswith(NOBODY):
                continue
            task.lead_departments = list(leads.get(words, ()))
            told = "、".join(task.lead_departments)
            question = Question(DecisionKind.LEAD, words, told)
            if told:
                message = "人工补充：原表没有写责任单位，牵头单位是核对时填的"
                task.issues[number] = Issue(Level.NOTE, task.place, message, question)
            else:
                task.issues[number] = replace(issue, question=question)


def under_one_goal(recognised: dict[str, Any], words: str) -> list[str]:
    """The task asked about, and all others under its goal that nobody answers for yet."""
    asked = [(task["goal_index"], question) for task in recognised["tasks"] for question in _asked(task)]
    goals = {goal for goal, question in asked if question["words"] == words}
    others = [question["words"] for goal, question in asked if goal in goals and not question["meaning"]]
    return list(dict.fromkeys([words, *others]))


def filled_in(task: dict[str, Any]) -> str:
    """The lead units of a recognised row that a person has filled in; empty where they stand in the file."""
    return "、".join(question["meaning"] for question in _asked(task))


def due_filled_in(task: dict[str, Any]) -> dict[str, str]:
    """The words of a recognised row's deadline, and the day (or 全年) a person has said they mean; empty where they were read."""
    for issue in task["issues"]:
        question = issue.get("question")
        if question and question["kind"] == DecisionKind.DUE and issue["level"] == Level.NOTE:
            return {"words": question["words"], "meaning": question["meaning"]}
    return {}


def _asked(task: dict[str, Any]) -> list[dict[str, Any]]:
    questions = [issue["question"] for issue in task["issues"] if issue.get("question")]
    return [question for question in questions if question["kind"] == DecisionKind.LEAD]
