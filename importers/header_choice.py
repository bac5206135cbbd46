"""Which words head the columns of a copied table: those under which all its lines fit best."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import islice, pairwise, takewhile

from importers import columns
from importers.alignment import price
from importers.cell_lines import FEWEST_COLUMNS, Cell
from importers.characters import squash
from importers.columns import ColumnKind
from importers.copied_header import may_head, odd_joint
from importers.header_rows import is_responsibility_header
from importers.scripts import either_script
from importers.title import names_a_plan

ILL_FITTING = 0.4  # a line, as it costs on the average; most whole tables stand below
_BETTER = 0.75
_FEWEST_LINES = 8
_LINES_WEIGHED = 60
_LINES_GLANCED = 24
_LINES_ABOVE = 5
_MOST_LINES = 16
_MOST_PARTS = 4  # lines of one word
_MOST_WAYS = 400
_MOST_WEIGHED = 16
_MOST_COLUMNS = 14
_MOST_BELOW = 4
_LONGEST_WORD, _SHORTEST_WORD = 14, 2
_LEFT_OVER, _LEFT_BELOW, _LEFT_OUT, _UNLIKELY, _BROKEN = 4.0, 8.0, 24.0, 6.0, 0.2
_PLAIN = 0.5
_NOT_A_WAY = 6.0
_LONGEST_UMBRELLA = 6
_LONGEST_END = 3
_TWO_WORDS = 4
_MOST_ODD = 9.0
_UMBRELLA = -4.0  # 责任分工 right above roles is seldom a column of its own
_DIVIDED = re.compile(
    either_script(r"[一-龥]{2}分工|(责任|职责)(单位|部门|主体|落实|体系|情况)$|^落实[一-龥]{2}")
)
_PARTED = re.compile(either_script(r"任务(分解|分工|落实|清单|情况)|分解|分工"))
_IN_BRACKETS = re.compile(r"[（(].*|.*[）)]")


def price_of(words: Sequence[str], below: Sequence[Cell]) -> float:
    """How ill the lines below a header fit its columns, the average of a line."""
    kinds = columns.settle([columns.kind_of(squash(word)) for word in words])
    lines = [cell.text for cell in below[:_LINES_WEIGHED]]
    if ColumnKind.TASK not in kinds or not lines:
        return 0.0
    return price(lines, kinds) / len(lines)


def likelier(
    cells: Sequence[Cell], first: int, taken: int, words: list[Cell]
) -> tuple[int, int, list[Cell]] | None:
    """Another first line, count of lines and words of the header, under which the rows fit far better; or None."""
    below = cells[first + taken : first + taken + _LINES_WEIGHED]
    told = price_of([word.text for word in words], below)
    before = {squash(word.text) for word in words}
    next_word = squash(below[0].text) if below else ""
    levels = _has_levels(words) or next_word in before or columns.is_listed(next_word)
    if len(below) < _FEWEST_LINES or (told < ILL_FITTING and not levels):
        return None
    numbered = ColumnKind.NUMBER in map(columns.kind_of, before)
    start = max(0, first - _LINES_ABOVE)
    ways: list[_Way] = []
    for begins in range(start, first + 2):
        odd = _left_over(cells[start:begins])
        for way in islice(_ways(cells, begins), _MOST_WAYS):
            if _names_columns(way.words, before) and (not numbered or _is_numbered(way.words)):
                ways.append(replace(way, odd=way.odd + odd + _left_below(cells[way.end :], before)))
    glance = first + taken + _LINES_GLANCED
    likeliest = sorted(ways, key=lambda way: way.odd + _price(cells, way, glance))[:_MOST_WEIGHED]
    last = first + taken + len(below)
    weighed = [(way.odd + _price(cells, way, last), index) for index, way in enumerate(likeliest)]
    written = [squash(word.text) for word in words]
    as_read = min((way.odd for way in ways if way.words == written), default=_NOT_A_WAY)
    if not weighed or min(weighed)[0] > (told * len(below) + as_read) * _BETTER:
        return None
    best = likeliest[min(weighed)[1]]
    named = [Cell(cells[best.first].number, word) for word in best.words]
    return best.first, best.end - best.first, named


def _has_levels(words: list[Cell]) -> bool:
    """Whether one word may stand above others: 责任分工 and, behind it, 牵头单位 and 配合单位."""
    return any(True for _ in _unfolded([squash(word.text) for word in words]))


@dataclass(frozen=True, slots=True)
class _Way:
    """Lines read as a header: the first, the one behind the last, the words, and what speaks against it."""

    first: int
    end: int
    words: list[str]
    odd: float


def _price(cells: Sequence[Cell], way: _Way, last: int) -> float:
    kinds = columns.settle([columns.kind_of(word) for word in way.words])
    return price([cell.text for cell in cells[way.end : last]], kinds)


def _left_over(above: Sequence[Cell]) -> float:
    """What speaks against a header that leaves out words of columns right above it."""
    texts = [squash(cell.text) for cell in above]
    return sum(_LEFT_OVER for text in texts if len(text) <= _SHORTEST_WORD or columns.kind_of(text))


def _left_below(below: Sequence[Cell], before: set[str]) -> float:
    """The same for words of columns right below it, the more so where they were taken for its own before."""
    texts = [squash(cell.text) for cell in below[:_MOST_COLUMNS]]
    left = list(takewhile(columns.is_listed, texts))
    return sum(_LEFT_OUT if text in before else _LEFT_BELOW for text in left)


def _is_numbered(words: list[str]) -> bool:
    """Whether numbers stand first, or behind one column of goals."""
    return ColumnKind.NUMBER in map(columns.kind_of, words[:2])


def _names_columns(words: list[str], before: set[str]) -> bool:
    """Whether words make a header: each known, or taken for one before; tasks and who answers among them."""
    kinds = [columns.kind_of(word) for word in words]
    unknown = (
        word
        for word, kind in zip(words, kinds, strict=True)
        if kind is None and not columns.names_a_period(word)
    )
    settled = set(columns.settle(kinds))
    if len(set(words)) < len(words):
        return False  # 责任单位 stands over 牵头单位 and 责任单位, and not beside them
    return before.issuperset(unknown) and ColumnKind.TASK in settled and is_responsibility_header(settled)


def _ways(cells: Sequence[Cell], first: int) -> Iterator[_Way]:
    """Every way to read the lines from here on as a header."""
    texts = []
    for cell in cells[first : first + _MOST_LINES]:
        text = squash(cell.text)
        title = len(text) > _LONGEST_WORD and names_a_plan(cell.text)
        if title or not (may_head(text) or _IN_BRACKETS.fullmatch(text)):
            break
        texts.append(text)
    for end, words, odd in _parted(texts):
        yield _Way(first, first + end, words, odd)
        for named, more in _unfolded(words):
            yield _Way(first, first + end, named, odd + more)


def _parted(texts: Sequence[str]) -> Iterator[tuple[int, list[str], float]]:
    """The lines put together to words in every likely way, the header ending behind each of them; the likeliest first."""
    waiting: list[tuple[float, int, list[str]]] = [(0.0, 0, [])]
    while waiting:
        odd, at, words = heappop(waiting)
        if len(words) >= FEWEST_COLUMNS:
            yield at, words, odd
        for parts in range(1, _MOST_PARTS + 1) if len(words) < _MOST_COLUMNS else ():
            lines = texts[at : at + parts]
            word = "".join(lines)
            if len(lines) < parts or len(word) > _LONGEST_WORD:
                break
            more = odd + _oddness(lines, word)
            likely = more <= _MOST_ODD and (parts == 1 or columns.kind_of(word))
            again = word in words and not (words.count(word) == 1 and _DIVIDED.search(word))
            if likely and not again and _is_closed(word):
                heappush(waiting, (more, at + parts, [*words, word]))


def _oddness(lines: Sequence[str], word: str) -> float:
    """How unlikely it is that lines are one word, when some of them name columns by themselves."""
    if len(lines) == 1:
        return 0.0 if columns.is_listed(word) and word not in columns.TOO_PLAIN else _PLAIN
    if columns.is_listed(word):
        return _BROKEN
    whole = sum(columns.is_listed(line) and len(line) > _SHORTEST_WORD for line in lines)
    number = any(columns.kind_of(line) is ColumnKind.NUMBER for line in lines)
    period = any(map(columns.names_a_period, lines[1:]))  # 一季度 begins a word
    return (
        _BROKEN
        + _UNLIKELY * (whole + number + period + _is_more_than_one(lines))
        + sum(odd_joint(a, b) for a, b in pairwise(lines))
    )


def _is_more_than_one(lines: Sequence[str]) -> bool:
    """工作 / 标准 / 责任 / 单位 is two words; a long line nobody knows does not end the word of a column."""
    halves = any(
        columns.is_listed("".join(lines[:cut])) and columns.is_listed("".join(lines[cut:]))
        for cut in range(1, len(lines))
    )
    two = ["".join(part) for part in (lines[:2], lines[2:])] if len(lines) == _MOST_PARTS else []
    if two and all(len(word) >= _TWO_WORDS and columns.kind_of(word) for word in two):
        return True  # 责任 / 目标 / 工作 / 内容
    last = lines[-1]
    unknown = (
        columns.kind_of(last) is None
        and len(last) > _LONGEST_END
        and not last.startswith(("及", "和", "（", "("))
    )
    return halves or unknown


def _is_closed(word: str) -> bool:
    return sum(word.count(mark) for mark in "（(") == sum(word.count(mark) for mark in "）)")


def _unfolded(words: list[str]) -> Iterator[tuple[list[str], float]]:
    """The words with the last of them, or those right behind it, below one: 牵头单位 and 配合单位 under 责任分工."""
    for place, word in enumerate(words):
        if _may_stand_over(word, words[place + 1 : place + 3]):
            yield [*words[:place], *words[place + 1 :]], _UMBRELLA
    for count in range(2, min(_MOST_BELOW, len(words) - 1) + 1):
        lower, above = words[-count:], words[:-count]
        for place, word in enumerate(above):
            kind = columns.kind_of(word)
            beside = columns.kind_of(above[place + 1]) if place + 1 < len(above) else None
            roles = _may_stand_over(word, lower) and beside not in columns.DEPARTMENT_KINDS
            told = kind in columns.HOLD_ANYTHING and all(map(columns.names_a_period, lower))
            if roles or told:
                named = [word + each for each in lower] if told else lower
                yield [*above[:place], *named, *above[place + 1 :]], _UMBRELLA if roles else 0.0


def _may_stand_over(word: str, lower: list[str]) -> bool:
    """Whether a word may head several columns: 责任分工 over roles, 任务分解 over the task and who answers for it."""
    kinds = {columns.kind_of(each) for each in lower}
    if (
        len(lower) < 2
        or len(word) > _LONGEST_UMBRELLA
        or columns.kind_of(word) not in (ColumnKind.RESPONSIBLE, ColumnKind.TASK, None)
    ):
        return False
    if kinds <= columns.RESPONSIBILITY_KINDS:
        return bool(_DIVIDED.search(word))
    parts = columns.RESPONSIBILITY_KINDS | {ColumnKind.TASK, ColumnKind.GOAL, ColumnKind.DUE}
    return ColumnKind.TASK in kinds and kinds <= parts and bool(_PARTED.search(word))
