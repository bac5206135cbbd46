"""What a person may settle while checking a file, and what was settled: columns, names, blanks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class DecisionKind(StrEnum):
    """What a doubt is about. Columns, names, how the units of several columns are parted (PARTING) and rules are the same in
    the next file, and so is a deadline in one of the same year; a blank is of this file only, and so are who holds a post
    (主管副区长) that stands without a name, whether a task that stands twice is meant twice, and who leads a task that the
    file leaves without anybody.

    UNIT and PERSON are no doubts but names the directory knows: they help to part and to join what a cell holds.
    """

    COLUMN = "column"
    NAME = "name"
    BLANK = "blank"
    POST = "post"
    REPEAT = "repeat"
    LEAD = "lead"
    DUE = "due"
    PARTING = "parting"
    RULE = "rule"
    UNIT = "unit"
    PERSON = "person"


FIRST_LISTED_LEADS, YES = "first_listed_leads", "yes"
"""The one rule an office sets: of units listed without marks the first leads; without it, all do."""

NO_NAME = "先不填姓名"
"""What a post without a name may mean: nobody yet; its words stay with the task as written."""

WHOLE_YEAR = "全年"
"""What words of a deadline may mean that name no day: the end of the plan's year."""

CARRY, LEAVE, AS_BEFORE = "carry", "leave", "as_before"
"""What a blank may mean: the words of the row above, none, or what the plan has that the file is a newer version of.

The last is read as if nobody had answered: only who knows the plan can put its words in the cell.
"""

KEEP, DROP = "keep", "drop"
"""What a task that stands twice may mean: two tasks, or one written twice."""


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt that can be settled on the spot.

    ``words`` is what the file says (white space removed): a header, a cell of names, a deadline, the units of several
    columns in one list, ``field@place`` of a blank, or ``times@place`` of a task that stands there a further time, or of
    one without anybody who answers for it.
    ``meaning`` is how it was read; ``choices`` are other readings, (meaning, words for the officer). For names any
    list separated by 、 will do as well, for a deadline any day (2018-06-30) or 全年.
    """

    kind: DecisionKind
    words: str
    meaning: str
    choices: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "words": self.words,
            "meaning": self.meaning,
            "choices": [{"meaning": meaning, "label": label} for meaning, label in self.choices],
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """One doubt settled: these words mean this."""

    kind: DecisionKind
    words: str
    meaning: str
    of_earlier_file: bool = False
    """Said while another file was checked, and remembered since."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that was settled before a file is read."""

    columns: dict[str, str] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    blanks: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, str] = field(default_factory=dict)
    leads: dict[str, list[str]] = field(default_factory=dict)
    dues: dict[str, str] = field(default_factory=dict)
    partings: dict[str, str] = field(default_factory=dict)
    dues_of_earlier_files: dict[str, str] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
    units: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> "Decisions":
        """Later decisions go before earlier ones."""
        settled = cls()
        for decision in decisions:
            if decision.kind is DecisionKind.COLUMN:
                settled.columns[decision.words] = decision.meaning
            elif decision.kind is DecisionKind.NAME:
                settled.names[decision.words] = [name for name in decision.meaning.split("、") if name]
            elif decision.kind is DecisionKind.POST:
                names = [] if decision.meaning == NO_NAME else decision.meaning.split("、")
                settled.names[decision.words] = [name for name in names if name]
            elif decision.kind is DecisionKind.REPEAT:
                settled.repeats[decision.words] = decision.meaning
            elif decision.kind is DecisionKind.LEAD:
                settled.leads[decision.words] = [name for name in decision.meaning.split("、") if name]
            elif decision.kind is DecisionKind.DUE:
                dues = settled.dues_of_earlier_files if decision.of_earlier_file else settled.dues
                dues[decision.words] = decision.meaning
            elif decision.kind is DecisionKind.PARTING:
                settled.partings[decision.words] = decision.meaning
            elif decision.kind is DecisionKind.RULE:
                settled.rules[decision.words] = decision.meaning
            elif decision.kind is DecisionKind.UNIT:
                settled.units.add(decision.words)
            elif decision.kind is DecisionKind.PERSON:
                settled.people.add(decision.words)
            elif decision.meaning != AS_BEFORE:
                settled.blanks[decision.words] = decision.meaning
        return settled

    def due_said(self, words: str, year: int | None) -> str:
        """What a person has said these words of a deadline mean: a day, 全年, or nothing yet.

        A day said of an earlier file holds in a plan of that same year only: next year the same words (6底前, 明年3月前)
        mean another day, and the doubt is asked again. 全年 is no day and holds in any year.
        """
        if said := self.dues.get(words):
            return said
        said = self.dues_of_earlier_files.get(words, "")
        return said if said == WHOLE_YEAR or said[:4] == str(year) else ""

    @property
    def first_listed_leads(self) -> bool:
        """Whether, in a list of units without marks, the first leads and the others support it."""
        return self.rules.get(FIRST_LISTED_LEADS) == YES


NOTHING_DECIDED = Decisions()
