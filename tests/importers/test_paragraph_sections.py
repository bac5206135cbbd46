"""Sections of a text without a table: what heads tasks, who leads below a heading, and what is nobody's task."""

from tests.importers.build import read

_TASKS = "一、经济增长\n（一）财政收入增长6%。（区财政局牵头，区税务局参与）\n二、生态环境\n（二）造林2万亩。（区林业局牵头）\n"


def test_sections_of_what_all_should_mind_are_no_tasks() -> None:
    ending = (
        "三、工作要求\n（一）加强领导。各单位主要负责人要亲自抓。\n（二）强化督查。督查室每季度通报一次。\n"
    )
    table = read(f"2023年分工\n{_TASKS}{ending}", "要求.txt")
    assert [task.standard for task in table.tasks] == ["财政收入增长6%。", "造林2万亩。"]
    assert not any(issue.level == "warning" for issue in table.all_issues())
    answered = ending.replace("通报一次。", "通报一次。（区政府办牵头）")
    assert len(read(f"2023年分工\n{_TASKS}{answered}", "要求.txt").tasks) > 2


def test_a_leader_with_his_title_apart_heads_the_tasks_below() -> None:
    text = "2023年责任分解\n县长　唐国强\n1.完成年度目标。\n责任单位：县发改局\n"
    text += "副县长　邓 凯\n2.种粮80万亩。\n责任单位：县农业农村局\n"
    tasks = read(text, "领导.txt").tasks
    assert [task.officials for task in tasks] == [["唐国强"], ["邓凯"]]
    assert not any(issue.level == "warning" for task in tasks for issue in task.issues)


def test_who_leads_may_stand_before_the_work() -> None:
    text = "稳增长措施分工\n一、由县发改局牵头，县财政局配合，争取资金3亿元。\n二、由县商务局牵头，举办活动20场。\n"
    first, second = read(text, "由.txt").tasks
    assert (first.standard, first.lead_departments) == ("争取资金3亿元。", ["县发改局"])
    assert first.supporting_departments == ["县财政局"]
    assert (second.standard, second.lead_departments) == ("举办活动20场。", ["县商务局"])


def test_who_watches_over_a_task_is_kept_and_supports_nobody() -> None:
    text = "项目包抓分工\n1.扩建水厂。（副县长高峰包抓，县水务局负责，县发改局督办）\n"
    text += "2.改造老旧小区。（副县长马晓东包抓，县住建局负责）\n"
    first, second = read(text, "督办.txt").tasks
    assert (first.officials, first.lead_departments) == (["高峰"], ["县水务局"])
    assert first.supporting_departments == []
    assert first.extra == {"督办单位": "县发改局"}
    assert not any(issue.level == "warning" for task in (first, second) for issue in task.issues)


def test_the_head_of_a_unit_in_its_label_line_is_no_unit() -> None:
    text = "民生实事分工\n1.扩建学校。\n责任单位及责任人：区教育局 王志刚\n2.改造管网。\n责任单位及责任人：区住建局 李海涛\n"
    assert [task.lead_departments for task in read(text, "责任人.txt").tasks] == [["区教育局"], ["区住建局"]]


def test_headings_in_chinese_numbers_that_close_with_units_are_tasks() -> None:
    text = "民生实事分工\n一、新签约项目100个。（县商务局、各镇街）\n二、盘活土地3000亩。（县自然资源局）\n"
    text += "三、改造小区12个。〔县住建局〕\n"
    assert [task.lead_departments for task in read(text, "一.txt").tasks] == [
        ["县商务局", "各镇街"],
        ["县自然资源局"],
        ["县住建局"],
    ]
    own_line = text.replace("。（", "。\n（").replace("。〔", "。\n〔")
    assert [len(task.lead_departments) for task in read(own_line, "一.txt").tasks] == [2, 1, 1]


def test_a_short_line_above_several_tasks_numbered_in_brackets_is_their_heading() -> None:
    first = "教育惠民\n（一）新建学校2所。\n责任单位：区教育局\n（二）招聘教师50名。\n责任单位：区教育局\n"
    second = "医疗惠民\n（三）扩建医院1所。\n责任单位：区卫健局\n（四）免费体检3万人。\n责任单位：区卫健局\n"
    table = read(f"2023年工作分工\n{first}{second}", "题.txt")
    goals = [table.goals[task.goal].name for task in table.tasks if task.goal is not None]
    assert goals == ["教育惠民"] * 2 + ["医疗惠民"] * 2
    assert [task.number for task in table.tasks] == ["（一）", "（二）", "（三）", "（四）"]


def test_a_paragraph_broken_by_the_page_is_no_heading_though_it_has_a_chinese_number() -> None:
    first = "（一）深化改革。统筹教师编制配置，交流轮岗校\n长50人。（牵头单位：市教育局）\n"
    second = "（二）新建百姓健身点40个，各类场馆面向群众免费开放并延长\n时间。\n责任单位：市体育局\n"
    second += "（三）办好赛事。（责任单位：市体育局）\n"
    tasks = read(f"2023年任务分工\n一、文教体育\n{first}{second}", "断.txt").tasks
    assert [task.standard for task in tasks] == [
        "深化改革。统筹教师编制配置，交流轮岗校长50人。",
        "新建百姓健身点40个，各类场馆面向群众免费开放并延长时间。",
        "办好赛事。",
    ]


def test_a_label_broken_by_the_page_is_put_together() -> None:
    lines = [
        "1.完成机构改革任务，推动各项工作落实到位，确保年底前完成。牵头",
        "单位：市水务局　配合单位：市财政局、市人力资源和社会保障局、市卫",
        "生健康委",
    ]
    text = "2023年任务分工\n" + "\n".join(lines * 4).replace("1.", "{}.").format(1, 2, 3, 4) + "\n"
    for task in read(text, "断.txt").tasks:
        assert task.lead_departments == ["市水务局"]
        assert task.supporting_departments == ["市财政局", "市人力资源和社会保障局", "市卫生健康委"]


def test_verbs_in_a_bracket_below_the_first_paragraph_answer_for_it() -> None:
    text = "实事清单\n生态优先\n造林2万亩。\n（官攀云包抓，县林业局负责，各镇配合）\n"
    text += "创建国家级旅游景区。\n（李明包抓，县文旅局负责）\n"
    first, second = read(text, "括.txt").tasks
    assert (first.standard, first.officials, first.lead_departments) == (
        "造林2万亩。",
        ["官攀云"],
        ["县林业局"],
    )
    assert (second.standard, second.lead_departments) == ("创建国家级旅游景区。", ["县文旅局"])


def test_a_line_that_breaks_off_within_a_sentence_is_no_heading() -> None:
    first = "强化思想武装。推进创新理论进教材、进课堂，修\n订学习制度。【牵头单位：县教育局】\n"
    second = (
        "推进电子证照共享，2021年底前实现常用证照全部关联、高\n频事项亮证办理。\n牵头单位：县政务服务局\n"
    )
    second += "组织培训2次。\n牵头单位：县人社局\n"
    table = read(f"整改责任清单\n{first}{second}", "断.txt")
    assert [task.standard for task in table.tasks] == [
        "强化思想武装。推进创新理论进教材、进课堂，修订学习制度。",
        "推进电子证照共享，2021年底前实现常用证照全部关联、高频事项亮证办理。",
        "组织培训2次。",
    ]
    assert not table.goals


def test_a_long_heading_above_a_single_sentence_is_asked_about() -> None:
    text = "工作清单\n一、筹备上林湖越窑考古遗址公园主题活动，开展假日\n文旅市场检查。\n（甲县文旅局牵头，县市场监管局配合）\n"
    (task,) = read(f"{text}二、植树。\n（县林业局牵头，各镇配合）\n", "长.txt").tasks[:1]
    assert any("上半句" in issue.message for issue in task.issues)


def test_a_heading_that_begins_with_a_verb_is_no_unit() -> None:
    text = "古城保护\n（一）修缮老街。\n责任单位：市文旅局\n（二）整治河道。\n责任单位：市水利局\n打造社区日间照料中心\n"
    table = read(
        f"工作分工\n{text}（三）开展助餐。\n责任单位：市民政局\n（四）上门照料。\n责任单位：市民政局\n",
        "动.txt",
    )
    goals = [table.goals[task.goal].name for task in table.tasks if task.goal is not None]
    assert goals == ["古城保护"] * 2 + ["打造社区日间照料中心"] * 2
