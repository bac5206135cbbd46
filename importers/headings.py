"""Rows of a table that are no tasks: headings across the table, notes below it, sums."""

import re

from importers.characters import squash
from importers.grid import Row
from importers.layout import TableLayout
from importers.numbering import TASK_RANK, UNNUMBERED_RANK, numbering_of

NOTE = re.compile(
    r"^(注|备注|说明|附注|附件|填表|填报|制表|审核人|联系人|联系电话|监督电话|监督方式|投诉电话|举报电话|打印|来源|主送|抄送|单位[:：（(]|"
    r"\*|※|合计|总计|小计|第\d+页|-?\d+-?$|—\d+—$|共\d+页)"
)
_NOTE_WITH_COLON = re.compile(
    r"^(注|备注|说明|附注|附件\d*|填表.*|填报.*|制表.*|审核人?|联系人|.*电话|.*方式|打印.*|来源|主送|抄送|单位)[:：（(]"
)
Heading = tuple[float, int | str | None, str]


def heading_in(row: Row, texts: list[tuple[int, str]], layout: TableLayout) -> Heading | None:
    """A heading across the table (一、…; 类别：…), perhaps with its number in a cell before it."""
    number = ""
    if len(texts) == 2 and texts[0][0] == layout.number and not row.continues(layout.number):
        number, texts = squash(texts[0][1]), texts[1:]
    if len(texts) != 1:
        return None
    column, text = texts[0]
    words = squash(text)
    found = numbering_of(words)
    ranked = numbering_of(number + ("" if number.endswith(("、", "）", ")")) else "、")) if number else found
    heading_number = ranked is not None and ranked.rank < TASK_RANK
    span = row.spans.get(column)
    spans_table = span is not None and span.right - span.left + 1 >= max(2, len(layout.headers) // 2)
    covers_task = span is not None and span.left <= layout.task <= span.right
    if _goes_on_below(row, column, layout):
        return None
    if not (spans_table or heading_number or (column < layout.task and _is_bare(row, layout))):
        return None
    if spans_table and not covers_task and not heading_number and column != layout.number:
        return None
    if number and not heading_number and not spans_table:
        return None
    rank = ranked.rank if ranked and ranked.rank < TASK_RANK else UNNUMBERED_RANK
    return rank, number or None, words


def _goes_on_below(row: Row, column: int, layout: TableLayout) -> bool:
    """A cell merged downwards is a goal or category of the rows below, not a heading line."""
    span = row.spans.get(column)
    return span is not None and span.bottom > span.top


def _is_bare(row: Row, layout: TableLayout) -> bool:
    """Nothing is merged into the row from above: its other cells are truly empty."""
    return not any(row.continues(column) for columns in layout.fields.values() for column in columns)


def is_note(row: Row, texts: list[tuple[int, str]], layout: TableLayout) -> bool:
    """A remark, a telephone number, a sum: words that never begin a task."""
    words = squash(texts[0][1])
    if len(texts) == 1:
        return bool(NOTE.match(words))
    if words in ("合计", "总计", "小计", "共计"):
        return True
    return bool(_NOTE_WITH_COLON.match(words)) and not row.own(layout.task)
