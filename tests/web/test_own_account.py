"""账号与密码: passwords by the rules, and the browsers one is signed in with."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlmodel import col

from app.clock import utcnow
from app.config import Settings
from app.models.account import LoginSession, PastPassword
from app.models.directory import Jurisdiction
from app.services.passwords import holder, set_own_password
from tests.office import PASSWORD, Office
from tests.web.accounts import change_user, sign_in, told

FIRST, SECOND = "Bailu-Yuan 2031", "Qinling-Nan 2032"


def no_demonstration(office: Office) -> None:
    """In a demonstration passwords do not grow old."""
    with office.database.writing() as session:
        session.execute(update(Jurisdiction).values(demonstration_date=None))


def change(office: Office, old: str, new: str, username: str = "fagai") -> int:
    data = {"old": old, "new": new, "again": new}
    return office.browser(username).post("/account", data=data).status_code


def test_a_password_used_lately_is_not_chosen_again(office: Office) -> None:
    assert change(office, PASSWORD, FIRST) == 303
    assert change(office, FIRST, SECOND) == 303
    data = {"old": SECOND, "new": FIRST, "again": FIRST}
    answer = office.browser("fagai").post("/account", data=data)
    assert answer.status_code == 422
    assert "这个密码最近用过，请换一个与最近 5 次都不同的。" in answer.text


def test_no_more_old_passwords_are_kept_than_the_office_asks_about(office: Office) -> None:
    actor = office.viewer("fagai")
    for number in range(7):
        with office.database.writing() as session:
            owner, now = holder(session, actor, Settings()), utcnow() + timedelta(days=number)
            set_own_password(session, actor, f"hash {number}", now, Settings(), instead_of=owner)
    with office.database.reading() as session:
        query = select(col(PastPassword.password_hash)).order_by(col(PastPassword.id))
        assert list(session.execute(query).scalars()) == [f"hash {number}" for number in range(1, 6)]


def test_guessing_the_old_password_is_slowed_down_too(office: Office) -> None:
    browser = office.browser("fagai")
    answers = [
        browser.post("/account", data={"old": f"guess {n}", "new": FIRST, "again": FIRST}) for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert "秒后再试" in answers[-1].text


def test_an_old_password_leads_to_a_new_one_at_the_next_sign_in(office: Office) -> None:
    no_demonstration(office)
    change_user(office, "fagai", password_changed_at=utcnow() - timedelta(days=91))
    browser = office.browser("fagai")
    assert browser.get("/").headers["location"] == "/account"
    page = browser.get("/account").text
    assert "已到更换的时候" in page
    assert "正在登录的电脑和手机" not in page
    assert browser.post("/account", data={"old": PASSWORD, "new": FIRST, "again": FIRST}).status_code == 303
    assert office.browser("fagai").get("/").headers["location"] != "/account"


def test_whoever_is_at_work_when_the_password_gets_old_is_not_stopped(office: Office) -> None:
    no_demonstration(office)
    change_user(office, "fagai", password_changed_at=utcnow() - timedelta(days=90) + timedelta(minutes=5))
    browser = office.browser("fagai")
    with time_machine.travel(utcnow() + timedelta(minutes=10)):
        assert browser.get("/").headers["location"] != "/account"
        assert office.browser("fagai").get("/").headers["location"] == "/account"


def test_a_first_password_runs_out(office: Office) -> None:
    change_user(office, "fagai", must_change_password=True, password_changed_at=utcnow() - timedelta(days=15))
    answer = sign_in(office, "fagai")
    assert answer.status_code == 401
    assert "首次密码发出已超过 14 天，不能再用来登录。请联系系统管理员重置密码。" in answer.text
    change_user(office, "fagai", password_changed_at=utcnow() - timedelta(days=13))
    assert sign_in(office, "fagai").status_code == 303


def test_the_page_shows_where_one_is_signed_in(office: Office) -> None:
    browser = office.browser()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    browser.post("/login", data={"username": "fagai", "password": PASSWORD}, headers={"user-agent": agent})
    office.browser("fagai")
    page = browser.get("/account").text
    assert "Windows 电脑上的 Edge" in page
    assert "testclient" in page
    assert "未知浏览器" in page
    assert page.count("退出这一处") == 1, "this one has 退出登录"


def test_one_elsewhere_is_signed_out_from_here(office: Office) -> None:
    here, elsewhere = office.browser("fagai"), office.browser("fagai")
    stranger = office.browser("jiaoyu")
    with office.database.reading() as session:
        query = select(col(LoginSession.id)).order_by(col(LoginSession.id))
        mine, other, theirs = session.execute(query).scalars()
    assert here.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert stranger.get("/account").status_code == 200
    assert here.post(f"/account/sessions/{other}/end").status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    assert here.post(f"/account/sessions/{mine}/end").headers["location"] == "/login"
    assert told(office, "session_ended")[0] == {"username": "fagai", "addresses": ["127.0.0.1"]}


def test_all_others_are_signed_out_at_once(office: Office) -> None:
    here, *others = (office.browser("fagai") for _ in range(3))
    assert here.post("/account/sessions/end-others").status_code == 303
    assert here.get("/account").status_code == 200
    assert [each.get("/account").status_code for each in others] == [303, 303]


@pytest.mark.parametrize(("kind", "detail"), [("signed_in", {"credential": "password"}), ("signed_out", {})])
def test_signing_in_and_out_is_recorded(office: Office, kind: str, detail: dict[str, str]) -> None:
    browser = office.browser()
    browser.post("/login", data={"username": "fagai", "password": PASSWORD})
    browser.post("/logout")
    assert told(office, kind) == [detail]
