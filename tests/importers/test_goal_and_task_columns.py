"""Whatever the two columns are called: what is drawn over several rows is the goal, what each row says anew the task."""

import io

import openpyxl
import pytest

from importers import read_table

GOALS = ["提升城乡基础设施", "保障和改善民生"]
TASKS = [
    "新建改造农村公路30公里，提升通行能力",
    "改造县城供水管网12公里，降低漏损率",
    "完成老旧小区改造8个，惠及居民2000户",
    "新增城镇就业3500人，开展技能培训",
]
LEADS = ["县交通局", "县水利局", "县住建局", "县人社局"]
TIMES = ["6月底", "9月底", "10月底", "12月底"]
LEFT = [
    "工作目标",
    "目标任务",
    "重点任务",
    "重点工作",
    "工作任务",
    "年度目标",
    "项目名称",
    "类别",
    "问题",
    "反馈问题",
    "整改目标",
    "主要任务",
    "工作内容",
    "专项",
]
RIGHT = [
    "重点任务",
    "工作任务",
    "具体任务",
    "工作内容",
    "具体措施",
    "整改措施",
    "工作标准",
    "任务要求",
    "建设内容",
    "任务分解",
    "年度目标",
    "测评标准",
]


def workbook(goal: str, task: str, *, numbered: bool) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["青溪县2025年重点工作任务分解表"])
    sheet.append([*["序号"] * numbered, goal, task, "责任单位", "完成时限"])
    for place, row in enumerate(zip(TASKS, LEADS, TIMES, strict=True)):
        own = GOALS[place // 2] if place % 2 == 0 else None
        sheet.append([*[place + 1] * numbered, own, *row])
    column = "B" if numbered else "A"
    sheet.merge_cells(f"{column}3:{column}4")
    sheet.merge_cells(f"{column}5:{column}6")
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("goal", LEFT, ids=ascii)
def test_the_column_drawn_over_several_rows_is_the_goal(goal: str, numbered: bool) -> None:
    for task in RIGHT:
        if task == goal:
            continue
        table = read_table(workbook(goal, task, numbered=numbered), "表.xlsx")
        assert [row.standard for row in table.tasks] == TASKS, task
        goals = [table.goals[row.goal].name for row in table.tasks if row.goal is not None]
        assert goals == [GOALS[0], GOALS[0], GOALS[1], GOALS[1]], task
        assert [row.lead_departments for row in table.tasks] == [[lead] for lead in LEADS], task
        assert [row.due_text for row in table.tasks] == TIMES, task
