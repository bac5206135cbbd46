"""Lines of a copied table with one space between the cells of a row: each word a cell."""

import re
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from importers import columns
from importers.cell_lines import FEWEST_COLUMNS, Cell, names_whole
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.copied_header import is_header
from importers.counting import NUMERAL
from importers.grid import Line
from importers.headings import NOTE
from importers.readers.broken import is_name
from importers.readers.ragged import is_heading

_LINES_SEARCHED = 400
_SPACED_ROW = re.compile(r"\s*\d{1,4}\s+[^\s\d]")
_SINGLE = re.compile(r"(?![一二三四五六七八九十无是否])[一-龥][。；，、]?")
_SINGLE_BEHIND = re.compile(r"[一-龥、，]$")
_MOST_HEADER_LINES = 5
_FEWEST_ROWS = 3
_LONGEST_CATEGORY = 12
_SHORTEST_TASK = 12
_LONGEST_HEADING = 24


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


def heading_below(cells: list[Cell], first: int) -> int:
    """Which cell is a heading alone on the line between the header and the first row, so that no header goes on there."""
    place = next((i for i in range(first, len(cells)) if cells[i].number != cells[first].number), 0)
    below = [
        cell for cell in cells[place + 1 : place + 4] if place and cell.number == cells[place + 1].number
    ]
    if not below or below[0].number == cells[place].number or _number_of_row(below) is None:
        return 0
    text = cells[place].text
    return place if columns.kind_of(text) is None and heads_rows(text) else 0


def rows_on_lines(cells: list[Cell], last: ColumnKind) -> list[list[Cell]]:
    """The words of each row where its number begins a line, or stands behind the category there; [] where it does not.

    What stands on lines between goes on with the row above, but for a heading alone on its line, and for a sentence
    below a ``last`` column that holds none.
    """
    lines = [list(words) for _, words in groupby(cells, key=lambda cell: cell.number)]
    numbers = [number for words in lines if (number := _number_of_row(words)) is not None]
    if len(numbers) < _FEWEST_ROWS or any(a >= b for a, b in pairwise(numbers)):
        return []
    told: list[list[Cell]] = []
    names = last not in columns.HOLD_ANYTHING
    for words in lines:
        stacked = bool(told) and told[-1][0].number != told[-1][-1].number  # what goes on below its units
        alone = len(words) == 1 and (
            is_heading(words[0].text) if stacked else heads_rows(words[0].text) or is_heading(words[0].text)
        )
        alone = alone or (names and bool(told) and is_name(told[-1][-1].text) and _is_sentence(words[0].text))
        if not told or alone or _number_of_row(words) is not None or len(told[-1]) == 1:
            told.append(words)
        else:
            told[-1] += words
    return told


def heads_rows(text: str) -> bool:
    """Whether a word alone on its line between rows is a heading, with a number or without: 二、工业经济, 民生工程."""
    plain = len(text) <= _LONGEST_HEADING and not text.endswith("。") and not is_name(text)
    return (plain or is_heading(text)) and not NOTE.match(squash(text))


def _is_sentence(text: str) -> bool:
    """Whether a word begins a row whose number is merged into the one above: no name, and as long as a task is."""
    return not is_name(text) and (text.endswith("。") or len(text) >= _SHORTEST_TASK)


def _number_of_row(words: list[Cell]) -> int | None:
    """The number a line begins with, perhaps behind its category: 3 新建…, 综合经济 1 完成…."""
    first = [word.text for word in words[:3]]
    if len(first) > 1 and NUMERAL.fullmatch(first[0]):
        return numeral(first[0])
    categorised = len(first) > 2 and len(first[0]) <= _LONGEST_CATEGORY and not is_name(first[0])
    return numeral(first[1]) if categorised and NUMERAL.fullmatch(first[1]) else None


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
