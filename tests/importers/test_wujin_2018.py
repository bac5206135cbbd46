"""The real table of 2018 in its three forms: each must give exactly the same plan."""

import json
from pathlib import Path

import pytest

from importers import Layout, RecognisedTable, read_table

ROOT = Path(__file__).parents[2]
TRUTH = json.loads((Path(__file__).parent / "samples/wujin-2018-truth.json").read_text("utf-8"))
FORMS = ["txt", "xlsx", "docx"]


@pytest.fixture(scope="module", params=FORMS)
def table(request: pytest.FixtureRequest) -> RecognisedTable:
    path = ROOT / f"examples/武进区2018年目标任务责任分解表.{request.param}"
    return read_table(path.read_bytes(), path.name)


def test_the_title_and_the_headers_are_those_issued(table: RecognisedTable) -> None:
    assert table.title == TRUTH["title"]
    assert table.layout is Layout.TABLE
    assert [column.header for column in table.columns] == TRUTH["columns"]
    assert [column.kind for column in table.columns] == [
        "number",
        "goal",
        "task",
        "official",
        "lead_department",
    ]


def test_there_are_exactly_the_goals_of_the_plan_although_pages_repeat_them(table: RecognisedTable) -> None:
    assert [{"no": goal.number, "name": goal.name} for goal in table.goals] == [
        {"no": goal["no"], "name": goal["name"]} for goal in TRUTH["goals"]
    ]


def test_every_task_equals_the_published_one(table: RecognisedTable) -> None:
    read = [
        {
            "n": task["number"],
            "goal": task["goal"],
            "standard": task["standard"],
            "officials": task["officials"],
            "departments": task["lead_departments"],
            "officials_inherited": "officials" in task["inherited"],
            "departments_inherited": "lead_departments" in task["inherited"],
        }
        for task in table.as_dict()["tasks"]
    ]
    expected = [{key: value for key, value in task.items() if key != "goal_no"} for task in TRUTH["tasks"]]
    assert read == expected


def test_the_workload_adds_up_to_the_published_figures(table: RecognisedTable) -> None:
    officials: dict[str, int] = {}
    departments: dict[str, int] = {}
    for task in table.tasks:
        for name in task.officials:
            officials[name] = officials.get(name, 0) + 1
        for name in task.lead_departments:
            departments[name] = departments.get(name, 0) + 1
    assert officials == TRUTH["officials"]
    assert departments == TRUTH["departments"]


def test_a_goal_written_again_on_the_next_page_is_not_called_inherited(table: RecognisedTable) -> None:
    continued = [task for task in table.tasks if task.standard.startswith("创新社会治理方式")]
    assert len(continued) == 1
    assert table.goals[continued[0].goal or 0].name == "强化重点领域改革"
    assert "goal" not in continued[0].inherited


def test_a_name_put_together_over_a_line_break_is_told(table: RecognisedTable) -> None:
    messages = [issue.message for issue in table.all_issues()]
    assert any("西太湖科技产业园" in message for message in messages)
    assert any("住房公积金中心" in message for message in messages)


def test_every_task_knows_its_place(table: RecognisedTable) -> None:
    places = [task.place for task in table.tasks]
    assert all(place.endswith("行") and "第" in place for place in places)
    assert len(set(places)) == len(places)
