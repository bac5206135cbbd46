"""佐证材料: who puts files beside a task, who takes them away, and what stays on record."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import utcnow
from app.errors import Conflict, FileRefused, Forbidden, NotFound, TooLarge
from app.models.event import Event
from app.models.imports import StoredFile
from app.models.progress import Attachment, ProgressReport, ReportingPeriod, ReportState
from app.models.task import TaskStatus
from app.queries import evidence as evidence_queries
from app.services import evidence
from app.services.closing import complete
from app.services.parts import PartForm, split
from app.services.periods import period_to_report
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOSPITAL, SCHOOL, TODAY, TOILETS, Office

PICTURE = b"\x89PNG\r\n\x1a\nand so on"
PAPER = b"%PDF-1.7 and so on"


def put(
    office: Office, standard: str = GROWTH, data: bytes = PICTURE, name: str = "现场.png", by: str = "fagai"
) -> int:
    actor = office.viewer(by)
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY)
        task = office.task(session, standard)
        return evidence.add(session, task, period, data, name, actor=actor).id or 0


def take_away(office: Office, number: int, by: str = "fagai") -> None:
    with office.database.writing() as session:
        found = session.get_one(Attachment, number)
        evidence.remove(session, found, actor=office.viewer(by))


def listed(office: Office, standard: str = GROWTH, by: str = "fagai") -> list[str]:
    with office.database.reading() as session:
        rows = evidence_queries.of_task(session, office.viewer(by), office.task(session, standard))
        return [row.name for row in rows]


def count(session: Session, table: type) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def close(office: Office) -> None:
    with office.database.writing() as session:
        session.execute(select(ReportingPeriod)).scalar_one().closed_at = utcnow()


def judge(office: Office, state: ReportState) -> None:
    with office.database.writing() as session:
        report = session.execute(select(ProgressReport)).scalar_one()
        report.state = state
        report.return_reason = "缺少佐证" if state is ReportState.RETURNED else ""


def report(office: Office) -> None:
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 50, "推进中。")
        report_progress(session, office.task(session, GROWTH), told, actor=office.viewer("fagai"))


def test_a_file_its_place_and_its_event_are_written_together(office: Office) -> None:
    number = put(office)
    with office.database.reading() as session:
        (row,) = evidence_queries.of_task(session, office.viewer("fagai"), office.task(session, GROWTH))
        assert (row.id, row.name, row.kind, row.size) == (number, "现场.png", "图片", len(PICTURE))
        assert (row.department, row.uploaded_by, row.address) == ("发改局", "李发改", f"/evidence/{number}")
        assert row.may_remove
        opened = evidence_queries.open_file(session, office.viewer("luqiuming"), number)
        assert opened.content == PICTURE
        event = session.execute(select(Event).where(col(Event.kind) == "evidence_added")).scalar_one()
        assert event.detail["file"] == "现场.png"
        assert event.task_id == row.task_id


@pytest.mark.parametrize(
    ("standard", "by"), [(GROWTH, "ducha"), (HOSPITAL, "fagai"), (SCHOOL, "fagai"), (SCHOOL, "jiaoyu")]
)
def test_whoever_leads_or_supports_a_task_may_add_and_the_supervision_office_for_them(
    office: Office, standard: str, by: str
) -> None:
    put(office, standard, by=by)
    assert listed(office, standard, by) == ["现场.png"]


@pytest.mark.parametrize(
    ("standard", "by"),
    [(GROWTH, "jiaoyu"), (TOILETS, "fagai"), (GROWTH, "luqiuming"), (GROWTH, "admin"), (GROWTH, "auditor")],
)
def test_who_has_no_part_adds_nothing(office: Office, standard: str, by: str) -> None:
    with pytest.raises(Forbidden):
        put(office, standard, by=by)
    assert listed(office, standard, "ducha") == []


@pytest.mark.parametrize("by", ["jiaoyu", "admin", "auditor"])
def test_who_may_not_see_the_progress_sees_and_opens_no_evidence(office: Office, by: str) -> None:
    number = put(office)
    assert listed(office, by=by) == []
    with office.database.reading() as session, pytest.raises(Forbidden):
        evidence_queries.open_file(session, office.viewer(by), number)


def test_another_jurisdiction_finds_nothing(office: Office) -> None:
    number = put(office)
    assert listed(office, by="neighbour") == []
    with office.database.reading() as session, pytest.raises(NotFound):
        evidence_queries.open_file(session, office.viewer("neighbour"), number)


def test_the_same_file_twice_is_one_and_in_another_task_another(office: Office) -> None:
    assert put(office) == put(office, name="改了名.png")
    put(office, HOSPITAL)
    with office.database.reading() as session:
        assert count(session, Attachment) == 2


def test_two_colleagues_with_one_file_at_once_make_one(office: Office) -> None:
    with office.database.writing() as session:
        period_to_report(session, office.plan(session), TODAY)
    with ThreadPoolExecutor(2) as pool:
        numbers = set(pool.map(lambda _: put(office), range(2)))
    assert len(numbers) == 1
    assert listed(office) == ["现场.png"]


def test_a_file_that_was_removed_may_come_again(office: Office) -> None:
    first = put(office)
    take_away(office, first)
    assert listed(office) == []
    assert put(office) != first
    with office.database.reading() as session, pytest.raises(NotFound, match="已被移除"):
        evidence_queries.open_file(session, office.viewer("fagai"), first)


def test_removing_keeps_the_row_and_who_did_it_and_does_it_once(office: Office) -> None:
    number = put(office)
    for _ in range(2):
        take_away(office, number)
    with office.database.reading() as session:
        kept = session.get_one(Attachment, number)
        assert kept.removed_by == "李发改"
        assert session.get_one(StoredFile, kept.file_id).content == PICTURE
        removed = session.execute(select(Event).where(col(Event.kind) == "evidence_removed")).scalars().all()
        assert len(removed) == 1


def test_a_unit_removes_only_its_own(office: Office) -> None:
    number = put(office, SCHOOL, by="jiaoyu")
    with pytest.raises(Conflict, match="教育局上传"):
        take_away(office, number, by="fagai")
    with pytest.raises(Conflict, match="教育局上传"):
        take_away(office, number, by="ducha")
    assert listed(office, SCHOOL) == ["现场.png"]


def test_the_supervision_office_takes_back_what_it_filed_itself(office: Office) -> None:
    number = put(office, by="ducha")
    take_away(office, number, by="ducha")
    assert listed(office) == []


def test_nothing_is_added_or_removed_in_a_closed_period(office: Office) -> None:
    number = put(office)
    close(office)
    with pytest.raises(Conflict, match="已关闭"):
        take_away(office, number)
    with office.database.writing() as session:
        period = session.execute(select(ReportingPeriod)).scalar_one()
        task = office.task(session, GROWTH)
        with pytest.raises(Conflict, match="已关闭"):
            evidence.add(session, task, period, PAPER, "批复.pdf", actor=office.viewer("fagai"))
    with office.database.reading() as session:
        (row,) = evidence_queries.of_task(session, office.viewer("fagai"), office.task(session, GROWTH))
        assert not row.may_remove


def test_what_an_approved_report_rests_on_stays(office: Office) -> None:
    number = put(office)
    report(office)
    judge(office, ReportState.APPROVED)
    with pytest.raises(Conflict, match="已审核通过"):
        take_away(office, number)
    judge(office, ReportState.RETURNED)
    take_away(office, number)
    assert listed(office) == []


def test_the_joint_reports_approval_holds_a_supporting_units_file_too(office: Office) -> None:
    number = put(office, HOSPITAL)  # 卫健局 leads, 发改局 supports
    with office.database.writing() as session:
        told = Statement(TaskStatus.IN_PROGRESS, 50, "推进中。")
        report_progress(session, office.task(session, HOSPITAL), told, actor=office.viewer("ducha"))
    judge(office, ReportState.APPROVED)
    with pytest.raises(Conflict, match="已审核通过"):
        take_away(office, number)


def test_a_task_that_is_done_with_takes_no_more(office: Office) -> None:
    with office.database.writing() as session:
        office.task(session, GROWTH).closed_at = utcnow()
    with pytest.raises(Conflict, match="已办结"):
        put(office)


def test_a_period_of_another_plan_is_not_found(office: Office) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        other = plan.model_copy(update={"id": None, "title": "另一份", "columns": []})
        session.add(type(plan)(**other.model_dump(exclude={"id"})))
        session.flush()
        elsewhere = session.execute(select(type(plan)).where(col(type(plan).title) == "另一份")).scalar_one()
        period = period_to_report(session, elsewhere, TODAY)
        with pytest.raises(NotFound):
            evidence.add(
                session, office.task(session, GROWTH), period, PICTURE, "a.png", actor=office.viewer("fagai")
            )


@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"<svg onload='x()'/>", b"PK\x03\x04", b"\x00" * 5000])
def test_junk_is_refused_with_what_may_be_sent(office: Office, content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        put(office, data=content, name="现场.bin")
    assert "可以上传图片" in refused.value.remedy
    assert listed(office) == []


def test_a_file_that_is_not_what_it_is_called_is_refused_with_what_to_do(office: Office) -> None:
    with pytest.raises(FileRefused, match="名称写的是“PDF”，内容却不是") as refused:
        put(office, data=b"not a document", name="验收.pdf")
    assert "重新另存一份再上传" in refused.value.remedy


def test_an_empty_file_is_refused(office: Office) -> None:
    with pytest.raises(FileRefused, match="空文件"):
        put(office, data=b"")


def test_a_file_over_the_limit_is_refused_with_its_name(office: Office) -> None:
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY)
        task = office.task(session, GROWTH)
        with pytest.raises(TooLarge, match=r"“大\.png”超过了 1 MB"):
            evidence.add(
                session,
                task,
                period,
                PICTURE + b"x" * 1_000_000,
                "大.png",
                actor=office.viewer("fagai"),
                limit=1_000_000,
            )


def test_a_task_has_twenty_files_a_period_and_no_more(office: Office) -> None:
    for number in range(20):
        put(office, data=PICTURE + bytes([number]))
    with pytest.raises(Conflict, match="已有 20 份"):
        put(office, data=PAPER, name="批复.pdf")
    assert put(office, data=PICTURE + b"\x03")  # one of them once more is none too many


def test_several_files_come_all_or_none(office: Office) -> None:
    good, bad = evidence.Upload(PICTURE, "好.png"), evidence.Upload(b"MZ", "坏.exe")

    def send() -> None:
        with office.database.writing() as session:
            period = period_to_report(session, office.plan(session), TODAY)
            task = office.task(session, GROWTH)
            evidence.add_all(session, task, period, [good, bad], actor=office.viewer("fagai"))

    with pytest.raises(FileRefused, match=r"坏\.exe"):
        send()
    assert listed(office) == []


def test_a_list_does_not_read_what_the_files_hold(office: Office) -> None:
    put(office)
    with office.database.reading() as session:
        evidence_queries.of_task(session, office.viewer("fagai"), office.task(session, GROWTH))
        assert not [each for each in session.identity_map.values() if isinstance(each, StoredFile)]


def test_a_namesake_of_another_unit_removes_nothing(office: Office) -> None:
    number = put(office)
    with office.database.writing() as session:
        found = session.get_one(Attachment, number)
        nobody = replace(office.viewer("jiaoyu"), name="李发改")
        with pytest.raises(Forbidden):
            evidence.remove(session, found, actor=nobody)


def test_the_part_of_a_task_taken_off_the_list_takes_no_more_files(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        task, halves = office.task(session, GROWTH), [PartForm("先办的一半。", date(2018, 12, 31))]
        (part,) = split(session, task, halves, actor=fagai)
        complete(session, task, "现场核实，已经办成。", actor=office.viewer("ducha"))
        period = period_to_report(session, office.plan(session), TODAY)
        with pytest.raises(Conflict, match="已办结"):
            evidence.add(session, part, period, PICTURE, "现场.png", actor=fagai)
