"""What a workbook is called on the desk."""

import re

from app.rules.text import abridged

LONGEST_TITLE = 36
FOLDERS = re.compile(r"[/\\]")


def name_of_table(kind: str, title: str) -> str:
    """A workbook named after its table, so that those of two tables lie side by side (进展情况表（民生实事）.xlsx)."""
    stem, dot, ending = kind.rpartition(".")
    short = abridged(FOLDERS.sub("_", title), LONGEST_TITLE)
    return f"{stem}（{short}）{dot}{ending}"
