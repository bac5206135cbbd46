"""Lists of units that a page broke over its lines, and lines below them that are no units."""

import pytest

from tests.importers.build import read

_HEAD = "2025年重点工作任务分解\n"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("市环保局、市爱国卫生运动委\n员会办公室、各镇", ["市环保局", "市爱国卫生运动委员会办公室", "各镇"]),
        ("市劳动和社会\n保障局、市总工会", ["市劳动和社会保障局", "市总工会"]),
        ("农村公路管理\n处、各县（市、区）交通运输局", ["农村公路管理处", "各县（市、区）交通运输局"]),
        ("市农业局，市林业\n局，相关乡镇", ["市农业局", "市林业局", "相关乡镇"]),
        ("县市场\n监督管理局", ["县市场监督管理局"]),
        ("市教育局 云川中学 云川第一小学", ["市教育局", "云川中学", "云川第一小学"]),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_name_broken_by_the_page_is_one_unit(written: str, names: list[str], between: str) -> None:
    lines = [f"1．疏浚河道7公里。\n责任单位：{written}", "2．改造公厕58座。\n责任单位：县城管局"]
    table = read(_HEAD + between.join(lines), "事.txt")
    assert [task.lead_departments for task in table.tasks] == [names, ["县城管局"]]
    assert not [issue.message for issue in table.all_issues() if issue.level == "warning"]


def test_a_field_of_work_below_the_last_label_heads_the_next_tasks() -> None:
    table = read(
        f"{_HEAD}城市建设\n\n1．建成北环路。\n\n完成时限：9月底前  责任单位：县住建局\n\n"
        "农业农村\n\n2．新增高标准农田2万亩。\n\n完成时限：年底前  责任单位：县农业农村局\n",
        "事.txt",
    )
    assert [table.goals[task.goal or 0].name for task in table.tasks] == ["城市建设", "农业农村"]
    assert table.tasks[0].lead_departments == ["县住建局"]


def test_units_a_line_each_answer_for_the_task_above_them() -> None:
    table = read(
        f"{_HEAD}一、城区整治\n2．清理占道经营。\n县城管局\n县市场监管局\n各街道办事处负责\n"
        "3．修补破损路面。\n县住建局牵头\n县公路段\n县财政局配合\n5．粉刷临街立面。\n县住建局负责\n",
        "事.txt",
    )
    assert [task.number for task in table.tasks] == [2, 3, 5]
    assert table.tasks[0].lead_departments == ["县城管局", "县市场监管局", "各街道办事处"]
    assert table.tasks[1].lead_departments == ["县住建局"]
    assert table.tasks[1].supporting_departments == ["县公路段", "县财政局"]
    assert table.tasks[2].lead_departments == ["县住建局"]


def test_remarks_that_count_on_are_no_tasks() -> None:
    table = read(
        f"{_HEAD}一、工业经济\n1、技改投入10亿元。\n牵头部门：县经信局\n2、新增规上企业5家。\n牵头部门：县经信局\n"
        "说明：1、牵头部门每季度末月25日前报送进度。\n2、各镇指各镇人民政府和县开发区管委会。\n3、本表由县政府办公室解释。\n",
        "事.txt",
    )
    assert [task.number for task in table.tasks] == [1, 2]


@pytest.mark.parametrize(
    ("headers", "lead", "main"),
    [
        (["牵头单位", "主要责任单位", "协助单位"], ["甲局"], ["乙局"]),
        (["主要责任单位", "责任单位", "协助单位"], ["甲局"], []),
        (["责任单位", "主体责任单位", "协助单位"], ["甲局"], ["乙局"]),
    ],
)
def test_three_columns_of_units_have_one_that_leads(
    headers: list[str], lead: list[str], main: list[str]
) -> None:
    rows = [["序号", "工作任务", *headers], ["1", "建设食堂21个。", "甲局", "乙局", "丙局"]]
    table = read("\n".join("\t".join(row) for row in rows), "事.txt")
    task = table.tasks[0]
    assert (task.lead_departments, task.main_departments) == (lead, main)
    assert set(task.lead_departments + task.main_departments + task.supporting_departments) == {
        "甲局",
        "乙局",
        "丙局",
    }


def test_towns_run_together_are_told_apart_and_asked_about() -> None:
    table = read(
        f"{_HEAD}1．改造小区37个。\n责任单位：新安街道东山街道\n2．修路。\n责任单位：各乡镇街道\n", "事.txt"
    )
    assert [task.lead_departments for task in table.tasks] == [["新安街道", "东山街道"], ["各乡镇街道"]]
    assert [issue.level for issue in table.tasks[0].issues] == ["warning"]
    assert not table.tasks[1].issues


def test_remarks_below_their_own_heading_are_no_tasks() -> None:
    table = read(
        f"{_HEAD}1、技改投入10亿元。\n牵头部门：县经信局\n备注：\n1．各单位每月25日前报送进展。\n2．联系人：王明。\n",
        "事.txt",
    )
    assert [task.standard for task in table.tasks] == ["技改投入10亿元。"]


def test_a_heading_that_begins_as_a_name_does_is_no_leader() -> None:
    table = read(
        f"{_HEAD}文化旅游\n1．办好旅游节。\n牵头单位：县文旅局\n责任领导：王伟\n项目建设\n2．建成北环路。\n"
        "牵头单位：县住建局\n责任领导：陆秋明\n",
        "事.txt",
    )
    assert [table.goals[task.goal or 0].name for task in table.tasks] == ["文化旅游", "项目建设"]
    assert [task.officials for task in table.tasks] == [["王伟"], ["陆秋明"]]


def test_a_deadline_that_opens_the_labels_behind_a_task_is_no_part_of_it() -> None:
    labels = "完成时限：9月底前　牵头单位：县城管局　配合单位：各镇\n（街道）"
    table = read(f"{_HEAD}1．新增停车位400个。{labels}\n2．改造公厕9座。{labels}\n", "事.txt")
    assert [task.standard for task in table.tasks] == ["新增停车位400个。", "改造公厕9座。"]
    assert [task.supporting_departments for task in table.tasks] == [["各镇（街道）"]] * 2
    assert {task.due_text for task in table.tasks} == {"9月底前"}


def test_a_heading_below_the_letter_is_known_by_those_that_head_further_tasks() -> None:
    table = read(
        "云川县2025年重点工作任务分解\n现将重点工作任务分解如下。\n\n重点产业建设\n\n农业产业化建设\n\n1.柑桔提质工程\n"
        "新植柑桔4000亩。\n责任单位：县农业局\n\n基础设施建设\n\n水利和交通建设\n\n2.水库除险加固\n完成4座水库加固。\n"
        "责任单位：县水利局\n\n工业与园区建设\n\n3.磷化工基地建设\n加快项目进度。\n责任单位：县经济局\n",
        "事.txt",
    )
    goals = [table.goals[task.goal or 0].name for task in table.tasks]
    assert goals == ["农业产业化建设", "水利和交通建设", "工业与园区建设"]
    assert table.title == "云川县2025年重点工作任务分解"
