"""Excel workbooks: cells, true merges, what is hidden, and the values that formulas last had."""

import io
import warnings
from contextlib import closing
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS

from importers import headway
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Row, Span
from importers.readers import archive
from importers.readers.sheet import SharedStrings, Sheet


def read(data: bytes) -> Document:
    """Every visible sheet of a workbook; loaded once, with the values its formulas last showed."""
    archive.check(data)
    document = Document("xlsx", [])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions we do not use
            _read_sheets(data, document)
    except UnreadableFile:
        raise
    except (InvalidFileException, Exception) as error:  # openpyxl lets the errors of every parser through
        raise archive.damaged() from error
    return document


def _read_sheets(data: bytes, document: Document) -> None:
    reader = _Reader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read()
    workbook = reader.wb
    percents = _percent_styles(workbook)
    without_value: list[str] = []
    seen = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    headway.begin(headway.Step.READ, sum(sheet.max_row or 0 for sheet in seen))
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.notes.append(f"工作表“{sheet.title}”是隐藏的，没有读入")
            continue
        found = _sheet(workbook, sheet, percents)
        without_value.extend(found.without_value)
        rows = [found.rows[number] for number in sorted(found.rows)]
        document.blocks.append(Grid(sheet.title, rows, hidden_columns=frozenset(found.hidden_columns)))
    if without_value:
        document.warnings.append(
            f"有 {len(without_value)} 个公式单元格（如 {without_value[0]}）没有保存计算结果，读不出内容，"
            "请在 Excel 或 WPS 中打开并保存后再导入"
        )


class _Reader(ExcelReader):
    """The library's reader of everything around the cells."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            strings = SharedStrings()
            with self.archive.open(part.PartName[1:]) as source:
                strings.read(source)
            self.shared_strings = strings.found


def _sheet(workbook: Any, sheet: Any, percents: set[int]) -> Sheet:
    """One sheet as its own cells say, never by its dimensions: a lone cell at XFD1048576 costs one cell.

    The library's own cells take as long again to make, and a merge over a million rows a million of them.
    """
    with closing(sheet._get_source()) as source:
        library = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        found = Sheet(library, percents)
        found.read(source)
    for merge in found.merges:
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(merge))
        _span(found.rows, top, left, bottom, right)
    return found


def _percent_styles(workbook: Any) -> set[int]:
    """The cell styles that show a number as per cent."""
    own = workbook._number_formats
    formats = {164 + index: text for index, text in enumerate(own)} | BUILTIN_FORMATS
    return {
        index
        for index, style in enumerate(workbook._cell_styles)
        if "%" in (formats.get(style.numFmtId) or "")
    }


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
