"""One cell's list of names taken apart: what surely separates, and what only may."""

import re
from dataclasses import dataclass
from enum import StrEnum

from importers.characters import folded, outside_brackets

_SEPARATORS = frozenset("、，,；;|/／。\t\n")
_SHORT_NAME = 4
_OTHERS = re.compile(
    r"(?P<others>等[^、，,；;\s]{0,6}部门)、(?=单位(?:[、，,；;。\s]|$))"
)  # 等部门、单位 are no names
_INNER_SPACE = re.compile(r"[ \u3000\u00a0]+")


class Gap(StrEnum):
    """What stands before a piece: a separating mark, a line break, or white space."""

    START = "start"
    MARK = "mark"
    LINE = "line"
    SPACE = "space"


@dataclass(slots=True)
class Piece:
    """A stretch of text that belongs together; whether it is a whole name is for others to say."""

    text: str
    gap: Gap


def pieces_of(text: str, *, people: bool = False) -> list[Piece]:
    """Split at marks, line breaks and wide gaps, never inside brackets."""
    within = {told.end("others") for told in _OTHERS.finditer(text)} if "门、单位" in text else ()
    found: list[Piece] = []
    gap = Gap.START
    start = 0
    for position, character in outside_brackets(text):
        if character not in _SEPARATORS or position in within:
            continue
        between = _by_spaces(text[start:position], gap, people)
        found.extend(between)
        # Several separators in a row count once, and a mark outweighs a line break.
        if character != "\n":
            gap = Gap.MARK if found else Gap.START
        elif between:
            gap = Gap.LINE
        start = position + 1
    found.extend(_by_spaces(text[start:], gap, people))
    return found


def _by_spaces(line: str, gap: Gap, people: bool) -> list[Piece]:
    """Pieces of one line. `编  办` is one name typed wide: single characters lean on their neighbours."""
    line = line.strip(" \u3000\u00a0\r\n")
    if not line:
        return []
    tokens, gaps = _tokens(line) if _INNER_SPACE.search(line) else ([line], [])
    if not gaps:
        return [Piece(line, gap)]
    # With two widths in one line the narrow one stands inside names and the wide one between them.
    wide = max(gaps) if max(gaps) > min(gaps) else None
    joined: list[str] = [tokens[0]]
    for index, width in enumerate(gaps, start=1):
        previous, token = joined[-1], tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if wide is not None and width == wide and len(previous) > 1:
            joined.append(token)
        elif people and len(previous) > 1 and len(token) == 1 and len(following) == 1:
            joined.append(token)  # 吴蓓蓓  汪  峰: the single character begins the next person
        elif _leans(previous, token):
            joined[-1] = previous + token
        else:
            joined.append(token)
    return [Piece(token, gap if index == 0 else Gap.SPACE) for index, token in enumerate(joined)]


def _tokens(line: str) -> tuple[list[str], list[int]]:
    """Words of a line and the widths of the gaps between them; white space inside brackets stays."""
    open_positions = {position for position, _ in outside_brackets(line)}
    tokens, gaps, start = [], [], 0
    for match in _INNER_SPACE.finditer(line):
        if match.start() not in open_positions:
            continue
        tokens.append(line[start : match.start()])
        gaps.append(sum(2 if c == "\u3000" else 1 for c in match.group()))
        start = match.end()
    tokens.append(line[start:])
    return tokens, gaps


def _leans(previous: str, token: str) -> bool:
    """Whether two neighbours in a line are parts of one name."""
    if folded(token).startswith(("(", "[")) or folded(previous).endswith("("):
        return True
    if previous.startswith("各") and folded(previous).endswith(")") and len(token) <= _SHORT_NAME:
        return True  # 各县区（开发区） 安委会
    return (len(previous) == 1 or len(token) == 1) and len(previous) < 9
