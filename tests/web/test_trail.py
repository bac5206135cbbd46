"""办理记录 for the auditor: found, checked and taken out; and what was refused stands in it."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlmodel import col

from app.config import OFFICE_ZONE
from app.installation import command_actor
from app.models.account import User
from app.models.event import Event
from app.services import events
from app.templating import event_kinds
from tests.forgery import MINE, past_the_triggers, verify
from tests.office import GROWTH, HOME, NEIGHBOUR, SCHOOL, Office

REPORT = {"status": "in_progress", "completion": "40", "progress": "进行中。"}


def recorded(office: Office, kind: str) -> list[Event]:
    with office.database.reading() as session:
        found = select(Event).where(col(Event.kind) == kind).order_by(col(Event.id))
        return list(session.execute(found).scalars())


def write(office: Office, kind: str = "alias_registered", place: str = HOME, **detail: Any) -> None:
    with office.database.writing() as session:
        events.record(session, command_actor(session, place), kind, **detail)


@pytest.fixture
def auditor(office: Office) -> TestClient:
    return office.browser("auditor")


# ── the page ──


def test_the_page_says_how_many_there_are_and_where_the_chain_ends(
    office: Office, auditor: TestClient
) -> None:
    head = verify(office).head
    page = auditor.get("/trail").text
    assert f"共 {head.sequence} 条记录" in page
    assert f"{head.hash[:12]}…" in page
    assert str(head) in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"report", "alias", "import"}),
        ({"kind": "progress_reported"}, {"report"}),
        ({"person": "李发"}, {"report"}),
        ({"person": "FaGai"}, {"report"}),
        ({"person": "%"}, set()),
        ({"source": "command"}, {"alias", "import"}),
        ({"source": "page"}, {"report"}),
        ({"source": "nonsense", "since": "昨天"}, {"report", "alias", "import"}),
        ({"address": "testcl"}, {"report"}),
        ({"address": "estclient"}, set()),
        ({"task": "1"}, {"report", "import"}),
        ({"text": "“市发改委”"}, set()),
        ({"text": '市"发改委'}, {"alias"}),
        ({"text": "分解表.XLSX"}, {"import"}),
        ({"since": "2018-09-28", "until": "2018-09-28"}, {"report", "alias", "import"}),
        ({"until": "2018-09-27"}, set()),
        ({"since": "2018-09-29"}, set()),
        ({"since": "0001-01-01", "until": "9999-12-31"}, {"report", "alias", "import"}),
        ({"kind": "alias_registered", "person": "系统管理员（命令）", "text": "发改"}, {"alias"}),
    ],
)
def test_the_trail_is_narrowed(
    office: Office, auditor: TestClient, query: dict[str, str], shown: set[str]
) -> None:
    office.browser("fagai").post(f"/tasks/{office.task_id(GROWTH)}/progress", data=REPORT)
    write(office, alias='市"发改委', name="发改局")
    words = {
        "report": "完成率 未填 → 40 %",
        "alias": "”即“发改局”",
        "import": "分解表.xlsx" if "task" not in query else "Sheet1 第3行",
    }
    page = auditor.get("/trail", params=query).text
    assert {name for name, said in words.items() if said in page} == shown


def test_the_last_moment_of_a_day_belongs_to_it(office: Office, auditor: TestClient) -> None:
    midnight = datetime(2018, 9, 29, tzinfo=UTC) - timedelta(hours=8)
    with office.database.writing() as session:
        actor = command_actor(session, HOME)
        deeds = [
            {"kind": "alias_registered", "at": midnight + offset, "detail": {"alias": word, "name": "甲"}}
            for word, offset in (("前一刻", -timedelta(microseconds=1)), ("零点整", timedelta()))
        ]
        events.record_all(session, actor, deeds)
    before = auditor.get("/trail", params={"until": "2018-09-28"}).text
    assert ("前一刻" in before, "零点整" in before) == (True, False)
    after = auditor.get("/trail", params={"since": "2018-09-29"}).text
    assert ("前一刻" in after, "零点整" in after) == (False, True)


def test_what_is_chosen_can_be_taken_away_again(auditor: TestClient) -> None:
    page = auditor.get("/trail", params={"kind": "plan_imported", "person": "系统管理员（命令）"}).text
    assert "事项 导入责任分解表" in page
    assert f'href="/trail?person={quote("系统管理员（命令）")}"' in page
    assert 'href="/trail.xlsx?person=' in page


def test_pages_follow_one_another(office: Office, auditor: TestClient) -> None:
    with office.database.writing() as session:
        deeds = [
            {"kind": "alias_registered", "detail": {"alias": f"别名{n}号", "name": "甲"}} for n in range(150)
        ]
        events.record_all(session, command_actor(session, HOME), deeds)
    first = auditor.get("/trail", params={"kind": "alias_registered"}).text
    assert ("别名149号" in first, "别名49号" in first) == (True, False)
    assert "kind=alias_registered&amp;page=2" in first
    assert "别名49号" in auditor.get("/trail", params={"kind": "alias_registered", "page": "2"}).text


def test_an_event_of_an_unknown_shape_does_not_stop_the_page(office: Office, auditor: TestClient) -> None:
    for kind in [*(kind for words in event_kinds().values() for kind in words), "unheard_of"]:
        write(office, kind)
    page = auditor.get("/trail")
    assert page.status_code == 200
    assert "unheard_of" in page.text


def test_the_neighbours_trail_is_not_shown(office: Office, auditor: TestClient) -> None:
    write(office, place=NEIGHBOUR, alias="邻区别名", name="甲")
    assert "邻区别名" not in auditor.get("/trail").text
    assert "邻区别名" not in auditor.get("/trail.csv").text


@pytest.mark.parametrize("path", ["/trail", "/trail.csv", "/trail.xlsx", "/api/v1/trail"])
@pytest.mark.parametrize("username", ["ducha", "fagai", "luqiuming", "admin"])
def test_only_the_auditor_reads_the_trail(office: Office, path: str, username: str) -> None:
    visitor = office.api(username) if path.startswith("/api") else office.browser(username)
    assert visitor.get(path).status_code == 403


# ── the check ──


def test_the_check_says_in_words_that_all_is_whole(office: Office, auditor: TestClient) -> None:
    count = verify(office).events
    answer = auditor.post("/trail/verification")
    assert answer.status_code == 200
    assert f"已校验全部 {count} 条，一条不少、一字未改" in answer.text
    [event] = recorded(office, "trail_verified")
    assert (event.actor_name, event.detail["events"], event.detail["breaks"]) == ("孙审计", count, [])


def test_the_check_names_what_is_broken(office: Office, auditor: TestClient) -> None:
    with past_the_triggers(office.database.engine) as connection:
        connection.execute(text(f"UPDATE event SET actor_name = '别人' WHERE {MINE} = 3"))
        connection.execute(text(f"DELETE FROM event WHERE {MINE} = 5"))
    page = auditor.post("/trail/verification").text
    assert "发现 2 处问题" in page
    assert "第 3 条的内容与当时写下的不一致" in page
    assert "第 5 条缺失" in page
    assert recorded(office, "trail_verified")[0].detail["breaks"] == [3, 5]


def test_of_a_long_trail_the_page_checks_the_newest_and_says_so(
    office: Office, auditor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.trail.CHECKED_AT_ONCE", 3)
    first = verify(office).events - 2
    page = auditor.post("/trail/verification").text
    assert f"已校验最近的 3 条（第 {first} 条起），一条不少、一字未改；更早的请系统管理员" in page


def test_the_checks_address_opened_again_leads_to_the_trail(auditor: TestClient) -> None:
    assert auditor.get("/trail/verification").headers["location"] == "/trail"


# ── taken out ──


def test_the_workbook_holds_what_is_filtered_and_no_formula(office: Office, auditor: TestClient) -> None:
    write(office, alias="=HYPERLINK(1)", name="甲")
    write(office, "group_members_set", group="+各镇街", members=["-甲"])
    answer = auditor.get("/trail.xlsx", params={"source": "command"})
    assert "attachment" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"“=HYPERLINK(1)”即“甲”", "+各镇街：-甲"} <= {cell.value for cell in cells}
    assert sheet["A2"].value == f"途径 命令行，共 {sheet.max_row - 3} 条。"
    assert [sheet.cell(4, column).value for column in (1, 3, 4)] == [
        1,
        "系统管理员（命令）",
        "上传文件待核对",
    ]


def test_two_accounts_of_one_name_are_told_apart(office: Office, auditor: TestClient) -> None:
    with office.database.writing() as session:
        for username in ("fagai", "jiaoyu"):
            session.execute(select(User).where(col(User.username) == username)).scalar_one().name = "李四"
    for username, name in (("fagai", GROWTH), ("jiaoyu", SCHOOL)):
        office.browser(username).post(f"/tasks/{office.task_id(name)}/progress", data=REPORT)
    wanted = {"kind": "progress_reported"}
    page = re.sub(r"<[^>]+>", "", auditor.get("/trail", params=wanted).text)
    assert "李四（fagai）" in page
    assert "李四（jiaoyu）" in page
    both = ["李四（fagai）", "李四（jiaoyu）"]
    rows = csv.DictReader(StringIO(auditor.get("/trail.csv", params=wanted).content.decode("utf-8-sig")))
    assert [row["办理人"] for row in rows] == both
    book = openpyxl.load_workbook(BytesIO(auditor.get("/trail.xlsx", params=wanted).content))
    assert [book.worksheets[0].cell(row, 3).value for row in (4, 5)] == both


def test_the_csv_opens_in_a_spreadsheet_as_text(office: Office, auditor: TestClient) -> None:
    write(office, "group_members_set", group="=1+1", members=[])
    answer = auditor.get("/trail.csv", params={"kind": "group_members_set"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["内容"] for row in rows] == ["'=1+1：没有成员"]
    assert rows[0]["哈希"] == recorded(office, "group_members_set")[0].hash


def test_looking_is_on_record_once_and_each_export_too(office: Office, auditor: TestClient) -> None:
    for _ in range(3):
        auditor.get("/trail", params={"person": "王"})
    [look] = recorded(office, "trail_viewed")
    assert (look.actor_name, look.address, look.detail) == (
        "孙审计",
        "testclient",
        {"filter": {"person": "王"}},
    )
    auditor.get("/trail.csv", params={"since": "2018-09-01"})
    auditor.get("/trail.xlsx")
    one, other = recorded(office, "trail_exported")
    assert one.detail == {"filter": {"since": "2018-09-01"}, "events": look.sequence, "form": "csv"}
    assert (other.detail["form"], other.detail["events"]) == ("xlsx", look.sequence + 1)
    assert verify(office).is_whole


def test_too_much_at_once_is_refused_with_a_way_out(
    office: Office, auditor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.trail.WORKBOOK_ROWS", 3)
    answer = auditor.get("/trail.xlsx")
    assert answer.status_code == 409
    assert "一次最多导出 3 条" in answer.text
    assert "请缩小时间范围" in answer.text
    assert recorded(office, "trail_exported") == []


# ── the API ──


def test_a_log_system_reads_on_from_where_it_stopped(office: Office) -> None:
    system = office.api("auditor")
    head = verify(office).head
    read: list[dict[str, Any]] = []
    after = 0
    while True:
        answer = system.get("/api/v1/trail", params={"after": after, "size": 3}).json()
        if not answer["items"]:
            break
        read, after = read + answer["items"], answer["after"]
    assert [event["sequence"] for event in read] == list(range(1, len(read) + 1))
    assert len(read) == head.sequence + 1  # and its own look, once
    assert read[-1]["kind"] == "trail_viewed"
    assert read[-1]["source"] == "api"
    assert (read[0]["title"], read[head.sequence - 1]["hash"]) == ("上传文件待核对", head.hash)
    assert answer["after"] == after == answer["head"]["sequence"]
    assert (read[-1]["actor"], read[-1]["username"]) == ("孙审计", "auditor")
    assert (read[0]["actor"], read[0]["username"]) == ("系统管理员（命令）", "")


@pytest.mark.parametrize(
    "query", ["after=-1", "size=0", "size=1001", "since=gestern", "after=99999999999999", "kind=" + "x" * 101]
)
def test_a_question_that_makes_no_sense_is_refused(office: Office, query: str) -> None:
    answer = office.api("auditor").get(f"/api/v1/trail?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_the_api_narrows_too(office: Office) -> None:
    system = office.api("auditor")
    found = system.get("/api/v1/trail?kind=plan_imported&since=2018-01-01&until=9999-12-31").json()["items"]
    assert [event["kind"] for event in found] == ["plan_imported"]
    assert system.get("/api/v1/trail?until=0001-01-01").json()["items"] == []


# ── refusals ──


def refusals(office: Office) -> list[tuple[str, str, str, str]]:
    return [
        (event.actor_name, event.detail["method"], event.detail["path"], event.detail["right"])
        for event in recorded(office, "refused")
    ]


def test_a_missing_right_is_on_record_though_nothing_else_is_left(office: Office) -> None:
    task = office.task_id(SCHOOL)
    path = f"/tasks/{task}/progress"
    assert office.browser("fagai").post(path, data=REPORT).status_code == 403
    office.browser("ducha").get("/trail")
    body = {"status": "in_progress", "completion": 40, "progress": "进行中。"}
    office.api("fagai").post(f"/api/v1{path}", json=body)
    assert refusals(office) == [
        ("李发改", "POST", path, "填报进展"),
        ("王督查", "GET", "/trail", "查看办理记录"),
        ("李发改", "POST", f"/api/v1{path}", "填报进展"),
    ]
    first, _, last = recorded(office, "refused")
    assert (first.source, first.address, last.source) == ("page", "testclient", "api")
    assert recorded(office, "progress_reported") == []
    assert verify(office).is_whole
    page = office.browser("auditor").get("/trail?kind=refused").text
    assert f"无权填报进展：POST {path}" in page


def test_a_loop_of_refusals_does_not_fill_the_trail(office: Office) -> None:
    browser = office.browser("ducha")
    for _ in range(5):
        browser.get("/trail")
        browser.get("/trail.csv")
    assert len(refusals(office)) == 2
    liaison = office.browser("fagai")
    for number in range(1, 41):
        assert liaison.post(f"/directory/groups/{number}/members").status_code == 403
    assert len(refusals(office)) == 2 + 30


def test_the_next_minute_is_on_record_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = office.browser("ducha")
    browser.get("/trail")
    monkeypatch.setattr("app.services.refusals.ONCE_IN", timedelta(seconds=-1))
    browser.get("/trail")
    assert len(refusals(office)) == 2


def test_a_request_from_another_site_is_on_record_with_whose_browser_it_used(office: Office) -> None:
    foreign = {"origin": "http://evil.example"}
    path = f"/tasks/{office.task_id(GROWTH)}/progress"
    assert office.browser("fagai").post(path, data=REPORT, headers=foreign).status_code == 403
    assert office.browser().post("/login", headers=foreign).status_code == 403
    stale = office.browser()
    stale.cookies.set("duban_session", "nobody-has-this-key")
    assert stale.post("/logout", headers=foreign).status_code == 403
    assert refusals(office) == [
        ("李发改", "POST", path, ""),
        ("未登录", "POST", "/login", ""),
        ("未登录", "POST", "/logout", ""),
    ]
    assert {event.jurisdiction_id for event in recorded(office, "refused")} == {1}
    assert "不是从本系统的页面发出的请求：POST /login" in office.browser("auditor").get("/trail").text


@pytest.mark.parametrize("path", ["/tasks/{task}", "/plans/1/tasks", "/nowhere"])
def test_what_does_not_exist_for_a_viewer_is_no_attempt(office: Office, path: str) -> None:
    answer = office.browser("neighbour").get(path.format(task=office.task_id(GROWTH)))
    assert answer.status_code == 404
    assert refusals(office) == []


def test_a_refusal_that_cannot_be_recorded_is_a_refusal_all_the_same(office: Office) -> None:
    with past_the_triggers(office.database.engine) as connection:
        connection.execute(text("DELETE FROM trail_head"))  # the refusal cannot be recorded either
    answer = office.browser().post("/login", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_the_demonstration_day_is_the_day_of_the_refusal(office: Office) -> None:
    office.browser("ducha").get("/trail")
    [event] = recorded(office, "refused")
    assert event.at.astimezone(OFFICE_ZONE).date() == date(2018, 9, 28)
