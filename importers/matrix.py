"""Units as headers and signs in the cells (★ 牵头, △ 配合): the same table with its units written out."""

import re
from collections import Counter
from dataclasses import replace
from itertools import chain

from importers import columns
from importers.characters import squash
from importers.grid import Document, Grid, Line, Row
from importers.header_rows import TASK_LIKE
from importers.scripts import either_script
from importers.values.departments import look_like_units
from importers.values.words import TOWNSHIP

_ROWS_SEARCHED = 12
_FEWEST_UNITS = 3
_FEWEST_SIGNS = 3
_LONGEST_LEGEND = 120
_LEAD, _RESPONSIBLE, _SUPPORTING = "牵头单位", "责任单位", "配合单位"
_SIGN = r"[★☆△▲▽▼●○◎◆◇■□※√✓✔✅⊙⊕＊*]"
_LEADS = r"(?:总|主要)?(?:牵头|主办|主责|主要责任|第一责任)"
_SUPPORTS = r"(?:配合|协办|协助|协同|参与|参加|会办)"
_ANSWERS = r"(?:责任|承办|负责|落实)"
_MEANS = r"[”\"’』」》）)]?\s*(?:的|者|为|表示|代表|指|是|即|标注|标记|[：:=＝—-])*\s*[“\"‘『「]?"
_ROLES = ((_LEAD, _LEADS), (_SUPPORTING, _SUPPORTS), (_RESPONSIBLE, _ANSWERS))
_BEHIND = tuple(
    (role, re.compile(either_script(rf"(?P<sign>{_SIGN}){_MEANS}{words}"))) for role, words in _ROLES
)
_BEFORE = tuple(
    (
        role,
        re.compile(
            either_script(
                rf"{words}(?:责任)?(?:单位|部门|者)?[（(：:]?(?:请?[以用]|标(?:有|为|注|记)?|打|画|为|是)?[“\"（(]?(?P<sign>{_SIGN})"
            )
        ),
    )
    for role, words in _ROLES
)
_WORDS = {
    "牵头": _LEAD,
    "主办": _LEAD,
    "主责": _LEAD,
    "牵": _LEAD,
    "主": _LEAD,
    "配合": _SUPPORTING,
    "协办": _SUPPORTING,
    "参与": _SUPPORTING,
    "协助": _SUPPORTING,
    "配": _SUPPORTING,
    "协": _SUPPORTING,
    "责任": _RESPONSIBLE,
    "负责": _RESPONSIBLE,
}


def with_units(document: Document) -> Document:
    """The document with every such table written out as one whose columns name who leads and who helps."""
    told: list[Grid] = []
    blocks: list[Grid | Line] = []
    for block in document.blocks:
        if isinstance(block, Grid) and (found := _units_above(block)):
            told.append(block)
            blocks.append(_written_out(block, *found, _legend(document, block)))
        else:
            blocks.append(block)
    return replace(document, blocks=blocks) if told else document


def _units_above(grid: Grid) -> tuple[int, list[int]] | None:
    """The row whose cells name units over signs, and their columns."""
    for index, row in enumerate(grid.rows[:_ROWS_SEARCHED]):
        texts = row.texts()
        if len(texts) < _FEWEST_UNITS:
            continue
        units = [
            column
            for column, text in texts
            if columns.kind_of(squash(text)) is None and _is_unit(squash(text))
        ]
        if len(units) < _FEWEST_UNITS:
            continue
        cells = [
            text
            for below in grid.rows[index + 1 :]
            for column in units
            if (text := squash(below.own(column)))
        ]
        signs = sum(_is_sign(text) for text in cells)
        if signs >= _FEWEST_SIGNS and signs * 10 >= len(cells) * 9 and _names_tasks(grid, index):
            return index, units
    return None


def _is_unit(text: str) -> bool:
    return look_like_units(text) or bool(TOWNSHIP.fullmatch(text))


def _is_sign(text: str) -> bool:
    return text in _WORDS or bool(re.fullmatch(_SIGN, text))


def _names_tasks(grid: Grid, index: int) -> bool:
    rows = grid.rows[max(0, index - 1) : index + 1]
    return any(columns.kind_of(squash(text)) in TASK_LIKE for row in rows for _, text in row.texts())


def _legend(document: Document, grid: Grid) -> dict[str, str]:
    """What each sign means, by the lines and remarks of the document."""
    lines = (line.text for line in document.lines())
    cells = (text for row in grid.rows for _, text in row.texts() if re.search(_SIGN, text))
    told: dict[str, str] = dict(_WORDS)
    for text in chain(lines, cells):
        if len(text) <= _LONGEST_LEGEND and len(squash(text)) > 1:
            for patterns in (_BEHIND, _BEFORE):
                for role, pattern in patterns:
                    for match in pattern.finditer(text):
                        told.setdefault(match["sign"], role)
    return told


def _written_out(grid: Grid, index: int, units: list[int], legend: dict[str, str]) -> Grid:
    names = {column: squash(grid.rows[index].full(column)) for column in units}
    used = Counter(
        text
        for row in grid.rows[index + 1 :]
        for column in units
        if _is_sign(text := squash(row.own(column)))
    )
    unknown = [sign for sign in used if sign not in legend]
    roles = list(dict.fromkeys(legend.get(sign, _RESPONSIBLE) for sign in used))
    roles.sort(key=[_LEAD, _RESPONSIBLE, _SUPPORTING].index)
    place = {role: max(grid.columns()) + 1 + step for step, role in enumerate(roles)}
    rows: list[Row] = []
    notes = list(grid.notes)
    for position, row in enumerate(grid.rows):
        cells = {column: text for column, text in row.cells.items() if column not in names}
        spans = {column: span for column, span in row.spans.items() if column not in names}
        if position == index:
            cells |= {place[role]: role for role in roles}
        elif position > index:
            signed = [(column, sign) for column in units if (sign := squash(row.own(column)))]
            for role in roles:
                if named := [names[c] for c, sign in signed if legend.get(sign, _RESPONSIBLE) == role]:
                    cells[place[role]] = "、".join(named)
            if told := _doubt(signed, unknown, names):
                notes.append((row.number, told))
        elif position == index - 1:
            cells = {column: text for column, text in cells.items() if not _heads_units(row, column, names)}
        rows.append(Row(row.number, cells, spans, row.hidden))
    return replace(grid, rows=rows, notes=notes)


def _heads_units(row: Row, column: int, names: dict[int, str]) -> bool:
    """责任单位 drawn over all the units: the new columns say it."""
    span = row.spans.get(column)
    return span is not None and all(unit in names for unit in range(span.left, span.right + 1))


def _doubt(signed: list[tuple[int, str]], unknown: list[str], names: dict[int, str]) -> str:
    if odd := [f"{names[column]}：{sign}" for column, sign in signed if not _is_sign(sign)]:
        return f"“{'”“'.join(odd)}”不是记号，没有读入，请核对"
    if asked := [sign for sign in unknown if any(sign == other for _, other in signed)]:
        return f"文件没有说明“{'”“'.join(asked)}”表示牵头还是配合，都按责任单位读入，请核对"
    return ""
