"""How our printed tables look: fonts, borders, colours of the lights, paper. Every report takes its look from here."""

from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

GB2312 = 134
"""The character set named with each font, so that a desk without it falls back to another Chinese font."""
ROMAN, MODERN = 1, 2

INK, GREY, RULE, SEAL_RED = "1A1A1A", "595959", "8C8C8C", "A32A1C"
TITLE_SIZE, BODY_SIZE, SMALL_SIZE = 20, 10.5, 9


def _font(name: str, size: float, *, family: int = ROMAN, bold: bool = False, color: str = INK) -> Font:
    return Font(name=name, size=size, family=family, charset=GB2312, bold=bold, color=color)


_SIDE = Side(style="thin", color=RULE)
_BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


@dataclass(frozen=True)
class Style:
    """One way a cell may look. There are a few dozen in a workbook, however many rows it has."""

    font: Font
    alignment: Alignment
    border: Border | None = None
    fill: PatternFill | None = None
    number_format: str = "General"


def _aligned(horizontal: str, vertical: str = "center", *, indent: int = 0) -> Alignment:
    return Alignment(horizontal=horizontal, vertical=vertical, wrap_text=horizontal != "right", indent=indent)


_BODY = _font("宋体", BODY_SIZE)
_BAND = PatternFill("solid", fgColor="EFEDE8")
_LIGHT_BAND = PatternFill("solid", fgColor="F7F6F3")

TITLE = Style(_font("方正小标宋简体", TITLE_SIZE), _aligned("center"))
NOTE = Style(_font("宋体", 10, color=GREY), _aligned("left"))
WARNING = Style(_font("宋体", 10, bold=True, color=SEAL_RED), _aligned("right"))
HEADER = Style(_font("黑体", BODY_SIZE, family=MODERN), _aligned("center"), _BOX, _BAND)
GROUP = Style(_font("黑体", BODY_SIZE, family=MODERN), _aligned("left"), _BOX, _LIGHT_BAND)

# The ledger reads from the top: a merged cell that goes over a page break is then never cut through its words.
TEXT = Style(_BODY, _aligned("left", "top"), _BOX)
SMALL_TEXT = replace(TEXT, font=_font("宋体", SMALL_SIZE))
CENTRED = Style(_BODY, _aligned("center", "top"), _BOX)
DATE = replace(CENTRED, number_format='yyyy"年"m"月"d"日"')
PERCENT = Style(_BODY, _aligned("right", "top", indent=1), _BOX, number_format="0%")

NAME = Style(_BODY, _aligned("left", indent=1), _BOX)
COUNT = Style(_BODY, _aligned("right", indent=1), _BOX, number_format='0;-0;"—"')
TOTAL = replace(COUNT, font=_font("宋体", BODY_SIZE, bold=True), number_format="0")
SHARE = replace(COUNT, number_format="0%")

LIGHT_ORDER = (
    "done",
    "ahead",
    "on_pace",
    "behind",
    "far_behind",
    "overdue",
    "unsigned",
    "not_started",
    "unrated",
    "hidden",
)
"""From finished to not rated: the order of the columns that count lights."""

_LIGHT_COLOURS = {  # ink, paper; the word itself always stands there
    "done": ("1F4E79", "E6EEF6"),
    "ahead": ("0F5E5A", "E1F0EE"),
    "on_pace": ("2E6B34", "E8F2E7"),
    "behind": ("805300", "FCF2DA"),
    "far_behind": ("A32A1C", "FBEAE7"),
    "overdue": ("7A1B10", "F2C4BD"),
    "unsigned": (GREY, None),
    "not_started": (GREY, None),
    "unrated": (GREY, "F2F2F2"),
    "hidden": ("6B6B6B", None),
}
_HEAVY = {"far_behind", "overdue"}


def _light(light: str) -> Style:
    ink, paper = _LIGHT_COLOURS[light]
    fill = PatternFill("solid", fgColor=paper) if paper else None
    return replace(CENTRED, font=_font("宋体", BODY_SIZE, bold=light in _HEAVY, color=ink), fill=fill)


LIGHT_STYLES = {light: _light(light) for light in LIGHT_ORDER}

_MM = 1 / 25.4


def set_standard_font(book: Workbook) -> None:
    """Column widths are counted in digits of the standard font: one that every Chinese desk has."""
    book._named_styles["Normal"].font = _font("宋体", 11)  # type: ignore[attr-defined]


def set_up_page(sheet: Worksheet, *, header_row: int, remark: str = "") -> None:
    """A4 landscape as wide as the table, the header on every page, page numbers below, header fixed on screen.

    ``remark`` is printed at the foot of every page: what must not get lost when pages are separated.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 15 * _MM
    margins.top, margins.bottom = 17 * _MM, 18 * _MM
    margins.header, margins.footer = 8 * _MM, 9 * _MM
    footer = sheet.oddFooter
    for part, text in ((footer.center, "第 &P 页 共 &N 页"), (footer.left, remark)):  # type: ignore[union-attr]
        part.text, part.font, part.size = text or None, "宋体,Regular", 9
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.sheet_view.showGridLines = False
