"""Cells that are cheap to make and safe to open: styles made once, text that stays text."""

import re
from copy import copy
from datetime import date

from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.reports.look import Style

Value = str | int | float | date | None

LONGEST = 32_767
"""Characters a cell can hold."""
CUT = "……（全文过长，请在系统中查看）"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""A Chinese Excel takes the broad signs for the narrow ones when somebody edits the cell."""


class Pen:
    """Writes on one sheet. Each style becomes one record of the workbook, shared by all its cells."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._records: dict[int, tuple[StyleArray, StyleArray]] = {}

    def cell(self, value: Value, style: Style) -> Cell:
        plain, quoted = self._records.get(id(style)) or self._record(style)
        if not isinstance(value, str):
            return self._made(value, plain)
        text = plain_text(value)
        made = self._made(text, quoted if text.startswith(LIKE_A_FORMULA) else plain)
        # The library takes “=…” for a formula and “#N/A” for an error; here everything written is text.
        made.data_type = "s"
        return made

    # Of a row's height and of a merge, the library's writer asks only the attributes and the reference. Its own
    # objects for them cost a quarter of the whole workbook when there are thousands.

    def set_height(self, row: int, height: float) -> None:
        self._sheet.row_dimensions[row] = {"ht": f"{height:.1f}", "customHeight": "1"}  # type: ignore[assignment]

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells that have been written. Each keeps its borders, which every program then draws."""
        area = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
        self._sheet.merged_cells.ranges.add(area)

    def _made(self, value: Value, record: StyleArray) -> Cell:
        made = Cell(self._sheet, 1, 1, value)  # its place is set when the row is appended
        made._style = record  # type: ignore[attr-defined]
        return made

    def _record(self, style: Style) -> tuple[StyleArray, StyleArray]:
        model = Cell(self._sheet, 1, 1)
        model.font, model.alignment, model.number_format = style.font, style.alignment, style.number_format
        if style.border is not None:
            model.border = style.border
        if style.fill is not None:
            model.fill = style.fill
        plain = copy(model._style)  # type: ignore[attr-defined]
        model.quotePrefix = True  # also when somebody edits the cell, what stands there stays text
        self._records[id(style)] = plain, model._style  # type: ignore[attr-defined]
        return self._records[id(style)]


def plain_text(text: str) -> str:
    """What a cell can hold of a text: no control characters, and never cut without saying so."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _NOT_XML.sub("", text)
    return text if len(text) <= LONGEST else text[: LONGEST - len(CUT)] + CUT
