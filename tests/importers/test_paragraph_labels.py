"""Labels as offices set them: commas between them, other brackets, dashes, headings that name the leader."""

import pytest

from tests.importers.build import read, xlsx


@pytest.mark.parametrize(("opening", "closing", "between"), [("(", ")", ","), ("（", "）", "，")])
def test_commas_between_labels_make_no_columns(opening: str, closing: str, between: str) -> None:
    labels = ["分管领导：王伟", "牵头单位：县农委", "配合单位：县财政局、各乡镇", "完成时限：10月底前"]
    ending = opening + between.join(labels) + closing
    table = read(f"2025年重点工作分解\n1.建设示范村20个。{ending}\n2.实施农网改造。{ending}\n", "事.txt")
    assert [task.standard for task in table.tasks] == ["建设示范村20个。", "实施农网改造。"]
    first = table.tasks[0]
    assert first.officials == ["王伟"]
    assert first.lead_departments == ["县农委"]
    assert first.supporting_departments == ["县财政局", "各乡镇"]
    assert first.due_text == "10月底前"


@pytest.mark.parametrize(
    "ending",
    [
        "【牵头单位：市水务局；配合单位：各区政府；完成时限：9月底前】",
        "\n【牵头单位：市水务局；配合单位：各区政府；完成时限：9月底前】",
        "\n【牵头单位】市水务局  【配合单位】各区政府  【完成时限】9月底前",
        "\n【牵头单位】市水务局\n【配合单位】各区政府\n【完成时限】9月底前",
        "——牵头单位：市水务局；配合单位：各区政府；完成时限：9月底前",
        "\n——牵头单位：市水务局\n——配合单位：各区政府\n——完成时限：9月底前",
    ],
)
def test_labels_stand_in_any_bracket_and_behind_dashes(ending: str) -> None:
    table = read(f"2025年任务分工\n1．推进改革。{ending}\n2．开展体检。{ending}\n", "事.txt")
    assert [task.standard for task in table.tasks] == ["推进改革。", "开展体检。"]
    for task in table.tasks:
        assert task.lead_departments == ["市水务局"]
        assert task.supporting_departments == ["各区政府"]
        assert task.due_text == "9月底前"


def test_units_behind_a_dash_answer_for_the_task_where_it_is_the_habit() -> None:
    table = read("2025年任务分解\n1.落实减税。——区税务局、区财政局\n2.新增贷款。——区金融办\n", "事.txt")
    assert [task.standard for task in table.tasks] == ["落实减税。", "新增贷款。"]
    assert table.tasks[0].lead_departments == ["区税务局", "区财政局"]


def test_a_bracket_inside_the_last_label_belongs_to_its_unit() -> None:
    ending = " 牵头单位：区农业农村局 配合单位：各镇（街道）"
    table = read(f"2025年任务分解\n1.推进改革。{ending}\n2.整治环境。{ending}\n", "事.txt")
    assert table.tasks[0].lead_departments == ["区农业农村局"]
    assert table.tasks[0].supporting_departments == ["各镇（街道）"]


def test_a_labelled_time_need_not_name_a_day() -> None:
    table = read("整改清单\n1.规范接待。\n牵头单位：县委办\n整改时限：立行立改\n", "事.txt")
    assert table.tasks[0].due_text == "立行立改"
    assert table.tasks[0].issues != []


def test_a_heading_names_the_leader_of_every_task_under_it() -> None:
    table = read(
        "2025年任务分解\n一、经济（责任领导：王伟）\n1.新增企业。牵头单位：统计局\n2.扩大投资。牵头单位：发改局；责任领导：李强\n"
        "二、民生\n3.新建学校。牵头单位：教育局\n",
        "事.txt",
    )
    assert [task.officials for task in table.tasks] == [["王伟"], ["李强"], []]
    assert table.tasks[0].inherited == ["officials"]
    assert table.goals[0].name == "一、经济"


def test_a_bracket_over_two_paragraphs_keeps_its_labels_apart() -> None:
    table = read("任务分解\n1.推进改革。\n（牵头单位：区卫健局\n  责任单位：区医保局、各镇）\n", "事.txt")
    assert table.tasks[0].lead_departments == ["区卫健局"]
    assert table.tasks[0].supporting_departments == ["区医保局", "各镇"]


def test_bullets_may_stand_before_labels() -> None:
    table = read(
        "任务分工\n（一）深化改革。\n●牵头单位：国资委\n●责任单位：财政局\n●完成时限：9月底前\n", "事.txt"
    )
    assert table.tasks[0].lead_departments == ["国资委"]
    assert (table.tasks[0].supporting_departments, table.tasks[0].due_text) == (["财政局"], "9月底前")


def test_a_label_may_hold_a_bracket() -> None:
    table = read("任务分工\n1.建设枢纽。（牵头部门：发改委；责任县（市、区）：高新区、云山县）\n", "事.txt")
    assert table.tasks[0].lead_departments == ["发改委"]
    assert table.tasks[0].supporting_departments == ["高新区", "云山县"]


def test_a_label_alone_on_its_line_takes_the_lines_below() -> None:
    table = read(
        "任务分解\n1.全民健身。\n牵头单位：\n文旅局\n配合单位：\n教育局\n各街道\n2.体育公园。\n牵头单位：\n园林局\n",
        "事.txt",
    )
    assert [task.standard for task in table.tasks] == ["全民健身。", "体育公园。"]
    assert table.tasks[0].lead_departments == ["文旅局"]
    assert table.tasks[0].supporting_departments == ["教育局", "各街道"]


def test_a_label_that_runs_on_behind_a_unit_begins_anew() -> None:
    text = (
        "1.改造老街。\n牵头单位：县城管局\n责任单位：河口镇任务目标：整修沿街房屋。\n"
        "2.改造水厂。（牵头单位：县水务局配合单位：县财政局）\n"
    )
    table = read(f"2025年任务分工\n{text}", "事.txt")
    assert table.tasks[0].supporting_departments == ["河口镇"]
    assert table.tasks[0].standard == "改造老街。\n任务目标：整修沿街房屋。"
    assert table.tasks[1].lead_departments == ["县水务局"]
    assert table.tasks[1].supporting_departments == ["县财政局"]


def test_a_word_before_a_label_is_no_unit() -> None:
    table = read("2025年任务分工\n1.改造老街。\n主要责任单位：县城管局，相关责任单位有县财政局。\n", "事.txt")
    assert table.tasks[0].lead_departments == ["县城管局"]
    assert table.tasks[0].supporting_departments == ["县财政局"]


def test_units_of_another_kind_stay_under_their_own_label() -> None:
    table = read("2025年任务分工\n1.增加值增长6%。（牵头单位：市发改委，数据提供单位：市统计局）\n", "事.txt")
    assert table.tasks[0].lead_departments == ["市发改委"]
    assert table.tasks[0].extra == {"数据提供单位": "市统计局"}


@pytest.mark.parametrize("inner", ["扩建水厂。（2）新建泵站。", "扩建水厂；2、新建泵站。"])
def test_a_further_number_inside_a_task_is_asked_about(inner: str) -> None:
    table = read(f"2025年任务分工\n1.改造管网：{inner}（牵头单位：县水务局）\n", "事.txt")
    asked = [issue.message for task in table.tasks for issue in task.issues if issue.level == "warning"]
    assert len(table.tasks) == 1
    assert any("编号" in message for message in asked)


def test_a_label_left_in_the_words_of_a_task_is_asked_about() -> None:
    rows = [
        ["序号", "工作任务", "牵头单位"],
        [1, "改造管网。配合单位：县财政局", "县水务局"],
        [2, "扩建水厂。", "县水务局"],
    ]
    first, second = read(xlsx(rows)).tasks
    assert [issue.level for issue in first.issues] == ["warning"]
    assert second.issues == []


def test_a_rule_about_the_first_unit_is_nobodys_duty() -> None:
    letter = "《分解方案》现印发给你们。列第一位的责任单位为牵头单位。"
    table = read(
        f"2025年任务分工\n{letter}\n1.改造管网。（县水务局、县财政局）\n2.扩建水厂。（县水务局）\n", "事.txt"
    )
    assert [task.standard for task in table.tasks] == ["改造管网。", "扩建水厂。"]
    assert table.tasks[0].lead_departments == ["县水务局"]


@pytest.mark.parametrize(
    ("who", "official"),
    [
        ("副区长王  涛负责", "王涛"),
        ("副局长高志强分管", "高志强"),
        ("区委常委、副区长李明包抓", "李明"),
        ("王涛、李明分管", "王涛 李明"),
    ],
)
def test_a_leader_is_named_with_his_title_and_a_verb(who: str, official: str) -> None:
    text = f"1.完成校舍改造面积26万平方米。（{who}，区教体局牵头，区财政局配合）\n"
    table = read(f"{text}2.建设公园3处。（{who}，区园林局牵头，区财政局配合）\n", "表.txt")
    for task, lead in zip(table.tasks, ["区教体局", "区园林局"], strict=True):
        assert task.officials == official.split()
        assert (task.lead_departments, task.supporting_departments) == ([lead], ["区财政局"])


def test_a_task_before_a_titled_leader_is_no_part_of_his_name() -> None:
    first = "落实学生营养改善计划。副局长孙秀兰分管，计划财务科牵头，各县教育局配合。\n"
    second = "完成校舍改造面积26万平方米。副局长孙秀兰分管，校舍安全办公室牵头，计划财务科配合。\n"
    table = read(first + second, "表.txt")
    assert [task.standard for task in table.tasks] == [
        "落实学生营养改善计划。",
        "完成校舍改造面积26万平方米。",
    ]
    assert [task.officials for task in table.tasks] == [["孙秀兰"], ["孙秀兰"]]


def test_a_heading_that_ends_as_a_unit_does_is_no_rest_of_the_list_above() -> None:
    first = (
        "城乡建设工程\n1.改造道路3条。\n责任单位：市住建局、市城管局\n2.新建泵站2座。\n责任单位：市水务局\n"
    )
    second = "市妇幼保健院新院区\n1.建成门诊楼。\n责任单位：市卫健委\n2.购置设备。\n责任单位：市财政局\n"
    table = read(f"青溪市2023年重点工作责任分工\n{first}{second}", "题.txt")
    goals = [table.goals[task.goal].name for task in table.tasks if task.goal is not None]
    assert goals == ["城乡建设工程"] * 2 + ["市妇幼保健院新院区"] * 2
    assert table.tasks[1].lead_departments == ["市水务局"]


def test_a_lone_line_behind_a_whole_list_is_asked_about() -> None:
    text = "2023年分工\n1.建公园。\n责任单位：市住建局\n污染重点监管企业\n2.建泵站。\n责任单位：市水务局\n"
    first, second = read(text, "单行.txt").tasks
    assert any("也可能是小标题" in issue.message for issue in first.issues)
    assert not second.issues
    known = text.replace("市水务局", "市水务局、污染重点监管企业")
    assert not read(known, "单行.txt").tasks[0].issues


def test_a_line_above_one_of_many_paragraphs_is_its_beginning() -> None:
    head = "2023年分工\n一、生态工程\n（一）水环境\n改造管网3公里。\n责任单位：市住建局\n清淤2处。\n责任单位：市水务局\n"
    broken = "疏浚东河、西河及两岸排口共\n十二处，实现水质达标。\n责任单位：市水务局\n植树5000株。\n责任单位：市林业局\n"
    table = read(head + broken, "断行.txt")
    assert [task.standard for task in table.tasks] == [
        "改造管网3公里。",
        "清淤2处。",
        "疏浚东河、西河及两岸排口共\n十二处，实现水质达标。",
        "植树5000株。",
    ]
    assert {table.goals[task.goal].name for task in table.tasks if task.goal is not None} == {"（一）水环境"}
    assert any("单独成行" in issue.message for issue in table.tasks[2].issues)


def test_the_first_name_without_a_number_belongs_to_its_task_as_the_others_do() -> None:
    head = (
        "河湾区人民政府办公室关于印发2023年重点工作任务分解的通知\n各镇人民政府：\n青溪县2023年目标任务分解\n"
    )
    records = [
        ("乡村振兴", "建设示范村3个。"),
        ("交通畅行", "改造公路12公里。"),
        ("专项执法", "开展检查5次。"),
    ]
    text = head + "".join(f"{name}\n{work}\n责任单位：县建设局、各镇\n" for name, work in records)
    assert [task.standard for task in read(text, "名.txt").tasks] == [
        f"{name}\n{work}" for name, work in records
    ]


def test_a_numbered_line_with_several_answered_paragraphs_below_is_their_heading() -> None:
    text = "2023年分工\n（一）水环境\n改造管网3公里。\n责任单位：市住建局\n治理河道\n清淤2处。\n责任单位：市水务局\n"
    table = read(text, "首段.txt")
    assert [task.standard for task in table.tasks] == ["改造管网3公里。", "治理河道\n清淤2处。"]
    assert {table.goals[task.goal].name for task in table.tasks if task.goal is not None} == {"（一）水环境"}


def test_labels_with_a_space_behind_their_colon_are_lines_of_a_text() -> None:
    tasks = ["改造道路3条，更换路灯。", "建游园2处。", "新增车位90个。"]
    labels = ["牵头单位: 市城管局\n完成时限: 年底前", "牵头单位: 市园林局\n完成时限: 6月底前"] * 2
    text = "2023年分工\n" + "".join(f"{task}\n{label}\n" for task, label in zip(tasks, labels, strict=False))
    table = read(text, "空格.txt")
    assert [task.standard for task in table.tasks] == tasks
    assert [task.lead_departments for task in table.tasks] == [["市城管局"], ["市园林局"], ["市城管局"]]


def test_points_within_a_task_that_do_not_count_on_from_its_number_stay_in_it() -> None:
    first = "4.建设智慧教室。2.更新21所学校的设备。3.开展培训。（责任单位：县教育局；完成时限：全年）\n"
    second = "新建幼儿园5所。2.教师实行员额管理。（责任单位：县教育局、县人社局；完成时限：年底前）\n"
    for text, words in (
        (first, "建设智慧教室。2.更新21所学校的设备。3.开展培训。"),
        (second, second[: second.index("（")]),
    ):
        tasks = read(
            f"2023年分工\n{text}5.办好食堂。（责任单位：县教育局；完成时限：全年）\n", "点.txt"
        ).tasks
        assert [task.standard for task in tasks] == [words, "办好食堂。"]


def test_a_sentence_that_ends_like_a_unit_is_no_list_when_a_label_follows() -> None:
    text = "2023年分工\n1.增进民生福祉\n建设幼儿园、社区服务中心。\n责任单位：县建设局、各镇\n"
    text += "2.修复河湖\n建设5万吨气调库。\n责任单位：县水利局\n"
    tasks = read(text, "像单位.txt").tasks
    assert [task.standard for task in tasks] == [
        "增进民生福祉\n建设幼儿园、社区服务中心。",
        "修复河湖\n建设5万吨气调库。",
    ]
    assert [task.lead_departments for task in tasks] == [["县建设局", "各镇"], ["县水利局"]]


def test_a_line_broken_behind_a_bracket_of_a_place_goes_on() -> None:
    text = "2023年分工\n1.完成市里下达的园林单位（小区）\n创建任务，达到60%以上。\n责任单位：市园林局\n"
    text += "2.栽树8000株。\n责任单位：市林业局\n"
    tasks = read(text, "小区.txt").tasks
    assert [task.standard.replace("\n", "") for task in tasks] == [
        "完成市里下达的园林单位（小区）创建任务，达到60%以上。",
        "栽树8000株。",
    ]
    assert all(task.goal is None for task in tasks)


def test_short_lines_above_named_tasks_are_their_headings() -> None:
    works = [
        ("扬尘管控", "清扫道路5条。"),
        ("水源保护", "整治河道2处。"),
        ("校园安全", "开展检查5次。"),
        ("食堂建设", "改造食堂3个。"),
    ]
    records = [f"{name}\n{work}\n责任单位：县建设局、各镇\n" for name, work in works]
    text = "2023年任务分解\n生态环境保护\n" + "".join(records[:2]) + "教育事业发展\n" + "".join(records[2:])
    table = read(text, "两级.txt")
    assert [task.standard for task in table.tasks] == [f"{name}\n{work}" for name, work in works]
    goals = [table.goals[task.goal].name for task in table.tasks if task.goal is not None]
    assert goals == ["生态环境保护"] * 2 + ["教育事业发展"] * 2


def test_a_task_that_ends_like_a_unit_is_no_part_of_who_leads_it() -> None:
    first = "新建公墓15处。县民政局牵头，县林业局配合。\n\n"
    second = "建成残疾人康复（托养）中心。县残疾人联合会牵头，县民政局配合。\n"
    table = read(first + second, "表.txt")
    assert [task.standard for task in table.tasks] == ["新建公墓15处。", "建成残疾人康复（托养）中心。"]
    assert table.tasks[1].lead_departments == ["县残疾人联合会"]


def test_units_between_which_stand_semicolons_answer_together() -> None:
    text = "1.新建幼儿园1所。由县教育局，县财政局；相关乡镇人民政府负责。完成时限：8月底前\n"
    text += "2.改造危房860户。由县住建局；各乡镇人民政府等单位负责。完成时限：9月底前\n"
    table = read(text, "表.txt")
    assert [task.lead_departments for task in table.tasks] == [
        ["县教育局", "县财政局", "相关乡镇人民政府"],
        ["县住建局", "各乡镇人民政府"],
    ]
    assert [task.due_text for task in table.tasks] == ["8月底前", "9月底前"]
    assert [task.standard for task in table.tasks] == ["新建幼儿园1所。", "改造危房860户。"]
