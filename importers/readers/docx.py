"""Word documents: tables with their merges, and the paragraphs between them."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from importers.characters import cleaned
from importers.grid import Document, Grid, Line, Row, Span
from importers.readers import archive
from importers.readers.docx_numbering import AutomaticNumbers

_TEXT, _BREAK, _TAB, _CARRIAGE = qn("w:t"), qn("w:br"), qn("w:tab"), qn("w:cr")
_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_MOVED_AWAY, _PROPERTIES = qn("w:moveFrom"), qn("w:pPr")
_CONTAINERS = {
    qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "body")
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MOST_CELLS = 400_000
_MOST_UNPACKED = 40 * 1024 * 1024  # the whole text is held as a tree, at ten times its size


def read(data: bytes) -> Document:
    """The body of a document in reading order; what tracked changes insert is read, what they delete is not."""
    archive.check(data, _MOST_UNPACKED)
    try:
        file = docx.Document(io.BytesIO(data))
        words = _Words(AutomaticNumbers(file))
        body = file.element.body
    except Exception as error:  # python-docx lets the errors of zip and XML through
        raise archive.damaged() from error
    document = Document("docx", [])
    tables = paragraphs = 0
    for element in _children(body, (_PARAGRAPH, _TABLE)):
        if element.tag == _TABLE:
            tables += 1
            document.blocks.append(_grid(element, f"表{tables}", words))
        else:
            paragraphs += 1
            label = words.numbers.label(element)
            if text := words.of(element).strip():
                text = label + text
                document.blocks.append(Line(paragraphs, text))
    return document


def _children(parent: Any, wanted: tuple[str, ...]) -> Iterator[Any]:
    """The wanted elements below a parent, seen through content controls and tracked insertions."""
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag in _CONTAINERS:
            yield from _children(child, wanted)


def _grid(table: Any, name: str, words: "_Words") -> Grid:
    rows: list[Row] = []
    open_merges: dict[int, tuple[int, int, str]] = {}  # column → first row, last column, text
    spans: list[Span] = []
    cells_seen = 0
    for number, row in enumerate(_children(table, (_ROW,)), start=1):
        properties = row.find(qn("w:trPr"))
        if properties is not None and properties.find(qn("w:del")) is not None:
            continue
        found = Row(number, {})
        column = 1 + _value(properties, "w:gridBefore", 0)
        for cell in _children(row, (_CELL,)):
            cells_seen += 1
            if cells_seen > _MOST_CELLS:
                raise archive.too_large("表格的单元格过多")
            details = cell.find(qn("w:tcPr"))
            width = min(_value(details, "w:gridSpan", 1), 512)
            merge = details.find(qn("w:vMerge")) if details is not None else None
            continued = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            if continued and column in open_merges:
                top, right, text = open_merges[column]
                spans.append(Span(top, column, number, right, text))
            else:
                text = words.of(cell).strip()
                found.cells[column] = text
                open_merges.pop(column, None)
                if merge is not None and not continued:
                    open_merges[column] = (number, column + width - 1, text)
                if merge is not None or width > 1:
                    spans.append(Span(number, column, number, column + width - 1, text))
            column += width
        rows.append(found)
    _apply(rows, spans)
    return Grid(name, rows)


def _apply(rows: list[Row], pieces: list[Span]) -> None:
    """Join the rows of each merge into one span and note it on every cell it covers."""
    merged: dict[tuple[int, int], Span] = {}
    for piece in pieces:
        known = merged.get((piece.top, piece.left))
        bottom = max(piece.bottom, known.bottom) if known else piece.bottom
        merged[piece.top, piece.left] = Span(piece.top, piece.left, bottom, piece.right, piece.text)
    by_number = {row.number: row for row in rows}
    for span in merged.values():
        for number in range(span.top, span.bottom + 1):
            if row := by_number.get(number):
                for column in range(span.left, span.right + 1):
                    row.spans[column] = span


def _value(properties: Any, name: str, default: int) -> int:
    element = properties.find(qn(name)) if properties is not None else None
    text = element.get(qn("w:val"), "") if element is not None else ""
    return int(text) if text.isdigit() else default


class _Words:
    """Gathers text as it is seen on paper: tracked insertions, line breaks, automatic numbers."""

    def __init__(self, numbers: AutomaticNumbers) -> None:
        self.numbers = numbers

    def of(self, element: Any) -> str:
        """All text below an element, each paragraph on its own line."""
        parts: list[str] = []
        self._collect(element, parts)
        return cleaned("".join(parts))

    def _collect(self, element: Any, parts: list[str]) -> None:
        for child in element:
            tag = child.tag
            if tag == _TEXT:
                parts.append(child.text or "")
            elif tag in (_BREAK, _CARRIAGE):
                parts.append("\n")
            elif tag == _TAB:
                parts.append("\t")
            elif tag in (_MOVED_AWAY, _PROPERTIES, _FALLBACK):
                continue
            elif tag == _PARAGRAPH:
                if parts and not parts[-1].endswith("\n"):
                    parts.append("\n")
                parts.append(self.numbers.label(child))
                self._collect(child, parts)
                parts.append("\n")
            else:
                self._collect(child, parts)
