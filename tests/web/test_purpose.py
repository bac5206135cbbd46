"""Each page of the month says in a line what it is for and what comes next, to whoever opens it."""

import pytest

from tests.office import GROWTH, Office

PLAN = ("applications", "urging", "comments", "signing")


@pytest.mark.parametrize(
    ("username", "pages"),
    [
        ("ducha", (*PLAN, "review", "periods", "stage")),
        ("fagai", PLAN),
        ("luqiuming", PLAN),
    ],
)
def test_a_page_of_the_month_says_what_it_is_for(
    office: Office, username: str, pages: tuple[str, ...]
) -> None:
    browser = office.browser(username)
    for page in pages:
        answer = browser.get(f"/plans/{office.plan_id}/{page}")
        assert answer.status_code == 200, page
        assert '<p class="purpose">' in answer.text, page


def test_the_same_page_says_something_else_to_a_unit(office: Office) -> None:
    path = f"/plans/{office.plan_id}/urging"
    assert "给没有报齐的单位发催办单" in office.browser("ducha").get(path).text
    assert "督查室发给本单位的催办单" in office.browser("fagai").get(path).text
    assert "督查室发给各单位的催办单" in office.browser("luqiuming").get(path).text


def test_splitting_a_task_says_what_becomes_of_it(office: Office) -> None:
    page = office.browser("fagai").get(f"/tasks/{office.task_id(GROWTH)}/parts").text
    assert "这项任务的进度由它们得出" in page
