"""A card for each task (交办单): a table whose left cells are the labels of the cells beside them."""

from importers import columns
from importers.characters import squash
from importers.columns import ColumnKind
from importers.grid import Grid, Line, Row
from importers.header_rows import is_responsibility_header
from importers.numbering import numbering_of

_PLAIN = frozenset({ColumnKind.TASK, ColumnKind.GOAL})


def with_cards(blocks: list[Grid | Line]) -> list[Grid | Line]:
    """The blocks with every card written out as a numbered task and its label lines.

    The name of the form, written again above each card, stands only once.
    """
    told: list[Grid | Line] = []
    names: set[str] = set()
    count = 0
    above: Grid | Line | None = None
    for block in blocks:
        card = _card_lines(block, count + 1) if isinstance(block, Grid) else None
        if card is None:
            told.append(block)
        else:
            count += 1
            if isinstance(above, Line):
                if above.text in names:
                    told.pop()
                names.add(above.text)
            told.extend(card)
        above = block
    return told


def _card_lines(grid: Grid, number: int) -> list[Line] | None:
    """The card as a task and its label lines, or None when the table is no card."""
    pairs = [(row, pair) for row in grid.rows if len(row.texts()) > 1 for pair in _pairs(row)]
    kinds = {kind for _, (label, _) in pairs if (kind := columns.kind_of(label))}
    whole = all(_is_label(label) for _, (label, _) in pairs)
    if not whole or not kinds & _PLAIN or not is_responsibility_header(kinds):
        return None
    tasks = [(row, text) for row, (label, text) in pairs if _names_the_task(label)]
    labels = [
        (row, f"{_as_a_line_begins(label)}：{text}")
        for row, (label, text) in pairs
        if not _names_the_task(label)
    ]
    if not tasks:
        return None
    words = "，".join(text.rstrip("。") for _, text in tasks)
    own = numbering_of(words)
    words = words if own and isinstance(own.number, int) else f"{number}.{words}"
    return [
        Line(tasks[0][0].number, f"{words}。", table=grid.name),
        *(Line(row.number, text, table=grid.name) for row, text in labels),
    ]


def _is_label(text: str) -> bool:
    """One of the listed words, or any known one that a colon marks as a label."""
    return columns.is_listed(text) or (text.endswith(("：", ":")) and columns.kind_of(text) is not None)


def _as_a_line_begins(label: str) -> str:
    """进展情况、存在问题及下一步工作建议 is too long for a label within a text; what it holds is 进展情况."""
    is_progress = columns.kind_of(label) is ColumnKind.PROGRESS and not columns.is_listed(label)
    return columns.NAMES[ColumnKind.PROGRESS] if is_progress else label.rstrip("：:")


def _names_the_task(label: str) -> bool:
    return columns.is_listed(label) and columns.kind_of(label) in _PLAIN


def _pairs(row: Row) -> list[tuple[str, str]]:
    """Label and value, label and value; where they do not go up there is a label that is none."""
    texts = [text for _, text in row.texts()]
    if len(texts) % 2:
        return [("", "")]
    return [
        (squash(label), text.replace("\n", "、")) for label, text in zip(texts[::2], texts[1::2], strict=True)
    ]
