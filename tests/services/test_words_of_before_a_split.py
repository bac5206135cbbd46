"""拆分 after a report: the whole stands by its parts, and its own words are told as what they are."""

from datetime import date, timedelta
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import ProgressReport
from app.models.task import Task, TaskStatus
from app.queries.tasks import TaskRow, get_row
from app.rules.permissions import Viewer
from app.services.closing import suspend
from app.services.parts import PartForm, split, withdraw_part
from app.services.periods import close, period_to_report
from app.services.progress import Statement, report_progress
from app.services.review import return_report
from tests.office import GROWTH, TODAY, Office, at

SAID = Statement(TaskStatus.IN_PROGRESS, 62, "上半年增长7.9%。")
BEFORE = "（拆分前2018年9月28日报送，以后见各分解项）上半年增长7.9%。"
UNTOLD = "（以上是拆分前报的，2 个分解项都还没有报进展）。"
HALVES = [PartForm("抓项目。", date(2018, 11, 30)), PartForm("抓消费。", date(2018, 12, 31))]


def later(viewer: Viewer, days: int = 1) -> Viewer:
    return at(viewer, TODAY + timedelta(days=days))


def split_it(office: Office, session: Session) -> list[Task]:
    """After the whole was reported on, the day before."""
    fagai, task = office.viewer("fagai"), office.task(session, GROWTH)
    report_progress(session, task, SAID, actor=fagai)
    parts = split(session, task, HALVES, actor=later(fagai))
    said = Statement(TaskStatus.IN_PROGRESS, 80, "项目开工12个。")
    report_progress(session, parts[0], said, actor=later(fagai, 2))
    return parts


def split_untold(office: Office, session: Session) -> list[Task]:
    """The same before any part has reported."""
    fagai, task = office.viewer("fagai"), office.task(session, GROWTH)
    report_progress(session, task, SAID, actor=fagai)
    return split(session, task, HALVES, actor=later(fagai))


def row_of(office: Office, by: str = "luqiuming") -> TaskRow:
    with office.database.reading() as session:
        return get_row(session, office.viewer(by), office.plan(session), office.task(session, GROWTH))


def test_its_words_say_that_they_are_from_before_and_its_figures_that_they_are_added_up(
    office: Office,
) -> None:
    with office.database.writing() as session:
        split_it(office, session)
    row = row_of(office)
    assert row.progress == BEFORE
    assert row.judgement.completion == 40
    assert row.judgement.explanation.endswith("完成 40 %（由 2 个分解项按权重得出）。")


def test_until_a_part_reports_the_whole_stands_as_it_did_and_says_from_when(office: Office) -> None:
    with office.database.writing() as session:
        split_untold(office, session)
    row = row_of(office)
    assert (row.status, row.judgement.completion, row.progress) == (TaskStatus.IN_PROGRESS, 62, BEFORE)
    assert row.judgement.explanation.endswith(UNTOLD)
    assert row.reported_at is not None
    with office.database.writing() as session:
        summary = Statement(TaskStatus.IN_PROGRESS, None, "两件事都已布置。")
        report_progress(
            session, office.task(session, GROWTH), summary, actor=later(office.viewer("fagai"), 2)
        )
    assert row_of(office).judgement.completion == 62


def test_when_the_only_report_of_a_part_is_sent_back_the_whole_stands_as_before_the_split(
    office: Office,
) -> None:
    with office.database.writing() as session:
        first = split_it(office, session)[0]
        told = session.execute(select(ProgressReport).where(col(ProgressReport.task_id) == first.id))
        return_report(session, told.scalar_one(), "缺少佐证", actor=later(office.viewer("ducha"), 3))
    row = row_of(office)
    assert (row.status, row.judgement.completion) == (TaskStatus.IN_PROGRESS, 62)
    assert row.judgement.explanation.endswith(UNTOLD)


def test_leader_workbook_and_api_read_the_same(office: Office) -> None:
    with office.database.writing() as session:
        split_it(office, session)
    leader = office.browser("luqiuming")
    mine = leader.get(f"/plans/{office.plan_id}/workload/officials/{office.viewer('luqiuming').official_id}")
    assert BEFORE in mine.text
    book = load_workbook(BytesIO(leader.get(f"/plans/{office.plan_id}/ledger.xlsx").content))
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    assert BEFORE in cells
    assert SAID.progress not in cells
    told = office.api("luqiuming").get(f"/api/v1/tasks/{office.task_id(GROWTH)}").json()
    assert told["progress"] == BEFORE
    assert told["explanation"].endswith("（由 2 个分解项按权重得出）。")


def test_what_the_whole_says_after_the_split_is_told_plainly(office: Office) -> None:
    with office.database.writing() as session:
        split_it(office, session)
    with office.database.writing() as session:
        summary = Statement(TaskStatus.IN_PROGRESS, None, "两件事都在推进。")
        report_progress(
            session, office.task(session, GROWTH), summary, actor=later(office.viewer("fagai"), 3)
        )
    assert row_of(office).progress == "两件事都在推进。"


def test_put_together_again_it_speaks_for_itself(office: Office) -> None:
    with office.database.writing() as session:
        for part in split_it(office, session):
            withdraw_part(session, part, "不再拆分。", actor=later(office.viewer("fagai"), 3))
    row = row_of(office)
    assert (row.progress, row.judgement.completion) == (SAID.progress, 62)
    assert "分解项" not in row.judgement.explanation


def test_put_together_and_split_again_the_words_between_are_from_before(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        for part in split_it(office, session):
            withdraw_part(session, part, "不再拆分。", actor=later(fagai, 3))
        said = Statement(TaskStatus.IN_PROGRESS, 70, "仍由一个单位办。")
        report_progress(session, office.task(session, GROWTH), said, actor=later(fagai, 4))
    with office.database.writing() as session:
        split(session, office.task(session, GROWTH), HALVES, actor=later(fagai, 5))
    assert row_of(office).progress.endswith("报送，以后见各分解项）仍由一个单位办。")


def test_parts_that_follow_one_another_are_one_split(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        first, second = split_it(office, session)
        summary = Statement(TaskStatus.IN_PROGRESS, None, "两件事都在推进。")
        report_progress(session, office.task(session, GROWTH), summary, actor=later(fagai, 3))
        split(session, office.task(session, GROWTH), HALVES, actor=later(fagai, 4))
        for part in (first, second):
            withdraw_part(session, part, "重新划分。", actor=later(fagai, 5))
    assert row_of(office).progress == "两件事都在推进。"


def test_parts_that_are_all_done_say_so_and_one_set_aside_is_not_counted(office: Office) -> None:
    with office.database.writing() as session:
        first, second = split_it(office, session)
        done = Statement(TaskStatus.COMPLETED, 100, "已办完。")
        report_progress(session, first, done, actor=later(office.viewer("fagai"), 3))
        suspend(session, second, "上级调整。", actor=office.viewer("ducha"))
    assert row_of(office).judgement.explanation == "1 个分解项都已报完成。"


def closed_late(office: Office, session: Session, part: Task) -> int | None:
    """September, after the part has reported in October."""
    october = date(2018, 10, 26)
    september = period_to_report(session, office.plan(session), TODAY)
    more = Statement(TaskStatus.IN_PROGRESS, 90, "项目开工15个。")
    report_progress(session, part, more, actor=at(office.viewer("fagai"), october))
    close(session, september, actor=at(office.viewer("ducha"), october), unreviewed=True)
    return september.id


def test_a_period_closed_late_keeps_them_apart_too(office: Office) -> None:
    with office.database.writing() as session:
        parts = split_it(office, session)
        number = closed_late(office, session, parts[0])
    text = office.browser("luqiuming").get(f"/periods/{number}").text
    assert "拆分前2018年9月28日报送" in text


def test_a_period_closed_late_stands_as_before_the_split_where_parts_had_not_reported(
    office: Office,
) -> None:
    with office.database.writing() as session:
        parts = split_untold(office, session)
        number = closed_late(office, session, parts[0])
    text = office.browser("luqiuming").get(f"/periods/{number}").text
    assert "完成 62 %" in text
    assert row_of(office).judgement.completion == 45


def test_who_may_not_see_progress_reads_neither_words_nor_parts(office: Office) -> None:
    with office.database.writing() as session:
        split_it(office, session)
    row = row_of(office, "jiaoyu")
    assert row.progress == ""
    assert "分解项" not in row.judgement.explanation
