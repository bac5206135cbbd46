"""Signing in through the office's single sign-on: a real provider on a loopback port, and every way it can go wrong."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.clock import utcnow
from app.config import Settings
from app.integrations.oidc import flow_cookie
from app.main import create_app
from app.models.account import Credential, User
from app.models.event import Event
from app.services.accounts import AccountForm, change_account
from tests.office import GROWTH, PASSWORD, Office
from tests.oidc_provider import OidcProvider, running_provider

HERE = "http://testserver"
SECRET = "a secret of the tests"
ISSUER_OF_OTHERS = "https://sso.elsewhere.example"


@pytest.fixture(scope="module")
def provider_of_the_module() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(provider_of_the_module: OidcProvider) -> OidcProvider:
    provider_of_the_module.asked.clear()
    provider_of_the_module.changes.clear()
    provider_of_the_module.know("8a1", preferred_username="fagai", email="fagai@qingshan.example")
    return provider_of_the_module


@dataclass
class SignOn:
    """The office with single sign-on switched on, and its people at their browsers."""

    office: Office
    provider: OidcProvider
    settings: Settings

    def browser(self) -> TestClient:
        app = create_app(self.settings)
        app.state.database = self.office.database
        return TestClient(app, headers={"origin": HERE}, follow_redirects=False)

    def let_in(self, username: str, credential: Credential = Credential.OIDC, **values: Any) -> None:
        with self.office.database.writing() as session:
            user = session.execute(select(User).where(User.username == username)).scalar_one()  # type: ignore[arg-type]
            user.credential = credential
            for name, value in values.items():
                setattr(user, name, value)
            session.add(user)

    def go(self, browser: TestClient, subject: str = "8a1", next: str = "/") -> str:
        """To the provider and as far as its answer: the address it sends the browser back to."""
        answer = browser.get("/login/oidc", params={"next": next})
        assert answer.status_code == 302
        return self.provider.sign_in(answer.headers["location"], subject)

    def sign_in(self, browser: TestClient, subject: str = "8a1", next: str = "/") -> Response:
        return browser.get(self.go(browser, subject, next))

    def subject(self, username: str) -> str | None:
        with self.office.database.reading() as session:
            return session.execute(
                select(User.subject).where(User.username == username)  # type: ignore[call-overload]
            ).scalar_one()

    def events(self, *kinds: str) -> list[tuple[str, str, dict[str, Any]]]:
        with self.office.database.reading() as session:
            found = session.execute(
                select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)  # type: ignore
            ).scalars()
            return [(each.kind, each.actor_name, each.detail) for each in found]


@pytest.fixture
def sign_on(office: Office, provider: OidcProvider) -> SignOn:
    settings = Settings(
        database_url="sqlite:///never-opened.db",
        public_url=HERE,
        oidc_issuer=provider.issuer,
        oidc_client_id="duban",
        oidc_client_secret=SECRET,
        oidc_name="青山统一认证",
    )
    sign_on = SignOn(office, provider, settings)
    sign_on.let_in("fagai")
    return sign_on


def assert_refused(answer: Response, sentence: str, status: int = 403) -> None:
    assert answer.status_code == status
    assert sentence in answer.text
    assert 'name="password"' in answer.text, "the password form must still be there"
    assert "duban_session" not in answer.headers.get("set-cookie", "")


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


def test_a_wrong_state_is_refused_and_the_provider_is_not_asked(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.go(browser)
    parts = urlsplit(back)
    forged = {name: values[0] for name, values in parse_qs(parts.query).items()} | {"state": "x" * 30}
    answer = browser.get(f"{parts.path}?{urlencode(forged)}")
    assert_refused(answer, "这次登录已过期，或不是从这个浏览器开始的。请从登录页重新开始。")
    assert "/oauth2/token" not in [path for path, _ in sign_on.provider.asked]


def test_somebody_elses_return_address_signs_nobody_in(sign_on: SignOn) -> None:
    """Login CSRF: the attacker's own code, opened in the victim's browser."""
    back = sign_on.go(sign_on.browser())
    assert_refused(sign_on.browser().get(back), "不是从这个浏览器开始的")


def test_a_return_address_works_once(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.go(browser)
    cookies = dict(browser.cookies)
    assert browser.get(back).status_code == 303
    assert_refused(browser.get(back), "这次登录已过期")
    again = sign_on.browser()
    again.cookies.update(cookies)  # even with the cookie kept from before: the code is used up
    assert_refused(again.get(back), "统一身份认证没有确认这次登录。")


def test_who_takes_longer_than_ten_minutes_begins_anew(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.go(browser)
    kept = browser.cookies["duban_sign_on"]
    with time_machine.travel(utcnow().timestamp() + 700):
        browser.cookies.set("duban_sign_on", kept)
        assert_refused(browser.get(back), "这次登录已过期")


def test_a_forged_cookie_of_the_way_is_worth_nothing(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.go(browser)
    value = browser.cookies["duban_sign_on"]
    browser.cookies.clear()
    browser.cookies.set("duban_sign_on", value[:-3] + "abc")
    assert_refused(browser.get(back), "这次登录已过期")


def tampered(token: str, **claims: object) -> str:
    head, body, signature = token.split(".")
    read = json.loads(base64.urlsafe_b64decode(body + "=="))
    written = base64.urlsafe_b64encode(json.dumps(read | claims).encode()).rstrip(b"=").decode()
    return f"{head}.{written}.{signature}"


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer | {"id_token": tampered(answer["id_token"], preferred_username="ducha")},
        lambda answer: answer | {"id_token": tampered(answer["id_token"], sub="another")},
        lambda answer: answer | {"id_token": unsigned(answer["id_token"])},
        lambda answer: answer | {"id_token": answer["id_token"].rpartition(".")[0] + "."},
        lambda answer: answer | {"id_token": "no token"},
        lambda answer: {name: value for name, value in answer.items() if name != "id_token"},
        lambda answer: {"error": "server_error"},
    ],
    ids=["claim", "subject", "unsigned", "signature cut off", "no token", "none at all", "error"],
)
def test_a_tampered_id_token_signs_nobody_in(sign_on: SignOn, change: Any) -> None:
    sign_on.provider.changes["/oauth2/token"] = change
    assert_refused(sign_on.sign_in(sign_on.browser()), "统一身份认证没有确认这次登录。")
    assert sign_on.subject("fagai") is None


def test_an_id_token_of_another_sign_in_is_refused(sign_on: SignOn) -> None:
    """A genuine one, but with the nonce of somebody's other sign-in."""
    genuine: dict[str, Any] = {}

    def keep(answer: dict[str, Any]) -> dict[str, Any]:
        genuine.update(answer)
        return answer

    sign_on.provider.changes["/oauth2/token"] = keep
    sign_on.sign_in(sign_on.browser())
    sign_on.provider.changes["/oauth2/token"] = lambda answer: dict(genuine)
    assert_refused(sign_on.sign_in(sign_on.browser()), "没有确认这次登录")


def test_an_id_token_made_for_another_program_is_refused(sign_on: SignOn) -> None:
    """Genuine in everything, also the nonce, but another program of the office is its audience."""
    browser = sign_on.browser()
    address = browser.get("/login/oidc").headers["location"]
    elsewhere = sign_on.provider.sign_in(address.replace("client_id=duban", "client_id=other"), "8a1")
    code = parse_qs(urlsplit(elsewhere).query)["code"][0]
    theirs = sign_on.provider.exchange(code, "other", f"{HERE}/login/oidc/callback")
    back = sign_on.provider.sign_in(address, "8a1")
    sign_on.provider.changes["/oauth2/token"] = lambda answer: theirs
    assert_refused(browser.get(back), "没有确认这次登录")


def test_a_provider_that_calls_itself_otherwise_is_not_believed(sign_on: SignOn) -> None:
    sign_on.provider.changes["/.well-known/openid-configuration"] = lambda answer: (
        answer | {"issuer": ISSUER_OF_OTHERS}
    )
    assert_refused(sign_on.browser().get("/login/oidc"), "统一身份认证暂时没有回应", 503)


def test_a_signature_made_with_the_shared_secret_is_not_accepted(sign_on: SignOn) -> None:
    sign_on.provider.changes["/.well-known/openid-configuration"] = lambda answer: (
        answer | {"id_token_signing_alg_values_supported": ["none", "HS256"]}
    )
    assert_refused(sign_on.browser().get("/login/oidc"), "统一身份认证暂时没有回应", 503)


def test_a_name_the_id_token_lacks_is_asked_for_and_must_be_of_the_same_person(sign_on: SignOn) -> None:
    sign_on.settings = sign_on.settings.model_copy(update={"oidc_username_claim": "employee"})
    sign_on.provider.changes["/userinfo"] = lambda answer: answer | {"employee": "fagai"}
    assert sign_on.sign_in(sign_on.browser()).status_code == 303

    sign_on.let_in("jiaoyu")
    sign_on.provider.changes["/userinfo"] = lambda answer: {"sub": "another", "employee": "jiaoyu"}
    assert_refused(sign_on.sign_in(sign_on.browser(), "9"), "没有确认这次登录")
    assert sign_on.subject("jiaoyu") is None


def test_an_unverified_mail_address_is_no_user_name(sign_on: SignOn) -> None:
    sign_on.settings = sign_on.settings.model_copy(
        update={"oidc_username_claim": "email", "oidc_scopes": "openid email"}
    )
    sign_on.provider.know("9", email="fagai", email_verified=False)
    assert_refused(sign_on.sign_in(sign_on.browser(), "9"), "本系统还没有您的账号。")
    sign_on.provider.know("9", email="fagai", email_verified=True)
    assert sign_on.sign_in(sign_on.browser(), "9").status_code == 303


def test_who_says_no_there_is_told_how_to_go_on(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.provider.deny(browser.get("/login/oidc").headers["location"])
    assert_refused(browser.get(back), "统一身份认证没有让您登录本系统。")


def test_while_the_provider_is_down_the_password_still_works(office: Office) -> None:
    settings = Settings(
        database_url="sqlite:///never-opened.db",
        public_url=HERE,
        oidc_issuer="http://localhost:9",  # nobody listens there
        oidc_client_id="duban",
        oidc_client_secret=SECRET,
    )
    app = create_app(settings)
    app.state.database = office.database
    browser = TestClient(app, headers={"origin": HERE}, follow_redirects=False)
    assert_refused(browser.get("/login/oidc"), "统一身份认证暂时没有回应，现在不能用它登录。", 503)
    signed_in = browser.post("/login", data={"username": "ducha", "password": PASSWORD})
    assert signed_in.status_code == 303


def test_a_provider_that_went_down_meanwhile_is_said_to_be(sign_on: SignOn) -> None:
    browser = sign_on.browser()
    back = sign_on.go(browser)
    provider = browser.app.state.single_sign_on  # type: ignore[attr-defined]
    provider._client.server_metadata["token_endpoint"] = "http://localhost:9/token"
    assert_refused(browser.get(back), "统一身份认证暂时没有回应", 503)


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
