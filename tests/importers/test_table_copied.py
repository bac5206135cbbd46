"""Tables copied as text: cells on lines of their own, header words broken, columns run together."""

import pytest

from importers import Decision, DecisionKind, Decisions, UnreadableFile, read_table
from tests.importers.build import goal_of, read

_NUMERALS = str.maketrans("0123456789", "东南西北中前后左右上")


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


def test_a_pasted_table_is_told_by_its_tabs_though_half_its_headers_are_unknown() -> None:
    text = "2025年清单\n序号\t工作任务\t盯办人\t牵头单位\t要求办结日\n1\t新建公园3处。\t陆秋明\t园林局\t6月底前\n"
    table = read_table(text.encode(), "a.txt")
    assert table.tasks[0].lead_departments == ["园林局"]
    assert table.tasks[0].extra == {"盯办人": "陆秋明", "要求办结日": "6月底前"}


def test_two_columns_and_one_row_are_a_table() -> None:
    table = read_table("工作标准\t牵头单位\n引进项目3个。\t科技局\n".encode(), "a.txt")
    assert [(task.standard, task.lead_departments) for task in table.tasks] == [("引进项目3个。", ["科技局"])]


def test_columns_set_with_spaces_are_columns_when_every_row_has_them_all() -> None:
    head = "    某区实事任务分解表\n\n序号    实事项目          牵头单位    完成时限\n"
    rows = "1       新建公厕20座      城管局      9月底前\n2       疏通管网50公里    住建局      5月底前\n"
    table = read(head + rows, "表.txt")
    assert table.title == "某区实事任务分解表"
    assert [task.standard for task in table.tasks] == ["新建公厕20座", "疏通管网50公里"]
    assert [task.lead_departments for task in table.tasks] == [["城管局"], ["住建局"]]
    table = read(head + rows + "3       改造菜场3家                   6月底前\n", "表.txt")
    assert (table.tasks[2].due_text, "lead_departments" in table.tasks[2].inherited) == ("6月底前", True)
    assert "第6行" in [issue.place for issue in table.all_issues() if issue.level == "warning"]


def test_lines_of_units_beside_each_other_are_asked_about() -> None:
    header = "序号\n工作任务\n牵头单位\n配合单位\n完成时限\n"
    rows = "1\n建成农产品批发市场，入驻商户200家。\n商务局\n市场监管局\n农业农村局\n10月底前\n"
    table = read(header + rows + "2\n新建停车场5个，新增泊位1000个。\n住建局\n城管局\n11月底前\n", "表.txt")
    assert table.tasks[0].lead_departments == ["商务局"]
    assert table.tasks[0].supporting_departments == ["市场监管局", "农业农村局"]
    for task in table.tasks:  # where lists are set in lines, two lines may be one list as well
        assert [issue.place for issue in task.issues if issue.level == "warning"] == [task.place]
    assert not table.issues


def test_three_columns_of_units_are_parted_as_a_person_says() -> None:
    header = "序号\n工作任务\n牵头单位\n主责单位\n配合单位\n"
    text = header + "1\n建成农产品批发市场，入驻商户200家。\n商务局\n市场监管局\n农业农村局\n供销社\n"
    (task,) = read(text, "表.txt").tasks
    (question,) = [issue.question for issue in task.issues if issue.question]
    assert question.words == "商务局、市场监管局、农业农村局、供销社"
    assert (
        dict(question.choices)["牵头 2 个、主责 0 个、配合 2 个"]
        == "牵头：商务局、市场监管局；配合：农业农村局、供销社"
    )
    assert dict(question.choices)["牵头 4 个、主责 0 个、配合 0 个"] == f"牵头：{question.words}"
    assert len(question.choices) == len(set(question.choices)) == 10
    said = Decisions.of([Decision(DecisionKind.PARTING, question.words, "牵头 1 个、主责 2 个、配合 1 个")])
    (task,) = read_table(text.encode(), "表.txt", decisions=said).tasks
    assert (task.lead_departments, task.main_departments, task.supporting_departments) == (
        ["商务局"],
        ["市场监管局", "农业农村局"],
        ["供销社"],
    )
    assert not [issue for issue in task.issues if issue.level == "warning"]


def test_helpers_to_the_left_of_the_leads_are_parted_too() -> None:
    rows = "1\n建成农产品批发市场，入驻商户200家。\n商务局\n市场监管局\n农业农村局\n"
    (task,) = read(f"序号\n工作任务\n配合单位\n牵头单位\n{rows}", "表.txt").tasks
    (question,) = [issue.question for issue in task.issues if issue.question]
    assert [words for _, words in question.choices] == [
        "牵头：商务局、市场监管局、农业农村局",
        "配合：商务局；牵头：市场监管局、农业农村局",
        "配合：商务局、市场监管局；牵头：农业农村局",
    ]


def test_a_row_of_very_many_units_is_asked_about_though_not_every_way_is_offered() -> None:
    units = "\n".join(f"{number}街道办事处".translate(_NUMERALS) for number in range(10, 40))
    header = "序号\n工作任务\n牵头单位\n主责单位\n配合单位\n"
    (task,) = read(f"{header}1\n整治背街小巷，年内全部完成。\n{units}\n", "表.txt").tasks
    assert [issue.level for issue in task.issues if "看不出从哪里起是另一栏的单位" in issue.message] == [
        "warning"
    ]


def test_a_remark_that_ends_as_offices_do_is_no_unit() -> None:
    header = "序号\n工作任务\n责任单位\n备注\n"
    rows = "1\n实施技改项目400项，年内全部开工。\n工信局\n市长重点督办\n2\n新建停车场5个。\n住建局\n"
    table = read(header + rows, "表.txt")
    assert [task.lead_departments for task in table.tasks] == [["工信局"], ["住建局"]]
    assert table.tasks[0].extra == {"备注": "市长重点督办"}


def test_a_single_row_of_many_lines_makes_no_habit() -> None:
    header = "序号\n工作任务\n牵头单位\n配合单位\n"
    rows = "1\n建成农产品批发市场，入驻商户200家。\n商务局\n市场监管局\n农业农村局\n"
    for number in range(2, 7):
        rows += f"{number}\n新建停车场{number}个，新增泊位1000个。\n住建局\n城管局\n"
    table = read(header + rows, "表.txt")
    asked = [task.number for task in table.tasks if any(issue.level == "warning" for issue in task.issues)]
    assert asked == [1]


def test_lines_close_together_are_one_cell_where_blank_lines_part_the_cells() -> None:
    cells = ["序号", "工作任务", "牵头单位", "配合单位"]
    cells += ["1", "建成农产品批发市场，入驻商户200家。", "商务局", "市场监管局\n农业农村局\n供销社\n财政局"]
    cells += ["2", "新建停车场5个，新增泊位1000个。", "住建局\n城管局", "公安局"]
    cells += ["3", "改造公厕58座。", "城管局", "财政局\n住建局\n园林局\n卫健局\n交通局"]
    table = read("\n\n".join(cells) + "\n", "表.txt")
    assert [(task.lead_departments, task.supporting_departments) for task in table.tasks] == [
        (["商务局"], ["市场监管局", "农业农村局", "供销社", "财政局"]),
        (["住建局", "城管局"], ["公安局"]),
        (["城管局"], ["财政局", "住建局", "园林局", "卫健局", "交通局"]),
    ]
    assert not [issue for issue in table.all_issues() if issue.level == "warning"]


def test_columns_copied_one_below_the_other_are_refused() -> None:
    text = "重点任务分解表\n序号\n目标任务\n牵头单位\n1\n2\n3\n新建公园3处。\n改造公厕58座。\n修桥2座。\n园林局\n城管局\n交通局\n"
    with pytest.raises(UnreadableFile, match="混在一起"):
        read(text, "表.txt")


def test_the_source_of_a_page_below_its_table_is_no_task() -> None:
    header = "序号\n工作任务\n牵头单位\n完成时限\n"
    rows = "1\n新建停车场5个，新增泊位1000个。\n住建局\n11月底前\n信息来源：县府办\n发布日期：2024-03-01\n"
    assert len(read(header + rows, "表.txt").tasks) == 1


def test_who_leads_by_the_row_above_and_helps_by_its_own_is_asked_about() -> None:
    table = read("任务,牵头单位,配合单位\n改造公厕。,城管局,财政局\n清理河道。,,城管局\n", "表.csv")
    assert table.tasks[1].supporting_departments == ["城管局"]
    assert any("又列为配合" in issue.message for issue in table.tasks[1].issues)


def test_a_heading_that_ends_with_a_joining_word_does_not_take_the_number_below() -> None:
    text = """某县2025年重点工作任务分解表
序号
工作任务
牵头单位
完成情况
一、社会治理
（一）公众参与
1
新建社区议事厅12个。
县民政局
已建成3个。
2
开展义务巡河40次。
县水利局
已完成15次。
3
发展志愿者600名。
团县委
正在推进。
"""
    table = read(text)
    assert [(task.number, goal_of(table, task)) for task in table.tasks] == [
        (number, "（一）公众参与") for number in (1, 2, 3)
    ]
