"""What holds for every answer the program gives, page or interface, to whoever asks."""

import re
from html.parser import HTMLParser

import pytest
from sqlmodel import SQLModel

from app.middleware import SECURITY_HEADERS
from tests.everywhere import PLACES, SAFE, call, open_to
from tests.office import USERNAMES, Office
from tests.test_templates import ADDRESS, NAMESPACES, InlineCode

pytestmark = pytest.mark.long

ON_ONE_ENGINE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
"""What a template writes does not depend on the database; that every page comes on both is shown elsewhere."""
VISITORS = ("", *USERNAMES)
FETCHING = {"src", "srcset", "href", "action", "formaction", "poster", "data", "hx-get", "hx-post", "ping"}


class Fetched(HTMLParser):
    """Every address a page names to its browser."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in FETCHING]
        assert tag not in ("iframe", "object", "embed", "base", "meta-refresh")


def pages(office: Office, username: str) -> dict[str, str]:
    """Every page this person gets, by its route."""
    found = {}
    for place in open_to(office, username, SAFE) if username else SAFE:
        answer = call(office, username, place)
        if answer.headers.get("content-type", "").startswith("text/html"):
            found[place.path] = answer.text
    return found


@ON_ONE_ENGINE
@pytest.mark.parametrize("username", VISITORS)
def test_no_page_holds_script_or_style_or_an_outside_address(office: Office, username: str) -> None:
    found = pages(office, username)
    assert len(found) >= (2 if not username else 4)
    for path, text in found.items():
        inline, fetched = InlineCode(), Fetched()
        inline.feed(text)
        fetched.feed(text)
        assert inline.found == [], path
        outside = [
            to
            for to in fetched.found
            if re.match(r"(?:[a-z+]+:|//)", to) and not to.startswith("data:image/")
        ]
        assert outside == [], path
        assert [
            to for to in ADDRESS.findall(text) if not to.startswith((*NAMESPACES, "http://testserver"))
        ] == [], path


def test_every_answer_carries_the_headers(office: Office) -> None:
    """Also what is refused: called without a body, a changing route refuses or redirects."""
    by_supervision = list(open_to(office, "ducha", PLACES))
    for place in PLACES:
        answer = call(office, "ducha" if place in by_supervision else "admin", place)
        check_headers(str(place), dict(answer.headers))
        assert answer.headers["cache-control"] == "no-store", place


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/static/duban.css", "/static/nothing.css", "/static/../app/main.py", "/vendor/htmx/htmx.min.js",
     "/vendor/swagger/swagger-ui-bundle.js", "/api/v1/nowhere", "/api/v1/openapi.json", "/favicon.ico", "/.git/config"],
)  # fmt: skip
def test_what_stands_beside_the_routes_carries_them_too(office: Office, path: str) -> None:
    answer = office.browser().get(path)
    check_headers(path, dict(answer.headers))
    is_asset = answer.status_code == 200 and path.startswith(("/static/", "/vendor/"))
    assert answer.headers["cache-control"] == ("public, max-age=3600" if is_asset else "no-store")


@ON_ONE_ENGINE
def test_a_password_is_hidden_while_it_is_typed_and_may_be_pasted(office: Office) -> None:
    found = []
    for username in ("", "fagai", "admin"):
        for path, text in pages(office, username).items():
            for field in re.findall(r"<input[^>]*>", text):
                name = re.search(r'name="([^"]*)"', field)
                if name and name[1] in ("password", "old", "new", "again"):
                    found.append(path)
                    assert 'type="password"' in field, (path, field)
                    assert 'autocomplete="off"' not in field, (path, field)
    assert {"/login", "/account"} <= set(found)


@ON_ONE_ENGINE
def test_every_page_leads_to_signing_out(office: Office) -> None:
    for username in USERNAMES:
        for path, text in pages(office, username).items():
            if 'class="masthead"' in text:
                assert 'action="/logout"' in text, path
            else:  # what stands before the sign-in, a page for the printer, and the interface's own
                assert path.startswith(("/login", "/api", "/calendar")), path


def check_headers(where: str, headers: dict[str, str]) -> None:
    assert {name.decode() for name, _ in SECURITY_HEADERS} <= set(headers), where
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert not re.search(r"unsafe|\*|https?:", policy), where
    assert "server" not in headers, where
    assert "x-powered-by" not in headers, where
    assert "access-control-allow-origin" not in headers, where


@ON_ONE_ENGINE
def test_the_policy_lets_nothing_in_that_is_not_ours(office: Office) -> None:
    policy = office.browser().get("/login").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    for source in " ".join(rules.values()).split():
        assert source in ("'self'", "'none'", "data:")
    assert "data:" not in rules["script-src"] + rules["style-src"] + rules["default-src"]


@ON_ONE_ENGINE
def test_no_folder_of_files_is_listed_and_none_leaves_its_root(office: Office) -> None:
    browser = office.browser()
    for path in ("/static", "/static/", "/vendor/htmx/", "/vendor/swagger/", "/static/%2e%2e/main.py",
                 "/static/..%2fmain.py", "/static/%2fetc%2fpasswd", "/vendor/htmx/..%5c..%5cx"):  # fmt: skip
        answer = browser.get(path)
        assert answer.status_code in (404, 405), path
        assert "create_app" not in answer.text


@ON_ONE_ENGINE
def test_a_range_of_a_file_is_no_way_to_keep_the_server_busy(office: Office) -> None:
    many = "bytes=" + ",".join(f"{start}-{start + 1}" for start in range(0, 8000, 2))
    answer = office.browser().get("/static/duban.css", headers={"range": many})
    assert answer.status_code in (200, 206, 400, 416)
    assert answer.elapsed.total_seconds() < 2


@ON_ONE_ENGINE
@pytest.mark.parametrize("username", ["", "fagai"])
def test_what_somebody_writes_is_shown_as_it_is_written(office: Office, username: str) -> None:
    written = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
    browser = office.browser(username)
    shown = [
        browser.get("/login", params={"next": "/" + written}),
        browser.post("/login", data={"username": written, "password": "x", "next": "/" + written}),
        browser.get(f"/plans/{office.plan_id}/tasks", params={"text": written}, follow_redirects=True),
        browser.get("/" + written),
        browser.post(
            "/tasks/1/progress", data={"progress": written, "status": written, "completion": written}
        ),
    ]
    for answer in shown:
        inline = InlineCode()
        inline.feed(answer.text)
        assert inline.found == []
        assert "<img src=x" not in answer.text
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(\S{2})", answer.text)


def test_an_address_names_rows_and_is_a_secret_only_for_calendars() -> None:
    """A calendar program sends nothing but the address it was given, so that one is the key; a ticket opens nothing."""
    named = {(name, place.path) for place in PLACES for name in re.findall(r"\{(\w+)", place.path)}
    others = {(name, path) for name, path in named if not name.endswith("_id")}
    assert others == {("token", "/calendar/{token}.ics"), ("ticket", "/imports/headway/{ticket}")}


SEEN = {"event", "trail_head", "login_session", "api_token", "user_account"}
"""Who looked, and when somebody was last here, is written down also when nothing is changed."""


def business(office: Office) -> dict[str, list[str]]:
    with office.database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(table.select()).all()))
            for table in SQLModel.metadata.sorted_tables
            if table.name not in SEEN
        }


def test_looking_at_every_page_changes_nothing(office: Office) -> None:
    before = business(office)
    assert len(before) > 8
    for username in USERNAMES:
        for place in open_to(office, username, SAFE):
            call(office, username, place)
    assert business(office) == before
