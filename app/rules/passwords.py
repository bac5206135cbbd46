"""What a password must be: decided here, from the settings, with every reason at once."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

DEMONSTRATION_PASSWORD = "duban-2018"  # noqa: S105 - stands in the README; refused wherever there is real work
LONGEST = 128

COMMON = frozenset(
    word
    for line in (
        "password passw0rd p@ssw0rd p@ssword qwerty qwertyuiop qwer1234 1qaz2wsx 1q2w3e4r asdfghjkl asdf1234",
        "zxcvbnm zaq12wsx aa123456 a1234567 abc12345 abcd1234 abc123456 admin admin123 admin888 administrator",
        "root123 root1234 welcome welcome1 iloveyou letmein monkey dragon sunshine master superman changeme",
        "woaini woaini520 woaini1314 5201314 1314520 66668888 16888888 test1234 user1234 guest123 default",
        "huawei huawei123 inspur inspur123 duban zhengfu gongwuyuan",
        DEMONSTRATION_PASSWORD,
    )
    for word in line.split()
)
_SEQUENCES = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_STRENGTHENING = re.compile(r"[\W_]+$|^[\W_]+")


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """The office's settings for passwords."""

    min_length: int = 8
    classes: int = 3
    history: int = 5
    days: int = 90
    first_days: int = 14

    def in_words(self) -> str:
        """What to say beside the field."""
        told = [f"至少 {self.min_length} 位"]
        if self.classes > 1:
            told.append(f"大写字母、小写字母、数字、符号中至少有 {self.classes} 种")
        if self.history:
            told.append(f"不能与最近 {self.history} 次用过的相同")
        return "，".join(told) + "。"


def reasons(password: str, rules: PasswordRules, *, username: str = "", place: str = "") -> list[str]:
    """Why this password cannot be chosen, each reason a sentence; none when it can."""
    found = []
    if len(password) < rules.min_length:
        found.append(f"密码至少 {rules.min_length} 位。")
    if len(password) > LONGEST:
        found.append(f"密码最多 {LONGEST} 位。")
    if _classes(password) < rules.classes:
        found.append(f"大写字母、小写字母、数字、符号中至少要有 {rules.classes} 种。")
    if username and username.lower() in password.lower():
        found.append("密码里不能含有用户名。")
    if place and place in password:
        found.append("密码里不能含有辖区名称。")
    if is_common(password):
        found.append("这个密码太常见，容易被猜中，请换一个。")
    return found


def is_common(password: str) -> bool:
    """On our short list, or made by a habit everybody has: 12345678, Aa123456!, Admin@2024, aaaaaaaa."""
    text = password.lower()
    core = _STRENGTHENING.sub("", text)
    if text in COMMON or core in COMMON or not core:
        return True
    if len(set(core)) <= 2 or _is_sequence(core):
        return True
    # A habitual word or the year, then figures or signs: Admin@2024, qwerty123, 2024-2025, Aa12345678.
    words = [each for each in re.split(r"[\W_]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)", core) if each]
    return all(_is_habitual(word) for word in words)


def is_aged(changed_at: datetime, now: datetime, days: int) -> bool:
    """Whether a password is older than the office allows; 0 days means it never is."""
    return days > 0 and now - changed_at > timedelta(days=days)


def _classes(password: str) -> int:
    kinds = (str.isupper, str.islower, str.isdigit)
    named = sum(any(kind(letter) for letter in password) for kind in kinds)
    return named + any(
        not letter.isalnum() or (letter.isalpha() and _has_no_case(letter)) for letter in password
    )


def _has_no_case(letter: str) -> bool:
    """A Chinese character counts as a sign."""
    return not letter.isupper() and not letter.islower()


def _is_habitual(word: str) -> bool:
    if word.isdigit():
        is_year = re.fullmatch(r"(19|20)\d\d((0?[1-9]|1[0-2])([0-3]\d)?)?", word) is not None
        return len(word) <= 3 or is_year or _is_sequence(word) or len(set(word)) <= 2
    return len(word) <= 2 or word in COMMON or _is_sequence(word) or word in ("pass", "user", "test")


def _is_sequence(text: str) -> bool:
    """12345678, 87654321, abcdefg, qwertyui: one keyboard row or the alphabet, either way."""
    if len(text) < 3:
        return False
    if any(text in row or text in row[::-1] for row in _SEQUENCES):
        return True
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps) == 1 and steps <= {0, 1, -1}
