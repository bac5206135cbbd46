"""What the way back from the single sign-on must refuse: forged, replayed, meant for others, or nobody there."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from fastapi.testclient import TestClient

from app.clock import utcnow
from app.config import Settings
from app.main import create_app
from tests.office import PASSWORD, Office
from tests.web.single_sign_on import HERE, SECRET, SignOn, assert_refused

ISSUER_OF_OTHERS = "https://sso.elsewhere.example"


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
