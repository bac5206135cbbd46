"""Names of a file that may be one unit (经开区, 常州经开区): asked as one list, kept with the batch until its commit."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Jurisdiction
from app.models.imports import ImportBatch, ImportDecision
from app.queries.directory import names_to_ids
from app.rules.permissions import Viewer
from app.rules.unit_names import surely_one

DIFFERENT = "different"
"""The kind of remembered decision that says two names are two units, however alike they look."""
ALIASES = "aliases"
"""Among a batch's decisions: alias → name, entered into the directory with its commit."""
JUDGED = "alike"
"""Among a batch's decisions: what a person said of each pair."""
UNIT_FIELDS = ("lead_departments", "main_departments", "supporting_departments")

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of two names: one unit, written ``keep`` from now on, or two."""

    one: str
    other: str
    same: bool
    keep: str = ""

    @property
    def pair(self) -> Pair:
        return frozenset((self.one, self.other))


@dataclass(frozen=True, slots=True)
class AlikePair:
    """One line of the list: two spellings, how often the file has each, and whether they are ticked as one."""

    one: str
    other: str
    times: tuple[int, int]
    """How often each stands in the file; 0 is a name that only the directory has."""
    row: int
    place: str
    keepers: tuple[str, ...]
    """Which of the two may stay; one that the directory knows cannot become an alias."""
    keep: str
    same: bool
    is_judged: bool
    """Whether a person has said so, or the tick is only proposed."""


@dataclass(frozen=True, slots=True)
class AlikeNames:
    """Pairs nobody has judged, and those judged for this batch."""

    open: list[AlikePair] = field(default_factory=list)
    judged: list[AlikePair] = field(default_factory=list)

    def as_said(self, judgements: Iterable[Judgement]) -> "AlikeNames":
        """The list with the ticks a person sent, though they were refused."""
        said = {each.pair: each for each in judgements}

        def ticked(line: AlikePair) -> AlikePair:
            each = said.get(frozenset((line.one, line.other)))
            if each is None:
                return line
            return replace(line, same=each.same, keep=each.keep if each.keep in line.keepers else line.keep)

        return AlikeNames([ticked(line) for line in self.open], [ticked(line) for line in self.judged])


def meant(batch: ImportBatch, departments: dict[str, int]) -> dict[str, str]:
    """Names of the file that a person said are another one's. A name the directory knows by now speaks for itself."""
    kept: dict[str, str] = batch.decisions.get(ALIASES, {})
    return {alias: name for alias, name in kept.items() if alias not in departments}


def mentions(batch: ImportBatch) -> Counter[str]:
    """How often each unit stands in the file."""
    return Counter(name for task in batch.recognised["tasks"] for role in UNIT_FIELDS for name in task[role])


def judgements_of(batch: ImportBatch) -> list[Judgement]:
    return [Judgement(*each) for each in batch.decisions.get(JUDGED, ())]


def told_apart(session: Session, jurisdiction_id: int) -> set[Pair]:
    """Pairs the jurisdiction has said are two units, in this file or another."""
    query = select(col(ImportDecision.words)).where(
        col(ImportDecision.jurisdiction_id) == jurisdiction_id, col(ImportDecision.kind) == DIFFERENT
    )
    return {frozenset(words.split("≠")) for words in session.execute(query).scalars()}


def alike_names(
    session: Session, viewer: Viewer, batch: ImportBatch, known_alike: dict[str, str] | None = None
) -> AlikeNames:
    """The list. ``known_alike``: new names of the file that look like one the directory knows."""
    judged = {each.pair: each for each in judgements_of(batch)}
    asked: dict[Pair, tuple[str, str]] = {frozenset(pair): pair for pair in _told_by_the_file(batch)}
    for new, known in (known_alike or {}).items():
        asked.setdefault(frozenset((new, known)), (new, known))
    for pair, each in judged.items():
        asked.setdefault(pair, (each.one, each.other))
    if not asked:
        return AlikeNames()
    _, departments = names_to_ids(session, viewer.jurisdiction_id)
    apart = told_apart(session, viewer.jurisdiction_id)
    jurisdiction = session.get_one(Jurisdiction, viewer.jurisdiction_id).name
    times, places = mentions(batch), _first_places(batch, asked.values())
    found = AlikeNames()
    for pair, (one, other) in asked.items():
        said = judged.get(pair)
        if said is None and (pair in apart or all(name in departments for name in pair)):
            continue  # as one unit or as two, the jurisdiction has settled it
        keepers = tuple(name for name in (other, one) if name in departments) or (other, one)
        row, place = places.get(one) or places.get(other) or (0, "")
        line = AlikePair(
            one,
            other,
            (times[one], times[other]),
            row,
            place,
            keepers,
            said.keep
            if said and said.keep in keepers
            else max(keepers, key=lambda name: (times[name], len(name))),
            said.same if said else surely_one(one, other, jurisdiction),
            said is not None,
        )
        (found.judged if said else found.open).append(line)
    for lines in (found.open, found.judged):
        lines.sort(key=lambda line: not line.same)
    return found


def _told_by_the_file(batch: ImportBatch) -> Iterable[tuple[str, str]]:
    issues: list[dict[str, Any]] = batch.recognised["issues"]
    for issue in (*issues, *(issue for task in batch.recognised["tasks"] for issue in task["issues"])):
        if issue.get("kind") == "alike":
            one, other = issue["names"]
            yield one, other


def _first_places(batch: ImportBatch, pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[int, str]]:
    wanted = {name for pair in pairs for name in pair}
    found: dict[str, tuple[int, str]] = {}
    for number, task in enumerate(batch.recognised["tasks"], 1):
        for role in UNIT_FIELDS:
            for name in wanted.intersection(task[role]):
                found.setdefault(name, (number, task["place"]))
    return found
