"""What one liaison does on the last evening: open the sheet, type, save as typed, send each task when it is written."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from bench.evening.client import Answer, Browser
from bench.evening.office import Evening, Liaison

SENTENCES = (
    "截至9月底，主体工作过半，重点环节按节点推进",
    "已完成招标并进场施工，累计完成投资的六成以上",
    "会同有关单位现场核对两次，问题清单逐项销号",
    "四季度将倒排工期，确保年底前全部完成",
)

Place = tuple[int, int]
"""(unit, task): one row of one unit's sheet."""


@dataclass
class Record:
    """What the evening leaves behind: how long each kind of step took, and what the server said it keeps."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every sentence of 进展情况 that somebody was told is kept; nobody ever takes one out again."""
    sent: set[Place] = field(default_factory=set)
    """Rows of which somebody was told that the report is on record."""
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass
class LiaisonAtWork:
    """One liaison at work; ``pause`` is the mean number of seconds between two steps."""

    evening: Evening
    liaison: Liaison
    browser: Browser
    record: Record
    pause: float
    chance: Random
    known: dict[tuple[int, str], str] = field(default_factory=dict)
    """What this page last heard the server has, by task and field."""

    async def play(self, seconds: float) -> None:
        """Come some time in the first half, then work until the time is over or everything is sent."""
        try:
            async with asyncio.timeout(seconds):
                await asyncio.sleep(self.chance.random() * seconds / 2)
                sheet = f"/plans/{self.evening.plan_id}/sheet"
                await self._step("sheet", lambda: self.browser.get(sheet))
                for task in self.liaison.tasks:
                    if await self._write(task):
                        await self._send(task)
        except TimeoutError:
            pass
        finally:
            await self.browser.close()

    async def _write(self, task: int) -> bool:
        """Type one row. False when a colleague has sent it meanwhile."""
        mine: list[str] = []
        steps: list[dict[str, str]] = [
            {"status": "in_progress", "completion": str(self.chance.randint(30, 95))}
        ]
        for sentence in SENTENCES:
            mine.append(f"{sentence}（{self.liaison.name}）。")
            steps.append({"progress": mine[-1]})
        steps += [{"problems": "资金拨付进度偏慢。"}, {"next_steps": "每周会商一次。"}]
        for step in steps:
            if not await self._save(task, step):
                return False
        return True

    async def _save(self, task: int, typed: dict[str, str]) -> bool:
        """Save as typed; a colleague's newer words are kept beside one's own."""
        for _ in range(5):
            fields = {name: self._change(task, name, text) for name, text in typed.items()}
            body = {"period": self.evening.period_id, "task": task, "fields": fields}
            address = f"/plans/{self.evening.plan_id}/sheet/draft"
            answer = await self._step("draft", partial(self.browser.post_json, address, body))
            if answer.status == 409 and self.liaison.has_colleague:
                self.record.conflicts += 1
                return False
            if answer.status != 200:
                self.record.errors.append(
                    f"draft {answer.status}: {answer.body[:200].decode(errors='replace')}"
                )
                return False
            conflicts = answer.json()["conflicts"]
            self._learn(task, {name: each for name, each in fields.items() if name not in conflicts})
            if not conflicts:
                return True
            self.record.conflicts += 1
            for name, theirs in conflicts.items():
                self.known[task, name] = theirs["text"]
            typed = {name: typed[name] for name in conflicts if name == "progress"}
            if not typed:
                return True
        self.record.errors.append("draft: five conflicts in a row")
        return False

    async def _send(self, task: int) -> None:
        for _ in range(5):
            names = [name for known_task, name in self.known if known_task == task]
            fields = {name: {"was": self.known[task, name], "text": self.known[task, name]} for name in names}
            body = {"period": self.evening.period_id, "task": task, "fields": fields}
            address = f"/plans/{self.evening.plan_id}/sheet/submit"
            answer = await self._step("submit", partial(self.browser.post_json, address, body))
            if answer.status == 409 and self.liaison.has_colleague:
                self.record.conflicts += 1
                return
            if answer.status != 200:
                self.record.errors.append(
                    f"submit {answer.status}: {answer.body[:300].decode(errors='replace')}"
                )
                return
            conflicts = answer.json().get("conflicts") or {}
            if not conflicts:
                self.record.sent.add((self.liaison.department_id, task))
                return
            self.record.conflicts += 1
            for name, theirs in conflicts.items():
                self.known[task, name] = theirs["text"]

    def _change(self, task: int, name: str, text: str) -> dict[str, str]:
        """Sentences are added to what stands there, figures replace it."""
        was = self.known.get((task, name), "")
        return {"was": was, "text": was + text if name == "progress" else text}

    def _learn(self, task: int, fields: dict[str, dict[str, str]]) -> None:
        for name, change in fields.items():
            self.known[task, name] = change["text"]
            if name == "progress":
                added = change["text"][len(change["was"]) :]
                self.record.kept[self.liaison.department_id, task].add(added)

    async def _step(self, kind: str, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        await asyncio.sleep(self.chance.expovariate(1 / self.pause))
        answer = await ask()
        self.record.seconds[kind].append(answer.seconds)
        if kind == "sheet" and answer.status != 200:
            self.record.errors.append(f"sheet {answer.status}: {answer.body[-300:].decode(errors='replace')}")
        return answer


def part_of(
    number: int, evening: Evening, host: str, port: int, record: Record, pause: float
) -> LiaisonAtWork:
    """The liaison of this number, who always makes the same decisions."""
    liaison = evening.liaisons[number]
    browser = Browser(host, port, liaison.cookie)
    return LiaisonAtWork(evening, liaison, browser, record, pause, Random(number))  # noqa: S311 - plays a person


def lost(record: Record, found: dict[Place, str], reported: set[Place]) -> list[str]:
    """What somebody was told is kept and is not there. ``found``: all 进展情况 of the row, draft and report."""
    missing: list[Any] = [
        f"{place}: {sentence}"
        for place, sentences in record.kept.items()
        for sentence in sentences
        if sentence not in found.get(place, "")
    ]
    return missing + [f"{place}: no report" for place in record.sent - reported]
