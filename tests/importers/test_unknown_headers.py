"""A header word nobody knows: what stands below it tells what it means, and the officer is asked."""

import pytest

from importers import read_table
from importers.rows import RecognisedTable
from tests.importers.ways import WAYS

TASKS = [
    "新建改造农村公路30公里，提升通行能力",
    "建成社区养老服务站12个，开展助餐服务",
    "完成老旧小区改造8个，惠及居民2000户",
    "新增城镇就业3500人，开展技能培训",
]
UNITS = ["县交通局", "县民政局", "县住建局", "县人社局"]
TIMES = ["12月底前", "10月底前", "11月底前", "12月底前"]
NUMBERS = ["1", "2", "3", "4"]


def written(headers: list[str], form: str) -> RecognisedTable:
    rows = [headers, *map(list, zip(NUMBERS, TASKS, UNITS, TIMES, strict=True))]
    text = "青溪县2025年重点工作责任分解表\n" + WAYS[form](rows)
    return read_table(text.encode(), "表.txt")


def asked_about(table: RecognisedTable, header: str) -> bool:
    """Whether the officer is asked what a column means."""
    return any(issue.question and issue.question.words == header for issue in table.issues)


@pytest.mark.parametrize("form", WAYS)
def test_tasks_below_a_word_nobody_knows_are_read_and_asked_about(form: str) -> None:
    table = written(["序号", "工作思路", "责任单位", "完成时限"], form)
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.lead_departments for task in table.tasks] == [[unit] for unit in UNITS]
    assert asked_about(table, "工作思路")


@pytest.mark.parametrize("form", WAYS)
def test_units_below_a_word_nobody_knows_are_read_and_asked_about(form: str) -> None:
    table = written(["序号", "工作任务", "经办方", "完成时限"], form)
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.lead_departments for task in table.tasks] == [[unit] for unit in UNITS]
    assert asked_about(table, "经办方")


@pytest.mark.parametrize("word", ["何时完成", "进度安排", "工作进度"])
@pytest.mark.parametrize("form", WAYS)
def test_mere_times_are_when_the_tasks_are_due(form: str, word: str) -> None:
    table = written(["序号", "工作任务", "责任单位", word], form)
    assert [task.due_text for task in table.tasks] == TIMES
    assert asked_about(table, word)


@pytest.mark.parametrize("form", WAYS)
def test_times_below_a_word_that_means_something_else_are_kept_as_written(form: str) -> None:
    """建设周期 is known and no deadline: mere times below it stay as they are written."""
    table = written(["序号", "工作任务", "责任单位", "建设周期"], form)
    assert [task.extra for task in table.tasks] == [{"建设周期": time} for time in TIMES]
    assert {task.due_text for task in table.tasks} == {""}
