"""Units a line each beside several columns of units: which of them lead is asked, with every way to part them."""

from collections.abc import Mapping
from itertools import combinations_with_replacement

from importers.decisions import DecisionKind, Question
from importers.rows import ImportedRow, Issue, Level

_TITLES = {"lead_departments": "牵头", "main_departments": "主责", "supporting_departments": "配合"}
_MOST_NAMES = 20


def settle_parting(row: ImportedRow, roles: tuple[str, ...], settled: Mapping[str, str]) -> None:
    """Part the units of a task as a person said, or ask which columns they stood in.

    ``roles``: the fields of the unit columns, from left to right. ``settled``: the names joined by 、 → how many
    of them stand in each column (``1/3``: one leads, three support).
    """
    names = [name for role in roles for name in getattr(row, role)]
    if len(names) > _MOST_NAMES or names == row.lead_departments[:1]:
        return
    words = "、".join(names)
    choices = tuple(
        ("/".join(map(str, counts)), _told(names, roles, counts)) for counts in _ways(len(names), len(roles))
    )
    said = settled.get(words, "")
    if said in dict(choices):
        start = 0
        for role, count in zip(roles, map(int, said.split("/")), strict=True):
            setattr(row, role, names[start : start + count])
            start += count
        message = f"“{words}”按核对时说的分栏读入：{dict(choices)[said]}"
        row.issues.append(
            Issue(Level.NOTE, row.place, message, Question(DecisionKind.PARTING, words, said, choices))
        )
        return
    read = "/".join(str(len(getattr(row, role))) for role in roles)
    if read not in dict(choices):
        choices = ((read, _told(names, roles, [len(getattr(row, role)) for role in roles])), *choices)
    counts = "、".join(f"{_TITLES[role]} {len(found)} 个" for role in roles if (found := getattr(row, role)))
    message = f"“{words}”看不出从哪里起是另一栏的单位，现读作{counts}，请核对"
    question = Question(DecisionKind.PARTING, words, read, choices)
    row.issues.append(Issue(Level.WARNING, row.place, message, question))


def _ways(names: int, roles: int) -> list[tuple[int, ...]]:
    """How many names may stand in each column: somebody leads, the other columns may be blank."""
    return [
        tuple(end - start for start, end in zip((0, *cuts), (*cuts, names), strict=True))
        for cuts in combinations_with_replacement(range(1, names + 1), roles - 1)
    ]


def _told(names: list[str], roles: tuple[str, ...], counts: list[int] | tuple[int, ...]) -> str:
    """牵头：甲局；配合：乙局、丙局."""
    parts: list[str] = []
    start = 0
    for role, count in zip(roles, counts, strict=True):
        if count:
            parts.append(f"{_TITLES[role]}：{'、'.join(names[start : start + count])}")
        start += count
    return "；".join(parts)
