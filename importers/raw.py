"""A task as it stands in the file, before its names and dates are read."""

from dataclasses import dataclass, field

from importers.decisions import Question
from importers.rows import Issue, Level

DEPARTMENT_FIELDS = ("lead_departments", "main_departments", "supporting_departments")


@dataclass(slots=True)
class RawTask:
    """One task with the text of each of its cells."""

    number: int | str | None
    goal: int | None
    standard: str
    place: str
    fields: dict[str, str] = field(default_factory=dict)
    inherited: list[str] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    progress: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    says_who_leads: bool = False
    unmarked_roles: bool = False  # such a column lists several units and does not say who leads
    both_roles: frozenset[str] = frozenset()  # fields whose column is for those who lead and those who help
    unparted: tuple[
        str, ...
    ] = ()  # the fields among which the units of this row are spread, nobody knows how
    with_heads: frozenset[str] = frozenset()  # fields whose column names the heads of the units as well

    def note(self, message: str, question: Question | None = None) -> None:
        self.issues.append(Issue(Level.NOTE, self.place, message, question))

    def hand_down(self, words: dict[str, str]) -> None:
        """Fields that the heading above states for all its tasks."""
        for name, text in words.items():
            self.fields[name] = text
            self.inherited.append(name)
        self.note(f"“{'、'.join(words.values())}”写在所在标题里，按标题读入")

    def warn(self, message: str, question: Question | None = None) -> None:
        self.issues.append(Issue(Level.WARNING, self.place, message, question))
