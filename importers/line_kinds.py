"""What a line of a text begins, seen by itself, by the items before it and by the line below."""

import re

from importers.items import PARAGRAPH_RANK, Item, Outline, breaks_off
from importers.numbering import BULLET_RANK, TASK_RANK, Numbering, numbering_of
from importers.values.brackets import sentences_of
from importers.values.duties import find_label, read_duties
from importers.values.line_labels import in_brackets, is_plain, label_of_task, tells_progress
from importers.who_lines import list_is_open

LONGEST_HEADING = 32
END = ("。", "；", ";", "！", "？", "：", ":")
_SENTENCE_AND_BRACKET = re.compile(r"[。；][（(][^（()）]+[）)]$")  # …。（甲局）
_POINT_OR_DECIMAL = re.compile(r"(?P<n>\d{1,3})[.．](?=\d+[一-龥])")


def begins_anew(text: str) -> bool:
    """Whether a line is the first of its numbers: what stands above it is their heading."""
    numbering = numbering_of(text)
    return numbering is not None and numbering.rank >= TASK_RANK and numbering.number == 1


def begins_record_below(outline: Outline, last: Item, text: str, following: str) -> bool:
    """Whether a line behind a whole list names what is told below it: a sentence, a first task, the same label again."""
    if not last.duties or list_is_open(last, text) or not following:
        return False
    if numbering := numbering_of(following):
        if outline.heads_numbered and numbering.rank == last.rank >= TASK_RANK:
            return True
        return numbering.rank >= TASK_RANK and numbering.number == 1 and last.number not in (None, 0)
    if in_brackets(following) and read_duties(following[1:-1]):
        return last.number is None  # a task, and below it （甲局牵头，乙局配合）
    if find_label(following) == 0:
        again = read_duties(following) or {}
        return last.number is None and bool(again) and next(iter(again)) == next(iter(last.duties))
    return (
        last.number is None
        and following.endswith("。")
        and len(following) > len(text)
        and is_plain(following)
    )


def names_who(text: str) -> bool:
    """Whether a bracket, a label or a verb in a line says who answers."""
    return any(sentence.duties for sentence in sentences_of(text))


def next_in_order(outline: Outline, text: str) -> Numbering | None:
    """11.121人才项目 behind item 10: the point is no decimal one."""
    found = _POINT_OR_DECIMAL.match(text)
    last = outline.last()
    expected = 0 if last is not None and last.rank < TASK_RANK else outline.latest
    if found is None or int(found["n"]) - 1 not in (expected, outline.latest) or not outline.items:
        return None
    return Numbering(TASK_RANK, found.group(), int(found["n"]), text[found.end() :])


def begins_record(last: Item | None, label: str, following: str) -> bool:
    """任务内容：… above its own label lines, at the beginning of a text or behind another of the same label."""
    if last is None:
        told = find_label(following) == 0 or tells_progress(following)
        return told or label_of_task(following) not in ("", label)
    return last.label == label and last.is_answered()


def beside(outline: Outline) -> float:
    """The rank of a paragraph without a number: among ①…② it is one of them."""
    last = outline.last()
    return last.rank if last is not None and TASK_RANK + 1 < last.rank < BULLET_RANK else PARAGRAPH_RANK


def is_heading(text: str, following: str) -> bool:
    """A short line without an end mark, above something that may be a task; a label under it makes it the task."""
    short = len(text) <= LONGEST_HEADING and not breaks_off(text) and not text.endswith((*END, "，", "、"))
    short = short and not _SENTENCE_AND_BRACKET.search(text)
    return short and bool(following) and find_label(following) != 0 and read_duties(text) is None
