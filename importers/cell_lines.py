"""The lines of a copied page as the cells they were: one cell a line, or begun by a tab, or closed by a bar."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from importers import columns
from importers.grid import Line
from importers.numbering import TASK_RANK, numbering_of
from importers.scripts import either_script
from importers.values.departments import look_like_units
from importers.values.words import UNIT_ENDING

FEWEST_COLUMNS = 3
_ENDS_A_CELL = re.compile(r"[^|]*\|+", re.DOTALL)
_INNER_NAME = re.compile(rf"[（(][一-龥、]*{UNIT_ENDING.pattern[:-1]}[）)]")  # the unit's other name
_HEADS = re.compile(r"[一二三四五六七八九十]{1,3}、?|[（(][一二三四五六七八九十]{1,3}[）)]")
_HEADING = re.compile(r"[一-龥、“”]+([（(].*[）)])?。?")
_LONGEST_HEADING = 24
_LONGEST_CELL = 10  # lines
_HALF_NAME = re.compile(either_script(r"[省市州区县旗][一-龥]{1,5}"))
_BRANCHES = re.compile(
    either_script(r"[省市州区县旗]?(生态环境|自然资源(和规划)?|规划和自然资源|公安|市场监管|税务|城市管理)")
)
_BRANCH = re.compile(r"[一-龥]{2,4}分局")
_SEAT = re.compile(either_script(r"[省市州区县旗](政府|委(员会)?)$"))
_ROOM = re.compile(either_script(r"[一-龥]{2}室"))  # 县政府 / 督查室
_LONGEST_NARROW = 12
_LAST_CHARACTER = re.compile(
    r"(?![序一二三四五六七八九十无是否个户亩所条座处人家元次件项辆台套名万亿吨场米])[一-龥][。；]?"
)
_MAY_GO_ON = re.compile(r"[一-龥]{2}$|^[一-龥]$")
_OTHER_HALF = re.compile(r"[一-龥]{1,6}")


@dataclass(slots=True)
class Cell:
    """The words of one cell and the line they began on."""

    number: int
    text: str


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
    filled = names_whole([Cell(line.number, line.text.strip()) for line in lines if line.text.strip()])
    marked = [i for i, cell in enumerate(filled) if _ENDS_A_CELL.fullmatch(cell.text)]
    if len(marked) < FEWEST_COLUMNS:
        return filled
    cells: list[Cell] = []
    goes_on = False
    apart = _far_from_marks(marked)
    for index, cell in enumerate(filled):
        if goes_on:
            cells[-1].text += "\n" + cell.text
        else:
            cells.append(cell)
        goes_on = marked[0] <= index < marked[-1] and index not in marked and index not in apart
    for cell in cells:
        cell.text = cell.text.rstrip("| ")
    return cells


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
            and not look_like_units(following)
        ):
            mark = cells[index].text.strip("、")
            between = "" if mark.endswith(("）", ")")) else "、"
            told[index : index + 2] = [replace(cells[index], text=f"{mark}{between}{following}")]
    return told


def names_whole(cells: list[Cell]) -> list[Cell]:
    """A unit's name broken over two lines stands in one cell: 市生态 / 环境局, 财政局 / （国资办）."""
    whole: list[Cell] = []
    for cell in cells:
        above = whole[-1].text if whole else ""
        if (
            (_INNER_NAME.fullmatch(cell.text) and look_like_units(above))
            or (
                (_BRANCHES.fullmatch(above) and _BRANCH.fullmatch(cell.text))
                or (_SEAT.search(above) and _ROOM.fullmatch(cell.text))
            )
            or _is_rest_of_word(above, cell.text)
        ):
            whole[-1] = replace(whole[-1], text=above + cell.text)
        elif (
            _HALF_NAME.fullmatch(above)
            and _OTHER_HALF.fullmatch(cell.text)
            and columns.kind_of(above) is None
            and not look_like_units(above)
            and look_like_units(above + cell.text)
        ):
            whole[-1] = replace(whole[-1], text=f"{above}\n{cell.text}")
        else:
            whole.append(cell)
    return whole


def _is_rest_of_word(above: str, text: str) -> bool:
    """加强水资源保 / 护, 旅游宣传和 / 旅游收入: a line too short for a cell, or one above that cannot end there."""
    if not above or above[-1:] == "。":
        return False
    if max(len(above), len(text)) > _LONGEST_NARROW:
        return False
    return above[-1] in "和与及" or bool(_LAST_CHARACTER.fullmatch(text) and _MAY_GO_ON.search(above))


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
