"""What Duban is built on: no version known to be faulty, a licence we know, and no silence taken for an answer."""

import re
from importlib import metadata

import pytest

from docs import dependencies
from docs.dependencies import KNOWN_BAD, LOCKS, ROOT, Answer, audit, known_bad, locked, read_answer

LICENCES = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|LGPL|Lesser General|0BSD"
)
"""Licences under which an office may use and pass on a package unchanged."""
ELSEWHERE = {"colorama", "httpx2-jsfetch", "tzdata"}
"""Locked for other systems than the one the tests run on."""


def licence(package: str) -> str:
    told = metadata.metadata(package)
    classified = [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    return " ".join([told.get("License-Expression") or "", *classified, (told.get("License") or "")[:100]])


def test_every_package_an_office_runs_has_a_licence_we_know() -> None:
    packages = locked(ROOT / "requirements.lock").keys() - ELSEWHERE
    assert len(packages) > 40
    assert {name: found for name in packages if not LICENCES.search(found := licence(name))} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_locked_version_is_known_to_be_bad(lock: str) -> None:
    assert list(known_bad(KNOWN_BAD.read_text("utf-8"), locked(ROOT / lock))) == []


def test_a_bad_version_in_a_lock_is_named_with_the_reason() -> None:
    found = list(known_bad("# notes\n\njinja2<3.1.6 CVE-2025-27516, a way out\n", {"jinja2": "3.1.5"}))
    assert found == ["jinja2 3.1.5：CVE-2025-27516, a way out"]
    assert list(known_bad("Pdfminer_Six<20251107 x", {"pdfminer-six": "20251107"})) == []


def test_every_line_of_the_list_names_a_package_and_a_reason() -> None:
    lines = [line for line in KNOWN_BAD.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        name = re.match(r"[a-z0-9-]+", line)
        assert name
        assert list(known_bad(line, {name[0]: "0.0.1"})), line
        assert line.partition(" ")[2], line


def heard(answer: Answer, *options: str) -> tuple[int, str]:
    lines: list[str] = []
    code = audit(list(options), lines.append, lambda lock, options: answer)
    return code, "\n".join(lines)


def test_a_known_fault_fails_the_check_and_is_named() -> None:
    fault = {"id": "CVE-2099-1", "fix_versions": ["9.9"]}
    found = {"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": [fault]}]}
    code, told = heard(read_answer(found))
    assert code == 1
    assert "jinja2 3.1.6：CVE-2099-1，修复于 9.9" in told


def test_an_answer_without_faults_is_said_to_be_one() -> None:
    found = {"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": []}]}
    assert heard(read_answer(found)) == (0, heard(read_answer(found))[1])
    assert "漏洞库已核对 1 个依赖，已知漏洞 0 条" in heard(read_answer(found))[1]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(reason="没有应答"),
        read_answer({"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]}),
        read_answer(
            {
                "dependencies": [
                    {"name": "jinja2", "skip_reason": "not found"},
                    {"name": "h11", "version": "0.16.0", "vulns": []},
                ]
            }
        ),
    ],
)
def test_silence_is_no_good_news(answer: Answer) -> None:
    code, told = heard(answer)
    assert code == 0
    assert "漏洞库没有问到" in told
    assert "不能说明依赖没有已知漏洞" in told
    assert heard(answer, "--must-answer")[0] == 2


def test_a_bad_lock_fails_even_when_the_service_is_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "locked", lambda lock: {"jinja2": "3.1.5"})
    found = {"dependencies": [{"name": "jinja2", "version": "3.1.5", "vulns": []}]}
    code, told = heard(read_answer(found))
    assert code == 1
    assert "CVE-2025-27516" in told


def test_the_service_is_asked_about_everything_that_is_locked() -> None:
    run, develop = (locked(ROOT / lock) for lock in LOCKS)
    assert run.items() <= develop.items()


def test_the_check_asks_before_every_commit() -> None:
    steps = (ROOT / "Makefile").read_text("utf-8").split("\ncheck:")[1].split("\n\n")[0]
    assert "-m docs.dependencies" in steps
    assert "ruff check" in steps
