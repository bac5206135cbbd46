"""Web pages, and tables that systems export as HTML under the name of .xls."""

import re
from typing import Any

from lxml import etree
from lxml import html as parser

from importers.characters import cleaned
from importers.grid import Document, Grid, Line, Row, Span
from importers.readers import archive
from importers.readers.text import decode

_SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "select", "svg", "object", "iframe"})
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "center",
        "dd",
        "dt",
        "ul",
    }
)
_SOURCE_BREAK = re.compile(r"[ \t\r\n\f]*[\r\n][ \t\r\n\f]*")
_MOST_CELLS = 400_000
_WIDE = re.compile(r"[一-龥，。；：、）（]")


def read(data: bytes) -> Document:
    """The data tables of a page and the text around them, in reading order."""
    text = cleaned(re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(data)))
    try:
        root = parser.document_fromstring(
            text.encode("utf-8"), parser=parser.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise archive.damaged() from error
    page = _Page()
    page.walk(root)
    page.end_line()
    return page.document


class _Page:
    """Collects lines and tables while walking through a page."""

    def __init__(self) -> None:
        self.document = Document("html", [])
        self._words: list[str] = []
        self._lines = 0
        self._tables = 0

    def walk(self, element: Any) -> None:
        """Text and children of an element; a table that holds no other table is data, others are layout."""
        self._words.append(_collapsed(element.text))
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                self._words.append(_collapsed(child.tail))
                continue
            if tag == "table" and child.find(".//table") is None:
                self.end_line()
                self._tables += 1
                self.document.blocks.append(_grid(child, f"表{self._tables}"))
            elif tag in ("br", "p"):
                self._walk_line(child)
            elif tag in _BLOCKS or tag in ("table", "td", "th", "tbody"):
                self.end_line()
                self.walk(child)
                self.end_line()
            else:
                self.walk(child)
            self._words.append(_collapsed(child.tail))

    def _walk_line(self, element: Any) -> None:
        """A paragraph or a line break; one that shows nothing is a blank line."""
        if element.tag == "p":
            self.end_line()
        before = len(self.document.blocks)
        self.walk(element)
        self.end_line()
        if len(self.document.blocks) == before:
            self._lines += 1

    def end_line(self) -> None:
        text = "".join(self._words).strip(" \t\r\n")
        self._words = []
        if text.strip():
            self._lines += 1
            self.document.blocks.append(Line(self._lines, text))


def _grid(table: Any, name: str) -> Grid:
    rows: list[Row] = []
    taken: dict[int, tuple[int, Span]] = {}  # column → last row and span of a cell reaching down into it
    seen = 0
    for number, element in enumerate(table.iter("tr"), start=1):
        row = Row(number, {}, hidden="display:none" in (element.get("style") or "").replace(" ", "").lower())
        for column in [column for column, (bottom, _) in taken.items() if bottom < number]:
            del taken[column]
        for column, (_, span) in taken.items():
            row.spans[column] = span
        column = 1
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while column in taken:
                column += 1
            width, height = _size(cell.get("colspan"), 256), _size(cell.get("rowspan"), 5000)
            seen += width
            if seen > _MOST_CELLS:
                raise archive.too_large("表格的单元格过多")
            text = cleaned(_cell_text(cell))
            row.cells[column] = text
            if width > 1 or height > 1:
                span = Span(number, column, number + height - 1, column + width - 1, text)
                for covered in range(column, column + width):
                    row.spans[covered] = span
                    if height > 1:
                        taken[covered] = (span.bottom, span)
            column += width
        rows.append(row)
    return Grid(name, rows)


def _size(value: str | None, most: int) -> int:
    digits = (value or "").strip()
    return max(1, min(int(digits), most)) if digits.isdigit() and len(digits) < 6 else 1


def _cell_text(cell: Any) -> str:
    parts: list[str] = []

    def collect(element: Any) -> None:
        parts.append(_collapsed(element.text))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                if child.tag == "br":
                    parts.append("\n")
                elif child.tag in _BLOCKS:
                    parts.append("\n")
                    collect(child)
                    parts.append("\n")
                else:
                    collect(child)
            parts.append(_collapsed(child.tail))

    collect(cell)
    lines = (line.strip(" \t\u00a0\u3000") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _collapsed(text: str | None) -> str:
    """Source line breaks are no breaks: between Chinese characters they are nothing, else a space."""
    if not text:
        return ""
    joined = _SOURCE_BREAK.sub(_between, text)
    return re.sub(r"[ \t\f]+", " ", joined)


def _between(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return "" if not before or not after or _WIDE.match(before) or _WIDE.match(after) else " "
