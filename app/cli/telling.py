"""What commands print of a table that was read, and of what a newer version changes."""

import re
from typing import Any

import typer

from app.queries.revisions import Revision, RevisionRow
from app.rules.matching import CHANGE_LABELS, Version, is_another_day
from importers import Level, RecognisedTable
from importers.columns import NAMES, ColumnKind

LEVEL_WORDS = {Level.ERROR: "没有读入", Level.WARNING: "请核对", Level.NOTE: "说明"}
FATE_WORDS = {"new": "新增", "gone": "不再列入", "unchanged": "没有变化"}


def describe(table: RecognisedTable) -> None:
    officials = {name for task in table.tasks for name in task.officials}
    departments = {
        name
        for task in table.tasks
        for name in (*task.lead_departments, *task.main_departments, *task.supporting_departments)
    }
    typer.echo(table.title or "（无标题）")
    typer.echo("栏目：" + "、".join(column.header for column in table.columns))
    typer.echo(
        f"目标 {len(table.goals)} 个，任务 {len(table.tasks)} 项，"
        f"分管领导 {len(officials)} 人，责任单位 {len(departments)} 个。"
    )
    shown = None
    for task in table.tasks:
        if task.goal is not None and task.goal != shown:
            goal = table.goals[task.goal]
            typer.echo(f"\n{'' if goal.number is None else goal.number} {goal.name}".rstrip())
        shown = task.goal
        who = "、".join([*task.officials, *task.lead_departments])
        typer.echo(f"  {'' if task.number is None else task.number} {task.standard}［{who}］")
    warn(table.as_dict())


def explain(table: RecognisedTable) -> None:
    """Every decision of the recogniser, then every issue with its place."""
    typer.echo(table.title or "（无标题）")
    typer.echo("\n识别经过：")
    for step in table.trace:
        typer.echo("  " + re.sub(r"→ (\w+)", _kind_in_words, step))
    issues = list(table.all_issues())
    typer.echo(f"\n逐条说明（{len(issues)} 条）：" if issues else "\n没有需要说明的地方。")
    for issue in issues:
        typer.echo(f"  ［{LEVEL_WORDS[issue.level]}］{issue.place or '整个文件'} {issue.message}")


def _kind_in_words(found: re.Match[str]) -> str:
    known = found[1] in list(ColumnKind)
    return f"→ {NAMES[ColumnKind(found[1])]}" if known else found[0]


def describe_revision(told: Revision) -> None:
    """Counts, then each row that changes: − what the plan says, + what the file says."""
    typer.echo(
        "与现行的表相比：" + "，".join(f"{words} {count} 项" for _, words, count in told.counts()) + "。"
    )
    for row in told.shown(""):
        words = "、".join(CHANGE_LABELS[change] for change in row.changes)
        if row.is_doubtful:
            words += "，疑似同一项，请核对"
        if row.reports:
            words = f"{FATE_WORDS[row.fate]}，已报进展 {row.reports} 次"
        typer.echo(f"\n［{words or FATE_WORDS[row.fate]}］")
        for cell in row.open_blanks:
            typer.echo(f"    {cell.sentence()}")
        if row.old and (row.fate == "gone" or "reworded" in row.changes):
            typer.echo(f"  − {row.old.standard}")
        if row.new:
            typer.echo(
                f"  {'+' if row.fate == 'new' or 'reworded' in row.changes else ' '} {row.new.standard}"
            )
        if row.old and row.new and "reassigned" in row.changes:
            typer.echo(f"    分工：{_shares(row, 'old')} → {_shares(row, 'new')}")
        if row.old and row.new and "rescheduled" in row.changes:
            typer.echo(f"    时限：{_deadlines(row.old, row.new)}")
        if row.old and row.new and row.old.goal != row.new.goal:
            typer.echo(f"    目标：{row.old.goal or '（无）'} → {row.new.goal or '（无）'}")


def _deadlines(old: Version, new: Version) -> str:
    """The words before and now; where they are the same, the days they stand for."""
    if is_another_day(old, new):
        return f"{new.due}：{old.due_on} → {new.due_on}"
    return f"{old.due or '未写明'} → {new.due or '未写明'}"


def _shares(row: RevisionRow, side: str) -> str:
    return "；".join(f"{role}：{names}" for role, names in row.shares(side)) or "未明确"


def warn(recognised: dict[str, Any]) -> None:
    """Every issue of a table in its published form, with what it wants of the office."""
    issues = [*recognised["issues"], *(issue for task in recognised["tasks"] for issue in task["issues"])]
    for issue in issues:
        words = LEVEL_WORDS[Level(issue["level"])]
        typer.echo(f"{words}：{issue['place']} {issue['message']}", err=True)
