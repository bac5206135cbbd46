"""The table comes again: an imported batch beside the plan it would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.imports import ImportBatch
from app.models.plan import Plan
from app.queries.blank_cells import BlankCell, keep_blanks
from app.queries.due_days import keep_days
from app.queries.stood_before import stood_before
from app.queries.versions import new_versions, old_versions
from app.queries.withdrawn import reports_in
from app.rules.matching import (
    CHANGE_LABELS,
    Change,
    Comparison,
    Pair,
    Piece,
    Version,
    compare,
    differing_pieces,
    is_another_day,
    near_certain,
    nearness,
    read_again,
)
from app.rules.permissions import Action, Viewer, can
from app.rules.text import digest_of, plain


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One line of the comparison: ``fate`` is unchanged, changed, new or gone."""

    fate: str
    changes: list[Change]
    old: Version | None
    new: Version | None
    pieces: list[Piece]
    is_doubtful: bool = False
    """Reworded so much that a person should say whether it is one task (疑似同一项任务)."""
    held_apart: bool = False
    """New because a person has declared that it is not the task it looks like."""
    joined: bool = False
    """One task because a person has said so (是同一项)."""
    suggested: Version | None = None
    """New in the place of a task that goes, with its unit, leader and deadline: likely that one (疑似同一项任务)."""
    reports: int = 0
    """How often units have reported on a task that goes (不再列入)."""
    blanks: Sequence[BlankCell] = ()
    """Cells the file leaves blank, for which the plan's words stay."""

    @property
    def open_blanks(self) -> list[BlankCell]:
        """Those a person is asked about; where the plan has no words either there is nothing to ask."""
        return [cell for cell in self.blanks if cell.kept and not cell.is_settled]

    def is_kind(self, kind: str) -> bool:
        """Whether the row counts under this filter: a fate, one of its changes, or what it asks."""
        if self.open_blanks and kind in ("blank", "unchanged"):
            return kind == "blank"
        return self.fate == kind or kind in self.changes or (kind == "doubtful" and self.may_be_one)

    @property
    def may_be_one(self) -> bool:
        """Whether a person is asked if it is one task or two (疑似同一项任务)."""
        return self.is_doubtful or self.suggested is not None

    @property
    def is_open(self) -> bool:
        """Whether it asks anything of a person (待核对)."""
        return self.may_be_one or bool(self.open_blanks)

    @property
    def other_day(self) -> bool:
        """Whether the deadline is written as before and means another day now."""
        return self.old is not None and self.new is not None and is_another_day(self.old, self.new)

    def reassigned(self) -> list[tuple[str, str, str]]:
        """(role in words, names before, names now) for each role that is answered by others now."""
        old, new = dict(self.shares("old")), dict(self.shares("new"))
        return [
            (role, old.get(role, ""), new.get(role, ""))
            for role in ROLE_WORDS.values()
            if old.get(role) != new.get(role)
        ]

    def shares(self, side: str) -> list[tuple[str, str]]:
        """Who answers, as (role in words, names), in one version ("old" or "new")."""
        version = self.old if side == "old" else self.new
        told: dict[str, list[str]] = {}
        for role, name in version.shares if version else ():
            told.setdefault(ROLE_WORDS[role], []).append(name)
        return [(role, "、".join(names)) for role, names in told.items()]


ROLE_WORDS = {"official": "分管领导", "lead": "牵头单位", "main": "主责单位", "supporting": "配合单位"}
FILTERS = (
    ("doubtful", "疑似同一项"),
    ("blank", "空格照现行"),
    (Change.REWORDED.value, CHANGE_LABELS[Change.REWORDED]),
    (Change.REASSIGNED.value, CHANGE_LABELS[Change.REASSIGNED]),
    (Change.RESCHEDULED.value, CHANGE_LABELS[Change.RESCHEDULED]),
    (Change.MOVED.value, CHANGE_LABELS[Change.MOVED]),
    (Change.RESTORED.value, CHANGE_LABELS[Change.RESTORED]),
    ("new", "新增"),
    ("gone", "不再列入"),
    ("unchanged", "没有变化"),
)
"""What the counts above a comparison are called; each is a filter."""
MOST_OFFERED = 30
"""Rows of the other side offered beside one that goes or comes."""
FEWEST_LOST = 3
MOST_LOST = 0.75
"""A plan that would lose so many of its tasks, and this share of them, was perhaps not the one that was meant."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What committing the batch onto the plan would do, row by row, and a digest of it."""

    plan: Plan
    comparison: Comparison
    rows: list[RevisionRow]
    digest: str
    recognised: dict[str, Any]
    """The table as the commit writes it: with the plan's words in cells left blank, and its days where they are in doubt."""

    def count(self, fate: str) -> int:
        return sum(row.is_kind(fate) for row in self.rows)

    def counts(self) -> list[tuple[str, str, int]]:
        """(kind, words, number of rows) for each kind that occurs."""
        counted = [(kind, words, self.count(kind)) for kind, words in FILTERS]
        return [each for each in counted if each[2]]

    def shown(self, kind: str) -> list[RevisionRow]:
        """The rows of one kind; without a kind, all that change or ask."""
        return [row for row in self.rows if (row.is_kind(kind) if kind else not row.is_kind("unchanged"))]

    def leads_before(self) -> dict[int, str]:
        """Row of the file, counted from 1 → the lead units of its task as the plan has them now."""
        words = ROLE_WORDS["lead"]
        told = [(row.new.key + 1, dict(row.shares("old")).get(words)) for row in self.rows if row.new]
        return {number: names for number, names in told if names}

    def others(self, row: RevisionRow) -> list[Version]:
        """What the other side has that a row which goes or comes may be one with, the nearest first."""
        if row.new is not None:
            new = row.new
            ranked = sorted(
                self.comparison.gone,
                key=lambda old: (old == row.suggested, nearness(old, new)),
                reverse=True,
            )
        else:
            old = row.old
            ranked = sorted(
                self.comparison.added, key=lambda new: nearness(old, new) if old else (0, 0.0), reverse=True
            )
        return ranked[:MOST_OFFERED]

    def reworded_pair(self, old_key: int, new_key: int) -> Pair | None:
        """The pair of this old task and this new row, if the comparison made one of likeness."""
        return next(
            (
                pair
                for pair in self.comparison.pairs
                if (pair.old.key, pair.new.key) == (old_key, new_key) and Change.REWORDED in pair.changes
            ),
            None,
        )

    @property
    def open_rows(self) -> int:
        """How many rows ask something of a person (待核对)."""
        return sum(row.is_open for row in self.rows)

    @property
    def matched(self) -> int:
        """How many of the plan's tasks the file has too, however reworded."""
        return len(self.comparison.pairs)

    @property
    def has_little_in_common(self) -> bool:
        """Whether the plan would lose all its tasks, or most of them: the file is then likely of another plan.

        Among many tasks a few look alike by chance, so that one which stays does not tell that the plan is right.
        """
        gone = len(self.comparison.gone)
        most = gone >= FEWEST_LOST and gone >= MOST_LOST * (gone + self.matched)
        return most or (gone > 0 and self.matched == 0)

    @property
    def reported_and_gone(self) -> int:
        """How many tasks go although units have reported on them: their withdrawal wants a reason."""
        return sum(row.reports > 0 for row in self.rows)

    @property
    def changed(self) -> int:
        return sum(row.fate != "unchanged" for row in self.rows)

    @property
    def changes_nothing(self) -> bool:
        return self.changed == 0


def plan_to_revise(session: Session, viewer: Viewer, title: str, year: int) -> Plan | None:
    """The plan a table of this name and year would be a newer version of."""
    name = " ".join(plain(title).split()), year
    return plans_to_revise(session, viewer, [name]).get(name)


def plans_to_revise(
    session: Session, viewer: Viewer, names: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Plan]:
    """The same for many tables at once, each by its name and year; those that would make a new plan are left out."""
    query = select(Plan).where(
        col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
        col(Plan.title).in_({title for title, _ in names}),
        col(Plan.year).in_({year for _, year in names}),
        col(Plan.undone_at).is_(None),
    )
    may = names and can(viewer, Action.IMPORT_PLAN)
    return {(plan.title, plan.year): plan for plan in (session.execute(query).scalars() if may else ())}


def title_of_heading(session: Session, viewer: Viewer, heading: str, year: int) -> str:
    """What the office calls the one plan issued under this heading in this year; empty when there is none, or several."""
    query = select(col(Plan.title)).where(
        col(Plan.jurisdiction_id) == viewer.jurisdiction_id,
        col(Plan.heading) == heading,
        col(Plan.year) == year,
        col(Plan.undone_at).is_(None),
    )
    found = session.execute(query).scalars().all()
    return found[0] if heading and len(found) == 1 and can(viewer, Action.IMPORT_PLAN) else ""


def revision(session: Session, plan: Plan, batch: ImportBatch, undone: ImportBatch | None = None) -> Revision:
    """Compare the plan as it is with the batch as read. Reads only.

    ``undone`` is the import that is taken back to it: what was joined then is one task on the way back too, and only
    the tasks it found come back.
    """
    old, new = old_versions(session, plan), new_versions(session, plan, batch)
    declared = {(key, standard) for key, standard in batch.decisions.get("apart", ())}
    texts = {standard for _, standard in declared}
    kept_new = [row for row in new if row.standard in texts]
    apart = {(key, row.key) for key, standard in declared for row in kept_new if row.standard == standard}
    said = [(key, standard) for key, standard, _ in batch.decisions.get("joined", ())]
    said += [(key, was) for key, _, was in (undone.decisions if undone else {}).get("joined", ())]
    key_of = {row.standard: row.key for row in reversed(new)}
    joined = [(key, key_of[standard]) for key, standard in said if standard in key_of]
    stood, known = stood_before(session, undone, old, new) if undone else (old, [])
    result = compare(stood, new, apart, [*known, *joined])
    if len(stood) < len(old):
        stayed = {task.key for task in stood}
        result.gone += [task for task in old if task.key not in stayed and not task.withdrawn]
    blanks = keep_blanks(batch, result)
    read_again(result, new_versions(session, plan, batch, blanks.rows()) if blanks.of_row else [])
    recognised = keep_days(batch, result, blanks.recognised)
    rows = [_pair_row(pair, blanks.of_row.get(pair.new.key, ())) for pair in result.pairs]
    going, likely = {task.key: task for task in result.gone}, near_certain(result)
    rows += [
        RevisionRow(
            "new",
            [],
            None,
            row,
            [],
            held_apart=row.standard in texts,
            suggested=None if row.standard in texts else going.get(likely.get(row.key, 0)),
        )
        for row in result.added
    ]
    rows.sort(key=lambda row: row.new.key if row.new else 0)
    reports = reports_in(session, plan) if result.gone else {}
    rows += [
        RevisionRow("gone", [], task, None, [], reports=reports.get(task.key, 0)) for task in result.gone
    ]
    return Revision(plan, result, rows, _digest(rows), recognised)


def _pair_row(pair: Pair, blanks: Sequence[BlankCell]) -> RevisionRow:
    changes = [change for change in Change if change in pair.changes]
    pieces = differing_pieces(pair.old.standard, pair.new.standard) if Change.REWORDED in pair.changes else []
    fate = "changed" if changes else "unchanged"
    return RevisionRow(
        fate, changes, pair.old, pair.new, pieces, pair.is_doubtful, joined=pair.is_joined, blanks=blanks
    )


def _digest(rows: list[RevisionRow]) -> str:
    """Two comparisons with one digest do the same; what was shown is what is committed."""
    told = [(row.fate, row.changes, row.old and row.old.key, row.old, row.new) for row in rows]
    return digest_of(told)
