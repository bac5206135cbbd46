"""Wrong passwords and the wait they lead to, as a table of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from app.rules.sign_in import Because, Limits, Tries, in_words, wait

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LIMITS = Limits(attempts=10, lockout=timedelta(minutes=15))


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def every(gap: float, count: int, newest: float = 0) -> list[datetime]:
    """``count`` wrong passwords, ``gap`` seconds apart, the last one ``newest`` seconds ago."""
    return [ago(newest + gap * number) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "newest", "seconds"),
    [
        (0, 0, None),
        (1, 0, None),
        (2, 0, None),
        (3, 0, 2),
        (3, 1, 1),
        (3, 2, None),
        (4, 0, 4),
        (5, 0, 8),
        (6, 0, 16),
        (9, 0, 128),
        (9, 127, 1),
        (9, 128, None),
        (10, 0, 900),
        (10, 899, 1),
        (10, 900, None),
    ],
)
def test_each_wrong_password_of_one_account_at_one_place_doubles_the_wait(
    count: int, newest: float, seconds: int | None
) -> None:
    found = wait(Tries(own=every(10, count, newest)), LIMITS, NOW)
    assert (found and (found.until - NOW).total_seconds()) == seconds
    assert found is None or found.because is (Because.ACCOUNT if count == 10 else Because.SLOWED)


def test_wrong_passwords_of_long_ago_do_not_add_up() -> None:
    spread = [ago(0), ago(901), ago(1802), ago(2703)]
    assert wait(Tries(own=spread), LIMITS, NOW) is None


def test_after_the_pause_one_mistake_is_one_mistake() -> None:
    """Ten wrong ones, the pause, and then one: it must not pause again at once."""
    assert wait(Tries(own=[ago(0), *every(1, 9, newest=901)]), LIMITS, NOW) is None


@pytest.mark.parametrize(
    ("nth", "newest", "seconds"), [(800, 0, 900), (800, 300, 600), (900, 0, None), (1700, 899, 1)]
)
def test_an_address_pauses_when_fifty_were_wrong_within_a_quarter_of_an_hour(
    nth: float, newest: float, seconds: int | None
) -> None:
    found = wait(Tries(address_newest=ago(newest), address_nth=ago(nth)), LIMITS, NOW)
    assert (found and (found.until - NOW).total_seconds()) == seconds
    assert found is None or found.because is Because.ADDRESS


def test_an_address_with_few_mistakes_is_left_alone() -> None:
    assert wait(Tries(address_newest=ago(0), address_nth=None), LIMITS, NOW) is None


GUESSED = {"account_nth": ago(600)}


@pytest.mark.parametrize(
    ("tries", "seconds", "is_new"),
    [
        (Tries(account_nth=ago(3601)), None, False),
        (Tries(**GUESSED, is_known_place=True), None, False),
        (Tries(**GUESSED), 900, True),
        (Tries(**GUESSED, sent_away_at=ago(100)), 800, False),
        (Tries(**GUESSED, sent_away_at=ago(900)), None, False),
        (Tries(**GUESSED, sent_away_at=ago(5000)), None, False),
        # The turn was used, and was wrong: sent away anew.
        (Tries(**GUESSED, sent_away_at=ago(900), own=[ago(0)]), 900, True),
        # It had been wrong here before it was sent away: that does not use the turn up.
        (Tries(**GUESSED, sent_away_at=ago(100), own=[ago(200)]), 800, False),
    ],
)
def test_an_account_guessed_from_many_places_gives_a_new_place_one_turn_after_the_wait(
    tries: Tries, seconds: int | None, is_new: bool
) -> None:
    found = wait(tries, LIMITS, NOW)
    assert (found and (found.until - NOW).total_seconds()) == seconds
    assert found is None or (found.because, found.is_new) == (Because.GUESSED, is_new)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 秒"), (8, "8 秒"), (8.1, "9 秒"), (89, "89 秒"), (90, "2 分钟"), (900, "15 分钟")],
)
def test_the_wait_is_said_and_never_too_short(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
