"""Excel workbooks: cells, true merges, what is hidden, and the values that formulas last had."""

import io
import warnings
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from importers.characters import without_controls
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Line, Row, Span
from importers.readers import archive


def read(data: bytes) -> Document:
    """Every visible sheet of a workbook; loaded once, with the values its formulas last showed."""
    archive.check(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions we do not use
            workbook = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except UnreadableFile:
        raise
    except (InvalidFileException, Exception) as error:  # openpyxl lets the errors of every parser through
        raise archive.damaged() from error
    document = Document("xlsx", [])
    if cells := archive.formulas_without_value(data):
        document.warnings.append(
            f"有 {len(cells)} 个公式单元格（如 {cells[0]}）没有保存计算结果，读不出内容，请在 Excel 或 WPS 中打开并保存后再导入"
        )
    blocks: list[Grid | Line] = document.blocks
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.notes.append(f"工作表“{sheet.title}”是隐藏的，没有读入")
            continue
        blocks.append(_grid(sheet))
    return document


def _grid(sheet: Worksheet) -> Grid:
    """One sheet as its own cells say, never by its dimensions: a lone cell at XFD1048576 costs one cell."""
    rows: dict[int, Row] = {}
    cells: dict[tuple[int, int], Cell | MergedCell] = sheet._cells
    for (number, column), cell in cells.items():
        value = cell.value
        if value is None:
            continue
        row = rows.get(number)
        if row is None:
            row = rows[number] = Row(number, {})
        row.cells[column] = without_controls(value).strip(" \n") if type(value) is str else _text(cell, value)
    for merge in sheet.merged_cells.ranges:
        _span(rows, merge.min_row, merge.min_col, merge.max_row, merge.max_col)
    for number, dimension in sheet.row_dimensions.items():
        if dimension.hidden and number in rows:
            rows[number].hidden = True
    hidden = frozenset(
        column
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden and dimension.min and dimension.max
        for column in range(dimension.min, min(dimension.max, dimension.min + 256) + 1)
    )
    return Grid(sheet.title, [rows[number] for number in sorted(rows)], hidden_columns=hidden)


def _span(rows: dict[int, Row], top: int, left: int, bottom: int, right: int) -> None:
    """Note a merge on every row it reaches that has cells of its own; blank rows need none."""
    first = rows.get(top)
    span = Span(top, left, bottom, right, first.cells.get(left, "") if first else "")
    columns = range(left, right + 1) if right - left < 512 else (left,)
    numbers = range(top, bottom + 1) if bottom - top < len(rows) else [n for n in rows if top <= n <= bottom]
    for number in numbers:
        if row := rows.get(number):
            for column in columns:
                row.spans[column] = span


def _text(cell: Any, value: object) -> str:
    """A number or date as the office sees it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if "%" in (cell.number_format or ""):
            return f"{round(value * 100, 6):g}%"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int) and "%" in (cell.number_format or ""):
        return f"{value * 100}%"
    return without_controls(str(value)).strip()
