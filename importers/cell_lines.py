"""The lines of a copied page as the cells they were: one cell a line, or begun by a tab, or closed by a bar."""

import re
from dataclasses import replace
from itertools import pairwise

from importers import columns
from importers.broken_names import INNER_BREAK, Cell, as_one, names_in, names_whole, upright_whole
from importers.grid import Line
from importers.numbering import TASK_RANK, numbering_of
from importers.title import names_a_plan
from importers.values.departments import look_like_units

FEWEST_COLUMNS = 3
_ENDS_A_CELL = re.compile(r"[^|]*\|+", re.DOTALL)
_HEADS = re.compile(r"[一二三四五六七八九十]{1,3}、?|[（(][一二三四五六七八九十]{1,3}[）)]")
_HEADING = re.compile(r"[一-龥、“”]+([（(].*[）)])?。?")
_LONGEST_HEADING = 24
_LONGEST_CELL = 10  # lines
_FEWEST_GAPS = 12
_SHORT_WORD = 2
_COUNTS = re.compile(r"[（(]?[0-9０-９]{1,4}[）)]?[.、．]?")


def without_bare_bars(lines: list[Line]) -> list[Line]:
    """Where a | on a line of its own stands between any two cells, it says nothing more than the line break."""
    return [line for line in lines if line.text.strip() != "|"] if _bars_between(lines) else lines


def _bars_between(lines: list[Line]) -> bool:
    filled = [line.text.strip() for line in lines if line.text.strip()]
    bars = [index for index, text in enumerate(filled) if text == "|"]
    between = sum(later - earlier == 2 for earlier, later in pairwise(bars))
    return len(bars) >= FEWEST_COLUMNS and between * 5 >= len(bars) * 3


def numbered_rows(lines: list[Line]) -> list[list[Cell]]:
    """The cells between such bars, blank ones too, cut where the numbers 1, 2, 3, … stand; a heading is a row by itself."""
    if not _bars_between(lines):
        return []
    cells = [Cell(0, "")]
    for line in lines:
        text = line.text.strip()
        if text == "|":
            cells.append(Cell(line.number, ""))
        elif text:
            last = cells[-1]
            cells[-1] = Cell(line.number if not last.text else last.number, f"{last.text}\n{text}".strip())
    rows: list[list[Cell]] = []
    for index, cell in enumerate(cells):
        words = (
            cell.text if rows else cell.text.split("\n")[-1]
        )  # the head of the page stands right above the first
        if words == str(sum(len(row) > 1 for row in rows) + 1):
            rows.append([replace(cell, text=words)])
        elif rows and _is_heading(cell.text) and len(rows[-1]) == 1:
            rows.insert(len(rows) - 1, [cell])
        elif rows and not (cell.text == "" and index == len(cells) - 1):
            rows[-1].append(cell)
    while rows and len(rows[-1]) > 1 and not rows[-1][-1].text:
        rows[-1].pop()
    return rows


def _is_heading(text: str) -> bool:
    found = numbering_of(text)
    return found is not None and found.rank < TASK_RANK and len(text) <= _LONGEST_HEADING


def line_cells(lines: list[Line]) -> list[Cell]:
    """Each line a cell; where lines end with | a cell goes on until that mark, and a bare | is a blank one."""
    filled = [Cell(line.number, line.text.strip()) for line in lines if line.text.strip()]
    filled = _close_together(filled) if blank_between(filled) else filled
    filled = names_whole(upright_whole(filled))
    marked = [i for i, cell in enumerate(filled) if _ENDS_A_CELL.fullmatch(cell.text)]
    if len(marked) < FEWEST_COLUMNS:
        return filled
    cells: list[Cell] = []
    goes_on = False
    apart = _far_from_marks(marked)
    for index, cell in enumerate(filled):
        if goes_on:
            cells[-1].text += INNER_BREAK + cell.text
        else:
            cells.append(cell)
        goes_on = marked[0] <= index < marked[-1] and index not in marked and index not in apart
    for cell in cells:
        cell.text = cell.text.rstrip("| ")
    return cells


def blank_between(cells: list[Cell]) -> bool:
    """Whether a blank line parts each cell from the next; units a line each may stand close in one."""
    gaps = [
        below.number - above.number
        for above, below in pairwise(cells)
        if below.number - above.number > 1
        or not (look_like_units(above.text) and look_like_units(below.text))
    ]
    return len(gaps) >= _FEWEST_GAPS and sum(gap > 1 for gap in gaps) * 5 >= len(gaps) * 4


def _close_together(cells: list[Cell]) -> list[Cell]:
    """Where blank lines part the cells, lines right below each other stand in one cell."""
    told: list[Cell] = []
    last = 0
    known = names_in(cells)
    for cell in cells:
        if told and cell.number == last + 1 and _may_be_one(told[-1].text, cell.text):
            above = told[-1].text
            whole = as_one(above, cell.text, known)
            text = whole.replace("\n", "") if whole else f"{above}{INNER_BREAK}{cell.text}"
            told[-1] = replace(told[-1], text=text, more=told[-1].more + 1)
        else:
            told.append(cell)
        last = cell.number
    return told


def _may_be_one(above: str, text: str) -> bool:
    """Whether two lines may stand in one cell: neither counts, names a plan or a column, or is an address."""
    if names_a_plan(above) and columns.is_listed(text):
        return False  # the title right above 序号
    begins = not columns.is_listed(above) or len(above) <= _SHORT_WORD  # 责任 / 目标
    if columns.is_listed(above + text) or (columns.kind_of(above + text) and begins):
        return True
    return not any(
        _COUNTS.fullmatch(line) or names_a_plan(line) or columns.is_listed(line) or "http" in line
        for line in (above, text)
    )


def _far_from_marks(marked: list[int]) -> set[int]:
    """The lines of a letter between the head of a page and its table, both closed by bars: no cell goes on so long."""
    return {
        index
        for before, behind in pairwise(marked)
        if behind - before > _LONGEST_CELL
        for index in range(before + 1, behind)
    }


def with_headings(cells: list[Cell]) -> list[Cell]:
    """一 above 经济发展, where the rows are numbered 1, 2, 3: the heading 一、经济发展 over them."""
    marked = [index for index, cell in enumerate(cells) if _HEADS.fullmatch(cell.text)]
    if not marked or not any(cell.text == "1" for cell in cells):
        return cells
    told = list(cells)
    for index in reversed(marked):
        following = cells[index + 1].text if index + 1 < len(cells) else ""
        if (
            1 < len(following) <= _LONGEST_HEADING
            and _HEADING.fullmatch(following)
            and (following.endswith("。") or not look_like_units(following))
        ):
            mark = cells[index].text.strip("、")
            between = "" if mark.endswith(("）", ")")) else "、"
            told[index : index + 2] = [replace(cells[index], text=f"{mark}{between}{following}")]
    return told


def tab_cells(lines: list[Line]) -> list[Cell]:
    """A line that begins with a tab opens a cell; lines without one, blank ones too, go on with it."""
    cells: list[Cell] = []
    in_table = False
    for line in lines:
        if line.text.startswith("\t"):
            in_table = True
            for text in line.text[1:].split("\t"):
                cells.append(Cell(line.number, text.strip(" ")))
        elif not in_table:
            if line.text.strip():
                cells.append(Cell(line.number, line.text.strip()))
        else:
            cells[-1].text += "\n" + line.text.strip(" ")
    for cell in cells:
        cell.text = cell.text.strip("\n \u3000")
    return cells
