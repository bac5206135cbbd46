"""A header of two rows: what stands over several columns, and the parts below it, say together who does what."""

import io

import openpyxl
import pytest

from importers import read_table
from importers.values.heading_duties import duties_of_heading

TASKS = ["新建改造农村公路30公里", "改造县城供水管网12公里", "完成老旧小区改造8个"]
PEOPLE, LEADS, HELPERS = (
    ["王伟", "王伟", "李明"],
    ["县交通局", "县水利局", "县住建局"],
    ["县财政局", "县生态环境局", "县城管局"],
)

CASES = {
    "units in two": (["责任单位", None], ["牵头", "配合"], [LEADS, HELPERS], ["C2:D2"]),
    "units in full": (["责任单位", None], ["牵头单位", "责任单位"], [LEADS, HELPERS], ["C2:D2"]),
    "leaders and units": (
        ["责任分工", None, None],
        ["责任领导", "牵头单位", "配合单位"],
        [PEOPLE, LEADS, HELPERS],
        ["C2:E2"],
    ),
    "plain parts": (["责任", None], ["领导", "单位"], [PEOPLE, LEADS], ["C2:D2"]),
    "roles above": (
        ["牵头", None, "配合"],
        ["领导", "单位", "单位"],
        [PEOPLE, LEADS, HELPERS],
        ["C2:D2"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_parts_are_read_with_what_stands_over_them(case: str) -> None:
    over, parts, columns, merges = CASES[case]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["青溪县2025年重点工作任务分解表"])
    sheet.append(["序号", "工作任务", *over])
    sheet.append([None, None, *parts])
    for number, row in enumerate(zip(TASKS, *columns, strict=True), start=1):
        sheet.append([number, *row])
    for merge in ("A2:A3", "B2:B3", *merges):
        sheet.merge_cells(merge)
    data = io.BytesIO()
    book.save(data)
    table = read_table(data.getvalue(), "表.xlsx")
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.lead_departments for task in table.tasks] == [[unit] for unit in LEADS]
    if PEOPLE in columns:
        assert [task.officials for task in table.tasks] == [[name] for name in PEOPLE]
    if HELPERS in columns:
        assert [task.supporting_departments for task in table.tasks] == [[unit] for unit in HELPERS]


@pytest.mark.parametrize(
    ("heading", "who"),
    [
        ("副市长、市公安局局长  岳峰（2项）", "岳峰"),
        ("县委常委、宣传部部长 李明（5项）", "李明"),
        ("管委会主任、党工委副书记张立群（2项）", "张立群"),
        ("副市长  安 琪（3项）", "安琪"),
    ],
)
def test_a_heading_of_posts_and_a_name_tells_who_answers(heading: str, who: str) -> None:
    assert duties_of_heading(heading) == {"officials": who}


@pytest.mark.parametrize(
    "heading", ["重点产业培育（3项）", "乡村振兴局长效机制建设（2项）", "党建引领（4项）"]
)
def test_a_heading_of_work_tells_nobody(heading: str) -> None:
    assert duties_of_heading(heading) == {}
