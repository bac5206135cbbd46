"""The static check looks for dangerous code everywhere, and every place it is told to pass over says why."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
PASSED_OVER = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z0-9, ]+)?(?P<reason>.*)")
FOLDERS = ("app", "importers", "alembic", "docs", "bench", "tests")


def ruff(code: str, *options: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", *options]
    name = ("--stdin-filename", str(ROOT / "app" / "services" / "example.py"), "-")
    return subprocess.run(
        [*command, *name], input=code, capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ('import subprocess\n\nsubprocess.run("ls " + input(), shell=True, check=False)\n', "S602"),
        ("import pickle\n\npickle.loads(input().encode())\n", "S301"),
        ("eval(input())\n", "S307"),
        ("import hashlib\n\nhashlib.md5(input().encode())\n", "S324"),
        (
            'def find(session, name):\n    session.execute(f"SELECT * FROM user WHERE name = {name}")\n',
            "S608",
        ),
        ('import httpx\n\nhttpx.get("https://oa", verify=False, timeout=5)\n', "S501"),
        ("from xml.etree.ElementTree import parse\n\nparse(input())\n", "S314"),
        ('password = "duban-2018"\n', "S105"),
        ("from jinja2 import Environment\n\nEnvironment()\n", "S701"),
    ],
)
def test_dangerous_code_is_found(code: str, rule: str) -> None:
    assert rule in ruff(code)


def test_nothing_dangerous_is_passed_over_as_a_whole() -> None:
    """Only tests and measurements may leave single rules out, and each of them is named."""
    assert "S" in RUFF["select"]
    assert not [code for code in RUFF["ignore"] if code.startswith("S")]
    left_out = RUFF["per-file-ignores"]
    assert set(left_out) <= {"tests/**", "bench/**"}
    assert all(len(code) == 4 for codes in left_out.values() for code in codes)


def test_every_single_exception_names_its_rule_and_its_reason() -> None:
    silent = []
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            found = PASSED_OVER.search(line)
            if not found or path == Path(__file__):
                continue
            dangerous = not found["codes"] or re.search(r"\bS\d{3}", found["codes"])
            if dangerous and not (found["codes"] and re.match(r"\s*- \w.{5}", found["reason"])):
                silent.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert silent == []


def test_the_check_reads_the_migrations_too() -> None:
    steps = (ROOT / "Makefile").read_text("utf-8").split("\ncheck:")[1].split("\n\n")[0]
    assert "ruff check --isolated --select S alembic/versions" in steps
