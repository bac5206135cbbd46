"""Tables drawn with characters (┌─┬─┐), as old document systems export them."""

import re

from importers.grid import Grid, Line, Row, Span

_EDGE = re.compile(r"[│┃├┤┼┝┥┿┠┨╂║╠╣╬]")
_RULE = re.compile(r"[─━┬┴┼═\-]+")
_BULLETS = ("△", "▲", "●", "◆", "■", "★", "○", "◎")
_OPENS = re.compile(r"^\s*[┌┏╔┬]")
_CLOSES = re.compile(r"^\s*[└┗╚]")


def has_boxes(text: str) -> bool:
    """Whether a text holds a table drawn with line characters."""
    return text.count("│") + text.count("┃") >= 6 and "─" in text + text.replace("━", "─")


def read(lines: list[str]) -> list[Grid | Line]:
    """The drawn tables as grids, what stands between them as lines."""
    blocks: list[Grid | Line] = []
    drawn: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if _OPENS.match(line) or _EDGE.search(line):
            if _OPENS.match(line) and drawn:
                blocks.append(_grid(drawn))
                drawn = []
            drawn.append((number, line))
            continue
        if drawn:
            blocks.append(_grid(drawn))
            drawn = []
        if line.strip() and not _CLOSES.match(line):
            blocks.append(Line(number, line.strip()))
    if drawn:
        blocks.append(_grid(drawn))
    return blocks


def _grid(drawn: list[tuple[int, str]]) -> Grid:
    """Cells end where a rule is drawn under them; a column without a rule goes on, merged, into the next row."""
    split = [(number, _segments(line)) for number, line in drawn if not _OPENS.match(line)]
    width = max((len(cells) for _, cells in split), default=0)
    starts = [number for number, _ in split[:1]]
    cells: list[tuple[int, int, int, list[str]]] = []  # column, first line, last line, words
    open_cells: dict[int, tuple[int, list[str]]] = {}
    last = 0
    beside_rule = False
    for number, segments in split:
        if len(segments) != width:
            continue
        ruled = {column for column, words in enumerate(segments) if _RULE.fullmatch(words)}
        for column in ruled:
            if column in open_cells:
                first, words = open_cells.pop(column)
                cells.append((column, first, last, words))
        for column, words_here in enumerate(segments):
            if column not in ruled:
                if beside_rule and column in open_cells and words_here.strip(" \u3000").startswith(_BULLETS):
                    first, words = open_cells.pop(
                        column
                    )  # △ right under a neighbour's rule begins a new task
                    cells.append((column, first, last, words))
                first, words = open_cells.setdefault(column, (number, []))
                words.append(words_here.strip(" \u3000"))
        if ruled:
            starts.append(number + 1)
        beside_rule = bool(ruled)
        last = number
    cells.extend((column, first, last, words) for column, (first, words) in open_cells.items())
    return Grid("", _rows(cells, sorted(set(starts))), layout_breaks=True)


def _segments(line: str) -> list[str]:
    return _EDGE.split(line.strip())[1:-1]


def _rows(cells: list[tuple[int, int, int, list[str]]], starts: list[int]) -> list[Row]:
    rows = {start: Row(start, {}) for start in starts}
    for column, first, last, words in cells:
        text = "\n".join(word for word in words if word)
        covered = [start for start in starts if _row_of(first, starts) <= start <= last]
        if not covered:
            continue
        top = covered[0]
        rows[top].cells[column + 1] = text
        if len(covered) > 1:
            span = Span(top, column + 1, covered[-1], column + 1, text)
            for start in covered:
                rows[start].spans[column + 1] = span
    return [row for row in rows.values() if row.cells]


def _row_of(number: int, starts: list[int]) -> int:
    return max((start for start in starts if start <= number), default=starts[0])
