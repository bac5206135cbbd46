"""Where one list of units has no marks: by some governments' rule the first-listed leads, by others' all are equal."""

import re

from importers.columns import ColumnKind
from importers.rows import RecognisedTable

_MARKED = re.compile(r"牵头|主办|主要责任|主责")


def lists_without_marks(table: RecognisedTable) -> bool:
    """Whether the units stand in one plain 责任单位 column, so that the office's own rule is needed."""
    headers = [column.header for column in table.columns if column.kind == ColumnKind.LEAD_DEPARTMENT]
    return bool(headers) and not any(_MARKED.search(header) for header in headers)


def let_first_lead(table: RecognisedTable) -> None:
    """The first unit of each list leads, the others support it, in the order written."""
    if not lists_without_marks(table):
        return
    for task in table.tasks:
        first, others = task.lead_departments[:1], task.lead_departments[1:]
        task.lead_departments = first
        task.supporting_departments = [*others, *task.supporting_departments]
    table.trace.append("责任单位有几个时，按第一个牵头、其余配合读入")
