"""A table of figures that a page ran on behind a list of units: …，各区政府 东区 西区 合计 年度目标 3 6 9."""

import re

from importers.scripts import either_script
from importers.values.departments import look_like_units

_WORD = re.compile(r"\S+")
_FIGURE = re.compile(r"\d{1,6}(?:\.\d+)?[%％‰]?")
_TOTAL = re.compile(either_script("合计|小计|总计|共计"))
_GOES_ON = ("、", "，", ",", "；", ";")
_FEWEST_FIGURES = 2


def figures_behind(words: str) -> tuple[str, str]:
    """The list, and what stands behind it from the first word that is no unit on, if that holds figures or a total."""
    open_list = True
    for place, word in enumerate(_WORD.finditer(words)):
        unit = look_like_units(word.group())
        if place and not open_list and not unit:
            rest = words[word.start() :].split()
            figures = sum(bool(_FIGURE.fullmatch(part)) for part in rest)
            if figures >= _FEWEST_FIGURES or any(map(_TOTAL.fullmatch, rest)):
                return words[: word.start()].rstrip(), words[word.start() :].strip()
            return words, ""
        open_list = not unit or word.group().endswith(_GOES_ON)
    return words, ""
