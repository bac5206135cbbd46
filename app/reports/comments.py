"""意见汇总表: what units answered to a draft, as a workbook to take to the meeting."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from app.queries.comments import AnswerRow
from app.reports import look
from app.reports.cells import Pen, Value
from app.reports.head import HEADER_ROW

FILE_NAME = "征求意见汇总表.xlsx"
COLUMNS = (
    ("序号", 8),
    ("工作标准", 44),
    ("单位", 18),
    ("轮次", 7),
    ("答复", 11),
    ("修改意见", 44),
    ("采纳情况", 11),
    ("督查室答复", 34),
)


def comments_workbook(title: str, note: str, rows: Sequence[AnswerRow]) -> bytes:
    """One line for each answer, in the order of the table."""
    book = Workbook()
    look.set_standard_font(book)
    sheet = book.worksheets[0]
    sheet.title = "意见汇总"
    pen = Pen(sheet)
    for index, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([pen.cell(f"{title}征求意见汇总表", look.TITLE)])
    sheet.append([pen.cell(note, look.NOTE)])
    for row, height in ((1, 36), (2, 24)):
        pen.merge(row, 1, row, len(COLUMNS))
        pen.set_height(row, height)
    sheet.append([pen.cell(header, look.HEADER) for header, _ in COLUMNS])
    pen.set_height(HEADER_ROW, 28)
    for answer in rows:
        values: list[Value] = [
            answer.number,
            answer.standard,
            answer.department,
            answer.round,
            answer.label,
            answer.words,
            answer.verdict,
            answer.reply,
        ]
        sheet.append([pen.cell(value, look.TEXT) for value in values])
    look.set_up_page(sheet, header_row=HEADER_ROW)
    target = BytesIO()
    book.save(target)
    return target.getvalue()
