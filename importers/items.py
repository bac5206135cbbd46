"""A text without a table as items in a tree: headings, the tasks under them, and the lines around."""

import itertools
import re
from dataclasses import dataclass, field

from importers.grid import Line
from importers.headings import Remarks
from importers.numbering import BULLET_RANK, TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.scripts import either_script
from importers.title import choose_title, names_a_plan
from importers.values.brackets import Sentence
from importers.values.duties import Duties, duties_of_heading

PARAGRAPH_RANK = 3.5
TITLE_RANK = -1  # 附件2's own title: no heading and no leader of the annex before reaches below it
_BUREAU = re.compile(r"[一-龥]{2,12}(局|委|厅|办公室|委员会|法院|检察院)")
_LONGEST_NAME = 16
_LONGEST_FIRST = 24
_NO_HEADING = re.compile(
    either_script(
        r"[0-9]{4}|[。：:》]|(方案|分解表|分解|清单|分工|台账|要点|一览表|责任书|任务表|意见|通知|表|日)$|^[（(]|附件|来源|字号|发布"
    )
)


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
    reports: bool = False  # the last thing told of it was how far it has come
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
    says_headings: bool = (
        False  # lines that end with 。 above numbered tasks are headings in this text's habit
    )
    paragraphs_answer: bool = False  # paragraphs without a number are tasks, each with its labels below
    units_below: bool = False  # the list of a label within a paragraph goes on below it, a unit a line
    group_label: str = ""  # the label that stands above the tasks it answers for, and not below each
    remarks: Remarks = field(default_factory=Remarks)
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

    def task_beside(self, item: Item) -> bool:
        """Whether the item before this one, of the same kind under the same heading, is a task with its units."""
        above = self.open_above()
        before = [each for each in (above.children if above else self.items) if each is not item][-1:]
        return any(each.rank == item.rank and each.is_answered() and not each.children for each in before)

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
        beside = (
            item.rank == BULLET_RANK and (last := self.last()) and last.number is None and last.is_answered()
        )
        if beside and self._open[-1].rank >= TASK_RANK:
            self._answered = (
                self._open.pop().is_answered() or self._answered
            )  # ★… beside paragraphs without a sign
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


def find_first_heading(outline: Outline) -> None:
    """The line right above the first task, where lines like it head the tasks further down: no title, a heading."""
    heads = [
        item
        for item, below in itertools.zip_longest(outline.items, outline.items[1:])
        if item.rank in (UNNUMBERED_RANK, TITLE_RANK)
        and (item.children or (below and below.rank < UNNUMBERED_RANK))
    ]
    before = list(itertools.takewhile(lambda item: item.rank > UNNUMBERED_RANK, outline.items))
    lines = [text for text in outline.above if text not in {item.heading for item in before}]
    if not before or not heads or not lines:
        return
    above = lines[-1]
    begins = all(above[:2] == item.heading[:2] for item in heads)
    alike = begins or all(above[-2:] == item.heading[-2:] for item in heads)
    titled = len(lines) > 1 and (choose_title(lines) != above or (alike and names_a_plan(lines[-2])))
    if not (begins or titled) or (_NO_HEADING.search(above) and not (alike and titled)):
        return
    if 2 < len(above) <= max(_LONGEST_FIRST, *(len(item.heading) for item in heads)):
        first = Item(UNNUMBERED_RANK, None, above, [Sentence(above, None)], before[0].line, children=before)
        outline.items[: len(before)] = [first]
        outline.above.remove(above)


def _is_named(item: Item) -> bool:
    """Whether a short line and the task below it were read as one item."""
    name, _, words = item.text().partition("\n")
    return item.rank == UNNUMBERED_RANK and bool(item.duties) and bool(words) and len(name) <= _LONGEST_NAME
