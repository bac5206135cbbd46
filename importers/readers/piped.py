"""Tables with | between the cells of a row; a cell may run over several lines, a row may leave merged cells out."""

import re
from collections import Counter
from itertools import pairwise

from importers import columns, headless, two_levels
from importers.alignment import fits, misfit
from importers.characters import numeral, squash
from importers.columns import kind_of
from importers.grid import Grid, Line, Row
from importers.header_rows import is_responsibility_header
from importers.headings import NOTE
from importers.numbering import TASK_RANK, numbering_of
from importers.readers.broken import joined, plain_headings
from importers.readers.ragged import Cells, is_number, placed
from importers.title import names_a_plan
from importers.values.departments import look_like_units

_FEWEST_COLUMNS = 3
_LINES_SEARCHED = 400
_LONGEST_WORD = 16
_ROWS_SAMPLED = 8
_MOST_BLANK = 3
_FEWEST_WIDE = 2
_MOST_SKIPPED = 60
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
_FEWEST_OTHER_WORDS = 2
_LEVELS = 2  # of a header; on the next page both are written again
_OPEN_LIST = ("、", "，", ",", "；", ";", "和", "及")


def read(lines: list[str], *, broken: bool = False) -> list[Grid | Line] | None:
    """The table below a line of header words with | between them, or None.

    ``broken``: each line stands between bars, also where a row goes on in the next line.
    """
    lines = [line.replace("｜", "|") for line in lines]
    cuts = _further_headers(lines)
    if cuts:
        bounds = [0, *cuts, len(lines)]
        parts = (_read_one([""] * start + lines[start:end], broken) for start, end in pairwise(bounds))
        return [block for part in parts for block in part or []]
    return _read_one(lines, broken)


def _further_headers(lines: list[str]) -> list[int]:
    """Where another table begins: a header of other words than the first, with the title above it."""
    filled = [index for index, line in enumerate(lines) if line.strip("| \t")]
    whole = {index for index in filled if "|" in lines[index] and _is_whole_header(lines[index])}
    below = {index for above, index in pairwise(filled) if above in whole}  # the lower words of a header
    heads = sorted(whole - below)
    cuts: list[int] = []
    known = {word for index in heads[:1] for line in lines[index : index + _LEVELS] for word in _cells(line)}
    for index in heads:
        if len(set(_cells(lines[index])) - known) < _FEWEST_OTHER_WORDS:
            continue
        above = [
            i for i in range(max(0, index - _FEWEST_COLUMNS), index) if names_a_plan(lines[i].strip("| "))
        ]
        cuts.append(above[0] if above else index)
    return cuts


def _is_whole_header(line: str) -> bool:
    words = [squash(word) for word in _cells(line) if word]
    return len(words) >= _FEWEST_COLUMNS and all(map(columns.is_listed, words))


def _read_one(lines: list[str], broken: bool) -> list[Grid | Line] | None:
    """One table and the lines above it."""
    first = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_header(lines, i)), None)
    if first is None:
        return _without_header(lines)
    ends = _bars_at_ends(lines, first)
    lines, again = _once(lines, first)
    lines = [*lines[:first], _framed(lines[first], ends), *lines[first + 1 :]]
    lines = _spread(_with_lower_words(_with_blank(lines, first), first), first)
    header_again = f"{'|' * ends[0]}{'|'.join(_cells(lines[first]))}{'|' * ends[1]}"
    lines = [header_again if index in again else line for index, line in enumerate(lines)]
    header = Row(first + 1, dict(enumerate(_cells(lines[first]), start=1)))
    doubts: list[tuple[int, str]] = []
    if broken:
        words = list(header.cells.values())
        below = [
            Cells(i, _cells(line)) for i, line in enumerate(lines[first + 1 :], first + 2) if line.strip()
        ]
        rows = [header, *placed(joined(below, words, doubts), words, doubts)]
    else:
        rows = [header, *_rows(lines, first + 1, header, ends, doubts)]
    doubts += _too_wide(rows, len(header.cells))
    above: list[Grid | Line] = [
        Line(number, " ".join(_cells(line)))
        for number, line in enumerate(lines[:first], 1)
        if line.strip("| ")
    ]
    return [*above, Grid("", rows, knows_merges=False, notes=doubts)]


def _once(lines: list[str], first: int) -> tuple[list[str], set[int]]:
    """The lines without the header of further pages, its second level included, and where each stood."""
    header, below = (_cells(line) for line in (lines[first : first + _LEVELS] + [""] * _LEVELS)[:_LEVELS])
    told, again = list(lines), set()
    for index in range(first + _LEVELS, len(lines)):
        if _cells(lines[index]) == header:
            again.add(index)
            told[index] = ""
            if _cells("".join(lines[index + 1 : index + _LEVELS])) == below:
                told[index + 1] = ""
    return told, again


def _too_wide(rows: list[Row], width: int) -> list[tuple[int, str]]:
    """Rows with more cells than the header, and then also those with fewer: which column is which is unsure."""
    wide = [row.number for row in rows if any(text for column, text in row.cells.items() if column > width)]
    if not wide:
        return []
    return [
        (row.number, "表中有的行比表头多几格，看不出各格是哪一栏，请核对")
        for row in rows[1:]
        if len(row.texts()) > 1
    ]


def _with_blank(lines: list[str], first: int) -> list[str]:
    """目标 | 领导 | 单位 over rows 甲 | 乙 | 丙 | 丁: the header filled up to as many cells as the rows have."""
    words = _cells(lines[first])
    rows = [_without_blanks_behind(_cells(line)) for line in lines[first + 1 :] if "|" in line]
    widths = Counter(map(len, rows))
    if rows and all(rows[0]):  # merged cells stand in the first row, and are left out below
        widths[len(rows[0])] += 1
    wider = [width for width, times in widths.items() if width > len(words) and times >= _FEWEST_WIDE]
    if not wider:
        return lines
    return [*lines[:first], f"|{'|'.join([*words, *[''] * (max(wider) - len(words))])}|", *lines[first + 1 :]]


def _spread(lines: list[str], first: int) -> list[str]:
    """工作任务 | 责任单位 | | over rows of more cells: the word drawn over several columns, found by what fits below."""
    words = _cells(lines[first])
    named = [word for word in words if word]
    blank = len(words) - len(named)
    whole = [
        cells
        for line in lines[first + 1 :][:_ROWS_SAMPLED]
        if len(cells := _cells(line)) == len(words) and all(cells)
    ]
    if not blank or any(words[len(named) :]) or not whole:
        return lines
    found: list[tuple[float, int, list[str]]] = []
    for place, word in enumerate(named):
        told = [*named[: place + 1], *[word] * blank, *named[place + 1 :]]
        told = [
            word if not all(map(is_number, column)) else "序号" if _count_on(column) else "数量"
            for word, column in zip(told, zip(*whole, strict=True), strict=True)
        ]
        kinds = columns.settle([kind_of(squash(word)) for word in told])
        cells = [cell for row in whole for cell in row]
        if columns.ColumnKind.TASK in kinds and fits(cells, kinds * len(whole)):
            found.append((misfit(cells, kinds * len(whole)), place, told))
    return [*lines[:first], "|".join(min(found)[2]) + "|", *lines[first + 1 :]] if found else lines


def _count_on(column: tuple[str, ...]) -> bool:
    """Whether the numbers of a column number the rows: 1, 2, 3, but not 1350, 265."""
    values = [0, *(value for cell in column if (value := numeral(cell)) is not None)]
    return all(0 <= below - above <= _MOST_SKIPPED for above, below in pairwise(values))


def _with_lower_words(lines: list[str], first: int) -> list[str]:
    """The header with the words of a second line (牵头单位 | 配合单位) in the places of those above them."""
    rows = [
        i for i in range(first + 1, min(len(lines), first + _LINES_SEARCHED)) if set(lines[i]) - set("|-: +")
    ]
    if not rows:
        return lines
    below = rows[0]
    words, lower = _cells(lines[first]), _cells(lines[below])
    if any(len(word) > _LONGEST_WORD or is_number(word) or _is_told(word) for word in lower):
        return lines
    told = two_levels.with_roles(words, lower) or two_levels.by_place(words, lower)
    if told is None:
        samples = [_without_blanks_behind(_cells(lines[i])) for i in rows[1:_ROWS_SAMPLED]]
        samples = [cells for cells in samples if all(cells)]
        longest = max(map(len, samples), default=0)
        samples = [cells for cells in samples if len(cells) == longest]
        upper, under = [word for word in words if word], [word for word in lower if word]
        readings = (  # perhaps with columns that are blank in every row looked at
            two_levels.unfolded(upper, under, [[*cells, *[""] * blank] for cells in samples])
            for blank in range(_MOST_BLANK)
        )
        found = next(filter(None, readings), None)
        told = (
            found[1] if found else _with_rest(words, lower, [_cells(lines[i]) for i in rows[1:_ROWS_SAMPLED]])
        )
    if told is None:
        return lines
    begins = "|" if lines[first].lstrip().startswith("|") else ""
    ends = "|" if lines[first].rstrip().endswith("|") else ""
    header = begins + "|".join(told) + ends
    return [*lines[:first], header, *("" for _ in lines[first + 1 : below + 1]), *lines[below + 1 :]]


def _is_told(word: str) -> bool:
    """Whether a short cell is one of a row, and no word of a header: 1.新建公园3处。, 市园林局."""
    return (
        bool(numbering_of(word))
        or word.endswith("。")
        or (not kind_of(squash(word)) and look_like_units(word))
    )


def _without_blanks_behind(cells: list[str]) -> list[str]:
    return "|".join(cells).rstrip("|").split("|")


def _with_rest(words: list[str], lower: list[str], rows: list[list[str]]) -> list[str] | None:
    """A header broken over two lines: the rows have as many cells as both together."""
    words, lower = [word for word in words if word], [word for word in lower if word]
    filled = max((len("|".join(cells).rstrip("|").split("|")) for cells in rows), default=0)
    known = all(kind_of(squash(word)) is not None for word in lower)
    return [*words, *lower] if known and len(words) < filled <= len(words) + len(lower) else None


def _without_header(lines: list[str]) -> list[Grid | Line] | None:
    """Numbered rows of equally many cells below which or above which no header stands."""
    numbered = [i for i, line in enumerate(lines) if "|" in line and is_number(_cells(line)[0])]
    words = headless.words_by_content([_cells(lines[i]) for i in numbered])
    if words is None:
        return None
    first = numbered[0]
    header = Row(first + 1, dict(enumerate(words, start=1)))
    doubts = headless.doubts_about(words, [i + 1 for i in numbered])
    rows = [header, *_rows(lines, first, header, _bars_at_ends(lines, first), doubts)]
    above: list[Grid | Line] = [
        Line(number, " ".join(_cells(line)))
        for number, line in enumerate(lines[:first], 1)
        if line.strip("| ")
    ]
    return [*above, Grid("", rows, knows_merges=False, notes=doubts)]


def _is_header(lines: list[str], index: int) -> bool:
    line = lines[index]
    words = [squash(cell) for cell in _cells(line)]
    words = [word for word in words if word and not _LABEL.search(word)]
    if 0 < sum(word.endswith(("：", ":")) for word in words) < len(words):
        return False  # 索引号： | 0123 | 组配分类： | 任务分解: labels on top of a page, each beside what it says
    known = sum(kind_of(word) is not None for word in words)
    if len(words) >= _FEWEST_COLUMNS and known * 3 >= len(words) * 2:
        return True
    if "|" in line and len(words) == known == 2:  # 工作任务 | 责任单位
        return is_responsibility_header({kind for word in words if (kind := kind_of(word))})
    # Words nobody knows among them: then the row below must have as many cells.
    below = next((other for other in lines[index + 1 :] if other.strip()), "")
    return "|" in line and known >= 2 and below.count("|") == line.count("|")


def _bars_at_ends(lines: list[str], first: int) -> tuple[bool, bool]:
    """Whether rows begin and end with a bar. One at the header's end shows a blank cell where a row of as many
    bars goes on behind its last."""
    header, *below = [line.strip() for line in lines[first:] if "|" in line]
    begins, ends = header.startswith("|"), header.endswith("|")
    as_many = [line for line in below if line.count("|") == header.count("|")]
    return begins, ends and (begins or all(line.endswith("|") for line in as_many))


def _framed(text: str, ends: tuple[bool, bool]) -> str:
    """A row with a bar at both its ends, so that blank cells there are seen."""
    return f"{'' if ends[0] else '|'}{text}{'' if ends[1] and text.endswith('|') else '|'}"


def _cells(line: str) -> list[str]:
    text = line.strip()
    if text.startswith("|"):
        text = text[1:]
    return [_BREAK.sub("\n", cell).strip() for cell in text.removesuffix("|").split("|")]


def _rows(
    lines: list[str], first: int, header: Row, ends: tuple[bool, bool], doubts: list[tuple[int, str]]
) -> list[Row]:
    """A row is whole with as many marks as the header; a line that would bring too many begins another."""
    marks = len(header.cells) - 1 + sum(ends)
    kinds = columns.settle([kind_of(squash(text)) for text in header.cells.values()])
    found: list[Cells] = []
    filled = [line.strip() for line in lines[first:] if "|" in line]
    framed = all(ends)
    closed = all(line.endswith("|") and line.count("|") > 1 for line in filled[:-1])
    start, waiting = first, ""
    numbers = kinds[0] is columns.ColumnKind.NUMBER
    below = [Cells(0, _cells(line)) for line in lines[first:] if line.strip()] if numbers else []
    heads = plain_headings(below, len(kinds))
    for number, line in enumerate(lines[first:], start=first + 1):
        text = line.strip()
        if not text or not set(text) - set("|-: +"):
            continue
        count = text.count("|")
        numbered = count > 0 and numbers and is_number(_cells(text)[0])
        halves = waiting.count("|") + count == marks
        if numbered and _cells(text)[0].isdigit() and waiting and halves:
            above, here = numeral(_cells(waiting)[0]), numeral(_cells(text)[0])
            numbered = (
                above is None or here is None or here == above + 1
            )  # 130 | 105.96: the row's other half
        numbering = numbering_of(_cells(text)[0])
        heading = numbering is not None and numbering.rank < TASK_RANK
        whole = waiting.endswith("|") and (framed or heading or (closed and not halves))
        heads_rows = not count and text in heads
        if heading and not count and not waiting.endswith(_OPEN_LIST):
            whole = waiting.count("|") * 2 >= marks  # merged cells are left out of the row above the heading
        remark = not count and NOTE.match(squash(text))
        if waiting and (waiting.count("|") + count > marks or numbered or whole or heads_rows or remark):
            found.append(Cells(start, _cells(_framed(waiting, ends))))
            waiting = ""
        if not waiting and not count:
            if found and not heads_rows and _goes_on(found[-1].cells, text, kinds):
                found[-1].cells[-1] += "\n" + text
            else:
                found.append(Cells(number, [text]))
            continue
        start = start if waiting else number
        waiting = f"{waiting}\n{text}" if waiting else text
        if waiting.count("|") >= marks:
            found.append(Cells(start, _cells(_framed(waiting, ends))))
            waiting = ""
    if waiting:
        found.append(Cells(start, _cells(_framed(waiting, ends)), cut=True))
    return placed(found, list(header.cells.values()), doubts)


def _goes_on(cells: list[str], text: str, kinds: list[columns.ColumnKind]) -> bool:
    """Whether a line without | goes on with the last cell above it: a further unit, or a list left open."""
    if len(cells) < len(kinds) or numbering_of(text) or NOTE.match(squash(text)):
        return False
    last = cells[-1]
    return last.endswith(_OPEN_LIST) or (kinds[-1] in columns.DEPARTMENT_KINDS and look_like_units(text))
