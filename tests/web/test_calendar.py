"""日历: an address of one's own that shows one's own days, and nobody else's."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from app.models.account import User
from app.models.plan import Plan, PlanState
from app.models.progress import ReportingPeriod
from app.models.task import Task, TaskStatus
from app.models.urging import Urging
from app.security import fingerprint
from app.services import imports
from app.services.periods import period_to_report
from tests.office import GROWTH, HOSPITAL, PASSWORD, SCHOOL, TABLE, TODAY, TOILETS, Office
from tests.web.accounts import account_id, change_user, settings, told, user_of


def address_of(office: Office, username: str) -> str:
    """The path of a new address, as the page shows it."""
    page = office.browser(username).post("/account/calendar").text
    found = re.search(r"http://testserver(/calendar/[\w-]+\.ics)", page)
    assert found
    return found[1]


def entries(office: Office, address: str) -> dict[str, tuple[str, date]]:
    """Key → words and day, as a calendar program reads them without signing in."""
    answer = office.browser().get(address)
    assert answer.status_code == 200
    return {
        str(event["uid"]): (str(event["summary"]), event["dtstart"].dt)
        for event in Calendar.from_ical(answer.content).walk("VEVENT")
    }


def change(office: Office, table: type[SQLModel], row_id: int, **values: object) -> None:
    with office.database.writing() as session:
        session.execute(update(table).where(table.id == row_id).values(**values))  # type: ignore[attr-defined]


def test_a_liaison_subscribes_to_the_days_of_the_unit(office: Office) -> None:
    found = entries(office, address_of(office, "fagai"))
    assert found[f"task-{office.task_id(GROWTH)}@duban"] == (f"完成时限：{GROWTH}", date(2018, 12, 31))
    september = f"period-{office.plan_id}-20180901@duban"
    assert found[september] == ("填报截止：2018年9月", date(2018, 9, 30))
    assert f"period-{office.plan_id}-20181201@duban" in found, "the year's due days to come"
    assert f"period-{office.plan_id}-20180701@duban" not in found, "what passed long ago is left out"


def test_nothing_of_others_stands_under_it(office: Office) -> None:
    text = office.browser().get(address_of(office, "jiaoyu")).text
    for standard in (GROWTH, HOSPITAL, TOILETS):
        assert standard not in text
    assert SCHOOL in text
    fagai = office.browser().get(address_of(office, "fagai")).text
    assert SCHOOL not in fagai, "a unit that supports does not answer for the day"


def test_an_official_sees_the_deadlines_of_his_own_portfolio(office: Office) -> None:
    found = entries(office, address_of(office, "luqiuming"))
    assert set(found) == {f"task-{office.task_id(GROWTH)}@duban"}, "what is long overdue is on the page"


def test_the_supervision_office_sees_the_days_it_has_set(office: Office) -> None:
    found = entries(office, address_of(office, "ducha"))
    assert all(key.startswith("period-") for key in found)
    assert f"period-{office.plan_id}-20180901@duban" in found


@pytest.mark.parametrize("username", ["admin", "auditor", "neighbour"])
def test_who_has_no_business_with_the_plan_sees_none_of_it(office: Office, username: str) -> None:
    assert entries(office, address_of(office, username)) == {}


def test_finished_and_closed_things_leave_the_calendar(office: Office) -> None:
    address = address_of(office, "fagai")
    with office.database.writing() as session:
        period = period_to_report(session, office.plan(session), TODAY).id or 0
    change(office, ReportingPeriod, period, closed_at=office.viewer("ducha").now)
    change(office, Task, office.task_id(GROWTH), status=TaskStatus.COMPLETED, completion=100)
    found = entries(office, address)
    assert f"task-{office.task_id(GROWTH)}@duban" not in found
    assert f"period-{office.plan_id}-20180901@duban" not in found
    change(office, Plan, office.plan_id, state=PlanState.CLOSED)
    assert entries(office, address) == {}


def test_signing_comments_and_slips_have_their_days(office: Office) -> None:
    address, fagai = address_of(office, "fagai"), office.viewer("fagai")
    by = TODAY + timedelta(days=4)
    with office.database.writing() as session:
        slip = Urging(
            jurisdiction_id=fagai.jurisdiction_id,
            plan_id=office.plan(session).id or 0,
            department_id=fagai.department_id or 0,
            department_name="发改局",
            year=2018,
            number=3,
            task_ids=[1],
            words="请尽快报送。",
            answer_by=by,
            issued_by="王督查",
            issued_at=fagai.now,
        )
        session.add(slip)
    plan = office.plan_id
    change(office, Plan, plan, issued_at=fagai.now, sign_due_on=by)
    found = entries(office, address)
    assert found[f"signing-{plan}@duban"] == ("签收任务截止", by)
    assert ("回复催办单〔2018〕第3号", by) in found.values()
    assert f"signing-{plan}@duban" in entries(office, address_of(office, "jiaoyu"))
    assert not any(key.startswith("urging-") for key in entries(office, address_of(office, "jiaoyu")))
    with office.database.reading() as session:
        (slip_id,) = session.execute(select(col(Urging.id))).scalars()
    change(office, Urging, slip_id or 0, received_at=fagai.now, received_by="李发改")
    assert not any(key.startswith("urging-") for key in entries(office, address)), "it is signed for"
    change(office, Plan, plan, state=PlanState.COMMENT, comment_round=1, comment_due_on=by)
    assert entries(office, address) == {f"comments-{plan}-1@duban": ("征求意见截止", by)}


def test_of_two_tables_each_entry_names_its_own_in_short(office: Office) -> None:
    ducha, title = office.viewer("ducha"), "2018年青山区为民办实事项目责任分解及进度安排表"
    with office.database.writing() as session:
        batch = imports.preview(session, TABLE, b"other", "实事.xlsx", title=title, year=2018, actor=ducha)
        imports.commit(session, batch, actor=ducha)
    for username in ("fagai", "luqiuming", "ducha"):
        titles = [words for words, _ in entries(office, address_of(office, username)).values()]
        ends = {words[words.rindex("（") :] for words in titles}
        assert ends == {"（2018年政府工作报告责任分解表）", "（2018年青山区…解及进度安排表）"}


def test_the_file_is_what_calendar_programs_read(office: Office) -> None:
    task = office.task_id(GROWTH)
    change(office, Task, task, standard="深化改革，" * 60 + "完成；1,2\n第二行。")
    answer = office.browser().get(address_of(office, "fagai"))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "set-cookie" not in answer.headers
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines), "folded by the rules, in the middle of no letter"
    answer.content.decode("utf-8")
    (event,) = (
        each
        for each in Calendar.from_ical(answer.content).walk("VEVENT")
        if str(each["uid"]) == f"task-{task}@duban"
    )
    assert "完成；1,2 第二行。" in str(event["description"])
    assert str(event["url"]) == f"http://testserver/tasks/{task}"
    assert event["dtstamp"].dt.tzinfo is not None
    assert type(event["dtstart"].dt) is date


def test_read_twice_an_entry_keeps_its_key(office: Office) -> None:
    address = address_of(office, "fagai")
    assert entries(office, address).keys() == entries(office, address).keys()


def test_the_address_is_kept_as_its_fingerprint_and_the_deed_is_on_record(office: Office) -> None:
    key = address_of(office, "fagai").removeprefix("/calendar/").removesuffix(".ics")
    assert len(key) >= 40
    assert user_of(office, "fagai").calendar_hash == fingerprint(key)
    assert told(office, "calendar_address_made") == [{"replaced": False}]
    assert key not in str(told(office, "calendar_address_made"))


def test_a_new_address_ends_the_one_before(office: Office) -> None:
    first = address_of(office, "fagai")
    second = address_of(office, "fagai")
    assert office.browser().get(first).status_code == 404
    assert office.browser().get(second).status_code == 200
    assert told(office, "calendar_address_made")[-1] == {"replaced": True}


def test_an_address_no_longer_wanted_is_stopped_and_may_be_stopped_twice(office: Office) -> None:
    address, browser = address_of(office, "fagai"), office.browser("fagai")
    assert "停用日历地址" in browser.get("/account").text
    for _ in range(2):
        assert browser.post("/account/calendar/off").status_code == 303
    assert office.browser().get(address).status_code == 404
    assert told(office, "calendar_address_revoked") == [{}]
    assert "取得日历地址" in browser.get("/account").text


def test_an_address_never_given_a_stopped_one_and_a_closed_account_answer_alike(office: Office) -> None:
    stopped = address_of(office, "fagai")
    office.browser("fagai").post("/account/calendar/off")
    closed = address_of(office, "jiaoyu")
    change_user(office, "jiaoyu", is_active=False)
    never = "/calendar/" + "x" * 43 + ".ics"
    answers = [office.browser().get(address) for address in (stopped, closed, never)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "没有这个日历地址" in answers[0].text


@pytest.mark.parametrize("token", ["", "%00", "..%2f", "None", "' OR 1=1 --", "x" * 5000, "密"])
def test_a_strange_address_is_no_address(office: Office, token: str) -> None:
    address_of(office, "fagai")
    assert office.browser().get(f"/calendar/{token}.ics").status_code == 404


def test_a_sign_in_opens_no_calendar_and_a_calendar_no_page(office: Office) -> None:
    mine = address_of(office, "fagai")
    theirs = entries(office, address_of(office, "jiaoyu"))
    signed_in = office.browser("jiaoyu").get(mine)
    found = {str(event["uid"]) for event in Calendar.from_ical(signed_in.content).walk("VEVENT")}
    assert found != set(theirs), "the address alone says whose days these are"
    key = mine.removeprefix("/calendar/").removesuffix(".ics")
    stranger = office.browser()
    stranger.cookies.set("duban_session", key)
    assert stranger.get("/todos").status_code == 303
    api = office.api()
    api.headers["authorization"] = f"Bearer {key}"
    assert api.get("/api/v1/todos").status_code == 401


def test_the_address_ends_with_the_account_and_with_a_password_set_by_somebody_else(office: Office) -> None:
    admin = office.browser("admin")
    first = address_of(office, "fagai")
    admin.post(f"/accounts/{account_id(office, 'fagai')}/disable")
    admin.post(f"/accounts/{account_id(office, 'fagai')}/enable")
    assert user_of(office, "fagai").is_active
    assert office.browser().get(first).status_code == 404
    second = address_of(office, "jiaoyu")
    with office.database.reading() as session:
        assert session.execute(select(col(User.calendar_hash)).where(col(User.username) == "jiaoyu")).scalar()
    page = admin.get(f"/accounts/{account_id(office, 'jiaoyu')}").text
    mark = re.search(r'name="mark" value="([^"]*)"', page)
    admin.post(f"/accounts/{account_id(office, 'jiaoyu')}/password", data={"mark": mark[1] if mark else ""})
    assert user_of(office, "jiaoyu").must_change_password
    assert office.browser().get(second).status_code == 404


def test_behind_a_proxy_the_address_is_the_one_people_type(office: Office) -> None:
    with settings(
        office, public_url="https://duban.example.gov.cn", database_url="sqlite:///never-opened.db"
    ):
        browser = office.browser("fagai")
        browser.cookies.set("__Host-duban_session", browser.cookies["duban_session"])
        page = browser.post("/account/calendar").text
    assert "https://duban.example.gov.cn/calendar/" in page


def test_an_administrator_is_offered_none(office: Office) -> None:
    assert "取得日历地址" not in office.browser("admin").get("/account").text
    assert "取得日历地址" in office.browser("fagai").get("/account").text
    assert PASSWORD not in office.browser("fagai").get("/account").text
