"""docs/security.md promises nothing that is not there: its tests, its settings, its numbers."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from app.config import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"([\w/]+\.py)::(\w+)", PAGE)))
HONEST = ("部分", "未满足", "由运行环境满足", "不适用", "由数据模型满足", "由 `app/", "由本页写明")
CONTROLS, REQUIREMENTS = PAGE.split("## OWASP ASVS 5.0.0")


@cache
def names_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def rows(text: str) -> list[list[str]]:
    """The rows of the tables that say how something is shown: their last column is 测试或状态."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.rstrip(" |").endswith("测试或状态"):
            inside = True
        elif inside and not line.startswith("| ---"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_every_test_it_names_exists(file: str, name: str) -> None:
    assert (ROOT / "tests" / file).is_file(), file
    assert name in names_in(ROOT / "tests" / file)


def test_it_names_many_tests() -> None:
    assert len(NAMED) > 60


def test_every_row_says_what_fulfils_it() -> None:
    assert len(rows(CONTROLS)) >= 30
    assert len(rows(REQUIREMENTS)) >= 100
    for row in rows(PAGE):
        shown = row[-1]
        assert "::" in shown or shown.startswith(HONEST), row
        assert row[-2] != "—" or shown.startswith(HONEST), row


def test_every_setting_it_names_exists() -> None:
    named = {name.lower() for name in re.findall(r"DUBAN_([A-Z_]*[A-Z])", PAGE)}
    assert named
    assert named - set(Settings.model_fields) == set()


def test_every_place_in_the_program_it_names_exists() -> None:
    for place in re.findall(r"`(app/[\w/.]+)`", PAGE):
        assert (ROOT / place).exists(), place


def test_each_number_of_the_standard_stands_once_and_in_order() -> None:
    numbers = [re.fullmatch(r"V(\d+)\.(\d+)\.(\d+)(?:（三级）)?", row[0]) for row in rows(REQUIREMENTS)]
    assert all(numbers)
    places = [tuple(map(int, number.groups())) for number in numbers if number]
    assert places == sorted(set(places))
    assert {chapter for chapter, _, _ in places} == set(range(1, 17))


def test_every_control_point_of_the_level_protection_is_answered() -> None:
    letters = {
        name: [row[0] for row in rows(part)]
        for name, part in re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", CONTROLS, re.MULTILINE | re.DOTALL)
    }
    assert letters["身份鉴别"] == list("abcd")
    assert letters["访问控制"] == list("abcdefg")
    assert letters["安全审计"] == list("abcd")
    assert letters["入侵防范"] == list("abcdef")
    for name in ("数据完整性", "数据保密性", "数据备份恢复", "剩余信息保护", "个人信息保护", "可信验证"):
        assert any(row.startswith(name) for row in letters["数据安全与其他"])
