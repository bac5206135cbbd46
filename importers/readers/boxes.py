"""Tables drawn with characters (┌─┬─┐ or +--+--+), as old document systems export them."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from importers.grid import Grid, Line, Row, Span

_EDGE = re.compile(r"[│┃├┤┼┝┥┿┠┨╂║╠╣╬]")
_JOINT = re.compile(r"[│┃├┤┼┝┥┿┠┨╂║╠╣╬┬┯┳╦┴┷┻╩┌┏╔┐┓╗└┗╚┘┛╝]")
_ONLY_BELOW = frozenset("┬┯┳╦┌┏╔┐┓╗")
_ONLY_ABOVE = frozenset("┴┷┻╩└┗╚┘┛╝")
_RULE = re.compile(r"[─━═\-—\s]*[─━═\-—][─━═\-—\s]*")
_BULLETS = ("△", "▲", "●", "◆", "■", "★", "○", "◎")
_OPENS = re.compile(r"^\s*[┌┏╔┬]")
_CLOSES = re.compile(r"^\s*[└┗╚]")
_TYPED_RULE = re.compile(r"^\s*\+(?:[-=]{2,}\+)+\s*$", re.MULTILINE)
_TYPED = str.maketrans("+|=", "┼│─")


def has_boxes(text: str) -> bool:
    """Whether a text holds a table drawn with line characters."""
    if len(_TYPED_RULE.findall(text)) > 1:
        return True
    return text.count("│") + text.count("┃") >= 6 and "─" in text + text.replace("━", "─")


def read(lines: list[str]) -> list[Grid | Line]:
    """The drawn tables as grids, what stands between them as lines."""
    if not any(_EDGE.search(line) for line in lines):
        lines = [_redrawn(line) for line in lines]
    blocks: list[Grid | Line] = []
    drawn: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if _OPENS.match(line) or _EDGE.search(line):
            if _OPENS.match(line) and drawn:
                blocks.append(_grid(drawn))
                drawn = []
            drawn.append((number, line))
            continue
        if not line.strip():
            continue
        if drawn:
            blocks.append(_grid(drawn))
            drawn = []
        if not _CLOSES.match(line):
            blocks.append(Line(number, line.strip()))
    if drawn:
        blocks.append(_grid(drawn))
    return blocks


def _redrawn(line: str) -> str:
    """A line of a table typed with + and | as if it were drawn."""
    if _TYPED_RULE.match(line):
        return line.translate(_TYPED).replace("-", "─")
    return line.replace("|", "│") if line.strip().startswith("|") else line


@dataclass(slots=True)
class _Cell:
    """A stretch of lines between two edges; edges are counted from the left of the whole table."""

    left: int
    right: int
    first: int
    last: int
    words: list[str]


@dataclass(slots=True)
class _Drawing:
    """A table followed line by line: which edges stand, which cells are open."""

    width: int
    edges: list[int]
    done: list[_Cell] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    _open: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    _beside_rule: bool = False

    def follow(self, number: int, line: str) -> None:
        """One line: rules close the cells above them, words go on with the cell they stand in."""
        parts = _JOINT.split(line.strip())[1:-1]
        joints = _JOINT.findall(line)
        above = self._edges_above(joints)
        if above is None:
            self.unclear.append(number)
            return
        ruled = False
        for (left, right), words in zip(self._stretches(joints, above), _between(joints, parts), strict=True):
            if _RULE.fullmatch(words):
                self._close(left, right)
                ruled = True
            else:
                self._write(number, left, right, words)
        if ruled:
            self.starts.append(number + 1)
            self.edges = self._edges_below(joints, above)
        self._beside_rule = ruled

    def finish(self) -> None:
        self._close(0, self.width)

    def _edges_above(self, joints: list[str]) -> list[int] | None:
        """Which edges of the table the joints that reach upwards are, or None when they cannot be told."""
        count = sum(joint not in _ONLY_BELOW for joint in joints)
        if count == len(self.edges):
            return self.edges
        if count == self.width + 1:
            return list(range(self.width + 1))
        return [0, self.width] if count == 2 else None

    def _edges_below(self, joints: list[str], above: list[int]) -> list[int]:
        """The edges that stand below a rule: those that go on, and new ones between them in order."""
        count = sum(joint not in _ONLY_ABOVE for joint in joints)
        if count == self.width + 1:
            return list(range(self.width + 1))
        known = iter(above)
        edges: list[int] = []
        for joint in joints:
            if joint in _ONLY_BELOW:
                edges.append((edges[-1] if edges else -1) + 1)
                continue
            edge = next(known)
            if joint not in _ONLY_ABOVE:
                edges.append(edge)
        return edges

    def _stretches(self, joints: list[str], above: list[int]) -> list[tuple[int, int]]:
        edges = iter(above)
        reached = [next(edges) for joint in joints if joint not in _ONLY_BELOW]
        return list(pairwise(reached))

    def _close(self, left: int, right: int) -> None:
        for key in [key for key in self._open if key[0] < right and key[1] > left]:
            self.done.append(self._open.pop(key))

    def _write(self, number: int, left: int, right: int, words: str) -> None:
        key = (left, right)
        if key not in self._open or (self._beside_rule and words.strip().startswith(_BULLETS)):
            self._close(left, right)  # △ right under a neighbour's rule begins a new task
            self._open[key] = _Cell(left, right, number, number, [])
        cell = self._open[key]
        cell.words.append(words.strip(" \u3000"))
        cell.last = number


def _between(joints: list[str], parts: list[str]) -> list[str]:
    """What stands between two joints that reach upwards: the rules beside a ┬ are one."""
    told: list[str] = []
    for joint, part in zip(joints, parts, strict=False):
        if joint in _ONLY_BELOW and told:
            told[-1] += part
        else:
            told.append(part)
    return told


def _grid(drawn: list[tuple[int, str]]) -> Grid:
    """Cells end where a rule is drawn under them; a column without a rule goes on, merged, into the next row."""
    drawn = [(number, line) for number, line in drawn if not _OPENS.match(line)]
    width = max((len(_EDGE.split(line.strip())) - 2 for _, line in drawn), default=0)
    drawing = _Drawing(width, list(range(width + 1)), starts=[number for number, _ in drawn[:1]])
    for number, line in drawn:
        drawing.follow(number, line)
    drawing.finish()
    doubts = [(number, "这一行的框线与表头对不上，没有读入，请对照原文补上") for number in drawing.unclear]
    rows = _rows(drawing.done, sorted(set(drawing.starts)))
    return Grid("", rows, layout_breaks=True, notes=doubts)


def _rows(cells: list[_Cell], starts: list[int]) -> list[Row]:
    rows = {start: Row(start, {}) for start in starts}
    for cell in cells:
        covered = [start for start in starts if _row_of(cell.first, starts) <= start <= cell.last]
        if not covered:
            continue
        text = "\n".join(word for word in cell.words if word)
        top, left = covered[0], cell.left + 1
        rows[top].cells[left] = text
        if len(covered) > 1 or cell.right > left:
            span = Span(top, left, covered[-1], cell.right, text)
            for start in covered:
                rows[start].spans |= dict.fromkeys(range(left, cell.right + 1), span)
    return [row for row in rows.values() if row.cells]


def _row_of(number: int, starts: list[int]) -> int:
    return max((start for start in starts if start <= number), default=starts[0])
