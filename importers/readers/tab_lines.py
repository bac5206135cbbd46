"""A table copied from a browser whose cells hold paragraphs: a line with a tab alone parts the cells of a row.

No tab parts the last cell of a row from the first of the next; the width of the header tells where rows end.
"""

from importers.characters import squash
from importers.columns import ColumnKind, kind_of
from importers.counting import NUMERAL
from importers.grid import Grid, Line, Row, across
from importers.header_rows import is_responsibility_header
from importers.headings import is_heading

_FEWEST_COLUMNS = 3
_Paragraph = tuple[int, str]


def read(lines: list[str]) -> list[Grid | Line] | None:
    """The tables and the lines around them; None where tabs do not part whole rows."""
    cells = _cells(lines)
    width = next((place for place, cell in enumerate(cells) if place and len(cell) > 1), 0) + 1
    if width < _FEWEST_COLUMNS or (len(cells) - 1) % (width - 1) or not cells[0]:
        return None
    rows: list[Row] = []
    blocks: list[Grid | Line] = [Line(*above) for above in cells[0][:-1]]
    header = [cells[0][-1:], *cells[1 : width - 1], cells[width - 1][:1]]
    kinds = [kind_of(squash(" ".join(text for _, text in cell))) for cell in header]
    if not is_responsibility_header({kind for kind in kinds if kind}):
        return None
    numbered = kinds[0] is ColumnKind.NUMBER
    first = cells[0][-1:]
    for start in range(0, len(cells) - 1, width - 1):
        ends = cells[start + width - 1]
        is_last = start + width == len(cells)
        parted = _parted(ends, header[0], numbered=numbered, is_last=is_last)
        if parted is None:
            return None
        own, between, following = parted
        heading, own = (own[-1:], own[:-1]) if len(own) > 1 and is_heading(own[-1][1]) else ([], own)
        rows.append(_row([first, *cells[start + 1 : start + width - 1], own]))
        rows += [across(*each, width) for each in heading]
        if between or is_last:
            blocks.append(Grid("", rows, knows_merges=False))
            blocks += [Line(*each) for each in between]
            rows = []
        first = following
    return blocks


def _cells(lines: list[str]) -> list[list[_Paragraph]]:
    """The paragraphs between one lone tab and the next, with the numbers of their lines."""
    cells: list[list[_Paragraph]] = [[]]
    for number, line in enumerate(lines, start=1):
        if line.strip():
            cells[-1].append((number, line.strip()))
        elif "\t" in line:
            cells.append([])
    return cells


def _parted(
    ends: list[_Paragraph], header: list[_Paragraph], *, numbered: bool, is_last: bool
) -> tuple[list[_Paragraph], list[_Paragraph], list[_Paragraph]] | None:
    """The last cell of a row, the lines below the row, and the first cell of the next; None where they do not part."""
    if is_last:
        return ends[:1], ends[1:], []
    if not ends:
        return None
    again = squash(ends[-1][1]) == squash(header[0][1])
    if numbered and not (NUMERAL.fullmatch(squash(ends[-1][1])) or again):
        return None
    if not numbered and len(ends) < 2:
        return None
    return (ends[:1], ends[1:-1], ends[-1:]) if again else (ends[:-1], [], ends[-1:])


def _row(cells: list[list[_Paragraph]]) -> Row:
    number = next((cell[0][0] for cell in cells if cell), 0)
    texts = ("\n".join(text for _, text in cell) for cell in cells)
    return Row(number, dict(enumerate(texts, start=1)))
