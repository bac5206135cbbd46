"""An address that only takes a form, opened all the same: by Back, a reload, a bookmark, or after signing in again."""

import pytest

from app.rules.permissions import may_ever, needed
from tests.everywhere import PLACES
from tests.office import GROWTH, PASSWORD, Office
from tests.test_rights import Visit, visit

__all__ = ["visit"]
NO_SUCH_ROW = "/directory/import/{file_id}"
FORMS = [
    (place.path, right)
    for place in PLACES
    if place.method == "POST" and not place.is_interface and (right := needed(place.handler))
]
INVOLVED = ("ducha", "fagai", "luqiuming", "admin", "auditor")
"""Whoever has to do with GROWTH, and who looks after the system."""


@pytest.mark.parametrize("username", INVOLVED)
def test_the_address_of_a_form_leads_whoever_may_send_it_to_a_page(visit: Visit, username: str) -> None:
    browser, role = visit.office.browser(username), visit.viewers[username].role
    for path, right in FORMS:
        if may_ever(role, right) and path != NO_SUCH_ROW:
            answer = browser.get(visit.address(path), follow_redirects=True)
            assert answer.status_code == 200, (path, answer.url)
            assert answer.headers["content-type"].startswith("text/html"), path


def test_who_is_not_signed_in_is_asked_to_and_comes_to_the_page_then(office: Office) -> None:
    task = office.task_id(GROWTH)
    opened = office.browser().get(f"/tasks/{task}/evidence", follow_redirects=True)
    assert opened.url.params["next"] == f"/tasks/{task}"


def test_an_address_of_the_interface_still_says_what_it_takes(office: Office) -> None:
    task = office.task_id(GROWTH)
    answer = office.api("fagai").get(f"/api/v1/tasks/{task}/progress")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_step_without_words_pressed_after_the_sign_in_had_ended_is_said_not_to_be_done(
    office: Office,
) -> None:
    browser, task = office.browser(), office.task_id(GROWTH)
    asked = browser.post(f"/tasks/{task}/rating/lift")
    assert "刚才那一步没有办理，登录后请再办一次。" in asked.text
    assert f'name="next" value="/tasks/{task}"' in asked.text
    came = browser.post("/login", data={"username": "ducha", "password": PASSWORD, "next": f"/tasks/{task}"})
    assert browser.get(came.headers["location"]).status_code == 200
