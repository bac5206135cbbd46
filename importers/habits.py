"""What the author of a text without a table does throughout: seen in all its items, before any is read."""

from importers.items import Item
from importers.numbering import TASK_RANK
from importers.values.brackets import sentences_of

_FEWEST_REPORTS = 3


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
    told = [sum(sentence.units_only for sentence in item.sentences) for item in leaves]
    return sum(told) >= 2 and sum(map(bool, told)) * 2 >= len(leaves)


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
