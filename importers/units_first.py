"""甲局：负责…。 in a division of duties: who answers stands before the work, on the same line."""

import re
from dataclasses import replace

from importers.grid import Line
from importers.numbering import numbering_of
from importers.values.brackets import closes_with_duties
from importers.values.departments import look_like_units
from importers.values.duties import find_label
from importers.values.line_labels import says_progress

_UNIT_AND_WORK = re.compile(r"(?P<who>[^:：，,。；;]{2,40})[:：]\s*(?P<work>\S.{7,})")
_FEWEST = 3
_SHORTEST = 12


def units_behind(lines: list[Line]) -> list[Line]:
    """The lines with the unit as a label behind its work, where most say it so and none in another way."""
    told = {index: line for index, each in enumerate(lines) if (line := _turned(each))}
    if len(told) < _FEWEST:
        return lines
    others = [line.text for index, line in enumerate(lines) if index not in told]
    paragraphs = sum(len(text) >= _SHORTEST for text in others)
    if paragraphs > len(told) or any(find_label(text) >= 0 or closes_with_duties(text) for text in others):
        return lines
    return [told.get(index, line) for index, line in enumerate(lines)]


def _turned(line: Line) -> Line | None:
    text = line.text.strip()
    numbering = numbering_of(text)
    number, words = (numbering.words, numbering.rest) if numbering else ("", text)
    found = _UNIT_AND_WORK.fullmatch(words)
    if not found or not look_like_units(found["who"]) or says_progress(found["work"]):
        return None
    if find_label(text) >= 0 or closes_with_duties(text):
        return None
    return replace(line, text=f"{number}{found['work']}（责任单位：{found['who']}）")
