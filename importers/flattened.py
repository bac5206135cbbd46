"""A table copied from a page so that every cell became a line of its own, put back into rows and columns."""

import re
from itertools import pairwise, takewhile

from importers import columns
from importers.alignment import align, counted_tasks, fits
from importers.cell_lines import FEWEST_COLUMNS, Cell, line_cells, tab_cells, without_bare_bars
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.errors import INTERLEAVED, UnreadableFile
from importers.grid import Grid, Line, Row
from importers.header import is_responsibility_header
from importers.numbering import TASK_RANK, numbering_of
from importers.values.departments import look_like_units
from importers.values.duties import duties_of_heading

_MOST_COLUMNS = 20
_LONGEST_WORD = 16
_LINES_SEARCHED = 400
_MOST_SKIPPED = 30
_FIRST_NUMBERS = ("1", "2", "3")
_NUMERAL = re.compile(r"[0-9０-９]{1,4}[.、．]?")
_SPACED_ROW = re.compile(r"\s*\d{1,4}\s+[^\s\d]")
_NO_HEADER = re.compile(r"[。；;！!]|[:：].|\d{4}-\d")
_NAMES_A_PLAN = re.compile(r"20\d\d年.{4}")
_MOST_LINES = 60_000


def rebuild(lines: list[Line]) -> Grid | None:
    """The table whose cells these lines are, or None when no run of header words stands among them."""
    lines = without_bare_bars(lines)
    if grid := _by_pipes(lines):
        return grid
    by_tabs = any(line.text.startswith("\t") for line in lines)
    spaced = [] if by_tabs else _spaced_cells(lines)
    cells = tab_cells(lines) if by_tabs else spaced or line_cells(lines)
    found = _header_run(cells)
    if found is None:
        return None
    if len(cells) > _MOST_LINES and not by_tabs:
        raise UnreadableFile("too_large", f"文本超过 {_MOST_LINES} 行，请分成几个文件导入。")
    first, taken, words = found
    words = _with_numbers(_unbroken_words(words, cells[first + taken :]), cells[first + taken :])
    width = len(words)
    above = [Row(cell.number, {1: cell.text}) for cell in cells[:first] if cell.text]
    header = Row(cells[first].number, {index: word.text for index, word in enumerate(words, start=1)})
    below = cells[first + taken :]
    if _is_column_by_column(below):
        raise UnreadableFile("interleaved", INTERLEAVED)
    if by_tabs:
        return Grid("", [*above, header, *_in_order(below, width)], knows_merges=False)
    rows, short = _aligned(below, header)
    if spaced and not _is_sound(rows[:-1], header):
        return None
    doubts = _unsure_units(rows, header) + _unsure_columns(short, header)
    return Grid("", [*above, header, *rows], knows_merges=False, notes=doubts)


def _unbroken_words(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with 某市 / 牵头单位 as one word, where the first row fits the columns only so."""
    for index, (word, following) in enumerate(pairwise(words)):
        kind = columns.kind_of(squash(following.text))
        if columns.kind_of(squash(word.text)) is not None or kind is None:
            continue
        whole = Cell(word.number, word.text + following.text)
        joined = [*words[:index], whole, *words[index + 2 :]]
        if columns.kind_of(squash(whole.text)) is kind and not _begins_with_row(words, below):
            return joined if _begins_with_row(joined, below) else words
    return words


def _begins_with_row(words: list[Cell], below: list[Cell]) -> bool:
    """Whether the first lines below a header may be its first row, each in the column of its turn."""
    texts = [cell.text for cell in below[: len(words)]]
    kinds = columns.settle([columns.kind_of(squash(word.text)) for word in words])
    return len(texts) == len(words) and fits(texts, kinds)


def _with_numbers(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with 序号 where rows are numbered and nobody wrote the word."""
    if any(columns.kind_of(squash(word.text)) is ColumnKind.NUMBER for word in words):
        return words
    numbers = [(index, int(cell.text)) for index, cell in enumerate(below) if cell.text in _FIRST_NUMBERS]
    if [number for _, number in numbers[:3]] != [1, 2, 3] or numbers[0][0] > len(words):
        return words
    at = numbers[0][0]
    return [*words[:at], Cell(words[0].number, "序号"), *words[at:]]


def _by_pipes(lines: list[Line]) -> Grid | None:
    """Cells that begin with | on lines of their own; a bare | ends the row. Merged cells are left out of a row."""
    if sum(line.text.strip() == "|" for line in lines) < 2:
        return None
    rows: list[list[Cell]] = [[]]
    for line in lines:
        text = line.text.strip()
        if text == "|":
            rows.append([])
        elif text.startswith("|"):
            rows[-1].append(Cell(line.number, text[1:].strip()))
        elif text and rows[-1] and len(rows) > 1:
            rows[-1][-1].text += "\n" + text
        elif text:
            rows[-1].append(Cell(line.number, text))
    for index, cells in enumerate(rows):
        for first in range(len(cells)):
            kinds = [columns.kind_of(squash(cell.text)) for cell in cells[first:]]
            if (
                len(kinds) >= FEWEST_COLUMNS
                and all(kinds)
                and is_responsibility_header({kind for kind in kinds if kind})
            ):
                return _pipe_grid(
                    [*(cell for row in rows[:index] for cell in row), *cells[:first]],
                    cells[first:],
                    rows[index + 1 :],
                )
    return None


def _pipe_grid(above: list[Cell], header: list[Cell], below: list[list[Cell]]) -> Grid:
    kinds = columns.settle([columns.kind_of(squash(cell.text)) for cell in header])
    rows = [Row(cell.number, {1: cell.text}) for cell in above]
    rows.append(Row(header[0].number, {index: cell.text for index, cell in enumerate(header, start=1)}))
    for cells in below:
        if not cells:
            continue
        row = Row(cells[0].number, dict.fromkeys(range(1, len(header) + 1), ""))
        places = list(range(1, len(header) + 1))
        if len(cells) != len(header):
            places = [column for column, _ in align([cell.text for cell in cells], kinds)]
        for column, cell in zip(places, cells, strict=True):
            row.cells[column] = f"{row.cells[column]}\n{cell.text}" if row.cells[column] else cell.text
        rows.append(row)
    return Grid("", rows, knows_merges=False)


def _spaced_cells(lines: list[Line]) -> list[Cell]:
    """A row a line with one space between its cells, stacked units breaking the line: each word is a cell."""
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_spaced_header(line)), None)
    if header is None or sum(bool(_SPACED_ROW.match(line.text)) for line in lines[header + 1 :]) < 2:
        return []
    above = [Cell(line.number, line.text.strip()) for line in lines[:header] if line.text.strip()]
    words = [Cell(lines[header].number, word) for word in _spaced_words(lines[header].text)]
    return (
        above
        + words
        + [Cell(line.number, word) for line in lines[header + 1 :] for word in line.text.split()]
    )


def _is_spaced_header(line: Line) -> bool:
    words = [Cell(line.number, word) for word in _spaced_words(line.text)]
    wide = re.search(r"\S\s{2,}\S|[\t\u3000]", line.text)  # typed into columns: that is for another reader
    return not wide and all(columns.kind_of(word.text) for word in words) and _is_header(words)


def _is_column_by_column(cells: list[Cell]) -> bool:
    """Whether the numbers stand together, one column below the other: which row a cell was in is lost."""
    numbers = [numeral(cell.text) for cell in cells]
    return any(
        a is not None and b == a + 1 and c == a + 2
        for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
    )


def _spaced_words(text: str) -> list[str]:
    """The words of a header line; single characters beside each other are one word typed wide (工 作 任 务)."""
    return re.sub(r"(?<=\b\w) (?=\w\b)", "", text).split()


def _is_sound(rows: list[Row], header: Row) -> bool:
    """Whether the words of spaced rows fell into place: tasks are there, and under units stand units."""
    kinds = columns.settle([columns.kind_of(squash(text)) for _, text in header.texts()])
    task = kinds.index(ColumnKind.TASK) + 1
    units = [column for column, kind in enumerate(kinds, start=1) if kind in columns.DEPARTMENT_KINDS]
    rows = [row for row in rows if len(row.texts()) > 1]
    good = sum(
        bool(row.own(task)) and all(look_like_units(row.own(column) or "各单位") for column in units)
        for row in rows
    )
    return good * 5 >= len(rows) * 4


def _unsure_units(rows: list[Row], header: Row) -> list[tuple[int, str]]:
    """Rows with more lines of units than unit columns side by side: where one list ends nobody can know."""
    kinds = columns.settle([columns.kind_of(squash(text)) for _, text in header.texts()])
    units = [column for column, kind in enumerate(kinds, start=1) if kind in columns.DEPARTMENT_KINDS]
    if len(units) < 2:
        return []
    lines = {row.number: [part for c in units for part in row.own(c).split("\n") if part] for row in rows}
    return [
        (number, f"“{'”“'.join(parts)}”各占一行，看不出从哪里起是另一栏的单位，请核对各单位的分工")
        for number, parts in lines.items()
        if len(parts) > len(units)
    ]


def _header_run(cells: list[Cell]) -> tuple[int, int, list[Cell]] | None:
    """The first run of cells that are header words and together name tasks and those responsible.

    Where it begins, how many cells it takes, and the words; a word broken over two lines counts as one.
    """
    for first in range(min(len(cells), _LINES_SEARCHED)):
        if columns.kind_of(squash(cells[first].text)) is None and _header_word(cells, first) is None:
            continue
        words, ends = _words_from(cells, first)
        for count in _likely_counts(cells, words, ends):
            if _is_header(words[:count]):
                return first, ends[count - 1] - first, words[:count]
    return None


def _words_from(cells: list[Cell], first: int) -> tuple[list[Cell], list[int]]:
    """The words that may head columns from here on, and where each ends; words nobody knows may be among them."""
    words: list[Cell] = []
    ends: list[int] = []
    position = first
    while len(words) < _MOST_COLUMNS and position < len(cells):
        taken, word = _header_word(cells, position) or (1, cells[position])
        text = squash(word.text)
        if text in (squash(known.text) for known in words) or not _may_head(text):
            break
        words.append(word)
        position += taken
        ends.append(position)
    return words, ends


def _may_head(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_WORD
        and not _NO_HEADER.search(text)
        and numbering_of(text) is None
        and not duties_of_heading(text)
    )


def _likely_counts(cells: list[Cell], words: list[Cell], ends: list[int]) -> list[int]:
    """How many words the header may have, the likeliest first: those after which the first row fits under 序号."""
    known = list(takewhile(lambda word: columns.kind_of(squash(word.text)) is not None, words))
    kinds = [columns.kind_of(squash(word.text)) for word in words]
    if ColumnKind.NUMBER not in kinds:
        return [len(known)]
    number = kinds.index(ColumnKind.NUMBER)
    fitting = [
        count
        for count in range(number + 1, len(words) + 1)
        if _first_row_fits(cells[ends[count - 1] :], number)
    ]
    return [*fitting, len(known)]


def _first_row_fits(cells: list[Cell], number: int) -> bool:
    """Whether the first row, perhaps below a heading, has its numeral where the header has 序号."""
    heading = numbering_of(cells[0].text) if cells else None
    if (heading and heading.rank < TASK_RANK) or (cells and duties_of_heading(cells[0].text)):
        return True
    return len(cells) > number and _NUMERAL.fullmatch(squash(cells[number].text)) is not None


def _is_header(words: list[Cell]) -> bool:
    named = [columns.kind_of(squash(word.text)) for word in words]
    if named[:2] == [ColumnKind.TASK, ColumnKind.NUMBER]:
        return False  # 任务清单 above 序号 is the title
    if ColumnKind.NUMBER in named[1:] and _NAMES_A_PLAN.search(words[0].text):
        return False  # 某市2025年民生实事进展情况 as well
    kinds = {kind for kind in named if kind}
    enough = sum(kind is not None for kind in named) * 3 >= len(named) * 2
    return len(words) >= FEWEST_COLUMNS and enough and is_responsibility_header(kinds)


def _header_word(cells: list[Cell], position: int) -> tuple[int, Cell] | None:
    """The header word that begins here: one cell, or two that only say it together (分管 / 县领导)."""
    texts = [squash(cell.text) for cell in cells[position : position + 2]]
    if not texts or not texts[0]:
        return None
    alone = columns.kind_of(texts[0])
    if (
        len(texts) == 2
        and (alone is None or texts[1] in columns.TOO_PLAIN)
        and columns.is_listed(texts[0] + texts[1])
    ):
        return 2, Cell(cells[position].number, texts[0] + texts[1])
    return (1, Cell(cells[position].number, texts[0])) if alone else None


def _in_order(cells: list[Cell], width: int) -> list[Row]:
    """Every row has all its cells, blank ones included."""
    rows = []
    for start in range(0, len(cells), width):
        chunk = cells[start : start + width]
        filled = [cell.number for cell in chunk if cell.text]
        rows.append(
            Row(
                filled[0] if filled else chunk[0].number,
                {i: cell.text for i, cell in enumerate(chunk, start=1)},
            )
        )
    return rows


def _unsure_columns(rows: list[Row], header: Row) -> list[tuple[int, str]]:
    """Rows with fewer lines than columns: where a column may hold anything or cells were merged, which is blank is a guess."""
    kinds = columns.settle([columns.kind_of(squash(text)) for _, text in header.texts()])
    counted = counted_tasks([text for row in rows for _, text in row.texts()])
    if not counted and not any(kind in columns.HOLD_ANYTHING for kind in kinds):
        return []
    expected = sum(kind not in (ColumnKind.SECTION, ColumnKind.GOAL) for kind in kinds)
    return [
        (row.number, "这一行比表头少几格，按各格内容认定是哪一栏，请核对")
        for row in rows
        if (0 if counted else 1) < len(row.texts()) < expected
    ]


def _aligned(cells: list[Cell], header: Row) -> tuple[list[Row], list[Row]]:
    """Cells that were blank or merged left no line: each line finds its column by what it says.

    Between two numbers as many lines as the header has columns are one whole row, whatever they say.
    The rows, and those among them that were not whole.
    """
    kinds = columns.settle([columns.kind_of(squash(text)) for _, text in header.texts()])
    repeated = {squash(text) for _, text in header.texts()}
    kept = [cell for cell in cells if squash(cell.text) not in repeated]
    rows: list[Row] = []
    short: list[Row] = []
    for stretch, whole in _stretches(kept, kinds):
        texts = [cell.text for cell in stretch]
        found = (
            [(column, column == 1) for column in range(1, len(kinds) + 1)] if whole else align(texts, kinds)
        )
        for cell, (column, begins) in zip(stretch, found, strict=True):
            if begins or not rows:
                rows.append(Row(cell.number, {}))
                if not whole:
                    short.append(rows[-1])
            row = rows[-1]
            row.cells[column] = f"{row.cells[column]}\n{cell.text}" if row.cells.get(column) else cell.text
    for row in rows:
        for column in header.cells:
            row.cells.setdefault(column, "")
    return rows, short


def _row_starts(cells: list[Cell]) -> list[int]:
    """Where the rows' own numbers stand: they go up, a little at a time; a year or a sum among them does not."""
    starts: list[int] = []
    last = 0
    for index, cell in enumerate(cells):
        value = numeral(cell.text.strip().rstrip(".、．")) if _NUMERAL.fullmatch(squash(cell.text)) else None
        if value is not None and (not starts or last < value <= last + _MOST_SKIPPED):
            starts.append(index)
            last = value
    return starts


def _stretches(cells: list[Cell], kinds: list[ColumnKind]) -> list[tuple[list[Cell], bool]]:
    """The lines cut around rows that are surely whole: as many as columns, from one number to the next."""
    if kinds[0] is not ColumnKind.NUMBER:
        return [(cells, False)]
    starts = _row_starts(cells)
    told: list[tuple[list[Cell], bool]] = []
    done = 0
    for start, end in pairwise([*starts, len(cells)]):
        if end - start == len(kinds) and fits([cell.text for cell in cells[start:end]], kinds):
            told += [(cells[done:start], False), (cells[start:end], True)]
            done = end
    return [stretch for stretch in [*told, (cells[done:], False)] if stretch[0]]
