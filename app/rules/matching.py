"""The table comes again: which row of the new one is which task of the old, by content and never by position."""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import islice, pairwise
from math import inf
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

SAME_ENOUGH = 60.0
"""Two sentences this alike (percent of characters kept) may be one task reworded; below, one went and one came."""
PLAINLY_SAME = 80.0
"""Below this likeness the page asks whether a reworded pair is one task at all."""
MOST_COMPARED = 2_000_000
"""Pairs looked at one by one, a few seconds' work; beyond it only those under one goal are."""
SAME_PLACE = 8.0
"""What standing under the same goal, and with the same units, is worth when several sentences are alike."""


class Change(StrEnum):
    """What happened to a task between two versions; several may hold at once."""

    REWORDED = "reworded"
    REASSIGNED = "reassigned"
    RESCHEDULED = "rescheduled"
    MOVED = "moved"
    RESTORED = "restored"


CHANGE_LABELS = {
    Change.REWORDED: "文字有改动",
    Change.REASSIGNED: "分工有调整",
    Change.RESCHEDULED: "时限有调整",
    Change.MOVED: "位置有移动",
    Change.RESTORED: "恢复列入",
}


Who = TypeVar("Who", int, str)
Role = TypeVar("Role", bound=str)
STRONGEST_FIRST = ("official", "lead", "main", "supporting")


@dataclass(frozen=True, slots=True)
class Version:
    """One task as one version of the table has it. ``shares`` are (role, name) pairs in order."""

    key: int
    goal: str
    standard: str
    shares: tuple[tuple[str, str], ...]
    due: str = ""
    due_on: date | None = None
    """The day those words are read as, or a person has said they mean; an extension does not change it."""
    withdrawn_at: datetime | None = None
    handed_on: tuple[tuple[tuple[bool, str], str], ...] = ()
    """Who has handed this task over (an official or not, name), and who answers for it now in their place."""
    extended_to: date | None = None
    """Where an approved extension (延期) has moved its due day."""
    place: int = 0
    """Which of the table's tasks it is, counted from 1."""

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Pair:
    """An old task and the row it became, with what changed."""

    old: Version
    new: Version
    changes: frozenset[Change]
    is_joined: bool = False
    """Paired because a person says that it is one task, however it reads."""

    @property
    def is_doubtful(self) -> bool:
        """Whether the two wordings differ so much that a person should look (疑似同一项任务)."""
        return (
            not self.is_joined
            and Change.REWORDED in self.changes
            and likeness(self.old, self.new) < PLAINLY_SAME
        )


@dataclass(slots=True)
class Comparison:
    """Every old task and every new row, each exactly once."""

    pairs: list[Pair] = field(default_factory=list)
    added: list[Version] = field(default_factory=list)
    gone: list[Version] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both versions share (kind "same"), or only one has ("gone", "new")."""

    kind: str
    text: str


def compare(
    old: Sequence[Version],
    new: Sequence[Version],
    apart: Collection[tuple[int, int]] = (),
    joined: Collection[tuple[int, int]] = (),
) -> Comparison:
    """Match two versions of a plan. A task withdrawn before may come back; it is gone only once.

    ``apart`` are (old key, new key) of reworded pairs that a person has declared two different tasks, ``joined`` those
    declared to be one.
    """
    partner = _declared(old, new, joined)
    declared = set(partner)
    _same_text(old, new, partner)
    _alike_text(old, new, partner, apart)
    matched = sorted((new_index, old_index) for old_index, new_index in partner.items())
    moved = _out_of_order([old_index for _, old_index in matched])
    taken = set(partner.values())
    result = Comparison(added=[row for index, row in enumerate(new) if index not in taken])
    for new_index, old_index in matched:
        pair = old[old_index], _as_held_now(old[old_index], new[new_index])
        changes = _changes(*pair, out_of_order=old_index in moved)
        result.pairs.append(Pair(*pair, changes, old_index in declared))
    result.gone = [task for index, task in enumerate(old) if index not in partner and not task.withdrawn]
    return result


def read_again(result: Comparison, rows: Iterable[Version]) -> None:
    """Put some rows of a comparison in the place of what they were read as; what they are paired with stays."""
    anew = {row.key: row for row in rows}
    for index, pair in enumerate(result.pairs):
        if row := anew.get(pair.new.key):
            new = _as_held_now(pair.old, row)
            changes = _changes(pair.old, new, out_of_order=Change.MOVED in pair.changes)
            result.pairs[index] = replace(pair, new=new, changes=changes)


def taken_over(
    shares: Iterable[tuple[Role, Who]], handed_on: Mapping[tuple[bool, Who], Who]
) -> list[tuple[Role, Who]]:
    """What a table says of a task some of whose bearers have handed it over since: whoever took over stands in their
    place, once, in the strongest role."""
    found: dict[tuple[bool, Who], Role] = {}
    for role, bearer in shares:
        is_official = role == "official"
        now = is_official, handed_on.get((is_official, bearer), bearer)
        found[now] = min(found.get(now, role), role, key=STRONGEST_FIRST.index)
    return [(role, bearer) for (_, bearer), role in found.items()]


def likeness(old: Version, new: Version) -> float:
    """How much of two wordings is the same, in percent."""
    return fuzz.ratio(_plain(old.standard), _plain(new.standard))


def is_another_day(old: Version, new: Version) -> bool:
    """Whether the same words of a deadline mean another day now: neither the one they meant nor the one it was extended to."""
    return bool(new.due and new.due_on and old.due_on) and (
        new.due_on not in (old.due_on, old.extended_to) and not _other_words(old.due, new.due)
    )


def nearness(old: Version, new: Version) -> tuple[int, float]:
    """How likely a row that goes is one that comes: the more of unit, leader, deadline and goal are the same, the more."""
    alike = (_one_lead(old, new), _one_official(old, new), old.due == new.due, _one_goal(old, new))
    return sum(alike), likeness(old, new)


def near_certain(result: Comparison) -> dict[int, int]:
    """New key → old key of rows that come and go in one place with the same unit, leader and deadline (疑似同一项)."""
    if not result.gone:
        return {}
    places = sorted((pair.new.place, pair.old.place) for pair in result.pairs)
    found: list[tuple[float, int, int]] = []
    for new in result.added:
        at = bisect_left(places, (new.place, 0))
        after = places[at - 1][1] if at else 0
        before = places[at][1] if at < len(places) else after + len(result.gone) + 1
        found += [
            (likeness(old, new), -new.key, -old.key)
            for old in result.gone
            if after < old.place < before
            and old.due == new.due
            and _one_lead(old, new)
            and _one_official(old, new)
        ]
    suggested: dict[int, int] = {}
    for _, new_negative, old_negative in sorted(found, reverse=True):
        if -new_negative not in suggested and -old_negative not in suggested.values():
            suggested[-new_negative] = -old_negative
    return suggested


def differing_pieces(old: str, new: str) -> list[Piece]:
    """The two wordings side by side, character by character, for the page to mark: what was stands before what is."""
    pieces: list[Piece] = []
    gone = come = ""
    for code in Indel.opcodes(old, new):
        if code.tag == "equal":
            pieces += [Piece("gone", gone), Piece("new", come)]
            pieces.append(Piece("same", old[code.src_start : code.src_end]))
            gone = come = ""
        else:
            gone += old[code.src_start : code.src_end]
            come += new[code.dest_start : code.dest_end]
    pieces += [Piece("gone", gone), Piece("new", come)]
    return [piece for piece in pieces if piece.text]


def _as_held_now(old: Version, new: Version) -> Version:
    """The table is not issued again after a hand-over: while it names the giver, it means the taker."""
    if not old.handed_on:
        return new
    shares = taken_over(new.shares, dict(old.handed_on))
    # The table knows no order of those who took over: where only that differs, nothing has changed.
    same = set(shares) == set(old.shares)
    return replace(new, shares=old.shares if same else tuple(shares))


def _plain(text: str) -> str:
    """Full and half width, spaces and line breaks do not make another sentence."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _other_words(one: str, other: str) -> bool:
    return one != other and _plain(one) != _plain(other)


def _declared(
    old: Sequence[Version], new: Sequence[Version], joined: Collection[tuple[int, int]]
) -> dict[int, int]:
    """Old index → new index of what a person has joined, each row once."""
    if not joined:
        return {}
    of_old = {row.key: index for index, row in enumerate(old)}
    of_new = {row.key: index for index, row in enumerate(new)}
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for old_key, new_key in joined:
        index, row = of_old.get(old_key), of_new.get(new_key)
        if index is not None and row is not None and index not in partner and row not in taken:
            partner[index] = row
            taken.add(row)
    return partner


def _same_text(old: Sequence[Version], new: Sequence[Version], partner: dict[int, int]) -> None:
    """Old index → new index for equal sentences; repeated ones pair under the same goal and lead first, then in order."""
    taken = set(partner.values())
    waiting: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(new):
        if index not in taken:
            waiting[_plain(row.standard)].append(index)
    in_turn = sorted(range(len(old)), key=lambda each: _since(old[each]))
    for goes in (_one_goal_and_lead, _one_goal, _anywhere):
        for index in in_turn:
            if index in partner:
                continue
            candidates = waiting[_plain(old[index].standard)]
            found = next((each for each in candidates if goes(old[index], new[each])), None)
            if found is not None:
                partner[index] = found
                candidates.remove(found)


def _alike_text(
    old: Sequence[Version],
    new: Sequence[Version],
    partner: dict[int, int],
    apart: Collection[tuple[int, int]],
) -> None:
    """Pair what is left by likeness, the most alike first."""
    taken = set(partner.values())
    left_old = [(index, _plain(old[index].standard)) for index in range(len(old)) if index not in partner]
    left_new = [(index, _plain(new[index].standard)) for index in range(len(new)) if index not in taken]
    scores = []
    near_by: dict[str, list[tuple[int, str]]] = defaultdict(list)
    everything = len(left_old) * len(left_new) <= MOST_COMPARED
    for index, text in left_new:
        near_by["" if everything else _plain(new[index].goal)].append((index, text))
    possible = (
        (one, other) for one in left_old for other in near_by["" if everything else _plain(old[one[0]].goal)]
    )
    for (old_index, old_text), (new_index, new_text) in islice(possible, MOST_COMPARED):
        kept = fuzz.ratio(old_text, new_text, score_cutoff=SAME_ENOUGH)
        if kept and (old[old_index].key, new[new_index].key) not in apart:
            near = SAME_PLACE * (
                _one_goal(old[old_index], new[new_index]) + _one_unit(old[old_index], new[new_index])
            )
            scores.append((kept + near, not old[old_index].withdrawn, -old_index, -new_index))
    for _, _, old_negative, new_negative in sorted(scores, reverse=True):
        if -old_negative not in partner and -new_negative not in taken:
            partner[-old_negative] = -new_negative
            taken.add(-new_negative)


def _one_goal(old: Version, new: Version) -> bool:
    return _plain(old.goal) == _plain(new.goal)


def _since(task: Version) -> float:
    """Tasks of the plan before those withdrawn from it, and what went last before what went long ago."""
    return -task.withdrawn_at.timestamp() if task.withdrawn_at else -inf


def _one_goal_and_lead(old: Version, new: Version) -> bool:
    return _one_goal(old, new) and _one_lead(old, _as_held_now(old, new))


def _anywhere(old: Version, new: Version) -> bool:
    return True


def _one_unit(old: Version, new: Version) -> bool:
    return bool(set(old.shares) & set(new.shares))


def _one_lead(old: Version, new: Version) -> bool:
    leads = [{name for role, name in each.shares if role in ("lead", "main")} for each in (old, new)]
    return bool(leads[0] & leads[1])


def _one_official(old: Version, new: Version) -> bool:
    return {who for role, who in old.shares if role == "official"} == {
        who for role, who in new.shares if role == "official"
    }


def _changes(old: Version, new: Version, *, out_of_order: bool) -> frozenset[Change]:
    found = {
        Change.REWORDED: old.standard != new.standard,
        Change.REASSIGNED: old.shares != new.shares,
        Change.RESCHEDULED: _other_words(old.due, new.due) or is_another_day(old, new),
        Change.MOVED: out_of_order or not _one_goal(old, new),
        Change.RESTORED: old.withdrawn,
    }
    return frozenset(change for change, holds in found.items() if holds)


def _out_of_order(sequence: Sequence[int]) -> set[int]:
    """The fewest members to take out so that the rest are in order: inserting a row moves nobody."""
    if all(first < second for first, second in pairwise(sequence)):
        return set()
    ends: list[int] = []  # index into sequence of the smallest end of an increasing run of each length
    values: list[int] = []
    before: dict[int, int | None] = {}
    for index, value in enumerate(sequence):
        length = bisect_left(values, value)
        before[index] = ends[length - 1] if length else None
        if length == len(values):
            values.append(value)
            ends.append(index)
        else:
            values[length], ends[length] = value, index
    kept: set[int] = set()
    step: int | None = ends[-1] if ends else None
    while step is not None:
        kept.add(sequence[step])
        step = before[step]
    return set(sequence) - kept
