"""Tables a program wrote as text: commas, tabs, and what the cells merged before have lost."""

import csv
import io

import pytest

from importers import Decision, DecisionKind, Decisions, read_table
from importers.decisions import CARRY
from tests.importers.build import goal_of, read

_ROWS = [
    ("测评板块", "测评点位", "工作标准", "责任单位", "完成时限"),
    ("环境卫生", "背街小巷", "道路硬化平整，无死角", "县城管局", "5月底前"),
    ("", "", "垃圾日产日清，车辆密闭", "县城管局", ""),
    ("", "农贸市场", "划行归市，摊位整洁", "县市场监管局", ""),
    ("病媒防制", "重点单位", "建立消杀台账，定期更新", "县卫健局", "9月底前"),
    ("", "", "蚊蝇孳生地清理到位", "县疾控中心", ""),
]


def _written(delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(_ROWS)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_column_nobody_knows_that_names_the_first_of_several_sorts_them_and_is_asked_about(
    delimiter: str,
) -> None:
    table = read(_written(delimiter), "表.csv")

    assert [goal_of(table, task) for task in table.tasks] == [
        "背街小巷",
        "背街小巷",
        "农贸市场",
        "重点单位",
        "重点单位",
    ]
    asked = [issue.question.words for issue in table.issues if issue.question]
    assert asked == ["测评板块", "测评点位"]


def test_a_date_left_blank_in_a_file_without_merges_is_none_but_asked_about() -> None:
    table = read(_written(","), "表.csv")

    assert [task.due_text for task in table.tasks] == ["5月底前", "", "", "9月底前", ""]
    blank = table.tasks[1].issues[-1]
    assert "完成时限" in blank.message
    assert blank.question is not None

    settled = Decisions.of([Decision(DecisionKind.BLANK, blank.question.words, CARRY)])
    again = read_table(_written(",").encode(), "表.csv", year=2025, decisions=settled)
    assert [task.due_text for task in again.tasks] == ["5月底前", "5月底前", "", "9月底前", ""]


def test_sentences_between_commas_are_no_table() -> None:
    text = "各项任务,责任单位,要按时报送,不得拖延。\n1．新建公园。\n责任单位：区园林局\n2．修路,植树,安灯。\n责任单位：区住建局\n"

    assert [task.standard for task in read(text, "文.txt").tasks] == ["新建公园。", "修路,植树,安灯。"]
