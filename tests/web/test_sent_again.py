"""What is shown only once is not made a second time by reloading the page or pressing twice."""

import re
from typing import Any

from tests.office import Office
from tests.web.accounts import account_id, sign_in, told


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[0]


def reset_form(office: Office) -> tuple[Any, str, dict[str, str]]:
    browser, here = office.browser("admin"), f"/accounts/{account_id(office, 'fagai')}"
    return browser, f"{here}/password", {"mark": hidden(browser.get(here).text, "mark")}


def token_form(office: Office) -> tuple[Any, dict[str, Any]]:
    browser = office.browser("admin")
    newest = hidden(browser.get("/accounts/tokens").text, "newest")
    return browser, {
        "name": "OA 系统",
        "account": account_id(office, "fagai"),
        "days": "30",
        "newest": newest,
    }


def test_a_reset_sent_again_leaves_the_printed_password_as_it_is(office: Office) -> None:
    browser, address, form = reset_form(office)
    sheet = browser.post(address, data=form)
    (password,) = re.findall(r"<dt>首次密码</dt><dd><code>([^<]+)</code>", sheet.text)
    again = browser.post(address, data=form)
    assert again.status_code == 409
    assert "已经重置过，首次密码只显示一次，这一次没有再重置。" in again.text
    assert len(told(office, "password_reset")) == 1
    assert sign_in(office, "fagai", password).status_code == 303


def test_the_refusal_shows_a_fresh_form_for_whoever_lost_the_sheet(office: Office) -> None:
    browser, address, form = reset_form(office)
    browser.post(address, data=form)
    again = browser.post(address, data=form)
    assert browser.post(address, data={"mark": hidden(again.text, "mark")}).status_code == 200
    assert len(told(office, "password_reset")) == 2


def test_a_page_from_before_the_person_chose_a_password_does_not_take_it_away(office: Office) -> None:
    from datetime import timedelta

    from app.clock import utcnow
    from tests.web.accounts import change_user

    browser, address, form = reset_form(office)
    change_user(office, "fagai", password_changed_at=utcnow() + timedelta(seconds=1))
    answer = browser.post(address, data=form)
    assert answer.status_code == 409
    assert "这个账号的密码已经修改过" in answer.text
    assert told(office, "password_reset") == []


def test_a_token_form_sent_again_issues_no_second_token(office: Office) -> None:
    browser, form = token_form(office)
    assert browser.post("/accounts/tokens", data=form).status_code == 200
    again = browser.post("/accounts/tokens", data=form)
    assert again.status_code == 409
    assert "令牌“OA 系统”已经签发，只在当时显示一次，这一次没有再签发。" in again.text
    assert len(told(office, "token_issued")) == 1


def test_another_purpose_or_a_fresh_form_issues_another_token(office: Office) -> None:
    browser, form = token_form(office)
    assert browser.post("/accounts/tokens", data=form).status_code == 200
    assert browser.post("/accounts/tokens", data={**form, "name": "通报系统"}).status_code == 200
    browser, fresh = token_form(office)
    assert browser.post("/accounts/tokens", data=fresh).status_code == 200
    assert len(told(office, "token_issued")) == 3


def test_a_mark_that_is_none_is_refused_or_taken_for_none(office: Office) -> None:
    browser, address, _ = reset_form(office)
    assert browser.post(address, data={"mark": "x"}).status_code == 409
    browser, form = token_form(office)
    assert browser.post("/accounts/tokens", data={**form, "newest": "甲\0"}).status_code == 200
