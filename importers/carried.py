"""Cells left blank: what the cells above them said, carried down where that is meant, and asked about."""

from collections.abc import Mapping

from importers.cells import joined, unwrapped
from importers.characters import squash
from importers.decisions import CARRY, LEAVE, DecisionKind, Question
from importers.grid import Grid, Row
from importers.layout import TableLayout
from importers.raw import RawTask

_NOWHERE = 10_000
_SAME_AS_ABOVE = frozenset({"同上", "〃", "″", "“", '"', "同前", "同上行"})


class Carried:
    """What each field's cells said last, row by row (``above``), and whether a blank cell goes on saying it.

    ``settled``: what a person has decided of a blank cell, ``field@place`` → carry or leave.
    """

    def __init__(self, settled: Mapping[str, str]) -> None:
        self._settled = settled
        self.above: dict[str, str] = {}
        self._left: dict[str, str] = {}  # dates that stand above blank cells
        self.begin_table()

    def begin_table(self) -> None:
        """A further table: what was said is kept, where it ends and what was guessed is not known yet."""
        self.ends = _NOWHERE  # the last column written in the last row of a text, which may be cut off there
        self._guessed: set[str] = set()

    def forget(self) -> None:
        """A heading or another sheet's title: nothing above it reaches below."""
        self.above, self._left = {}, {}

    def fill(self, grid: Grid, row: Row, layout: TableLayout, task: RawTask, after_break: bool) -> None:
        """Each field's own words, or those carried down: a merge is certain, a bare blank is shown as a guess."""
        blanks: list[str] = []
        for name, columns in layout.fields.items():
            own = unwrapped(grid, name, joined(row, columns))
            if squash(own) in _SAME_AS_ABOVE and self.above.get(name):
                task.fields[name] = self.above[name]
                task.inherited.append(name)
            elif own:
                task.fields[name] = self.above[name] = own
                self._left.pop(name, None)
            elif any(row.continues(column) and row.spans[column].text for column in columns):
                merged = "\n".join(dict.fromkeys(row.spans[c].text for c in columns if row.continues(c)))
                task.fields[name] = self.above[name] = unwrapped(grid, name, merged)
                task.inherited.append(name)
            else:
                # A merged cell left blank is none; in a PDF its words stand on the page before.
                if grid.layout_breaks or not any(column in row.spans for column in columns):
                    blanks.append(name)
                else:
                    self.above[name] = ""
        for name in blanks:
            self._fill_blank(grid, layout, task, name, blanks, after_break)

    def _fill_blank(
        self, grid: Grid, layout: TableLayout, task: RawTask, name: str, blanks: list[str], after_break: bool
    ) -> None:
        above = self.above.get(name, "")
        header = layout.headers_of(name)
        asked = f"{name}@{task.place}"
        settled = self._settled.get(asked)
        if not above or not self._may_carry(name, layout, blanks):
            self._leave_date(grid, task, name, header)
            self.above[name] = ""
            return
        words = _in_one_line(above)
        merges_here = grid.knows_merges and name in layout.merged_fields
        cut_off = min(layout.fields[name]) > self.ends and name not in self._guessed
        left = cut_off or (merges_here and not after_break and not grid.layout_breaks)
        if settled == LEAVE or (settled is None and left):
            if settled is None:
                why = "文字到这一行为止" if cut_off else "同栏其他行用合并单元格表示沿用"
                task.warn(
                    f"“{header}”为空，{why}，此处按没有填写读入；如沿用上行请选“{words}”",
                    Question(DecisionKind.BLANK, asked, LEAVE, _choices(words)),
                )
            self.above[name] = ""
            return
        task.fields[name] = above
        task.inherited.append(name)
        self._guessed.add(name)
        message = f"“{header}”为空，按沿用上行“{words}”读入"
        question = Question(DecisionKind.BLANK, asked, CARRY, _choices(words)) if settled is None else None
        if question and grid.knows_merges:
            task.warn(message + "，请核对", question)
        else:
            task.note(message, question)

    def _leave_date(self, grid: Grid, task: RawTask, name: str, header: str) -> None:
        """A date left blank below one, in a file that cannot say what is merged: none, unless a person says otherwise."""
        above = self.above.get(name) or self._left.get(name, "")
        if name != "due" or grid.knows_merges or not above:
            return
        self._left[name] = above
        words, asked = _in_one_line(above), f"{name}@{task.place}"
        settled = self._settled.get(asked)
        if settled == CARRY:
            task.fields[name] = above
            task.inherited.append(name)
        elif settled is None:
            task.note(
                f"“{header}”为空，按没有填写读入；如原表此处合并、沿用上行，请选“{words}”",
                Question(DecisionKind.BLANK, asked, LEAVE, _choices(words)),
            )

    def _may_carry(self, name: str, layout: TableLayout, blanks: list[str]) -> bool:
        """A blank beside a filled or merged lead unit means none for helpers and dates; beside a blank one, the same."""
        if name in ("officials", "lead_departments"):
            return True
        leading = "lead_departments" if "lead_departments" in layout.fields else "officials"
        return leading in blanks or leading not in layout.fields


def _in_one_line(text: str) -> str:
    return "、".join(squash(part) for part in text.split("\n") if part.strip())


def _choices(words: str) -> tuple[tuple[str, str], ...]:
    return ((CARRY, f"沿用上行“{words}”"), (LEAVE, "没有填写"))
