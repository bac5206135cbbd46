"""What an imported table already tells of its tasks: existing reports, their figures and their words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models.progress import ProgressReport
from app.models.task import TaskStatus
from app.queries import tasks as task_queries
from app.queries.tasks import TaskRow
from app.services import imports as import_services
from app.services.issued_progress import percent
from importers import Column
from tests.office import TABLE, Office

COLUMNS = [
    Column("完成情况", "progress"),
    Column("存在问题", "problems"),
    Column("下一步打算", "next_steps"),
    Column("完成率", "completion"),
    Column("状态", "status"),
]


def imported(
    office: Office, extra: dict[str, str], progress: str = ""
) -> tuple[TaskRow, list[ProgressReport]]:
    """The one task of a table with these words beside it, and its reports."""
    ducha = office.viewer("ducha")
    rows = [replace(TABLE.tasks[0], progress=progress, extra=extra)]
    table = replace(TABLE, columns=[*TABLE.columns, *COLUMNS], tasks=rows)
    with office.database.writing() as session:
        batch = import_services.preview(
            session, table, b"x", "a.xlsx", title="带进展", year=2018, actor=ducha
        )
        plan = import_services.commit(session, batch, actor=ducha)
        (task,) = task_queries.all_tasks(session, ducha, plan)
        reports = session.execute(select(ProgressReport)).scalars().all()
        found = [report for report in reports if report.task_id == task.id]
        session.expunge_all()
    return task, found


def test_problems_next_steps_and_completion_have_fields_of_their_own(office: Office) -> None:
    extra = {"存在问题": "征地滞后。", "下一步打算": "月底前交地。", "完成率": "65%"}
    task, (report,) = imported(office, extra, "已封顶。")
    assert (report.progress, report.problems, report.next_steps) == ("已封顶。", "征地滞后。", "月底前交地。")
    assert (report.completion, report.status) == (65, TaskStatus.IN_PROGRESS)
    assert (task.judgement.completion, task.status) == (65, TaskStatus.IN_PROGRESS)
    assert task.extra == {**extra, "完成情况": "已封顶。"}


def test_problems_alone_start_no_task(office: Office) -> None:
    task, (report,) = imported(office, {"存在问题": "征地滞后。"})
    assert (report.problems, report.completion) == ("征地滞后。", None)
    assert task.status is TaskStatus.NOT_STARTED


@pytest.mark.parametrize(
    ("state", "share", "status", "completion"),
    [
        ("已完成", "", TaskStatus.COMPLETED, 100),
        ("已完成", "100%", TaskStatus.COMPLETED, 100),
        ("已完成", "65%", TaskStatus.IN_PROGRESS, 65),
        ("推进中", "40", TaskStatus.IN_PROGRESS, 40),
        ("未启动", "10%", TaskStatus.IN_PROGRESS, 10),
        ("", "30%", TaskStatus.IN_PROGRESS, 30),
        ("未启动", "0%", TaskStatus.NOT_STARTED, 0),
    ],
)
def test_a_status_in_our_words_counts_unless_the_figure_denies_it(
    office: Office, state: str, share: str, status: TaskStatus, completion: int
) -> None:
    task, (report,) = imported(office, {"状态": state, "完成率": share})
    assert (report.status, report.completion) == (status, completion)
    assert task.status is status


def test_a_status_in_other_words_stays_a_word(office: Office) -> None:
    task, reports = imported(office, {"状态": "达序时", "完成率": "过半"})
    assert reports == []
    assert (task.status, task.extra) == (TaskStatus.NOT_STARTED, {"状态": "达序时", "完成率": "过半"})


@pytest.mark.parametrize(
    ("words", "share"),
    [("65%", 65), ("65", 65), ("96.6%", 96), ("100%", 100), ("0", 0), ("100.0%", 100), ("1%", 1)]
    + [(words, None) for words in ("102%", "100.5%", "1", "0.65", "约65%", "65%以上", "持续推进", "-", "")],
)
def test_only_a_plain_share_is_a_completion(words: str, share: int | None) -> None:
    assert percent(words) == share
