"""A header on one line with spaces between its words, some of which are broken by spaces as well."""

import re
from functools import lru_cache

from importers import columns

_BREAK = re.compile(r"(?<=\S) {2,}(?=\S)")
_MOST_PIECES = 8  # of one word: 区 政 府 分 管 领 导
_LONGEST_WORD, _TWO = 10, 2
_LONGEST_LINE, _MOST_WORDS = 120, 60
_LISTED, _BROKEN, _KNOWN, _UNLISTED, _PLAIN = 0.1, 0.25, 0.5, 2.0, 1.0
_UNKNOWN, _TYPED_WIDE, _CHARACTER = 3.0, 4.0, 10.0


def words_of_header(text: str) -> list[str]:
    """The likeliest words of the line: 类 别 实 事 内 容 责任单位 are three, and 牵头 责任单位 may be two."""
    return list(_likeliest(text))


@lru_cache(maxsize=1024)
def _likeliest(text: str) -> tuple[str, ...]:
    pieces = text.split()
    if len(text) > _LONGEST_LINE or len(pieces) > _MOST_WORDS:
        return tuple(pieces)
    best: list[tuple[float, tuple[str, ...]]] = [(0.0, ())]
    for end in range(1, len(pieces) + 1):
        ways = []
        for start in range(max(0, end - _MOST_PIECES), end):
            price = _price(pieces[start:end])
            if price is not None:
                cost, words = best[start]
                ways.append((cost + price, (*words, "".join(pieces[start:end]))))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _price(pieces: list[str]) -> float | None:
    """What speaks against these pieces as one word; None where nothing speaks for it."""
    word = "".join(pieces)
    if len(pieces) == 1:
        if word in columns.TOO_PLAIN:
            return _PLAIN
        if columns.is_listed(word):
            return _LISTED
        if columns.kind_of(word):
            return _KNOWN
        return _CHARACTER if len(word) == 1 else _UNKNOWN
    if columns.is_listed(word):
        return _BROKEN
    if len(word) > _LONGEST_WORD or any(map(_is_whole, pieces)):
        return None
    if len(pieces) == _TWO and columns.kind_of(word) and None in map(columns.kind_of, pieces):
        return _UNLISTED  # 区委区政府分管 领导
    return _TYPED_WIDE if all(len(piece) == 1 for piece in pieces) else None


def _is_whole(piece: str) -> bool:
    return columns.is_listed(piece) and piece not in columns.TOO_PLAIN


def with_breaks_closed(text: str) -> str:
    """牵头  领导 牵头     责任单位 as 牵头领导 牵头责任单位: one space parts the cells, and a line break in one left more."""
    parts = [part for part in text.strip().split(" ") if part] if _BREAK.search(text) else []
    words = _BREAK.sub("", text).split()
    broken = set(words) - set(parts)
    return " ".join(words) if broken and all(map(columns.is_listed, broken)) else text
