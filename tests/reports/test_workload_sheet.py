"""The sheet 工作量 counts every task once for each who carries it."""

import pytest

from tests.reports.issued import issued_ledger, opened

OFFICIALS = {
    **{"陆秋明": 43, "徐治国": 26, "薛红霞": 24, "是峰": 22},
    **{"张小虎": 12, "张强": 6, "戴士福": 5, "刘志峰": 2},
}


@pytest.fixture(scope="module")
def sheet():
    return opened(issued_ledger())["工作量"]


@pytest.fixture(scope="module")
def rows(sheet):
    return {row[0]: row for row in sheet.iter_rows(min_row=4, values_only=True)}


def test_counts_are_those_of_the_issued_table(rows):
    assert {name: rows[name][1] for name in OFFICIALS} == OFFICIALS
    assert (rows["发改局"][1], rows["经信局"][1]) == (14, 10)
    assert rows["发改局"][2:5] == (14, 0, 0)


def test_officials_come_before_departments(rows):
    names = list(rows)
    assert names[0] == "分管领导（8 位）"
    assert names[1:9] == list(OFFICIALS)
    assert names[9] == "责任单位（53 个）"
    assert len(names) == 10 + 53


def test_lights_add_up_to_the_tasks(sheet, rows):
    headers = [cell.value for cell in sheet[3]]
    first, last = headers.index("配合") + 1, headers.index("平均完成率")
    assert headers[:5] == ["领导／单位", "任务数", "牵头", "主责", "配合"]
    assert headers[-2:] == ["平均完成率", "序时进度"]
    assert set(headers[first:last]) == {row.judgement.label for row in issued_ledger().tasks}
    for name in (*OFFICIALS, "发改局"):
        assert sum(rows[name][first:last]) == rows[name][1]


def test_averages_are_those_of_the_query(rows):
    standing = issued_ledger().officials[0].standing
    assert rows["陆秋明"][-2:] == (standing.completion / 100, standing.pace / 100)


def test_it_says_what_is_counted(sheet):
    assert "一项任务由几人分管" in sheet["A2"].value
    assert "各计一次" in sheet["A2"].value
