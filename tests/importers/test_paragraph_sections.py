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
