"""People at their browsers: a real Chromium, on a desktop or a phone, against the real program.

The tests of one file share a server, which begins with the demonstration as loaded. Each page is a person at a
browser without any history.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.live_server import LiveServer, running_demo

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

FAILED = pytest.StashKey[bool]()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Asked only about the tests of this folder."""
    item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report: Any = yield
    if report.when != "teardown":
        item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def demonstration_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first start leaves on disk; loading it again for every file would take the longest of all."""
    data = tmp_path_factory.mktemp("demonstration") / "data"
    with running_demo(data):
        return data


@pytest.fixture(scope="module")
def live_server(demonstration_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The demonstration as `make run` shows it, on a port and with data of its own."""
    data = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(demonstration_data, data)
    with running_demo(data) as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Closed with its file: while it is open, its event loop stands in the way of other tests."""
    if not CHROMIUM.exists():
        pytest.fail("没有找到 Chromium。请先运行 tests/provide.sh。", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


class OpenPage(Protocol):
    """``open_page(PHONE, java_script_enabled=False)``: settings of the device, then of this browser."""

    def __call__(self, device: dict[str, Any] = ..., **settings: Any) -> Page: ...


@pytest.fixture
def open_page(
    chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Another person's fresh browser; a test with two people calls it twice."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heed(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"error in a script: {error}"))

    def heed_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def heed_request(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"asked for something outside: {request.url}")

    def open_page(device: dict[str, Any] = DESKTOP, **settings: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **device, **settings
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("page", heed)
        context.on("console", heed_console)
        context.on("request", heed_request)
        return context.new_page()

    yield open_page

    pages = [page for context in contexts for page in context.pages]
    if request.node.stash.get(FAILED, False):
        keep_screenshots(request.node.nodeid, pages)
        print(live_server.output)  # the other half of the story
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on an office computer."""
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone."""
    return open_page(PHONE)


def keep_screenshots(test: str, pages: list[Page]) -> None:
    """What each person saw when the test failed, under build/screenshots/."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", test.removeprefix("tests/browser/")).strip("-")
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png", full_page=True)
