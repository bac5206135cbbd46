"""How wrong passwords slow the next try down: a decision from counts, without a clock or a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FREE_TRIES = 3
"""So many wrong passwords cost nothing; from the last of them each doubles the wait."""
PER_ADDRESS = 5
"""One address may be a whole building behind one gateway: it gets so many times an account's wrong passwords."""
PER_ACCOUNT = 10
"""So many times an account's wrong passwords within the hour, from wherever: somebody guesses from many places."""
GUESSED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The office's settings for wrong passwords."""

    attempts: int = 10
    lockout: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords so far, as far as the next try is concerned."""

    own: Sequence[datetime] = ()
    """Of this account from this address, the newest first; no more than ``attempts`` are needed."""
    address_newest: datetime | None = None
    """The last one from this address, for any account."""
    address_nth: datetime | None = None
    """The one from this address that is ``PER_ADDRESS × attempts`` back; None when there are fewer."""
    account_nth: datetime | None = None
    """The one for this account that is ``PER_ACCOUNT × attempts`` back, from wherever."""
    is_known_place: bool = False
    """Whether this account has signed in from this address before."""
    sent_away_at: datetime | None = None
    """When this address was last sent away unchecked, and told to come back after the lock-out time."""


class Because(StrEnum):
    """Why somebody has to wait."""

    SLOWED = "slowed"
    ACCOUNT = "account"
    ADDRESS = "address"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: the earliest moment of the next try, and why. ``is_new``: this sending away is to be noted."""

    until: datetime
    because: Because
    is_new: bool = False


def wait(tries: Tries, limits: Limits, now: datetime) -> Wait | None:
    """Whether the next try must wait; None when its password may be checked.

    Only checked tries count, so whoever is sent away cannot make the wait longer.
    """
    return (
        _of_the_pair(tries, limits, now)
        or _of_the_address(tries, limits, now)
        or _of_an_account_under_attack(tries, limits, now)
    )


def _of_the_pair(tries: Tries, limits: Limits, now: datetime) -> Wait | None:
    if not tries.own:
        return None
    newest = tries.own[0]
    count = sum(newest - each < limits.lockout for each in tries.own)
    if count >= limits.attempts:
        return _later(newest + limits.lockout, Because.ACCOUNT, now)
    if count >= FREE_TRIES:
        doubled = timedelta(seconds=2 ** (count - FREE_TRIES + 1))
        return _later(newest + min(doubled, limits.lockout), Because.SLOWED, now)
    return None


def _of_the_address(tries: Tries, limits: Limits, now: datetime) -> Wait | None:
    if tries.address_newest is None or tries.address_nth is None:
        return None
    if tries.address_newest - tries.address_nth >= limits.lockout:
        return None
    return _later(tries.address_newest + limits.lockout, Because.ADDRESS, now)


def _of_an_account_under_attack(tries: Tries, limits: Limits, now: datetime) -> Wait | None:
    """A known place is not hindered; a new one gets one real try after each lock-out time, at no cost to us."""
    is_guessed = tries.account_nth is not None and now - tries.account_nth < GUESSED_WITHIN
    if not is_guessed or tries.is_known_place:
        return None
    last_try = tries.own[0] if tries.own else None
    turn_is_due = tries.sent_away_at is not None and (last_try is None or last_try < tries.sent_away_at)
    if tries.sent_away_at is None or not turn_is_due:
        return Wait(now + limits.lockout, Because.GUESSED, is_new=True)
    return _later(tries.sent_away_at + limits.lockout, Because.GUESSED, now)


def _later(until: datetime, because: Because, now: datetime) -> Wait | None:
    return Wait(until, because) if now < until else None


def in_words(moment: timedelta) -> str:
    """How long to wait, never too short: 8 秒, 15 分钟."""
    seconds = whole_seconds(moment)
    return f"{seconds} 秒" if seconds < 90 else f"{-(-seconds // 60)} 分钟"


def whole_seconds(moment: timedelta) -> int:
    return max(1, -(-moment // timedelta(seconds=1)))
