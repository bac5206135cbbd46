"""A drawn table, row by row: headings, tasks, values carried down, repeated headers, notes."""

import re
from dataclasses import dataclass, field

from importers import headings, headway, unfinished
from importers.carried import Carried
from importers.cells import in_one_line, joined, squash_lines, tasks_in, unwrapped, with_name
from importers.characters import squash, tidy
from importers.goals import GOAL_RANK, Goals
from importers.grid import Grid, Row
from importers.header_rows import Header, repeats, written_in
from importers.layout import INNER_NUMBER, TableLayout
from importers.numbering import BULLET_RANK, MARKS, UNNUMBERED_RANK, number_as_written, numbering_of
from importers.raw import DEPARTMENT_FIELDS, RawTask
from importers.rows import Issue, Level
from importers.title import names_a_plan
from importers.values.brackets import sentences_of
from importers.values.duties import find_label, handed_down, settled
from importers.values.duty_verbs import Duties
from importers.values.heading_duties import duties_of_heading

_ABOVE_ALL = -1.0
_CLOSING = ("）", ")", "】", "〕", "]")
_SENTENCE_END = ("。", "；", ";", "！", "）", ")")
_BULLET = re.compile(r"\n(?=[△▲●◆■★☆◇□○◎※])")


@dataclass(slots=True)
class TableReader:
    """Reads the rows of one file's tables into tasks; several tables that continue each other share one reader."""

    goals: Goals
    carried: Carried
    tasks: list[RawTask] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    _headings: list[tuple[float, Duties]] = field(default_factory=list)  # who answers for all under a heading
    _task_number: int | str | None = None
    _remarks: headings.Remarks = field(default_factory=headings.Remarks)

    def read(self, grid: Grid, header: Header | None, layout: TableLayout) -> None:
        """Read every row below the header; without one, from the first row (a table that goes on)."""
        self.issues.extend(Issue(Level.WARNING, grid.place(row), doubt) for row, doubt in grid.notes)
        start = header.last + 1 if header else 0
        last = grid.rows[-1] if grid.rows and not grid.knows_merges else None
        self.carried.begin_table()
        known = written_in(grid, header)
        signed = headings.signature_of(grid.rows[start:])
        titles = headings.titles_of(grid.rows[: header.first] if header else [])
        stray: dict[
            int, list[tuple[str, str]]
        ] = {}  # columns without a header, with what stands there and where
        after_break = bool(self.tasks)  # a further table goes on with the one before
        for index in range(start, len(grid.rows)):
            headway.one_more()
            row = grid.rows[index]
            texts = row.texts()
            if not texts:
                continue
            if row is last and not texts[-1][1].endswith(_SENTENCE_END):
                self.carried.ends = texts[-1][0]
            if repeats(known, texts):
                after_break = True
                continue
            if len(texts) == 1 and squash(texts[0][1]) in titles:
                continue
            if len(texts) == 1 and names_a_plan(texts[0][1]) and _is_header(grid, index + 1, known):
                self.begin_anew()
                if duties_of_heading(texts[0][1]):
                    self.enter_heading(UNNUMBERED_RANK, None, squash(texts[0][1]))
                continue
            if self._is_aside(grid, row, texts, layout, row.number in signed):
                continue
            if heading := headings.heading_in(row, texts, layout):
                self.carried.forget()
                self.enter_heading(*heading, over_all=layout.names_nobody)
                continue
            if not row.cells.keys() <= layout.headers.keys():
                for column in (column for column, _ in texts if column not in layout.headers):
                    stray.setdefault(column, []).append((grid.place(row.number), row.cells[column]))
            self._read_task(grid, row, layout, after_break)
            after_break = False
        for column, found in sorted(stray.items()):
            words = f"“{found[0][1][:20]}”{'等' if len(found) > 1 else ''}没有读入，请核对"
            self.issues.append(Issue(Level.WARNING, found[0][0], f"第{column}栏没有表头，{words}"))

    def begin_anew(self) -> None:
        """A sheet with a title of its own: no goal and no value of the sheet before reaches into it."""
        self.goals.leave(0)
        self.carried.forget()
        self._headings, self._task_number = [], None

    def answer_all(self, duties: Duties) -> None:
        """Who answers for every task of the table below, named above it; what was said of another table ends."""
        if duties:
            kept = [entry for entry in self._headings if entry[0] != _ABOVE_ALL]
            self._headings = [(_ABOVE_ALL, duties), *kept]

    def enter_heading(
        self, rank: float, number: int | str | None, words: str, *, over_all: bool = False
    ) -> None:
        """Begin a goal; 一、工业经济（分管领导：…） names the leader of every task under it.

        ``over_all``: the table has no column for units, so that a heading that is a unit's name answers.
        """
        self._headings = [(above, duties) for above, duties in self._headings if above < rank]
        sentences = sentences_of(words) if words.endswith(_CLOSING) else []
        if len(sentences) == 1 and (duties := sentences[0].duties) and not sentences[0].units_only:
            self._headings.append((rank, duties))
            words = sentences[0].text
        elif duties := headings.said_in(words, over_all):
            self._headings.append((rank, duties))
        self.goals.enter(rank, number, words)

    def _is_aside(
        self, grid: Grid, row: Row, texts: list[tuple[int, str]], layout: TableLayout, signed: bool
    ) -> bool:
        """Whether a row is a note, a sum or a signature: told, and left out."""
        remark = len(texts) == 1 and self._remarks.take(texts[0][1])
        if not (signed or remark or headings.is_note(row, texts, layout)):
            return False
        self._remarks.note(texts[0][1])
        words = squash(texts[0][1])[:30]
        self.issues.append(
            Issue(Level.NOTE, grid.place(row.number), f"“{words}”是说明文字，没有作为任务读入")
        )
        return True

    def _read_task(self, grid: Grid, row: Row, layout: TableLayout, after_break: bool) -> None:
        standard = tidy(row.own(layout.task))
        if layout.bulleted and standard:
            self._read_bullets(grid, row, layout, standard, after_break)
            return
        if grid.layout_breaks:
            standard = in_one_line(standard)
            if after_break and layout.numbers_goals and not row.own(layout.number or 0):
                self._finish_goal(row, layout)
            if after_break and standard and self._is_cut_off(row, layout):
                self._finish_task(grid, row, layout, standard)
                return
        elif (
            (after_break or not grid.knows_merges) and layout.number is not None and standard
        ) and self._is_bare_rest(row, layout, after_break):
            self._finish_task(grid, row, layout, standard)
            self.tasks[-1].warn(f"“{standard[:20]}”按上一页没有写完的一条接上，请核对")
            return
        if not standard and self._task_under_goal(row, layout):
            standard = tidy(row.full(layout.task))
        number_text = row.own(layout.number) if layout.number is not None else ""
        standard = with_name(row, layout, standard)
        alone = "" if standard else self._goal_alone(row, layout)
        standard = standard or alone
        if not standard:
            if told := unfinished.go_on(grid, row, layout, self.tasks):
                self.issues.append(told)
            return
        inherited: list[str] = []
        number = self._number(row, layout, number_text, inherited)
        self._enter_goal(row, layout, inherited)
        if (found := layout.number_in(standard)) and found.rest:
            number, standard = found.number, found.rest
        elif layout.numbers_goals or (number is None and layout.number is None):
            own = self.goals.own_number() if layout.one_task_each and layout.number is None else None
            number = own or len(self.tasks) + 1
        if alone:
            self.goals.leave(layout.goal_columns[-1][0])
        for index, (words, duties) in enumerate(tasks_in(standard, layout)):
            task = RawTask(number, self.goals.current(), words, grid.place(row.number))
            task.inherited, task.with_heads = list(inherited), layout.with_heads
            task.both_roles = layout.both_roles
            if alone:
                task.warn(f"任务一栏为空，“{alone[:20]}”按任务读入，请核对")
            if index:
                task.inherited.append("number")
                task.note("同一格里几处写有责任单位，按几项任务读入")
            self._answer(grid, row, layout, task, after_break)
            task.unparted = layout.unit_fields() if row.number in grid.unparted else ()
            task.fields |= settled(duties)
            task.says_who_leads = "lead_departments" in duties
            self._keep_the_rest(row, layout, task)
            self._add(task, row)

    def _add(self, task: RawTask, row: Row) -> None:
        if (items := len(INNER_NUMBER.findall(task.standard))) > 1:
            side_by_side = any(
                len(tidy(task.fields.get(name, "")).split("\n")) == items for name in DEPARTMENT_FIELDS
            )
            if side_by_side:
                task.warn(
                    f"这一格里列有 {items} 项工作，责任单位也分 {items} 行，按一项任务读入；如逐项对应，请分开填写"
                )
            else:
                task.note("这一格里列有几项工作，按一项任务读入；如需分别督办，请导入后分解")
        if (label := find_label(task.standard)) >= 0:
            task.warn(f"任务文字里还有“{task.standard[label : label + 12]}”，没有读作分工，请核对")
        if row.hidden:
            task.warn("该行在文件中被隐藏，仍按任务读入，请核对")
        self.tasks.append(task)

    def _read_bullets(self, grid: Grid, row: Row, layout: TableLayout, text: str, after_break: bool) -> None:
        """△ in one cell: each is a task, answered by the units beside them; words without △ are their heading."""
        parts = _BULLET.split(text)
        for index, part in enumerate(parts):
            found = numbering_of(part)
            words = found.rest if found and found.rank == BULLET_RANK else part
            words = in_one_line(words) if grid.layout_breaks else words
            task = RawTask(len(self.tasks) + 1, self.goals.current(), words, grid.place(row.number))
            self._answer(grid, row, layout, task, after_break)
            task.unparted = layout.unit_fields() if row.number in grid.unparted else ()
            if words is part or found is None or found.rank != BULLET_RANK:
                self.goals.enter(UNNUMBERED_RANK, None, squash_lines(words))
                continue
            if index:
                task.inherited = list(task.fields)
                task.note("同一格里有几项任务，责任单位按同格读入")
            self._keep_the_rest(row, layout, task)
            self.tasks.append(task)

    def _task_under_goal(self, row: Row, layout: TableLayout) -> bool:
        """A goal cell drawn across the task column: the goal is itself the task."""
        span = row.spans.get(layout.task)
        return span is not None and span.top == row.number and span.left < layout.task

    def _goal_alone(self, row: Row, layout: TableLayout) -> str:
        """A goal with units of its own and no task beside it: it may itself be the task."""
        if not layout.goal_columns or row.continues(layout.task):
            return ""
        answered = any(
            row.own(column) for name in DEPARTMENT_FIELDS for column in layout.fields.get(name, [])
        )
        return tidy(row.own(layout.goal_columns[-1][1])) if answered else ""

    def _is_cut_off(self, row: Row, layout: TableLayout) -> bool:
        """Whether the last task of the page before ends in mid-sentence and this row brings its rest."""
        if not self.tasks or self.tasks[-1].standard.endswith(_SENTENCE_END):
            return False
        first = layout.number if layout.number is not None else layout.task
        return first == layout.task or number_as_written(row.own(first)) in (None, self.tasks[-1].number)

    def _is_bare_rest(self, row: Row, layout: TableLayout, after_break: bool) -> bool:
        """The same where a table is continued in a new one: no number, and nobody who leads but the rest of a list."""
        leading = [(f, c) for f in ("officials", "lead_departments") for c in layout.fields.get(f, [])]
        lists = {name for name, above in self.carried.above.items() if above.endswith(("、", "，", ","))}
        blank = not any((row.own(c) and f not in lists) or row.continues(c) for f, c in leading)
        broken = after_break or bool(row.own(layout.number or 0))
        open_row = bool(leading) and not row.continues(layout.number or 0)
        return blank and broken and open_row and self._is_cut_off(row, layout)

    def _finish_task(self, grid: Grid, row: Row, layout: TableLayout, rest: str) -> None:
        task = self.tasks[-1]
        task.standard += rest
        for name, columns in layout.fields.items():
            if own := joined(row, columns):
                whole = "\n".join(filter(None, (task.fields.get(name, ""), own)))
                task.fields[name] = self.carried.above[name] = unwrapped(grid, name, whole)
        task.note(f"这一条跨页，{grid.place(row.number)}的文字已接上")

    def _number(self, row: Row, layout: TableLayout, text: str, inherited: list[str]) -> int | str | None:
        if layout.number is None:
            return None
        if not text and (row.continues(layout.number) or self._task_number is not None):
            inherited.append("number")
            return self._task_number
        number = number_as_written(text)
        if layout.numbers_goals and number == self._task_number and not row.own(layout.goal_columns[-1][1]):
            inherited.append("number")  # the goal's number written again in each of its rows
        self._task_number = number
        return number

    def _finish_goal(self, row: Row, layout: TableLayout) -> None:
        """The rest of a goal's name that the page break cut off: it stands without a number of its own."""
        column = layout.goal_columns[-1][1]
        if rest := row.cells.get(column):
            self.goals.lengthen(squash_lines(rest))
            row.cells[column] = ""

    def _enter_goal(self, row: Row, layout: TableLayout, inherited: list[str]) -> None:
        """Open the goals named in this row's category and goal columns; a blank goes on with the one above."""
        for rank, column in layout.goal_columns:
            own = squash_lines(row.own(column))
            if (
                own
                and column != layout.task
                and row.width(column) > 1
                and self._covers_task(row, column, layout)
            ):
                self.goals.leave(rank)  # a goal that is itself the task stands under none of those above
            elif own:
                number = None
                numbered = layout.numbers_goals or layout.one_task_each
                if rank >= GOAL_RANK and numbered and layout.number is not None:
                    number = number_as_written(row.own(layout.number) or row.full(layout.number))
                if (
                    number is None
                    and (found := numbering_of(own))
                    and isinstance(found.number, int)
                    and found.rest
                ):
                    number, own = found.number, found.rest
                self.enter_heading(rank, number, own)
        if layout.goal_columns and not row.own(layout.goal_columns[-1][1]):
            inherited.append("goal")

    def _covers_task(self, row: Row, column: int, layout: TableLayout) -> bool:
        span = row.spans.get(column)
        return span is not None and span.left <= layout.task <= span.right

    def _answer(self, grid: Grid, row: Row, layout: TableLayout, task: RawTask, after_break: bool) -> None:
        """Who answers and by when: as the row and the cells above it say, and the headings for what is missing."""
        self.carried.fill(grid, row, layout, task, after_break)
        for _, duties in reversed(self._headings):
            if missing := handed_down(duties, task.fields):
                task.hand_down(missing)

    def _keep_the_rest(self, row: Row, layout: TableLayout, task: RawTask) -> None:
        progress = [(header, tidy(row.full(column))) for column, header in layout.progress]
        filled = [(header, text) for header, text in progress if text]
        if len(filled) == 1:
            header, text = filled[0]
            marked = len(text) == 1 and not text.isalnum()  # √ under 已完成
            task.progress = f"{header}：{text}" if marked else text
        elif filled:
            task.progress = "\n".join(f"{header}：{text}" for header, text in filled)
        for column, header in layout.extra:
            if text := tidy(row.full(column)):
                task.extra[header] = text
        if layout.number is not None and (noted := row.own(layout.number)).endswith(MARKS):
            task.extra[layout.headers[layout.number]] = squash(noted)  # 4*: a note says what for


def _is_header(grid: Grid, index: int, known: frozenset[str]) -> bool:
    return index < len(grid.rows) and repeats(known, grid.rows[index].texts())
