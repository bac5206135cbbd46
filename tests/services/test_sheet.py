"""报送 from the sheet: what a person saw is what is reported, whoever else is at it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from time import sleep

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import AppError, Conflict, InvalidInput
from app.models.progress import ProgressReport, ReportDraft, ReportingPeriod, ReportState
from app.models.task import Assignment, AssignmentRole, Indicator, Task, TaskStatus
from app.queries.sheet import sheet_of
from app.rules.drafts import Change, RowState
from app.rules.permissions import Viewer
from app.services import drafts, sheet
from app.services.closing import suspend
from app.services.drafts import Place
from app.services.parts import PartForm, split
from app.services.periods import close, period_to_report
from app.services.progress import Statement, report_progress
from app.services.review import return_report
from tests.office import GROWTH, TODAY, Office

GOOD = {
    "status": Change("", "in_progress"),
    "completion": Change("", "60"),
    "progress": Change("", "前三季度增长8.1%。"),
}


def place_of(session: Session, office: Office, standard: str = GROWTH) -> Place:
    plan = office.plan(session)
    period = period_to_report(session, plan, TODAY)
    return Place(plan.id or 0, period.id or 0, office.task(session, standard).id or 0)


def reports(session: Session) -> list[ProgressReport]:
    return list(session.execute(select(ProgressReport).order_by(col(ProgressReport.id))).scalars())


def state_of(session: Session, office: Office, viewer: Viewer) -> RowState:
    place = place_of(session, office)
    plan = office.plan(session)
    period = period_to_report(session, plan, TODAY)
    (row,) = [row for row in sheet_of(session, viewer, plan, period).rows if row.task_id == place.task_id]
    return row.state


def test_a_row_goes_from_empty_to_reported_and_back_when_it_is_returned(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        assert state_of(session, office, fagai) is RowState.EMPTY
        drafts.save(session, place, {"progress": Change("", "前三")}, actor=fagai)
        assert state_of(session, office, fagai) is RowState.DRAFT
        rest = {**GOOD, "progress": Change("前三", "前三季度增长8.1%。")}
        sent = sheet.submit(session, place, rest, actor=fagai)
        assert state_of(session, office, fagai) is RowState.SUBMITTED
        (report,) = reports(session)
        report.state, report.return_reason = ReportState.RETURNED, "不具体"
        session.flush()
        assert state_of(session, office, fagai) is RowState.RETURNED
        sheet.submit(session, place, {}, actor=fagai, seen=sent.report_id)
        assert [each.state for each in reports(session)] == [ReportState.RETURNED, ReportState.SUBMITTED]


def test_a_refused_row_stays_a_draft_and_the_others_are_sent(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        wrong = {**GOOD, "completion": Change("", "130")}
        (sent,) = sheet.submit_all(session, office.plan(session), {place: wrong}, actor=fagai, seen={})
        assert list(sent.errors) == ["completion"]
        assert reports(session) == []
    with office.database.reading() as session:
        assert session.execute(select(ReportDraft)).scalar_one().completion == "130"


@pytest.mark.parametrize("turn", range(3))
def test_many_at_one_row_lose_no_text_they_were_told_is_kept(office: Office, turn: int) -> None:
    """Colleagues save and send at once, from the first letter on; each is told the truth."""
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
    people = [replace(fagai, name=f"联络员{number}") for number in range(6)]

    def work(number: int) -> str:
        text = f"第{number}人写的。"
        try:
            with office.database.writing() as session:
                if number % 2:
                    fields = {**GOOD, "progress": Change("", text)}
                    sent = sheet.submit(session, place, fields, actor=people[number])
                    told = sent.is_reported
                else:
                    change = {"progress": Change("", text)}
                    told = not drafts.save(session, place, change, actor=people[number]).conflicts
        except Conflict:
            return ""
        return text if told else ""

    with ThreadPoolExecutor(6) as pool:
        promised = [text for text in pool.map(work, range(6)) if text]
    assert promised
    with office.database.reading() as session:
        kept = {report.progress for report in reports(session)}
        kept |= set(session.execute(select(col(ReportDraft.progress))).scalars())
    assert set(promised) <= kept


def test_a_double_press_at_once_is_one_report(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)

    def press(_: int) -> RowState:
        with office.database.writing() as session:
            return sheet.submit(session, place, GOOD, actor=fagai).row

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, range(4))) == [RowState.SUBMITTED] * 4
    with office.database.reading() as session:
        assert session.execute(select(func.count()).select_from(ProgressReport)).scalar_one() == 1


def test_two_who_send_the_whole_sheet_at_once_take_turns(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
    typed = {"status": Change("", "in_progress"), "progress": Change("", "推进中，已开工12个项目。")}

    def send(_: int) -> list[sheet.Sent]:
        with office.database.writing() as session:
            left = sheet.keep(session, {place: typed}, {}, actor=fagai, seen={})
            sleep(0.3)  # time enough for the other to come in between
            if left:
                return left
            plan = office.plan(session)
            return sheet.carry_out(session, plan, place.period_id, "all", actor=fagai, seen={})

    with ThreadPoolExecutor(2) as pool:
        left = [each for found in pool.map(send, range(2)) for each in found]
    assert ["已报送了这一项" in each.errors[""] for each in left] == [True]
    with office.database.reading() as session:
        assert [report.progress for report in reports(session)] == ["推进中，已开工12个项目。"]


def test_of_two_lead_units_each_reports_and_the_newest_counts(office: Office) -> None:
    fagai, jiaoyu = office.viewer("fagai"), office.viewer("jiaoyu")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        session.add(
            Assignment(
                jurisdiction_id=task.jurisdiction_id,
                plan_id=task.plan_id,
                task_id=task.id or 0,
                role=AssignmentRole.LEAD,
                department_id=jiaoyu.department_id,
                position=9,
            )
        )
        session.flush()
        report_progress(
            session, task, Statement(TaskStatus.IN_PROGRESS, 40, "发改局的。"), actor=fagai, seen=0
        )
        report_progress(
            session, task, Statement(TaskStatus.IN_PROGRESS, 55, "教育局的。"), actor=jiaoyu, seen=0
        )
        assert task.completion == 55
        assert [report.department_name for report in reports(session)] == ["发改局", "教育局"]


def with_target(session: Session, office: Office, target: float = 58) -> Task:
    task = office.task(session, GROWTH)
    session.add(
        Indicator(
            jurisdiction_id=task.jurisdiction_id, task_id=task.id or 0, name="公厕", target=target, unit="座"
        )
    )
    session.flush()
    return task


@pytest.mark.parametrize(
    ("status", "actual", "completion"),
    [
        (TaskStatus.IN_PROGRESS, 29.0, 50),
        (TaskStatus.IN_PROGRESS, 57.9, 99),
        (TaskStatus.IN_PROGRESS, 5.8, 10),
        (TaskStatus.IN_PROGRESS, 0.0, 0),
        (TaskStatus.IN_PROGRESS, 60.0, 100),
        (TaskStatus.COMPLETED, 58.0, 100),
        (TaskStatus.NOT_STARTED, None, None),
    ],
)
def test_the_figure_says_how_far_the_task_is_whatever_else_is_stated(
    office: Office, status: TaskStatus, actual: float | None, completion: int | None
) -> None:
    with office.database.writing() as session:
        task = with_target(session, office)
        said = Statement(status, 7, "到目前为止。", actual=actual)
        report = report_progress(session, task, said, actor=office.viewer("fagai"))
        assert (report.actual, report.completion, task.completion) == (actual, completion, completion)


@pytest.mark.parametrize(
    ("status", "actual", "field"),
    [
        (TaskStatus.IN_PROGRESS, None, "actual"),
        (TaskStatus.COMPLETED, None, "actual"),
        (TaskStatus.COMPLETED, 57.0, "actual"),
        (TaskStatus.IN_PROGRESS, -1.0, "actual"),
        (TaskStatus.NOT_STARTED, 3.0, "status"),
        (TaskStatus.SUSPENDED, 3.0, "status"),
    ],
)
def test_a_figure_that_cannot_be_right_is_refused_at_its_field(
    office: Office, status: TaskStatus, actual: float | None, field: str
) -> None:
    with office.database.writing() as session:
        task = with_target(session, office)
        said = Statement(status, None, "到目前为止。", actual=actual)
        with pytest.raises(InvalidInput) as refused:
            report_progress(session, task, said, actor=office.viewer("fagai"))
        assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("end", ["closed_at", "suspended"])
def test_nobody_reports_on_what_is_closed_or_suspended(office: Office, end: str) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        if end == "closed_at":
            task.closed_at = fagai.now
        else:
            task.status = TaskStatus.SUSPENDED
        session.flush()
        with pytest.raises(AppError, match=r"不再填报。|不填报。"):
            report_progress(session, task, Statement(TaskStatus.IN_PROGRESS, 40, "写。"), actor=fagai)
        assert reports(session) == []


def test_the_parts_of_a_task_that_rests_are_not_on_the_sheet_and_take_no_draft(office: Office) -> None:
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    with office.database.writing() as session:
        place, plan = place_of(session, office), office.plan(session)
        task, halves = office.task(session, GROWTH), [PartForm("先办的一半。", date(2018, 12, 31))]
        (part,) = split(session, task, halves, actor=fagai)
        own = replace(place, task_id=part.id or 0)
        drafts.save(session, own, GOOD, actor=fagai)
        suspend(session, task, "上级调整指标。", actor=ducha)
        assert sheet_of(session, fagai, plan, period_to_report(session, plan, TODAY)).rows == []
        with pytest.raises(Conflict, match="已办结或中止"):
            drafts.save(session, own, {"problems": Change("", "缺资金。")}, actor=fagai)


def test_what_was_not_sent_before_the_close_stands_beside_the_next_period(office: Office) -> None:
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    with office.database.writing() as session:
        place, plan, task = place_of(session, office), office.plan(session), office.task(session, GROWTH)
        report_progress(session, task, Statement(TaskStatus.IN_PROGRESS, 50, "先报一半。"), actor=fagai)
        more = {"progress": Change("先报一半。", "先报一半，又有进展。")}
        drafts.save(session, place, more, actor=fagai, seen=reports(session)[0].id or 0)
        september = session.get_one(ReportingPeriod, place.period_id)
        close(session, september, actor=ducha, unreviewed=True, early=True)
        october = period_to_report(session, plan, date(2018, 10, 20))
        (row,) = sheet_of(session, fagai, plan, october).rows
        assert row.last is not None
        assert (row.last.period, row.last.is_sent) == ("2018年9月", False)
        assert row.last.fields["progress"] == "先报一半，又有进展。"
        assert row.state is RowState.EMPTY
        report_progress(
            session, task, Statement(TaskStatus.IN_PROGRESS, 60, "十月。"), actor=fagai, period=october
        )
        november = period_to_report(session, plan, date(2018, 11, 20))
        (row,) = sheet_of(session, fagai, plan, november).rows
        assert row.last is not None
        assert (row.last.period, row.last.is_sent) == ("2018年10月", True)


def test_what_was_sent_back_and_not_reported_again_stands_beside_the_next_period(office: Office) -> None:
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    with office.database.writing() as session:
        place, plan, task = place_of(session, office), office.plan(session), office.task(session, GROWTH)
        report_progress(session, task, Statement(TaskStatus.IN_PROGRESS, 50, "写得不细。"), actor=fagai)
        return_report(session, reports(session)[0], "请写明数据来源。", actor=ducha)
        september = session.get_one(ReportingPeriod, place.period_id)
        close(session, september, actor=ducha, unreviewed=True, early=True)
        october = period_to_report(session, plan, date(2018, 10, 20))
        (row,) = sheet_of(session, fagai, plan, october).rows
        assert row.last is not None
        assert (row.last.period, row.last.is_sent) == ("2018年9月", False)
        assert row.last.returned_for == "请写明数据来源。"
        assert row.last.fields["progress"] == "写得不细。"
        report_progress(
            session, task, Statement(TaskStatus.IN_PROGRESS, 60, "十月。"), actor=fagai, period=october
        )
        november = period_to_report(session, plan, date(2018, 11, 20))
        (row,) = sheet_of(session, fagai, plan, november).rows
        assert row.last is not None
        assert (row.last.period, row.last.returned_for) == ("2018年10月", "")


def test_what_is_finished_or_split_may_be_left(office: Office) -> None:
    def counted(session: Session) -> tuple[int, int]:
        sheet = sheet_of(session, fagai, plan, period)
        return len(sheet.rows), len(sheet.asked)

    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        plan, task = office.plan(session), office.task(session, GROWTH)
        period, halves = (
            period_to_report(session, plan, TODAY),
            [PartForm("先办的一半。", date(2018, 12, 31))],
        )
        assert counted(session) == (1, 1)
        (part,) = split(session, task, halves, actor=fagai)
        assert counted(session) == (2, 1)
        part.status, part.completion = TaskStatus.COMPLETED, 100
        session.flush()
        assert counted(session) == (2, 0)
