"""办结 and 填报审核: taking a task off the list answers the reports that wait on it."""

from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.queries.periods import list_periods
from app.queries.snapshots import closed_period, snapshot_of
from app.services.closing import complete
from app.services.parts import PartForm, split
from app.services.periods import close
from app.services.progress import report_progress
from tests.office import GROWTH, Office
from tests.services.test_review import ON_PACE, events, report


def test_whoever_takes_a_task_off_the_list_has_accepted_what_waits_on_it(office: Office) -> None:
    """Otherwise nobody could review it any more, and the close would count it neither as reviewed nor as not."""
    ducha, number = office.viewer("ducha"), report(office)
    with office.database.writing() as session:
        complete(session, office.task(session, GROWTH), "现场核实。", actor=ducha)
    with office.database.writing() as session:
        found = session.get_one(ProgressReport, number)
        assert (found.state, found.reviewer_name) == (ReportState.APPROVED, "王督查")
        (event,) = events(session, "report_approved")
        assert event.detail["with_task"] is True
        line = list_periods(session, ducha, office.plan(session))[8]
        assert (line.reported, line.approved, line.waiting) == (1, 1, 0)
        period = session.get_one(ReportingPeriod, found.period_id)
        close(session, period, actor=ducha, early=True)
        kept = closed_period(snapshot_of(session, period), ducha)
    (row,) = [each for each in kept.rows if each.report is not None]
    assert (row.report.state if row.report else None, row.is_unreviewed) == (ReportState.APPROVED, False)
    assert "随任务办结" in office.browser("auditor").get("/trail?kind=report_approved").text


def test_the_parts_of_a_task_off_the_list_wait_for_no_review_either(office: Office) -> None:
    ducha, fagai = office.viewer("ducha"), office.viewer("fagai")
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        (part,) = split(session, task, [PartForm("抓项目投产。", task.due_on)], actor=fagai)
        told = report_progress(session, part, ON_PACE, actor=fagai)
        complete(session, task, "现场核实。", actor=ducha)
        assert told.state is ReportState.APPROVED


def test_a_report_of_a_closed_period_stays_as_it_was_kept(office: Office) -> None:
    ducha, number = office.viewer("ducha"), report(office)
    with office.database.writing() as session:
        period = session.get_one(ReportingPeriod, session.get_one(ProgressReport, number).period_id)
        close(session, period, actor=ducha, early=True, unreviewed=True)
        complete(session, office.task(session, GROWTH), "现场核实。", actor=ducha)
        assert session.get_one(ProgressReport, number).state is ReportState.SUBMITTED
