"""Lines of a copied table with one space between the cells of a row: each word a cell."""

import re
from dataclasses import replace
from itertools import takewhile

from importers import columns
from importers.cell_lines import FEWEST_COLUMNS, Cell, names_whole
from importers.columns import ColumnKind
from importers.copied_header import is_header
from importers.grid import Line

_LINES_SEARCHED = 400
_SPACED_ROW = re.compile(r"\s*\d{1,4}\s+[^\s\d]")
_SINGLE = re.compile(r"(?![一二三四五六七八九十无是否])[一-龥][。；，、]?")
_SINGLE_BEHIND = re.compile(r"[一-龥、，]$")
_MOST_HEADER_LINES = 5


def spaced_cells(lines: list[Line]) -> list[Cell]:
    """A row a line with one space between its cells, stacked units breaking the line: each word is a cell."""
    lines = _header_whole(_header_apart(lines))
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_spaced_header(line)), None)
    if header is None or sum(bool(_SPACED_ROW.match(line.text)) for line in lines[header + 1 :]) < 2:
        return []
    above = [Cell(line.number, line.text.strip()) for line in lines[:header] if line.text.strip()]
    words = [Cell(lines[header].number, word) for word in _spaced_words(lines[header].text)]
    return (
        above
        + words
        + _whole([Cell(line.number, w) for line in lines[header + 1 :] for w in line.text.split()])
    )


def words_of(lines: list[Line]) -> list[Cell]:
    """Every word between spaces as a cell, whatever line it stands on."""
    return names_whole(_whole([Cell(line.number, word) for line in lines for word in line.text.split()]))


def _whole(words: list[Cell]) -> list[Cell]:
    """The words with a single character joined to the word before: no cell is so short."""
    told: list[Cell] = []
    for word in words:
        if told and _SINGLE.fullmatch(word.text) and _SINGLE_BEHIND.search(told[-1].text):
            told[-1] = Cell(told[-1].number, told[-1].text + word.text)
        else:
            told.append(word)
    return told


def _header_apart(lines: list[Line]) -> list[Line]:
    """The header on a line of its own where it hangs at the end of the letter above the table."""
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        words = _spaced_words(line.text)
        known = list(takewhile(lambda word: columns.kind_of(word) is not None, reversed(words)))
        if FEWEST_COLUMNS <= len(known) < len(words) and columns.kind_of(known[-1]) is ColumnKind.NUMBER:
            cut = len(words) - len(known)
            told = [replace(line, text=" ".join(part)) for part in (words[:cut], words[cut:])]
            return [*lines[:index], *told, *lines[index + 1 :]]
    return lines


def _header_whole(lines: list[Line]) -> list[Line]:
    """The header on one line where it runs over several, above rows that stand on one line each."""
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        words = _spaced_words(line.text)
        if len(words) < FEWEST_COLUMNS or columns.kind_of(words[0]) is not ColumnKind.NUMBER:
            continue
        end = index + 1
        while (
            end < len(lines) and end - index < _MOST_HEADER_LINES and not _SPACED_ROW.match(lines[end].text)
        ):
            more = _spaced_words(lines[end].text)
            if more and columns.kind_of(words[-1]) is None:
                words[-1] += more.pop(0)  # 1-6月 / 实际完成情况
            words += more
            end += 1
        told = replace(line, text=" ".join(words))
        if (
            end > index + 1
            and end < len(lines)
            and _SPACED_ROW.match(lines[end].text)
            and _is_spaced_header(told)
        ):
            return [*lines[:index], told, *lines[end:]]
    return lines


def _is_spaced_header(line: Line) -> bool:
    words = [Cell(line.number, word) for word in _spaced_words(line.text)]
    wide = re.search(r"\S\s{2,}\S|[\t\u3000]", line.text)  # typed into columns: that is for another reader
    return not wide and all(columns.kind_of(word.text) for word in words) and is_header(words)


def _spaced_words(text: str) -> list[str]:
    """The words of a header line; single characters beside each other are one word typed wide (工 作 任 务)."""
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", text).split()
