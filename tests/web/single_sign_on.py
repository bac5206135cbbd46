"""The office with a single sign-on, for the tests of signing in through it."""

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.config import Settings
from app.main import create_app
from app.models.account import Credential, User
from app.models.event import Event
from tests.office import Office
from tests.oidc_provider import OidcProvider

HERE = "http://testserver"
SECRET = "a secret of the tests"


@dataclass
class SignOn:
    """The office with single sign-on switched on, and its people at their browsers."""

    office: Office
    provider: OidcProvider
    settings: Settings

    def browser(self) -> TestClient:
        app = create_app(self.settings)
        app.state.database = self.office.database
        return TestClient(app, headers={"origin": HERE}, follow_redirects=False)

    def let_in(self, username: str, credential: Credential = Credential.OIDC, **values: Any) -> None:
        with self.office.database.writing() as session:
            user = session.execute(select(User).where(User.username == username)).scalar_one()  # type: ignore[arg-type]
            user.credential = credential
            for name, value in values.items():
                setattr(user, name, value)
            session.add(user)

    def go(self, browser: TestClient, subject: str = "8a1", next: str = "/") -> str:
        """To the provider and as far as its answer: the address it sends the browser back to."""
        answer = browser.get("/login/oidc", params={"next": next})
        assert answer.status_code == 302
        return self.provider.sign_in(answer.headers["location"], subject)

    def sign_in(self, browser: TestClient, subject: str = "8a1", next: str = "/") -> Response:
        return browser.get(self.go(browser, subject, next))

    def subject(self, username: str) -> str | None:
        with self.office.database.reading() as session:
            return session.execute(
                select(User.subject).where(User.username == username)  # type: ignore[call-overload]
            ).scalar_one()

    def events(self, *kinds: str) -> list[tuple[str, str, dict[str, Any]]]:
        with self.office.database.reading() as session:
            found = session.execute(
                select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)  # type: ignore
            ).scalars()
            return [(each.kind, each.actor_name, each.detail) for each in found]


def assert_refused(answer: Response, sentence: str, status: int = 403) -> None:
    assert answer.status_code == status
    assert sentence in answer.text
    assert 'name="password"' in answer.text, "the password form must still be there"
    assert "duban_session" not in answer.headers.get("set-cookie", "")
