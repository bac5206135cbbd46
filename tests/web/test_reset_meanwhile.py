"""A password is checked slowly; what the administrator does to the account meanwhile counts."""

from collections.abc import Callable

import pytest

from app import security
from app.clock import utcnow
from app.config import Settings
from app.queries import accounts as account_queries
from app.services import accounts, passwords
from tests.office import PASSWORD, Office
from tests.web.accounts import sign_in, told, user_of

NEW = "Bailu-Yuan 2031"
Deed = Callable[[], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Deed], None]:
    """Once a password has been checked, somebody does this before anything comes of it."""
    check = security.password_matches

    def arrange(deed: Deed) -> None:
        waiting = [deed]

        def checked(password: str, password_hash: str | None) -> bool:
            matches = check(password, password_hash)
            while waiting:
                waiting.pop()()
            return matches

        monkeypatch.setattr(security, "password_matches", checked)

    return arrange


def reset(office: Office, username: str = "fagai") -> None:
    admin = office.viewer("admin")
    with office.database.writing() as session:
        user = account_queries.get_user(session, username)
        passwords.reset_password(session, user, "another", actor=admin, now=utcnow(), settings=Settings())


def test_a_password_that_is_reset_while_it_is_checked_opens_nothing(
    office: Office, meanwhile: Callable[[Deed], None]
) -> None:
    meanwhile(lambda: reset(office))
    answer = sign_in(office, "fagai")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert told(office, "signed_in") == []


def test_whoever_is_to_sign_in_elsewhere_from_now_on_does_not_come_in_by_password(
    office: Office, meanwhile: Callable[[Deed], None]
) -> None:
    def change() -> None:
        admin = office.viewer("admin")
        with office.database.writing() as session:
            user = account_queries.get_user(session, "fagai")
            form = accounts.AccountForm(
                "fagai", user.name, user.role, user.department_id, credential=accounts.Credential.OIDC
            )
            accounts.change_account(session, user, form, actor=admin, now=utcnow())

    meanwhile(change)
    assert "set-cookie" not in sign_in(office, "fagai").headers


def test_a_reset_is_not_undone_by_a_change_under_way(
    office: Office, meanwhile: Callable[[Deed], None]
) -> None:
    browser = office.browser("fagai")
    meanwhile(lambda: reset(office))
    answer = browser.post("/account", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert answer.status_code == 409
    assert "您的密码刚刚被重置或修改过，这一次没有改动。" in answer.text
    user = user_of(office, "fagai")
    assert (user.password_hash, user.must_change_password) == ("another", True)
