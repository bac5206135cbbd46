"""However an office counts its tasks and names its units, with headings or without: the same plan is read."""

from collections.abc import Callable

import pytest

from importers import read_table

TASKS = [
    "新建改造农村公路30公里，提升通行能力。",
    "建成社区养老服务站12个，开展助餐服务。",
    "完成老旧小区改造8个，惠及居民2000户。",
    "新增城镇就业3500人，开展技能培训。",
]
LEADS = ["县交通局", "县民政局", "县住建局", "县人社局"]
HELPERS = ["县财政局", "县卫健局", "县城管局", "县总工会"]
HEADINGS = ["一、基础设施", "二、社会事业"]
CHINESE = "一二三四"

NUMBERS: dict[str, Callable[[int], str]] = {
    "1.": lambda n: f"{n}.",
    "1 ": lambda n: f"{n} ",
    "01": lambda n: f"0{n} ",
    "bare figure": lambda n: f"{n}",
    "1,": lambda n: f"{n}，",
    "1:": lambda n: f"{n}：",
    "[1]": lambda n: f"【{n}】",
    "1.1": lambda n: f"1.{n} ",
    "(1)": lambda n: f"（{n}）",
    "project 1": lambda n: f"项目{n} ",
    "firstly": lambda n: f"第{CHINESE[n - 1]}，",
    "one is": lambda n: f"{CHINESE[n - 1]}是",
    "item one": lambda n: f"任务{CHINESE[n - 1]}：",
    "circled": lambda n: "①②③④"[n - 1],
    "bullet": lambda n: "●",
    "none": lambda n: "",
}
CLOSINGS: dict[str, Callable[[int], str]] = {
    "labels in brackets": lambda i: f"（牵头单位：{LEADS[i]}；配合单位：{HELPERS[i]}）",
    "verbs": lambda i: f"（{LEADS[i]}牵头，{HELPERS[i]}配合）",
    "label lines": lambda i: f"\n牵头单位：{LEADS[i]}\n配合单位：{HELPERS[i]}",
    "bracket below": lambda i: f"\n（牵头单位：{LEADS[i]}；配合单位：{HELPERS[i]}）",
    "units alone": lambda i: f"（{LEADS[i]}、{HELPERS[i]}）",
}


@pytest.mark.parametrize("headed", [False, True], ids=["plain", "headed"])
@pytest.mark.parametrize("closing", CLOSINGS)
@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_and_closings_do_not_matter(number: str, closing: str, headed: bool) -> None:
    lines = ["青溪县2025年重点工作任务分工方案", ""]
    for place, task in enumerate(TASKS):
        if headed and place % 2 == 0:
            lines.append(HEADINGS[place // 2])
        lines.append(NUMBERS[number](place + 1) + task + CLOSINGS[closing](place))
    table = read_table("\n".join(lines).encode(), "方案.txt")
    read = [(task.standard, [*task.lead_departments, *task.supporting_departments]) for task in table.tasks]
    assert read == [(task, [lead, helper]) for task, lead, helper in zip(TASKS, LEADS, HELPERS, strict=True)]
    goals = [task.goal if task.goal is None else table.goals[task.goal].name for task in table.tasks]
    assert goals == ([HEADINGS[0], HEADINGS[0], HEADINGS[1], HEADINGS[1]] if headed else [None] * 4)
