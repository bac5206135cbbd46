"""Names that a narrow column broke over two lines, put together again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest

from importers import columns
from importers.characters import squash
from importers.scripts import either_script
from importers.values.departments import look_like_units
from importers.values.people import look_like_people
from importers.values.words import UNIT_ENDING

_INNER_NAME = re.compile(rf"[（(][一-龥、]*{UNIT_ENDING.pattern[:-1]}[）)]")  # the unit's other name
_BRANCHES = re.compile(
    either_script(r"[省市州区县旗]?(生态环境|自然资源(和规划)?|规划和自然资源|公安|市场监管|税务|城市管理)")
)
_BRANCH = re.compile(r"[一-龥]{2,4}分局")
_SEAT = re.compile(either_script(r"[省市州区县旗](政府|委(员会)?)$"))
_ROOM = re.compile(either_script(r"[一-龥]{2}室"))  # 县政府 / 督查室
_LONGEST_NARROW = 12
_LAST_CHARACTER = re.compile(
    r"(?![序编号一二三四五六七八九十无是否个户亩所条座处人家元次件项辆台套名万亿吨场米])[一-龥][。；]?"
)
_JOINS = re.compile(either_script(r"(?<!参)[和与及]$"))  # （一）公众参与 is whole
_COUNTS = re.compile(r"[0-9（(]")
_MAY_GO_ON = re.compile(r"[一-龥]{2}$|^[一-龥]$")
_BETWEEN = re.compile("[、，,；;]")
_LONG_HALF = re.compile(either_script(r"[省市州区县旗镇乡][一-龥]{2,8}"))
_REST = re.compile(either_script(r"(?![省市州区县旗各相有])[一-龥]{2,8}"))
_SHORTEST_KNOWN = 4
_TAIL = re.compile(
    either_script(r"(民政府|民法院|员会|公室|事处|理局|督管理局|设局|政局|合会)")
)  # words begin otherwise
_NAME_END = re.compile(either_script(r"[省市州区县旗镇乡道街][一-龥]{0,8}(人|委|办|管|建|财|民|联)$"))
_UPRIGHT = re.compile(r"[一-龥]{1,4}")
_LONGEST_INNER = 2  # 府办 of 市政 / 府办 / 公厅
_FEWEST_UPRIGHT, _SHORTEST_UPRIGHT, _MOST_UPRIGHT = 3, 3, 8
INNER_BREAK = "\u2028"  # a line break that surely stands within a cell
UPRIGHT_BREAK = "\u2029"  # the same in an upright name, of which nothing is left in the end


@dataclass(slots=True)
class Cell:
    """The words of one cell, the line they began on, and how many lines more they take."""

    number: int
    text: str
    more: int = 0


def names_whole(cells: list[Cell]) -> list[Cell]:
    """A unit's name broken over two lines stands in one cell: 市生态 / 环境局, 财政局 / （国资办）."""
    whole: list[Cell] = []
    known = names_in(cells)
    for cell, below in zip_longest(cells, cells[1:]):
        following = below.text if below else ""
        if (
            whole
            and not _begins_column(whole[-1].text, cell.text, following)
            and (told := as_one(whole[-1].text, cell.text, known))
        ):
            whole[-1] = replace(whole[-1], text=told)
        else:
            whole.append(cell)
    return whole


def _begins_column(above: str, text: str, following: str) -> bool:
    """牵 / 头部门 below 主要内容, 备 / 注 below 责任领导: the first character of the next column's word."""
    return len(text) == 1 and columns.is_listed(text + following) and not columns.is_listed(above + text)


def upright_whole(cells: list[Cell]) -> list[Cell]:
    """市 / 监 / 察 / 局, where a column is so narrow that several names stand upright in it: each is one cell.

    A copy may have put spaces for the breaks (市 监 察 局).
    """
    runs: list[tuple[int, int, tuple[str, ...]]] = []
    first = 0
    while first < len(cells):
        end = first
        while end < len(cells) and end - first < _MOST_UPRIGHT and _is_upright(cells[end].text):
            end += 1
        ways = [(last, tuple(cell.text for cell in cells[first:last])) for last in range(end, first, -1)]
        ways.append((first + 1, tuple(cells[first].text.split())))
        found = next(((last, pieces) for last, pieces in ways if _is_one_unit(pieces)), None)
        if found:
            runs.append((first, *found))
        first = found[0] if found else first + 1
    if len(runs) < _FEWEST_UPRIGHT:
        return cells
    told = list(cells)
    for start, end, pieces in reversed(runs):
        name = UPRIGHT_BREAK.join(pieces)
        told[start:end] = [replace(cells[start], text=name, more=end - start - 1)]
    return told


@lru_cache(maxsize=4096)
def _is_upright(text: str) -> bool:
    return bool(_UPRIGHT.fullmatch(text)) and columns.kind_of(text) is None and not look_like_people(text)


@lru_cache(maxsize=4096)
def _is_one_unit(pieces: tuple[str, ...]) -> bool:
    """Whether pieces that say nothing by themselves are the name of a unit together."""
    if len(pieces) < _SHORTEST_UPRIGHT or not all(map(_is_upright, pieces)):
        return False
    if any(columns.kind_of(above + text) for above, text in pairwise(pieces)):
        return False  # 牵头责 / 任单位 / 协同配 / 合单位 are words of a header
    first, *inner, _ = pieces
    whole = look_like_units(first) or any(
        len(text) > _LONGEST_INNER and look_like_units(text) for text in inner
    )
    short = sum(map(len, pieces)) <= len(pieces) * _SHORTEST_UPRIGHT
    return short and not whole and look_like_units("".join(pieces))


def as_one(above: str, text: str, known: frozenset[str]) -> str | None:
    """Two lines as one where a name goes on from the first to the second; the break is kept where that is a guess."""
    if (
        _is_known_together(above, text, known)
        or _goes_on_in_list(above, text)
        or (_TAIL.match(text) and _NAME_END.search(above))
        or (above.endswith("住房和城乡") and text.startswith("建设"))
        or (_INNER_NAME.fullmatch(text) and look_like_units(above))
        or (_BRANCHES.fullmatch(above) and _BRANCH.fullmatch(text))
        or (_SEAT.search(above) and _ROOM.fullmatch(text))
        or _is_rest_of_word(above, text)
    ):
        return above + text
    if (
        _LONG_HALF.fullmatch(above)
        and _is_rest_of_name(text)
        and columns.kind_of(above) is None
        and not look_like_units(above)
        and look_like_units(above + text)
        and look_like_units(above + _BETWEEN.split(text)[0])
    ):
        return f"{above}\n{text}"
    return None


def names_in(cells: Iterable[Cell]) -> frozenset[str]:
    """The units' names that stand whole on some line."""
    pieces = (squash(piece) for cell in cells for piece in _BETWEEN.split(cell.text.rstrip("。")))
    return frozenset(piece for piece in pieces if len(piece) >= _SHORTEST_KNOWN and look_like_units(piece))


def _is_known_together(above: str, text: str, known: frozenset[str]) -> bool:
    """县住房和城乡 / 建设局 is one name where 县住房和城乡建设局 stands on another line."""
    last, first = squash(_BETWEEN.split(above)[-1]), squash(_BETWEEN.split(text.rstrip("。"))[0])
    return len(last) > 1 and bool(first) and not known >= {first, last} and last + first in known


def _goes_on_in_list(above: str, text: str) -> bool:
    """人事科、市教师发 / 展中心: the last name of a list is none before the next line completes it."""
    *names, last = _BETWEEN.split(above)
    first = _BETWEEN.split(text.rstrip("。"))[0]
    return (
        bool(names)
        and all(map(look_like_units, names))
        and bool(_LONG_HALF.fullmatch(last))
        and not look_like_units(last)
        and _is_rest_of_name(text)
        and look_like_units(last + first)
    )


def _is_rest_of_name(text: str) -> bool:
    """Whether a line may go on with a name: words that begin no name of their own, perhaps a list behind them."""
    first, *names = _BETWEEN.split(text.rstrip("。"))
    return bool(_REST.fullmatch(first)) and all(map(look_like_units, names))


def _is_rest_of_word(above: str, text: str) -> bool:
    """加强水资源保 / 护, 旅游宣传和 / 旅游收入: a line too short for a cell, or one above that cannot end there."""
    if not above or above[-1:] == "。":
        return False
    if max(len(above), len(text)) > _LONGEST_NARROW:
        return False
    return bool(_JOINS.search(above) and not _COUNTS.match(text)) or bool(
        _LAST_CHARACTER.fullmatch(text) and _MAY_GO_ON.search(above)
    )
