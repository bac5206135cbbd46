"""Plans without any table: who answers stands in label lines, in closing brackets, or in the sentence."""

from datetime import date

from tests.importers.build import document, goal_of, messages, read


def test_label_lines_belong_to_the_paragraph_above() -> None:
    table = read(
        "某市2025年民生实事\n\n1．新建学校20所。\n牵头单位：市教育局\n配合单位：市财政局、市住建局\n完成时限：9月底前\n\n2．新建医院。\n牵头单位：市卫健委\n",
        "事.txt",
    )
    first, second = table.tasks
    assert table.layout == "paragraphs"
    assert first.lead_departments == ["市教育局"]
    assert first.supporting_departments == ["市财政局", "市住建局"]
    assert first.due_on == date(2025, 9, 30)
    assert second.lead_departments == ["市卫健委"]


def test_several_labels_on_one_line_are_told_apart() -> None:
    table = read(
        "1.新建学校。\n牵头单位：市教育局  责任单位：市财政局，各区政府  责任领导：王 伟\n2.新建医院。\n牵头单位：市卫健委\n",
        "事.txt",
    )
    (first, _) = table.tasks
    assert first.lead_departments == ["市教育局"]
    assert first.supporting_departments == ["市财政局", "各区政府"]
    assert first.officials == ["王伟"]


def test_a_list_that_runs_over_the_line_end_goes_on() -> None:
    table = read(
        "1.新建学校。\n责任单位：市教育局、市财政局、\n市住建局、各区政府\n2.新建医院。\n责任单位：市卫健委\n",
        "事.txt",
    )
    assert table.tasks[0].lead_departments == ["市教育局", "市财政局", "市住建局", "各区政府"]
    assert len(table.tasks) == 2


def test_headings_that_are_tasks_keep_their_body() -> None:
    table = read(
        "工作要点\n一、重点工作\n（一）推进乡村振兴\n建设高标准农田2万亩。\n牵头单位：县农业农村局\n（二）优化营商环境\n推行一网通办。\n牵头单位：县行政审批局\n",
        "事.txt",
    )
    assert [task.number for task in table.tasks] == ["（一）", "（二）"]
    assert table.tasks[0].standard == "推进乡村振兴\n建设高标准农田2万亩。"
    assert goal_of(table, table.tasks[0]) == "一、重点工作"


def test_closing_brackets_name_roles_and_time() -> None:
    table = read(
        "1.建设公园（一期）。（责任领导：张三；牵头单位：高新园（邹区镇）；责任单位：区住建局、区城管局；6月底完成）\n2.绿化。（牵头单位：区城管局）\n",
        "事.txt",
    )
    (first, _) = table.tasks
    assert first.standard == "建设公园（一期）。"
    assert first.officials == ["张三"]
    assert first.lead_departments == ["高新园（邹区镇）"]
    assert first.supporting_departments == ["区住建局", "区城管局"]
    assert (first.due_text, first.due_on) == ("6月底完成", date(2025, 6, 30))


def test_verbs_after_the_units_give_the_roles() -> None:
    table = read(
        "（一）稳定增长。\n1.扩大投资。〔市发展改革委牵头，市财政局、市自然资源和规划局参与，各县（市、区）政府负责落实〕\n2.促进消费。（市商务局负责）\n",
        "事.txt",
    )
    first, second = table.tasks
    assert first.lead_departments == ["市发展改革委"]
    assert first.supporting_departments == ["市财政局", "市自然资源和规划局"]
    assert first.main_departments == ["各县（市、区）政府"]
    assert second.lead_departments == ["市商务局"]


def test_brackets_of_prose_stay_prose() -> None:
    text = (
        "1.建成62个村（社区）综合文化服务中心（市民中心）。（牵头单位：区文旅局）\n"
        "2.整治滆湖围网（捕捞）。（牵头单位：区水利局）\n"
    )
    table = read(text, "事.txt")
    assert table.tasks[0].standard == "建成62个村（社区）综合文化服务中心（市民中心）。"
    assert table.tasks[1].standard == "整治滆湖围网（捕捞）。"


def test_units_alone_in_the_closing_bracket_count_when_it_is_the_habit() -> None:
    table = read(
        "1.扩大投资（区发改局、区财政局）。\n2.促进消费（区商务局）。\n3.稳定就业（区人社局）。\n", "事.txt"
    )
    assert [task.lead_departments for task in table.tasks] == [
        ["区发改局", "区财政局"],
        ["区商务局"],
        ["区人社局"],
    ]


def test_a_paragraph_with_several_brackets_is_several_tasks() -> None:
    table = read(
        "1.完成投资510亿元。（牵头单位：区发改局）新增上市企业5家。（牵头单位：区金融办）\n2.促进消费。（牵头单位：区商务局）\n",
        "事.txt",
    )
    assert [(task.number, task.standard) for task in table.tasks] == [
        (1, "完成投资510亿元。"),
        (1, "新增上市企业5家。"),
        (2, "促进消费。"),
    ]
    assert "number" in table.tasks[1].inherited


def test_a_plan_sorted_by_unit_takes_the_unit_from_the_heading() -> None:
    table = read(
        "任务分解\n一、区发改局（2项）\n1.完成投资。\n2.推进项目。\n二、区教育局\n1.新建学校。（配合单位：区财政局）\n",
        "事.txt",
    )
    assert [task.lead_departments for task in table.tasks][:2] == [["区发改局"], ["区发改局"]]
    assert "lead_departments" in table.tasks[0].inherited


def test_sub_items_without_units_are_the_body_of_their_task() -> None:
    table = read(
        "1.推进改革。\n（1）完成机构改革。\n（2）优化审批。\n责任单位：区委编办\n2.促进消费。\n责任单位：区商务局\n",
        "事.txt",
    )
    assert [task.number for task in table.tasks] == [1, 2]
    assert "完成机构改革" in table.tasks[0].standard


def test_a_task_that_names_nobody_is_kept_and_asked_about() -> None:
    table = read(
        "1.扩大投资。（牵头单位：区发改局）\n2.促进消费。\n3.稳定就业。（牵头单位：区人社局）\n", "事.txt"
    )
    assert [task.number for task in table.tasks] == [1, 2, 3]
    assert "没有责任单位" in messages(table)


def test_the_same_grammar_is_read_from_a_word_document() -> None:
    table = read(
        document(
            "某县重点工作责任分解",
            "一、工业",
            "1.培育企业。",
            "责任单位：县工信局",
            "2.招商引资。",
            "责任单位：县商务局",
        ),
        "事.docx",
    )
    assert table.title == "某县重点工作责任分解"
    assert [goal_of(table, task) for task in table.tasks] == ["一、工业", "一、工业"]


def test_a_table_whose_units_stand_in_brackets_is_read_like_paragraphs() -> None:
    table = read(
        document(
            "某县重点工作",
            [
                ["序号", "重点工作任务"],
                ["1", "培育企业。（牵头单位：县工信局）"],
                ["2", "招商引资。（牵头单位：县商务局）"],
            ],
        ),
        "事.docx",
    )
    assert [(task.number, task.lead_departments) for task in table.tasks] == [
        (1, ["县工信局"]),
        (2, ["县商务局"]),
    ]


def test_one_label_at_the_end_of_each_section_answers_for_all_its_items() -> None:
    table = read(
        "要点\n（一）稳增长\n1.扩大投资。\n2.促进消费。\n责任单位：区发改局\n（二）惠民生\n3.新建学校。\n4.新建医院。\n责任单位：区教育局、区卫健局\n",
        "事.txt",
    )
    assert [task.lead_departments for task in table.tasks] == [["区发改局"]] * 2 + [
        ["区教育局", "区卫健局"]
    ] * 2
    assert "按所在标题的责任单位读入" in messages(table)


def test_responsible_units_on_a_line_of_their_own_support_the_lead_named_above() -> None:
    table = read(
        "1.扩大投资。\n牵头单位：区发改局\n责任单位：经济开发区，各街道\n2.新建学校。\n责任单位：区教育局\n",
        "事.txt",
    )
    first, second = table.tasks
    assert (first.lead_departments, first.supporting_departments) == (["区发改局"], ["经济开发区", "各街道"])
    assert second.lead_departments == ["区教育局"]


def test_the_letter_that_sends_a_plan_is_no_part_of_it() -> None:
    table = read(
        "某市关于印发2025年目标任务责任分解方案的通知\n各区人民政府：\n现印发给你们，请认真贯彻执行。\n"
        "一、压实责任，积极推进。各责任单位要加强组织领导，主要领导亲自抓、分管领导具体抓。\n"
        "二、加强督办。各责任单位要于2月3日前报送。\n附件：分解方案\n2025年1月17日\n2025年目标任务责任分解方案\n"
        "一、经济发展\n1.扩大投资。（牵头单位：市发改委；责任单位：各区人民政府）\n",
        "事.txt",
        year=None,
    )
    assert table.title == "2025年目标任务责任分解方案"
    assert [goal.name for goal in table.goals] == ["一、经济发展"]
    assert len(table.tasks) == 1


def test_a_title_over_two_lines_is_one_title() -> None:
    table = read(
        "区政府2025年重点工作\n\n任务分解和责任分工方案\n\n1.扩大投资。\n牵头单位：区发改局\n",
        "事.txt",
        year=None,
    )
    assert table.title == "区政府2025年重点工作任务分解和责任分工方案"


def test_a_lone_bracket_of_units_stays_in_the_text_and_is_asked_about() -> None:
    table = read(
        "1.扩大投资。（牵头单位：区发改局）\n2.促进消费。（牵头单位：区商务局）\n3.建成综合服务设施（市民中心）。（牵头单位：区民政局）\n4.新建医院（区卫健局）。\n",
        "事.txt",
    )
    assert table.tasks[3].standard == "新建医院（区卫健局）。"
    assert "句末括号里像是单位" in messages(table)


def test_a_labelled_time_in_the_same_line_is_the_deadline() -> None:
    table = read(
        "1.招商引资。责任领导：李强；责任单位：县商务局、各乡镇。完成时限：12月底前。\n2.修路。责任单位：县交通局\n",
        "事.txt",
    )
    assert table.tasks[0].due_text == "12月底前"
    assert table.tasks[0].lead_departments == ["县商务局", "各乡镇"]
    assert table.tasks[0].standard == "招商引资。"
