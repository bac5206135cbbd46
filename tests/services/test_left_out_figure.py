"""完成率 told before and left empty now: nobody's figure is taken away by an oversight, at any door."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.progress import ProgressReport, ReportDraft
from app.models.task import TaskStatus
from app.rules.drafts import Change
from app.services import sheet
from app.services.drafts import Place
from app.services.periods import period_to_report
from app.services.progress import Statement, report_progress, statement_of
from app.services.review import return_report
from tests.office import GROWTH, TODAY, Office, at

AUGUST, OCTOBER = date(2018, 8, 28), date(2018, 10, 25)
FIRST = Statement(TaskStatus.IN_PROGRESS, 62, "上半年增长7.9%。")
EMPTY = {"status": "in_progress", "completion": "", "progress": "前三季度增长8.1%。"}
ASKED = "上次报的是 62 %，这次没有填：沿用请填 62，确实不填请写“不填”。"


def tell(office: Office, statement: Statement, day: date = TODAY) -> ProgressReport:
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        return report_progress(session, task, statement, actor=at(office.viewer("fagai"), day))


def stands(office: Office) -> int | None:
    with office.database.reading() as session:
        return office.task(session, GROWTH).completion


def place_of(session: Session, office: Office) -> Place:
    plan = office.plan(session)
    period = period_to_report(session, plan, TODAY)
    return Place(plan.id or 0, period.id or 0, office.task(session, GROWTH).id or 0)


def typed(**texts: str) -> dict[str, Change]:
    return {name: Change("", text) for name, text in {**EMPTY, **texts}.items()}


def test_an_empty_figure_after_one_that_was_told_is_asked_about(office: Office) -> None:
    tell(office, FIRST, AUGUST)
    with pytest.raises(InvalidInput) as refused:
        tell(office, statement_of(EMPTY))
    assert refused.value.fields == {"completion": ASKED}
    assert stands(office) == 62


def test_who_means_it_says_so_and_is_not_asked_again(office: Office) -> None:
    tell(office, FIRST, AUGUST)
    left_out = statement_of({**EMPTY, "completion": "不填"})
    first, again = tell(office, left_out), tell(office, left_out)
    assert (first.id, first.completion, stands(office)) == (again.id, None, None)
    later = tell(office, statement_of({**EMPTY, "progress": "前十月增长8%。"}), OCTOBER)
    assert later.completion is None


@pytest.mark.parametrize("status", [TaskStatus.NOT_STARTED, TaskStatus.COMPLETED])
def test_a_status_that_says_it_all_needs_no_figure(office: Office, status: TaskStatus) -> None:
    tell(office, FIRST, AUGUST)
    tell(office, statement_of({**EMPTY, "status": status.value}))
    assert stands(office) == (100 if status is TaskStatus.COMPLETED else None)


def test_what_was_sent_back_or_told_of_a_later_period_is_no_earlier_figure(office: Office) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        august = period_to_report(session, plan, AUGUST)
        task, fagai = office.task(session, GROWTH), office.viewer("fagai")
        returned = report_progress(session, task, FIRST, actor=fagai)
        return_report(session, returned, "不具体。", actor=office.viewer("ducha"))
        report_progress(session, task, statement_of(EMPTY), actor=fagai)
        report_progress(session, task, FIRST, actor=at(fagai, OCTOBER))
        report_progress(session, task, statement_of(EMPTY), actor=fagai, period=august)
    assert stands(office) == 62


def test_the_sheet_keeps_the_draft_and_asks_for_one_row_as_for_all(office: Office) -> None:
    tell(office, FIRST, AUGUST)
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        place = place_of(session, office)
        one = sheet.submit(session, place, typed(), actor=fagai)
        (of_all,) = sheet.submit_all(session, office.plan(session), {place: {}}, actor=fagai, seen={})
        (left,) = sheet.carry_out(session, office.plan(session), place.period_id, "all", actor=fagai, seen={})
        assert one.errors == of_all.errors == left.errors == {"completion": ASKED}
        assert session.execute(select(col(ReportDraft.progress))).scalar_one() == EMPTY["progress"]
    assert stands(office) == 62


def test_the_same_press_twice_with_a_figure_left_out_is_one_report(office: Office) -> None:
    tell(office, FIRST, AUGUST)
    fagai, left_out = office.viewer("fagai"), typed(completion="不填")
    with office.database.writing() as session:
        place = place_of(session, office)
        first = sheet.submit(session, place, left_out, actor=fagai)
        again = sheet.submit(session, place, left_out, actor=fagai)
    assert (first.errors, again.errors, first.report_id) == ({}, {}, again.report_id)
    assert stands(office) is None


def test_page_and_api_ask_in_the_same_words(office: Office) -> None:
    tell(office, FIRST, AUGUST)
    page = office.browser("fagai").post(f"/tasks/{office.task_id(GROWTH)}/progress", data=EMPTY)
    assert page.status_code == 422
    assert ASKED in page.text
    assert EMPTY["progress"] in page.text
    address, oa = f"/api/v1/tasks/{office.task_id(GROWTH)}/progress", office.api("fagai")
    said = {"status": "in_progress", "progress": EMPTY["progress"]}
    refused = oa.post(address, json=said)
    assert (refused.status_code, refused.json()["fields"]) == (422, {"completion": ASKED})
    assert oa.post(address, json={**said, "completion": "没有"}).status_code == 422
    told = oa.post(address, json={**said, "completion": "不填"})
    assert (told.status_code, told.json()["completion"]) == (201, None)
