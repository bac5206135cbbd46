"""Who answers stands before the work: 甲局：负责…。 in a division of duties, 牵头单位：甲局 above 任务内容：…."""

import re
from dataclasses import replace
from itertools import pairwise

from importers.grid import Line
from importers.numbering import TASK_RANK, numbering_of
from importers.values.brackets import closes_with_duties
from importers.values.departments import look_like_units
from importers.values.duties import find_label
from importers.values.line_labels import says_progress, words_of_task

_UNIT_AND_WORK = re.compile(
    r"(?P<who>[^:：，,。；;]{2,40}?)(?:的?(?:工作|主要)?职责)?(?:[:：]|(?<=职责)。)\s*(?P<work>\S.{7,})"
)
_UNIT_AND_VERB = re.compile(  # 区商务局负责指导…: the sentence stays whole
    r"(?!由)(?P<who>[^:：，,。；;]{2,40}?)(?=(?:(?:具体|主要|牵头)?负责|按照?(?:各自)?(?:职责|任务|分工)|依据职责)[一-龥（(])"
)
_FEWEST = 3
_FEWEST_TURNED = 2
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


def tasks_before_duties(lines: list[Line]) -> list[Line]:
    """1．牵头部门：甲科 above 任务内容：…, several times: the task's words first, and who answers below them."""
    told = list(lines)
    written = [index for index, line in enumerate(lines) if line.text.strip()]
    turned = 0
    for above, below in pairwise(written):
        numbering = numbering_of(lines[above].text.strip())
        words = words_of_task(lines[below].text.strip())
        if words and numbering and numbering.rank == TASK_RANK and find_label(numbering.rest) == 0:
            told[above] = replace(lines[above], text=numbering.words + words)
            told[below] = replace(lines[below], text=numbering.rest)
            turned += 1
    return told if turned >= _FEWEST_TURNED else lines


def _turned(line: Line) -> Line | None:
    text = line.text.strip()
    if find_label(text) >= 0 or closes_with_duties(text) or says_progress(text):
        return None
    numbering = numbering_of(text)
    number, words = (numbering.words, numbering.rest) if numbering else ("", text)
    if (found := _UNIT_AND_WORK.fullmatch(words)) and look_like_units(found["who"]):
        told = "" if says_progress(found["work"]) else found["work"]
    else:
        found = _UNIT_AND_VERB.match(words)
        told = words if found and look_like_units(found["who"]) else ""
    return replace(line, text=f"{number}{told}（责任单位：{found['who']}）") if found and told else None
