"""Whose address it is and who sent the request: at the office's own address, behind a proxy, and from elsewhere."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.main import create_app
from app.middleware import SECURITY_HEADERS, origin_of
from tests.office import GROWTH, PASSWORD, Office

PUBLIC = "https://duban.example.gov.cn"
NAME = "duban.example.gov.cn"
SIGN_IN = {"username": "fagai", "password": PASSWORD}
REPORT = {"status": "in_progress", "completion": "40", "progress": "进行中。"}


@pytest.fixture
def public(office: Office) -> TestClient:
    """A browser before an office that people reach by https through a proxy."""
    app = create_app(Settings(database_url="sqlite:///never-opened.db", public_url=PUBLIC))
    app.state.database.engine.dispose()
    app.state.database = office.database
    return TestClient(app, base_url=PUBLIC, headers={"origin": PUBLIC}, follow_redirects=False)


def sent_with(office: Office, headers: dict[str, str], *, cookie: bool = True) -> int:
    """The status of a report sent with just these headers, over plain http as on an intranet."""
    browser = office.browser("fagai" if cookie else "")
    del browser.headers["origin"]
    task = office.task_id(GROWTH)
    return browser.post(f"/tasks/{task}/progress", data=REPORT, headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://testserver"},
        {"origin": "http://TestServer:80"},
        {"origin": "https://testserver"},  # a proxy took the encryption off
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"referer": "http://testserver/tasks/1"},  # a browser that sends no Origin
    ],
)
def test_our_own_page_may_send(office: Office, headers: dict[str, str]) -> None:
    assert sent_with(office, headers) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://evil.example", "referer": "http://testserver/"},
        {"origin": "http://testserver@evil.example"},
        {"origin": "http://testserver:8001"},
        {"origin": "null"},
        {"origin": "file://"},
        {"origin": "http://["},
        {"origin": "http://testserver:99999999"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
        {"sec-fetch-site": "cross-site", "referer": "http://testserver/"},
        {"sec-fetch-mode": "navigate"},
        {"referer": "http://evil.example/testserver"},
        {"referer": "http://evil.example/", "origin": ""},
        {"referer": ""},
    ],
    ids=str,
)
def test_whoever_else_sends_with_our_cookie_is_refused(office: Office, headers: dict[str, str]) -> None:
    assert sent_with(office, headers) == 403
    with office.database.reading() as session:
        assert office.task(session, GROWTH).reported_at is None


def test_two_origins_are_no_origin(office: Office) -> None:
    browser = office.browser("fagai")
    del browser.headers["origin"]
    answer = browser.post(
        f"/tasks/{office.task_id(GROWTH)}/progress",
        data=REPORT,
        headers=[("origin", "http://testserver"), ("origin", "http://evil.example")],
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/login", "/logout", "/account", "/imports", "/nowhere"])
def test_every_unsafe_request_of_a_page_is_checked_before_anything_else(office: Office, path: str) -> None:
    for username in ("", "ducha"):
        answer = office.browser(username).post(path, headers={"origin": "http://evil.example"})
        assert answer.status_code == 403
        assert "不是从本系统的页面发出的" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_no_verb_but_the_safe_ones_escapes_the_check(office: Office, method: str) -> None:
    answer = office.browser("ducha").request(method, "/imports", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_foreign_page_cannot_sign_anyone_in(office: Office) -> None:
    answer = office.browser().post("/login", data=SIGN_IN, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_program_with_a_token_needs_no_origin(office: Office) -> None:
    body = {"status": "in_progress", "completion": 40, "progress": "进行中。"}
    address = f"/api/v1/tasks/{office.task_id(GROWTH)}/progress"
    assert office.api("fagai").post(address, json=body).status_code == 201
    other = {**body, "completion": 41}
    from_a_page = office.api("fagai").post(
        address, json=other, headers={"origin": "http://oa.example.gov.cn"}
    )
    assert from_a_page.status_code != 403


def test_the_cookie_opens_no_interface(office: Office) -> None:
    """So that no page of another site can use the interface in a signed-in person's name."""
    assert office.browser("ducha").get("/api/v1/plans").status_code == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (PUBLIC, 303),
        (f"{PUBLIC}:443", 303),
        (f"http://{NAME}", 403),  # the same name without encryption is somebody on the way
        (f"{PUBLIC}:8443", 403),
        ("https://example.gov.cn", 403),
        (f"https://{NAME}.evil.example", 403),
        ("https://127.0.0.1", 403),
    ],
)
def test_behind_a_proxy_the_configured_address_counts(public: TestClient, origin: str, status: int) -> None:
    assert public.post("/login", data=SIGN_IN, headers={"origin": origin}).status_code == status


def test_the_cookie_is_known_by_the_name_it_has_over_https(office: Office, public: TestClient) -> None:
    given = public.post("/login", data=SIGN_IN)
    assert given.headers["set-cookie"].startswith("__Host-")
    address = f"/tasks/{office.task_id(GROWTH)}/progress"
    del public.headers["origin"]
    assert public.post(address, data=REPORT).status_code == 403
    assert public.post(address, data=REPORT, headers={"origin": PUBLIC}).status_code == 303


@pytest.mark.parametrize(
    ("host", "served"),
    [
        (NAME, True),
        (f"{NAME}:443", True),
        (NAME.upper(), True),
        ("127.0.0.1:8000", True),  # asked on the machine itself
        ("localhost", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        (f"{NAME}.evil.example", False),
        (f"{NAME}:8443", False),
        (f"evil@{NAME}", False),
        ("10.1.2.3", False),
        ("", False),
        ("a b", False),
    ],
)
def test_another_name_is_refused_where_the_address_is_known(
    public: TestClient, host: str, served: bool
) -> None:
    answer = public.get("/login", headers={"host": host})
    assert (answer.status_code == 200) is served
    if not served:
        assert answer.status_code == 400
        assert f"请从 {PUBLIC} 打开" in answer.text
        assert answer.headers["x-frame-options"] == "DENY"


def test_on_an_intranet_without_an_address_every_name_leads_here(office: Office) -> None:
    for host in ("10.1.2.3:8000", "duban", "旧名字".encode("idna").decode()):
        assert office.browser().get("/login", headers={"host": host}).status_code == 200


def test_no_answer_repeats_a_foreign_host(office: Office) -> None:
    browser = office.browser("ducha")
    for path in ("/", "/imports/", "/login", "/nowhere", "/static", "/vendor/swagger"):
        answer = browser.get(path, headers={"host": "evil.example"})
        assert "evil.example" not in answer.text
        assert "evil.example" not in answer.headers.get("location", "")


def test_only_an_encrypted_address_asks_to_stay_encrypted(office: Office, public: TestClient) -> None:
    strict = public.get("/login").headers["strict-transport-security"]
    assert int(re.findall(r"max-age=(\d+)", strict)[0]) >= 31_536_000
    assert "strict-transport-security" not in office.browser().get("/login").headers


def cookies(answer: object) -> list[str]:
    return list(answer.headers.get_list("set-cookie"))  # type: ignore[attr-defined]


def test_every_cookie_is_closed_to_scripts_and_other_sites_and_follows_the_address(
    office: Office, public: TestClient
) -> None:
    for client, is_encrypted in ((office.browser(), False), (public, True)):
        given = cookies(client.post("/login", data=SIGN_IN))
        task = office.task_id(GROWTH)
        given += cookies(client.post(f"/tasks/{task}/progress", data=REPORT))
        given += cookies(client.get(f"/tasks/{task}"))
        given += cookies(client.post("/logout"))
        assert len(given) >= 3
        for cookie in given:
            flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
            assert "samesite=lax" in flags or "samesite=strict" in flags, cookie
            assert ("secure" in flags) is is_encrypted, cookie
            if "max-age=0" not in flags:  # one that is taken back holds nothing
                assert "httponly" in flags, cookie
            if cookie.startswith("__Host-"):
                assert is_encrypted
                assert "path=/" in flags
                assert not any(flag.startswith("domain=") for flag in flags)


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "\x00//evil.example",
        "evil.example",
        "http:/evil.example",
        "@evil.example",
        "/\r\nset-cookie: a=b",
        "/​/evil.example",
    ],
    ids=repr,
)
def test_signing_in_leads_nowhere_else(office: Office, wanted: str) -> None:
    answer = office.browser().post("/login", data={**SIGN_IN, "next": wanted})
    location = answer.headers["location"]
    assert answer.status_code == 303
    assert urlsplit(urljoin("http://testserver/login", location)).netloc == "testserver"
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil.example" not in location.split("?")[0].strip("/").split("/")[:1]


def test_signing_in_leads_back_to_our_own_page(office: Office) -> None:
    answer = office.browser().post("/login", data={**SIGN_IN, "next": "/rights?from=1"})
    assert answer.headers["location"] == "/rights?from=1"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-http-method-override": "DELETE"},
        {"x-method-override": "POST"},
        {"x-original-url": "/trail"},
        {"x-rewrite-url": "/trail"},
        {"x-forwarded-host": "evil.example"},
        {"x-forwarded-prefix": "//evil.example"},
    ],
)
def test_no_header_turns_a_request_into_another(office: Office, headers: dict[str, str]) -> None:
    plain = office.browser("fagai").get("/rights")
    turned = office.browser("fagai").get("/rights", headers=headers)
    assert (turned.status_code, turned.text) == (plain.status_code, plain.text)


def test_no_field_turns_a_request_into_another(office: Office) -> None:
    answer = office.browser("ducha").post("/rights?_method=GET", data={"_method": "GET"})
    assert answer.status_code == 405
    for method in ("TRACE", "CONNECT", "TRACK"):
        assert office.browser().request(method, "/login").status_code == 405


def test_a_surprise_is_answered_with_every_header_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("app.queries.plans.list_goals", fail)
    for client, address in (
        (office.browser("ducha"), f"/plans/{office.plan_id}/tasks"),
        (office.api("ducha"), f"/api/v1/plans/{office.plan_id}/goals"),
    ):
        client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        answer = client.get(address)
        assert answer.status_code == 500
        assert "Traceback" not in answer.text
        assert "RuntimeError" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert {name.decode() for name, _ in SECURITY_HEADERS} <= set(answer.headers)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://Duban.Example.gov.cn/", ("https", NAME, 443)),
        ("http://duban:8000", ("http", "duban", 8000)),
        ("http://[::1]:80", ("http", "::1", 80)),
        ("http://a:b@duban", None),
        ("ftp://duban", None),
        ("duban", None),
        ("null", None),
        ("", None),
        ("http://", None),
        ("http://[", None),
    ],
)
def test_an_address_is_read_to_its_origin(address: str, found: tuple[str, str, int] | None) -> None:
    assert origin_of(address) == found
