"""The pages of the month on a phone: nothing runs out of them, and what is pressed is large enough for a thumb."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_main_job import sign_in

PLAN = "/plans/1/"
OFFICE = [
    *(
        PLAN + each
        for each in ("tasks", "review", "applications", "urging", "periods", "comments", "stage", "signing")
    ),
    *(
        "/periods/1",
        "/urging/1",
        "/applications/1",
        "/working-days",
        "/tasks/23",
        "/tasks/23/parts",
        "/imports",
    ),
]
UNIT = [
    *(PLAN + each for each in ("tasks", "sheet", "urging", "applications", "comments", "signing")),
    *("/urging/1", "/periods/1", "/tasks/23", "/tasks/23/parts"),
]
OFFICIAL = [*(PLAN + each for each in ("urging", "applications", "comments")), "/periods/1", "/tasks/23"]

RUNS_OUT = """() => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text; (text = texts.nextNode()); ) {
    const holder = text.parentElement;
    if (!text.data.trim() || holder.closest(".visually-hidden, thead, .scroll, .progress, del, ins")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const frame = holder.closest(".urging-slip, td, section") || document.body;
    const right = Math.min(390, frame.getBoundingClientRect().right) + 1;
    if (box.width && box.right > right) found.push(text.data.trim().slice(0, 40));
  }
  return found;
}"""
TOO_SMALL = """() => [...document.querySelectorAll("main .button, main select, main label.choice")]
  .filter(each => each.getClientRects().length && each.getBoundingClientRect().height < 32)
  .map(each => each.textContent.trim().slice(0, 40))"""


@pytest.mark.parametrize(
    ("username", "addresses"), [("duban", OFFICE), ("fagaiju", UNIT), ("luqiuming", OFFICIAL)]
)
def test_nothing_of_the_month_runs_out_of_a_phone(phone: Page, username: str, addresses: list[str]) -> None:
    sign_in(phone, username)
    for address in addresses:
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert phone.evaluate(RUNS_OUT) == [], address
        assert phone.evaluate(TOO_SMALL) == [], address


@pytest.mark.parametrize("device", [PHONE, {"viewport": {"width": 390, "height": 844}}])
def test_no_key_is_named_where_there_is_no_keyboard_or_no_room(
    open_page: OpenPage, device: dict[str, Any]
) -> None:
    page = sign_in(open_page(device), "fagaiju")
    page.goto("/plans/1/sheet")
    expect(page.get_by_text("边写边存")).to_be_visible()
    expect(page.locator("kbd, .with-keys").locator("visible=true")).to_have_count(0)
    desk = sign_in(open_page(), "fagaiju")
    desk.goto("/plans/1/sheet")
    expect(desk.locator("kbd, .with-keys").locator("visible=true")).to_have_count(2)
