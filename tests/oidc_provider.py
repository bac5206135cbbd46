"""A real single sign-on for the tests: oidc-provider-mock on a loopback port, and a person who signs in there.

The mock knows no PKCE, so what it is asked is kept, and the tests look at it.
"""

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx2

with warnings.catch_warnings():
    # Authlib has its own warnings always shown, past every filter, and the mock still uses what it warns of.
    import authlib.deprecate  # noqa: F401 - sets that filter, which ends with this block

    warnings.simplefilter("ignore")
    import oidc_provider_mock

Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class OidcProvider:
    """The running provider. ``changes`` alters what it answers, by the path of the request."""

    issuer: str
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)

    def sign_in(self, address: str, subject: str) -> str:
        """What a person does there: the address the provider then sends the browser back to."""
        return self._answer(address, {"sub": subject})

    def deny(self, address: str) -> str:
        return self._answer(address, {"action": "deny"})

    def know(self, subject: str, **claims: object) -> None:
        """Tell it of another person."""
        httpx2.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def exchange(self, code: str, client: str, callback: str) -> dict[str, Any]:
        """What another program gets for a code of its own."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback}
        answer = httpx2.post(f"{self.issuer}/oauth2/token", data=form, auth=(client, "secret"))
        return dict(answer.raise_for_status().json())

    def asked_for(self, path: str) -> dict[str, str]:
        """The parameters of the last request for this path."""
        found = [parameters for each, parameters in self.asked if each == path]
        return {name: values[0] for name, values in found[-1].items()}

    def _answer(self, address: str, form: dict[str, str]) -> str:
        assert address.startswith(self.issuer)
        answer = httpx2.post(address, data=form, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with oidc_provider_mock.run_server_in_thread() as server:
        provider = OidcProvider(f"http://localhost:{server.server_port}")
        application = server.app
        assert isinstance(application, flask.Flask)
        _listen_in(application, provider)
        yield provider


def _listen_in(application: flask.Flask, provider: OidcProvider) -> None:
    @application.before_request
    def note() -> None:
        request = flask.request
        parameters = parse_qs(urlsplit(request.full_path).query)
        parameters |= {name: request.form.getlist(name) for name in request.form}
        provider.asked.append((request.path, parameters))

    @application.after_request
    def change(response: flask.Response) -> flask.Response:
        if flask.request.path in provider.changes and response.is_json:
            changed = provider.changes[flask.request.path](response.get_json())
            response.set_data(flask.json.dumps(changed))
        return response
