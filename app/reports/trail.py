"""办理记录 to hand in: a workbook to read, and plain CSV for other programs. Both tell the same of each event."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO, StringIO

import orjson
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from app.config import OFFICE_ZONE
from app.queries.trail import TrailRow
from app.reports import look
from app.reports.cells import LIKE_A_FORMULA, Pen, Value, plain_text
from app.reports.look import Style

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for the local code page."""

_AT_ONCE = 500
_HEADER_ROW = 3
_ONE_LINE = replace(look.SMALL_TEXT, alignment=Alignment(horizontal="left", vertical="top"))
_MOMENT = replace(look.CENTRED, number_format="yyyy-mm-dd hh:mm:ss")
_NUMBER = replace(look.CENTRED, number_format="0")


@dataclass(frozen=True, slots=True)
class EventWords:
    """An event as the office says it: what was done, what changed, through which door."""

    kind: str
    detail: str
    source: str


Tell = Callable[[TrailRow], EventWords]

_COLUMNS: tuple[tuple[str, float, Style], ...] = (
    ("序号", 8, _NUMBER),
    ("时间", 20, _MOMENT),
    ("办理人", 20, look.CENTRED),
    ("事项", 22, look.TEXT),
    ("任务", 8, look.CENTRED),
    ("内容", 48, look.TEXT),
    ("途径", 8, look.CENTRED),
    ("来源地址", 16, look.CENTRED),
    ("事项代码", 18, _ONE_LINE),
    ("明细", 30, _ONE_LINE),
    ("哈希", 20, _ONE_LINE),
)


def trail_workbook(events: Iterable[TrailRow], tell: Tell, *, title: str, note: str) -> bytes:
    """One sheet, in order of writing."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.calculation.fullCalcOnLoad = False
    look.set_standard_font(book)
    book.properties.title, book.properties.creator = title, "督办"
    sheet = book.create_sheet("办理记录")
    pen = Pen(sheet)
    for index, (_, width, _style) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for row, (words, style, height) in enumerate(((title, look.TITLE, 36), (note, look.NOTE, 21)), 1):
        sheet.append([pen.cell(words, style)])
        pen.set_height(row, height)
        pen.merge(row, 1, row, len(_COLUMNS))
    sheet.append([pen.cell(header, look.HEADER) for header, _, _ in _COLUMNS])
    pen.set_height(_HEADER_ROW, 28)
    look.set_up_page(sheet, header_row=_HEADER_ROW)
    for event in events:
        values = _values(event, tell)
        sheet.append([pen.cell(value, style) for value, (_, _, style) in zip(values, _COLUMNS, strict=True)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def trail_csv(events: Iterable[TrailRow], tell: Tell) -> Iterator[str]:
    """A piece of the file at a time, so that a long trail needs little memory."""
    page = StringIO()
    page.write(BYTE_ORDER_MARK)
    sheet = csv.writer(page)
    sheet.writerow([header for header, _, _ in _COLUMNS])
    for number, event in enumerate(events, 1):
        number_, moment, *rest = _values(event, tell)
        sheet.writerow([number_, f"{moment:%Y-%m-%d %H:%M:%S}", *map(_as_text, rest)])
        if number % _AT_ONCE == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()


def _values(event: TrailRow, tell: Tell) -> list[Value]:
    words = tell(event)
    return [
        event.sequence,
        event.at.astimezone(OFFICE_ZONE).replace(tzinfo=None, microsecond=0),
        event.by,
        words.kind,
        event.task_number or None,
        words.detail,
        words.source,
        event.address,
        event.kind,
        orjson.dumps(event.detail).decode() if event.detail else None,
        event.hash,
    ]


def _as_text(value: Value) -> str:
    """What a spreadsheet program would take for a formula is marked as text."""
    text = plain_text(str(value or ""))
    return f"'{text}" if text.startswith(LIKE_A_FORMULA) else text
