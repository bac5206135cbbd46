"""Import of 2,000 merged rows, file to committed plan, beside the library merely opening the same file."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from bench.measure import Comparison, in_turns
from bench.plan import empty_database, import_plan, issued_workbook

ROWS = 2_000
ROUNDS = 5


def compare(folder: Path) -> list[Comparison]:
    content = issued_workbook(ROWS)
    empty = [empty_database(folder / f"import-{number}") for number in range(ROUNDS + 1)]

    def ours() -> None:
        import_plan(empty.pop(), content)

    def limit() -> None:
        load_workbook(BytesIO(content))

    what = f"import of {ROWS:,} merged rows: read, recognise, preview, commit (SQLite file)"
    own, library = in_turns(ours, limit, rounds=ROUNDS)
    return [Comparison(what, "`openpyxl.load_workbook` of the same bytes", own, library)]
