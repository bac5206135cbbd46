"""What each row below the header is: a task, a heading, a note, the row above continued."""

from datetime import date, datetime

import pytest

from tests.importers.build import goal_of, messages, read, xlsx

HEADER = ["序号", "工作任务", "责任单位"]


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


def test_a_person_in_the_bracket_of_a_unit_is_asked_about() -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "区城管局（王伟）"], [2, "清理河道。", "高新园（邹区镇）"]]))
    assert "“区城管局（王伟）”的括号里像是人名" in messages(table)
    assert "邹区镇" not in messages(table)


@pytest.mark.parametrize(
    "task",
    ["注重实效，办好实事。", "关闭小煤矿5处", "说明书式管理全面推行", "单位食堂改造3处", "打印机集中采购"],
)
def test_a_task_that_begins_like_a_note_is_a_task(task: str) -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "区城管局"], [None, task, None]], merges=["A2:A3", "C2:C3"]))
    assert [each.standard for each in table.tasks] == ["改造公厕。", task]


@pytest.mark.parametrize(
    "note",
    ["注：排第一位的为牵头单位。", "备注", "监督电话0557-6031710", "填表人：王伟", "※本表一式两份", "第3页"],
)
def test_a_note_below_the_table_is_no_task(note: str) -> None:
    table = read(xlsx([HEADER, [1, "改造公厕。", "区城管局"], [note, None, None]]))
    assert len(table.tasks) == 1
    assert "说明文字" in messages(table)


def test_responsible_inside_a_supporting_column_stays_supporting() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "牵头单位", "配合单位"],
                [1, "治理河道。", "区水利局牵头", "各镇街按职责分工负责"],
            ]
        )
    )
    (task,) = table.tasks
    assert task.lead_departments == ["区水利局"]
    assert task.supporting_departments == ["各镇街"]


def test_a_heading_across_the_table_names_the_leader_of_every_task_under_it() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                ["一、工业经济（分管领导：王伟）"],
                [1, "培育企业。", "工信局"],
                ["二、民生事业"],
                [2, "新建学校。", "教育局"],
            ],
            merges=["A2:C2", "A4:C4"],
        )
    )
    assert [goal.name for goal in table.goals] == ["一、工业经济", "二、民生事业"]
    assert [task.officials for task in table.tasks] == [["王伟"], []]
    assert table.tasks[0].inherited == ["officials"]


def test_the_title_on_every_page_is_no_goal() -> None:
    header = ["目标", "工作任务", "责任单位"]
    for again in ("某县重点工作任务分解表", "某县重点工作任务分解表（续表）"):
        table = read(
            xlsx(
                [
                    ["某县重点工作任务分解表"],
                    header,
                    ["一、营商环境", "压缩审批时限。", "审批局"],
                    [again],
                    header,
                    [None, "走访企业。", "工商联"],
                ],
                merges=["A1:C1", "A4:C4"],
            )
        )
        assert [goal.name for goal in table.goals] == ["一、营商环境"]
        assert [task.goal for task in table.tasks] == [0, 0]


def test_office_and_date_below_the_table_are_no_units() -> None:
    signature = [[None, None, "县政府办公室"], [None, None, "2025年2月8日"]]
    table = read(xlsx([HEADER, [1, "培育企业。", "工信局"], [], *signature]))
    assert [task.lead_departments for task in table.tasks] == [["工信局"]]


def test_a_goal_written_again_beside_each_numbered_task_is_one_goal() -> None:
    table = read(
        xlsx(
            [
                ["序号", "目标名称", "工作标准", "牵头单位"],
                [1, "产业", "引进项目3个。", "科技局"],
                [2, "产业", "培育企业5家。", "工信局"],
                [3, "民生", "改造公厕58座。", "城管局"],
            ]
        )
    )
    assert [(goal.number, goal.name) for goal in table.goals] == [(None, "产业"), (None, "民生")]
    assert [(task.number, task.goal) for task in table.tasks] == [(1, 0), (2, 0), (3, 1)]


def test_a_goal_cell_names_the_leader_of_its_tasks() -> None:
    table = read(
        xlsx(
            [
                ["重点工作", "目标任务", "责任单位"],
                ["工业强市（分管领导：王伟）", "培育企业。", "工信局"],
                [None, "新增高企。", "科技局"],
                ["开放兴市", "外贸增长。", "商务局"],
            ],
            merges=["A2:A3"],
        )
    )
    assert [goal.name for goal in table.goals] == ["工业强市", "开放兴市"]
    assert [task.officials for task in table.tasks] == [["王伟"], ["王伟"], []]


def test_units_beside_a_merged_task_are_sure() -> None:
    table = read(
        xlsx([HEADER, [1, "建设园区。", "工信局"], [None, None, "发改局"]], merges=["A2:A3", "B2:B3"])
    )
    assert table.tasks[0].lead_departments == ["工信局", "发改局"]
    assert [issue.level for issue in table.tasks[0].issues] == ["note"]


def test_a_number_merged_over_some_tasks_of_a_category_is_theirs() -> None:
    table = read(
        xlsx(
            [
                ["类别", "序号", "工作任务", "责任单位"],
                ["产业", 1, "引进项目。", "科技局"],
                [None, None, "培育企业。", "工信局"],
                [None, 2, "改造厂房。", "工信局"],
                [None, None, "新建仓库。", "商务局"],
                [None, None, "办好展会。", "商务局"],
            ],
            merges=["A2:A6", "B2:B3", "B4:B6"],
        )
    )
    assert [task.number for task in table.tasks] == [1, 1, 2, 2, 2]
    assert [goal.number for goal in table.goals] == [None]
    assert table.tasks[1].inherited == ["number", "goal"]


def test_a_number_behind_the_goal_and_merged_like_it_is_asked_about() -> None:
    table = read(
        xlsx(
            [
                ["目标名称", "序号", "工作任务", "责任单位"],
                ["产业", 1, "引进项目。", "科技局"],
                [None, None, "培育企业。", "工信局"],
                ["民生", 2, "改造公厕。", "城管局"],
            ],
            merges=["A2:A3", "B2:B3"],
        )
    )
    assert [goal.number for goal in table.goals] == [1, 2]
    assert "按目标的序号读入" in messages(table)


def test_units_alone_in_a_row_with_nothing_below_are_told() -> None:
    header = ["序号", "工作任务", "责任单位"]
    rows = [
        [1, "建成县级中心12个", "运输处"],
        [2, "视频联网二期上线", "科技处"],
        [3, "枢纽主体封顶", "规划处"],
    ]
    table = read(xlsx([header, *rows, ["市邮政管理局", "", ""]], merges=["A5:C5"]))
    assert len(table.tasks) == 3
    assert "“市邮政管理局”单独成行，下面没有任务，没有读入，请核对" in messages(table)


def test_a_unit_that_stands_as_a_heading_above_tasks_of_others_is_asked_about() -> None:
    header = ["序号", "工作任务", "责任单位"]
    rows = [
        [1, "新建幼儿园2所，确保质量", "区城管局"],
        ["区城管局", "", ""],
        [2, "建设标准厂房（二期）", "区财政局"],
        [3, "新建公共充电桩600个", "区城管局"],
    ]
    table = read(xlsx([header, *rows], merges=["A3:C3"]))
    told = ["“区城管局”单独成行，按标题读入" in str(task.issues) for task in table.tasks]
    assert [goal_of(table, task) for task in table.tasks] == [None, "区城管局", "区城管局"]
    assert told == [False, True, False]


def test_a_mark_broken_over_lines_of_a_narrow_cell_still_tells_who_leads() -> None:
    rows = [
        ["序号", "工作任务", "责任单位"],
        [1, "病案首页编码正确率达到90%以上", "病案管理科（牵\n头）\n医保办\n信息中心"],
    ]
    task = read(xlsx(rows)).tasks[0]
    assert (task.lead_departments, task.supporting_departments) == (["病案管理科"], ["医保办", "信息中心"])


def test_a_heading_and_its_leader_in_two_cells_across_the_table() -> None:
    rows = [
        ["编号", "工作任务", "责任股室", "完成时限"],
        ["一、农资保供行动", "", "分管领导：方 志 强", ""],
        ["01", "储备春耕化肥4200吨", "农资管理股", "3月底前"],
        ["二、社会化服务行动", "", "分管领导：梁雨", ""],
        ["02", "新建为农服务中心2处", "合作指导股", "10月底前"],
    ]
    table = read(xlsx(rows, merges=["A2:B2", "C2:D2", "A4:B4", "C4:D4"]))
    assert [(goal_of(table, task), task.officials) for task in table.tasks] == [
        ("一、农资保供行动", ["方志强"]),
        ("二、社会化服务行动", ["梁雨"]),
    ]


def test_a_remark_below_a_row_between_bars_is_no_part_of_its_last_cell() -> None:
    text = (
        "某市2025年重点任务分工表\n类别|序号|任务|责任单位|完成时限\n【改革攻坚】\n"
        "党建|1|创建清廉机关2个|市直工委|6月底前\n2|培训干部300人|市委组织部|7月底前\n"
        "说明：1.排名第一的负总责。\n2.每季度末月25日前报送。\n"
    )
    table = read(text, "页.txt")
    assert [task.due_text for task in table.tasks] == ["6月底前", "7月底前"]
