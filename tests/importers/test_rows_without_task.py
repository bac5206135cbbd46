"""No row of a table is lost in silence: what became no task is told with its place."""

from importers import Level
from importers.rows import RecognisedTable
from tests.importers.build import read, xlsx

HEADER = ["序号", "工作任务", "责任单位", "完成时限"]


def told(table: RecognisedTable) -> list[str]:
    return [issue.message for issue in table.all_issues() if issue.level is Level.WARNING]


def test_a_row_with_its_own_number_and_no_task_is_told_and_not_given_to_the_task_above() -> None:
    rows = [
        HEADER,
        [1, "新建公园3处。", "园林局", "6月底"],
        [2, "", "城管局", "9月底"],
        [3, "改造公厕5座。", "城管局", "年底"],
    ]
    table = read(xlsx(rows), "表.xlsx")
    assert [task.number for task in table.tasks] == [1, 3]
    assert table.tasks[0].lead_departments == ["园林局"]
    assert any("有自己的序号" in message and "城管局" in message for message in told(table))


def test_a_single_word_in_a_column_without_a_header_is_told() -> None:
    rows = [HEADER, [1, "新建公园3处。", "园林局", "6月底", "已开工"], [2, "改造公厕5座。", "城管局", "年底"]]
    assert any("第5栏没有表头，“已开工”没有读入" in message for message in told(read(xlsx(rows), "表.xlsx")))


def test_a_task_column_full_of_units_is_asked_about() -> None:
    rows = [
        ["序号", "工作任务", "责任单位"],
        [1, "县财政局", "新建公园。"],
        [2, "县水利局", "改造水库。"],
        [3, "县民政局", "建养老院。"],
    ]
    assert any("多是单位" in message for message in told(read(xlsx(rows), "表.xlsx")))


def test_the_telephone_of_an_office_below_the_table_is_no_task() -> None:
    text = """工作任务 | 责任单位 | 完成情况
1.新建公园3处。 | 市园林局、市财政局 | 已开工
2.改造公厕58座。 | 市城管局、市财政局 | 已完成
市政府督查室联系电话：0123-2213358
"""
    assert [task.number for task in read(text).tasks] == [1, 2]
