"""Photographs the main pages from a fresh demonstration, for the README: ``make screenshots``."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app.demonstration import PASSWORD
from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.live_server import running_demo

IMAGES = Path(__file__).resolve().parent / "images"
DESKTOP = {"width": 1366, "height": 800}
PHONE = {"width": 390, "height": 800}

OF_THE_OFFICE = {
    "todos": "/todos",
    "review": "/plans/1/review",
    "closed": "/periods/1",
    "overview": "/plans/1/overview",
    "ledger": "/plans/1/tasks?official=1",
    "matrix": "/plans/1/matrix?by=department",
    "workload": "/plans/1/workload",
    "reports": "/plans/1/reports",
}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_demo(Path(folder) / "data") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        photograph(browser, server.url)
        browser.close()


def photograph(browser: Browser, url: str) -> None:
    page = open_page(browser, url, DESKTOP)
    page.goto("/login")
    keep(page, "login")
    sign_in(page, "duban")
    for name, address in OF_THE_OFFICE.items():
        page.goto(address)
        keep(page, name)
    keep_import(page)

    sign_in(page := open_page(browser, url, DESKTOP), "fagaiju")
    page.goto("/tasks/23")
    keep(page, "task")
    page.goto("/plans/1/sheet")
    keep(page, "sheet")
    page.goto("/urging/1")
    keep(page, "slip")

    sign_in(page := open_page(browser, url, DESKTOP), "luqiuming")
    keep(page, "portfolio")

    sign_in(page := open_page(browser, url, PHONE), "fagaiju")
    keep(page, "phone")


def keep_import(page: Page) -> None:
    """The checking page, of the same table as a Word document."""
    page.goto("/imports")
    page.set_input_files("[name=file]", "examples/武进区2018年目标任务责任分解表.docx")
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/imports/*")
    keep(page, "import")


def open_page(browser: Browser, url: str, size: dict[str, int]) -> Page:
    context = browser.new_context(
        base_url=url, viewport={"width": size["width"], "height": size["height"]}, locale="zh-CN"
    )
    return context.new_page()


def sign_in(page: Page, username: str) -> None:
    page.goto("/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login" not in address)


def keep(page: Page, name: str) -> None:
    """The visible part of the page, in as few bytes as its colours allow."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # This method keeps the rare colours too: the small shapes of the lights are few pixels, and matter most.
    small = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
