"""Whatever people write in a report is text in the workbook, and all of it is there."""

from datetime import date

import pytest

from app.reports import heights
from app.reports.cells import LONGEST
from app.rules.status import Judgement, Light
from tests.reports.issued import TABLE_TOP, first_sheet, issued_ledger, ledger_with, opened, task

PROGRESS = 6


def progress_cell(text):
    return first_sheet(ledger_with(task(progress=text))).cell(TABLE_TOP, PROGRESS)


@pytest.mark.parametrize(
    "text", ["=1+1", "+8613800000000", "-已开工", "@sum", '=HYPERLINK("http://x","y")', "#N/A"]
)
def test_what_looks_like_a_formula_stays_text(text):
    cell = progress_cell(text)
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) == (text[0] in "=+-@")


def test_a_standard_or_goal_that_looks_like_a_formula_stays_text_too():
    sheet = first_sheet(ledger_with(task(standard="=cmd|'/c calc'!A1", goal_name="@目标")))
    assert [sheet.cell(TABLE_TOP, column).data_type for column in (2, 3)] == ["s", "s"]


def test_no_sheet_holds_a_formula():
    cells = [cell for sheet in opened(issued_ledger()) for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_control_characters_are_left_out():
    assert progress_cell("第一\x0b行\r\n第二\x00行\ud800\uffff").value == "第一行\n第二行"


def test_text_too_long_for_a_cell_says_that_it_goes_on():
    text = progress_cell("字" * 40_000).value
    assert len(text) == LONGEST
    assert text.endswith("（全文过长，请在系统中查看）")


def test_progress_that_is_not_the_viewers_to_see_is_a_dash():
    hidden = Judgement(Light.HIDDEN, None, None, "")
    sheet = first_sheet(ledger_with(task(progress="", judgement=hidden)))
    assert [sheet.cell(TABLE_TOP, column).value for column in (6, 7, 8)] == ["—", "—", "不公开"]


def test_a_row_is_as_high_as_its_longest_text():
    sheet = first_sheet(ledger_with(task(0, progress="短"), task(1, progress="深" * 200)))
    short, tall = (sheet.row_dimensions[row].height for row in (TABLE_TOP, TABLE_TOP + 1))
    assert short < 40
    assert tall >= 10 * 10.5 * 1.3


def test_a_merged_cell_has_room_for_its_text():
    name = "名称很长的目标" * 12
    rows = [task(0, goal_name=name, progress=""), task(1, goal_name=name, progress="")]
    sheet = first_sheet(ledger_with(*rows))
    area = next(area for area in sheet.merged_cells.ranges if area.min_col == 2 and area.min_row == TABLE_TOP)
    room = sum(sheet.row_dimensions[row].height for row in range(area.min_row, area.max_row + 1))
    assert room >= heights.text_height(name, sheet.column_dimensions["B"].width) - 1


def test_a_text_of_many_pages_stands_whole_in_one_cell_over_several_rows():
    text = "截至九月底，全部点位已开工。" * 350
    sheet = first_sheet(ledger_with(task(0, progress=text), task(1)))
    area = next(
        area for area in sheet.merged_cells.ranges if area.min_col == PROGRESS and area.min_row == TABLE_TOP
    )
    rows = range(area.min_row, area.max_row + 1)
    assert sheet.cell(TABLE_TOP, PROGRESS).value == text
    assert all(sheet.row_dimensions[row].height <= 409 for row in rows)
    assert sheet.cell(area.max_row + 1, 3).value == task(1).standard
    assert not overlapping(sheet)


def test_no_two_merges_overlap():
    assert not [found for sheet in opened(issued_ledger()) for found in overlapping(sheet)]


def test_lines_are_counted_as_chinese_type_runs():
    assert heights.lines("", 20) == 1
    assert heights.lines("一\n二\n三", 20) == 3
    assert heights.lines("汉" * 100, 40) > heights.lines("a" * 100, 40)


def test_dates_are_told_the_chinese_way():
    sheet = first_sheet(ledger_with(task(), as_of=date(2018, 12, 1), demonstration=False))
    assert sheet["A2"].value == "截至2018年12月1日"


def overlapping(sheet):
    seen, twice = set(), []
    for area in sheet.merged_cells.ranges:
        cells = {(row, column) for row, column in area.cells}
        twice += [area.coord] if cells & seen else []
        seen |= cells
    return twice
