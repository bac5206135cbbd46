"""Which passwords can be chosen."""

from datetime import UTC, datetime, timedelta

import pytest

from app.rules.passwords import DEMONSTRATION_PASSWORD, PasswordRules, is_aged, is_common, reasons

RULES = PasswordRules()


@pytest.mark.parametrize(
    "password",
    [
        *(
            "12345678",
            "87654321",
            "11111111",
            "Aa123456",
            "Aa12345678!",
            "qwerty123",
            "Qwerty@2024",
            "abcd1234",
        ),
        *(
            "Admin@2024",
            "admin123",
            "P@ssw0rd",
            "Password2023!",
            "20240101",
            "2024-2025",
            "abcdefgh",
            "1qaz2wsx",
        ),
        *("aaaaaaaa", "ababab", "!!!!!!!!", "", DEMONSTRATION_PASSWORD, DEMONSTRATION_PASSWORD.upper()),
    ],
)
def test_what_everybody_would_guess_is_common(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password", ["Bailu-Yuan 2031", "correct horse 2018", "kR8XiFe8xM", "Gz7#mmPq", "山高Yuexiao9"]
)
def test_what_somebody_made_up_is_not(password: str) -> None:
    assert not is_common(password)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Bailu-Yuan 2031", []),
        ("Bai7#lu", ["密码至少 8 位。"]),
        ("bailuyuanxia", ["大写字母、小写字母、数字、符号中至少要有 3 种。"]),
        ("short", ["密码至少 8 位。", "大写字母、小写字母、数字、符号中至少要有 3 种。"]),
        ("My-Fagai-31x", ["密码里不能含有用户名。"]),
        ("青山区Yuexiao9", ["密码里不能含有辖区名称。"]),
        ("Aa123456", ["这个密码太常见，容易被猜中，请换一个。"]),
        ("Bailu-Yuan 2031 " * 9, ["密码最多 128 位。"]),
    ],
)
def test_every_reason_is_told_at_once(password: str, told: list[str]) -> None:
    assert reasons(password, RULES, username="fagai", place="青山区") == told


def test_the_office_may_ask_for_more_or_less() -> None:
    assert reasons("bailuyuan", PasswordRules(min_length=6, classes=1)) == []
    assert len(reasons("Bailu-Yuan", PasswordRules(min_length=12, classes=4))) == 2


def test_the_rules_are_said_beside_the_field() -> None:
    assert RULES.in_words() == (
        "至少 8 位，大写字母、小写字母、数字、符号中至少有 3 种，不能与最近 5 次用过的相同。"
    )


@pytest.mark.parametrize(("age", "days", "aged"), [(90, 90, False), (91, 90, True), (9999, 0, False)])
def test_a_password_grows_old_only_where_the_office_says_so(age: int, days: int, aged: bool) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert is_aged(now - timedelta(days=age), now, days) is aged
