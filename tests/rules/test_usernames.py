"""When two user names are one."""

import pytest

from app.rules.usernames import folded


@pytest.mark.parametrize(
    ("typed", "same"),
    [("Duban", "duban"), ("ＤＵＢＡＮ", "duban"), ("张三", "张三"), ("Straße", "STRASSE"), ("K1", "k1")],
)
def test_capitals_and_the_width_of_letters_do_not_tell_names_apart(typed: str, same: str) -> None:
    assert folded(typed) == folded(same)
    assert folded(folded(typed)) == folded(typed)


@pytest.mark.parametrize(
    ("one", "other"), [("duban", "duban2"), ("张三", "张叁"), ("a.b", "ab"), ("a_b", "a-b")]
)
def test_everything_else_tells_them_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)
