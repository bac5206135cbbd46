"""A text without a table as items in a tree: headings, the tasks under them, and the lines around."""

import itertools
import re
from dataclasses import dataclass, field, replace

from importers.grid import Line
from importers.headings import Remarks
from importers.numbering import BULLET_RANK, TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.scripts import either_script
from importers.title import choose_title, names_a_plan
from importers.values.brackets import Sentence
from importers.values.duty_verbs import Duties
from importers.values.heading_duties import duties_of_heading

PARAGRAPH_RANK = 3.5
TITLE_RANK = -1  # 附件2's own title: no heading and no leader of the annex before reaches below it
_BUREAU = re.compile(r"[一-龥]{2,12}(局|委|厅|办公室|委员会|法院|检察院)")
_LONGEST_NAME = 16
_LONGEST_FIRST = 24
_ENDS = ("。", "；", ";", "：", ":", "！", "？", "）", ")", "〕", "】")
_SHORTEST_BROKEN = 24
_CLAUSE_AND_FIGURE = re.compile(r"[，,].*\d|\d.*[，,]")
_FEWEST_NAMED = 2
_LONGEST_NAMED = 32
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
    bare_bracket: str = ""  # the same in a bracket at its end
    entrusted: bool = False  # only a verb within its words says who answers, and others say it otherwise
    broken_name: str = ""  # a line above it that may be its name, its first half or a heading
    lone_rest: str = ""  # a line taken for the rest of a list that looked whole
    reports: bool = False  # the last thing told of it was how far it has come
    said_progress: bool = False  # …and a sentence said so, without a label
    label: str = ""  # the label that announced it (任务内容：…); the same label again begins the next

    def text(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences)

    def names_who(self) -> bool:
        """Whether the heading itself says who answers for all under it (（二）市审计局牵头的工作)."""
        numbering = numbering_of(self.heading)
        words = numbering.rest if numbering else self.heading
        return bool(duties_of_heading(words)) or (self.number is not None and bool(_BUREAU.fullmatch(words)))

    def waits(self) -> bool:
        """Whether nothing but a bracket of units, which may be prose, says so far who answers for it."""
        return not self.duties and all(each.duties is None or each.units_only for each in self.sentences)

    def breaks_off(self) -> bool:
        """Whether a numbered line is no heading but a paragraph that the page broke: （一）推进改革。统筹编制，交流校."""
        alone = self.rank < UNNUMBERED_RANK and self.number is not None and not self.is_answered()
        return alone and breaks_off(self.text())

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
    annex_begins: bool = False  # 附件： stood alone on the line before
    labels_below: frozenset[str] = frozenset()  # labels that say more of the item above, in this text's habit
    paragraphs_close: bool = False  # paragraphs without a number that close with （甲局） are tasks here
    says_headings: bool = (
        False  # lines that end with 。 above numbered tasks are headings in this text's habit
    )
    paragraphs_answer: bool = False  # paragraphs without a number are tasks, each with its labels below
    units_below: bool = False  # the list of a label within a paragraph goes on below it, a unit a line
    with_heads: bool = False  # 责任单位及责任人：… names the heads of the units as well
    heads_numbered: bool = False  # a short line between labels and the next number is a heading
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

    def first_half(self) -> str:
        """The line above the first task, where it breaks off within a sentence that the task goes on with."""
        return self.above.pop() if self.above and breaks_off(self.above[-1]) else ""

    def close_below(self, item: Item) -> None:
        while self._open and self._open[-1] is not item:
            self._open.pop()

    def close(self, item: Item) -> None:
        self.close_below(item)
        self._answered = self._open.pop().is_answered() or self._answered

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


def breaks_off(text: str) -> bool:
    """Whether a line has a whole sentence in it, or the figures and the length of one, and yet ends with no mark."""
    long = len(text) >= _SHORTEST_BROKEN and bool(_CLAUSE_AND_FIGURE.search(text))
    return ("。" in text or long) and not text.endswith(_ENDS) and not names_a_plan(text)


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
    for item in outline.items:
        if _is_named(item):
            _part(item)


def part_numbered_headings(items: list[Item]) -> None:
    """（一）水环境, a paragraph with its labels, and further such paragraphs: a heading, and the first is a task too."""
    every = [item for siblings in _lists_of(items) for item in siblings]
    named = [item for item in every if item.rank < UNNUMBERED_RANK and _has_body(item)]
    heads = {
        item.rank
        for item in named
        if item.children and all(each.number is None and each.is_answered() for each in item.children)
    }
    for item in named:
        if item.rank in heads and all(each.number is None for each in item.children):
            _part(item)


def _has_body(item: Item) -> bool:
    name, _, words = item.text().partition("\n")
    return names_a_unit(item.duties) and len(words) > 1 and len(name) <= _LONGEST_NAMED


def names_a_unit(duties: Duties) -> bool:
    return bool(set(duties) - {"officials", "due"})


def _part(item: Item) -> None:
    heading, _, words = item.text().partition("\n")
    numbering = numbering_of(item.heading)
    first = [Sentence(words, None), *item.sentences[1:]]
    task = Item(PARAGRAPH_RANK, None, words, first, item.line, item.duties, progress=item.progress)
    item.sentences, item.duties, item.progress = [Sentence(heading, None)], {}, ""
    item.heading = f"{numbering.words}{heading}" if numbering and item.number is not None else heading
    item.children.insert(0, task)


def join_broken_names(items: list[Item]) -> None:
    """A line above a paragraph, where others before it have none: no heading, but the task's name or first half."""
    lists = _lists_of(items)
    if not any(
        map(_stands_among_paragraphs, lists[1:])
    ):  # above the very first stands a heading not yet known
        return
    for siblings in lists:
        for index in reversed(range(len(siblings))):
            item = siblings[index]
            if _heads_paragraphs(item):
                first, *others = item.children
                text = f"{item.heading}\n{first.sentences[0].text}"
                first.sentences[0] = replace(first.sentences[0], text=text)
                first.heading, first.broken_name, first.line = text, item.heading, item.line
                siblings[index : index + 1] = [first, *others]


def _lists_of(items: list[Item]) -> list[list[Item]]:
    return [items, *(each for item in items for each in _lists_of(item.children))]


def _stands_among_paragraphs(siblings: list[Item]) -> bool:
    """Whether a task without a number or a heading of its own comes before a line that heads paragraphs."""
    plain = [item.rank == PARAGRAPH_RANK and item.is_answered() and item.number is None for item in siblings]
    return any(plain[index] and _heads_paragraphs(below) for index, below in enumerate(siblings[1:]))


def _heads_paragraphs(item: Item) -> bool:
    plain = item.rank == UNNUMBERED_RANK and item.number is None and not item.is_answered()
    return (
        plain
        and not item.names_who()
        and bool(item.children)
        and all(
            each.rank == PARAGRAPH_RANK and each.number is None and each.is_answered()
            for each in item.children
        )
    )


def stand_beside(items: list[Item]) -> None:
    """Take out from under a named task (its name, its sentence, its labels) the paragraphs that answer for themselves."""
    for index in reversed(range(len(items))):
        item = items[index]
        stand_beside(item.children)
        own = item.rank == UNNUMBERED_RANK and names_a_unit(item.duties)
        beside = own and "\n" in item.text() and item.children
        if beside and all(each.number is None and each.is_answered() for each in item.children):
            items[index + 1 : index + 1] = item.children
            item.children = []


def nest_below_names(items: list[Item]) -> None:
    """A short line above tasks that begin with a name of their own, or with （一）: their heading."""
    for item in items:
        nest_below_names(item.children)
    if sum(map(_may_stand_below, items)) < _FEWEST_NAMED:
        return
    told: list[Item] = []
    for item in items:
        below = told[-1].children[-1:] if told else []
        headed = bool(told) and (_is_bare(told[-1]) or (bool(below) and _may_stand_below(below[0])))
        (told[-1].children if headed and _may_stand_below(item) else told).append(item)
    items[:] = told


def _may_stand_below(item: Item) -> bool:
    numbered = item.rank < UNNUMBERED_RANK and item.number is not None and item.is_answered()
    return _has_name(item) or (numbered and not item.children)


def _is_bare(item: Item) -> bool:
    return (
        item.rank == UNNUMBERED_RANK
        and not item.is_answered()
        and not item.children
        and "\n" not in item.text()
    )


def find_first_name(outline: Outline) -> None:
    """The line above the first paragraph, where all further tasks are a name, a sentence and labels: its name."""
    first, named = outline.items[:1], [each for item in outline.items[1:] for each in (item, *item.children)]
    named = [item for item in named if item.children or item.duties]
    if len(named) < _FEWEST_NAMED or first[0].rank != PARAGRAPH_RANK or first[0].children:
        return
    if outline.above[-1:] != [first[0].heading] or not all(
        item.children or _has_name(item) for item in named
    ):
        return
    name = outline.above[-2] if len(outline.above) > 1 else ""
    if (
        not name
        or choose_title(outline.above) == name
        or len(name) > _LONGEST_FIRST
        or _NO_HEADING.search(name)
    ):
        return
    outline.above[-2:] = []
    first[0].sentences[0] = replace(first[0].sentences[0], text=f"{name}\n{first[0].sentences[0].text}")
    first[0].rank, first[0].heading = UNNUMBERED_RANK, name


def _has_name(item: Item) -> bool:
    return item.rank == UNNUMBERED_RANK and bool(item.duties) and "\n" in item.text() and not item.children


def find_first_heading(outline: Outline) -> None:
    """The line right above the first task, where lines like it head the tasks further down: no title, a heading."""
    heads = [
        item
        for item, below in itertools.zip_longest(outline.items, outline.items[1:])
        if item.rank in (UNNUMBERED_RANK, TITLE_RANK)
        and (item.children or (below and below.rank < UNNUMBERED_RANK))
    ]
    before = list(
        itertools.takewhile(lambda item: item.rank > UNNUMBERED_RANK or _may_stand_below(item), outline.items)
    )
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
