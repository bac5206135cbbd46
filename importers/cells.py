"""The words of one cell as a reader of the paper sees them: where its line breaks mean something and where not."""

import re

from importers.characters import squash
from importers.grid import Grid, Row
from importers.layout import TableLayout
from importers.raw import DEPARTMENT_FIELDS
from importers.values.brackets import sentences_of
from importers.values.duty_verbs import Duties

_BROKEN_IN_BRACKETS = re.compile(r"(?<=[一-龥])\n(?=[一-龥]{0,3}）)")
_SPACED = re.compile(r"(?<=[一-龥，。；：、“”（）]) +|(?<=\S) +(?=[一-龥])")


def in_one_line(text: str) -> str:
    """Text of a narrow cell: its line breaks, and the gaps a typesetter leaves beside figures, are nothing."""
    return _SPACED.sub("", text.replace("\n", ""))


def squash_lines(text: str) -> str:
    """A goal's name on one line: breaks and wide gaps inside it are only layout."""
    if not re.search(r"\s", text):
        return text
    return squash(text) if re.search(r"[一-龥]", text) else " ".join(text.split())


def joined(row: Row, columns: list[int]) -> str:
    """What is written in several cells of a row that share one header."""
    if len(columns) == 1:
        return row.own(columns[0]).strip()
    texts = (row.own(column).strip() for column in columns)
    return "\n".join(text for text in texts if text)


def unwrapped(grid: Grid, name: str, text: str) -> str:
    """Words of a narrow cell: where marks separate the names, its line breaks separate nothing."""
    if "\n" in text and "）" in text:
        text = _BROKEN_IN_BRACKETS.sub("", text)  # 病案管理科（牵 / 头）
    if not grid.layout_breaks or ("\n" not in text and name != "due"):
        return text
    if name == "due":
        return in_one_line(text)
    return text.replace("\n", "") if re.search("[、，,；;]", text) else text


def tasks_in(standard: str, layout: TableLayout) -> list[tuple[str, Duties]]:
    """The tasks of a cell, each with the units that close it where no column names any."""
    if not set(layout.fields).isdisjoint(DEPARTMENT_FIELDS):
        return [(standard, {})]
    parts: list[tuple[str, Duties]] = []
    for sentence in sentences_of(standard):
        if sentence.duties and not sentence.units_only:
            parts.append((sentence.text, sentence.duties))
        elif parts:
            parts[-1] = (f"{parts[-1][0]}\n{sentence.text}", parts[-1][1])
        else:
            return [(standard, {})]
    return parts or [(standard, {})]


def with_name(row: Row, layout: TableLayout, standard: str) -> str:
    """老旧小区改造 beside 改造12个小区: where a column names the tasks, the name begins the text."""
    name = squash_lines(row.own(layout.named)).rstrip("：:") if layout.named is not None else ""
    return f"{name}：{standard}" if name and standard and not standard.startswith(name) else standard or name
