"""Import of merged rows, file to committed plan, beside the library merely opening the same file."""

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from bench.measure import Comparison, in_turns
from bench.plan import empty_database, import_plan, issued_workbook

ROUNDS_OF_ROWS = {2_000: 5, 20_000: 3}


def compare(folder: Path) -> list[Comparison]:
    return [_compare(folder, rows, rounds) for rows, rounds in ROUNDS_OF_ROWS.items()]


def _compare(folder: Path, rows: int, rounds: int) -> Comparison:
    content = issued_workbook(rows)
    empty = [empty_database(folder / f"import-{rows}-{number}") for number in range(rounds + 1)]

    def ours() -> None:
        import_plan(empty.pop(), content)

    def limit() -> None:
        load_workbook(BytesIO(content))

    what = f"import of {rows:,} merged rows: read, recognise, preview, commit (SQLite file)"
    own, library = in_turns(ours, limit, rounds=rounds)
    return Comparison(what, "`openpyxl.load_workbook` of the same bytes", own, library)
