"""The ledger workbook of 10,000 tasks beside the library writing the same cells and nothing else."""

from functools import partial
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from app.models.plan import Plan
from app.queries.ledger import ledger
from app.reports.ledger import ledger_workbook
from bench.measure import Comparison, in_turns
from bench.plan import FilledPlan, supervisor

ROUNDS = 3
Rows = list[list[Any]]


def compare(plan: FilledPlan) -> list[Comparison]:
    viewer = supervisor(plan.database)

    def ours() -> bytes:
        with plan.database.reading() as session:
            return ledger_workbook(ledger(session, viewer, session.get_one(Plan, plan.id)))

    sheets = _cells(ours())
    own, bare, styled = in_turns(
        ours, partial(_write, sheets, styled=False), partial(_write, sheets, styled=True), rounds=ROUNDS
    )
    what = f"ledger of {plan.tasks:,} tasks: query and workbook, with merges and row heights"
    return [
        Comparison(what, "openpyxl `write_only`, the same cells, no styles", own, bare),
        Comparison(what, "openpyxl `write_only`, the same cells in one style", own, styled),
    ]


def _cells(content: bytes) -> list[Rows]:
    """What stands in the workbook, cells inside merges included, as they too are written."""
    sheets = load_workbook(BytesIO(content)).worksheets
    return [
        [["" if v is None else v for v in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in sheets
    ]


def _write(sheets: list[Rows], *, styled: bool) -> None:
    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        model = WriteOnlyCell(sheet)
        model.font, model.alignment = Font(name="宋体", size=10.5), Alignment(wrap_text=True, vertical="top")
        model.border = Border(*[Side(style="thin")] * 4)
        style = model._style
        for row in rows:
            if not styled:
                sheet.append(row)
                continue
            cells = [WriteOnlyCell(sheet, value) for value in row]
            for cell in cells:
                cell._style = style
            sheet.append(cells)
    book.save(BytesIO())
