"""Rows of a table without a task of their own: they go on with the task above, or they are told. None is lost."""

from importers.cells import joined
from importers.characters import squash, tidy
from importers.grid import Grid, Row
from importers.layout import TableLayout
from importers.numbering import number_as_written
from importers.raw import RawTask
from importers.rows import Issue, Level

_TOLD_LENGTH = 20
_MOST_TOLD = 3


def go_on(grid: Grid, row: Row, layout: TableLayout, tasks: list[RawTask]) -> Issue | None:
    """Give the task above what its row adds; a row that begins something else is told as a doubt of the table."""
    if not tasks:
        words = squash(row.texts()[0][1])[:30]
        return Issue(Level.WARNING, grid.place(row.number), f"“{words}”这一行没有任务内容，没有读入")
    task = tasks[-1]
    if begins := _beginning(row, layout, task):
        words = "”“".join(squash(text)[:_TOLD_LENGTH] for _, text in row.texts()[:_MOST_TOLD])
        message = f"这一行有自己的{begins}，任务一栏却是空的，“{words}”没有读入，请核对任务是不是写在别的栏里"
        return Issue(Level.WARNING, grid.place(row.number), message)
    added = _added(row, layout, task)
    if not added:
        return None
    level = Level.NOTE if row.continues(layout.task) else Level.WARNING
    message = f"这一行没有任务内容，“{'、'.join(added)}”并入上一任务，请核对"
    task.issues.append(Issue(level, grid.place(row.number), message))
    return None


def _beginning(row: Row, layout: TableLayout, task: RawTask) -> str:
    """What shows that the row is one of its own: a new number or a new goal beside a blank task."""
    if row.continues(layout.task):
        return ""
    number = row.own(layout.number) if layout.number is not None else ""
    if number and number_as_written(number) != task.number:
        return "序号"
    heads = any(row.own(column) for _, column in layout.goal_columns if column != layout.task)
    return layout.headers[layout.goal_columns[-1][1]] if heads else ""


def _added(row: Row, layout: TableLayout, task: RawTask) -> list[str]:
    """Give the task what the row adds to its fields, its progress and the columns kept as written."""
    added = []
    for name, columns in layout.fields.items():
        own = joined(row, columns)
        if own and own not in task.fields.get(name, ""):
            task.fields[name] = "\n".join(filter(None, (task.fields.get(name, ""), own)))
            added.append(squash(own))
    for column, _ in layout.progress:
        own = tidy(row.own(column))
        if own and own not in task.progress:
            task.progress = "\n".join(filter(None, (task.progress, own)))
    for column, header in layout.extra:
        own = tidy(row.own(column))
        if own and own not in task.extra.get(header, ""):
            task.extra[header] = "\n".join(filter(None, (task.extra.get(header, ""), own)))
    return added
