"""What cannot be known about a task written as a paragraph: words that may belong to it or to none."""

import re

from importers.items import Item
from importers.values.brackets import Sentence
from importers.values.departments import look_like_units

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
