"""A plan without any table: numbered paragraphs with label lines or closing brackets."""

import re
from dataclasses import dataclass, field, replace

from importers import title
from importers.assemble import assemble
from importers.closed_parts import duties_of, parts_of, words_of
from importers.columns import ColumnKind, kind_of
from importers.decisions import NOTHING_DECIDED, Decisions
from importers.first_lead import states_rule
from importers.goals import Goals
from importers.grid import Line
from importers.habits import all_of, reports_on_each, settle
from importers.headings import says_how, unit_in_heading
from importers.items import Item, breaks_off
from importers.numbering import TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.outline import outline_of
from importers.raw import DEPARTMENT_FIELDS, RawTask
from importers.rows import Column, Issue, Layout, Level, RecognisedTable
from importers.unsure_paragraphs import (
    behind_units,
    doubts_of,
    paragraph_behind,
    units_inside,
    unknown_labels,
)
from importers.values.brackets import Sentence
from importers.values.duties import handed_down, settled
from importers.values.duty_verbs import NO_DUTIES, Duties
from importers.values.figures_behind import figures_behind
from importers.values.line_labels import label_of_task

_INNER_ITEM = re.compile(  # run on without a line break
    r"(?<=[。；;：:)）])(?P<number>[（(](?:[一二三四五六七八九十]{1,3}|[1-9]\d?)[）)]|[2-9][、.](?![0-9]))"
)
_NAME_AND_WORK = re.compile(r"[^。，；,;、：\n]{2,16}。(?=.)")
_NAME_BEFORE_COLON = re.compile(r"[^。，；,;：:\n]{2,16}(?=[：:])")
_SHARE_ANSWERED = 5  # a text in which fewer than one in five items name anybody is a report, not a plan
_LONGEST_GOAL = 60
_UNIT_AND_DUTY = re.compile(r".+[^。；;：:]\n.{8,}[。；;]")
_SAYS_WORK = re.compile("[，；。（(]")
_CLAUSES = re.compile(r"[，,].+[，,]")
_LONG_HEADING, _CLAUSE = 22, re.compile("[，,、]")
_ENDS = ("。", "；", ";", "！", "：", ":")
_SECTION = 1  # how 一、 is ranked
_KIND_OF_FIELD = {
    "officials": ("责任领导", ColumnKind.OFFICIAL),
    "lead_departments": ("牵头单位", ColumnKind.LEAD_DEPARTMENT),
    "main_departments": ("主责单位", ColumnKind.MAIN_DEPARTMENT),
    "supporting_departments": ("配合单位", ColumnKind.SUPPORTING_DEPARTMENT),
    "due": ("完成时限", ColumnKind.DUE),
}


def read(
    lines: list[Line], year: int | None, decisions: Decisions = NOTHING_DECIDED
) -> RecognisedTable | None:
    """The plan written as paragraphs, or None when nobody is named responsible."""
    outline = outline_of(lines)
    reader = _Reader(units_in_brackets=settle(outline.items))
    reader.answered_ranks = {item.rank for item in all_of(outline.items) if reader.is_answered(item)}
    reader.parted_ranks = {item.rank for item in all_of(outline.items) if reader.holds_several(item)}
    reader.heading_ranks = {
        item.rank
        for item in outline.items
        if item.rank < TASK_RANK and any(each.number and reader.is_answered(each) for each in item.children)
    }
    every = all_of(outline.items)
    reader.last = every[-1] if every else None
    reader.paragraph_ranks = {
        item.rank
        for item in every
        if item.rank < TASK_RANK
        and any(each.number is None and reader.is_answered(each) for each in item.children)
    }
    leaves = [item for item in every if not item.children]
    reader.numbered = sum(item.rank == TASK_RANK for item in leaves) * 2 > len(leaves)
    reader.with_heads = frozenset(DEPARTMENT_FIELDS) if outline.with_heads else frozenset()
    reader.reports_on_each = reports_on_each(outline.items)
    for item in outline.items:
        reader.read(item, {})
    answered = sum(bool(set(task.fields) - {"due"}) for task in reader.tasks)
    if (answered * _SHARE_ANSWERED < len(reader.tasks) or not answered) and not reader.reports_on_each:
        return None
    name = title.choose_title(outline.above)
    plan_year = year or title.year_of([name, *outline.above, *(goal.name for goal in reader.goals.found)])
    table = RecognisedTable(name, Layout.PARAGRAPHS, [], reader.goals.found, [], reader.issues, reader.trace)
    table.tasks = assemble(reader.tasks, plan_year, decisions)
    table.columns = _columns(reader)
    table.trace.append(f"计划年度：{plan_year or '没有写明'}")
    for line in outline.left_out:
        table.issues.append(
            Issue(Level.NOTE, line.place(), f"“{line.text[:30]}”是说明文字，没有作为任务读入")
        )
    return table


@dataclass(slots=True)
class _Reader:
    """Walks the outline: whoever has someone responsible is a task, what stands above tasks is a goal."""

    units_in_brackets: bool
    answered_ranks: set[float] = field(default_factory=set)
    heading_ranks: set[float] = field(default_factory=set)
    parted_ranks: set[float] = field(default_factory=set)
    paragraph_ranks: set[float] = field(default_factory=set)  # of headings above tasks without a number
    last: Item | None = None
    goals: Goals = field(default_factory=Goals)
    tasks: list[RawTask] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    marks_leads: bool = False
    reports_on_each: bool = False
    with_heads: frozenset[str] = frozenset()
    numbered: bool = False  # most tasks have a number: a short line without one is none of them
    trace: list[str] = field(default_factory=list)

    def is_answered(self, item: Item) -> bool:
        return bool(item.duties) or any(self._duties(sentence) for sentence in item.sentences)

    def read(self, item: Item, shared: Duties) -> None:
        """One item: a task, a goal over tasks, or both when its duties are shared by the items under it."""
        if self._says_how(item, shared):
            for each in all_of([item]):
                self._leave_out(each)
            return
        if self._heads_sentences(item):
            self._read_both(item, shared)
            return
        answered = self.is_answered(item)
        children_answer = any(self.is_answered(each) for each in all_of(item.children))
        numbered_children = bool(item.children) and item.rank < TASK_RANK and not _is_whole(item)
        if answered and not children_answer and not numbered_children:
            if parted := self._heading_and_task(item):
                heading, task = parted
                self._enter(heading)
                self._take(task, task.duties, body=item.children, heading=shared)
                self._ask_about_first_half(heading.text())
                self.goals.leave(item.rank)
                return
            self._take(item, item.duties, body=item.children, heading=shared)
            return
        beside = item.duties and item.rank >= TASK_RANK and not any(each.number for each in item.children)
        if beside or self._holds_tasks(item):
            self._take(item, item.duties, body=[], heading=shared)  # what follows unnumbered stands beside it
            for child in item.children:
                self.read(child, shared)
            return
        if item.children and (children_answer or numbered_children):
            self._enter(item)
            own = {**unit_in_heading(item.heading), **(item.duties or self._only_duties(item))}
            below = {**handed_down(shared, own), **own} if own else shared
            for child in item.children:
                self.read(child, below)
            self.goals.leave(item.rank)
            return
        headed = item.number is not None and not item.children and bool(_UNIT_AND_DUTY.fullmatch(item.text()))
        unit = unit_in_heading(item.heading) if headed else NO_DUTIES
        if not answered and (unit or self._cut_off_below(item)):
            name, _, rest = item.text().partition("\n")  # （五）市府研究室 above its one duty
            self._enter(replace(item, sentences=[Sentence(name, None)]))
            paragraph = replace(item, number=None, sentences=[Sentence(rest, None)])
            self._take(paragraph, {}, [], heading=shared | unit)
            self.goals.leave(item.rank)
            return
        if (
            item.rank < TASK_RANK
            and not shared
            and not ((_is_prose(item) or self._looks_cut_off(item)) and item.rank in self.answered_ranks)
        ):
            if item.rank in self.answered_ranks - self.heading_ranks and _SAYS_WORK.search(item.text()):
                self._pass_over(item)
            elif item.rank != UNNUMBERED_RANK and not _is_prose(item):
                self._enter(item)
            return
        stray = self.numbered and item.rank == UNNUMBERED_RANK
        if (
            item.rank in self.answered_ranks or shared or (self.reports_on_each and item.progress)
        ) and not stray:
            self._take(item, shared, body=item.children, inherited=bool(shared))
        else:
            self._pass_over(item)

    def _pass_over(self, item: Item) -> None:
        message = f"“{item.heading[:30]}”没有责任单位，没有作为任务读入，请核对"
        self.issues.append(Issue(Level.WARNING, item.line.place(), message))

    def _says_how(self, item: Item, shared: Duties) -> bool:
        """Whether a heading and all below it name nobody, and tell only how the plan is to be carried out."""
        heads = item.rank < TASK_RANK and not shared and says_how(item.sentences[0].text.split("\n")[0])
        return heads and not any(map(self.is_answered, all_of([item])))

    def _leave_out(self, item: Item) -> None:
        for words in [item.heading, *item.text().split("\n")[1:]]:
            message = f"“{words[:30]}”是说明文字，没有作为任务读入"
            self.issues.append(Issue(Level.NOTE, item.line.place(), message))

    def _looks_cut_off(self, item: Item) -> bool:
        """（三）… among items of its kind that all name who answers, and nothing below it: no heading."""
        ends = item is self.last and not item.text().endswith(_ENDS)
        return (
            item.rank not in self.heading_ranks
            and not item.children
            and item.number is not None
            and (ends or bool(_CLAUSES.search(item.text())))
        )

    def _cut_off_below(self, item: Item) -> bool:
        """Whether the text ends within a paragraph below （二）…, as others below such headings are tasks."""
        heads = item is self.last and item.rank in self.paragraph_ranks and "\n" in item.text()
        return heads and item.number is not None and breaks_off(item.text())

    def _heads_sentences(self, item: Item) -> bool:
        """Whether a numbered line is a heading, and each of several sentences below it names its own units."""
        named = "\n" in item.sentences[0].text and item.rank >= TASK_RANK
        beside = any(each.number is None and self.is_answered(each) for each in item.children)
        if (
            item.number is None
            or item.duties
            or not (self.holds_several(item) or (named and beside and self.is_answered(item)))
        ):
            return False
        return named or any(self.is_answered(each) for each in all_of(item.children))

    def _read_both(self, item: Item, shared: Duties) -> None:
        """1.主要指标。 above sentences that each name their own units, and more of them in further paragraphs."""
        first, _, rest = item.sentences[0].text.partition("\n")
        sentences = item.sentences
        if rest:
            self._enter(replace(item, sentences=[Sentence(first, None)]))
            sentences = [replace(item.sentences[0], text=rest), *item.sentences[1:]]
        self._take(replace(item, number=None, sentences=sentences), {}, body=[], heading=shared)
        for child in item.children:
            self.read(child, shared)
        self.goals.leave(item.rank)

    def _heading_and_task(self, item: Item) -> tuple[Item, Item] | None:
        """一、… and the paragraph under it, where 二、… heads numbered tasks: a heading, and its task or tasks."""
        several = item.rank in self.parted_ranks
        text = item.sentences[0].text
        first, _, rest = text.partition("\n")
        told = (
            item.rank == _SECTION and bool(rest) and not label_of_task(rest)
        )  # 一、城市治堵 / 新建道路10公里。
        if item.rank >= TASK_RANK or not (several or told or item.rank in self.heading_ranks):
            return None
        if several and (named := _NAME_AND_WORK.match(text)):
            first, rest = named.group(), text[named.end() :]  # 一、教育工程。…（甲局）。…（乙局）。
        if not rest or len(first) > _LONGEST_GOAL or "。" in first.rstrip("。"):
            return None
        task = [replace(item.sentences[0], text=rest), *item.sentences[1:]]
        return (
            replace(item, sentences=[Sentence(first, None)]),
            replace(item, rank=UNNUMBERED_RANK, number=None, sentences=task),
        )

    def _ask_about_first_half(self, heading: str) -> None:
        if len(heading) >= _LONG_HEADING and _CLAUSE.search(heading) and self.tasks:
            self.tasks[-1].warn(f"“{heading[:30]}”按标题读入，也可能是这一项任务的上半句，请核对")

    def _holds_tasks(self, item: Item) -> bool:
        """A paragraph without a number in which several sentences name their own units: tasks, and no heading."""
        return item.number is None and self.holds_several(item)

    def holds_several(self, item: Item) -> bool:
        """Whether several of its sentences name their own units."""
        return sum(bool(self._duties(sentence)) for sentence in item.sentences) > 1

    def _only_duties(self, item: Item) -> Duties:
        """A heading whose own bracket names the unit for everything under it."""
        found = [duties for sentence in item.sentences if (duties := self._duties(sentence))]
        return found[-1] if found else {}

    def _enter(self, item: Item) -> None:
        """Open a heading as goal, named as written but for a responsibility in its bracket."""
        numbering = numbering_of(item.heading)
        words = numbering.words if numbering else ""
        name = "\n".join(self._words(sentence) for sentence in item.sentences).split("\n")[0]
        if len(name) > _LONGEST_GOAL:
            name = name.split("。")[0]
        if len(name) > _LONGEST_GOAL and (named := _NAME_BEFORE_COLON.match(name)):
            name = named.group()  # （一）总体要求：以…为指导
        self.goals.enter(item.rank, None, words + name)
        if item.progress:
            told = f"“{item.progress.split(chr(10))[0][:20]}”写在标题之后，没有读入，请核对"
            self.issues.append(Issue(Level.WARNING, item.line.place(), told))
        self.trace.append(f"{item.line.place()} “{item.heading[:20]}”下有任务，作为目标")

    def _take(
        self,
        item: Item,
        duties: Duties,
        body: list[Item],
        inherited: bool = False,
        heading: Duties = NO_DUTIES,
    ) -> None:
        """Make tasks of an item: one, or one for each closing bracket that names its own units."""
        sentences = list(item.sentences)
        for child in body:
            sentences.append(Sentence(child.heading, None))
            sentences.extend(Sentence(each.heading, None) for each in all_of(child.children))
        parts = parts_of(sentences, units_in_brackets=self.units_in_brackets)
        for index, part in enumerate(parts):
            text, own = part.text, part.duties
            named = {**duties, **own}
            above = handed_down(heading, named)
            marked = part.marks_lead or "lead_departments" in {**duties, **above}
            self.marks_leads = self.marks_leads or marked
            merged = settled({**above, **named})
            number = item.number if item.number is not None else len(self.tasks) + 1
            numbered = numbering_of(text) if index else None
            if numbered and numbered.rest and numbered.rank == item.rank:
                number, text = numbered.number, numbered.rest
            task = RawTask(number, self.goals.current(), text, item.line.place(), merged)
            task.says_who_leads, task.with_heads = marked, self.with_heads
            reported = [words for name in list(merged) if _reports(name) and (words := task.fields.pop(name))]
            task.progress = "\n".join(filter(None, [item.progress, *reported]))
            _take_figures_out(task)
            if item.said_progress:
                task.note(f"“{item.progress.split(chr(10))[0][:20]}”写在责任单位之后，按进展情况读入")
            if inherited and not own:
                task.inherited = [name for name in merged if name in _KIND_OF_FIELD]
                task.note("这一条没有写责任单位，按所在标题的责任单位读入")
            elif above:
                task.hand_down(above)
            if index and number == item.number:
                task.inherited.append("number")
            if part.keeps_bracket:
                task.warn("句末括号里像是单位，本文其他任务不这样写责任单位，按正文读入，请核对")
            if found := _INNER_ITEM.search(text):
                task.warn(f"这一条里还有“{found['number']}”这样的编号，可能连着几项任务，请核对")
            if self.units_in_brackets and index == len(parts) - 1 and (behind := behind_units(sentences)):
                task.warn(f"“{behind[:20]}”写在括号里的单位之后，并入这一项读入，请核对")
            elif len(parts) > 1 and part.behind:
                task.warn(f"“{part.behind[:20]}”写在括号里的单位之后，并入这一项读入，请核对")
            if part.breaks_off:
                task.warn("括号里的单位没有写完，可能还有别的单位或分工，请核对")
            if part.rule:
                told = f"“{part.rule[:30]}”说的是各项分工的写法，没有作为单位读入"
                task.note(told) if states_rule(part.rule) else task.warn(f"{told}，请核对")
            if index == len(parts) - 1 and named and (added := paragraph_behind(item, body)):
                task.warn(f"“{added[:20]}”写在责任单位之后，并入这一项读入，请核对")
            if self.units_in_brackets and (inner := units_inside(text)):
                task.warn(f"这一条里还有“（{inner}）”，像是前半句的责任单位，没有分开，请核对")
            for doubt in [*doubts_of(item, text), *unknown_labels(merged)]:
                task.warn(doubt)
            if len(parts) > 1:
                task.note(
                    f"{f'第{item.number}条' if item.number else '这一段'}写有几处责任单位，按 {len(parts)} 项任务读入"
                )
            self.tasks.append(task)

    def _words(self, sentence: Sentence) -> str:
        return words_of(sentence, units_in_brackets=self.units_in_brackets)

    def _duties(self, sentence: Sentence) -> Duties:
        return duties_of(sentence, units_in_brackets=self.units_in_brackets)


def _take_figures_out(task: RawTask) -> None:
    """A table of figures run on behind the units tells how far the task has come, and names none of them."""
    for name in DEPARTMENT_FIELDS:
        listed, figures = figures_behind(task.fields.get(name, ""))
        if figures:
            task.fields[name] = listed
            task.progress = "\n".join(filter(None, [task.progress, figures]))
            task.warn(f"“{figures[:20]}”写在名单之后，不像单位，按进展情况读入，请核对")


def _reports(name: str) -> bool:
    return name not in _KIND_OF_FIELD and kind_of(name) is ColumnKind.PROGRESS


def _is_prose(item: Item) -> bool:
    """一、高度重视，压实责任。各单位要…: a paragraph of the letter that sends the plan, not a heading."""
    return len(item.text()) > _LONGEST_GOAL or "。" in item.text().rstrip("。")


def _is_whole(item: Item) -> bool:
    """（三）…。（甲局负责） above a plain paragraph: a task like those before it, and no heading."""
    below = any(child.number is not None for child in item.children)
    return _is_prose(item) and not below and not item.duties and bool(item.sentences[-1].duties)


def _columns(reader: _Reader) -> list[Column]:
    """The columns such a text would have as a table."""
    used = {name for task in reader.tasks for name, words in task.fields.items() if words}
    columns = [Column(header, kind) for name, (header, kind) in _KIND_OF_FIELD.items() if name in used]
    if not reader.marks_leads:
        columns = [
            Column("责任单位", column.kind) if column.kind is ColumnKind.LEAD_DEPARTMENT else column
            for column in columns
        ]
    return [Column("序号", ColumnKind.NUMBER), Column("工作任务", ColumnKind.TASK), *columns]
