"""A table copied from a page so that every cell became a line of its own, put back into rows and columns."""

import re
from collections import Counter
from itertools import pairwise

from importers import columns, headless, unsure, wrapped
from importers.alignment import align, fits, is_whole, with_one_task
from importers.bars import by_bars
from importers.broken_names import INNER_BREAK, UPRIGHT_BREAK
from importers.cell_lines import (
    Cell,
    blank_between,
    line_cells,
    numbered_rows,
    tab_cells,
    with_headings,
    without_bare_bars,
)
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.copied_header import header_run, rejoined, unbroken_words, unfolded, with_numbers
from importers.counting import (
    BEHIND_NUMERAL,
    NUMERAL,
    counted_headings,
    plain_headings,
    points_apart,
    rows_before,
)
from importers.errors import INTERLEAVED, UnreadableFile
from importers.fitting import names_units
from importers.grid import Grid, Line, Row
from importers.headed_by_content import run_by_content, with_content
from importers.header import hold_figures
from importers.header_choice import likelier
from importers.header_rows import TASK_LIKE
from importers.numbering import numbering_of
from importers.row_headings import (
    heading_row,
    with_bare_goals,
    with_bare_headings,
    with_headings_above,
    with_headings_in_tasks,
    with_reports_of_units,
)
from importers.scripts import either_script
from importers.spaced import heading_below, heads_rows, rows_on_lines, spaced_cells, words_of

_LINES_SEARCHED = 400
_MOST_SKIPPED = 30
_FEWEST_GAPS = 2  # one alone is an accident of the page
_SHORTEST_TITLE = 8
_LONGEST_HEADER = 40
_COUNTED_NOTE = re.compile(r"(注|备注|说明|附注)[:：]\s*[1一][.、．]")
_HOW_MUCH = re.compile(either_script(r"(20\d\d年|年度?|全年|本年度?)?(目标|任务)(值|数)?"))  # behind 指标名称
_OF_UNITS = re.compile("..(单位|部门|科室)$")
_MOST_LINES = 60_000
ILL_FITTING = "多处内容与表头的栏对不上，可能有几行串在一起或认错了栏，请逐项核对"
BETWEEN_SPACES = "各格之间只剩空格，按各格内容认定是哪一栏，请逐项核对"


def rebuild(lines: list[Line], *, by_words: bool = False) -> Grid | None:
    """The table whose cells these lines are, or None when no run of header words stands among them.

    ``by_words``: nothing but spaces is left between the cells; what falls into place is read and asked about.
    """
    if grid := by_bars(lines := without_bare_bars(whole := lines)):
        return grid
    by_tabs = any(line.text.startswith("\t") for line in lines)
    spaced, known = ([], range(0)) if by_tabs or by_words else spaced_cells(lines)
    spaced = words_of(lines) if by_words and not by_tabs else spaced
    every = tab_cells(lines) if by_tabs else spaced or with_headings(line_cells(lines))
    cells = every if by_tabs else [cell for cell in every if cell.text]
    found = header_run(cells) or run_by_content(cells)
    heading = heading_below(cells, found[0]) if spaced and found else 0
    if heading:
        found = header_run(cells[:heading]) or found
    if found is None:
        return headless.of_cells(numbered_rows(whole))
    if len(cells) > _MOST_LINES and not by_tabs:
        raise UnreadableFile("too_large", f"文本超过 {_MOST_LINES} 行，请分成几个文件导入。")
    first, taken, words = found
    following = cells[first + taken + bool(heading) :]
    words = unbroken_words(rejoined(words, following), following)
    words = with_numbers(unfolded(words, following), following)
    if known:
        first, taken, words = known[0], len(known), cells[known[0] : known[-1] + 1]
    elif not heading and (better := likelier(cells, first, taken, words)):
        first, taken, words = better
    width = len(words)
    above = [Row(cell.number, {1: cell.text}) for cell in cells[:first] if cell.text]
    header = Row(cells[first].number, {index: word.text for index, word in enumerate(words, start=1)})
    below = cells[first + taken :]
    if _is_column_by_column(below):
        raise UnreadableFile("interleaved", INTERLEAVED)
    if by_tabs:
        return Grid("", [*above, header, *_in_order(below, width)], knows_merges=False)
    if len(every) > len(cells):
        below = every[every.index(cells[first + taken - 1]) + 1 :]
    below = _without_header(below, cells[first : first + taken])
    begun = rows_before([cell.text for cell in cells[:first]], [cell.text for cell in below])
    above, below = above[:begun], cells[begun:first] + below
    kinds = _kinds(below, header)
    titles = {squash(cell.text) for cell in cells[:begun] if len(cell.text) >= _SHORTEST_TITLE}
    below = [
        cell
        for cell in below
        if re.sub(r"[（(]续.*$", "", squash(cell.text)) not in titles or numbering_of(cell.text)
    ]
    below = _with_whole_note(below)
    rows, short = _aligned_on_lines(below, header, kinds) if spaced else _aligned(below, header, kinds)
    lines_below = [cell.text for cell in below if cell.text]
    if not spaced and unsure.about_points(rows, kinds, lines_below):
        points = points_apart(lines_below)
        rows, short = _aligned(below, header, kinds, tasks=frozenset(lines_below[i] for i in points))
    if spaced and not _is_sound(rows[:-1], kinds):
        return None
    doubts = (
        unsure.about_columns(short, kinds, every=by_words)
        + unsure.about_goals(rows, kinds)
        + unsure.about_tasks(rows, kinds)
        + unsure.about_places(rows, kinds, [word.text for word in words])
        + unsure.about_people(rows, kinds, [word.text for word in words])
    )
    doubts += unsure.about_points(rows, kinds, lines_below) + unsure.about_swallowed(rows, kinds, lines_below)
    if unsure.about_fit(lines_below[:_LINES_SEARCHED], kinds):
        doubts.append((header.number, ILL_FITTING))
    doubts += unsure.about_words(rows, kinds) if spaced else []
    doubts += [(header.number, BETWEEN_SPACES)] if by_words else []
    unparted = unsure.rows_unparted(rows, kinds)
    for row in (*above, *rows):
        row.cells = {
            column: text.replace(UPRIGHT_BREAK, "").replace(INNER_BREAK, "\n")
            for column, text in row.cells.items()
        }
    told = list(dict.fromkeys(doubts))
    return Grid("", [*above, header, *rows], knows_merges=False, notes=told, unparted=unparted)


def _without_header(below: list[Cell], header: list[Cell]) -> list[Cell]:
    """The cells below a header without the same header copied again on top of the next page."""
    words = [columns.header_word(cell.text) for cell in header]
    texts = [columns.header_word(cell.text) if len(cell.text) <= _LONGEST_HEADER else "" for cell in below]
    width = len(words)
    again = [
        index
        for index, text in enumerate(texts)
        if text == words[0] and texts[index : index + width] == words
    ]
    left_out = {index + step for index in again for step in range(width)}
    return [cell for index, cell in enumerate(below) if index not in left_out] if left_out else below


def _with_whole_note(below: list[Cell]) -> list[Cell]:
    """说明：1.… and, on the next lines, 2.… and 3.…: one note."""
    note = next((index for index, cell in enumerate(below) if _COUNTED_NOTE.match(squash(cell.text))), None)
    if note is None:
        return below
    end = note + 1
    while end < len(below) and (found := numbering_of(below[end].text)) and found.number == end - note + 1:
        end += 1
    whole = Cell(below[note].number, "".join(cell.text for cell in below[note:end]))
    return [*below[:note], whole, *below[end:]]


def _is_column_by_column(cells: list[Cell]) -> bool:
    """Whether the numbers stand together, one column below the other: which row a cell was in is lost."""
    numbers = [numeral(cell.text) for cell in cells]
    return any(
        a is not None and b == a + 1 and c == a + 2
        for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
    )


def _is_sound(rows: list[Row], kinds: list[ColumnKind]) -> bool:
    """Whether the words of spaced rows fell into place: tasks are there, and under units stand units."""
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    units = [column for column, kind in enumerate(kinds, start=1) if kind in columns.DEPARTMENT_KINDS]
    rows = [row for row in rows if len(row.texts()) > 1]
    good = sum(
        bool(row.own(task)) and all(_names_a_unit(row.own(column) or "各单位") for column in units)
        for row in rows
    )
    return good * 5 >= len(rows) * 4


def _names_a_unit(text: str) -> bool:
    """Whether units stand there, some of them perhaps with names nobody knows (人行遂宁中支)."""
    return names_units(text) or any(map(names_units, filter(None, re.split("[、，,；;\n]", text))))


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


def _kinds(cells: list[Cell], header: Row) -> list[ColumnKind]:
    """What the columns hold: 目标任务 over mere figures says how much, and not what is to be done."""
    kinds = [columns.kind_of(squash(text)) for _, text in header.texts()]
    if kinds[0] is ColumnKind.NUMBER:
        whole = [cells[start:end] for start, end in _rows_by_number(cells, len(kinds))]
        kinds = with_content(kinds, [[cell.text for cell in row] for row in whole])
        for column, kind in enumerate(kinds):
            if kind in TASK_LIKE and hold_figures(row[column].text for row in whole):
                kinds[column] = ColumnKind.OTHER
    words = [squash(text) for _, text in header.texts()]
    for column, (above, word) in enumerate(pairwise(words), start=1):
        others = {*kinds[:column], *kinds[column + 1 :]}
        if word == "单位" and others & columns.DEPARTMENT_KINDS:
            kinds[column] = ColumnKind.OTHER  # 单位 | 年度目标 | 责任部门: 万吨, and how many of them
        if above == "单位" and kinds[column - 1] is ColumnKind.OTHER and kinds[column] in TASK_LIKE:
            kinds[column] = ColumnKind.OTHER
        if "指标" in above and _HOW_MUCH.fullmatch(word) and kinds[column - 1] in TASK_LIKE:
            kinds[column] = ColumnKind.OTHER
    settled = columns.settle(columns.by_words(words, kinds))
    for column, word in enumerate(words):  # 评分部门 holds units as well, though none that answer
        if settled[column] is ColumnKind.OTHER and _OF_UNITS.search(word):
            settled[column] = ColumnKind.SUPPORTING_DEPARTMENT
    return settled


def _aligned_on_lines(cells: list[Cell], header: Row, kinds: list[ColumnKind]) -> tuple[list[Row], list[Row]]:
    """The rows of words between spaces: where each begins with its line, none of its words stands in another."""
    rows: list[Row] = []
    short: list[Row] = []
    parts = rows_on_lines(cells, kinds) or [cells]
    numbered = ColumnKind.NUMBER in kinds
    for part in parts:
        if len(part) == 1 < len(parts) and heads_rows(part[0].text, numbered=numbered):
            rows.append(heading_row(part[0], kinds))
            continue
        sorted_by = part[0].text if len(part) > 2 and _sorted_by(part, kinds) else ""
        found, short_ones = _aligned(part[bool(sorted_by) :], header, kinds, goes_on=part is parts[-1])
        if len(parts) > 1 and part[0].number == part[-1].number:
            found = _in_one_row(found, len(kinds))
        if sorted_by:
            found[0].cells[1] = sorted_by
        rows, short = rows + found, short + short_ones
    return rows, short


def _in_one_row(rows: list[Row], width: int) -> list[Row]:
    """The row of one line: what seemed to begin another (县公安局交警大, where the text ends) follows its last cell."""
    for row in rows[1:]:
        for _, text in row.texts():
            column = min(width, 1 + max(column for column, words in rows[0].cells.items() if words))
            rows[0].cells[column] = f"{rows[0].own(column)}\n{text}".strip()
    return rows[:1]


def _sorted_by(part: list[Cell], kinds: list[ColumnKind]) -> bool:
    """Whether a row begins with its category, and then has its number."""
    sorts = kinds[0] in (ColumnKind.SECTION, ColumnKind.GOAL) and kinds[1] is ColumnKind.NUMBER
    return sorts and not NUMERAL.fullmatch(part[0].text) and bool(NUMERAL.fullmatch(part[1].text))


def _aligned(
    cells: list[Cell],
    header: Row,
    kinds: list[ColumnKind],
    *,
    goes_on: bool = True,
    tasks: frozenset[str] = frozenset(),
) -> tuple[list[Row], list[Row]]:
    """Cells that were blank or merged left no line: each line finds its column by what it says.

    Between two numbers as many lines as the header has columns are one whole row, whatever they say.
    The rows, and those among them that were not whole.
    """
    repeated = {squash(text) for _, text in header.texts()}
    kept = [cell for cell in cells if squash(cell.text) not in repeated]
    rows: list[Row] = []
    short: list[Row] = []
    texts = [cell.text for cell in kept]
    plain = plain_headings(texts) if kinds[0] is ColumnKind.NUMBER else ()
    if kinds[-1] in columns.HOLD_ANYTHING:  # what comes again is a remark: 续建项目
        times = Counter(texts)
        plain = tuple(i for i in plain if times[texts[i]] == 1 or texts[i - 1].endswith("。"))
    if heads := counted_headings(texts) or plain:
        bounds = [0, *heads, len(kept)]
        for first, end in pairwise(bounds):
            if first in heads:
                rows.append(heading_row(kept[first], kinds))
            part, short_ones = _aligned(kept[first + (first in heads) : end], header, kinds, tasks=tasks)
            rows, short = rows + part, short + short_ones
        return rows, short
    wide = _below_gaps(kept)
    whole_cells = blank_between(kept)
    for stretch, whole in _stretches(kept, kinds):
        found = [(column, column == 1) for column in range(1, len(kinds) + 1)]
        if not whole:
            gaps = frozenset(i for i, cell in enumerate(stretch) if cell.number in wide)
            last = goes_on and stretch[-1].number == kept[-1].number
            here = [cell.text for cell in stretch]
            found = align(here, kinds, gaps, goes_on=last, whole=whole_cells, tasks=tasks)
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
    rows = with_reports_of_units(with_bare_headings(rows, kinds), kinds)
    rows = with_headings_in_tasks(with_headings_above(rows, kinds), kinds)
    merged = {row.number for row in short} - {row.number for row in rows}
    short = [row for row in short if row.number not in merged]
    return (with_bare_goals(rows, kinds) if whole_cells else rows), short


def _below_gaps(cells: list[Cell]) -> frozenset[int]:
    """The lines above which the page is blank for longer than usual."""
    gaps = [(below.number - above.number - above.more, below.number) for above, below in pairwise(cells)]
    usual = Counter(gap for gap, _ in gaps).most_common(1)
    wide = frozenset(number for gap, number in gaps if usual and gap > usual[0][0] > 1)
    return wide if len(wide) >= _FEWEST_GAPS else frozenset()


def _rows_by_number(cells: list[Cell], width: int) -> list[tuple[int, int]]:
    """Where rows stand that have as many cells as there are columns, from one number to the next."""
    found = []
    for start, end in pairwise([*_row_starts(cells, width), len(cells)]):
        if any(cell.text for cell in cells[start + width : end]):
            continue  # more lines than columns; blank ones behind are rows left empty
        if end - start >= width:
            found.append((start, start + width))
    return found


def _rows_by_count(cells: list[Cell], kinds: list[ColumnKind]) -> list[tuple[int, int]]:
    """Rows counted off where blank cells are shown and nearly every row fits its columns so."""
    width = len(kinds)
    places = [(start, start + width) for start in range(0, len(cells) - width + 1, width)]
    fitting = sum(fits([cell.text for cell in cells[start:end]], kinds, 1) for start, end in places)
    return places if fitting * 10 >= len(places) * 9 else []


def _row_starts(cells: list[Cell], width: int) -> list[int]:
    """Where the rows' own numbers stand: they go up, a little at a time; a year or a sum among them does not."""
    numbers = [
        numeral(cell.text.strip().rstrip(BEHIND_NUMERAL)) if NUMERAL.fullmatch(squash(cell.text)) else None
        for cell in cells
    ]
    starts: list[int] = []
    last = 0
    for index, value in enumerate(numbers):
        if value is None or (starts and not last < value <= last + _MOST_SKIPPED):
            continue
        if starts and _is_inside(numbers, starts[-1], index, width):
            continue
        starts.append(index)
        last = value
    return starts


def _is_inside(numbers: list[int | None], start: int, index: int, width: int) -> bool:
    """Whether a figure stands inside a row: the next row's number comes where a whole row ends, or soon after."""
    following = (numbers[start] or 0) + 1
    if index < start + width < len(numbers) and numbers[start + width] == following:
        return True
    return numbers[index] != following and following in numbers[index : start + 2 * width]


def _stretches(cells: list[Cell], kinds: list[ColumnKind]) -> list[tuple[list[Cell], bool]]:
    """The lines cut around rows that are surely whole; of the others the blank cells tell nothing."""
    told: list[tuple[list[Cell], bool]] = []
    done = 0
    odd = 0 if all(cell.text for cell in cells) else 1  # where blank cells are shown the count says more
    places = _rows_by_number(cells, len(kinds))
    if kinds[0] is not ColumnKind.NUMBER:
        places = _rows_by_count(cells, kinds) if odd else []
    edge = wrapped.edge_of([cell.text for cell in cells])
    for start, end in places:
        row = [cell.text for cell in cells[start:end]]
        if fits(row, kinds, odd) and is_whole(row, kinds, edge):
            told += [(cells[done:start], False), (cells[start:end], True)]
            done = end
    told.append((cells[done:], False))
    parts = [(part if whole else [cell for cell in part if cell.text], whole) for part, whole in told]
    return [part for part in parts if part[0]]
