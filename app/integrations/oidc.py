"""统一身份认证 (OpenID Connect): sends a person there to sign in, and reads who came back.

Authorization code with PKCE, state and nonce; Authlib does the protocol. Needs the extra `sso`, so this module is
imported only when a single sign-on is set. Its answers are awaited: no worker thread waits for another house.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from app.config import Settings
from app.errors import NotAdmitted, OutsideDown
from app.services.single_sign_on import Identity

CALLBACK = "/login/oidc/callback"
PATIENCE_SECONDS = 10
FLOW_SECONDS = 600
"""How long a person may take at the single sign-on."""
LONGEST_NEXT = 1500
"""Browsers drop a cookie of more than 4,096 bytes, and the whole way would be lost with it."""
KEPT_SECONDS = 3600
"""How long the provider's description of itself is kept."""
SIGNATURES = {f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)} | {"EdDSA"}
"""Signatures only the provider can make; not “none”, and none made with the secret we share."""

_log = logging.getLogger(__name__)


def flow_cookie(settings: Settings) -> dict[str, Any]:
    """The cookie that ties who comes back to who was sent: signed, short-lived, for this one address.

    Its key is drawn from the client secret, so that every process knows it and nobody has to set another. Drawn
    slowly: whoever collects such cookies must not find a weak secret by trying.
    """
    salt = f"{settings.oidc_issuer} {settings.oidc_client_id}".encode()
    key = hashlib.scrypt(settings.oidc_client_secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return {
        "secret_key": key.hex(),
        "session_cookie": "__Secure-duban_sign_on" if settings.secure_cookies else "duban_sign_on",
        "max_age": FLOW_SECONDS,
        "path": "/login/oidc",
        "same_site": "lax",
        "https_only": settings.secure_cookies,
    }


class Provider:
    """The office's single sign-on, as this process knows it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client = self._new_client()
        self._since = time.monotonic()

    async def send_there(self, request: Request, next: str) -> Response:
        """The answer that leads to the single sign-on. Raises ``OutsideDown``."""
        with _told():
            client = await self._described_client()
            request.session.clear()
            callback = self.settings.public_url.rstrip("/") + CALLBACK
            response: Response = await client.authorize_redirect(request, callback)
        request.session["next"] = next if len(next) <= LONGEST_NEXT else "/"
        return response

    async def who_came_back(self, request: Request) -> tuple[Identity, str]:
        """Who the single sign-on says this is, and where they wanted to go.

        Raises ``NotAdmitted`` when it vouches for nobody, ``OutsideDown`` when it cannot be asked.
        """
        next = str(request.session.get("next", "/"))
        try:
            with _told():
                client = await self._described_client()
                issuer = client.server_metadata["issuer"]
                token = await client.authorize_access_token(
                    request,
                    claims_options={
                        "iss": {"essential": True, "value": issuer},
                        "aud": {"essential": True, "value": self.settings.oidc_client_id},
                        "sub": {"essential": True},
                    },
                )
                identity = await self._identity(client, token)
        except NotAdmitted as refusal:
            if isinstance(refusal.__cause__, JoseError):
                self._client = self._new_client()  # its keys may have been changed
            raise
        finally:
            request.session.clear()  # good for one return only
        return identity, next

    async def _identity(self, client: Any, token: dict[str, Any]) -> Identity:
        claims = token.get("userinfo")
        if claims is None:
            raise ValueError("no id token in the answer")
        subject, wanted = str(claims["sub"]), self.settings.oidc_username_claim
        if wanted not in claims and "userinfo_endpoint" in client.server_metadata:
            more = await client.userinfo(token=token)
            if str(more.get("sub")) != subject:
                raise ValueError("userinfo speaks of somebody else")
            claims = {**more, **claims}
        username = str(claims.get(wanted) or "")
        if wanted == "email" and claims.get("email_verified") is False:
            username = ""
        return Identity(str(claims["iss"]), subject, username)

    async def _described_client(self) -> Any:
        """The client with the provider's own description, which must be of the very issuer that is set."""
        if time.monotonic() - self._since > KEPT_SECONDS:
            self._client, self._since = self._new_client(), time.monotonic()
        client = self._client
        described = await client.load_server_metadata()
        try:
            self._check(described)
        except (KeyError, TypeError, ValueError) as problem:
            self._client = self._new_client()
            raise _down(f"its description of itself cannot be used: {problem!r}") from problem
        return client

    def _check(self, described: dict[str, Any]) -> None:
        issuer = self.settings.oidc_issuer
        if described["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise ValueError(f"it calls itself {described['issuer']!r}, not {issuer!r}")
        for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if issuer.startswith("https://") and not described[endpoint].startswith("https://"):
                raise ValueError(f"{endpoint} is not encrypted")
        offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
        usable = [each for each in offered if each in SIGNATURES]
        if not usable:
            raise ValueError("none of its signatures can be trusted")
        described["id_token_signing_alg_values_supported"] = usable

    def _new_client(self) -> Any:
        settings = self.settings
        return OAuth().register(
            "single_sign_on",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scopes,
                "code_challenge_method": "S256",
                "timeout": PATIENCE_SECONDS,
            },
        )


@contextmanager
def _told() -> Iterator[None]:
    """What can go wrong on the way, in the two sentences a person can act on; the log has the reason."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
        raise _down(repr(problem)) from problem
    except MismatchingStateError as problem:
        raise NotAdmitted("这次登录已过期，或不是从这个浏览器开始的。", "请从登录页重新开始。") from problem
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as problem:
        _log.warning("OIDC: not admitted: %.300r", problem)
        if getattr(problem, "error", "") == "access_denied":
            raise NotAdmitted(
                "统一身份认证没有让您登录本系统。", "请从登录页重新开始，或联系系统管理员。"
            ) from problem
        raise NotAdmitted(
            "统一身份认证没有确认这次登录。", "请从登录页重新开始；仍不行，请告诉系统管理员。"
        ) from problem


def _down(reason: str) -> OutsideDown:
    _log.warning("OIDC: %s", reason)
    return OutsideDown(
        "统一身份认证暂时没有回应，现在不能用它登录。", "请稍后再试；有本系统密码的账号可以直接登录。"
    )
