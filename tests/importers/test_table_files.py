"""Several tables or sheets in one file, and which of them are the plan."""

from tests.importers.build import document, goal_of, messages, read, xlsx

HEADER = ["序号", "工作任务", "责任单位"]


def test_several_tables_of_a_document_go_on_with_each_other() -> None:
    header = ["序号", "工作任务", "牵头单位"]
    table = read(
        document(
            "某县2025年重点工作责任清单",
            "一、经济发展",
            [header, [1, "培育企业。", "工信局"]],
            "二、民生事业",
            [header, [2, "新建学校。", "教育局"]],
            [[3, "新建医院。", "卫健局"]],
        ),
        "表.docx",
    )
    assert table.title == "某县2025年重点工作责任清单"
    assert [goal_of(table, task) for task in table.tasks] == ["一、经济发展", "二、民生事业", "二、民生事业"]
    assert [task.place for task in table.tasks] == ["表1 第2行", "表2 第2行", "表3 第1行"]


def test_a_sheet_without_tasks_is_named_and_left_out() -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx([HEADER, [1, "改造公厕。", "城管局"]])))
    other = book.create_sheet("通讯录")
    other.append(["单位名称", "电话"])
    stream = io.BytesIO()
    book.save(stream)
    table = read(stream.getvalue())
    assert len(table.tasks) == 1
    assert "通讯录" in messages(table)


def test_a_table_sorted_another_way_on_a_second_sheet_is_not_read_twice() -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(xlsx([HEADER, [1, "改造公厕。", "城管局"], [2, "清理河道。", "水利局"]]))
    )
    other = book.create_sheet("按单位")
    for row in [HEADER, [1, "清理河道。", "水利局"], [2, "改造公厕。", "城管局"]]:
        other.append(row)
    stream = io.BytesIO()
    book.save(stream)
    table = read(stream.getvalue())
    assert len(table.tasks) == 2
    assert "重复" in messages(table)


def test_paragraphs_typed_into_a_sheet_are_read() -> None:
    table = read(
        xlsx(
            [
                ["某区重点工作"],
                ["一、城管"],
                ["1.改造公厕。（牵头单位：区城管局）"],
                ["2.植树。（牵头单位：区林业局）"],
            ]
        )
    )
    assert [task.lead_departments for task in table.tasks] == [["区城管局"], ["区林业局"]]
    assert table.tasks[0].place == "Sheet1 第3行"
