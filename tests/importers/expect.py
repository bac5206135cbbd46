"""Writes what each sample layout is read as beside it; read the difference before committing it.

python -m tests.importers.expect
"""

import json
import sys
from pathlib import Path
from typing import Any

from importers import read_table

LAYOUTS = Path(__file__).parent / "samples" / "layouts"


def samples() -> list[Path]:
    """Every sample file; its expectation has the same name and ends in .expected.json."""
    return sorted(path for path in LAYOUTS.iterdir() if path.suffix != ".json")


def expectation(sample: Path) -> Path:
    return sample.with_name(f"{sample.stem}.expected.json")


def reading(sample: Path) -> dict[str, Any]:
    """What `duban read --json` prints for a sample."""
    return read_table(sample.read_bytes(), sample.name, year=2025).as_dict()


def written(result: dict[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for sample in samples():
        expectation(sample).write_text(written(reading(sample)), "utf-8")
        sys.stdout.write(f"{expectation(sample).name}\n")
