"""What the supervision office decided (评定, 延期) as the workbook shows it."""

from dataclasses import replace
from datetime import date

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.queries.ledger import LedgerColumn
from app.queries.snapshots import unpack
from app.rules.status import Judgement, Light
from tests.reports.issued import TABLE_TOP, first_sheet, ledger_with, task
from tests.services.snapshot_of_version_1 import CONTENT

JUNE, SEPTEMBER = date(2018, 6, 30), date(2018, 9, 30)


def cell(sheet: Worksheet, header: str) -> object:
    """What the first task's line shows under this header."""
    headers = {each.value: each.column for each in sheet[TABLE_TOP - 1]}
    return sheet.cell(TABLE_TOP, headers[header]).value


@pytest.mark.parametrize(("is_rated", "words"), [(True, "暂不评价（评定）"), (False, "暂不评价")])
def test_a_rating_says_so_in_its_cell(is_rated: bool, words: str) -> None:
    judged = Judgement(Light.UNRATED, 40, 75, "", is_rated=is_rated)
    assert cell(first_sheet(ledger_with(task(judgement=judged))), "状态") == words


def test_an_extension_into_the_next_year_carries_its_year() -> None:
    row = task(due_text="12月底前", due_on=date(2019, 3, 31), original_due_on=date(2018, 12, 31))
    ledger = ledger_with(row)
    ledger = replace(ledger, columns=[*ledger.columns, LedgerColumn("完成时限", "due")])
    assert cell(first_sheet(ledger), "完成时限") == "12月底前（经批准延至2019年3月31日）"


@pytest.mark.parametrize(
    ("due_text", "original", "words"),
    [
        ("6月底前", JUNE, "6月底前（经批准延至9月30日）"),
        ("", JUNE, "6月30日（经批准延至9月30日）"),
        ("9月底前", None, "9月底前"),
    ],
)
def test_an_extended_deadline_stands_beside_the_offices_own_words(
    due_text: str, original: date | None, words: str
) -> None:
    row = task(due_text=due_text, due_on=SEPTEMBER, original_due_on=original)
    ledger = ledger_with(row)
    ledger = replace(ledger, columns=[*ledger.columns, LedgerColumn("完成时限", "due")])
    assert cell(first_sheet(ledger), "完成时限") == words


def test_an_extension_has_a_column_of_its_own_where_the_table_has_none_for_deadlines() -> None:
    row = task(due_on=date(2019, 3, 31), original_due_on=date(2018, 12, 31))
    sheet = first_sheet(ledger_with(row, task(1)))
    assert cell(sheet, "经批准延期") == "原定12月31日\n延至2019年3月31日"
    headers = [each.value for each in sheet[TABLE_TOP - 1]]
    assert headers[-4:] == ["经批准延期", "进展情况", "完成率", "状态"]
    assert sheet.cell(TABLE_TOP + 1, len(headers) - 3).value is None, "a task that was not extended"


@pytest.mark.parametrize("columns", [[LedgerColumn("完成时限", "due")], []])
def test_without_an_extension_or_beside_a_column_of_deadlines_there_is_none(
    columns: list[LedgerColumn],
) -> None:
    moved = date(2018, 12, 31) if columns else None
    ledger = ledger_with(task(due_on=date(2019, 3, 31), original_due_on=moved))
    sheet = first_sheet(replace(ledger, columns=[*ledger.columns, *columns]))
    assert "经批准延期" not in {each.value for each in sheet[TABLE_TOP - 1]}


def test_the_workbook_of_a_period_closed_before_there_was_such_a_column_stays_as_it_was() -> None:
    row = task(due_on=date(2019, 3, 31), original_due_on=date(2018, 12, 31))
    assert not unpack(CONTENT).tells_extensions
    sheet = first_sheet(ledger_with(row, tells_extensions=False))
    assert "经批准延期" not in {each.value for each in sheet[TABLE_TOP - 1]}
