"""分解项: who makes them, what they make of the whole, and what passes them by."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, Forbidden, InvalidInput
from app.installation import command_actor
from app.models.directory import Department
from app.models.event import Event
from app.models.notice import Notice
from app.models.plan import PlanState
from app.models.task import Assignment, AssignmentRole, HandOver, Task, TaskStatus
from app.queries import parts as part_queries
from app.queries import tasks as task_queries
from app.queries.ledger import ledger
from app.queries.matrix import responsibility_matrix
from app.queries.revisions import revision
from app.queries.workload import Bearer, standing
from app.rules.status import Light
from app.services import imports as import_services
from app.services import parts as part_services
from app.services import stages as stage_services
from app.services.hand_over import call_off, confirm_hand_over
from app.services.parts import PartForm
from app.services.progress import Statement, report_progress
from tests.office import GROWTH, HOME, HOSPITAL, PLAN, SCHOOL, TABLE, TODAY, Office

HALF, YEAR = date(2018, 6, 30), date(2018, 12, 31)
LATER = TODAY + timedelta(days=10)


def unit(session: Session, name: str) -> Department:
    return session.execute(select(Department).where(col(Department.name) == name)).scalar_one()


def split(office: Office, *rows: PartForm, username: str = "fagai", standard: str = GROWTH) -> list[int]:
    with office.database.writing() as session:
        task = office.task(session, standard)
        made = part_services.split(session, task, rows, actor=office.viewer(username))
        return [part.id or 0 for part in made]


def report(office: Office, task_id: int, percent: int, username: str = "fagai") -> None:
    status = TaskStatus.COMPLETED if percent == 100 else TaskStatus.IN_PROGRESS
    with office.database.writing() as session:
        told = Statement(status, percent, f"完成{percent}%。")
        report_progress(session, session.get_one(Task, task_id), told, actor=office.viewer(username))


def figures(office: Office, standard: str = GROWTH) -> tuple[TaskStatus, int | None]:
    with office.database.reading() as session:
        task = office.task(session, standard)
        return task.status, task.completion


TWO = (PartForm("上半年增长8%。", HALF, 1), PartForm("全年增长8%。", YEAR, 3))


def test_the_whole_is_what_its_parts_add_up_to(office: Office) -> None:
    first, second = split(office, *TWO)
    assert figures(office) == (TaskStatus.NOT_STARTED, None)
    report(office, first, 100)
    assert figures(office) == (TaskStatus.IN_PROGRESS, 25)
    report(office, second, 50)
    assert figures(office) == (TaskStatus.IN_PROGRESS, 62)  # 62.5 rounded down
    report(office, office.task_id(GROWTH), 5)  # words on the whole leave its figures alone
    assert figures(office) == (TaskStatus.IN_PROGRESS, 62)
    report(office, second, 100)
    assert figures(office) == (TaskStatus.COMPLETED, 100)
    with office.database.reading() as session:
        assert office.task(session, GROWTH).reported_at == session.get_one(Task, second).reported_at


def test_a_part_has_the_wholes_official_its_own_unit_and_a_number(office: Office) -> None:
    ids = split(office, *TWO)
    with office.database.reading() as session:
        parts = [session.get_one(Task, part_id) for part_id in ids]
        assert [(part.number, part.due_on, part.weight) for part in parts] == [
            ("1-1", HALF, 1),
            ("1-2", YEAR, 3),
        ]
        plan = office.plan(session)
        row = task_queries.get_row(session, office.viewer("ducha"), plan, parts[0])
        assert [each.name for each in row.responsibility.officials] == ["陆秋明"]
        assert [each.name for each in row.responsibility.lead_departments] == ["发改局"]
        shown = part_queries.parts_in(session, office.viewer("fagai"), plan, office.task(session, GROWTH))
        assert [(part.row.standard, part.weight) for part in shown.rows] == [
            ("上半年增长8%。", 1),
            ("全年增长8%。", 3),
        ]
        whole = part_queries.parts_in(session, office.viewer("fagai"), plan, parts[0]).parent
        assert whole is not None
        assert whole.standard == GROWTH


def test_lists_counts_matrix_and_workbook_count_the_whole_once(office: Office) -> None:
    def told(session: Session) -> object:
        ducha, plan = office.viewer("ducha"), office.plan(session)
        matrix = responsibility_matrix(session, ducha, plan, Bearer.DEPARTMENT)
        return (
            [row.standard for row in ledger(session, ducha, plan).tasks],
            [(row.name, row.standing.total) for row in ledger(session, ducha, plan).departments],
            standing(session, ducha, plan).total,
            matrix.total,
            {goal: {k: cell.count for k, cell in row.items()} for goal, row in matrix.cells.items()},
        )

    with office.database.reading() as session:
        before = told(session)
    split(office, *TWO)
    with office.database.reading() as session:
        assert told(session) == before


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (PartForm(" ", HALF), "standard-1"),
        (PartForm("字" * 1001, HALF), "standard-1"),
        (PartForm("一", None), "due_on-1"),
        (PartForm("一", date(2019, 1, 1)), "due_on-1"),
        (PartForm("一", date(2017, 12, 31)), "due_on-1"),
        (PartForm("一", HALF, 0), "weight-1"),
        (PartForm("一", HALF, 1001), "weight-1"),
        (PartForm("一", HALF, None), "weight-1"),
        (PartForm("一", HALF, 1, 999), "department-1"),
    ],
)
def test_a_part_that_cannot_be_is_refused_at_its_field(office: Office, row: PartForm, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        split(office, row)
    assert list(refusal.value.fields) == [field]
    with office.database.reading() as session:
        assert session.execute(select(Task).where(col(Task.parent_id).is_not(None))).first() is None


def test_every_line_says_what_is_wrong_with_it(office: Office) -> None:
    with pytest.raises(InvalidInput) as refusal:
        split(office, PartForm("一", None), PartForm("二", HALF), PartForm("", HALF, 0))
    assert refusal.value.fields == {
        "due_on-1": "第 1 行：请填写完成时限，年、月、日写全。",
        "standard-3": "第 3 行：请写明这一项做什么。",
        "weight-3": "第 3 行：权重请填 1 到 1000 之间的整数。",
    }


def test_only_the_lead_unit_and_the_supervision_office_split(office: Office) -> None:
    for username in ("jiaoyu", "luqiuming", "admin"):
        with pytest.raises(Forbidden):
            split(office, *TWO, username=username)
    with pytest.raises(Forbidden):
        split(office, PartForm("一", HALF), standard=HOSPITAL)  # only supported by 发改局
    assert len(split(office, *TWO, username="ducha")) == 2


def test_a_unit_outside_is_given_a_part_by_the_supervision_office_only(office: Office) -> None:
    with office.database.reading() as session:
        jiaoyu, zhujian = unit(session, "教育局").id, unit(session, "住建局").id
    with pytest.raises(InvalidInput):
        split(office, PartForm("一", HALF, 1, jiaoyu))
    split(office, PartForm("一", HALF, 1, jiaoyu), username="ducha")
    split(office, PartForm("建好校舍。", YEAR, 1, zhujian), username="jiaoyu", standard=SCHOOL)  # supports it
    with office.database.reading() as session:
        told = session.execute(select(Notice)).scalars().all()
        assert [notice.department_id for notice in told] == [jiaoyu, zhujian]


def test_no_parts_of_parts_nor_of_what_is_over(office: Office) -> None:
    first, _ = split(office, *TWO)
    with pytest.raises(Conflict, match="分解项"), office.database.writing() as session:
        part_services.split(session, session.get_one(Task, first), TWO, actor=office.viewer("fagai"))
    report(office, office.task_id(SCHOOL), 100, "jiaoyu")
    with pytest.raises(Conflict, match="已报完成"):
        split(office, PartForm("一", YEAR), username="jiaoyu", standard=SCHOOL)
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.CLOSED
        session.add(plan)
    with pytest.raises(Conflict, match="不能再拆分"):
        split(office, *TWO)


def test_who_answers_for_the_whole_sees_its_parts_and_outsiders_do_not(office: Office) -> None:
    with office.database.reading() as session:
        zhujian = unit(session, "住建局").id
    (part_id,) = split(office, PartForm("建好校舍。", YEAR, 1, zhujian), username="jiaoyu", standard=SCHOOL)
    report(office, part_id, 30, "ducha")
    with office.database.reading() as session:
        part, plan = session.get_one(Task, part_id), office.plan(session)
        for username, percent in (("jiaoyu", 30), ("fagai", 30), ("luqiuming", 30)):
            row = task_queries.get_row(session, office.viewer(username), plan, part)
            assert row.judgement.completion == percent
    (hidden,) = split(office, PartForm("一", YEAR))
    with office.database.reading() as session:
        row = task_queries.get_row(
            session, office.viewer("jiaoyu"), office.plan(session), session.get_one(Task, hidden)
        )
        assert row.judgement.light is Light.HIDDEN


def test_a_part_is_changed_and_its_whole_follows(office: Office) -> None:
    first, _ = split(office, *TWO)
    report(office, first, 100)
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        part = session.get_one(Task, first)
        shown = part_queries.digest_of_part(session, part)
        part_services.change_part(
            session, part, PartForm("上半年增长8.1%。", HALF, 3), actor=fagai, shown=shown
        )
    assert figures(office) == (TaskStatus.IN_PROGRESS, 50)
    with pytest.raises(Conflict, match="已被同事修改"), office.database.writing() as session:
        part_services.change_part(
            session, session.get_one(Task, first), PartForm("旧", HALF, 1), actor=fagai, shown=shown
        )
    with office.database.reading() as session:
        event = (
            session.execute(
                select(Event).where(col(Event.kind) == "part_changed", col(Event.task_id) == first)
            )
            .scalars()
            .one()
        )
        assert event.detail["before"] == {"standard": "上半年增长8%。", "weight": 1}
        assert event.detail["after"] == {"standard": "上半年增长8.1%。", "weight": 3}


def test_a_part_passed_to_another_unit_keeps_who_had_it(office: Office) -> None:
    with office.database.reading() as session:
        fagai, jiaoyu = unit(session, "发改局").id, unit(session, "教育局").id
    first, second = split(office, *TWO)
    report(office, first, 10)
    for part_id in (first, second):
        with office.database.writing() as session:
            part = session.get_one(Task, part_id)
            row = PartForm(part.standard, part.due_on, part.weight, jiaoyu)
            part_services.change_part(session, part, row, actor=office.viewer("ducha"))
    with office.database.reading() as session:
        lines = [
            [
                (line.department_id, line.held_from, line.held_to)
                for line in session.execute(
                    select(Assignment)
                    .where(
                        col(Assignment.task_id) == part_id,
                        col(Assignment.role) == AssignmentRole.LEAD,
                    )
                    .order_by(col(Assignment.id))
                ).scalars()
            ]
            for part_id in (first, second)
        ]
    assert lines == [[(fagai, None, TODAY), (jiaoyu, TODAY, None)], [(jiaoyu, None, None)]]


def test_a_withdrawn_part_counts_no_longer_and_the_last_gives_the_whole_back(office: Office) -> None:
    report(office, office.task_id(GROWTH), 40)
    first, second = split(office, *TWO)
    report(office, first, 80)
    fagai = office.viewer("fagai")
    with pytest.raises(InvalidInput), office.database.writing() as session:
        part_services.withdraw_part(session, session.get_one(Task, second), " ", actor=fagai)
    with office.database.writing() as session:
        part_services.withdraw_part(session, session.get_one(Task, second), "并入第一项。", actor=fagai)
    assert figures(office) == (TaskStatus.IN_PROGRESS, 80)
    with pytest.raises(Conflict, match="已撤回"):
        report(office, second, 90)
    with pytest.raises(Conflict, match="已经撤回"), office.database.writing() as session:
        part_services.withdraw_part(session, session.get_one(Task, second), "再撤。", actor=fagai)
    with office.database.writing() as session:
        part_services.withdraw_part(session, session.get_one(Task, first), "不再拆分。", actor=fagai)
    assert figures(office) == (TaskStatus.IN_PROGRESS, 40)
    (third,) = split(office, PartForm("一", YEAR))
    with office.database.reading() as session:
        assert session.get_one(Task, third).number == "1-3"  # a number is not given twice


def hand_over(office: Office, giver: str, taker: str, day: date) -> int:
    with office.database.writing() as session:
        done = confirm_hand_over(
            session,
            unit(session, giver),
            unit(session, taker),
            effective_on=day,
            reason="",
            actor=office.viewer("ducha"),
        )
        return done.id or 0


def lead_of(office: Office, task_id: int, on: date) -> str:
    with office.database.reading() as session:
        found = part_queries.unit_of(session, session.get_one(Task, task_id), on)
        return found.name if found else ""


def test_a_hand_over_takes_the_parts_along(office: Office) -> None:
    first, _ = split(office, *TWO)
    hand_over(office, "发改局", "教育局", TODAY)
    assert lead_of(office, first, TODAY) == "教育局"
    report(office, first, 20, "jiaoyu")


def test_parts_made_while_a_hand_over_is_arranged_pass_on_with_the_whole(office: Office) -> None:
    done = hand_over(office, "发改局", "教育局", LATER)
    first, second = split(office, *TWO)
    assert (lead_of(office, first, TODAY), lead_of(office, first, LATER)) == ("发改局", "教育局")
    with office.database.writing() as session:
        call_off(session, session.get_one(HandOver, done), actor=office.viewer("ducha"))
    assert lead_of(office, second, LATER) == "发改局"


def test_a_newer_table_leaves_the_parts_alone(office: Office) -> None:
    first, _ = split(office, *TWO)
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        batch = import_services.preview(
            session, TABLE, b"again", "新版.xlsx", title=PLAN, year=2018, actor=actor
        )
        compared = revision(session, office.plan(session), batch)
        assert compared.changes_nothing
        assert len(compared.rows) == 4
    report(office, first, 40)
    assert figures(office) == (TaskStatus.IN_PROGRESS, 10)


def test_a_part_goes_with_a_whole_that_is_withdrawn(office: Office) -> None:
    first, _ = split(office, *TWO)
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        task.withdrawn_at, task.withdrawn_reason = office.viewer("ducha").now, "不再列入"
        session.add(task)
    with pytest.raises(Conflict, match="已撤回"):
        report(office, first, 40)
    page = office.browser("fagai").get(f"/tasks/{first}")
    assert (page.status_code, 'id="withdrawn"' in page.text) == (200, True)
    assert 'method="post"' not in page.text.split("<main")[1]
    assert office.api("fagai").get(f"/api/v1/tasks/{first}").json()["withdrawn"]


def test_a_unit_need_not_sign_for_the_part_it_made_itself(office: Office) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        session.flush()
        stage_services.issue(session, plan, LATER, actor=office.viewer("ducha"))
    own, _ = split(office, *TWO)
    (given,) = split(office, PartForm("一", YEAR), username="ducha")
    with office.database.reading() as session:
        assert session.get_one(Task, own).signed_at is not None
        assert session.get_one(Task, given).signed_at is None


def test_parts_have_the_official_a_newer_table_names(office: Office) -> None:
    first, _ = split(office, *TWO)
    report(office, first, 40)
    newer = replace(TABLE, tasks=[replace(TABLE.tasks[0], officials=["是峰"]), *TABLE.tasks[1:]])
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        batch = import_services.preview(
            session, newer, b"newer", "新版.xlsx", title=PLAN, year=2018, actor=actor
        )
        shown = revision(session, office.plan(session), batch).digest
        import_services.commit(session, batch, actor=actor, shown=shown)
    with office.database.reading() as session:
        plan, part = office.plan(session), session.get_one(Task, first)
        people = task_queries.get_row(session, office.viewer("ducha"), plan, part).responsibility
    assert [each.name for each in people.officials] == ["是峰"]
    assert [each.name for each in people.lead_departments] == ["发改局"]
    assert figures(office) == (TaskStatus.IN_PROGRESS, 10)


def test_changing_a_part_signs_for_nobody_and_passing_it_on_asks_the_new_unit(office: Office) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        session.flush()
        stage_services.issue(session, plan, LATER, actor=office.viewer("ducha"))
        jiaoyu = unit(session, "教育局").id
    (given,) = split(office, PartForm("一", YEAR), username="ducha")
    with office.database.writing() as session:
        part = session.get_one(Task, given)
        part_services.change_part(session, part, PartForm("二", YEAR), actor=office.viewer("fagai"))
        assert part.signed_at is None
    (own,) = split(office, PartForm("三", YEAR))
    with office.database.writing() as session:
        part = session.get_one(Task, own)
        assert part.signed_at is not None
        row = PartForm("三", YEAR, 1, jiaoyu)
        part_services.change_part(session, part, row, actor=office.viewer("ducha"))
        assert part.signed_at is None
    assert lead_of(office, own, TODAY) == "教育局"
