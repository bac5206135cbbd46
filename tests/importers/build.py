"""Builds the files that tests read: a table given as rows, drawn as an office program would."""

import io
from collections.abc import Sequence

import docx
import openpyxl

from importers import RecognisedTable, read_table
from importers.rows import ImportedRow

Cell = str | int | float | None | object
Rows = Sequence[Sequence[Cell]]


def xlsx(
    rows: Rows, merges: Sequence[str] = (), hidden_rows: Sequence[int] = (), title: str = "Sheet1"
) -> bytes:
    """A workbook of one sheet; a merged cell keeps the text of its first corner."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document(*blocks: str | Rows) -> bytes:
    """A Word document of paragraphs and tables in the order given."""
    file = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            file.add_paragraph(block)
            continue
        table = file.add_table(rows=len(block), cols=len(block[0]))
        for row, values in zip(table.rows, block, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def read(data: bytes | str, name: str = "表.xlsx", year: int | None = 2025) -> RecognisedTable:
    return read_table(data.encode() if isinstance(data, str) else data, name, year=year)


def goal_of(table: RecognisedTable, task: ImportedRow) -> str | None:
    return None if task.goal is None else table.goals[task.goal].name


def messages(table: RecognisedTable) -> str:
    return "\n".join(f"{issue.level} {issue.place} {issue.message}" for issue in table.all_issues())
