"""PDF with a text layer: ruled tables and paragraphs. Scans and tables without lines are refused."""

import io
from typing import Any

import pdfplumber

from importers.characters import cleaned, squash
from importers.columns import kind_of
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Line, Row, Span
from importers.readers import archive

_FEWEST_SIDES = 3
_MOST_PAGES = 200


def read(data: bytes) -> Document:
    """The tables and lines of every page; called in a child process only."""
    document = Document("pdf", [])
    characters = 0
    with pdfplumber.open(io.BytesIO(data)) as file:
        if len(file.pages) > _MOST_PAGES:
            raise archive.too_large(f"PDF 超过 {_MOST_PAGES} 页")
        for number, page in enumerate(file.pages, start=1):
            characters += len(page.chars)
            _read_page(document, number, page)
            page.close()
    if not characters:
        raise UnreadableFile(
            "scanned", "这是扫描件，里面只有图片没有文字。请向发文单位索取 Word 或 Excel 原件。"
        )
    if not any(True for _ in document.grids()) and _has_unruled_table(document.lines()):
        raise UnreadableFile(
            "interleaved",
            "PDF 里的表格没有框线，各栏文字混在一起，无法可靠还原。请向发文单位索取 Word 或 Excel 原件。",
        )
    return document


def _read_page(document: Document, number: int, page: Any) -> None:
    """Lines above the tables, the tables, lines below them."""
    tables = sorted(page.find_tables(_open_rows(page)), key=lambda table: table.bbox[1])
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda item: not any(_inside(item, box) for box in boxes)) if boxes else page
    lines = outside.extract_text_lines() if outside.chars else []
    placed = [
        (line["top"], Line(index, cleaned(line["text"]), number)) for index, line in enumerate(lines, start=1)
    ]
    blocks: list[tuple[float, Grid | Line]] = [*placed]
    for table in tables:
        blocks.append((table.bbox[1], _grid(table, f"第{number}页")))
    document.blocks.extend(block for _, block in sorted(blocks, key=lambda entry: entry[0]))


def _open_rows(page: Any) -> dict[str, list[float]] | None:
    """A row that goes on over the page has its sides drawn and no line below: it is closed where they end."""
    sides = [edge for edge in page.edges if edge["orientation"] == "v"]
    if len(sides) < _FEWEST_SIDES:
        return None
    return {"explicit_horizontal_lines": [min(e["top"] for e in sides), max(e["bottom"] for e in sides)]}


def _inside(item: Any, box: Any) -> bool:
    middle = (item["top"] + item["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and item["x0"] >= box[0] - 1 and item["x1"] <= box[2] + 1)


def _grid(table: Any, name: str) -> Grid:
    """Cells by the lines drawn around them: a cell that crosses the edges of others is merged."""
    texts = table.extract(x_tolerance=2)
    lefts = sorted({round(cell[0]) for cell in table.cells})
    tops = sorted({round(cell[1]) for cell in table.cells})
    rows = {number: Row(number, {}) for number in range(1, len(tops) + 1)}
    for row, values in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, values, strict=True):
            if cell is None:
                continue
            left, top = lefts.index(round(cell[0])) + 1, tops.index(round(cell[1])) + 1
            right = sum(edge < cell[2] - 1 for edge in lefts)
            bottom = sum(edge < cell[3] - 1 for edge in tops)
            words = cleaned(text or "").strip()
            rows[top].cells[left] = words
            if right > left or bottom > top:
                span = Span(top, left, bottom, right, words)
                for number in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        rows[number].spans[column] = span
    return Grid(name, list(rows.values()), layout_breaks=True)


def _has_unruled_table(lines: list[Line]) -> bool:
    """Whether a line consists of header words: a table stood here, but its columns cannot be told apart."""
    for line in lines:
        words = [squash(word) for word in line.text.split()]
        if len(words) >= 3 and sum(kind_of(word) is not None for word in words) * 3 >= len(words) * 2:
            return True
    return False
