"""填报审核: what a reviewer should look at twice, and how this period's words differ from the last one's."""

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from app.models.task import TaskStatus
from app.rules.matching import Piece, differing_pieces
from app.rules.status import SLOW, Judgement, Light

SHORTEST = 15
"""Fewer characters than this say little of a month's work."""
_MONTH = re.compile(r"[0-9０-９一二三四五六七八九十]{1,3}月[份底初]?")
ALIKE = 0.5
"""Two texts less alike than this are read one after the other; marked letter by letter nobody could read them."""


class Flag(StrEnum):
    """What strikes the eye in a report."""

    COMPLETED = "completed"
    BACKWARD = "backward"
    SLOW = "slow"
    SAME_WORDS = "same_words"
    SHORT = "short"
    NO_EVIDENCE = "no_evidence"


NOT_SERIOUS = frozenset({Flag.NO_EVIDENCE})
"""Told, but no reason to look at a report by itself: many a month's progress leaves no paper."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit said in one period, as far as two periods are compared."""

    status: TaskStatus
    completion: int | None
    progress: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag and its words."""

    flag: Flag
    words: str

    @property
    def is_serious(self) -> bool:
        """Whether the report should be read by itself, and not be passed with others."""
        return self.flag not in NOT_SERIOUS


def remarks(now: Said, before: Said | None, judgement: Judgement, *, has_evidence: bool) -> list[Remark]:
    """What to look at twice in a report, the weightiest first."""
    found: list[Remark] = []
    if now.status is TaskStatus.COMPLETED:
        found.append(Remark(Flag.COMPLETED, "已完成，待核实"))
    if before is not None and (now.completion or 0) < (before.completion or 0):
        is_told = now.completion is not None
        words = "完成率倒退" if is_told else f"没有填完成率，上期 {before.completion} %"
        found.append(Remark(Flag.BACKWARD, words))
    if judgement.light in SLOW:
        found.append(Remark(Flag.SLOW, _slow(judgement)))
    if before is not None and _timeless(now.progress) == _timeless(before.progress):
        same = _bare(now.progress) == _bare(before.progress)
        found.append(Remark(Flag.SAME_WORDS, "与上期文字相同" if same else "除月份外与上期相同"))
    if len(_bare(now.progress)) < SHORTEST:
        found.append(Remark(Flag.SHORT, "进展很短"))
    if not has_evidence:
        found.append(Remark(Flag.NO_EVIDENCE, "未附佐证材料"))
    return found


def wording(before: str, now: str) -> list[Piece]:
    """This period's text with what differs from the last one's marked; empty where the two have little in common."""
    if not before or Indel.normalized_similarity(before, now) < ALIKE:
        return []
    return differing_pieces(before, now)


def _slow(judgement: Judgement) -> str:
    if judgement.light is Light.OVERDUE:
        return "已逾期"
    behind = (judgement.pace or 0) - (judgement.completion or 0)
    return f"落后 {behind} 个百分点" if behind > 0 else judgement.label


def _timeless(text: str) -> str:
    """Last month's text with the month changed says nothing new."""
    return _MONTH.sub("", _bare(text))


def _bare(text: str) -> str:
    return "".join(text.split())
