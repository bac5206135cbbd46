"""Excel 97 workbooks and what WPS saves as .et: cells, merges, hidden rows."""

from datetime import time
from typing import Any

import xlrd

from importers.characters import cleaned
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Row, Span
from importers.readers import archive


def read(data: bytes) -> Document:
    """Every visible sheet; called in a child process only."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise UnreadableFile("password", "文件设有打开密码，读不出内容。请去掉密码后再导入。") from error
        raise archive.damaged() from error
    document = Document("xls", [])
    for sheet in book.sheets():
        if sheet.visibility:
            document.notes.append(f"工作表“{sheet.name}”是隐藏的，没有读入")
        else:
            document.blocks.append(_grid(book, sheet))
    return document


def _grid(book: Any, sheet: Any) -> Grid:
    rows: dict[int, Row] = {}
    for index in range(sheet.nrows):
        cells = {
            column: text
            for column, cell in enumerate(sheet.row(index), start=1)
            if (text := _text(book, cell))
        }
        info = sheet.rowinfo_map.get(index)
        if cells:
            rows[index + 1] = Row(index + 1, cells, hidden=bool(info and info.hidden))
    covered = 0
    for top, below, left, after in sheet.merged_cells:
        covered += (below - top) * (after - left)
        if covered > archive.MOST_MERGED_CELLS:
            raise archive.too_large("合并单元格的范围过大")
        first = rows.get(top + 1)
        span = Span(top + 1, left + 1, below, after, first.cells.get(left + 1, "") if first else "")
        for number in range(top + 1, below + 1):
            if row := rows.get(number):
                for column in range(left + 1, after + 1):
                    row.spans[column] = span
                    if (number, column) != (span.top, span.left):
                        row.cells.pop(column, None)
    hidden = frozenset(column + 1 for column, info in sheet.colinfo_map.items() if info.hidden)
    return Grid(sheet.name, [rows[number] for number in sorted(rows)], hidden_columns=hidden)


def _text(book: Any, cell: Any) -> str:
    """A number or date as the office sees it."""
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cleaned(cell.value).strip()
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return repr(cell.value)
        return moment.date().isoformat() if moment.time() == time() else moment.strftime("%Y-%m-%d %H:%M")
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        layout = (
            book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
        )
        if layout is not None and "%" in layout.format_str:
            return f"{round(cell.value * 100, 6):g}%"
        return str(int(cell.value)) if float(cell.value).is_integer() else repr(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "是" if cell.value else "否"
    return ""
