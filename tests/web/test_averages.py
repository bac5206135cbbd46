"""平均完成率: a task in hand whose unit left the figure out (不填) is no task at nought, at any door."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.models.task import TaskStatus
from app.queries.snapshots import closed_period, ledger_of
from app.services.periods import period_to_report
from app.services.progress import Statement, report_progress
from app.services.snapshots import gather
from tests.office import GROWTH, HOSPITAL, TODAY, Office

NOTHING = None
NO_FIGURE = Statement(TaskStatus.IN_PROGRESS, None, "正在推进。", is_left_out=True)
FORTY = Statement(TaskStatus.IN_PROGRESS, 40, "正在推进。")
DONE = Statement(TaskStatus.COMPLETED, None, "已建成。")

CASES = (
    # what was told of 陆秋明's two tasks, the mean, of how many, and the sentence of his page
    (NOTHING, NOTHING, 0, 2, "平均完成 0 %，按时间应为"),
    (NO_FIGURE, NOTHING, 0, 1, "（按 1 项平均，另 1 项没有填完成率）"),
    (FORTY, NOTHING, 20, 2, "平均完成 20 %，按时间应为"),
    (FORTY, NO_FIGURE, 40, 1, "（按 1 项平均，另 1 项没有填完成率）"),
    (NO_FIGURE, DONE, 100, 1, "（按 1 项平均，另 1 项没有填完成率）"),
    (NO_FIGURE, NO_FIGURE, None, 0, "都没有填完成率，暂时没有平均数"),
)


def tell(office: Office, growth: Statement | None, hospital: Statement | None) -> None:
    with office.database.writing() as session:
        for standard, statement in ((GROWTH, growth), (HOSPITAL, hospital)):
            if statement is not None:
                task = office.task(session, standard)
                report_progress(session, task, statement, actor=office.viewer("ducha"))


def row_of(content: bytes, name: str) -> dict[str, object]:
    rows = list(load_workbook(BytesIO(content))["工作量"].iter_rows(min_row=3, values_only=True))
    return dict(zip(rows[0], next(row for row in rows if row[0] == name), strict=True))


@pytest.mark.parametrize(("growth", "hospital", "mean", "of", "sentence"), CASES)
def test_a_task_without_a_figure_stays_out_of_the_mean(
    office: Office,
    growth: Statement | None,
    hospital: Statement | None,
    mean: int | None,
    of: int,
    sentence: str,
) -> None:
    tell(office, growth, hospital)
    leader, plan = office.browser("luqiuming"), office.plan_id
    officials = office.api("ducha").get(f"/api/v1/plans/{plan}/workload/officials").json()
    lu = next(row for row in officials if row["name"] == "陆秋明")
    assert (lu["completion"], lu["averaged"]) == (mean, of)
    assert sentence in leader.get(f"/plans/{plan}/workload/officials/{lu['id']}").text
    row = row_of(leader.get(f"/plans/{plan}/ledger.xlsx").content, "陆秋明")
    assert row["平均完成率"] == ("—" if mean is None else mean / 100)
    assert row.get("计入平均", 2) == of
    overview = leader.get(f"/plans/{plan}/overview").text
    workload = leader.get(f"/plans/{plan}/workload").text
    assert "None %" not in overview + workload
    assert ("项没有填完成率" in overview) == (of < 2)
    assert (">按 1 项平均<" in workload or ">没有填完成率<" in workload) == (of < 2)


def test_what_was_closed_before_the_rule_keeps_its_mean(office: Office) -> None:
    tell(office, FORTY, NO_FIGURE)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY)
        kept = gather(session, office.plan(session), period, ducha)
    older = replace(kept, averages_all=True)
    means = [
        next(row.standing for row in ledger_of(each, ducha).officials if row.name == "陆秋明")
        for each in (kept, older)
    ]
    assert [(each.completion, each.averaged) for each in means] == [(40, 1), (20, 2)]
    assert (closed_period(kept, ducha).standing.averaged, closed_period(older, ducha).standing.averaged) == (
        3,
        4,
    )
