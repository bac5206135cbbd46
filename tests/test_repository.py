"""What holds for every file of the repository."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("app", "importers", "templates", "tests", "alembic", "bench", "docs", "examples", ".ci")
TEXT = {"", ".py", ".html", ".css", ".js", ".md", ".toml", ".ini", ".sh", ".mako", ".txt", ".json"}


def files() -> list[Path]:
    """What is kept of the repository; not what running it leaves behind."""
    found = [
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts
    ]
    found += ROOT.glob("*")
    return sorted(path for path in found if path.is_file())


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [place(path) for path in files() if path.stat().st_size > 1_000_000] == []


def test_no_python_file_outgrows_a_few_screens() -> None:
    """Migrations are written by Alembic, run once, and are never read for pleasure."""
    lengths = {
        place(path): path.read_text(encoding="utf-8").count("\n")
        for path in files()
        if path.suffix == ".py" and path.parent.name != "versions"
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_nothing_is_left_for_later_in_a_comment() -> None:
    """What is left to do belongs into an issue, where somebody will read it."""
    left_over = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    assert [
        f"{place(path)}:{number}"
        for path in files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if left_over.search(line)
    ] == []
