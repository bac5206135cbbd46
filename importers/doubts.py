"""What may be wrong with a table as a whole: columns taken for each other, rows and lines passed over."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from importers import columns
from importers.characters import is_figure, is_measure, squash
from importers.grid import Document, Grid, Row
from importers.headings import PAGE_LABEL
from importers.layout import TableLayout
from importers.numbering import numbering_of
from importers.rows import ImportedRow, Issue, Level, RecognisedTable
from importers.values.brackets import closes_with_duties
from importers.values.departments import look_like_units
from importers.values.duties import find_label, read_duties
from importers.values.people import look_like_people

_WEIGHED = 80
_FEWEST_TASKS = 3
_FEWEST_CELLS = 3
_FEWEST_ROWS = 3
_SHORTEST_GOAL = 16
_SHORTEST_SAID = 8
_SHORT_TASK = 5
_LONGEST_ODD = 12
_UNIT = re.compile(r"(局|委|办|部|厅|委员会|办公室|政府|管委会|街道|公司|集团|部门|单位)$")
_OF_THE_SITE = re.compile(r"\s*(网站)?(主办|主管|承办|技术支持)(单位)?[:：]")
_NAMES = ("名称", "项目", "指标", "事项", "实事", "工程")


def about(table: RecognisedTable, layout: TableLayout) -> list[Issue]:
    """Doubts about the columns of a whole table, told by what was read from them."""
    tasks = table.tasks[:_WEIGHED]
    _ask_about_odd(table.tasks)
    if len(tasks) < _FEWEST_TASKS:
        return []
    header = layout.headers[layout.task]
    words = [task.standard for task in tasks]
    found: list[str] = []
    for what, fits in (("单位", _is_a_unit), ("姓名", look_like_people)):
        if _mostly(words, fits):
            found.append(f"“{header}”一栏认作任务，其中多是{what}，可能认错了栏，请核对")
    named = any(name in header for name in _NAMES)
    if not named and not table.goals and sum(map(len, words)) < _SHORT_TASK * len(words):
        found.append(f"“{header}”一栏认作任务，其中都只有几个字，可能认错了栏，请核对")
    if _swapped(table, tasks, layout):
        goal = layout.headers[layout.goal_columns[-1][1]]
        found.append(
            f"“{goal}”一栏认作目标，每项任务各有一个，又比“{header}”一栏详细，两栏可能认反了，请核对"
        )
    leaders = [name for task in tasks for name in task.officials]
    if _mostly(leaders, look_like_units):
        found.append(f"“{layout.headers_of('officials')}”一栏认作领导，其中多是单位，请核对")
    units = [name for task in tasks for name in (*task.lead_departments, *task.supporting_departments)]
    if _mostly(sorted(set(units)), _is_a_person):
        found.append("责任单位里多是姓名，领导与单位两栏可能认反了，请核对")
    found += _names_as_headings(table)
    return [Issue(Level.WARNING, "", message) for message in found]


def _names_as_headings(table: RecognisedTable) -> list[str]:
    """Units or persons alone in a row, as a heading stands, with nothing below or tasks of others: whose were they?"""
    below: dict[int | None, list[ImportedRow]] = defaultdict(list)
    for task in table.tasks:
        below[task.goal].append(task)
    units = {name for task in table.tasks for name in (*task.lead_departments, *task.supporting_departments)}
    people = re.compile("|".join(map(re.escape, sorted({n for task in table.tasks for n in task.officials}))))
    parents = {goal.parent for goal in table.goals}
    told: list[str] = []
    for index, goal in enumerate(table.goals):
        name, tasks = goal.name, below[index]
        if not tasks and index not in parents and _is_a_unit(name):
            told.append(f"“{name}”单独成行，下面没有任务，没有读入，请核对")
        elif name in units or (people.pattern and not people.sub("", name)):
            message = f"“{name}”单独成行，按标题读入；如是上面一项任务的单位或领导，请核对"
            for task in tasks:
                if name not in (*task.lead_departments, *task.officials):
                    task.issues.append(Issue(Level.WARNING, task.place, message))
    return told


def _ask_about_odd(tasks: list[ImportedRow]) -> None:
    """A task that is a mere figure or unit may have stood in another column."""
    for task in tasks:
        words = task.standard
        if len(words) <= _LONGEST_ODD and (is_figure(words) or is_measure(words) or _is_a_unit(words)):
            message = f"“{task.standard}”认作任务，却只是数或单位，可能认错了栏，请核对"
            task.issues.append(Issue(Level.WARNING, task.place, message))


def about_rows_above(grid: Grid, first: int) -> list[Issue]:
    """Rows of cells above the header: they belong to no title, and nothing of them is read."""
    rows = [row for row in grid.rows[:first] if _is_filled(row)]
    if len(rows) < _FEWEST_ROWS:
        return []
    words = squash(rows[0].texts()[0][1])[:20]
    message = f"表头以上还有 {len(rows)} 行（“{words}”等）没有读入，请核对"
    return [Issue(Level.WARNING, grid.place(rows[0].number), message)]


def looks_filled(grid: Grid) -> bool:
    """Whether a table holds enough to be missed when it is not read: no menu, no head of a page."""
    rows = [row for row in grid.rows if _is_filled(row)]
    words = [squash(text) for row in rows for _, text in row.texts()]
    page = any(map(PAGE_LABEL.match, words)) or max(map(len, words), default=0) < _SHORTEST_SAID
    return len(rows) >= _FEWEST_ROWS and not page


def about_lines(document: Document) -> list[Issue]:
    """Lines beside the tables of a document that say who answers: their tasks were not read."""
    lines = [line for line in document.lines() if names_who(line.text) and not _OF_THE_SITE.match(line.text)]
    if not lines:
        return []
    words = squash(lines[0].text)[:20]
    message = f"表格以外有 {len(lines)} 处文字写明责任单位（“{words}”等），没有读入，请核对"
    return [Issue(Level.WARNING, lines[0].place(), message)]


def names_who(text: str) -> bool:
    """Whether a line of running text says which unit answers for something."""
    text = text.strip()
    if numbering_of(text) or text.startswith("--"):
        return closes_with_duties(text)
    duties = read_duties(text) if find_label(text) == 0 else None
    label = columns.kind_of(squash(text).split("：")[0].split(":")[0])
    return bool(duties) and label in columns.DEPARTMENT_KINDS


def _is_filled(row: Row) -> bool:
    return len(row.texts()) >= _FEWEST_CELLS


def _mostly(texts: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return len(texts) >= _FEWEST_TASKS and sum(map(fits, texts)) * 2 > len(texts)


def _is_a_unit(text: str) -> bool:
    return bool(_UNIT.search(text)) and look_like_units(text)


def _is_a_person(name: str) -> bool:
    return len(name) == 3 and look_like_people(name) and not look_like_units(name)


def _swapped(table: RecognisedTable, tasks: list[ImportedRow], layout: TableLayout) -> bool:
    """Whether each task has a goal of its own, and that says more than the task."""
    if not layout.goal_columns or len({task.goal for task in tasks}) < len(tasks):
        return False
    goals = [table.goals[task.goal].name for task in tasks if task.goal is not None]
    said = sum(map(len, goals))
    return said > _SHORTEST_GOAL * len(tasks) and said * 2 > 3 * sum(len(task.standard) for task in tasks)
