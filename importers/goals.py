"""The goals of a file in reading order: headings in levels, categories, and goals continued over a page."""

import re
from dataclasses import dataclass, field

from importers.rows import ReadGoal

SECTION_RANK = 40.0
GOAL_RANK = 50.0
_FRAMED = re.compile(r"^【([^【】]+)】$")  # 【改革攻坚】
_DASHES = "—–-－ \u3000"


@dataclass(slots=True)
class Goals:
    """Keeps the open headings, one per level; a task stands under the deepest of them."""

    found: list[ReadGoal] = field(default_factory=list)
    _open: list[tuple[float, int]] = field(default_factory=list)
    _index: dict[tuple[int | None, int | str | None, str], int] = field(default_factory=dict)

    def current(self) -> int | None:
        """The goal that the next task belongs to."""
        return self._open[-1][1] if self._open else None

    def own_number(self) -> int | None:
        """The number of that goal: 14 of 14.迁建学校, whose only task has none of its own."""
        number = self.found[self._open[-1][1]].number if self._open else None
        return number if isinstance(number, int) else None

    def enter(self, rank: float, number: int | str | None, name: str) -> int:
        """Begin a goal, or go on with it when it is only written again on the next page."""
        name = name.lstrip(_DASHES) or name  # ——推动教育均衡发展
        name = _FRAMED.sub(r"\1", name)
        kept = [entry for entry in self._open if entry[0] < rank]
        parent = kept[-1][1] if kept else None
        key = (parent, number, name)
        if key not in self._index:
            self._index[key] = len(self.found)
            self.found.append(ReadGoal(number, name, parent))
        self._open = [*kept, (rank, self._index[key])]
        return self._index[key]

    def lengthen(self, rest: str) -> None:
        """Add the end of the current goal's name, found on the next page."""
        if (current := self.current()) is not None:
            goal = self.found[current]
            self.found[current] = ReadGoal(goal.number, goal.name + rest, goal.parent)
            self._index[goal.parent, goal.number, goal.name + rest] = current

    def leave(self, rank: float) -> None:
        """Close the headings of this level and below."""
        self._open = [entry for entry in self._open if entry[0] < rank]
