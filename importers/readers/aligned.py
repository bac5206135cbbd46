"""Tables typed with spaces: every row has a wide gap where the header has one."""

import re
from itertools import pairwise
from unicodedata import east_asian_width

from importers.characters import squash
from importers.columns import ColumnKind, kind_of
from importers.grid import Grid, Line, Row
from importers.numbering import TASK_RANK, numbering_of
from importers.readers import piped
from importers.readers.ragged import DOUBT

_GAP = re.compile(r"(?: {2,}|\u3000+ *|\t)+")
_WORD = re.compile(r"[^\s\u3000]+(?: [^\s\u3000]+)*")
_WIDE_NAME = re.compile(r"(?:.*、)?[一-龥]  [一-龥](?: {1,2}[一-龥])?(?:、.*)?")  # 徐  斌, 田  瑞 军
_SPACES = re.compile(r" {2,}")
_WIDE_GAP = re.compile(r" {3,}")
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
_FEWEST_COLUMNS = 3
_WIDE = 3  # two spaces stand inside names typed wide
_LINES_SEARCHED = 400
_SLIP = 1  # columns of a terminal
_FEWEST_DRAWN = 2
_LEADING = frozenset({ColumnKind.OFFICIAL, ColumnKind.LEAD_DEPARTMENT, ColumnKind.RESPONSIBLE})


def read(lines: list[str]) -> list[Grid | Line] | None:
    """The table below a header of spaced words, or None unless the rows have its columns.

    A blank cell is found where the cells of the whole rows stand exactly below the header's words; else by what the
    cells hold. A row may run over several lines where the gaps are wide, so that those inside a name are told from
    those between cells.
    """
    header = next((i for i, line in enumerate(lines[:_LINES_SEARCHED]) if _is_header(_cells(line))), None)
    if header is None:
        return None
    width = len(_cells(lines[header]))
    rows: list[Row] = []
    for number, line in enumerate(lines[header:], start=header + 1):
        cells = _cells(line)
        if len(cells) not in (0, 1, width):
            placed = (_by_place(lines, header, wide) for wide in ("WF", "WFA"))
            return next(filter(None, placed), None) or _by_gaps(lines, header) or _broken(lines, header)
        rows.append(Row(number, dict(enumerate(cells, start=1))))
    if sum(len(row.cells) == width for row in rows) < 2:
        return None
    above: list[Grid | Line] = [Line(number, line.strip()) for number, line in enumerate(lines[:header], 1)]
    return [*above, Grid("", rows, knows_merges=False)]


def _by_place(lines: list[str], header: int, wide: str) -> list[Grid | Line] | None:
    """The table with each cell below the header's word it stands under, or None where the columns are not drawn so.

    ``wide``: the sorts of characters that take two columns.
    """
    starts = [start for start, _ in _placed(lines[header], wide)]
    gaps = [after - before for before, after in pairwise(starts)]
    if min(gaps, default=0) <= 2 * _SLIP:
        return None
    rows: list[Row] = []
    doubts: list[tuple[int, str]] = []
    kinds = [kind_of(squash(word)) for _, word in _placed(lines[header], wide)]
    key = kinds.index(ColumnKind.NUMBER) + 1 if ColumnKind.NUMBER in kinds else 1
    leading = {
        i: word
        for i, (_, word) in enumerate(_placed(lines[header], wide), 1)
        if kind_of(squash(word)) in _LEADING
    }
    drawn = 0
    counted = kinds[0] is ColumnKind.TASK and _count_on(lines[header + 1 :])
    task: dict[int, str] = {}
    for number, line in enumerate(lines[header:], start=header + 1):
        found = _placed(line, wide)
        numbered = numbering_of(line) is not None
        rest = found and task and not numbered and not _is_header(_cells(line)) and not _is_note(found, task)
        if len(found) == 1 and not rest:
            rows.append(Row(number, {1: found[0][1]}))
            task = {}
            continue
        if (cells := _below(found, starts)) is None:
            return None
        if rest:
            for column, text in cells.items():
                between = "\n" if column > 1 and text and task[column] else ""
                task[column] += between + text
            continue
        task = cells if counted and numbered else task
        if found and not cells[key]:
            return None  # the rest of a row, or one whose number is merged
        blank = [word for i, word in leading.items() if found and not cells[i]]
        doubts += [(number, f"“{word}”一格是空的，看不出是沿用上行还是没有填写，请核对") for word in blank]
        drawn += sum(map(bool, cells.values())) >= _FEWEST_COLUMNS
        rows.append(Row(number, cells))
    above: list[Grid | Line] = [Line(number, line.strip()) for number, line in enumerate(lines[:header], 1)]
    return [*above, Grid("", rows, knows_merges=False, notes=doubts)] if drawn > _FEWEST_DRAWN else None


def _below(found: list[tuple[int, str]], starts: list[int]) -> dict[int, str] | None:
    """The cells of a line, each below the header's word it stands under; None where one stands below none."""
    cells: dict[int, str] = dict.fromkeys(range(1, len(starts) + 1), "") if found else {}
    column = 1
    for start, text in found:
        at = next((i for i, place in enumerate(starts, 1) if abs(start - place) <= _SLIP), 0)
        column = at or column
        if bool(at) == bool(cells[column]):
            return None
        cells[column] += text if at else f"  {text}"
        if not at and not _WIDE_NAME.fullmatch(cells[column]):
            return None
    return cells


def _count_on(lines: list[str]) -> bool:
    """Whether the tasks are counted (1.…, 2.…, 3.…) and run over several lines: what has no number is the rest of a row."""
    told = [numbering_of(line) for line in lines]
    numbers = [each.number for each in told if each and each.rank == TASK_RANK and each.rest]
    begun = [number for number in numbers if isinstance(number, int)]
    return len(begun) > _FEWEST_DRAWN and begun == list(range(begun[0], begun[0] + len(begun)))


def _is_note(found: list[tuple[int, str]], task: dict[int, str]) -> bool:
    """Whether a line alone below a whole sentence is none of its cells."""
    return len(found) == 1 and found[0][0] <= _SLIP and task[1].endswith(("。", "；"))


def _placed(line: str, wide: str) -> list[tuple[int, str]]:
    """The cells of a line, each with where it begins on a page whose characters are one or two columns wide."""
    if "\t" in line:
        return []
    widths = [0]
    for character in line:
        widths.append(widths[-1] + 1 + (east_asian_width(character) in wide))
    return [(widths[found.start()], found.group()) for found in _WORD.finditer(line.rstrip())]


def _by_gaps(lines: list[str], header: int) -> list[Grid | Line] | None:
    """The table whose gaps are all as wide but where a cell is blank; None where wider ones do not tell which are."""
    usual = {len(gap) for gap in _SPACES.findall(lines[header].strip())}
    width = len(_cells(lines[header]))
    if len(usual) != 1 or max(usual) < _WIDE:
        return None
    rows: list[Row] = []
    shown = False
    for number, line in enumerate(lines[header:], start=header + 1):
        if len(_cells(line)) < 2:
            rows.append(Row(number, {1: line.strip()} if line.strip() else {}))
            continue
        cells = _with_blanks(line, width, max(usual))
        if cells is None and any(map(str.strip, lines[number:])):
            return None
        cells = cells or _cells(line)  # the text ends within its last row
        shown = shown or len(_WIDE_GAP.split(line.strip())) < width
        rows.append(Row(number, dict(enumerate(cells, start=1))))
    above: list[Grid | Line] = [Line(number, line.strip()) for number, line in enumerate(lines[:header], 1)]
    return [*above, Grid("", rows, knows_merges=False)] if shown else None


def _with_blanks(line: str, width: int, usual: int) -> list[str] | None:
    """The cells of a line, the blank ones in the gaps wider than usual; None where those are not as many."""
    words = _WIDE_GAP.split(line.strip(" "))
    gaps = [len(line) - len(line.lstrip(" ")), *(map(len, _WIDE_GAP.findall(line.strip(" "))))]
    gaps.append(len(line) - len(line.rstrip(" ")))
    wide = [place for place, gap in enumerate(gaps) if gap > (usual if 0 < place < len(words) else 2)]
    missing = width - len(words)
    if any(gap < usual for gap in gaps[1:-1]) or (len(wide) != missing and not (len(wide) == 1 <= missing)):
        return None
    share = missing if len(wide) == 1 else 1
    cells: list[str] = []
    for place, word in enumerate([*words, ""]):
        cells += [""] * (share if place in wide else 0) + ([word] if place < len(words) else [])
    return cells


def _broken(lines: list[str], header: int) -> list[Grid | Line] | None:
    """The same with gaps as wide as the header's, rows put together from their lines."""
    gaps = [len(gap) for gap in _SPACES.findall(lines[header].strip())]
    if not gaps or min(gaps) < _WIDE or any("|" in line or "｜" in line for line in lines):
        return None
    wide = re.compile(rf" {{{min(gaps)},}}|\u3000{{2,}}")
    framed = [f"|{'|'.join(wide.split(line.strip()))}|" if line.strip() else "" for line in lines]
    told = piped.read(framed, broken=True)
    table = [
        (grid, row)
        for grid in told or ()
        if isinstance(grid, Grid)
        for row in grid.rows
        if len(row.texts()) > 1
    ]
    for grid, row in table:
        if not all(row.cells.values()) and row.number not in dict(grid.notes):
            grid.notes.append((row.number, DOUBT))  # whether it was blank or merged, spaces do not show
    return told if table else None


def _cells(line: str) -> list[str]:
    return [cell for cell in _GAP.split(line.strip(" \t\u3000")) if cell]


def _is_header(cells: list[str]) -> bool:
    if any(_LABEL.search(cell) for cell in cells):
        return False
    known = sum(kind_of(squash(cell)) is not None for cell in cells)
    return len(cells) >= _FEWEST_COLUMNS and known * 3 >= len(cells) * 2
