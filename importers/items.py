"""A text without a table as items in a tree: headings, the tasks under them, and the lines around."""

import re
from dataclasses import dataclass, field

from importers.grid import Line
from importers.numbering import TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.title import ends_like_a_plan
from importers.values.brackets import Sentence
from importers.values.duties import Duties, duties_of_heading

PARAGRAPH_RANK = 3.5
_BUREAU = re.compile(r"[一-龥]{2,12}(局|委|厅|办公室|委员会|法院|检察院)")
_LONGEST_NAME = 16


@dataclass(slots=True)
class Item:
    """A heading or a task with what stands under it."""

    rank: float
    number: int | str | None
    heading: str
    sentences: list[Sentence]
    line: Line
    duties: Duties = field(default_factory=dict)
    children: list["Item"] = field(default_factory=list)
    after_label: bool = False
    progress: str = ""
    bare_units: str = ""  # units on a line of their own, with no word that they answer
    label: str = ""  # the label that announced it (任务内容：…); the same label again begins the next

    def text(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences)

    def names_who(self) -> bool:
        """Whether the heading itself says who answers for all under it (（二）市审计局牵头的工作)."""
        numbering = numbering_of(self.heading)
        words = numbering.rest if numbering else self.heading
        return bool(duties_of_heading(words)) or (self.number is not None and bool(_BUREAU.fullmatch(words)))

    def is_answered(self) -> bool:
        """Whether somebody is named responsible for it."""
        return bool(self.duties) or any(sentence.duties for sentence in self.sentences)


@dataclass(slots=True)
class Outline:
    """The items of a text and the lines before the first of them."""

    above: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)
    lists_annexes: bool = False
    labels_below: frozenset[str] = frozenset()  # labels that say more of the item above, in this text's habit
    group_label: str = ""  # the label that stands above the tasks it answers for, and not below each
    latest: int | str | None = 0  # the number of the last task, whatever headings came since
    announced: int | None = None  # 序号：3 on a line of its own, for the task below it
    _open: list[Item] = field(default_factory=list)
    _answered: bool = False

    def last(self) -> Item | None:
        return self._open[-1] if self._open else None

    def last_number(self) -> int | str | None:
        """The number of the task that stands open, 0 before the first."""
        return next((item.number for item in reversed(self._open) if item.rank == TASK_RANK), 0)

    def open_above(self) -> Item | None:
        return self._open[-2] if len(self._open) > 1 else None

    def is_answered(self) -> bool:
        """Whether anybody has been named responsible so far."""
        return self._answered or any(item.is_answered() for item in self._open)

    def begin_again(self, title: str) -> None:
        """Behind the letter that sends the plan stands its title: the letter's own paragraphs are no headings."""
        self.above.append(title)
        self.items.clear()
        self._open.clear()

    def close_below(self, item: Item) -> None:
        while self._open and self._open[-1] is not item:
            self._open.pop()

    def add(self, item: Item) -> None:
        while self._open and self._open[-1].rank >= item.rank:
            self._answered = self._open.pop().is_answered() or self._answered
        (self._open[-1].children if self._open else self.items).append(item)
        self.latest = item.number if item.rank == TASK_RANK else self.latest
        self._open.append(item)


def part_headings(outline: Outline) -> None:
    """关键词 教育 above several tasks: where one short line heads more than one, each of them is a heading.

    Alone above one task such a line is its name, and part of it.
    """
    if not any(
        each.number is None and each.is_answered()
        for item in outline.items
        if _is_named(item)
        for each in item.children
    ):
        return
    named = [item for item in outline.items if _is_named(item)]
    for item in named:
        heading, _, words = item.text().partition("\n")
        first = [Sentence(words, None), *item.sentences[1:]]
        task = Item(PARAGRAPH_RANK, None, words, first, item.line, item.duties, progress=item.progress)
        item.heading, item.sentences, item.duties, item.progress = heading, [Sentence(heading, None)], {}, ""
        item.children.insert(0, task)
    before = [item for item in outline.items[: outline.items.index(named[0])] if item.rank == PARAGRAPH_RANK]
    above = outline.above[-2] if len(outline.above) > 1 else ""
    alike = all(above[:2] == item.heading[:2] for item in named)
    if before and alike and 2 < len(above) <= _LONGEST_NAME and not ends_like_a_plan(above):
        first_heading = Item(UNNUMBERED_RANK, None, above, [Sentence(above, None)], before[0].line)
        first_heading.children = before
        outline.items[: outline.items.index(named[0])] = [first_heading]


def _is_named(item: Item) -> bool:
    """Whether a short line and the task below it were read as one item."""
    name, _, words = item.text().partition("\n")
    return item.rank == UNNUMBERED_RANK and bool(item.duties) and bool(words) and len(name) <= _LONGEST_NAME
