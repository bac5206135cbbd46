"""Excel workbooks: cells, true merges, what is hidden, and the values that formulas last had."""

import io
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime, time
from functools import lru_cache
from typing import IO, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import COL_TAG, INLINE_STRING, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from importers.characters import without_controls
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Row, Span
from importers.readers import archive

_TRUE = ("1", "true")
_STRING, _TEXT = f"{{{SHEET_MAIN_NS}}}si", f"{{{SHEET_MAIN_NS}}}t"
_MERGE = f"{{{SHEET_MAIN_NS}}}mergeCell"
_RUNS = (_TEXT, f"{{{SHEET_MAIN_NS}}}r")


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
    if cells := archive.formulas_without_value(data):
        document.warnings.append(
            f"有 {len(cells)} 个公式单元格（如 {cells[0]}）没有保存计算结果，读不出内容，请在 Excel 或 WPS 中打开并保存后再导入"
        )
    return document


def _read_sheets(data: bytes, document: Document) -> None:
    reader = _Reader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read()
    workbook = reader.wb
    percents = _percent_styles(workbook)
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            document.notes.append(f"工作表“{sheet.title}”是隐藏的，没有读入")
            continue
        document.blocks.append(_grid(workbook, sheet, percents))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return column_index_from_string(letters)


class _Reader(ExcelReader):
    """The library's reader, which takes shared strings as plain text: we have no use for its fonts of each run."""

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = list(_strings(source))


class _SheetParser(WorkSheetParser):
    """The library's parser for rows and cells; of all else in a sheet only widths and merges concern us."""

    def __init__(self, source: IO[bytes], strings: list[str], **settings: Any) -> None:
        super().__init__(source, strings, **settings)
        self.merges: list[str] = []

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Blank cells and texts, nearly all there are, without the library's general case."""
        place, kind = element.get("r"), element.get("t")
        if not place or (len(element) and kind not in ("s", "inlineStr")):
            return super().parse_cell(element)
        self.col_counter = column = _column(place.rstrip("0123456789"))
        value = None
        if kind == "s" and (index := element.findtext(VALUE_TAG)):
            value = self.shared_strings[int(index)]
        elif kind == "inlineStr" and (inline := element.find(INLINE_STRING)) is not None:
            value = _plain_text(inline)
        return {"column": column, "value": value, "style_id": 0}

    def parse(self) -> Generator[Any, None, None]:
        for _, element in iterparse(self.source):
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()
            elif element.tag == COL_TAG:
                self.parse_column_dimensions(element)
            elif element.tag == _MERGE:
                self.merges.append(element.get("ref", "A1"))


def _strings(source: IO[bytes]) -> Iterator[str]:
    """Each shared string in order."""
    for _, node in iterparse(source):
        if node.tag == _STRING:
            yield _plain_text(node).replace("x005F_", "")
            node.clear()


def _plain_text(node: Any) -> str:
    """The runs of a string; words over it that only tell how to pronounce it (rPh) are none of it."""
    runs = (child if child.tag == _TEXT else child.find(_TEXT) for child in node if child.tag in _RUNS)
    return "".join(run.text or "" for run in runs if run is not None)


def _grid(workbook: Any, sheet: Any, percents: set[int]) -> Grid:
    """One sheet as its own cells say, never by its dimensions: a lone cell at XFD1048576 costs one cell.

    The library's parser without the library's cells: those take as long again to make, and a merge over
    a million rows a million of them.
    """
    rows: dict[int, Row] = {}
    with closing(sheet._get_source()) as source:
        parser = _SheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        for number, cells in parser.parse():
            texts = {}
            for cell in cells:
                value = cell["value"]
                if value is None:
                    continue
                if type(value) is str:
                    texts[cell["column"]] = without_controls(value).strip(" \n")
                else:
                    texts[cell["column"]] = _text(value, cell["style_id"] in percents)
            if texts:
                rows[number] = Row(number, texts)
    for merge in parser.merges:
        left, top, right, bottom = (edge or 1 for edge in range_boundaries(merge))
        _span(rows, top, left, bottom, right)
    for name, dimension in parser.row_dimensions.items():
        if dimension.get("hidden") in _TRUE and (row := rows.get(int(name))):
            row.hidden = True
    hidden = frozenset(
        column
        for dimension in parser.column_dimensions.values()
        if dimension.get("hidden") in _TRUE
        for column in range(
            int(dimension["min"]), min(int(dimension["max"]), int(dimension["min"]) + 256) + 1
        )
    )
    return Grid(sheet.title, [rows[number] for number in sorted(rows)], hidden_columns=hidden)


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


def _text(value: object, is_percent: bool) -> str:
    """A number or date as the office sees it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if is_percent:
            return f"{round(value * 100, 6):g}%"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int) and is_percent:
        return f"{value * 100}%"
    return without_controls(str(value)).strip()
