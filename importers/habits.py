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
    leaves = [
        item
        for item in all_of(items)
        if not item.children
        and (item.rank >= TASK_RANK or sum(sentence.units_only for sentence in item.sentences) > 1)
    ]
    if any(sentence.sets_rule for item in all_of(items) for sentence in item.sentences):
        return True
    told = [sum(sentence.units_only for sentence in item.sentences) for item in leaves]
    return sum(told) >= 2 and sum(map(bool, told)) * 2 >= len(leaves)


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
