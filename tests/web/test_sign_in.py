"""Signing in and out, and what a wrong password is told."""

from datetime import timedelta

import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.clock import utcnow
from app.config import Settings
from app.main import create_app
from app.models.account import LoginFailure, LoginSession, User
from app.security import fingerprint
from tests.office import GROWTH, HOME, PASSWORD, Office


def test_the_right_password_leads_to_the_first_page_of_the_role(office: Office) -> None:
    browser = office.browser()
    answer = browser.post("/login", data={"username": "ducha", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/").headers["location"] == "/todos"


def test_the_cookie_itself_is_not_in_the_database(office: Office) -> None:
    browser = office.browser()
    browser.post("/login", data={"username": "ducha", "password": PASSWORD})
    key = browser.cookies["duban_session"]
    with office.database.reading() as session:
        stored = session.execute(select(LoginSession.token_hash)).scalars().all()  # type: ignore[call-overload]
    assert stored == [fingerprint(key)]
    assert key not in stored


def test_over_https_the_cookie_is_bound_to_this_host(office: Office, database_url: str) -> None:
    app = create_app(Settings(database_url=database_url, public_url="https://duban.example"))
    browser = TestClient(app, base_url="https://duban.example", follow_redirects=False)
    form = {"username": "fagai", "password": PASSWORD}
    answer = browser.post("/login", data=form, headers={"origin": "https://duban.example"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-duban_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert browser.get("/account").status_code == 200
    key = browser.cookies["__Host-duban_session"]
    other = TestClient(app, base_url="https://duban.example", follow_redirects=False)
    assert other.get("/account", headers={"cookie": f"duban_session={key}"}).status_code == 303
    app.state.database.engine.dispose()


@pytest.mark.parametrize(("username", "password"), [("ducha", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_is_told_what_to_do_and_not_which_was_wrong(
    office: Office, username: str, password: str
) -> None:
    answer = office.browser().post("/login", data={"username": username, "password": password})
    assert answer.status_code == 401
    assert "用户名或密码不正确。请检查大小写和输入法后重试；忘记密码请联系系统管理员。" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_disabled_account_cannot_sign_in_and_its_open_sessions_end(office: Office) -> None:
    browser = office.browser("fagai")
    with office.database.writing() as session:
        user = session.execute(select(User).where(User.username == "fagai")).scalar_one()  # type: ignore[arg-type]
        user.is_active = False
        session.add(user)
    assert browser.get("/account").status_code == 303
    answer = office.browser().post("/login", data={"username": "fagai", "password": PASSWORD})
    assert answer.status_code == 401


def test_after_ten_wrong_passwords_this_address_pauses_even_with_the_right_one(office: Office) -> None:
    browser = office.browser()
    with office.database.writing() as session:
        for _ in range(10):
            session.add(LoginFailure(username="ducha", address="testclient", at=utcnow()))
    answer = browser.post("/login", data={"username": "ducha", "password": PASSWORD})
    assert answer.status_code == 429
    assert "请 15 分钟后再试" in answer.text
    with time_machine.travel(utcnow() + timedelta(minutes=16)):
        assert browser.post("/login", data={"username": "ducha", "password": PASSWORD}).status_code == 303


def test_signing_out_ends_the_session_in_the_database_too(office: Office) -> None:
    browser = office.browser("ducha")
    key = browser.cookies["duban_session"]
    assert browser.post("/logout").headers["location"] == "/login"
    again = office.browser()
    again.cookies.set("duban_session", key)
    assert again.get("/account").headers["location"] == "/login?next=/account"


@pytest.mark.parametrize("waiting", [timedelta(minutes=61), timedelta(hours=13)])
def test_a_session_ends_when_idle_or_too_long(office: Office, waiting: timedelta) -> None:
    browser = office.browser("ducha")
    with time_machine.travel(utcnow() + waiting):
        assert browser.get("/account").status_code == 303


def test_who_keeps_working_stays_signed_in(office: Office) -> None:
    browser = office.browser("ducha")
    start = utcnow()
    for minutes in (50, 100, 150):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert browser.get("/account").status_code == 200


def test_a_page_asked_for_before_signing_in_comes_after_it(office: Office) -> None:
    browser = office.browser()
    asked = f"/plans/{office.plan_id}/tasks?light=behind"
    first = browser.get(asked)
    assert first.headers["location"].startswith("/login?next=")
    assert HOME not in first.text
    answer = browser.post("/login", data={"username": "ducha", "password": PASSWORD, "next": asked})
    assert answer.headers["location"] == asked


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "\n/x"])
def test_a_sign_in_link_cannot_lead_elsewhere(office: Office, elsewhere: str) -> None:
    data = {"username": "ducha", "password": PASSWORD, "next": elsewhere}
    assert office.browser().post("/login", data=data).headers["location"] == "/"


def test_a_new_password_signs_other_browsers_out(office: Office) -> None:
    here, elsewhere = office.browser("fagai"), office.browser("fagai")
    new = "Qingtian-Bailu 31"
    answer = here.post("/account", data={"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert office.browser().post("/login", data={"username": "fagai", "password": new}).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("no", "long enough 1", "long enough 1", "原密码不正确"),
        (PASSWORD, "short", "short", "密码至少 8 位。大写字母、小写字母、数字、符号中至少要有 3 种。"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码不能与原密码相同"),
        (PASSWORD, "my Fagai 2031", "my Fagai 2031", "密码里不能含有用户名"),
        (PASSWORD, "Aa123456", "Aa123456", "这个密码太常见"),
        (PASSWORD, "long enough 1", "long enough 2", "两次输入的新密码不一致"),
    ],
)
def test_a_bad_new_password_is_refused_at_its_field(
    office: Office, old: str, new: str, again: str, sentence: str
) -> None:
    answer = office.browser("fagai").post("/account", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    assert sentence in answer.text


WRITTEN = {"status": "in_progress", "completion": "40", "progress": "写了一个小时的话。", "seen": "0"}


def test_what_was_written_when_the_sign_in_ended_is_carried_through_it(office: Office) -> None:
    browser, task = office.browser("fagai"), office.task_id(GROWTH)
    with time_machine.travel(utcnow() + timedelta(minutes=61)):
        interrupted = browser.post(f"/tasks/{task}/progress", data=WRITTEN)
        assert interrupted.status_code == 401
        assert "您写的内容没有丢" in interrupted.text
        kept = {f"kept.{name}": text for name, text in WRITTEN.items()}
        sign_in = {"username": "fagai", "next": f"/tasks/{task}/progress", **kept}
        wrong = browser.post("/login", data={**sign_in, "password": "x"})
        assert wrong.status_code == 401
        assert "写了一个小时的话。" in wrong.text
        resumed = browser.post("/login", data={**sign_in, "password": PASSWORD})
        assert resumed.status_code == 200
        assert "写了一个小时的话。" in resumed.text
        assert f'action="/tasks/{task}/progress"' in resumed.text
        assert browser.post(f"/tasks/{task}/progress", data=WRITTEN).status_code == 303
        assert "写了一个小时的话。" in browser.get(f"/tasks/{task}").text


def test_a_lost_file_is_said_to_be_lost_and_nothing_is_sent_in_its_place(office: Office) -> None:
    browser = office.browser("ducha")
    with time_machine.travel(utcnow() + timedelta(minutes=61)):
        answer = browser.post(
            "/imports", files={"file": ("表.txt", b"x")}, data={"pasted": "粘贴过的话", "title": "某表"}
        )
    assert answer.status_code == 401
    assert "文件没有收下，登录后请重新选择文件" in answer.text
    assert "没有丢" not in answer.text
    assert "粘贴过的话" not in answer.text
    assert 'name="next" value="/imports"' in answer.text


def test_pasted_words_are_carried_through_a_sign_in_and_shown_before_they_are_sent(office: Office) -> None:
    browser = office.browser("ducha")
    with time_machine.travel(utcnow() + timedelta(minutes=61)):
        answer = browser.post("/imports", data={"pasted": "粘贴过的话"}, files={"file": ("", b"")})
        assert "您写的内容没有丢，登录后接着提交" in answer.text
        kept = {"kept.pasted": "粘贴过的话", "username": "ducha", "password": PASSWORD, "next": "/imports"}
        resumed = browser.post("/login", data=kept).text
    assert "<dd>粘贴过的话</dd>" in resumed
    assert "报送" not in resumed.partition("<main")[2]


@pytest.mark.parametrize("form", ["decisions", "aliases", "pairs"])
def test_a_form_within_a_page_leads_to_the_sign_in_and_back_to_its_page(office: Office, form: str) -> None:
    answer = office.browser().post(f"/imports/7/{form}", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=%2Fimports%2F7"
    assert 'href="/login?next=%2Fimports%2F7"' in answer.text


def test_passwords_are_not_carried_through_a_sign_in(office: Office) -> None:
    answer = office.browser().post(
        "/account", data={"old": "geheim-1", "new": "geheim-2", "again": "geheim-2"}
    )
    assert answer.status_code == 401
    assert "geheim" not in answer.text


def test_the_address_of_a_refused_report_leads_back_to_the_task(office: Office) -> None:
    task = office.task_id(GROWTH)
    assert office.browser("fagai").get(f"/tasks/{task}/progress").headers["location"] == f"/tasks/{task}"
