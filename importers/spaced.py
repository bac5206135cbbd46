"""Lines of a copied table with one space between the cells of a row: each word a cell."""

import re
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from importers import columns, two_levels
from importers.cell_lines import FEWEST_COLUMNS, Cell, names_whole
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.copied_header import is_header
from importers.counting import NUMERAL, rows_before
from importers.grid import Line
from importers.header_line import with_breaks_closed, words_of_header
from importers.headings import NOTE, is_heading
from importers.numbering import TASK_RANK, numbering_of
from importers.readers.broken import is_name
from importers.values.people import look_like_people

_LINES_SEARCHED = 400
_SINGLE = re.compile(r"(?![一二三四五六七八九十无是否])[一-龥][。；，、]?")
_SINGLE_BEHIND = re.compile(r"[一-龥、，]$")
_WIDE_NAME = re.compile(r"(?<![^\s、，,])[一-龥](?:[ \u3000]+[一-龥]){1,2}(?![^\s、，,])")
_ONE_SPACE = re.compile(r"(?<! ) (?! )")
_MOST_HEADER_LINES = 5
_FEWEST_ROWS = 3
_FEWEST_BELOW = 2
_LONGEST_CATEGORY = 12
_SHORTEST_TASK = 12
_LONGEST_HEADING = 25
_COLONS = (":", "：")
_LONGEST_LINE = 40
_LONGEST_WORD = 16
_ROLES = frozenset({"牵头", "主办", "责任", "配合", "协办", "完成", "分管"})
_BRACKETED = re.compile(r"[（(]\d{1,3}[）)]")


def spaced_cells(lines: list[Line]) -> tuple[list[Cell], range]:
    """A row a line with one space between its cells, stacked units breaking the line: each word is a cell.

    Told as well: which of them are the header's, where that is known for sure.
    """
    lines = [replace(line, text=with_breaks_closed(line.text)) for line in lines[:_LINES_SEARCHED]] + lines[
        _LINES_SEARCHED:
    ]
    lines, certain, again = _header_whole(_header_apart(lines))
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_spaced_header(line)), None)
    if header is None:
        return [], range(0)
    begun = rows_before([line.text for line in lines[:header]], [line.text for line in lines[header + 1 :]])
    lines = [*lines[:begun], lines[header], *lines[begun:header], *lines[header + 1 :]]
    header = begun
    numbered = ColumnKind.NUMBER in map(columns.kind_of, words_of_header(lines[header].text))
    written = [_words_below(line.text) for line in lines[header + 1 :]]
    rows = [row for row in written if _is_row(row, numbered)]
    if len(rows) < _FEWEST_BELOW:
        return [], range(0)
    again |= {squash(lines[header].text)}
    above = [Cell(line.number, line.text.strip()) for line in lines[:header] if line.text.strip()]
    told = _unbroken(words_of_header(lines[header].text), rows)
    words = [Cell(lines[header].number, word) for word in told]
    below = _whole(
        [
            Cell(line.number, word)
            for line in lines[header + 1 :]
            if squash(line.text) not in again
            for word in _words_below(line.text)
        ]
    )
    known = range(len(above), len(above) + len(words)) if certain else range(0)
    return above + words + below, known


def words_of(lines: list[Line]) -> list[Cell]:
    """Every word between spaces as a cell, whatever line it stands on."""
    return names_whole(
        _whole([Cell(line.number, word) for line in lines for word in _note(line.text) or line.text.split()])
    )


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


def rows_on_lines(cells: list[Cell], kinds: list[ColumnKind]) -> list[list[Cell]]:
    """The words of each row where its number begins a line, or stands behind the category there; [] where it does not.

    Without a column for numbers the task begins the line.

    What stands on lines between goes on with the row above, but for a heading alone on its line, and for a sentence
    below a last column that holds none.
    """
    lines = [list(words) for _, words in groupby(cells, key=lambda cell: cell.number)]
    numbered = ColumnKind.NUMBER in kinds
    if not numbered and kinds[0] is not ColumnKind.TASK:
        return []
    numbers = [number for words in lines if (number := _number_of_row(words)) is not None]
    begun = numbers if numbered else [words for words in lines if _is_row([w.text for w in words], numbered)]
    if len(begun) < _FEWEST_ROWS or any(a >= b != 1 for a, b in pairwise(numbers)):
        return []
    told: list[list[Cell]] = []
    names = kinds[-1] not in columns.HOLD_ANYTHING
    for words in lines:
        stacked = bool(told) and told[-1][0].number != told[-1][-1].number  # what goes on below its units
        alone = len(words) == 1 and (
            is_heading(words[0].text) or (not stacked and heads_rows(words[0].text, numbered=numbered))
        )
        alone = alone or (names and bool(told) and is_name(told[-1][-1].text) and _is_sentence(words[0].text))
        begins = _is_row([word.text for word in words], numbered)
        if not told or alone or begins or len(told[-1]) == 1:
            told.append(words)
        else:
            told[-1] += words
    return told


def heads_rows(text: str, *, numbered: bool = True) -> bool:
    """Whether a word alone on its line between rows is a heading, with a number or without: 二、工业经济, 民生工程.

    Where rows are not ``numbered``, longer words may be a task whose units are merged.
    """
    longest = _LONGEST_HEADING if numbered else _LONGEST_CATEGORY
    plain = len(text) < longest and not text.endswith("。") and not is_name(text)
    return (plain or is_heading(text)) and not NOTE.match(squash(text))


def _is_sentence(text: str) -> bool:
    """Whether a word begins a row whose number is merged into the one above: no name, and as long as a task is."""
    return not is_name(text) and (text.endswith("。") or len(text) >= _SHORTEST_TASK)


def _number_of_row(words: list[Cell]) -> int | None:
    """The number a line begins with, perhaps behind its category: 3 新建…, 3.新建…, 综合经济 1 完成…."""
    for place, word in enumerate(words[:2]):
        if place and (len(words[0].text) > _LONGEST_CATEGORY or is_name(words[0].text)):
            return None
        if len(words) > place + 1 and NUMERAL.fullmatch(word.text):
            return numeral(word.text)
        if len(words) > place + 1 and _BRACKETED.fullmatch(word.text):
            return int(word.text[1:-1])
        found = numbering_of(word.text)
        if found and found.rank == TASK_RANK and found.rest and isinstance(found.number, int):
            return found.number  # 3.新建…
    return None


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
        words = words_of_header(line.text)
        known = list(takewhile(lambda word: columns.kind_of(word) is not None, reversed(words)))
        if FEWEST_COLUMNS <= len(known) < len(words) and columns.kind_of(known[-1]) is ColumnKind.NUMBER:
            cut = len(words) - len(known)
            told = [replace(line, text=" ".join(part)) for part in (words[:cut], words[cut:])]
            return [*lines[:index], *told, *lines[index + 1 :]]
    return lines


def _header_whole(lines: list[Line]) -> tuple[list[Line], bool, set[str]]:
    """The header on one line where it runs over several above rows that stand on one line each.

    Told as well: whether its words are known for sure, each over a column of its own; and the lines it was written
    in, which come again on the next page.
    """
    for index, line in enumerate(lines[:_LINES_SEARCHED]):
        upper = words_of_header(line.text)
        known = list(map(columns.kind_of, upper))
        if len(upper) < FEWEST_COLUMNS or not (ColumnKind.NUMBER in known[:2] or all(known)):
            continue
        end = next((i for i in range(index + 1, len(lines)) if _ends_header(lines[i].text)), len(lines))
        below = [words for each in lines[index + 1 : end] if (words := words_of_header(each.text))]
        if not 0 < len(below) < _MOST_HEADER_LINES or end == len(lines):
            continue
        two = _of_two_levels(upper, below, lines[end:])
        told = replace(line, text=" ".join(two or _joined(upper, below)))
        if _is_spaced_header(told):
            written = {squash(each.text) for each in lines[index:end]}
            return [*lines[:index], told, *lines[end:]], bool(two), written - {""}
    return lines, True, set()


def _ends_header(text: str) -> bool:
    words = text.split()
    numbering = numbering_of(text)
    counted = numbering is not None and numbering.rank < TASK_RANK and bool(numbering.rest)
    named = len(words) == 1 and columns.kind_of(words[0]) is None and is_heading(words[0])
    heading = named or (counted and len(words) == 1)
    long = any(word.endswith("。") or len(word) > _LONGEST_WORD for word in words)
    return heading or long or _begins_row(text)


def _listed_apart(text: str) -> list[str]:
    """宾州镇  黎塘镇: where one space parts the cells, two of them part the names in one."""
    parts = text.split()
    return ["、".join(parts)] if len(parts) > 1 and all(map(is_name, parts)) else parts


def _name_typed_wide(text: str) -> str:
    """郑  勇 and 张 建 军 as the names they are."""
    name = squash(text)
    return name if look_like_people(name) else text


def _is_row(words: list[str], numbered: bool) -> bool:
    """Whether a line begins a row: with its number, or with the task where rows have none."""
    if _number_of_row([Cell(0, word) for word in words]) is not None:
        return True
    return not numbered and len(words) > 1 and _is_sentence(words[0])


def _begins_row(text: str) -> bool:
    return _number_of_row([Cell(0, word) for word in text.split()]) is not None


def _note(text: str) -> list[str]:
    """备注: 每月25日前报送，联系电话: …: all of the line, where a space stands behind its first word's colon."""
    words = text.split()
    return [" ".join(words)] if words and words[0].endswith(_COLONS) and NOTE.match(squash(text)) else []


def _words_below(text: str) -> list[str]:
    """The words of a line, those of a heading (三、关键词　环境) as one."""
    text = _WIDE_NAME.sub(lambda found: _name_typed_wide(found.group()), text)
    words = [part for word in _ONE_SPACE.split(text.strip()) for part in _listed_apart(word)]
    numbered = bool(words) and NUMERAL.fullmatch(words[0]) is not None  # 9 居民收入增速, cut off, is a row
    heads = bool(words) and not numbered and is_heading(words[0]) and len(text) <= _LONGEST_LINE
    if note := _note(text):
        return note
    whole = heads and not any(is_name(word) or word.endswith("。") for word in words)
    return [" ".join(words)] if whole else words


def _of_two_levels(upper: list[str], below: list[list[str]], rows: list[Line]) -> list[str] | None:
    if len(below) > 1 or not all(map(columns.kind_of, upper)):
        return None
    if told := two_levels.with_roles(upper, below[0]):
        return told
    words = [line.text.split() for line in rows]
    width = len(upper) + len(below[0]) - 1
    found = two_levels.unfolded(upper, below[0], [row for row in words if len(row) == width])
    return found[1] if found else None


def _joined(upper: list[str], below: list[list[str]]) -> list[str]:
    """The words of all lines, those put together that a line end broke: 1-6月 / 实际完成情况."""
    words = list(upper)
    for more in below:
        if columns.kind_of(words[-1]) is None:
            words[-1] += more[0]
            more = more[1:]
        words += more
    return words


def _is_spaced_header(line: Line) -> bool:
    words = [Cell(line.number, word) for word in words_of_header(line.text)]
    wide = re.search(r"\S\s{2,}\S|[\t\u3000]", line.text)  # typed into columns: that is for another reader
    return not wide and all(columns.kind_of(word.text) for word in words) and is_header(words)


def _unbroken(words: list[str], rows: list[list[str]]) -> list[str]:
    """牵头 责任单位 as one word where no row has as many cells as the header has words."""
    widest = max(map(len, rows), default=0)
    told = list(words)
    place = 0
    while len(told) > widest and place + 1 < len(told):
        if told[place] in _ROLES and columns.is_listed(told[place] + told[place + 1]):
            told[place : place + 2] = [told[place] + told[place + 1]]
        place += 1
    return told
