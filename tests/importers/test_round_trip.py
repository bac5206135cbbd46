"""A random plan, drawn in any of the ways offices draw one, reads back as the same plan."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from importers import read_table
from tests.importers import plans
from tests.importers.plans import Drawing, PlanGoal

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
RENDERERS: dict[str, Callable[[list[PlanGoal], Drawing], bytes]] = {
    "xlsx": plans.as_xlsx,
    "docx": plans.as_docx,
    "html": plans.as_html,
    "text": plans.as_text,
    "csv": plans.as_csv,
    "tabs": plans.as_tabs,
    "bars": plans.as_bars,
}


@pytest.mark.parametrize("form", RENDERERS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=_PHASES)
@given(plan=plans.plans(), drawing=plans.drawings())
def test_a_plan_reads_back_the_same(form: str, plan: list[PlanGoal], drawing: Drawing) -> None:
    table = read_table(RENDERERS[form](plan, drawing), f"表.{form}", year=2025)
    assert [(goal.number, goal.name) for goal in table.goals] == [
        (number, goal.name) for number, goal in enumerate(plan, start=1)
    ]
    read = [
        (
            table.goals[task.goal].name if task.goal is not None else None,
            task.standard,
            tuple(task.officials),
            tuple(task.lead_departments),
            tuple(task.supporting_departments),
            task.due_text,
        )
        for task in table.tasks
    ]
    assert read == [
        (goal.name, task.standard, task.officials, task.leads, task.helpers, task.due)
        for goal in plan
        for task in goal.tasks
    ]


@pytest.mark.parametrize("render", [plans.as_label_lines, plans.as_brackets])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=_PHASES)
@given(plan=plans.plans(), drawing=plans.drawings())
def test_a_plan_written_as_paragraphs_reads_back_the_same(
    render: Callable[[list[PlanGoal], Drawing], bytes], plan: list[PlanGoal], drawing: Drawing
) -> None:
    table = read_table(render(plan, drawing), "事.txt", year=2025)
    read = [
        (
            table.goals[task.goal].name[2:] if task.goal is not None else None,
            task.standard,
            tuple(task.officials),
            tuple(task.lead_departments),
            tuple(task.supporting_departments),
            task.due_text,
        )
        for task in table.tasks
    ]
    assert read == [
        (goal.name, task.standard, task.officials, task.leads, task.helpers, task.due)
        for goal in plan
        for task in goal.tasks
    ]
