"""Several tables on one sheet, one below another."""

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
