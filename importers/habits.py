"""What the author of a text without a table does throughout: seen in all its items, before any is read."""

import re
from itertools import pairwise

from importers.items import Item
from importers.numbering import BULLET_RANK, TASK_RANK, numbering_of
from importers.values.brackets import Sentence, sentences_of
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, find_label
from importers.values.line_labels import is_plain
from importers.values.said_within import entrusted_within

_FEWEST_REPORTS = 3
_FEWEST_PARAGRAPHS = 2
_SAID_HEADING = re.compile(r"[一-龥，、“”《》（）()]{4,}。")
_SAYS_FOLLOWING = re.compile(r"如下|以下|下列|各(单位|部门|地)|印发")
_CLOSED = re.compile(r"[。；;]\s*[（(](?P<who>[^（()）]{2,60})[）)][。；;]?$")
_FEWEST_RESTS = 3
_FEWEST_CLOSED = 2
_FEWEST_HEADS = 2
_FEWEST_ENTRUSTED = 2
_LONGEST_HEADING = 32


def settle(items: list[Item]) -> bool:
    """Read the items as their author writes throughout; whether brackets of mere units close tasks."""
    share_closing_labels(items)
    settle_lone_rests(items)
    closes = closes_with_units(items)
    if closes:
        part_at_brackets(items)
    else:
        settle_bare_brackets(items)
    settle_entrusted(items)
    return closes


def share_closing_labels(items: list[Item]) -> None:
    """Headings whose items have one label at the very end: where that is the habit, it answers for all of them."""
    headings = [item for item in all_of(items) if item.rank < TASK_RANK and len(item.children) > 1]
    closed = [
        item
        for item in headings
        if item.children[-1].duties and not any(each.is_answered() for each in all_of(item.children[:-1]))
    ]
    if closed and len(closed) * 2 > len(
        [item for item in headings if any(e.is_answered() for e in item.children)]
    ):
        for item in closed:
            item.duties, item.children[-1].duties = item.children[-1].duties, {}


def reports_on_each(items: list[Item]) -> bool:
    """Whether 进展情况：… stands under nearly every numbered item: tasks, though nobody is named (a unit's own list)."""
    numbered = [item for item in all_of(items) if item.rank == TASK_RANK]
    told = sum(bool(item.progress) for item in numbered)
    return told >= _FEWEST_REPORTS and told * 4 >= len(numbered) * 3


def label_above_groups(texts: list[str]) -> str:
    """责任领导： above 1.… 2.… and again above 3.…: it heads the tasks below it. Nothing where labels follow tasks."""
    labels = [index for index, text in enumerate(texts) if find_label(text) == 0]
    numbered = [
        index for index, text in enumerate(texts) if (found := numbering_of(text)) and found.rank == TASK_RANK
    ]
    if len(labels) < 2 or len(numbered) < 2 or labels[0] > numbered[0] or labels[-1] > numbered[-1]:
        return ""
    words = {re.split("[:：]", texts[index])[0] for index in labels}
    alone = all(index + 1 in numbered for index in labels)
    return words.pop() if alone and len(words) == 1 else ""


def paragraphs_answer(texts: list[str]) -> bool:
    """Whether paragraphs without a number stand between label lines, again and again: each is a task."""
    told = zip(texts, texts[1:], texts[2:], strict=False)
    between = [text for above, text, below in told if find_label(above) == find_label(below) == 0]
    plain = [text for text in between if is_plain(text) and text.endswith("。")]
    return len(plain) >= _FEWEST_PARAGRAPHS


def heads_numbered(texts: list[str]) -> bool:
    """Whether short lines between the labels of one task and the number of the next are headings, again and again."""
    heads = units = 0
    for above, text, below in zip(texts, texts[1:], texts[2:], strict=False):
        found = numbering_of(below)
        if find_label(above) == 0 and found and found.rank >= TASK_RANK and is_plain(text):
            unlike = len(text) <= _LONGEST_HEADING and text[-1:] not in "。；;：:，、,"
            heads += unlike and not look_like_units(text)
            units += look_like_units(text)
    return heads >= _FEWEST_HEADS and heads > units


def paragraphs_close(texts: list[str]) -> bool:
    """Whether paragraphs without a number close with units alone (…。（甲局）), again and again: each is a task."""
    plain = (text for text in texts if not (told := numbering_of(text)) or told.rank == BULLET_RANK)
    closed = (found["who"] for found in map(_CLOSED.search, plain) if found)
    return sum(map(look_like_units, closed)) >= _FEWEST_REPORTS


def says_headings(texts: list[str]) -> bool:
    """Whether lines that end with 。 above numbered tasks are headings in this text's habit."""
    return sum(is_said_heading(*pair) for pair in pairwise(texts)) >= _FEWEST_HEADS


def is_said_heading(text: str, following: str) -> bool:
    """办好民生实事。 above a numbered task: a heading that ends as a sentence does."""
    below = numbering_of(following)
    return (
        below is not None
        and below.rank == TASK_RANK
        and len(text) <= _LONGEST_HEADING
        and bool(_SAID_HEADING.fullmatch(text))
        and not _SAYS_FOLLOWING.search(text)
        and find_label(text) < 0
        and numbering_of(text) is None
    )


def settle_lone_rests(items: list[Item]) -> None:
    """Units on a line below a list that looked whole are asked about, unless such lines are frequent or the name is known."""
    every = all_of(items)
    alone = [item for item in every if item.lone_rest]
    if sum(any("\n" in words for words in item.duties.values()) for item in every) >= _FEWEST_RESTS:
        for item in alone:
            item.lone_rest = ""
        return
    for item in alone:
        said = "\n".join(words for each in every if each is not item for words in each.duties.values())
        if re.search(rf"(^|[、，,；;\s]){re.escape(item.lone_rest)}([、，,；;\s。]|$)", said):
            item.lone_rest = ""


def closes_with_units(items: list[Item]) -> bool:
    """Whether it is this author's habit to close tasks with （甲局、乙局）; a single such bracket is prose."""
    every = [item for item in all_of(items) if not item.children]
    ranks = {
        item.rank for item in every if _says_who(item)
    }  # （三）… among （一）… and （二）… that name who answers
    leaves = [
        item
        for item in every
        if item.rank >= TASK_RANK
        or sum(sentence.units_only for sentence in item.sentences) > 1
        or (item.rank in ranks and not _says_who(item))
    ]
    if any(sentence.sets_rule for item in all_of(items) for sentence in item.sentences):
        return True
    if _mostly_close(leaves):
        return True
    headings = [
        item for item in every if item.rank < TASK_RANK and (item.number is not None or _closes(item))
    ]
    return sum(item.rank >= TASK_RANK for item in every) * 2 < len(headings) and _mostly_close(headings)


def settle_bare_brackets(items: list[Item]) -> None:
    """（县工信局） at the end of a task that names nobody else, where most others close with （…牵头）: asked about."""
    leaves = [item for item in all_of(items) if not item.children]
    closed = [item for item in leaves if any(map(_says_with_bracket, item.sentences))]
    if len(closed) < _FEWEST_CLOSED or len(closed) * 2 < len(leaves):
        return
    ranks = {item.rank for item in closed}
    for item in leaves:
        last = item.sentences[-1]
        said = last.text.endswith("。") and last.as_written.startswith(last.text)
        behind = last.as_written[len(last.text) :].strip()
        if said and behind and item.rank in ranks and not _says_who(item):
            item.bare_bracket = behind.rstrip("。")
            words = (last.duties or {}).get("lead_departments", "")
            item.sentences[-1] = Sentence(last.text, {RESPONSIBLE: words})


def settle_entrusted(items: list[Item]) -> None:
    """…，由甲局负责，乙局配合。要…: where nothing else says who answers for an item, the verb within its words does.

    In a text where others say it otherwise, it is asked about.
    """
    every = all_of(items)
    ranks = {item.rank for item in every if item.is_answered()}
    above = {id(each) for item in every if item.is_answered() for each in all_of(item.children)}
    leaves = [
        item for item in every if not item.children and not item.is_answered() and id(item) not in above
    ]
    found = {id(item): duties for item in leaves if (duties := entrusted_within(item.text()))}
    if not ranks and (len(found) < _FEWEST_ENTRUSTED or len(found) * 2 < len(leaves)):
        return
    for item in leaves:
        if id(item) in found and (not ranks or item.rank in ranks):
            item.duties, item.entrusted = found[id(item)], bool(ranks)


def _says_with_bracket(sentence: Sentence) -> bool:
    return bool(sentence.duties) and not sentence.units_only


def _mostly_close(leaves: list[Item]) -> bool:
    told = [sum(sentence.units_only for sentence in item.sentences) for item in leaves]
    return sum(told) >= 2 and sum(map(bool, told)) * 2 >= len(leaves)


def _closes(item: Item) -> bool:
    return any(sentence.units_only for sentence in item.sentences)


def _says_who(item: Item) -> bool:
    """Whether an item names who answers with a label or a verb."""
    return bool(item.duties) or any(each.duties and not each.units_only for each in item.sentences)


def part_at_brackets(items: list[Item]) -> None:
    """Where paragraphs hold several tasks that close with （甲局）, one such bracket in another parts it as well."""
    leaves = [item for item in all_of(items) if not item.children]
    if any(sum(sentence.units_only for sentence in item.sentences) > 1 for item in leaves):
        for item in leaves:
            item.sentences = [
                part
                for whole in item.sentences
                for part in ([whole] if whole.duties else sentences_of(whole.text, each_closes=True))
            ]


def all_of(items: list[Item]) -> list[Item]:
    """Items and everything under them, in reading order."""
    return [each for item in items for each in (item, *all_of(item.children))]
