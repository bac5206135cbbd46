"""A list somebody uploads (名录, 账号), whatever program saved it, as tables; no database is touched."""

import csv

from app.errors import FileRefused
from app.services.bulk import uncollected
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Row
from importers.readers import read_document

LONGEST_LINE = 5000


def read_tables(data: bytes, name: str) -> list[Grid]:
    """Its sheets, and its lines of text as one more table. Raises ``FileRefused`` with a sentence."""
    try:
        with uncollected():
            document = read_document(data, name)
    except UnreadableFile as refusal:
        raise FileRefused(str(refusal)) from refusal
    return [*document.grids(), _typed(document)]


def _typed(document: Document) -> Grid:
    """Lines of plain text as a table: cells parted by tabs, or by commas as a spreadsheet saves them."""
    lines = [line for line in document.lines() if 0 < len(line.text.strip()) <= LONGEST_LINE]
    mark = "\t" if any("\t" in line.text for line in lines) else ","
    parted = [next(csv.reader([line.text], delimiter=mark), []) for line in lines]
    rows = [
        Row(line.number, {column: text.strip() for column, text in enumerate(cells, 1) if text.strip()})
        for line, cells in zip(lines, parted, strict=True)
    ]
    return Grid("", rows, knows_merges=False)
