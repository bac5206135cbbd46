"""Names in one file that may be one unit: 经开区 and 常州经开区. Told, never merged."""

from collections import Counter, defaultdict
from itertools import combinations

from importers.rows import ImportedRow, Issue, IssueKind, Level
from importers.values import words

_LEVELS = "省市区县旗镇乡"
_MOST_TOLD = 60
_MOST_COMPARED = 60


def near_duplicates(tasks: list[ImportedRow]) -> list[Issue]:
    """One question for each pair of unit names that look like two ways to write the same unit."""
    places: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for task in tasks:
        for name in (*task.lead_departments, *task.main_departments, *task.supporting_departments):
            places.setdefault(name, task.place)
            counts[name] += 1
    issues: list[Issue] = []
    for one, other in _pairs(list(places)):
        rare, usual = sorted((one, other), key=lambda name: (counts[name], -len(name)))
        issues.append(
            Issue(
                Level.WARNING,
                places[rare],
                f"“{rare}”与“{usual}”可能是同一单位，现按两个单位读入；如是同一单位，请把其中一个登记为别名",
                kind=IssueKind.ALIKE,
                names=(rare, usual),
            )
        )
    return issues[:_MOST_TOLD]


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    """Pairs worth asking about; only names that share a beginning and an end, or a tail, are compared at all."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if 2 <= len(name) <= 24 and not words.GROUP.search(name):
            bare = _without_level(name)
            keys = {
                bare[0] + bare[-1],
                name[0] + name[-1],
                *(name[cut:] for cut in range(4) if len(name) - cut >= 3),
            }
            for key in keys:
                alike[key].append(name)
    pairs = {
        (one, other): None
        for together in alike.values()
        for one, other in combinations(together[:_MOST_COMPARED], 2)
        if may_be_one(one, other)
    }
    return list(pairs)


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may mean one unit: the level left out, a place put before, or a word abbreviated."""
    short, long = sorted((one, other), key=len)
    bare_short, bare_long = _without_level(short), _without_level(long)
    if bare_short == bare_long:
        return short[0] == long[0] or not (short[0] in _LEVELS and long[0] in _LEVELS)
    if long.endswith(short) and 1 <= len(long) - len(short) <= 3 and len(short) >= 3:
        return not words.UNIT_ENDING.search(long[: -len(short)]) or long[: -len(short)][-1] in _LEVELS
    return _abbreviates(bare_short, bare_long)


def _without_level(name: str) -> str:
    return name[1:] if len(name) > 3 and name[0] in _LEVELS else name


def _abbreviates(short: str, long: str) -> bool:
    """发改局 of 发展和改革局: the same beginning and end, its other characters in order, a third left out or more."""
    if (
        not (3 <= len(short) <= 6 and len(long) >= len(short) + 2)
        or short[0] != long[0]
        or short[-1] != long[-1]
    ):
        return False
    rest = iter(long)
    return all(character in rest for character in short)
