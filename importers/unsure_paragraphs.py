"""What cannot be known about a task written as a paragraph: words that may belong to it or to none."""

import re

from importers.columns import FIELD_OF_KIND, kind_of
from importers.items import Item
from importers.values.brackets import Sentence
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, find_label
from importers.values.duty_verbs import Duties
from importers.values.people import are_people

_AS_ELSEWHERE = re.compile(r"[（(][^（）()]{0,24}(分工|职责|责任单位)(相同|同上|同前)[^（）()]*[）)]")
_CLOSED = re.compile(
    r"(?<=[。；;])[（(](?P<who>[^（）()]{2,60})[）)](?=.)|[（(](?P<before>[^（）()]{2,60})[）)](?=[。；;].)"
)


def behind_units(sentences: list[Sentence]) -> str:
    """What stands behind the last bracket of nothing but units, and closes with none of its own."""
    told = [index for index, sentence in enumerate(sentences) if sentence.units_only]
    return sentences[told[-1] + 1].text if told and told[-1] + 1 < len(sentences) else ""


def paragraph_behind(item: Item, body: list[Item]) -> str:
    """A paragraph without a number below the units of a task: it may belong to the task or to none."""
    return next((child.heading for child in body if child.number is None and item.number is not None), "")


def units_inside(text: str) -> str:
    """The first bracket of units that closes a sentence within a task: …。（甲局）…."""
    inside = (found["who"] or found["before"] for found in _CLOSED.finditer(text))
    return next((words for words in inside if look_like_units(words)), "")


def doubts_of(item: Item, text: str) -> list[str]:
    """What is to be looked at in the words of a task, and in the lines that were taken for its own."""
    told: list[str] = []
    if item.bare_units:
        told.append(f"“{item.bare_units}”单独成行，没有写明是责任单位，按责任单位读入，请核对")
    if item.bare_bracket:
        told.append(f"“{item.bare_bracket[:30]}”没有写明怎样分工，按责任单位读入，请核对")
    if item.entrusted:
        told.append("责任单位取自任务原文（由…负责），请核对")
    if item.broken_name:
        told.append(f"“{item.broken_name[:30]}”单独成行，按这一项任务的开头读入，也可能是小标题，请核对")
    if item.lone_rest:
        told.append(f"“{item.lone_rest}”写在责任单位下一行，接在名单后读入，也可能是小标题，请核对")
    if elsewhere := _AS_ELSEWHERE.search(text):
        told.append(f"“{elsewhere.group()}”说的分工没有读入，请对照原文补上")
    if (label := find_label(text)) >= 0:
        told.append(f"任务文字里还有“{text[label : label + 12]}”，没有读作分工，请核对")
    return told


def unknown_labels(named: Duties) -> list[str]:
    """What is to be asked where nothing but a label nobody has a word for (总负责人：, 工期：) says who leads, or when."""
    fields = {*FIELD_OF_KIND.values(), RESPONSIBLE}
    lacks_time, lacks_leader = "due" not in named, "officials" not in named
    return [
        f"“{label}：{words[:20]}”作附加栏保留，是不是责任领导或时限，请核对"
        for label, words in named.items()
        if label not in fields
        and kind_of(label) is None
        and ((lacks_time and names_a_time(words)) or (lacks_leader and are_people(words)))
    ]
