"""上述项目由区商务委牵头负责。 below several paragraphs: who answers for all of them."""

import re
from dataclasses import replace

from importers.characters import squash
from importers.grid import Line
from importers.numbering import TASK_RANK, numbering_of
from importers.scripts import either_script
from importers.values.duties import find_label, read_duties

_SHARED = re.compile(
    either_script(
        r"[（(]?(?:以上|上述)(?:各|\d+|[一二三四五六七八九十]+)?[项条个]?(?:工作|任务|项目|事项|内容|措施)?(?:均|都|全部)?[，,：:]?"
        r"(?P<who>(?:由|责任|牵头|主办).+?)[）)]?[。；]?"
    )
)
_LONGEST = 60
_MARKED = ("【", "〖")
_SHORTEST_TASK = 12


def handed_up(lines: list[Line]) -> list[Line]:
    """The lines with such words as a bracket behind each paragraph they speak of, back to the heading above."""
    told: list[Line] = []
    first = 0
    for line in lines:
        text = squash(line.text)
        found = _SHARED.fullmatch(text) if len(text) <= _LONGEST else None
        if found and read_duties(found["who"]):
            told[first:] = [_answered(each, found["who"]) for each in told[first:]]
            first = len(told)
            continue
        told.append(line)
        if text and _heads(text):
            first = len(told)
    return told


def _answered(line: Line, who: str) -> Line:
    text = line.text.rstrip()
    short = len(squash(text)) < _SHORTEST_TASK and numbering_of(text) is None
    known = short or find_label(text) >= 0 or text.endswith(("）", ")"))
    return line if known else replace(line, text=f"{text}（{who}）")


def _heads(text: str) -> bool:
    found = numbering_of(text)
    return text.startswith(_MARKED) or (found is not None and found.rank < TASK_RANK)
