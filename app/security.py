"""Passwords and random keys. Slow by design, so never more than two passwords are hashed at once."""

import secrets
from hashlib import sha256
from threading import Semaphore

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()
_at_once = Semaphore(2)  # one Argon2 hash takes 64 MiB: forty at once would take the small server's memory
_DUMMY_HASH = _hasher.hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether or not the account exists (``password_hash`` None)."""
    with _at_once:
        matches = _hasher.verify(password, password_hash or _DUMMY_HASH)
    return matches and password_hash is not None


def new_key() -> str:
    """A key for a cookie or an API token; only its fingerprint is stored."""
    return secrets.token_urlsafe(32)


def fingerprint(key: str) -> str:
    return sha256(key.encode()).hexdigest()
