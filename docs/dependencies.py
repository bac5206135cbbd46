"""Compares the locked packages with known faults: ``python -m docs.dependencies``, a step of ``make check``.

``docs/known-bad.txt`` is read always. An advisory service is asked through pip-audit, and answers only where the
network lets it: without internet this says in one line what could not be asked, and never that all is well.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
KNOWN_BAD = ROOT / "docs" / "known-bad.txt"
MUST_ANSWER = "--must-answer"
"""For a release: an advisory service that does not answer is a failure too."""
SECONDS = 120


@dataclass
class Answer:
    """What the advisory service said: faults in words, and which packages it had nothing to say about."""

    faults: list[str] = field(default_factory=list)
    asked: int = 0
    unanswered: int = 0
    reason: str = ""


def locked(lock: Path) -> dict[str, str]:
    """Package and its one version, as the lock pins them."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def known_bad(text: str, packages: dict[str, str]) -> Iterator[str]:
    """A sentence for every locked version that a line of known-bad.txt names."""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        wanted, _, reason = line.partition(" ")
        requirement = Requirement(wanted)
        version = packages.get(canonicalize_name(requirement.name))
        if version and requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} {version}：{reason.strip()}"


def ask(lock: Path, options: list[str]) -> Answer:
    """What pip-audit finds out about one lock; it needs no package installed and changes none."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-f", "json"]
    quiet = ["--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(  # noqa: S603 - our own tool; the options are the developer's
            [*command, *quiet, *options, "-r", str(lock)],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(reason="漏洞库没有及时应答")
    try:
        return read_answer(json.loads(done.stdout))
    except (ValueError, KeyError):
        return Answer(reason=(done.stderr.strip().splitlines() or ["没有应答"])[-1][:200])


def read_answer(found: dict[str, list[dict[str, Any]]]) -> Answer:
    """A package that was skipped has not been checked, whatever pip-audit says at the end."""
    answer = Answer()
    for package in found["dependencies"]:
        if "skip_reason" in package:
            answer.unanswered += 1
            answer.reason = str(package["skip_reason"])
            continue
        answer.asked += 1
        for fault in package["vulns"]:
            fixed = "、".join(fault["fix_versions"]) or "尚无修复版本"
            answer.faults.append(f"{package['name']} {package['version']}：{fault['id']}，修复于 {fixed}")
    return answer


def audit(options: list[str], tell: Callable[[str], None] = print, ask: Callable[..., Answer] = ask) -> int:
    """0 when nothing is known against the locks, 1 for a known fault, 2 when an answer was demanded and not had."""
    must_answer = MUST_ANSWER in options
    options = [option for option in options if option != MUST_ANSWER]
    faults: list[str] = []
    for name in LOCKS:
        faults += [f"{name}：{line}" for line in known_bad(KNOWN_BAD.read_text("utf-8"), locked(ROOT / name))]
    tell(f"依赖核对：两个锁定文件与 {KNOWN_BAD.name} 比对完毕。")
    answer = ask(ROOT / LOCKS[-1], options)  # it holds all of the other, in the same versions
    faults += answer.faults
    if answer.unanswered or not answer.asked:
        tell(
            f"依赖核对：漏洞库没有问到（已核对 {answer.asked} 个，未核对 {answer.unanswered or '全部'}），"
            f"这一步不能说明依赖没有已知漏洞。例如：{answer.reason}"
        )
    else:
        tell(f"依赖核对：漏洞库已核对 {answer.asked} 个依赖，已知漏洞 {len(answer.faults)} 条。")
    for fault in faults:
        tell(f"  有已知问题：{fault}")
    if faults:
        return 1
    return 2 if must_answer and (answer.unanswered or not answer.asked) else 0


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:]))
