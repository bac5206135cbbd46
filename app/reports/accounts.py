"""Workbooks about accounts: the empty form to fill in, and the first passwords to hand over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.reports import look
from app.reports.cells import Pen, Value
from app.reports.head import HEADER_ROW

TEMPLATE_NAME, PASSWORDS_NAME = "账号（空白）.xlsx", "首次密码.xlsx"
HOW_TO = (
    "一行一个账号。用户名可以不填，由系统按拼音拟定；联络员写单位，分管领导写领导姓名，都用名录中的写法。"
)
COLUMNS = (("用户名", 18), ("姓名", 16), ("角色", 16), ("单位", 26), ("分管领导", 14), ("工号", 16))
BLANK_ROWS = 60


@dataclass(frozen=True, slots=True)
class Slip:
    """One first password, to be cut off and handed to its person."""

    unit: str
    name: str
    role_label: str
    username: str
    password: str


def blank_workbook(jurisdiction: str, roles: Iterable[str]) -> bytes:
    """The form, with the roles to choose from."""
    rows: list[list[Value]] = [[None] * len(COLUMNS) for _ in range(BLANK_ROWS)]
    book = _book(f"{jurisdiction}账号", HOW_TO, COLUMNS, rows)
    choice = DataValidation(type="list", formula1=f'"{",".join(roles)}"', allow_blank=True)
    choice.add(f"C{HEADER_ROW + 1}:C{HEADER_ROW + BLANK_ROWS}")
    book.worksheets[0].add_data_validation(choice)
    return _bytes(book)


def passwords_workbook(jurisdiction: str, address: str, days: int, slips: Sequence[Slip]) -> bytes:
    """What the sheet on paper says, for an office that sends it on in parts."""
    where = f"登录地址 {address}" if address else "登录地址请手工填写"
    note = f"{where}；首次密码 {days} 天内有效，登录后须修改。交给本人后请删除这个文件。"
    columns = (("单位", 26), ("姓名", 18), ("角色", 14), ("用户名", 20), ("首次密码", 18))
    rows: list[list[Value]] = [
        [slip.unit, slip.name, slip.role_label, slip.username, slip.password] for slip in slips
    ]
    return _bytes(_book(f"{jurisdiction}督办账号首次密码", note, columns, rows))


def _book(title: str, note: str, columns: Sequence[tuple[str, int]], rows: list[list[Value]]) -> Workbook:
    book = Workbook()
    look.set_standard_font(book)
    sheet = book.worksheets[0]
    sheet.title = "账号"
    pen = Pen(sheet)
    for index, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([pen.cell(title, look.TITLE)])
    sheet.append([pen.cell(note, look.NOTE)])
    for row, height in ((1, 36), (2, 34)):
        pen.merge(row, 1, row, len(columns))
        pen.set_height(row, height)
    sheet.append([pen.cell(header, look.HEADER) for header, _ in columns])
    pen.set_height(HEADER_ROW, 28)
    for cells in rows:
        sheet.append([pen.cell(value, look.TEXT) for value in cells])
    look.set_up_page(sheet, header_row=HEADER_ROW)
    return book


def _bytes(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()
