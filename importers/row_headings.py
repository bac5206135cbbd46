"""Headings among the rows of a copied table, which no line tells apart from its cells."""

import re
from itertools import pairwise

from importers.alignment import with_one_task
from importers.broken_names import Cell
from importers.columns import HOLD_ANYTHING, ColumnKind
from importers.counting import is_work, may_head_rows
from importers.grid import Row, across
from importers.numbering import TASK_RANK, numbering_of
from importers.values.departments import look_like_units

_FEWEST_ROWS = 5
_FEWEST_HEADINGS = 2
_WITH_HEADING = 2  # lines of a cell: the heading and the task below it
_BARE_GOAL = re.compile(r"[一-龥、]{2,12}")
_HEADING = re.compile(r"[一-龥“”、]{4,16}[（(][一-龥、]{4,30}[）)]")
_REPORTED = re.compile(r"(?P<unit>[一-龥（）()]{3,16})[:：].{4}")
_GOALS = frozenset({ColumnKind.GOAL, ColumnKind.SECTION})


def with_bare_headings(rows: list[Row], kinds: list[ColumnKind]) -> list[Row]:
    """其他工作（由各科室按职责落实）, alone among numbered rows without a number: a heading with nothing below."""
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    number = kinds.index(ColumnKind.NUMBER) + 1 if ColumnKind.NUMBER in kinds else task
    told = [bool(numbering_of(row.own(number)) if number == task else row.own(number)) for row in rows]
    if sum(told) * 5 < len(rows) * 4 or len(rows) < _FEWEST_ROWS:
        return rows
    return [
        heading_row(Cell(row.number, row.own(task)), kinds)
        if not numbered and len(row.texts()) == 1 and _HEADING.fullmatch(row.own(task))
        else row
        for row, numbered in zip(rows, told, strict=True)
    ]


def with_headings_above(rows: list[Row], kinds: list[ColumnKind]) -> list[Row]:
    """提升创新能力。 without a number, alone right above （一）搭建平台。, where the rows have numbers: a heading as well."""
    if ColumnKind.NUMBER not in kinds or not rows:
        return rows
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    alone = [row.own(task) if len(row.texts()) == 1 else "" for row in rows]
    heads = [found is not None and found.rank < TASK_RANK for found in map(numbering_of, alone)]
    return [
        heading_row(Cell(row.number, words), kinds) if words and not head and head_below else row
        for row, words, head, head_below in zip(rows, alone, heads, [*heads[1:], False], strict=True)
    ]


def with_bare_goals(rows: list[Row], kinds: list[ColumnKind]) -> list[Row]:
    """改革开放 and 社会事业 on lines apart under 类别: the first is a goal whose tasks stand elsewhere."""
    goals = [column for column, kind in enumerate(kinds, start=1) if kind in _GOALS]
    told: list[Row] = []
    for row in rows:
        for column in goals[:1]:
            *bare, own = row.own(column).split("\n")
            if bare and all(_BARE_GOAL.fullmatch(line) for line in (*bare, own)):
                told += [Row(row.number, {**dict.fromkeys(row.cells, ""), column: line}) for line in bare]
                row.cells[column] = own
        told.append(row)
    return told


def heading_row(cell: Cell, kinds: list[ColumnKind]) -> Row:
    """A heading as if it were drawn across all columns."""
    return across(cell.number, cell.text, len(kinds), kinds.index(ColumnKind.TASK) + 1)


def with_headings_in_tasks(rows: list[Row], kinds: list[ColumnKind]) -> list[Row]:
    """民生福祉 above 新建公园三处。 in one cell, where nothing numbers the rows and other tasks have one line: a heading."""
    if ColumnKind.NUMBER in kinds or _GOALS.intersection(kinds):
        return rows
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    rows = _with_ends_handed_on(rows, task, kinds)
    said = [row.own(task).split("\n") for row in rows]
    heads = [
        len(lines) == _WITH_HEADING and may_head_rows(lines[0], "") and _is_task(lines[1]) for lines in said
    ]
    plain = sum(len(lines) == 1 for lines in said)
    if not heads or not heads[0] or sum(heads) < _FEWEST_HEADINGS or plain + sum(heads) < len(rows):
        return rows
    told: list[Row] = []
    for row, lines, head in zip(rows, said, heads, strict=True):
        if head:
            told.append(heading_row(Cell(row.number, lines[0]), kinds))
            row.cells[task] = lines[1]
        told.append(row)
    return told


def _with_ends_handed_on(rows: list[Row], task: int, kinds: list[ColumnKind]) -> list[Row]:
    """已完工。 and 民生福祉 below it in the last column: the heading of the task that follows, if there are several."""
    last = len(kinds)
    if kinds[-1] not in HOLD_ANYTHING or task == last:
        return rows
    reports_end = kinds[-2:] == [ColumnKind.OTHER, ColumnKind.PROGRESS]
    heads: dict[int, tuple[str, str]] = {}
    for index, (row, below) in enumerate(pairwise(rows)):
        before, _, end = row.own(last).rpartition("\n")
        if reports_end and not before:
            before = row.own(last - 1)  # the report stands under 备注, and the heading in its place
        if before.endswith("。") and may_head_rows(end, "") and _is_task(below.own(task)):
            heads[index] = before, end
    if len(heads) < _FEWEST_HEADINGS:
        return rows
    for index, (before, end) in heads.items():
        if rows[index].own(last) == end:
            rows[index].cells[last - 1] = ""
        rows[index].cells[last] = before
        rows[index + 1].cells[task] = f"{end}\n{rows[index + 1].own(task)}"
    return rows


def _is_task(line: str) -> bool:
    numbering = numbering_of(line)
    return is_work(line) or (numbering is not None and numbering.rank == TASK_RANK and bool(numbering.rest))


def with_reports_of_units(rows: list[Row], kinds: list[ColumnKind]) -> list[Row]:
    """区投促局：正在招商。 in a row that has no number, where rows have one: what a unit of the row above reports."""
    if ColumnKind.PROGRESS not in kinds or ColumnKind.NUMBER not in kinds:
        return rows
    number, progress = (kinds.index(kind) + 1 for kind in (ColumnKind.NUMBER, ColumnKind.PROGRESS))
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    told: list[Row] = []
    for row in rows:
        reported = [text for _, text in row.texts()]
        if told and not row.own(number) and row.own(task) and all(map(_is_report, reported)):
            told[-1].cells[progress] = "\n".join(filter(None, [told[-1].own(progress), *reported]))
        else:
            told.append(row)
    return told


def _is_report(text: str) -> bool:
    found = _REPORTED.match(text)
    return found is not None and look_like_units(found["unit"])
