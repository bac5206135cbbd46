"""Signing in through the office's single sign-on: a real provider on a loopback port, there and back."""

import base64
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from app.clock import utcnow
from app.integrations.oidc import flow_cookie
from app.models.account import Credential, User
from app.services.accounts import AccountForm, change_account
from tests.office import GROWTH, PASSWORD, Office
from tests.web.single_sign_on import HERE, SignOn, assert_refused


def test_the_way_there_and_back_signs_the_person_in(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    answer = sign_on.sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/account")
    assert page.status_code == 200
    assert "李发改" in page.text
    assert sign_on.subject("fagai") == f"{sign_on.provider.issuer}|8a1"


def test_what_is_asked_of_the_provider_is_the_code_flow_with_pkce_state_and_nonce(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    address = browser.get("/login/oidc").headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid profile"
    assert asked["redirect_uri"] == f"{HERE}/login/oidc/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    browser.get(sign_on.provider.sign_in(address, "8a1"))
    exchanged = sign_on.provider.asked_for("/oauth2/token")
    challenge = base64.urlsafe_b64encode(sha256(exchanged["code_verifier"].encode()).digest())
    assert challenge.rstrip(b"=").decode() == asked["code_challenge"]


def test_the_cookie_of_the_way_is_short_signed_and_for_this_address_only(sign_on: SignOn) -> None:
    cookie = sign_on.browser().get("/login/oidc").headers["set-cookie"]
    assert cookie.startswith("duban_sign_on=")
    for part in ("httponly", "samesite=lax", "path=/login/oidc", "Max-Age=600"):
        assert part in cookie


def test_over_https_the_cookie_of_the_way_goes_over_https_only(sign_on: SignOn) -> None:
    cookie = flow_cookie(sign_on.settings.model_copy(update={"public_url": "https://duban.example"}))
    assert cookie["https_only"]
    assert cookie["session_cookie"].startswith("__Secure-")


def test_two_processes_share_the_way(sign_on: SignOn) -> None:
    """Whoever was sent out by one worker may come back to another."""
    first, second = sign_on.browser(), sign_on.browser()
    back = sign_on.go(first)
    second.cookies.update(first.cookies)
    assert second.get(back).status_code == 303


def test_the_page_asked_for_comes_after_it_and_never_an_address_elsewhere(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    wanted = f"/plans/{sign_on.office.plan_id}/tasks?light=behind"
    assert sign_on.sign_in(browser, next=wanted).headers["location"] == wanted
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert sign_on.sign_in(sign_on.browser(), next=elsewhere).headers["location"] == "/"


def test_later_the_person_is_known_by_number_whatever_they_are_called_there(sign_on: SignOn) -> None:
    sign_on.sign_in(sign_on.browser())
    sign_on.provider.know("8a1", preferred_username="renamed")
    browser = sign_on.browser()
    assert sign_on.sign_in(browser).status_code == 303
    assert "李发改" in browser.get("/account").text


def test_the_first_sign_in_is_in_the_trail_with_whom_it_bound(sign_on: SignOn) -> None:
    sign_on.sign_in(sign_on.browser())
    sign_on.sign_in(sign_on.browser())
    bound, *signed_in = sign_on.events("single_sign_on_bound", "signed_in")
    assert bound[0] == "single_sign_on_bound"
    assert bound[2] == {
        "username": "fagai",
        "before": None,
        "after": f"{sign_on.provider.issuer}|8a1",
    }
    assert [each[0] for each in signed_in] == ["signed_in", "signed_in"]


def test_an_account_with_a_password_is_not_taken_over_by_a_chosen_user_name(sign_on: SignOn) -> None:
    sign_on.provider.know("evil", preferred_username="ducha")
    answer = sign_on.sign_in(sign_on.browser(), "evil")
    assert_refused(answer, "账号“ducha”没有开通统一身份认证登录。请联系系统管理员。")
    assert sign_on.subject("ducha") is None
    ((kind, who, detail),) = sign_on.events("sign_in_refused")
    assert (kind, who, detail["username"]) == ("sign_in_refused", "未登录", "ducha")


def test_an_account_that_is_somebodys_is_not_given_to_another_of_the_same_name(sign_on: SignOn) -> None:
    sign_on.sign_in(sign_on.browser())
    sign_on.provider.know("evil", preferred_username="fagai")
    answer = sign_on.sign_in(sign_on.browser(), "evil")
    assert_refused(answer, "账号“fagai”已对应统一身份认证中的另一个人。")
    assert sign_on.subject("fagai") == f"{sign_on.provider.issuer}|8a1"


def test_an_account_given_a_password_again_cannot_be_entered_by_its_old_number(sign_on: SignOn) -> None:
    sign_on.sign_in(sign_on.browser())
    sign_on.let_in("fagai", Credential.PASSWORD)
    assert_refused(sign_on.sign_in(sign_on.browser()), "没有开通统一身份认证登录")


def test_whoever_has_no_account_here_is_told_so_and_it_is_recorded(sign_on: SignOn) -> None:
    sign_on.provider.know("77", preferred_username="stranger")
    assert_refused(sign_on.sign_in(sign_on.browser(), "77"), "本系统还没有您的账号“stranger”。")
    ((_, _, detail),) = sign_on.events("sign_in_refused")
    assert detail["username"] == "stranger"


def test_a_disabled_account_stays_outside(sign_on: SignOn) -> None:
    sign_on.let_in("fagai", is_active=False)
    assert_refused(sign_on.sign_in(sign_on.browser()), "您在本系统的账号“fagai”已停用。")


def test_the_password_of_an_account_of_the_single_sign_on_opens_nothing(sign_on: SignOn) -> None:
    answer = sign_on.browser().post("/login", data={"username": "fagai", "password": PASSWORD})
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text


def test_the_sign_in_page_offers_it_by_the_offices_own_name_and_keeps_the_way(sign_on: SignOn) -> None:
    page = sign_on.browser().get("/login", params={"next": "/tasks/3"}).text
    assert "用青山统一认证登录" in page
    assert 'href="/login/oidc?next=%2Ftasks%2F3"' in page


def test_without_the_setting_there_is_neither_button_nor_address(office: Office) -> None:
    browser = office.browser()
    assert "/login/oidc" not in browser.get("/login").text
    answer = browser.get("/login/oidc")
    assert answer.status_code == 404
    assert "本系统没有接通统一身份认证。" in answer.text
    assert browser.get("/login/oidc/callback").status_code == 404


def test_the_second_factor_is_for_the_single_sign_on_to_ask(sign_on: SignOn) -> None:
    sign_on.let_in("fagai", totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sign_on.settings = sign_on.settings.model_copy(update={"totp_roles": "liaison"})
    browser = sign_on.browser()
    assert sign_on.sign_in(browser).headers["location"] == "/"
    assert browser.get("/account").status_code == 200
    sign_on.let_in("fagai", totp_secret=None)
    page = browser.get("/account")
    assert page.status_code == 200, "nobody may be led to set up what is never asked"
    assert "您的账号用统一身份认证登录，密码请到那里修改。" in page.text
    assert 'action="/account"' not in page.text
    assert "动态口令" not in page.text


def test_another_way_in_forgets_the_one_before(sign_on: SignOn) -> None:
    sign_on.sign_in(sign_on.browser())
    for credential in (Credential.PASSWORD, Credential.OIDC):
        with sign_on.office.database.writing() as session:
            user = session.execute(select(User).where(User.username == "fagai")).scalar_one()  # type: ignore[arg-type]
            form = AccountForm(user.username, user.name, user.role, user.department_id, credential=credential)
            actor = sign_on.office.viewer("admin")
            change_account(session, user, form, actor=actor, now=utcnow())
        assert sign_on.subject("fagai") is None
        ours = sign_on.browser().post("/login", data={"username": "fagai", "password": PASSWORD})
        assert ours.status_code == 401, "the old password must not come to life again"
    sign_on.provider.know("new", preferred_username="fagai")
    assert sign_on.sign_in(sign_on.browser(), "new").status_code == 303
    assert sign_on.subject("fagai") == f"{sign_on.provider.issuer}|new"


def test_what_was_written_when_the_sign_in_ended_waits_for_the_single_sign_on(sign_on: SignOn) -> None:
    browser, task = sign_on.browser(), sign_on.office.task_id(GROWTH)
    written = {"status": "in_progress", "completion": "40", "progress": "写了一个小时的话。", "seen": "0"}
    interrupted = browser.post(f"/tasks/{task}/progress", data=written)
    assert interrupted.status_code == 401
    assert 'href="/login/oidc" target="_blank"' in interrupted.text
    assert f'<form method="post" action="/tasks/{task}/progress">' in interrupted.text
    sign_on.sign_in(browser)
    assert browser.post(f"/tasks/{task}/progress", data=written).status_code == 303
    assert "写了一个小时的话。" in browser.get(f"/tasks/{task}").text
