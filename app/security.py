"""Passwords and random keys. Slow by design, so never more than two passwords are hashed at once."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Lock, Semaphore
from typing import ParamSpec, TypeVar

from pwdlib import PasswordHash

from app.errors import Busy

Args = ParamSpec("Args")
Result = TypeVar("Result")

AT_ONCE = 2
"""One Argon2 hash takes 64 MiB: forty at once would take the small server's memory."""
STRANGERS_WAITING, EVERYBODY_WAITING = 8, 24
"""How many may wait for their hash. The rest of the queue is kept for people at places they are known from."""
READABLE = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "#@%+=?")
"""Letters, figures and signs nobody takes for another on paper: no 0 and O, no 1, l and I."""

_hasher = PasswordHash.recommended()
_at_once = Semaphore(AT_ONCE)
_DUMMY_HASH = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether or not the account exists (``password_hash`` None or empty)."""
    with _at_once:
        matches = _hasher.verify(password, password_hash or _DUMMY_HASH)
    return matches and bool(password_hash)


class Apart:
    """Threads of their own for slow checks, so that those who serve everybody else stay free."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._lock, self._inside = Lock(), 0

    async def run(
        self, is_known: bool, work: Callable[Args, Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """The result of ``work``. Raises ``Busy`` at once when too many wait already."""
        most = AT_ONCE + (EVERYBODY_WAITING if is_known else STRANGERS_WAITING)
        with self._lock:
            if self._inside >= most:
                raise Busy("同时登录的人太多，这一次没有处理。", "请过几秒钟再试一次。")
            self._inside += 1

        def counted() -> Result:
            try:
                return work(*args, **kwargs)
            finally:
                with self._lock:
                    self._inside -= 1

        return await asyncio.wrap_future(self._threads.submit(counted))


apart = Apart()
away = Apart()
"""For questions to the office's directory: while it is silent, those who have a password here are not held up."""


def readable_password(length: int, kinds: int) -> str:
    """A password to be read from paper and typed once, with letters of the first ``kinds`` of ``READABLE``."""
    chosen = READABLE[: max(3, kinds)]
    letters = [secrets.choice(kind) for kind in chosen]
    letters += [secrets.choice("".join(chosen[:3])) for _ in range(length - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def new_key() -> str:
    """A key for a cookie or an API token; only its fingerprint is stored."""
    return secrets.token_urlsafe(32)


def fingerprint(key: str) -> str:
    return sha256(key.encode()).hexdigest()
