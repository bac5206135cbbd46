"""A header of two levels in a text: which of the upper words the lower ones stand under."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from importers import columns
from importers.alignment import fits, misfit
from importers.characters import is_figure, squash
from importers.columns import ColumnKind
from importers.header_rows import TASK_LIKE, is_responsibility_header

_MOST_WIDE = 3
_FEWEST_BELOW = 2
_ROWS_WEIGHED = 5
_NARROW = frozenset({ColumnKind.NUMBER, ColumnKind.DUE, *TASK_LIKE})  # kinds that no lower word refines
_ODD_CELLS = 8  # one cell in so many may look as if it stood in another column
_ONE_ROLE = frozenset({ColumnKind.LEAD_DEPARTMENT, ColumnKind.SUPPORTING_DEPARTMENT})
_OVER_PERIODS = frozenset({ColumnKind.PLAN, ColumnKind.PROGRESS, ColumnKind.EVALUATION})
_UNLIKELY = 3.0
_AGREES = 1.0


def unfolded(
    upper: Sequence[str], lower: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[float, list[str]] | None:
    """The header words of all columns in whose order the whole rows fit, and how ill they fit; or None."""
    rows = rows[:_ROWS_WEIGHED]
    width = len(rows[0]) if rows else 0
    wide = len(upper) + len(lower) - width
    if not 0 < wide <= _MOST_WIDE or len(lower) < wide * _FEWEST_BELOW or any(len(r) != width for r in rows):
        return None
    found: list[tuple[float, list[str]]] = []
    for places in combinations(range(len(upper)), wide):
        for groups in _groups(lower, wide):
            placed = _placed(upper, dict(zip(places, groups, strict=True)))
            if placed is None:
                continue
            words, cost = placed
            kinds = columns.settle([columns.kind_of(word) for word in words])
            if ColumnKind.TASK not in kinds or not is_responsibility_header(set(kinds)):
                continue
            cells, below = [cell for row in rows for cell in row], kinds * len(rows)
            if fits(cells, below, odd=len(cells) // _ODD_CELLS):
                told = zip(cells, below, strict=True)
                figures = sum(kind in _OVER_PERIODS and is_figure(cell) for cell, kind in told)
                found.append((cost + (misfit(cells, below) + figures) / len(rows), words))
    return min(found) if found else None


def by_place(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """The same where blank cells show how far each upper word reaches; None where the lower line is no header."""
    upper = [*upper, *[""] * (len(lower) - len(upper))]
    if len(upper) > len(lower) or "" not in lower or not any(lower):
        return None
    known = True
    words: list[str] = []
    over = ""
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        beside = [*upper[max(0, place - 1) : place], *upper[place + 1 : place + 2]]
        reaches = bool(above) and (
            above in beside or upper[place + 1 : place + 2] == [""]
        )  # written again as well
        over = above or over
        if not (above or below) or (below and above and not reaches):
            return None
        known = known and (not below or _is_known(over, below))
        words.append(_word(over, below) if below else above)
    return words if known else None


def _is_known(over: str, below: str) -> bool:
    """Whether a lower word says something, alone or with the one above it: 完成 under 时间节点."""
    return bool(
        columns.kind_of(squash(below))
        or columns.names_a_period(below)
        or columns.kind_of(squash(over) + squash(below))
    )


def with_roles(upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
    """Roles in the place of the one 责任单位 above them."""
    roles = [word for word in lower if word]
    kinds = [columns.kind_of(squash(word)) for word in upper]
    known = sum(columns.kind_of(squash(word)) in columns.DEPARTMENT_KINDS for word in roles)
    if not 1 < known == len(roles) or kinds.count(ColumnKind.RESPONSIBLE) != 1:
        return None
    above = kinds.index(ColumnKind.RESPONSIBLE)
    behind = list(upper[above + 1 :])
    for _ in roles[1:]:  # 责任单位 | | 完成时限, or the blanks behind the last word
        if behind and "" in (behind[0], behind[-1]):
            del behind[0 if not behind[0] else -1]
    return [*upper[:above], *roles, *behind]


def _groups(lower: Sequence[str], count: int) -> Iterator[list[Sequence[str]]]:
    """The lower words in so many groups of two or more, in their order."""
    for cuts in combinations(range(_FEWEST_BELOW, len(lower) - 1), count - 1):
        bounds = [0, *cuts, len(lower)]
        groups = [lower[a:b] for a, b in pairwise(bounds)]
        if all(len(group) >= _FEWEST_BELOW for group in groups):
            yield groups


def _placed(upper: Sequence[str], below: dict[int, Sequence[str]]) -> tuple[list[str], float] | None:
    words: list[str] = []
    cost = 0.0
    periods_told: set[str] = set()
    for place, above in enumerate(upper):
        group = below.get(place)
        if group is None:
            words.append(above)
            continue
        kind = columns.kind_of(squash(above))
        kinds = {columns.kind_of(squash(word)) for word in group}
        periods = [columns.names_a_period(word) for word in group]
        of_tasks = kind in TASK_LIKE and kinds <= TASK_LIKE  # 工作内容 and 主要任务 under 重点工作
        of_times = kind is ColumnKind.DUE and ColumnKind.DUE in kinds  # 启动时间 and 完成时间 under 时间安排
        if (kind in _NARROW and not (of_tasks or of_times)) or (
            kinds & _NARROW and kind in columns.RESPONSIBILITY_KINDS
        ):
            return None
        if any(periods) and not all(periods):
            return None
        if kind in columns.DEPARTMENT_KINDS and kinds - {None} - columns.RESPONSIBILITY_KINDS:
            return None  # no 进展情况 stands under 责任单位
        if kind in _ONE_ROLE and kinds & _ONE_ROLE - {kind}:
            return None  # nor 协办单位 under 牵头单位
        if periods_told and all(periods) and not periods_told & set(group):
            return None  # the quarters of one year stand under one word
        periods_told |= set(group) if all(periods) else set()
        agrees = kind in columns.RESPONSIBILITY_KINDS and kinds <= columns.RESPONSIBILITY_KINDS
        beside = columns.kind_of(squash(upper[place + 1])) if place + 1 < len(upper) else None
        if agrees and place + 1 not in below and beside in columns.DEPARTMENT_KINDS:
            cost += _UNLIKELY  # 牵头单位 right behind 责任单位 stands under it itself
        cost -= _AGREES if agrees or (all(periods) and kind in _OVER_PERIODS) else 0.0
        cost += _UNLIKELY if kind is ColumnKind.OTHER and columns.is_listed(above) else 0.0
        cost += _AGREES if kind is None and all(periods) else 0.0
        words += [_word(above, word) for word in group]
    return words, cost


def _word(above: str, below: str) -> str:
    """一季度 under 推进计划 is 推进计划一季度; 牵头单位 under 责任单位 says all itself."""
    told = squash(below)
    return told if columns.kind_of(told) and told not in columns.TOO_PLAIN else squash(above) + told
