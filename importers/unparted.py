"""Units a line each beside several columns of units: which of them lead is asked, with every way to part them."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement, pairwise

from importers.decisions import DecisionKind, Question
from importers.rows import ImportedRow, Issue, Level

_LEAD = "lead_departments"
_TITLES = {_LEAD: "牵头", "main_departments": "主责", "supporting_departments": "配合"}
_MOST_WAYS = 250


def settle_parting(row: ImportedRow, roles: tuple[str, ...], settled: Mapping[str, str]) -> None:
    """Part the units of a task as a person said, or ask which columns they stood in.

    ``roles``: the fields of the unit columns, from left to right. ``settled``: the names joined by 、 → how many
    of them stand in each column (牵头 1 个、配合 3 个); what was said of other columns is not applied.
    """
    names = [name for role in roles for name in getattr(row, role)]
    if names == row.lead_departments[:1]:
        return
    words = "、".join(names)
    as_read = tuple(len(getattr(row, role)) for role in roles)
    ways = {_counted(roles, counts): counts for counts in _ways(len(names), roles)}
    if len(ways) > _MOST_WAYS:
        ways = {}
    read = _counted(roles, as_read)
    ways.setdefault(read, as_read)
    choices = tuple((meaning, _told(names, roles, counts)) for meaning, counts in ways.items())
    if (said := settled.get(words, "")) in ways:
        if ways[said] != as_read:
            for role, part in zip(roles, _parts(names, ways[said]), strict=True):
                setattr(row, role, part)
                row.written.pop(role, None)  # the words of a cell that was another one
        message = f"“{words}”按核对时说的分栏读入：{dict(choices)[said]}"
        question = Question(DecisionKind.PARTING, words, said, choices)
        row.issues.append(Issue(Level.NOTE, row.place, message, question))
        return
    message = f"“{words}”看不出从哪里起是另一栏的单位，现读作{read}，请核对"
    asked = Question(DecisionKind.PARTING, words, read, choices) if len(choices) > 1 else None
    row.issues.append(Issue(Level.WARNING, row.place, message, asked))


def _ways(names: int, roles: tuple[str, ...]) -> list[tuple[int, ...]]:
    """How many names may stand in each column: somebody leads, the other columns may be blank."""
    leading = roles.index(_LEAD) if _LEAD in roles else 0
    ways = [
        tuple(after - before for before, after in pairwise((0, *cuts, names)))
        for cuts in combinations_with_replacement(range(names + 1), len(roles) - 1)
    ]
    return [counts for counts in ways if counts[leading]]


def _counted(roles: tuple[str, ...], counts: Sequence[int]) -> str:
    return "、".join(f"{_TITLES[role]} {count} 个" for role, count in zip(roles, counts, strict=True))


def _parts(names: list[str], counts: Sequence[int]) -> list[list[str]]:
    cuts = [sum(counts[:index]) for index in range(len(counts) + 1)]
    return [names[start:end] for start, end in pairwise(cuts)]


def _told(names: list[str], roles: tuple[str, ...], counts: Sequence[int]) -> str:
    """牵头：甲局；配合：乙局、丙局."""
    parts = zip(roles, _parts(names, counts), strict=True)
    return "；".join(f"{_TITLES[role]}：{'、'.join(part)}" for role, part in parts if part)
