"""What cannot be known about the rows of a table put together from lines: asked at the row."""

import re
from itertools import pairwise

from importers import columns
from importers.alignment import ILL, price, with_one_task
from importers.characters import is_figure
from importers.columns import ColumnKind
from importers.counting import counted_tasks, points_apart
from importers.fitting import GOES_ON, begins_work, strain
from importers.grid import Row
from importers.header_rows import TASK_LIKE
from importers.numbering import numbering_of
from importers.values.people import look_like_people
from importers.values.words import NOTHING

_LISTED = re.compile("[、，,；;]")
_BARE_FIGURE = re.compile(r"[0-9][0-9.,]*[%％]?")
_HABIT = 4
_SHORTEST_NAME = 5
_GOALS = frozenset({ColumnKind.GOAL, ColumnKind.SECTION})
_SHORTEST_WORK = 10
_LONGEST_GOAL, _SHORTEST_GOAL = 20, 2  # 文化 may be a goal as well as a name
_OUT_OF_PLACE = 3.0
_FEWEST_LINES = 12
_ILL_FITTING = 1.4  # a line, on the average; see header_choice


def about_words(rows: list[Row], kinds: list[ColumnKind]) -> list[tuple[int, str]]:
    """Words between spaces that were taken for one cell: one of them may have stood in the cell beside it."""
    told = [column for column, kind in enumerate(kinds, start=1) if kind in TASK_LIKE]
    parts = [(row.number, words) for row in rows for c in told if (words := row.own(c).split("\n"))]
    return [
        (number, f"“{words[0][:20]}”与“{words[1][:20]}”之间的空格看不出是不是另一格，请核对")
        for number, words in parts
        if len(words) > 1
    ]


def rows_unparted(rows: list[Row], kinds: list[ColumnKind]) -> frozenset[int]:
    """Rows whose units may have stood in another column of units than it seems: which nobody can know.

    So are rows with more lines of units than columns of units side by side. Where that is the habit of a file, as many
    lines as columns tell no more: both may stand in the first. And so are those in which one of several columns of
    helpers is blank.
    """
    units = [column for column, kind in enumerate(kinds, start=1) if kind in columns.DEPARTMENT_KINDS]
    if len(units) < 2:
        return frozenset()
    lines = {row.number: [part for c in units for part in _lists(row.own(c))] for row in rows}
    crowded = {number for number, parts in lines.items() if len(parts) > len(units)}
    apart = {
        number
        for number, parts in lines.items()
        if len(parts) > 1 and not any(_LISTED.search(part) or NOTHING.match(part) for part in parts)
    }
    if len(crowded & apart) * _HABIT >= sum(map(bool, lines.values())):
        crowded |= apart
    if len(units) > 2:
        helping = [column for column in units if kinds[column - 1] is not ColumnKind.LEAD_DEPARTMENT]
        crowded |= {row.number for row in rows if 0 < sum(bool(row.own(c)) for c in helping) < len(helping)}
    return frozenset(crowded)


def _lists(text: str) -> list[str]:
    """The lines of a cell; a comma at the end of one says that its list goes on below."""
    told: list[str] = []
    for line in filter(None, text.split("\n")):
        if told and told[-1].endswith(GOES_ON):
            told[-1] += line
        else:
            told.append(line)
    return told


def about_goals(rows: list[Row], kinds: list[ColumnKind]) -> list[tuple[int, str]]:
    """Rows without a goal below one whose last cell names a goal of other rows: it may be theirs."""
    told = _about_goals_in_tasks(rows, kinds)
    if kinds[0] not in (ColumnKind.GOAL, ColumnKind.SECTION) or kinds[-1] not in columns.HOLD_ANYTHING:
        return told
    goals = {row.own(1) for row in rows if row.own(1)}
    return told + [
        (row.number, f"上一行末尾的“{words}”可能是这一行的目标，请核对")
        for above, row in pairwise(rows)
        if not row.own(1) and (words := above.own(len(kinds)).split("\n")[-1]) in goals
    ]


def _about_goals_in_tasks(rows: list[Row], kinds: list[ColumnKind]) -> list[tuple[int, str]]:
    """A further line before a task, in a row without a goal, where tasks are one line: it may be the goal."""
    task = with_one_task(kinds).index(ColumnKind.TASK)
    goals = [column for column, kind in enumerate(kinds[:task], start=1) if kind in _GOALS]
    parted = [(row, row.own(task + 1).split("\n")) for row in rows]
    single = sum(len(lines) == 1 for _, lines in parted)
    if not goals or single * 10 < len(rows) * 7:
        return []
    return [
        (row.number, f"“{lines[0]}”可能是这一行的目标，请核对")
        for row, lines in parted
        if len(lines) > 1
        and not any(map(row.own, goals))
        and len(lines[0]) <= _LONGEST_GOAL
        and not lines[0].endswith((*GOES_ON, "：", ":"))
    ]


def about_tasks(rows: list[Row], kinds: list[ColumnKind]) -> list[tuple[int, str]]:
    """Two whole sentences on lines below each other: one task, or two whose units are merged."""
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    told: list[tuple[int, str]] = []
    for row in rows:
        for above, line in pairwise(row.own(task).split("\n")):
            if above.endswith("。") and line.endswith("。") and numbering_of(line) is None:
                words = f"“{above[:12]}”与“{line[:12]}”"
                told.append((row.number, f"{words}各占一行，按一项任务读入；如是两项任务，请分开填写"))
                break
    for row in rows:
        for column, kind in enumerate(kinds, start=1):
            names = row.own(column).split("\n") if kind in TASK_LIKE and column != task else []
            if len(names) > 1 and min(map(len, names)) >= _SHORTEST_NAME:
                told.append((row.number, f"“{'”“'.join(names)}”各占一行，看不出是不是两栏，请核对"))
    return told


def about_places(rows: list[Row], kinds: list[ColumnKind], words: list[str]) -> list[tuple[int, str]]:
    """Whole sentences under units, names, times or goals, and beside a task that is none: tasks out of their place."""
    kinds = with_one_task(kinds)
    task = kinds.index(ColumnKind.TASK) + 1
    told: list[tuple[int, str]] = []
    habits = {column for column, kind in enumerate(kinds, start=1) if _says_much(rows, column, kind)}
    for row in rows:
        lines = [line for line in row.own(task).split("\n") if line]
        whose = bool(lines) and min(strain(line, ColumnKind.TASK) for line in lines) < ILL
        for column, kind in enumerate(kinds, start=1):
            odd = kind not in columns.HOLD_ANYTHING or not whose or kind is ColumnKind.OTHER
            odd = odd and row.own(task) == row.full(task)
            if column == task or column in habits or not odd:
                continue
            for line in row.own(column).split("\n"):
                ill = kind in columns.HOLD_ANYTHING or strain(line, kind) >= _OUT_OF_PLACE
                ended = kind is not ColumnKind.OTHER or not whose or line.endswith("。")
                if len(line) > _SHORTEST_WORK and ill and ended and not strain(line, ColumnKind.TASK):
                    place = (
                        f"写在“{words[column - 1]}”一栏" if kind is not ColumnKind.NUMBER else "写在序号里"
                    )
                    told.append((row.number, f"“{line[:20]}”像是任务，却{place}，可能认错了栏，请核对"))
    return told


def about_points(rows: list[Row], kinds: list[ColumnKind], lines: list[str]) -> list[tuple[int, str]]:
    """1.…, 2.…, 3.… count the tasks: one of them under another header is out of its place."""
    points = {lines[index] for index in points_apart(lines)}
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    placed = sum(line in points for row in rows for line in row.own(task).split("\n"))
    figures = sum(is_figure(row.own(task)) for row in rows)
    if placed * 2 < len(points) and figures * 2 < len(rows):
        return []  # another column counts its own points
    return [
        (row.number, f"“{line[:20]}”有自己的编号，却没有放在任务一栏，请核对")
        for row in rows
        for column, text in row.texts()
        for line in text.split("\n")
        if column != task and line in points
    ]


def about_swallowed(rows: list[Row], kinds: list[ColumnKind], lines: list[str]) -> list[tuple[int, str]]:
    """Rows without numbers: a further sentence in a cell, where other cells hold one, may be the next row's task."""
    if ColumnKind.NUMBER in kinds or points_apart(lines):
        return []
    task = with_one_task(kinds).index(ColumnKind.TASK) + 1
    told: list[tuple[int, str]] = []
    for column, kind in enumerate(kinds, start=1):
        filled = [(row, row.own(column).split("\n")) for row in rows if row.own(column)]
        single = sum(len(parts) == 1 for _, parts in filled)
        if (column != task and kind not in columns.HOLD_ANYTHING) or single * 10 < len(filled) * 7:
            continue
        for row, parts in filled:
            for above, line in pairwise(parts):
                asked = column == task and above.endswith("。") and line.endswith("。")
                if not asked and not above.endswith((*GOES_ON, "：", ":", "；", ";")) and _may_be_task(line):
                    told.append((row.number, f"“{line[:20]}”可能是另一项任务，并在这一行里，请核对"))
    return told


def _may_be_task(line: str) -> bool:
    long = len(line) > _SHORTEST_WORK and not strain(line, ColumnKind.TASK)
    return (long or (len(line) > _SHORTEST_NAME and begins_work(line))) and numbering_of(line) is None


def _says_much(rows: list[Row], column: int, kind: ColumnKind) -> bool:
    """Whether whole sentences are the habit of a column of goals or remarks."""
    if kind not in (*_GOALS, ColumnKind.OTHER):
        return False
    filled = [text for row in rows if (text := row.own(column))]
    return sum(strain(text, ColumnKind.GOAL) >= _OUT_OF_PLACE for text in filled) * 4 > len(filled)


def about_people(rows: list[Row], kinds: list[ColumnKind], words: list[str]) -> list[tuple[int, str]]:
    """A name among goals or remarks here and there, where another column is for the leaders: the second of two of them."""
    told: list[tuple[int, str]] = []
    for column, kind in enumerate(kinds, start=1):
        remarks = kind is ColumnKind.OTHER and ColumnKind.OFFICIAL in kinds[: column - 1]
        if not remarks and (kind not in _GOALS or ColumnKind.OFFICIAL not in kinds):
            continue
        filled = [(row, text) for row in rows if (text := row.own(column))]
        named = [
            (row, text)
            for row, text in filled
            if look_like_people(text) and (remarks or len(text) > _SHORTEST_GOAL)
        ]
        if len(named) * 2 <= len(filled):
            told += [
                (row.number, f"“{text}”像是姓名，却写在“{words[column - 1]}”一栏，请核对")
                for row, text in named
            ]
    return told


def about_fit(lines: list[str], kinds: list[ColumnKind]) -> bool:
    """Whether lines fit their columns so ill, all together, that rows may have run into each other.

    So do figures again and again where no column is numbered: which of them holds how much is not seen.
    """
    figures = 0 if ColumnKind.NUMBER in kinds else sum(bool(_BARE_FIGURE.fullmatch(line)) for line in lines)
    return len(lines) >= _FEWEST_LINES and (
        figures * len(kinds) * 2 > len(lines) or price(lines, kinds) > _ILL_FITTING * len(lines)
    )


def about_columns(rows: list[Row], kinds: list[ColumnKind], *, every: bool) -> list[tuple[int, str]]:
    """Rows with fewer lines than columns: where a column may hold anything or cells were merged, which is blank is a guess."""
    counted = counted_tasks([text for row in rows for _, text in row.texts()])
    if not every and not counted and not any(kind in columns.HOLD_ANYTHING for kind in kinds):
        return []
    expected = [
        column
        for column, kind in enumerate(kinds, start=1)
        if kind not in (ColumnKind.SECTION, ColumnKind.GOAL)
    ]
    return [
        (row.number, "这一行比表头少几格，按各格内容认定是哪一栏，请核对")
        for row in rows
        if len(row.texts()) > (0 if counted else 1) and not all(map(row.own, expected))
    ]
