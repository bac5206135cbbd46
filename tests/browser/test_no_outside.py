"""An intranet has no way out: every page each role can reach, in a browser for which no other name exists."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from app.demonstration import ACCOUNTS, PASSWORD
from tests.browser.conftest import CHROMIUM, DESKTOP, SWITCHES
from tests.browser.live_server import LiveServer

NO_OTHER_NAME = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
OF_ONE_KIND = 1
"""So many pages of one kind are looked at: /tasks/1 and /tasks/2 are alike."""
ENOUGH = 30
DOWNLOADS = re.compile(r"\.(xlsx|csv|docx|json)$|/original$|^/logout")


@pytest.fixture(scope="module")
def walled_in() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail("没有找到 Chromium。请先运行 tests/provide.sh。", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*SWITCHES, NO_OTHER_NAME])
        yield browser
        browser.close()


class Walk:
    """One person's walk through every link, and what the browser asked for on the way."""

    def __init__(self, context: BrowserContext, server: LiveServer) -> None:
        self.server, self.page = server, context.new_page()
        self.asked: set[str] = set()
        self.complaints: list[str] = []
        self.seen: dict[str, int] = {}
        context.on("request", self._asked)
        context.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _asked(self, request: Request) -> None:
        self.asked.add(request.url)

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.server.url}/login")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def look_around(self) -> None:
        waiting = [self.page.url]
        while waiting and sum(self.seen.values()) < ENOUGH:
            here = waiting.pop(0)
            kind = re.sub(r"\d+", "N", urlsplit(here).path)
            if self.seen.get(kind, 0) >= OF_ONE_KIND or DOWNLOADS.search(kind):
                continue
            self.seen[kind] = self.seen.get(kind, 0) + 1
            answer = self.page.goto(here, wait_until="load")
            assert answer is not None
            assert answer.status < 500, here
            to = "all => all.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
            links = self.page.eval_on_selector_all("a[href]", to)
            waiting += [
                urldefrag(urljoin(here, link))[0] for link in links if link.startswith(self.server.url)
            ]
            outside = [link for link in links if not link.startswith((self.server.url, "mailto:", "tel:"))]
            assert outside == [], here

    @property
    def outside(self) -> list[str]:
        return sorted(url for url in self.asked if not url.startswith((self.server.url, "data:", "blob:")))


@pytest.mark.parametrize("username", [account.username for account in ACCOUNTS])
def test_no_page_asks_for_anything_outside(
    walled_in: Browser, live_server: LiveServer, username: str
) -> None:
    context = walled_in.new_context(locale="zh-CN", **DESKTOP)
    walk = Walk(context, live_server)
    walk.sign_in(username)
    walk.look_around()
    assert len(walk.seen) >= 3
    assert len(walk.asked) > len(walk.seen)
    context.close()
    assert walk.outside == []
    assert walk.complaints == []


def test_the_description_of_the_interface_is_local_too(walled_in: Browser, live_server: LiveServer) -> None:
    context = walled_in.new_context(**DESKTOP)
    walk = Walk(context, live_server)
    walk.page.goto(f"{live_server.url}/api/docs")
    walk.page.get_by_text("/api/v1/plans", exact=True).first.wait_for()
    context.close()
    assert walk.outside == []
    assert [said for said in walk.complaints if "Content Security Policy" not in said] == []


def test_the_wall_stands(walled_in: Browser) -> None:
    """Or the tests above would prove nothing."""
    page = walled_in.new_page()
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://evil.example/")
    page.close()
