"""进展情况表: the table as the office issued it, with progress, completion and status beside every task."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from math import ceil

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.queries.ledger import Ledger
from app.queries.tasks import TaskRow
from app.reports import heights, look
from app.reports.cells import Pen, Value
from app.reports.columns import OURS, Column, columns_of, goal_line, shows_goals
from app.reports.head import HEADER_ROW, write_head
from app.reports.look import Style
from app.reports.workload import write_workload

FILE_NAME = "进展情况表.xlsx"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ledger_workbook(ledger: Ledger) -> bytes:
    """The progress workbook to print, send, or keep: the ledger on the first sheet, 工作量 on the second."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = False  # there is nothing to calculate, so nothing to save on closing
    look.set_standard_font(book)
    book.properties.title, book.properties.creator = ledger.titled(ledger.heading), "督办"
    _write_ledger(book.create_sheet("进展情况表"), ledger)
    write_workload(book.create_sheet("工作量"), ledger)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the table: a task, or (without one) a goal across the table."""

    task: TaskRow | None
    values: list[Value]


@dataclass(frozen=True, slots=True)
class _Run:
    """A cell that goes on over several lines, as in the issued table."""

    column: int
    first: int
    last: int


def _write_ledger(sheet: Worksheet, ledger: Ledger) -> None:
    columns = columns_of(ledger)
    pen = Pen(sheet)
    title, headers = ledger.titled(ledger.heading), [(column.header, column.width) for column in columns]
    write_head(sheet, pen, ledger, title, headers)
    lines = list(_lines(ledger, columns))
    runs = [run for index, column in enumerate(columns) for run in _runs(index, column.inherited, lines)]
    tops = _write_lines(sheet, pen, columns, lines, runs)
    _merge(pen, columns, lines, runs, tops)
    if lines and tops[-1] == HEADER_ROW + 1 + len(lines) and all(line.task for line in lines):
        # Only over our own columns: filtering by merged cells would lose all but their first rows.
        first, last = (get_column_letter(len(columns) - back) for back in (OURS - 1, 0))
        sheet.auto_filter.ref = f"{first}{HEADER_ROW}:{last}{HEADER_ROW + len(lines)}"


def _lines(ledger: Ledger, columns: list[Column]) -> Iterator[_Line]:
    if shows_goals(ledger):
        for task in ledger.tasks:
            yield _Line(task, [column.value(task) for column in columns])
        return
    for goal_id, tasks in groupby(ledger.tasks, key=lambda task: task.goal_id):
        for index, task in enumerate(tasks):
            if index == 0 and goal_id is not None:
                yield _Line(None, [goal_line(task)] + [None] * (len(columns) - 1))
            yield _Line(task, [column.value(task) for column in columns])


def _runs(index: int, inherited: str, lines: list[_Line]) -> Iterator[_Run]:
    """Cells left to the row above, where the row above still says the same."""
    if not inherited:
        return
    first = 0
    for number in range(1, len(lines) + 1):
        if number < len(lines) and _goes_on(index, inherited, lines[number - 1], lines[number]):
            continue
        if number - first > 1:
            yield _Run(index, first, number - 1)
        first = number


def _goes_on(index: int, inherited: str, above: _Line, line: _Line) -> bool:
    if above.task is None or line.task is None or inherited not in line.task.inherited:
        return False
    return above.values[index] == line.values[index]


def _write_lines(
    sheet: Worksheet, pen: Pen, columns: list[Column], lines: list[_Line], runs: list[_Run]
) -> list[int]:
    """Write all lines and return the sheet row each begins in, with the row after the last at the end."""
    styles = [_styles(columns, line) for line in lines]
    needed = _heights(columns, lines, styles, runs)
    covered = {(run.column, line) for run in runs for line in range(run.first + 1, run.last + 1)}
    tops = [HEADER_ROW + 1]
    for number, (line, height) in enumerate(zip(lines, needed, strict=True)):
        top, rows = tops[-1], ceil(height / heights.TALLEST)
        cells = enumerate(zip(line.values, styles[number], strict=True))
        sheet.append(
            [
                pen.cell(None if (index, number) in covered else value, style)
                for index, (value, style) in cells
            ]
        )
        for _ in range(rows - 1):
            sheet.append([pen.cell(None, style) for style in styles[number]])
        for row in range(top, top + rows):
            pen.set_height(row, height / rows)
        tops.append(top + rows)
    return tops


def _styles(columns: list[Column], line: _Line) -> list[Style]:
    """Each cell's look: the status by its light, and smaller type for what would overflow a row."""
    if line.task is None:
        return [look.GROUP] * len(columns)
    styles = [column.style for column in columns]
    styles[-1] = look.LIGHT_STYLES[line.task.judgement.light]
    for index, value in enumerate(line.values):
        if styles[index] is look.TEXT and not heights.fits(str(value), columns[index].width):
            styles[index] = look.SMALL_TEXT
    return styles


def _heights(
    columns: list[Column], lines: list[_Line], styles: list[list[Style]], runs: list[_Run]
) -> list[float]:
    """What each line needs by its own cells; then merged cells get what they still lack."""
    merged = {(run.column, line) for run in runs for line in range(run.first, run.last + 1)}
    whole = sum(column.width for column in columns)
    needed = []
    for number, line in enumerate(lines):
        most = heights.height_of(1)
        for index, value in enumerate(line.values):
            if isinstance(value, str) and (index, number) not in merged:
                width = columns[index].width if line.task else whole
                most = max(most, heights.text_height(value, width, styles[number][index].font.size))
        needed.append(most)
    heights.stretch(needed, (_room(columns, lines, run) for run in runs))
    return needed


def _room(columns: list[Column], lines: list[_Line], run: _Run) -> tuple[int, int, float]:
    text = str(lines[run.first].values[run.column])
    return run.first, run.last, heights.text_height(text, columns[run.column].width)


def _merge(pen: Pen, columns: list[Column], lines: list[_Line], runs: list[_Run], tops: list[int]) -> None:
    in_runs: set[tuple[int, int]] = set()
    for run in runs:
        pen.merge(tops[run.first], run.column + 1, tops[run.last + 1] - 1, run.column + 1)
        in_runs.update((run.column, line) for line in range(run.first, run.last + 1))
    for number, line in enumerate(lines):
        top, bottom = tops[number], tops[number + 1] - 1
        if line.task is None:
            pen.merge(top, 1, bottom, len(columns))
        elif bottom > top:  # a text too long for one row: the task takes several
            for index in range(len(columns)):
                if (index, number) not in in_runs:
                    pen.merge(top, index + 1, bottom, index + 1)
