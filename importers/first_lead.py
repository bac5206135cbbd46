"""Where one list of units has no marks: by some governments' rule the first-listed leads, by others' all are equal."""

import re
from itertools import chain

from importers.columns import ColumnKind, mixes_roles
from importers.grid import Document
from importers.rows import Issue, Layout, Level, RecognisedTable
from importers.scripts import either_script
from importers.values.rules import FIRST_LEADS

_REMARK = re.compile(r"[（(].{5,}[）)]")  # 责任单位（列第一位的为牵头单位）
_FIRST_TASKS = 10
_MARKED = re.compile(either_script(r"牵头|主办|主要责任|主责"))


def lists_without_marks(table: RecognisedTable) -> bool:
    """Whether the units stand in one plain 责任单位 column, so that the office's own rule is needed."""
    headers = [column.header for column in table.columns if column.kind == ColumnKind.LEAD_DEPARTMENT]
    return bool(headers) and not any(
        _MARKED.search(_REMARK.sub("", header)) and not mixes_roles(header) for header in headers
    )


def states_rule(text: str) -> bool:
    """Whether words set the rule that the first-listed leads."""
    return bool(FIRST_LEADS.search(text))


def is_stated(document: Document, table: RecognisedTable) -> bool:
    """Whether the file itself says so, as a rule for all its lists: 列第一位的为牵头单位.

    It may stand behind the units of the first list (…，下同), and so among the words of the first tasks.
    """
    lines = (line.text for line in document.lines())
    rows = (row.texts() for grid in document.grids() for row in grid.rows)
    remarks = (texts[0][1] for texts in rows if len(texts) == 1)
    first = table.tasks[:_FIRST_TASKS]
    cells = (words for task in first for words in (*task.written.values(), *(i.message for i in task.issues)))
    headers = (column.header for column in table.columns)
    return any(map(states_rule, chain(lines, remarks, cells, headers)))


def let_first_lead(table: RecognisedTable, *, stated: bool) -> None:
    """The first unit of each list leads, the others support it, in the order written."""
    if table.layout is Layout.TABLE and not lists_without_marks(table):
        return
    if stated:
        table.issues.append(Issue(Level.NOTE, "", "文件写明列第一位的单位牵头，各项任务按此读入"))
    for task in table.tasks:
        if task.says_who_leads:
            continue
        first, others = task.lead_departments[:1], task.lead_departments[1:]
        task.lead_departments = first
        task.supporting_departments = [*others, *task.supporting_departments]
    table.trace.append("责任单位有几个时，按第一个牵头、其余配合读入")
