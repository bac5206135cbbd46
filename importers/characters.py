"""White space, punctuation and numerals as offices type them."""

import re
from functools import lru_cache
from unicodedata import normalize

_SPACE = re.compile(r"[\s\u3000\u00a0\u2000-\u200f\ufeff]+")
_BREAK = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\ufeff]")
# A PDF may hold ⼯, ⻋ or the compatibility 行 in place of 工, 车 and 行, which look the same and compare unequal.
_UNCLEAN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u200b-\u200f\u2028\u2029\u2e80-\u2fd5\uf900-\ufad9\ufeff]"
)
_RADICALS = (
    "⺁厂⺇几⺊卜⺒巳⺓幺⺜日⺝月⺟母⺠民⺩王⺫目⺬示⺮竹⺳网⺶羊⺹老⺼肉⻁虎⻄西⻅见⻆角⻇角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食"
    "⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟⼾户⾭青"
)
_CHARACTERS = {
    code: whole
    for code in (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFADA))
    if (whole := normalize("NFKC", chr(code))) != chr(code)
} | {ord(radical): whole for radical, whole in zip(_RADICALS[::2], _RADICALS[1::2], strict=True)}
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_HALF_WIDTH = str.maketrans("（）：；，！？［］％０１２３４５６７８９．", "():;,!?[]%0123456789.")

_LONGEST_FIGURE = 24
_SHORT = 40
_FIGURE = re.compile(
    r"[-—–/]+|(?:[≥≤<>＞＜±+约-]*\d+(?:[.,]\d+)*(?:[%‰]|[一-龥/²³㎡]{1,4})?[-~～—至、;以上下左右]*)+"
)

_MEASURE = re.compile(
    r"[万亿千百]?(?:元|斤|公斤|亩|公顷|吨|人次?|头|只|羽|个|家|户|公里|千米|平方米|平方公里|立方米|立方|辆|件|套|台|所|处|座|张|例|名|项|条|%|‰)"
    r"(?:[/每][一-龥]{1,4})?"
)

OPENING = "（(〔﹝[［【〖「『《〈<＜{｛"
CLOSING = "）)〕﹞]］】〗」』》〉>＞}｝"
_BRACKETS = frozenset((*OPENING, *CLOSING))


def squash(text: str) -> str:
    """The text without any white space, as header words are compared."""
    return _squashed(text) if len(text) <= _SHORT else _SPACE.sub("", text)


@lru_cache(maxsize=4096)
def _squashed(text: str) -> str:
    """The same for header words and names, which stand in a file many times; long texts are not kept."""
    return _SPACE.sub("", text)


def cleaned(text: str) -> str:
    """The text without the invisible characters that copied tables carry; every kind of line break is one.

    What only looks like a character (⼯) is that character.
    """
    if not _UNCLEAN.search(text):
        return text
    return _CONTROL.sub("", _BREAK.sub("\n", text)).translate(_CHARACTERS)


def folded(text: str) -> str:
    """Full-width punctuation and digits as half-width, so that both ways of typing compare equal."""
    return text.translate(_HALF_WIDTH)


def tidy(text: str) -> str:
    """A cell's running text: no blank lines, no white space at the ends of its lines."""
    if "\n" not in text and "\r" not in text:
        return text.strip(" \t\u3000\u00a0")
    lines = (
        line.strip(" \t\u3000\u00a0") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    return "\n".join(line for line in lines if line)


def numeral(text: str) -> int | None:
    """The value of a plain numeral (12, １２, 十二), else None."""
    text = folded(squash(text))
    if re.fullmatch(r"[0-9]{1,6}(\.0+)?", text):
        return int(float(text))
    return _chinese_numeral(text)


def is_figure(text: str) -> bool:
    """Whether a cell holds a figure and nothing else (15、37; 100%; 2所), or the dash that stands for one."""
    return len(text) <= _LONGEST_FIGURE and bool(_FIGURE.fullmatch(folded(squash(text))))


def is_measure(text: str) -> bool:
    """Whether a cell holds nothing but what is counted in: 万亩, 亿斤, 万元/人, %."""
    return len(text) <= _LONGEST_FIGURE and bool(_MEASURE.fullmatch(folded(squash(text))))


def _chinese_numeral(text: str) -> int | None:
    if not text or len(text) > 7 or any(c not in _DIGITS and c not in "十百廿" for c in text):
        return None
    if not any(c in "十百廿" for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for character in text.replace("廿", "二十"):
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
    return total + digit


def outside_brackets(text: str) -> list[tuple[int, str]]:
    """Each character that stands outside every bracket, with its position; a bracket never closed is ignored."""
    if _BRACKETS.isdisjoint(text):
        return list(enumerate(text))
    found: list[tuple[int, str]] = []
    depth = 0
    closings_left = sum(text.count(mark) for mark in CLOSING)
    for position, character in enumerate(text):
        if character in OPENING and closings_left > depth:
            depth += 1
        elif character in CLOSING:
            closings_left -= 1
            depth = max(0, depth - 1)
        elif depth == 0:
            found.append((position, character))
    return found
