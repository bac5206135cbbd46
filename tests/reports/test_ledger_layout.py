"""进展情况表 has the layout of the issued table: columns, order, names and merges."""

import pytest
from openpyxl import load_workbook

from app.queries.ledger import LedgerColumn
from tests.importers.build import read, xlsx
from tests.reports.issued import (
    FILE,
    TABLE_TOP,
    first_sheet,
    issued_ledger,
    issued_table,
    judged,
    ledger_of,
    ledger_with,
    task,
)

ISSUED_TOP = 3


@pytest.fixture(scope="module")
def sheet():
    return first_sheet(issued_ledger())


def merges(sheet, top, columns):
    return {
        (area.min_col, area.max_col, area.min_row - top, area.max_row - top)
        for area in sheet.merged_cells.ranges
        if area.min_row >= top and area.max_col <= columns
    }


def test_merges_are_exactly_those_of_the_issued_file(sheet):
    issued = merges(load_workbook(FILE).worksheets[0], ISSUED_TOP, 5)
    assert len(issued) == 94
    assert merges(sheet, TABLE_TOP, 8) == issued


def test_headers_are_the_issued_ones_and_then_ours(sheet):
    assert [cell.value for cell in sheet[3]] == [
        *("序号", "目标名称", "工作标准", "区政府分管领导", "牵头责任单位"),
        *("进展情况", "完成率", "状态"),
    ]


def test_title_runs_over_all_columns_and_the_day_stands_below(sheet):
    assert sheet["A1"].value == "《政府工作报告》目标任务责任分解表"
    assert "A1:H1" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["A2"].value == "截至2018年9月28日"
    assert sheet["F2"].value == "演示数据，不是真实情况"


def test_real_figures_carry_no_mark_of_a_demonstration():
    sheet = first_sheet(ledger_with(task(), demonstration=False))
    assert sheet["A2"].value == "截至2018年9月28日"
    assert "演示" not in "".join(str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)
    assert not sheet.oddFooter.left.text


def test_every_task_has_its_row_in_the_order_of_the_document(sheet):
    standards = [sheet.cell(row, 3).value for row in range(TABLE_TOP, sheet.max_row + 1)]
    assert standards == [row.standard for row in issued_table().tasks]


def test_number_is_that_of_the_goal_as_issued(sheet):
    numbers = [sheet.cell(row, 1).value for row in range(TABLE_TOP, sheet.max_row + 1)]
    issued = load_workbook(FILE).worksheets[0]
    assert numbers == [issued.cell(row, 1).value for row in range(ISSUED_TOP, issued.max_row + 1)]


@pytest.mark.parametrize(
    ("merges", "issued"),
    [
        (["A2:A3", "A5:A6"], [1, None, 2, 3, None]),  # merged over tasks: theirs
        (["A2:A4", "A5:A6"], [1, None, None, 2, None]),  # merged as the goal is: the goal's
        ([], [1, 2, 3, 4, 5]),
    ],
)
def test_a_merged_number_stands_where_it_was_issued(merges: list[str], issued: list[int | None]):
    goals = ["产业发展", None, None, "城市建设", None]
    rows = [
        [number, goal, f"建设第{index}处水厂并投入运行。", "水利局"]
        for index, (number, goal) in enumerate(zip(issued, goals, strict=True), 1)
    ]
    header = ["序号", "目标名称", "工作标准", "牵头单位"]
    table = read(xlsx([header, *rows], merges=[*merges, "B2:B4", "B5:B6"]))
    sheet = first_sheet(ledger_of(table))
    assert [sheet.cell(row, 1).value for row in range(TABLE_TOP, TABLE_TOP + 5)] == issued


def test_several_names_stand_one_to_a_line_as_the_directory_writes_them(sheet):
    assert sheet["D5"].value == "戴士福\n陆秋明"
    assert sheet["E14"].value == "金融办\n发改局\n经信局\n住建局"
    assert sheet["D12"].value == "是峰"


def test_a_cell_that_now_says_something_else_is_not_merged():
    successor = task(4).responsibility
    rows = [task(3), task(4, responsibility=task(0).responsibility), task(5, responsibility=successor)]
    assert "officials" in rows[2].inherited
    assert not {area for area in merges(first_sheet(ledger_with(*rows)), TABLE_TOP, 8) if area[0] in (4, 5)}


def test_columns_without_a_field_keep_the_offices_text():
    columns = [*issued_ledger().columns, LedgerColumn("备注", "other"), LedgerColumn("完成情况", "progress")]
    row = task(extra={"备注": "省定任务", "完成情况": "已开工"})
    sheet = first_sheet(ledger_with(row, columns=columns))
    assert [sheet.cell(TABLE_TOP, column).value for column in (6, 7, 8)] == [
        "省定任务",
        "已开工",
        row.progress,
    ]


def test_deadline_is_the_offices_words_or_else_the_date():
    columns = [*issued_ledger().columns, LedgerColumn("完成时限", "due")]
    sheet = first_sheet(ledger_with(task(0, due_text="6月底前"), task(1), columns=columns))
    assert sheet.cell(TABLE_TOP, 6).value == "6月底前"
    assert sheet.cell(TABLE_TOP + 1, 6).value.date() == task(1).due_on


def test_goals_without_a_column_stand_as_lines_across_the_table():
    columns = [LedgerColumn("序号", "number"), LedgerColumn("工作任务", "task")]
    sheet = first_sheet(ledger_with(task(7), task(8), columns=columns))
    assert [sheet.cell(row, 1).value for row in range(4, 8)] == [
        "1　主要预期目标",
        8,
        "2　强化重点领域改革",
        9,
    ]
    assert {str(area) for area in sheet.merged_cells.ranges} >= {"A4:E4", "A6:E6"}


def test_a_plan_of_paragraphs_gets_the_usual_columns():
    sheet = first_sheet(ledger_with(task(), columns=[]))
    headers = [cell.value for cell in sheet[3]]
    assert headers == ["序号", "工作标准", "分管领导", "牵头单位", "进展情况", "完成率", "状态"]


def test_completion_is_a_number_and_the_status_a_word():
    sheet = first_sheet(ledger_with(task(judgement=judged(40)), task(1, judgement=judged(None))))
    completion, status = sheet["G4"], sheet["H4"]
    assert (completion.value, completion.number_format, completion.alignment.horizontal) == (
        0.4,
        "0%",
        "right",
    )
    assert status.value == "严重滞后"
    assert status.fill.fgColor.rgb != status.font.color.rgb
    assert sheet["G5"].value is None


def test_a_plan_without_tasks_is_still_a_workbook():
    sheet = first_sheet(ledger_with(officials=[], departments=[]))
    assert sheet.max_row == 3
