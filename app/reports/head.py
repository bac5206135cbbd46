"""The head every sheet of ours begins with: title, the day it speaks of, column headers."""

from datetime import date

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.queries.ledger import Ledger
from app.reports import heights, look
from app.reports.cells import Pen

DEMONSTRATION = "演示数据，不是真实情况"
HEADER_ROW = 3
_REMARK_COLUMNS = 3


def write_head(
    sheet: Worksheet, pen: Pen, ledger: Ledger, title: str, columns: list[tuple[str, float]], note: str = ""
) -> None:
    """Title, as-of line (marked where the figures are a demonstration) and headers; then the page is set up for them."""
    count, width = len(columns), sum(width for _, width in columns)
    for index, (_, column_width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column_width
    sheet.append([pen.cell(title, look.TITLE)])
    pen.set_height(1, heights.text_height(title, width, look.TITLE_SIZE) + 4)
    pen.merge(1, 1, 1, count)
    _write_day(sheet, pen, ledger, count, note)
    sheet.append([pen.cell(header, look.HEADER) for header, _ in columns])
    tallest = max(heights.text_height(header, column_width) for header, column_width in columns)
    pen.set_height(HEADER_ROW, max(28, tallest + 4))
    look.set_up_page(sheet, header_row=HEADER_ROW, remark=DEMONSTRATION if ledger.demonstration else "")


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _write_day(sheet: Worksheet, pen: Pen, ledger: Ledger, count: int, note: str) -> None:
    unreviewed = f"　关闭时其中 {ledger.unreviewed} 条填报没有审核" if ledger.unreviewed else ""
    words = f"截至{chinese_date(ledger.as_of)}{note}{unreviewed}"
    pen.set_height(2, 21)
    if not ledger.demonstration:
        sheet.append([pen.cell(words, look.NOTE)])
        pen.merge(2, 1, 2, count)
        return
    split = max(1, count - _REMARK_COLUMNS)
    blanks = [pen.cell(None, look.NOTE) for _ in range(split - 1)]
    sheet.append([pen.cell(words, look.NOTE), *blanks, pen.cell(DEMONSTRATION, look.WARNING)])
    pen.merge(2, 1, 2, split)
    pen.merge(2, split + 1, 2, count)
