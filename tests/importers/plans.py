"""Random plans, and the ways offices draw them: what is read back must be the same plan."""

import csv
import html as escape
import io
from dataclasses import dataclass

import docx
import openpyxl
from hypothesis import strategies as st

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉"
STEMS = [
    "发改",
    "财政",
    "教育",
    "科技",
    "民政",
    "司法",
    "人社",
    "住建",
    "交通",
    "水利",
    "商务",
    "卫健",
    "审计",
    "城管",
]
PLACES = ["", "区", "武进区", "市"]
HEADERS = [
    ["序号", "目标名称", "工作标准", "区政府分管领导", "牵头责任单位", "配合单位", "完成时限"],
    ["编号", "项目名称", "主要内容", "责任领导", "牵头单位", "协办单位", "完成时间"],
    ["序 号", "重点任务", "工作\n措施", "分管 县领导", "牵头\n部门", "主要协作单位", "时 限"],
]
DUES = ["6月底前", "年底前", "2025年9月30日", "三季度", "持续推进"]


@dataclass(frozen=True)
class PlanTask:
    standard: str
    officials: tuple[str, ...]
    leads: tuple[str, ...]
    helpers: tuple[str, ...]
    due: str


@dataclass(frozen=True)
class PlanGoal:
    name: str
    tasks: tuple[PlanTask, ...]


@dataclass(frozen=True)
class Drawing:
    """How an office draws its table: merges or blanks, page breaks, spaced names, line breaks or marks."""

    header: int
    merges: bool
    page: int
    spaced: bool
    separator: str


def people() -> st.SearchStrategy[str]:
    given = st.text(st.sampled_from(GIVEN), min_size=1, max_size=2)
    return st.builds(lambda first, rest: first + rest, st.sampled_from(SURNAMES), given)


def units() -> st.SearchStrategy[str]:
    local = st.builds(lambda place, stem: f"{place}{stem}局", st.sampled_from(PLACES), st.sampled_from(STEMS))
    other = st.sampled_from(
        [
            "高新园（邹区镇）",
            "区自然资源和规划局",
            "各镇街",
            "县护城河指挥部",
            "区经发集团",
            "市生态环境局咸安分局",
        ]
    )
    return st.one_of(local, local, local, other)


def standards() -> st.SearchStrategy[str]:
    words = st.sampled_from(["推进", "加快", "完成", "实施", "优化", "新建", "改造", "强化"])
    things = st.sampled_from(
        [
            "重点项目建设",
            "老旧小区改造",
            "公共厕所58座",
            "营商环境",
            "河道（湖泊）治理",
            "学校20所",
            "“双随机”监管",
        ]
    )
    return st.builds(
        lambda parts, number: "，".join(f"{a}{b}" for a, b in parts) + f"，做好第{number}项工作。",
        st.lists(st.tuples(words, things), min_size=1, max_size=3),
        st.integers(1, 99),
    )


def names(source: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(source, min_size=least, max_size=most, unique=True).map(tuple)


def tasks() -> st.SearchStrategy[PlanTask]:
    """Nobody helps the task that it leads: a repeat is dropped when read."""
    return st.builds(
        lambda standard, officials, leads, helpers, due: PlanTask(
            standard, officials, leads, tuple(name for name in helpers if name not in leads), due
        ),
        standards(),
        names(people(), 1, 3),
        names(units(), 1, 3),
        names(units(), 0, 2),
        st.sampled_from(DUES),
    )


def plans() -> st.SearchStrategy[list[PlanGoal]]:
    goal = st.builds(
        PlanGoal,
        st.text(st.sampled_from("经济发展民生改善城乡建设生态文明"), min_size=4, max_size=8),
        st.lists(tasks(), min_size=1, max_size=5).map(tuple),
    )
    return st.lists(goal, min_size=1, max_size=5, unique_by=lambda each: each.name)


def drawings() -> st.SearchStrategy[Drawing]:
    return st.builds(
        Drawing,
        st.integers(0, len(HEADERS) - 1),
        st.booleans(),
        st.sampled_from([0, 3, 5]),
        st.booleans(),
        st.sampled_from(["\n", "、", "，", "\n\n", "；"]),
    )


def person_written(name: str, drawing: Drawing) -> str:
    return f"{name[0]}  {name[1]}" if drawing.spaced and len(name) == 2 else name


def rows_of(
    plan: list[PlanGoal], drawing: Drawing
) -> tuple[list[list[str | None]], list[tuple[int, int, int]]]:
    """The table's rows and the merges (column, first row, last row, counted from 0)."""
    rows: list[list[str | None]] = [list(HEADERS[drawing.header])]
    merges: list[tuple[int, int, int]] = []
    on_page = 0
    for number, goal in enumerate(plan, start=1):
        previous: PlanTask | None = None
        starts = dict.fromkeys((0, 1, 3, 4), len(rows))

        def close(columns: tuple[int, ...], starts: dict[int, int] = starts) -> None:
            for column in columns:
                if len(rows) - 1 > starts[column]:
                    merges.append((column, starts[column], len(rows) - 1))
                starts[column] = len(rows)

        for task in goal.tasks:
            if drawing.page and on_page == drawing.page:
                close((0, 1, 3, 4))
                rows.append(list(HEADERS[drawing.header]))
                starts.update(dict.fromkeys(starts, len(rows)))
                on_page, previous = 0, None
            same_people = previous is not None and previous.officials == task.officials
            # A blank lead beside a blank helper may mean both things; the plan that is drawn leaves no doubt.
            same_leads = previous is not None and previous.leads == task.leads and bool(task.helpers)
            if not same_people:
                close((3,))
            if not same_leads:
                close((4,))
            people_cell = drawing.separator.join(person_written(name, drawing) for name in task.officials)
            rows.append(
                [
                    None if previous else str(number),
                    None if previous else goal.name,
                    task.standard,
                    None if same_people else people_cell,
                    None if same_leads else drawing.separator.join(task.leads),
                    drawing.separator.join(task.helpers) or None,
                    task.due,
                ]
            )
            previous = task
            on_page += 1
        close((0, 1, 3, 4))
    return rows, merges if drawing.merges else []


def as_xlsx(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    rows, merges = rows_of(plan, drawing)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for column, first, last in merges:
        book.active.merge_cells(
            start_row=first + 1, end_row=last + 1, start_column=column + 1, end_column=column + 1
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_docx(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    rows, merges = rows_of(plan, drawing)
    file = docx.Document()
    file.add_paragraph("某区2025年目标任务责任分解表")
    table = file.add_table(rows=len(rows), cols=len(rows[0]))
    for row, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value or ""
    for column, first, last in merges:
        text = rows[first][column]
        table.cell(first, column).merge(table.cell(last, column)).text = text or ""
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def as_html(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    rows, merges = rows_of(plan, drawing)
    height = {(first, column): last - first + 1 for column, first, last in merges}
    covered = {(row, column) for column, first, last in merges for row in range(first + 1, last + 1)}
    lines = []
    for index, row in enumerate(rows):
        cells = "".join(
            f'<td rowspan="{height.get((index, column), 1)}">{escape.escape(value or "").replace(chr(10), "<br>")}</td>'
            for column, value in enumerate(row)
            if (index, column) not in covered
        )
        lines.append(f"<tr>\n  {cells}\n</tr>")
    return f"<html><body><p>责任分解表</p><table>{''.join(lines)}</table></body></html>".encode("gb18030")


def as_text(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """Every cell opens with a tab on a line of its own, as text copied from a web page does."""
    rows, _ = rows_of(plan, drawing)
    return (
        "责任分解表\n" + "\n\n".join("\n".join(f"\t{value or ''}" for value in row) for row in rows)
    ).encode()


def as_csv(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """A comma-separated file in the national encoding; cells with line breaks are quoted."""
    rows, _ = rows_of(plan, drawing)
    stream = io.StringIO()
    csv.writer(stream).writerows([value or "" for value in row] for row in rows)
    return stream.getvalue().encode("gb18030")


def _below_one_word(plan: list[PlanGoal], drawing: Drawing) -> list[list[str]]:
    """The rows with both columns of units under 责任分工, on every page; each row on one line."""
    rows: list[list[str]] = []
    for row in rows_of(plan, drawing)[0]:
        cells = [value or "" for value in row]
        if row == HEADERS[drawing.header]:
            lower = ["".join(cells[4].split()), "".join(cells[5].split())]
            rows.append(
                ["".join(value.split()) for value in cells[:4]] + ["责任分工", "", "".join(cells[6].split())]
            )
            rows.append(["", "", "", "", *lower, ""])
        else:
            rows.append(["、".join(value.split("\n")).replace("、、", "、") for value in cells])
    return rows


def as_tabs(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """A header of two levels, cells parted by tabs; as a spreadsheet is pasted."""
    rows = _below_one_word(plan, drawing)
    return ("责任分解表\n" + "\n".join("\t".join(row) for row in rows)).encode()


def as_bars(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """The same between bars, with or without those at the ends of a row."""
    ends = ("| ", " |") if drawing.merges else ("", "")
    rows = _below_one_word(plan, drawing)
    return ("责任分解表\n" + "\n".join(" | ".join(row).join(ends) for row in rows)).encode()


HEADINGS = ["一、", "二、", "三、", "四、", "五、"]


def as_label_lines(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """Numbered paragraphs with a line for each role under them."""
    lines = ["某区2025年重点工作任务分解"]
    number = 0
    for heading, goal in zip(HEADINGS, plan, strict=False):
        lines.append(heading + goal.name)
        for task in goal.tasks:
            number += 1
            lines.append(f"{number}.{task.standard}")
            lines.append(f"责任领导：{'、'.join(task.officials)}")
            lines.append(f"牵头单位：{'、'.join(task.leads)}")
            if task.helpers:
                lines.append(f"{'责任单位' if drawing.merges else '配合单位'}：{'，'.join(task.helpers)}")
            lines.append(f"完成时限：{task.due}")
        if drawing.spaced:
            lines.append("")
    return "\n".join(lines).encode("gb18030")


def as_brackets(plan: list[PlanGoal], drawing: Drawing) -> bytes:
    """Numbered paragraphs with everything in the closing bracket."""
    lines = ["某区2025年重点工作任务分解"]
    number = 0
    for heading, goal in zip(HEADINGS, plan, strict=False):
        lines.append(heading + goal.name)
        for task in goal.tasks:
            number += 1
            helpers = f"；责任单位：{'、'.join(task.helpers)}" if task.helpers else ""
            people, leads = "、".join(task.officials), "、".join(task.leads)
            lines.append(
                f"{number}.{task.standard}（责任领导：{people}；牵头单位：{leads}{helpers}；{task.due}）"
            )
    return "\n".join(lines).encode()
