"""动态口令: switched on with a code, asked for on a second page, reset when the telephone is lost."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from pydantic import ValidationError

from app.clock import utcnow
from app.config import ROLES, Settings
from app.models.account import Role
from tests.office import GROWTH, PASSWORD, Office
from tests.web.accounts import account_id, change_user, settings, sign_in, told, user_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(at: float = 0) -> str:
    return pyotp.TOTP(SECRET).at(int(utcnow().timestamp() + at))


@pytest.fixture
def enrolled(office: Office) -> Office:
    change_user(office, "fagai", totp_secret=SECRET)
    return office


def first_page(office: Office, username: str = "fagai", **fields: str) -> tuple[Any, Any]:
    browser = office.browser()
    answer = browser.post("/login", data={"username": username, "password": PASSWORD, **fields})
    return browser, answer


def test_it_is_switched_on_with_the_code_of_the_key_on_the_page(office: Office) -> None:
    browser = office.browser("fagai")
    page = browser.get("/account/second-factor").text
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert secret
    right = pyotp.TOTP(secret[1]).at(int(utcnow().timestamp()))
    wrong = browser.post("/account/second-factor", data={"secret": secret[1], "code": "000000"})
    assert wrong.status_code == 422
    assert "六位数不正确" in wrong.text
    assert secret[1] in wrong.text, "the same key, so that the telephone need not scan again"
    assert user_of(office, "fagai").totp_secret is None
    done = browser.post("/account/second-factor", data={"secret": secret[1], "code": right})
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert user_of(office, "fagai").totp_secret == secret[1]
    assert told(office, "second_factor_on") == [{}]
    assert "已启用" in browser.get("/account").text


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def test_figures_of_a_chinese_keyboard_are_figures(enrolled: Office) -> None:
    browser, _ = first_page(enrolled)
    wrong = browser.post("/login/code", data={"code": "٠٠٠٠٠٠"})
    assert wrong.status_code == 401, "figures of any other script are merely wrong"
    right = browser.post("/login/code", data={"code": code().translate(FULL_WIDTH)})
    assert right.status_code == 303


def test_a_key_of_ones_own_making_is_not_accepted(office: Office) -> None:
    answer = office.browser("fagai").post("/account/second-factor", data={"secret": "AAAA", "code": "1"})
    assert answer.status_code == 422
    assert user_of(office, "fagai").totp_secret is None


def test_signing_in_asks_for_the_code_and_the_first_page_opens_nothing(enrolled: Office) -> None:
    task = enrolled.task_id(GROWTH)
    browser, answer = first_page(enrolled, next=f"/tasks/{task}")
    assert answer.headers["location"] == f"/login/code?next=/tasks/{task}"
    assert browser.get(f"/tasks/{task}").status_code == 303, "the password alone opens nothing"
    asked = browser.get(answer.headers["location"])
    assert "动态口令" in asked.text
    before = browser.cookies["duban_session"]
    done = browser.post("/login/code", data={"code": code(), "next": f"/tasks/{task}"})
    assert (done.status_code, done.headers["location"]) == (303, f"/tasks/{task}")
    assert browser.cookies["duban_session"] != before
    assert browser.get(f"/tasks/{task}").status_code == 200
    assert told(enrolled, "signed_in") == [{"credential": "password"}]


def test_no_code_works_twice_not_even_the_one_before(enrolled: Office) -> None:
    used, earlier = code(), code(-30)
    browser, _ = first_page(enrolled)
    assert browser.post("/login/code", data={"code": used}).status_code == 303
    for again in (used, earlier):
        browser, _ = first_page(enrolled)
        answer = browser.post("/login/code", data={"code": again})
        assert answer.status_code == 401
        assert "动态口令不正确，或已经用过" in answer.text


@pytest.mark.parametrize(("shift", "status"), [(-30, 303), (30, 303), (-90, 401), (90, 401)])
def test_a_clock_may_be_half_a_minute_wrong(enrolled: Office, shift: float, status: int) -> None:
    browser, _ = first_page(enrolled)
    assert browser.post("/login/code", data={"code": code(shift)}).status_code == status


def test_wrong_codes_are_slowed_down_and_the_password_does_not_reset_the_count(enrolled: Office) -> None:
    for _ in range(3):
        browser, answer = first_page(enrolled)
        assert answer.status_code == 303
        assert browser.post("/login/code", data={"code": "000000"}).status_code == 401
    _, answer = first_page(enrolled)
    assert answer.status_code == 429
    assert told(enrolled, "sign_in_refused")[0] == {"username": "fagai", "reason": "second_factor"}


@pytest.mark.parametrize("empty", ["", "  ", "\u3000"])
def test_an_empty_field_is_no_wrong_code(enrolled: Office, empty: str) -> None:
    browser, _ = first_page(enrolled)
    kept = {"kept.progress": "写了一个小时的话。", "next": "/tasks/1/progress"}
    for _ in range(4):
        answer = browser.post("/login/code", data={"code": empty, **kept})
        assert answer.status_code == 422
        assert "还没有输入动态口令。请输入手机上现在显示的六位数。" in answer.text
        assert "写了一个小时的话。" in answer.text
    assert told(enrolled, "sign_in_refused") == []
    assert browser.post("/login/code", data={"code": code()}).status_code == 303


def test_the_second_page_waits_ten_minutes(enrolled: Office) -> None:
    browser, _ = first_page(enrolled)
    with time_machine.travel(utcnow() + timedelta(minutes=11)):
        assert browser.get("/login/code").headers["location"] == "/login"
        answer = browser.post("/login/code", data={"code": code()})
        assert answer.status_code == 401
        assert "登录超过了时限" in answer.text


def test_what_was_written_is_carried_through_both_pages(enrolled: Office) -> None:
    task = enrolled.task_id(GROWTH)
    kept = {"next": f"/tasks/{task}/progress", "kept.progress": "写了一个小时的话。"}
    browser, answer = first_page(enrolled, **kept)
    assert answer.status_code == 200
    assert 'action="/login/code"' in answer.text
    assert "写了一个小时的话。" in answer.text
    resumed = browser.post("/login/code", data={"code": code(), **kept})
    assert "写了一个小时的话。" in resumed.text
    assert f'action="/tasks/{task}/progress"' in resumed.text


def test_switching_it_off_takes_the_password(enrolled: Office) -> None:
    browser, _ = first_page(enrolled)
    browser.post("/login/code", data={"code": code()})
    wrong = browser.post("/account/second-factor/off", data={"password": "x"})
    assert wrong.status_code == 422
    assert user_of(enrolled, "fagai").totp_secret == SECRET
    assert browser.post("/account/second-factor/off", data={"password": PASSWORD}).status_code == 303
    assert user_of(enrolled, "fagai").totp_secret is None
    assert told(enrolled, "second_factor_off") == [{}]


def test_the_administrator_resets_it_when_the_telephone_is_lost(enrolled: Office) -> None:
    address = f"/accounts/{account_id(enrolled, 'fagai')}/second-factor/reset"
    assert enrolled.browser("admin").post(address).status_code == 303
    assert told(enrolled, "second_factor_reset") == [{"username": "fagai"}]
    assert sign_in(enrolled, "fagai").headers["location"] == "/"


def test_a_role_that_must_have_one_is_led_to_it(office: Office) -> None:
    browser = office.browser("admin")
    with settings(office, totp_roles="administrator, auditor"):
        assert browser.get("/accounts").headers["location"] == "/account/second-factor"
        page = browser.get("/account/second-factor").text
        assert "系统管理员登录时须使用动态口令" in page
        data = {"secret": SECRET, "code": code()}
        assert browser.post("/account/second-factor", data=data).headers["location"] == "/"
        assert browser.get("/accounts").status_code == 200
        assert office.browser("fagai").get("/account").status_code == 200


def test_where_the_role_must_have_one_it_is_not_offered_to_switch_off(enrolled: Office) -> None:
    browser, _ = first_page(enrolled)
    browser.post("/login/code", data={"code": code()})
    assert "/account/second-factor/off" in browser.get("/account").text
    with settings(enrolled, totp_roles="liaison"):
        page = browser.get("/account").text
        assert "/account/second-factor/off" not in page
        assert "按规定部门联络员登录须使用动态口令，不能停用。" in page
        answer = browser.post("/account/second-factor/off", data={"password": PASSWORD})
        assert answer.status_code == 409
        assert "不能停用" in answer.text
    assert user_of(enrolled, "fagai").totp_secret == SECRET
    assert told(enrolled, "second_factor_off") == []


def test_a_mistyped_role_is_not_taken_for_nobody() -> None:
    with pytest.raises(ValidationError):
        Settings(totp_roles="adminstrator")
    assert set(Role) == ROLES
