"""Drawn tables of many offices: where the header stands, what a column is, what a row is."""

from datetime import date, datetime

import pytest

from importers import UnreadableFile
from tests.importers.build import document, goal_of, messages, read, xlsx

HEADER = ["序号", "工作任务", "责任单位"]


def test_the_header_is_found_below_annex_title_and_preamble() -> None:
    table = read(
        xlsx(
            [
                ["附件2"],
                ["某区2024年重点工作任务分解表"],
                ["为做好全年工作，现将任务分解如下。"],
                [],
                HEADER,
                [1, "新建公厕58座。", "城管局"],
            ]
        ),
        year=None,
    )
    assert table.title == "某区2024年重点工作任务分解表"
    assert [task.standard for task in table.tasks] == ["新建公厕58座。"]
    assert table.tasks[0].place == "Sheet1 第6行"


def test_a_header_over_two_rows_is_read_as_one() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "责任单位", None, "完成时限"],
                [None, None, "牵头单位", "配合单位", None],
                [1, "推进老旧小区改造。", "住建局", "财政局、城管局", "6月底前"],
            ],
            merges=["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
        )
    )
    (task,) = table.tasks
    assert task.lead_departments == ["住建局"]
    assert task.supporting_departments == ["财政局", "城管局"]
    assert task.due_on == date(2025, 6, 30)
    assert [column.header for column in table.columns] == [
        "序号",
        "工作任务",
        "牵头单位",
        "配合单位",
        "完成时限",
    ]


def test_a_header_over_two_rows_is_read_without_merges_too() -> None:
    table = read(
        "序号,工作任务,责任单位,,完成时限\n,,牵头单位,配合单位,\n1,推进老旧小区改造。,住建局,财政局,6月底前\n",
        "表.csv",
    )
    assert table.tasks[0].supporting_departments == ["财政局"]


def test_short_words_under_a_wide_header_are_read_together() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "牵头", None],
                [None, None, "领导", "单位"],
                [1, "推进老旧小区改造。", "陆秋明", "住建局"],
            ],
            merges=["A1:A2", "B1:B2", "C1:D1"],
        )
    )
    assert (table.tasks[0].officials, table.tasks[0].lead_departments) == (["陆秋明"], ["住建局"])


@pytest.mark.parametrize(
    "header", ["牵头责仼单位", "牵 头 单 位", "牵头\n部门", "牵头单位（第一位为主）", "主要责任单位"]
)
def test_mistyped_and_spaced_headers_are_understood(header: str) -> None:
    table = read(xlsx([["编号", "工 作 内 容", header], [1, "推进老旧小区改造。", "住建局"]]))
    assert table.columns[2].kind == "lead_department"


def test_responsible_units_lead_when_no_column_says_lead_and_support_when_one_does() -> None:
    alone = read(xlsx([HEADER, [1, "改造公厕。", "城管局、财政局"]]))
    assert alone.tasks[0].lead_departments == ["城管局", "财政局"]
    beside = read(xlsx([["序号", "工作任务", "牵头单位", "责任单位"], [1, "改造公厕。", "城管局", "财政局"]]))
    assert beside.tasks[0].lead_departments == ["城管局"]
    assert beside.tasks[0].supporting_departments == ["财政局"]


def test_a_third_tier_of_units_is_kept_apart() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "牵头单位", "主体责任单位", "配合单位"],
                [1, "治理河道。", "水利局", "各镇街", "财政局"],
            ]
        )
    )
    (task,) = table.tasks
    assert task.main_departments == ["各镇街"]
    assert task.supporting_departments == ["财政局"]


def test_headings_across_the_table_are_goals_in_levels() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                ["一、经济发展"],
                ["（一）工业"],
                [1, "培育企业。", "工信局"],
                ["二、民生事业"],
                [2, "新建学校。", "教育局"],
                [3, "新建医院。", "卫健局"],
            ],
            merges=["A2:C2", "A3:C3", "A5:C5"],
        )
    )
    assert [goal.name for goal in table.goals] == ["一、经济发展", "（一）工业", "二、民生事业"]
    assert table.goals[1].parent == 0
    assert [goal_of(table, task) for task in table.tasks] == ["（一）工业", "二、民生事业", "二、民生事业"]


def test_an_unmerged_heading_row_is_a_goal_and_its_number_stays_beside_it() -> None:
    table = read(xlsx([HEADER, ["一", "经济发展", None], [1, "培育企业。", "工信局"]]))
    assert (table.goals[0].number, table.goals[0].name) == ("一", "经济发展")
    assert [task.standard for task in table.tasks] == ["培育企业。"]


def test_a_category_column_is_a_goal_above_the_task() -> None:
    table = read(
        xlsx(
            [
                ["类别", "序号", "重点任务", "责任单位"],
                ["经济", 1, "培育企业。", "工信局"],
                [None, 2, "招商引资。", "商务局"],
            ],
            merges=["A2:A3"],
        )
    )
    assert [goal_of(table, task) for task in table.tasks] == ["经济", "经济"]
    assert [task.number for task in table.tasks] == [1, 2]
    assert table.tasks[1].inherited == ["goal"]


def test_a_task_column_that_spans_the_measures_holds_the_goals() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "工作措施", "责任单位"],
                [1, "推进改革", "完成机构改革。", "编办"],
                [None, None, "优化审批流程。", "行政审批局"],
            ],
            merges=["A2:A3", "B2:B3"],
        )
    )
    assert [goal_of(table, task) for task in table.tasks] == ["推进改革", "推进改革"]
    assert table.goals[0].number == 1
    assert [task.number for task in table.tasks] == [1, 2]


def test_numbers_of_tasks_may_jump() -> None:
    table = read(xlsx([HEADER, [3, "甲任务完成。", "财政局"], [17, "乙任务完成。", "财政局"]]))
    assert [task.number for task in table.tasks] == [3, 17]


def test_numbers_inside_the_text_are_taken_out() -> None:
    table = read(
        xlsx([["重点工作任务", "责任单位"], ["14.改扩建学校。", "教育局"], ["15.新建医院。", "卫健局"]])
    )
    assert [(task.number, task.standard) for task in table.tasks] == [
        (14, "改扩建学校。"),
        (15, "新建医院。"),
    ]


def test_the_header_on_every_page_is_no_task_and_the_goal_goes_on() -> None:
    header = ["序号", "目标名称", "工作标准", "牵头责任单位"]
    table = read(
        xlsx(
            [
                header,
                [1, "强化改革", "完成改革。", "编办"],
                ["序 号", "目标名称", "工作标准", "牵头责任单位"],
                [1, "强化改革", "优化审批。", "政务办"],
            ]
        )
    )
    assert len(table.goals) == 1
    assert len(table.tasks) == 2


def test_notes_sums_and_telephones_are_no_tasks() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                [1, "改造公厕。", "城管局"],
                ["合计", None, None],
                ["注：本表由政府办负责解释。"],
                ["监督电话：0557-6031710"],
            ],
            merges=["A4:C4"],
        )
    )
    assert len(table.tasks) == 1
    assert "监督电话" in messages(table)


def test_progress_goes_with_the_task_and_unknown_columns_are_kept() -> None:
    table = read(
        xlsx(
            [
                [
                    "序号",
                    "工作任务",
                    "责任单位",
                    "截至6月底完成情况",
                    "一季度进度安排",
                    "工作评价",
                    "资金来源",
                    "备注",
                ],
                [1, "改造公厕。", "城管局", "已完成30座", "开工", "良好", "区财政", "实事"],
            ]
        )
    )
    (task,) = table.tasks
    assert task.progress == "已完成30座"
    assert task.extra == {"一季度进度安排": "开工", "工作评价": "良好", "资金来源": "区财政", "备注": "实事"}


def test_dates_and_percentages_are_read_as_the_office_sees_them() -> None:
    table = read(xlsx([[*HEADER, "完成时限"], [1, "改造公厕。", "城管局", datetime(2025, 9, 30)]]))  # noqa: DTZ001
    assert table.tasks[0].due_on == date(2025, 9, 30)
    assert table.tasks[0].due_text == "2025-09-30"


def test_a_bare_blank_is_a_guess_that_is_shown() -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "城管局"], [2, "清理河道。", None]]))
    assert table.tasks[1].lead_departments == ["城管局"]
    assert table.tasks[1].inherited == ["lead_departments"]
    assert "warning Sheet1 第3行 “责任单位”为空，按沿用上行“城管局”读入，请核对" in messages(table)


def test_a_bare_blank_beside_true_merges_is_none_and_is_asked_about() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                [1, "改造公厕。", "城管局"],
                [2, "清理河道。", None],
                [3, "种树。", "园林局"],
                [4, "种花。", None],
            ],
            merges=["C2:C3"],
        )
    )
    assert table.tasks[1].lead_departments == ["城管局"]
    assert table.tasks[3].lead_departments == []
    assert "第5行" in messages(table)


def test_a_blank_supporting_unit_beside_a_lead_means_none() -> None:
    table = read(
        "任务,牵头单位,配合单位,完成时限\n改造公厕。,城管局,财政局,6月底\n清理河道。,水利局,,\n", "表.csv"
    )
    assert table.tasks[1].supporting_departments == []
    assert table.tasks[1].due_text == ""


def test_more_units_on_a_row_without_task_belong_to_the_task_above() -> None:
    table = read(
        xlsx([HEADER, [1, "改造公厕。", "城管局"], [None, None, "财政局"]], merges=["A2:A3", "B2:B3"])
    )
    (task,) = table.tasks
    assert task.lead_departments == ["城管局", "财政局"]
    assert "并入上一任务" in messages(table)


def test_roles_written_inside_one_cell_are_told_apart() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                [1, "改造公厕。", "牵头单位：城管局\n配合单位：财政局、住建局"],
                [2, "清理河道。", "水利局（牵头）、各镇街"],
            ]
        )
    )
    assert table.tasks[0].lead_departments == ["城管局"]
    assert table.tasks[0].supporting_departments == ["财政局", "住建局"]
    assert table.tasks[1].lead_departments == ["水利局"]
    assert table.tasks[1].supporting_departments == ["各镇街"]


def test_a_hidden_row_is_read_and_told() -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "城管局"], [2, "清理河道。", "水利局"]], hidden_rows=[3]))
    assert len(table.tasks) == 2
    assert "隐藏" in messages(table)


def test_a_formula_never_calculated_is_told() -> None:
    table = read(xlsx([HEADER, ["=ROW()-1", "改造公厕。", "城管局"], ["=ROW()-1", "清理河道。", "水利局"]]))
    assert [task.number for task in table.tasks] == [1, 2]
    assert "公式" in messages(table)


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


def test_a_column_nobody_has_a_word_for_is_named_by_its_content_and_asked_about() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "谁来办"],
                [1, "改造公厕。", "区城管局"],
                [2, "清理河道。", "区水利局、各镇街"],
            ]
        )
    )
    assert [task.lead_departments for task in table.tasks] == [["区城管局"], ["区水利局", "各镇街"]]
    assert "按内容判断，认作责任单位，请核对" in messages(table)


def test_a_list_of_telephones_is_no_plan() -> None:
    with pytest.raises(UnreadableFile):
        read(
            xlsx(
                [
                    ["序号", "单位名称", "联系人", "电话"],
                    [1, "区城管局", "王伟", "86310001"],
                    [2, "区水利局", "李强", "86310002"],
                ]
            )
        )


def test_the_title_is_the_line_nearest_the_table_not_the_letter_that_sends_it() -> None:
    table = read(
        document(
            "某县人民政府办公室关于印发2025年重点工作任务分解的通知",
            "各乡镇人民政府，县直各单位：",
            "现印发给你们，请认真落实。",
            "某县2025年重点工作任务分解表",
            [HEADER, ["1", "改造公厕。", "县城管局"]],
        ),
        "表.docx",
    )
    assert table.title == "某县2025年重点工作任务分解表"


def test_cells_copied_one_to_a_line_find_their_columns_again() -> None:
    text = """某县2025年重点工作任务分解表

序号
目标名称
工作任务
牵头县领导
责任单位
完成时限
1
产业发展
培育规上工业企业20家，新增高新技术企业5家。
王伟
李强
县工信局
县科技局
12月底前
引进亿元以上项目10个。
张敏
县商务局
全年
2
城乡建设
改造老旧小区35个。
赵刚
县住建局
10月底前
监督电话：0557-6031710
"""
    table = read(text, "页.txt")
    assert [task.standard for task in table.tasks] == [
        "培育规上工业企业20家，新增高新技术企业5家。",
        "引进亿元以上项目10个。",
        "改造老旧小区35个。",
    ]
    assert [goal_of(table, task) for task in table.tasks] == ["产业发展", "产业发展", "城乡建设"]
    assert table.tasks[0].officials == ["王伟", "李强"]
    assert table.tasks[0].lead_departments == ["县工信局", "县科技局"]
    assert [task.due_text for task in table.tasks] == ["12月底前", "全年", "10月底前"]


def test_header_words_broken_over_lines_are_found_among_copied_cells() -> None:
    text = (
        "任务分解表\n序号\n工 作 任 务\n分管\n县领导\n牵头\n单位\n时限\n"
        "1\n改造老旧小区35个。\n赵刚\n县住建局\n10月底前\n2\n新建学校20所。\n王伟\n县教育局\n年底前\n"
    )
    table = read(text, "页.txt")
    assert [column.header for column in table.columns] == [
        "序号",
        "工作任务",
        "分管县领导",
        "牵头单位",
        "时限",
    ]
    assert [task.officials for task in table.tasks] == [["赵刚"], ["王伟"]]


def test_cells_marked_by_bars_on_lines_of_their_own_are_rows_again() -> None:
    text = (
        "序号\n| 工作任务\n| 牵头领导\n| 牵头单位\n| 完成时限\n|\n"
        "1\n| 新建学校20所，\n改造5所。\n| 王伟\n| 区教育局\n| 9月底前\n|\n"
        "| 改造卫生服务站10个。\n| 区卫健局\n| 年底前\n|\n"
    )
    table = read(text, "页.txt")
    assert [task.lead_departments for task in table.tasks] == [["区教育局"], ["区卫健局"]]
    assert table.tasks[1].officials == ["王伟"]
    assert "officials" in table.tasks[1].inherited


def test_a_table_whose_columns_ran_together_is_refused_by_name() -> None:
    text = "分解表序号项目名称主要内容区政府分管领导牵头单位配合单位1增加教育资源新建学校。王伟教育局各街道2促进就业王伟人社局\n"
    with pytest.raises(UnreadableFile) as caught:
        read(text, "页.txt")
    assert caught.value.reason == "interleaved"


def test_the_same_as_above_is_carried_down() -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "区城管局"], [2, "清理河道。", "同上"]]))
    assert table.tasks[1].lead_departments == ["区城管局"]
    assert table.tasks[1].inherited == ["lead_departments"]


def test_a_person_among_the_units_and_a_unit_among_the_people_are_asked_about() -> None:
    table = read(
        xlsx([["序号", "工作任务", "分管领导", "责任单位"], [1, "改造公厕。", "区财政局", "区城管局 王伟"]])
    )
    assert "“王伟”不像单位名称" in messages(table)
    assert "“区财政局”不像姓名" in messages(table)


def test_several_points_in_one_cell_are_one_task_and_told() -> None:
    table = read(xlsx([HEADER, [1, "1.改造公厕。\n2.清理河道。", "区城管局"], [2, "植树。", "区林业局"]]))
    assert len(table.tasks) == 2
    assert "列有几项工作" in messages(table)


def test_a_unit_of_measure_is_nobody_responsible() -> None:
    rows = [
        ["序号", "指标名称", "单位", "目标值"],
        [1, "地区生产总值", "亿元", 800],
        [2, "粮食产量", "万吨", 23],
    ]
    with pytest.raises(UnreadableFile):
        read(xlsx(rows))


def test_a_measure_beside_the_responsible_unit_is_kept_as_extra() -> None:
    rows = [
        ["序号", "目标任务", "单位", "责任单位"],
        [1, "地区生产总值", "亿元", "区发改局"],
        [2, "粮食产量", "万吨", "区农业农村局"],
    ]
    table = read(xlsx(rows))
    assert [task.lead_departments for task in table.tasks] == [["区发改局"], ["区农业农村局"]]
    assert table.tasks[0].extra == {"单位": "亿元"}


def test_a_short_header_is_believed_when_its_cells_bear_it_out() -> None:
    table = read(xlsx([["任务", "单位"], ["改造公厕。", "区城管局"], ["清理河道。", "区水利局"]]))
    assert [task.lead_departments for task in table.tasks] == [["区城管局"], ["区水利局"]]


def test_a_person_in_the_bracket_of_a_unit_is_asked_about() -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "区城管局（王伟）"], [2, "清理河道。", "高新园（邹区镇）"]]))
    assert "“区城管局（王伟）”的括号里像是人名" in messages(table)
    assert "邹区镇" not in messages(table)


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
