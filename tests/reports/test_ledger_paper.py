"""The workbook is ready to print, and small however many rows it has."""

import zipfile
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest

from app.reports.ledger import ledger_workbook
from tests.reports.issued import issued_ledger, opened

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def book():
    return opened(issued_ledger())


@pytest.mark.parametrize("index", [0, 1])
def test_each_sheet_prints_on_a4_as_wide_as_the_page(book, index):
    sheet = book.worksheets[index]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddFooter.left.text == "演示数据，不是真实情况"


def test_filter_lies_over_our_columns_and_over_no_merge(book):
    sheet = book.worksheets[0]
    assert sheet.auto_filter.ref == "F3:H117"
    assert not [area for area in sheet.merged_cells.ranges if area.max_col >= 6 and area.min_row >= 3]


def test_every_cell_of_the_table_has_its_border_also_inside_merges():
    content = ledger_workbook(issued_ledger())
    records = list(ElementTree.fromstring(part(content, "xl/styles.xml")).find(f"{MAIN}cellXfs"))
    sheet = ElementTree.fromstring(part(content, "xl/worksheets/sheet1.xml"))
    rows = [list(row) for row in sheet.iter(f"{MAIN}row")][2:]
    assert {len(row) for row in rows} == {8}
    assert {records[int(cell.get("s"))].get("borderId") for row in rows for cell in row} == {"1"}


def test_no_cell_is_written_twice_and_none_holds_a_formula():
    for name in ("sheet1", "sheet2"):
        tree = ElementTree.fromstring(part(ledger_workbook(issued_ledger()), f"xl/worksheets/{name}.xml"))
        places = [cell.get("r") for cell in tree.iter(f"{MAIN}c")]
        assert len(places) == len(set(places))
        assert not list(tree.iter(f"{MAIN}f"))


def test_styles_do_not_grow_with_the_rows():
    ledger = issued_ledger()
    many = replace(ledger, tasks=ledger.tasks * 5)
    assert styles(ledger_workbook(many)) == styles(ledger_workbook(ledger)) < 60


def styles(content):
    tree = ElementTree.fromstring(part(content, "xl/styles.xml"))
    return len(tree.find(f"{MAIN}cellXfs"))


def part(content, name):
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read(name)
