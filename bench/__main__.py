"""Runs every measurement, prints the table and writes it to RESULTS.md beside this file."""

import tempfile
from datetime import date
from pathlib import Path

from bench import importing, ledger, listing
from bench.measure import as_markdown
from bench.plan import filled_database

RESULTS = Path(__file__).with_name("RESULTS.md")
TASKS = 10_000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as name:
        folder = Path(name)
        plan = filled_database(folder / "plan", TASKS)
        found = [*listing.compare(plan), *importing.compare(folder), *ledger.compare(plan)]
    table = as_markdown(found, date.today())  # noqa: DTZ011 - the day on the calendar of whoever measures
    print(table)
    RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
