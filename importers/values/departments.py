"""One cell → the units it names. What cannot be told for sure is said as a doubt, never guessed in silence."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, starmap

from importers.characters import CLOSING, OPENING, squash
from importers.decisions import NOTHING_DECIDED
from importers.scripts import either_script
from importers.values import words
from importers.values.pieces import Gap, Piece, pieces_of
from importers.values.run_together import ODD_BEHIND_UNIT, parted_by_endings, seem_several

_INNER = re.compile(r"[（(](?P<inner>[一-龥]+)[）)]$")
_AND = re.compile(r"以及|[和及与]")
# 自然资源分局 stands alone; 咸安分局 is what 市生态环境局 above it is called there.
_WHOLE_BRANCH = re.compile(
    either_script(
        r"^[区县市]?(自然资源|生态环境|公安|税务|国土资源|国土|环保|城乡规划|规划|交警|市场监管|工商|资规).{0,4}分局$"
    )
)
_NARROW = 4
_LONGEST_NAME = 30
_LONGEST_LISTED = 24
_MARKS = re.compile("[、，,；;]")
_LABELLED = re.compile(r"[一-龥]{2,12}[:：].")
_LIST_NUMBER = re.compile(r"^([（(]?\d{1,2}[）).．、]|[①-⒛])")


@dataclass(slots=True)
class Doubt:
    """Something about a cell that an officer should look at; ``sure`` tells a note from a question."""

    message: str
    sure: bool = False
    is_post: bool = False
    """A post stands there without the name of who holds it."""


@dataclass(slots=True)
class Names:
    """The names of one cell in the order written, and what was doubtful about them."""

    names: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


class DepartmentNames:
    """Reads unit cells (责任单位) of one file; the clear cells teach how to read the broken ones."""

    def __init__(
        self, decided: Mapping[str, list[str]] = NOTHING_DECIDED.names, known: Iterable[str] = ()
    ) -> None:
        self._decided = decided
        self.seen: Counter[str] = Counter(dict.fromkeys(known, 2))
        self.lines: set[str] = set()  # names that have a line of a cell for themselves, each line such a name
        self._read: dict[str, Names] = {}
        self._pieces: dict[str, list[Piece]] = {}
        self._joined: dict[str, str] = {}
        self._unsure: set[str] = set()
        # The same few names stand in thousands of cells.
        self._cleaned = cache(_cleaned)
        self._is_whole = cache(_is_whole)
        self._is_plain = cache(_is_plain)

    def learn(self, text: str) -> None:
        """Remember the names that stand clear in a cell: alone in it, or between marks."""
        pieces = self._pieces[text] = pieces_of(text)
        if len(pieces) > 1 and all(piece.gap in (Gap.START, Gap.LINE) for piece in pieces):
            names = [squash(piece.text) for piece in pieces]
            if all(map(self._is_whole, names)) and not any(starmap(words.is_one_word, pairwise(names))):
                self.lines.update(names)
        for index, piece in enumerate(pieces):
            following = pieces[index + 1].gap if index + 1 < len(pieces) else Gap.MARK
            if piece.gap in (Gap.START, Gap.MARK) and following is Gap.MARK:
                name = self._cleaned(piece.text)[0]
                if len(name) > 1 and not parted_by_endings(name):
                    self.seen[name] += 1

    def read(self, text: str, *, with_heads: bool = False) -> Names:
        """The units named in a cell, each once, in the order written; ``with_heads``: persons among them are no units."""
        if (known := self._read.get(text)) is None:
            settled = self._decided.get(squash(text))
            known = self._read[text] = self._split(text) if settled is None else Names(list(settled))
        return _without_heads(known) if with_heads else known

    def _split(self, text: str) -> Names:
        result = Names()
        if words.NOTHING.match(squash(text)):
            return result
        for name in self._narrow(text, result.doubts) or self._whole(
            self._pieces.get(text) or pieces_of(text), result.doubts
        ):
            cleaned, others = self._cleaned(name)
            if others:
                result.doubts.append(
                    Doubt(f"“{squash(text)}”写有“{others}”，没有列出的单位请补上", sure=True)
                )
            for part in self._separated(cleaned, result.doubts):
                if part and part not in result.names:
                    result.names.append(part)
        _without_labels(result)
        for name in result.names:
            if self._is_plain(name):
                continue
            known = words.UNIT_ENDING.search(name) or words.GROUP.search(name) or self.seen[name] > 1
            if words.COUNTED_GROUP.fullmatch(name):
                continue
            if (not known and name not in self._joined) or words.NO_NAME.search(name):
                result.doubts.append(Doubt(f"“{name}”不像单位名称，请核对"))
            if (inner := _INNER.search(name)) and _is_a_person(inner["inner"]):
                result.doubts.append(Doubt(f"“{name}”的括号里像是人名，请核对"))
            if len(name) > _LONGEST_NAME:
                result.doubts.append(Doubt(f"“{name}”太长，不像一个单位，请核对"))
        return result

    def _narrow(self, text: str, doubts: list[Doubt]) -> list[str]:
        """A cell so narrow that its one name is broken every few characters: 市政 / 府办 / 公厅."""
        lines = text.split("\n")
        if len(lines) < 2 or any(not 0 < len(squash(line)) <= _NARROW for line in lines):
            return []
        name = squash(text)
        if self._complete(squash(lines[0])) or _MARKS.search(name) or not look_like_units(name):
            return []
        doubts.append(
            Doubt(f"逐行断开的“{'”“'.join(lines)}”按一个单位“{name}”读入", sure=self._stands_alone(name))
        )
        return [name]

    def _whole(self, pieces: list[Piece], doubts: list[Doubt]) -> list[str]:
        """Put names broken over lines together again, and groups such as 各乡镇人民政府、街道办事处."""
        names: list[str] = []
        self._joined.clear()
        self._unsure.clear()
        for piece in pieces:
            text = squash(piece.text)
            if words.RULE_REMARK.fullmatch(text):
                continue  # 排在首位的为牵头单位，下同: a rule for all lists, no name
            if not names:
                names.append(text)
            elif piece.gap is Gap.MARK:
                if _is_one_group(names[-1], text):
                    names[-1] = f"{names[-1]}、{text}"
                else:
                    names.append(text)
            elif self._belongs_to(names[-1], text, doubts):
                names[-1] += text
            else:
                names.append(text)
        self._tell_joined(names, doubts)
        return names

    def _belongs_to(self, above: str, text: str, doubts: list[Doubt]) -> bool:
        """Whether a piece on the next line (or after a space) goes on with the name above it."""
        joined = above + text
        if text[0] in OPENING or text[0] in CLOSING or len(text) == 1 or len(above) == 1:
            if above in self._joined:
                self._joined[joined] = f"{self._joined.pop(above)}”“{text}"
            return True
        if words.is_one_word(above, text):
            self._joined[joined] = f"{self._joined.pop(above, above)}”“{text}"
            return True
        whole = above in self.lines and text in self.lines
        if joined in self.seen and not (above in self.seen and text in self.seen) and not whole:
            return True
        leaning = bool(words.LEANING.match(text)) and not self._stands_alone(text)
        if _WHOLE_BRANCH.search(text) and above.endswith("局"):
            return False
        if text.endswith("分局") and text.count("局") == 1 and above.endswith("局"):
            doubts.append(Doubt(f"换行的“{above}”“{text}”按一个单位“{joined}”读入；如是两个单位，请改用顿号"))
            return True
        if self._complete(above):
            if leaning and words.TERRITORY_ENDING.search(above) and words.TERRITORY_OFFICE.match(text):
                doubts.append(Doubt(f"换行的“{above}”“{text}”按一个单位“{joined}”读入", sure=True))
                return True
            if leaning:
                doubts.append(Doubt(f"“{above}”“{text}”按两个单位读入；如是一个单位，请改为“{joined}”"))
            return False
        if self._stands_alone(text):
            doubts.append(Doubt(f"“{above}”不像单位名称，未与下一行“{text}”相连，请核对"))
            return False
        # Two fragments make a longer fragment; whether a name comes of it shows at the end of the list.
        self._joined[joined] = f"{self._joined.pop(above, above)}”“{text}"
        if (
            len(text) > 2
            and not words.LEANING.match(text)
            and self._complete(text)
            and above[-1] not in "和与及"
        ):
            self._unsure.add(joined)
        return True

    def _tell_joined(self, names: list[str], doubts: list[Doubt]) -> None:
        for name in names:
            if parts := self._joined.get(name):
                sure = bool(words.UNIT_ENDING.search(name)) and name not in self._unsure
                doubts.append(
                    Doubt(f"换行的“{parts}”按一个单位“{name}”读入{'' if sure else '，请核对'}", sure=sure)
                )

    def _complete(self, name: str) -> bool:
        name = name.removesuffix("等")
        return (
            self._stands_alone(name) or bool(words.UNIT_ENDING.search(name)) or bool(words.GROUP.search(name))
        )

    def _stands_alone(self, name: str) -> bool:
        return self.seen[name] > 0

    def _separated(self, name: str, doubts: list[Doubt]) -> list[str]:
        """Names written without anything between them, told apart by the names of other cells."""
        if len(name) < 5:
            return [name]
        if _joined_by_and(name):
            doubts.append(Doubt(f"“{name}”按一个单位读入；如是几个单位，请改用顿号分开"))
            return [name]
        several = seem_several(name, look_like_units, self._stands_alone)
        odd = several or ODD_BEHIND_UNIT.search(name)
        known = (self.seen[name] > 1 and not several) or (words.GROUP.search(name) and not odd)
        if known and not parted_by_endings(name):
            return [name]
        parts = self._known_parts(name, self.seen.keys())
        if parts:
            doubts.append(Doubt(f"连写的“{name}”按“{'、'.join(parts)}”读入", sure=True))
            return parts
        parts = self._known_parts(name, self.seen.keys() | self.lines) if self.lines else []
        parts = parts or parted_by_endings(name)
        if parts:
            doubts.append(Doubt(f"连写的“{name}”疑为“{'、'.join(parts)}”，按几个单位读入，请核对"))
            return parts
        if odd:
            doubts.append(Doubt(f"“{name}”像是几个单位连写，请用顿号分开"))
        return [name]

    def _known_parts(self, name: str, known: Set[str]) -> list[str]:
        """The name as a row of other cells' names, when it can be read so and its parts are not a hierarchy."""
        best: list[list[str] | None] = [None] * (len(name) + 1)
        best[0] = []
        for end in range(2, len(name) + 1):
            for start in range(end - 1):
                before = best[start]
                part = name[start:end]
                if before is not None and part != name and part in known:
                    current = best[end]
                    if current is None or len(before) + 1 < len(current):
                        best[end] = [*before, part]
        parts = best[-1] or []
        # 区委 + 宣传部, 县政府 + 办公室 are one unit each, whatever stands in other cells.
        if len(parts) < 2 or any(part.endswith(("委", "政府", "区", "县", "市")) for part in parts[:-1]):
            return []
        return parts


def _without_labels(read: Names) -> None:
    """省牵头单位：省水利厅 among a list of units says something of its own, and is no name."""
    told = [name for name in read.names if _LABELLED.match(name)]
    if 0 < len(told) < len(read.names):
        read.names = [name for name in read.names if name not in told]
        read.doubts += [Doubt(f"“{name}”另有所指，没有作为责任单位读入，请核对") for name in told]


def _without_heads(read: Names) -> Names:
    """市民政局 王伟 under 牵头单位及负责人: the head of the unit is no unit."""
    heads = [name for name in read.names if _is_a_person(name)]
    doubts = [doubt for doubt in read.doubts if not any(f"“{head}”" in doubt.message for head in heads)]
    doubts += [Doubt(f"“{head}”是单位负责人，没有作为单位", sure=True) for head in heads]
    return Names([name for name in read.names if name not in heads], doubts)


def _is_one_group(above: str, text: str) -> bool:
    """各乡镇人民政府、街道办事处 and 各区、县政府: two words for one group."""
    if words.OPEN_LEVEL.match(above) and words.LEVEL.match(text):
        return True
    if not words.BARE_CLASS.match(text):
        return False
    every = above.startswith("各") and bool(words.GROUP.search(above))
    return every or bool(words.COUNTED_GROUP.fullmatch(above))


def _is_a_person(text: str) -> bool:
    return 2 <= len(text) <= 3 and text[0] in words.SURNAMES and not words.UNIT_ENDING.search(text)


def is_group(name: str) -> bool:
    """Whether a name stands for several units (各镇街, 县直有关单位) that the office can expand."""
    return bool(words.GROUP.search(name))


def look_like_units(text: str) -> bool:
    """Whether every name in a list ends as units do."""
    names = [squash(piece.text) for piece in pieces_of(text.strip().rstrip("。"))]
    if any(len(name) < 2 for name in names):  # 各街道、镇
        names = [name for above, name in pairwise(["", *names]) if not _is_one_group(above, name)]
    return bool(names) and all(
        may_be_a_unit(name)
        and bool(words.UNIT_ENDING.search(name) or _is_bare_group(name) or words.AND_OTHERS.search(name))
        for name in names
    )


def may_be_a_unit(name: str) -> bool:
    """Whether nothing speaks against a unit's name, though it does not end as units do (市少年之家)."""
    name = squash(name)
    return 2 <= len(name) <= _LONGEST_LISTED and not words.NO_NAME.search(name)


def _is_whole(name: str) -> bool:
    """Whether a line holds a name that needs no other line: 文化馆, but neither 公司 nor 办公室."""
    return (
        len(name) + 1 >= _NARROW
        and bool(words.UNIT_ENDING.search(name))
        and not words.LEANING.match(name)
        and not name.endswith(("市", "县", "区", "政府", "分局", "支局"))
    )


def _is_plain(name: str) -> bool:
    """Whether a name ends as a unit's does and shows nothing that is to be asked about."""
    return (
        len(name) <= _LONGEST_NAME
        and bool(words.UNIT_ENDING.search(name))
        and not words.NO_NAME.search(name)
        and not _INNER.search(name)
    )


def _is_bare_group(name: str) -> bool:
    return bool(words.GROUP.search(name)) and not words.SAYS_WHAT_IS_DONE.search(name)


def _cleaned(name: str) -> tuple[str, str]:
    """A name without final marks and without 等部门; and those words, since they name units not listed."""
    name = words.RULE_IN_BRACKETS.sub("", _LIST_NUMBER.sub("", squash(name))).strip("。.、，,；;：:*·-－–—")
    found = words.AND_OTHERS.search(name)
    if found and found.start() > 1:
        return name[: found.start()], found.group()
    return (name[:-1], "等") if name.endswith("等") and len(name) > 2 else (name, "")


def _joined_by_and(name: str) -> bool:
    """甲局和乙局, 某镇及各街道: two whole names around 和; 自然资源和规划局 has none before it."""
    for match in _AND.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        if left.endswith(("党委", "党工委", "党组")) and words.TERRITORY_OFFICE.match(right):
            continue  # 各县（市、区）党委和人民政府
        if len(left) > 2 and words.UNIT_ENDING.search(left) and look_like_units(right):
            return True
    return False
