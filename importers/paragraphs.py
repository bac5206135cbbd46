"""A plan without any table: numbered paragraphs with label lines or closing brackets."""

from importers.grid import Line
from importers.rows import RecognisedTable


def read(lines: list[Line], year: int | None) -> RecognisedTable | None:
    """The plan written as paragraphs, or None when nobody is named responsible."""
    return None
