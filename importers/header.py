"""Where the header of a drawn table stands, and what its columns hold by what is written in them."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from importers import columns
from importers.characters import is_figure, squash
from importers.columns import ColumnKind
from importers.decisions import NOTHING_DECIDED
from importers.grid import Grid, Row
from importers.header_rows import (
    ROWS_WEIGHED,
    TASK_LIKE,
    Header,
    HeaderCell,
    headers_from,
    is_responsibility_header,
)
from importers.values.brackets import closes_with_duties
from importers.values.deadlines import names_a_time, says_only_when
from importers.values.departments import look_like_units
from importers.values.people import look_like_people

_SHARE_THAT_DECIDES = 0.75
_SHARE_THAT_REFUTES = 0.2
_FEWEST_ANSWERED = 2
_DATED = re.compile(r"\d月|年[底末内]|季度|半年|20\d\d")
_PACE = re.compile("(工作|任务|项目|推进|建设|工程)进度$")
_WORDS = re.compile("[一-龥]{2}")
_AROUND_TASKS = frozenset({ColumnKind.NUMBER, ColumnKind.DUE, ColumnKind.PROGRESS, ColumnKind.PLAN})
_SOMEBODY = frozenset({ColumnKind.OFFICIAL, ColumnKind.RESPONSIBLE})


def find_header(grid: Grid, decided: Mapping[str, str] = NOTHING_DECIDED.columns) -> Header | None:
    """The first rows that name a task column and someone responsible; the title and 附件 above are passed over.

    ``decided``: headers whose meaning a person has settled.
    """
    possible: list[Header] = []
    for found in headers_from(grid):
        told = _categories(grid, _tiers(_heads_apart(_shifted(grid, _weighed(grid, found)))))
        header = _as_decided(told, decided)
        possible.append(header)
        if is_responsibility_header(header.kinds()):
            if columns.heads_another_list(header.words()):
                return None
            told = header if header.kinds() & columns.DEPARTMENT_KINDS else by_content(grid, header)
            return _times(grid, told, decided)
    for header in possible:
        if len(header.kinds() - {ColumnKind.OTHER}) >= 2 and is_responsibility_header(
            (told := by_content(grid, header)).kinds()
        ):
            return None if columns.heads_another_list(told.words()) else _times(grid, told, decided)
    return next((header for header in possible if _tasks_say_who(grid, header)), None)


def _tasks_say_who(grid: Grid, header: Header) -> bool:
    """Whether the units stand in brackets behind the tasks, and so in no column of their own."""
    if len(header.kinds() & _AROUND_TASKS) < 1 or not header.kinds() & TASK_LIKE:
        return False
    numbers = sorted(header.cells)
    cells = [header.cells[number] for number in numbers]
    kinds = columns.settle(columns.by_words([cell.header for cell in cells], [cell.kind for cell in cells]))
    task = numbers[kinds.index(ColumnKind.TASK)]
    texts = [text for row in grid.rows[header.last + 1 :][:ROWS_WEIGHED] if (text := row.own(task))]
    answered = sum(closes_with_duties(text) for text in texts)
    return answered >= _FEWEST_ANSWERED and answered * 2 >= len(texts)


def _weighed(grid: Grid, header: Header) -> Header:
    """单位 alone may be a unit of measure and 领导 a remark: such a header counts when its cells bear it out.

    2025年目标 and 目标任务 over mere figures (15、37 and 100%) say how much, and not what is to be done.
    """
    for column, cell in header.cells.items():
        if cell.kind in TASK_LIKE and hold_figures(
            row.own(column) for row in grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
        ):
            header.cells[column] = HeaderCell(cell.header, ColumnKind.OTHER, "这一栏写的是数")
            continue
        doubtful = cell.header in columns.TOO_PLAIN or cell.guessed
        if not doubtful or cell.kind not in columns.RESPONSIBILITY_KINDS:
            continue
        rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
        texts = [text for row in rows if (text := row.own(column))]
        if texts and kind_by_content(texts) not in (ColumnKind.RESPONSIBLE, ColumnKind.OFFICIAL):
            header.cells[column] = HeaderCell(cell.header, ColumnKind.OTHER, "这一栏写的不是单位或领导")
    return header


def hold_figures(cells: Iterable[str]) -> bool:
    """Whether the cells of a column hold little but figures."""
    texts = [text for text in cells if text]
    return len(texts) > 1 and sum(map(is_figure, texts)) >= len(texts) * _SHARE_THAT_DECIDES


def _shifted(grid: Grid, header: Header) -> Header:
    """Where a page lost blank cells the units stand beside their header: it is moved to where they all stand."""
    if grid.knows_merges:
        return header
    rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
    for column, cell in list(header.cells.items()):
        if cell.kind not in columns.DEPARTMENT_KINDS or _share_of_units(rows, column) > _SHARE_THAT_REFUTES:
            continue
        free = [
            other
            for other in sorted({number for row in rows for number in row.cells})
            if _kind_at(header, other) not in columns.FIELD_OF_KIND
            and _share_of_units(rows, other) >= _SHARE_THAT_DECIDES
        ]
        if len(free) == 1:
            why = "这一栏写的不是单位，单位都写在另一栏"
            nameless = HeaderCell("未标明的栏", ColumnKind.OTHER, why)
            header.cells[column] = header.cells.get(free[0], nameless)
            header.cells[free[0]] = HeaderCell(cell.header, cell.kind, why, guessed=True)
    return header


def _kind_at(header: Header, column: int) -> ColumnKind | None:
    return header.cells[column].kind if column in header.cells else None


def _share_of_units(rows: list[Row], column: int) -> float:
    texts = [text for row in rows if (text := row.own(column))]
    units = sum(look_like_units(text) or look_like_units(squash(text)) for text in texts)
    return units / len(texts) if len(texts) > 1 else 0.5


def _heads_apart(header: Header) -> Header:
    """责任人 beside 责任领导 and 责任单位 is the head of a unit, and nobody who answers for the plan."""
    kinds = header.kinds()
    officials = [cell.header for cell in header.cells.values() if cell.kind is ColumnKind.OFFICIAL]
    if not kinds & columns.DEPARTMENT_KINDS or not any(
        "领导" in words or "分管" in words for words in officials
    ):
        return header
    for column, cell in header.cells.items():
        if cell.kind in (ColumnKind.OFFICIAL, None) and columns.names_heads(cell.header):
            header.cells[column] = HeaderCell(
                cell.header, ColumnKind.OTHER, "责任单位里的责任人，另有领导一栏"
            )
    return header


def _tiers(header: Header) -> Header:
    """主办单位 beside 牵头单位 is the third tier: it carries out what the other leads."""
    leads = [c for c, cell in header.cells.items() if cell.kind is ColumnKind.LEAD_DEPARTMENT]
    first = [column for column in leads if "牵头" in header.cells[column].header]
    for column in leads if first else ():
        if column not in first:
            words = header.cells[column].header
            header.cells[column] = HeaderCell(words, ColumnKind.MAIN_DEPARTMENT, "另有牵头单位一栏")
    return header


def _categories(grid: Grid, header: Header) -> Header:
    """A column nobody has a word for (主题), merged over several tasks to its right, sorts them.

    So does one that says the same beside each of several, or in a file that cannot say what is merged is blank below
    the first of them: it is asked about.
    """
    columns_of = {kind: [c for c, cell in header.cells.items() if cell.kind is kind] for kind in TASK_LIKE}
    tasks = columns_of[ColumnKind.TASK] or columns_of[ColumnKind.GOAL][-1:]  # which then holds them
    rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
    for column, cell in header.cells.items():
        if cell.kind is not None or not tasks or column > tasks[0]:
            continue
        if any(row.continues(column) and row.own(tasks[0]) for row in rows):
            how = "竖向合并在几项任务左边"
        elif not grid.knows_merges and _written_once(rows, column, tasks[0]):
            how = "只写在几项任务的第一行"
        elif _written_again(rows, column, tasks[0]):
            how = "相邻的几项任务写得一样"
        else:
            continue
        if kind_by_content([text for row in rows if (text := row.own(column))]) in (None, ColumnKind.TASK):
            why, merged = f"表头不认识，这一栏{how}", how.startswith("竖向")
            header.cells[column] = HeaderCell(cell.header, ColumnKind.SECTION, why, guessed=not merged)
    return header


def _written_once(rows: list[Row], column: int, task: int) -> bool:
    """Whether a column names the first of several tasks and is blank beside the next, as an unmerged cell would be."""
    written = [bool(row.own(column)) for row in rows if row.own(task)]
    groups = sum(written)
    return bool(written) and written[0] and groups >= _FEWEST_ANSWERED and groups * 3 <= len(written) * 2


def _written_again(rows: list[Row], column: int, task: int) -> bool:
    """Whether a column says the same beside neighbouring tasks, and never again what it has said further up."""
    written = [row.own(column) for row in rows if row.own(task)]
    groups = [text for text, _ in groupby(written)]
    return (
        all(map(_WORDS.search, groups))  # neither codes nor dashes
        and len(groups) == len(set(groups)) >= _FEWEST_ANSWERED
        and len(groups) * 2 <= len(written)
    )


def _as_decided(header: Header, decided: Mapping[str, str]) -> Header:
    for column, cell in header.cells.items():
        if cell.header in decided:
            kind = ColumnKind(decided[cell.header])
            header.cells[column] = HeaderCell(cell.header, kind, "由核对人指定")
    return header


def by_content(grid: Grid, header: Header) -> Header:
    """The same header with the columns nobody has a word for named by what stands in them."""
    rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
    cells = dict(header.cells)
    leads = header.kinds() & {ColumnKind.OFFICIAL}
    for column, cell in header.cells.items():
        texts = [text for row in rows if (text := row.own(column))]
        if cell.kind is None and len(texts) >= 2 and (kind := kind_by_content(texts)) and kind not in leads:
            cells[column] = HeaderCell(cell.header, kind, "表头不认识，按内容判断", guessed=True)
    return Header(header.first, header.last, cells)


def _times(grid: Grid, header: Header, decided: Mapping[str, str]) -> Header:
    """何时完成 and 进度安排 over mere times (12月底前) say when the tasks are due, where no other column does."""
    if ColumnKind.DUE in header.kinds():
        return header
    rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
    for column, cell in header.cells.items():
        texts = [text for row in rows if (text := row.own(column))]
        if cell.header in decided or not (cell.kind in (None, ColumnKind.PLAN) or _PACE.search(cell.header)):
            continue
        if len(texts) >= _FEWEST_ANSWERED and all(says_only_when(t) and _DATED.search(t) for t in texts):
            why = "这一栏写的都是时间，没有别的时限栏"
            told = {column: HeaderCell(cell.header, ColumnKind.DUE, why, guessed=True)}
            return Header(header.first, header.last, header.cells | told)
    return header


def unread_tasks(grid: Grid, header: Header, task: int) -> list[HeaderCell]:
    """Columns nobody has a word for, before the tasks, in which sentences stand: they may be the tasks."""
    likely = by_content(grid, header).cells
    return [
        cell
        for column, cell in header.cells.items()
        if cell.kind is None and column < task and likely[column].kind is ColumnKind.TASK
    ]


def unread_names(grid: Grid, header: Header) -> list[HeaderCell]:
    """Columns nobody has a word for that hold units or persons: somebody may be left out."""
    rows = grid.rows[header.last + 1 : header.last + 1 + ROWS_WEIGHED]
    texts = {
        column: [text for row in rows if (text := row.own(column))]
        for column, cell in header.cells.items()
        if cell.kind is None
    }
    return [
        header.cells[column]
        for column, found in texts.items()
        if len(found) >= _FEWEST_ANSWERED and kind_by_content(found) in _SOMEBODY
    ]


def kind_by_content(texts: list[str]) -> ColumnKind | None:
    for kind, fits in (
        (ColumnKind.OFFICIAL, look_like_people),
        (ColumnKind.RESPONSIBLE, look_like_units),
        (ColumnKind.DUE, names_a_time),
    ):
        if sum(fits(text) for text in texts) >= len(texts) * _SHARE_THAT_DECIDES:
            return kind
    return ColumnKind.TASK if sum(len(text) for text in texts) >= 12 * len(texts) else None
