"""Several tables in one workbook: one below another on a sheet, and on several sheets."""

import io

import openpyxl

from tests.importers.build import goal_of, read, xlsx


def test_a_second_header_with_other_columns_begins_a_table_of_its_own() -> None:
    table = read(
        xlsx(
            [
                ["2025年任务分解表"],
                ["一、交通工程"],
                ["序号", "工作任务", "责任单位", "完成时限"],
                [1, "新建公路80公里。", "交通局", "10月底"],
                ["二、社会事业"],
                ["序号", "工作任务", "分管领导", "责任单位", "完成时限"],
                [1, "建成县中医院。", "王伟", "卫健委", "12月底"],
            ],
            merges=["A1:E1", "A2:E2", "A5:E5"],
        )
    )
    first, second = table.tasks
    assert first.lead_departments == ["交通局"]
    assert (second.officials, second.lead_departments, second.due_text) == (["王伟"], ["卫健委"], "12月底")
    assert goal_of(table, second) == "二、社会事业"
    assert second.place == "Sheet1 第7行"


def test_a_heading_above_the_header_is_the_goal_of_the_tasks_below() -> None:
    rows = [
        ["2025年任务分解表"],
        ["一、交通工程"],
        ["序号", "工作任务", "责任单位"],
        [1, "新建公路。", "交通局"],
    ]
    table = read(xlsx(rows, merges=["A1:C1", "A2:C2"]))
    assert goal_of(table, table.tasks[0]) == "一、交通工程"


def test_the_goals_of_one_sheet_end_with_it() -> None:
    book = openpyxl.Workbook()
    header = ["序号", "工作任务", "分管领导", "责任单位"]
    for title, rows in (
        ("农业", [["农业任务分解"], header, ["一、粮食"], [1, "种粮。", "王伟", "农业局"]]),
        ("工业", [["工业任务分解"], header, [1, "建厂。", None, "工信局"]]),
    ):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    stream = io.BytesIO()
    book.save(stream)
    first, second = read(stream.getvalue()).tasks
    assert (first.goal, first.officials) == (0, ["王伟"])
    assert (second.goal, second.officials) == (None, [])
