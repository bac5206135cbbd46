"""What stands before every request: whose address it is, how large it may be, who sent it; and safe headers."""

import re
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
ON_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
USUAL_PORTS = {"http": 80, "https": 443}

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), display-capture=(), payment=(), usb=(), serial=(), midi=()",
    ),
]
ONLY_ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")
"""For a year the browser asks this name only by https. Names below it are not ours to speak for."""


class SecurityHeaders:
    """Every answer forbids scripts and frames from elsewhere; pages are never kept by a shared browser.

    Where people come by https, it tells browsers to come no other way, and no cookie leaves without Secure.
    """

    def __init__(self, app: App, *, public_url: str) -> None:
        self.app = app
        self.encrypted = public_url.startswith("https://")
        self.added = [*SECURITY_HEADERS, ONLY_ENCRYPTED] if self.encrypted else SECURITY_HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        static = scope["path"].startswith(("/static/", "/vendor/"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = static and message["status"] in (200, 304)
                cache = b"public, max-age=3600" if kept else b"no-store"
                headers = [self._secured(name, value) for name, value in message.get("headers", [])]
                names = {name.lower() for name, _ in headers}
                added = [*self.added, (b"cache-control", cache)]
                headers += [(name, value) for name, value in added if name not in names]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _secured(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if self.encrypted and name.lower() == b"set-cookie" and b"; secure" not in value.lower():
            return name, value + b"; Secure"
        return name, value


class OwnAddress:
    """Refuses a request for a name that is not ours, once the office has said what people type.

    A name of somebody else's that leads to this machine would make a page of ours look like theirs. Without a
    configured address any name is served: an intranet machine is reached by number, by name and by old names.
    """

    def __init__(self, app: App, *, refuse: App, public_url: str) -> None:
        self.app, self.refuse = app, refuse
        self.own = origin_of(public_url)
        self.scheme = urlsplit(public_url).scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.own and not self._is_own(scope):
            await self.refuse(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_own(self, scope: Scope) -> bool:
        hosts = header_values(scope, b"host")
        if len(hosts) != 1:
            return False
        asked = origin_of(f"{self.scheme}://{hosts[0]}")
        return asked is not None and (asked == self.own or asked[1] in ON_THIS_MACHINE)


def origin_of(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None for what names no place on the web ("null", "")."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in USUAL_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname.lower(), port if port is not None else USUAL_PORTS[parts.scheme]


def header_values(scope: Scope, name: bytes) -> list[str]:
    """All the values a request gives a header; more than one is nobody's honest browser."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


class BodyLimit:
    """Refuses bodies over the limit with a sentence; those to addresses like ``uploads`` may be larger.

    The framework's own limit answers while a browser is still sending, and the browser then shows a
    broken connection instead of the sentence: hence the draining.
    """

    def __init__(
        self, app: App, *, refuse: App, limit: int, upload_limit: int, uploads: re.Pattern[str]
    ) -> None:
        self.app, self.refuse = app, refuse
        self.limit, self.upload_limit, self.uploads = limit, upload_limit, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        limit = self.upload_limit if self.uploads.fullmatch(scope["path"]) else self.limit
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
    """Refuses a changing request that another site made a browser send.

    - Sec-Fetch-Site decides where it is sent; on a plain-http intranet name browsers send none.
    - Then Origin, or for browsers that send none Referer, must be our own address: the configured one, scheme
      included, else the host that was asked.
    - A request with our cookie and none of the three is refused; every browser sends one of them.
    - Without our cookie nothing can be borrowed: a program with a token, or one that signs in itself, may send none.
    """

    def __init__(self, app: App, *, refuse: App, public_url: str, cookie: str) -> None:
        self.app, self.refuse = app, refuse
        self.own = origin_of(public_url)
        self.cookie = f"{cookie}="

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._is_ours(scope):
            await self.refuse(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        with_cookie = any(self.cookie in value for value in header_values(scope, b"cookie"))
        if header_values(scope, b"authorization") and not with_cookie:
            return True
        sites = header_values(scope, b"sec-fetch-site")
        if sites:
            return all(site in ("same-origin", "none") for site in sites)
        senders = header_values(scope, b"origin") or header_values(scope, b"referer")
        if not senders:
            return not with_cookie and not header_values(scope, b"sec-fetch-mode")
        return all(self._is_own(scope, sender) for sender in senders)

    def _is_own(self, scope: Scope, sender: str) -> bool:
        origin = origin_of(sender)
        if origin is None:
            return False
        if self.own:
            return origin == self.own
        # A proxy may have taken the encryption off before it came here: only host and port are compared.
        hosts = header_values(scope, b"host")
        return len(hosts) == 1 and origin[1:] == (origin_of(f"{origin[0]}://{hosts[0]}") or ("", "", 0))[1:]
