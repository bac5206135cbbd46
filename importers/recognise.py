"""From a document to the 责任分解表 in it: which part is the table, its title, its year, its tasks."""

import re
from dataclasses import replace
from itertools import pairwise

from importers import columns, doubts, first_lead, flattened, header, headless, headway, paragraphs, title
from importers.assemble import assemble
from importers.cards import with_cards
from importers.carried import Carried
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.decisions import NOTHING_DECIDED, DecisionKind, Decisions, Question
from importers.duplicates import near_duplicates
from importers.errors import INTERLEAVED, UnreadableFile
from importers.goals import Goals
from importers.grid import Document, Grid, Line
from importers.header_rows import Header, is_responsibility_header
from importers.layout import TableLayout, settle_layout
from importers.matrix import with_units
from importers.nothing_lost import unread
from importers.numbering import TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.repeated import settle_repeated
from importers.rows import Issue, Layout, Level, RecognisedTable
from importers.stacked import parted
from importers.table import TableReader
from importers.values.departments import is_group, look_like_units
from importers.values.duties import HANDED_DOWN, find_label, read_duties, settled
from importers.values.duty_verbs import Duties
from importers.values.heading_duties import duties_of_heading
from importers.values.people import look_like_people

NOT_A_PLAN = (
    "没有找到责任分解表：既没有“任务”和“责任单位”的表头，也没有“牵头单位：…”这样的标注。请确认选对了文件。"
)
MAYBE_NO_PLAN = "表里列有资金，没有写明责任和时限，这可能不是责任分解表；请确认选对了文件"
# A header whose words stand in one line: the columns below it cannot be told apart any more.
_RUN_TOGETHER = re.compile(
    r"(序号|编号)[^，。；：]{2,30}(任务|内容|项目|标准|目标)[^，。；：]{0,30}(单位|部门|领导)"
)
_HEADS_A_TABLE = 3
_LONGEST_LABEL = 40
_LONGEST_PERSON = 3
_MOST_TASKS = 30_000
_MOST_TABLES, _MOST_COPIED = 2000, 300


def recognise(
    document: Document, year: int | None = None, decisions: Decisions = NOTHING_DECIDED
) -> RecognisedTable:
    """Read the plan in a document, drawn as a table or written as paragraphs; refuse what is neither."""
    sizes = [len(grid.rows) for grid in document.grids()]
    if len(sizes) > _MOST_TABLES:
        raise UnreadableFile("too_large", f"文件里的表格超过 {_MOST_TABLES} 张，请分成几个文件导入。")
    headway.begin(headway.Step.RECOGNISE, sum(sizes))
    document = with_units(document)
    table = _drawn(document, year, decisions) or _headless(document, year, decisions)
    if table is None and document.kind != "pdf":
        table = _copied(document, year, decisions)
    if table is not None and (typed := _in_lines_beside(document, table, year, decisions)):
        table = typed
    if table is None:
        table = paragraphs.read(_as_lines(document), year, decisions)
        if table and any(map(_is_header_alone, document.lines())):
            table = None  # what follows are rows of a table, and no paragraphs
    if table is None and document.kind == "text":
        table = _copied(document, year, decisions, by_words=True)
    if table is None or not table.tasks:
        if any(_runs_together(squash(line.text)) or _is_header_alone(line) for line in document.lines()):
            raise UnreadableFile("interleaved", INTERLEAVED)
        raise UnreadableFile("not_a_plan", NOT_A_PLAN)
    if len(table.tasks) > _MOST_TASKS:
        raise UnreadableFile("too_large", f"任务超过 {_MOST_TASKS} 条，请分成几个文件导入。")
    table.issues.extend(Issue(Level.NOTE, "", note) for note in document.notes)
    table.issues.extend(Issue(Level.WARNING, "", warning) for warning in document.warnings)
    table.issues.extend(unread(document, table))
    table.issues.extend(near_duplicates(table.tasks))
    stated = first_lead.is_stated(document, table)
    if stated or decisions.first_listed_leads:
        first_lead.let_first_lead(table, stated=stated)
    else:
        _ask_who_leads(table)
    settle_repeated(table, decisions.repeats)
    table.tell_at_rows()
    return table


def _in_lines_beside(
    document: Document, table: RecognisedTable, year: int | None, decisions: Decisions
) -> RecognisedTable | None:
    """The plan in the running text, where the tables of the document are only forms and lists beside it."""
    lines = document.lines()
    copied = not any(document.grids())  # these very lines are the table
    if copied and sum(bool(task.lead_departments) for task in table.tasks) * 5 >= len(table.tasks) * 4:
        return None
    if not table.tasks or sum(doubts.names_who(line.text) for line in lines) > max(2, len(table.tasks)):
        typed = paragraphs.read(lines, year, decisions)
        if typed and len(typed.tasks) > len(table.tasks):
            if table.tasks:
                message = f"文件里的表格（{len(table.tasks)} 行）没有读入，任务按正文读入，请核对"
                typed.issues.append(Issue(Level.WARNING, table.tasks[0].place, message))
            return typed
    return None


def _ask_who_leads(table: RecognisedTable) -> None:
    """牵头及配合单位 above a plain list: who of them leads is nowhere said."""
    for task in table.tasks:
        if task.unmarked_roles:
            words = "、".join(task.lead_departments)
            task.issues.append(
                Issue(
                    Level.WARNING,
                    task.place,
                    f"“{words}”写在同一栏，没有标明谁牵头、谁配合，都按牵头读入，请核对",
                )
            )


def _is_header_alone(line: Line) -> bool:
    words = line.text.split()
    known = {kind for word in words if (kind := columns.kind_of(word))}
    return len(words) > 2 and all(map(columns.kind_of, words)) and is_responsibility_header(known)


def _runs_together(line: str) -> bool:
    return bool(_RUN_TOGETHER.search(line)) and not columns.heads_another_list([line])


def _copied(
    document: Document, year: int | None, decisions: Decisions, *, by_words: bool = False
) -> RecognisedTable | None:
    """A table whose cells became lines."""
    parts = _stretches(document.lines())
    grids = [grid for part in parts if (grid := flattened.rebuild(part, by_words=by_words))]
    if not grids:
        return None
    table = _drawn(Document(document.kind, [*grids]), year, decisions)
    if table:
        table.trace.insert(0, "文件里每个单元格各占一行，按表头的栏数和各行内容还原成表")
    return table


def _stretches(lines: list[Line]) -> list[list[Line]]:
    """The lines cut above the title of every further table: a title and, right below it, words of a header."""
    filled = [index for index, line in enumerate(lines) if line.text.strip()]
    texts = [squash(lines[index].text) for index in filled]
    titles = [
        place
        for place, index in enumerate(filled)
        if title.names_a_plan(lines[index].text)
        and _begins_header(texts[place + 1 : place + 1 + _HEADS_A_TABLE])
    ]
    if not titles:
        return [lines]
    first = next(
        place for place in range(len(texts)) if _begins_header(texts[place : place + _HEADS_A_TABLE])
    )
    cuts = [filled[place] for place in titles if place > first][:_MOST_COPIED]
    bounds = [0, *cuts, len(lines)]
    return [lines[start:end] for start, end in pairwise(bounds)]


def _begins_header(words: list[str]) -> bool:
    """序号 and words of the other columns, or three words known letter by letter."""
    if len(words) < _HEADS_A_TABLE:
        return False
    numbered = columns.is_listed(words[0]) and columns.kind_of(words[0]) is ColumnKind.NUMBER
    return all(map(columns.is_listed, words)) or (numbered and all(map(columns.kind_of, words)))


def _drawn(document: Document, year: int | None, decisions: Decisions) -> RecognisedTable | None:
    """All tables of a document that are the plan or go on with it, and the headings between them."""
    blocks = [part for block in document.blocks for part in _parts(block, decisions)]
    document = replace(document, blocks=blocks)
    headers = {
        id(grid): found for grid in document.grids() if (found := header.find_header(grid, decisions.columns))
    }
    if not headers:
        return None
    reader = TableReader(Goals(), Carried(decisions.blanks))
    above: list[str] = []
    trace: list[str] = []
    sheet = ""
    layout: TableLayout | None = None
    first: TableLayout | None = None
    waiting: list[Line] = []
    for block in document.blocks:
        if isinstance(block, Line):
            if layout is None and not _labels([block]):
                above.append(block.text)
            waiting.append(block)
            continue
        found = headers.get(id(block))
        if found is None:
            if layout is None:
                if document.kind not in ("xlsx", "xls") or all(len(row.texts()) < 2 for row in block.rows):
                    above.extend(row.texts()[0][1] for row in block.rows[:20] if len(row.texts()) == 1)
                if doubts.looks_filled(block):
                    reader.issues.append(_left_out(block, "没有责任分解表的表头"))
            elif _same_shape(block, layout) and document.kind in ("docx", "pdf", "html", "text"):
                reader.read(block, None, layout)
                trace.append(f"{block.name} 没有表头，栏数与前表相同，接着前表读入")
            elif block.rows:
                reader.issues.append(_left_out(block, "没有责任分解表的表头"))
            continue
        if layout is not None and _repeats_tasks(block, found, reader):
            reader.issues.append(_left_out(block, "任务与前面的表重复"))
            continue
        on_top = [Line(row.number, text) for row in block.rows[: found.first] for _, text in row.texts()]
        labels = _labels([*waiting, *on_top])
        waiting, on_top = [[line for line in lines if not _labels([line])] for lines in (waiting, on_top)]
        if named := _named_by_sheet(block, found, document):
            labels = named | labels
            reader.begin_anew()
        if layout is None:
            above.extend(line.text for line in on_top)
        elif on_top and block.name != sheet and document.kind in ("xlsx", "xls"):
            reader.begin_anew()
        elif any(title.names_a_plan(line.text) and line.text not in above for line in (*waiting, *on_top)):
            above.extend(line.text for line in (*waiting, *on_top))
            waiting, on_top = _naming(waiting), _naming(on_top)
            reader.begin_anew()
        sheet = block.name
        _enter_headings(waiting if layout else _closing_headings(waiting), reader)
        _enter_headings(_closing_headings(on_top), reader)
        waiting = []
        layout = settle_layout(block, found)
        reader.answer_all({role: words for role, words in labels.items() if role not in layout.fields})
        first = first or layout
        trace.extend(layout.trace)
        reader.issues.extend(_guesses(block, found, layout.task))
        reader.issues.extend(doubts.about_rows_above(block, found.first))
        place = block.place(block.rows[found.first].number)
        reader.issues.extend(Issue(Level.WARNING, place, doubt) for doubt in layout.doubts)
        if columns.lists_money(found.words()):
            reader.issues.append(Issue(Level.WARNING, "", MAYBE_NO_PLAN))
        reader.read(block, found, layout)
    if first is None:
        return None
    name = title.choose_title(above)
    plan_year = year or title.year_of([name, *first.headers.values(), *above])
    table = RecognisedTable(name, Layout.TABLE, first.columns, reader.goals.found, [], reader.issues, trace)
    trace.append(f"计划年度：{plan_year or '没有写明'}")
    table.tasks = assemble(reader.tasks, plan_year, decisions)
    table.issues.extend(doubts.about(table, first))
    if document.kind in ("docx", "pdf", "html"):
        table.issues.extend(doubts.about_lines(document))
    return table


def _headless(document: Document, year: int | None, decisions: Decisions) -> RecognisedTable | None:
    """Tables in which no header stands, read by what their columns hold."""
    told = [
        (headless.with_header(block) or block) if isinstance(block, Grid) else block
        for block in document.blocks
    ]
    found = any(one is not other for one, other in zip(told, document.blocks, strict=True))
    return _drawn(replace(document, blocks=told), year, decisions) if found else None


def _parts(block: Grid | Line, decisions: Decisions) -> list[Grid] | list[Line]:
    return [block] if isinstance(block, Line) else parted(block, decisions.columns)


def _same_shape(grid: Grid, layout: TableLayout) -> bool:
    """Whether a table without a header has the columns of the one before: it goes on after a page break."""
    used = grid.columns()
    return bool(used) and max(used) == max(layout.headers) and layout.task in used


def _repeats_tasks(grid: Grid, found: Header, reader: TableReader) -> bool:
    """Whether most tasks of a further table are known: the same plan sorted another way, not more of it."""
    layout = settle_layout(grid, found)
    heads = [column for _, column in layout.goal_columns]
    texts = [
        squash("".join((*(row.full(column) for column in heads), text)))
        for row in grid.rows[found.last + 1 :]
        if (text := row.own(layout.task))
    ]
    goals = reader.goals.found
    known = {
        squash((goals[task.goal].name if heads and task.goal is not None else "") + task.standard)
        for task in reader.tasks
    }
    return len(texts) > 0 and sum(text in known for text in texts) * 2 > len(texts)


def _guesses(grid: Grid, found: Header, task: int) -> list[Issue]:
    """The headers that were not read word by word, and those not read though names stand below."""
    place = grid.place(grid.rows[found.first].number)
    return (
        [
            Issue(
                Level.WARNING,
                place,
                f"“{cell.header}”一栏：{cell.why}，认作{columns.NAMES[cell.kind]}，请核对",
                Question(DecisionKind.COLUMN, cell.header, cell.kind),
            )
            for cell in found.cells.values()
            if cell.guessed and cell.kind
        ]
        + [
            Issue(
                Level.WARNING,
                place,
                f"“{cell.header}”一栏像是单位或姓名，表头不认识，作为附加栏保留；如是责任单位或领导，请指定",
                Question(DecisionKind.COLUMN, cell.header, ColumnKind.OTHER),
            )
            for cell in header.unread_names(grid, found)
        ]
        + [
            Issue(
                Level.WARNING,
                place,
                f"“{cell.header}”一栏像是要做的事，表头不认识，作为附加栏保留；如是任务，请指定",
                Question(DecisionKind.COLUMN, cell.header, ColumnKind.OTHER),
            )
            for cell in header.unread_tasks(grid, found, task)
        ]
    )


def _left_out(grid: Grid, reason: str) -> Issue:
    return Issue(Level.WARNING, grid.name, f"“{grid.name}”{reason}，没有读入")


def _labels(lines: list[Line]) -> Duties:
    """责任领导：王伟 on a line above a table: who answers for all of it."""
    told: Duties = {}
    for line in lines:
        text = line.text.strip()
        if len(text) <= _LONGEST_LABEL and find_label(text) == 0 and (duties := read_duties(text)):
            told |= {role: words for role, words in settled(duties).items() if role in HANDED_DOWN}
    return told


def _named_by_sheet(grid: Grid, found: Header, document: Document) -> Duties:
    """A sheet for each unit or each leader, named after them, whose table names none."""
    if document.kind not in ("xlsx", "xls"):
        return {}
    names = [squash(each.name) for each in document.grids()]
    unit = look_like_units(squash(grid.name)) and not is_group(squash(grid.name))
    if unit and not found.kinds() & columns.DEPARTMENT_KINDS:
        return {"lead_departments": squash(grid.name)}
    leaders = len(names) > 1 and all(
        len(name) <= _LONGEST_PERSON and look_like_people(name) for name in names
    )
    return {"officials": squash(grid.name)} if leaders and ColumnKind.OFFICIAL not in found.kinds() else {}


def _naming(lines: list[Line]) -> list[Line]:
    """The titles that say who answers for the table below them (秦明副县长牵头任务清单)."""
    return [line for line in lines if duties_of_heading(line.text)]


def _closing_headings(lines: list[Line]) -> list[Line]:
    """The numbered headings right above the first table; what stands before them is title and preamble."""
    closing: list[Line] = []
    for line in reversed([line for line in lines if line.text.strip()]):
        found = numbering_of(line.text)
        numbered = found and found.rank < TASK_RANK
        if not (numbered or duties_of_heading(line.text)) or len(line.text) > 40:
            break
        closing.insert(0, line)
    return closing


def _enter_headings(lines: list[Line], reader: TableReader) -> None:
    """Headings written between two tables hold for the table below them."""
    for index, line in enumerate(lines):
        text = squash(line.text)
        found = numbering_of(text)
        if found and found.rank < TASK_RANK:
            reader.enter_heading(found.rank, None, text)
        elif index == len(lines) - 1 and len(text) <= 30 and not text.endswith(("。", "：", ":")):
            reader.enter_heading(UNNUMBERED_RANK, None, text)


def _as_lines(document: Document) -> list[Line]:
    """Running text of a document; the rows of tables that are no plan count as paragraphs."""
    lines: list[Line] = []
    for block in with_cards(document.blocks):
        if isinstance(block, Line):
            lines.append(block)
            continue
        for row in block.rows:
            texts = [text for _, text in row.texts()]
            if len(texts) > 1 and numeral(texts[0]) is not None:
                texts = [f"{texts[0]}.{texts[1]}", *texts[2:]]
            lines.extend(
                Line(row.number, part, table=block.name)
                for text in texts
                for part in text.split("\n")
                if part.strip()
            )
    return lines
