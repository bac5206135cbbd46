"""单位与人员 as a workbook: to keep, to fill in, and to upload again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.queries import directory_sheet as words
from app.queries.directory_entries import DepartmentEntry, OfficialEntry
from app.reports import heights, look
from app.reports.cells import Pen, Value
from app.reports.head import HEADER_ROW
from app.reports.look import Style

FILE_NAME, TEMPLATE_NAME = "单位与人员.xlsx", "单位与人员（空白）.xlsx"
HOW_TO = "改好后在“单位与人员”页面上传，核对后才写入。空着的格和没有列出的行不作改动；系统编号请勿改动，新增的留空。"
MIDDLE = replace(look.CENTRED, alignment=look.HEADER.alignment)
DAY = replace(MIDDLE, number_format="yyyy-mm-dd")
QUIET = replace(MIDDLE, font=look.SMALL_TEXT.font)
CODE = replace(look.NAME, number_format="@")
"""As typed: 007 stays 007."""
BLANK_ROWS = 30


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    width: float
    style: Style


_DEPARTMENT_COLUMNS = (
    _Column(words.NUMBER, 6, MIDDLE),
    _Column(words.NAME, 26, look.NAME),
    _Column(words.SHORT_NAME, 14, look.NAME),
    _Column(words.ALIASES, 26, look.NAME),
    _Column(words.CATEGORY, 12, look.NAME),
    _Column(words.PARENT, 18, look.NAME),
    _Column(words.MEMBERS, 26, look.NAME),
    _Column(words.EXTERNAL_ID, 14, CODE),
    _Column(words.RETIRED_ON, 12, DAY),
    _Column(words.SUCCESSOR, 18, look.NAME),
    _Column(words.ID, 9, QUIET),
)
_OFFICIAL_COLUMNS = (
    _Column(words.NUMBER, 6, MIDDLE),
    _Column(words.PERSON, 14, look.NAME),
    _Column(words.POST, 40, look.NAME),
    _Column(words.FROM, 14, DAY),
    _Column(words.TO, 14, DAY),
    _Column(words.EXTERNAL_ID, 16, CODE),
    _Column(words.ID, 9, QUIET),
)


def directory_workbook(
    jurisdiction: str, departments: Iterable[DepartmentEntry], officials: Iterable[OfficialEntry], today: date
) -> bytes:
    """Every unit and every official, those of the past too."""
    note = f"{today.year}年{today.month}月{today.day}日导出。{HOW_TO}"
    return _workbook(
        jurisdiction,
        note,
        [_department_cells(each) for each in departments],
        [*map(_official_cells, officials)],
    )


def blank_workbook(jurisdiction: str) -> bytes:
    """The same sheets with empty lines, for an office that begins."""
    units: list[list[Value]] = [[None] * len(_DEPARTMENT_COLUMNS) for _ in range(BLANK_ROWS)]
    people: list[list[Value]] = [[None] * len(_OFFICIAL_COLUMNS) for _ in range(BLANK_ROWS)]
    return _workbook(jurisdiction, HOW_TO, units, people)


def _department_cells(entry: DepartmentEntry) -> list[Value]:
    return [
        entry.number,
        entry.name,
        entry.short_name or None,
        words.joined(entry.aliases) or None,
        entry.category or None,
        entry.parent.name if entry.parent else None,
        words.joined([member.name for member in entry.members]) or None,
        entry.external_id,
        entry.retired_on,
        entry.successor.name if entry.successor else None,
        entry.id,
    ]


def _official_cells(entry: OfficialEntry) -> list[Value]:
    return [
        entry.number,
        entry.name,
        entry.post or None,
        entry.in_office_from,
        entry.in_office_to,
        entry.external_id,
        entry.id,
    ]


def _workbook(
    jurisdiction: str, note: str, departments: Sequence[list[Value]], officials: Sequence[list[Value]]
) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = False
    look.set_standard_font(book)
    book.properties.title, book.properties.creator = f"{jurisdiction}单位与人员", "督办"
    for name, columns, rows in (
        (words.DEPARTMENTS, _DEPARTMENT_COLUMNS, departments),
        (words.OFFICIALS, _OFFICIAL_COLUMNS, officials),
    ):
        _write(book.create_sheet(name), f"{jurisdiction}{name}名录", note, columns, rows)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(
    sheet: Worksheet, title: str, note: str, columns: Sequence[_Column], rows: Sequence[list[Value]]
) -> None:
    pen, count, width = Pen(sheet), len(columns), sum(column.width for column in columns)
    for index, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    for number, (text, style, size) in enumerate(
        ((title, look.TITLE, look.TITLE_SIZE), (note, look.NOTE, 10)), 1
    ):
        sheet.append([pen.cell(text, style)])
        pen.set_height(number, heights.text_height(text, width, size) + 4)
        pen.merge(number, 1, number, count)
    sheet.append([pen.cell(column.header, look.HEADER) for column in columns])
    pen.set_height(HEADER_ROW, 28)
    for number, row in enumerate(rows, HEADER_ROW + 1):
        sheet.append([pen.cell(value, column.style) for value, column in zip(row, columns, strict=True)])
        texts = [
            heights.text_height(value, column.width)
            for value, column in zip(row, columns, strict=True)
            if isinstance(value, str)
        ]
        pen.set_height(number, min(max([20.0, *texts]), heights.TALLEST))
    if rows:
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(count)}{HEADER_ROW + len(rows)}"
    look.set_up_page(sheet, header_row=HEADER_ROW)
