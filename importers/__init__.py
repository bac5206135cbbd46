"""Reads the 责任分解表 that an office sends, in any of its forms, into plain rows. Knows nothing of a database."""

from importers.decisions import (
    NOTHING_DECIDED,
    Decision,
    DecisionKind,
    Decisions,
    Question,
)
from importers.errors import UnreadableFile
from importers.headway import Listener, heard_by
from importers.readers import read_document
from importers.recognise import recognise
from importers.rows import Column, ImportedRow, Issue, Layout, Level, ReadGoal, RecognisedTable

__all__ = [
    "Column",
    "Decision",
    "DecisionKind",
    "Decisions",
    "ImportedRow",
    "Issue",
    "Layout",
    "Level",
    "Listener",
    "Question",
    "ReadGoal",
    "RecognisedTable",
    "UnreadableFile",
    "read_table",
]


def read_table(
    data: bytes,
    name: str,
    *,
    year: int | None = None,
    decisions: Decisions = NOTHING_DECIDED,
    listener: Listener | None = None,
) -> RecognisedTable:
    """The plan in a file. ``year`` is the plan's, if known; ``decisions`` are doubts a person has settled.

    ``listener`` is told how far the reading has come.

    Raises only UnreadableFile, with a sentence to show.
    """
    try:
        with heard_by(listener):
            return recognise(read_document(data, name), year, decisions)
    except UnreadableFile:
        raise
    except RecursionError as error:
        raise UnreadableFile("damaged", "文件的结构套得太深，读不出来。请另存为 .xlsx 后再导入。") from error
