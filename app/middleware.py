"""What stands before every request: a limit on bodies, the same-origin check, and safe headers."""

from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
DRAINED = 200_000_000
"""A browser shows our answer only after it has sent its whole body: read that much away, then hang up."""

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class SecurityHeaders:
    """Every answer forbids scripts and frames from elsewhere; pages are never kept by a shared browser."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        static = scope["path"].startswith(("/static/", "/vendor/"))
        cache = b"public, max-age=3600" if static else b"no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                names = {name.lower() for name, _ in headers}
                added = [*SECURITY_HEADERS, (b"cache-control", cache)]
                headers += [(name, value) for name, value in added if name not in names]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses bodies over the limit with a sentence; ``upload_paths`` may be larger.

    The framework's own limit answers while a browser is still sending, and the browser then shows a
    broken connection instead of the sentence: hence the draining.
    """

    def __init__(
        self, app: App, *, refuse: App, limit: int, upload_limit: int, upload_paths: set[str]
    ) -> None:
        self.app, self.refuse = app, refuse
        self.limit, self.upload_limit, self.upload_paths = limit, upload_limit, upload_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = self.upload_limit if scope["path"] in self.upload_paths else self.limit
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await self._drain(receive)
            await self.refuse(scope, receive, send)
            return
        seen = 0
        too_large = answered = False
        more = True

        async def counted() -> Message:
            nonlocal seen, too_large, more
            message = await receive()
            more = message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > limit:
                too_large = True
                raise BodyTooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            if too_large and not answered:
                return  # whatever the framework makes of the broken body, ours is the answer
            answered = True
            await send(message)

        with suppress(BodyTooLarge):
            await self.app(scope, counted, watched)
        if too_large and not answered:
            if more:
                await self._drain(receive)
            await self.refuse(scope, receive, send)

    @staticmethod
    async def _drain(receive: Receive) -> None:
        drained = 0
        while drained < DRAINED:
            message = await receive()
            drained += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return


class BodyTooLarge(Exception):
    """A body without an honest length went over the limit."""


class SameOrigin:
    """Refuses a changing request that another site made a signed-in browser send.

    On a plain-http intranet name browsers send no Sec-Fetch-Site, so Origin against the host is the main branch.
    Requests without our cookie (API tokens) carry no authority that a foreign page could borrow.
    """

    def __init__(self, app: App, *, refuse: App, public_url: str, cookie: str) -> None:
        self.app, self.refuse = app, refuse
        self.public_host = urlsplit(public_url).netloc
        self.cookie = f"{cookie}=".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        signing_in = scope["path"] == "/login"  # no cookie yet, but a foreign page must not sign anyone in
        if (self.cookie in headers.get(b"cookie", b"") or signing_in) and not self._same_origin(headers):
            await self.refuse(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _same_origin(self, headers: dict[bytes, bytes]) -> bool:
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        origin = headers.get(b"origin")
        if origin is None:
            return b"sec-fetch-mode" not in headers and b"referer" not in headers
        host = self.public_host or headers.get(b"host", b"").decode("latin-1")
        return urlsplit(origin.decode("latin-1")).netloc == host
