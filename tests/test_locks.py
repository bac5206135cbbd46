"""The lock files: everything pinned and hashed, nothing that names where it was fetched."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN, DEVELOP = "requirements.lock", "requirements-dev.lock"


def lock_text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package → its version and how many hashes stand beside it."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", lock_text(name), flags=re.MULTILINE)[1:]:
        pin = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", block)
        assert pin, f"{name}: not pinned to one version: {block.splitlines()[0]}"
        found[normalised(pin[1])] = (pin[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)))
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(requirements: list[str]) -> set[str]:
    return {
        normalised(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]) for requirement in requirements
    }


@pytest.mark.parametrize("name", [RUN, DEVELOP])
def test_every_locked_package_has_a_hash(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize("name", [RUN, DEVELOP])
def test_locks_name_no_address(name: str) -> None:
    """An office installs from its own mirror; an address here would send it to ours."""
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ?file", lock_text(name))


SWITCHED_ON_BY_A_SETTING = ("pg", "sso", "ldap")
"""Extras an office without internet may need one day: they are in the lock it installed (decision 6)."""


def test_every_dependency_is_locked() -> None:
    optional = PROJECT["optional-dependencies"]
    extras = [package for extra in (*SWITCHED_ON_BY_A_SETTING, "build") for package in optional[extra]]
    for_running = wanted(PROJECT["dependencies"] + extras)
    for_developing = for_running.union(*(wanted(requirements) for requirements in optional.values()))

    assert for_running - locked(RUN).keys() == set(), f"run `make lock`: missing in {RUN}"
    assert for_developing - locked(DEVELOP).keys() == set(), f"run `make lock`: missing in {DEVELOP}"


def test_tests_run_with_the_versions_an_office_runs() -> None:
    tested = locked(DEVELOP)
    assert {
        package: version
        for package, (version, _) in locked(RUN).items()
        if tested.get(package, ("",))[0] != version
    } == {}
