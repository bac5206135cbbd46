"""The chain of the trail: each event's hash covers the event and the hash before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

COVERED = (
    "jurisdiction_id",
    "sequence",
    "actor_id",
    "actor_name",
    "source",
    "address",
    "kind",
    "plan_id",
    "task_id",
    "batch_id",
    "detail",
)
"""What the hash vouches for, besides the moment: all of the row but its own number and hash."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reaches, and its newest link; before the first event 0 and nothing."""

    sequence: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the trail is not what was written: the number it shows at, and what is wrong there."""

    sequence: int
    reason: str


def link(before: str, event: Mapping[str, Any]) -> str:
    """The event's hash, in hexadecimal. ``event`` as it is stored; ``at`` is an aware moment."""
    covered = {name: event[name] for name in COVERED}
    covered["at"] = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(f"{before}\n{text}".encode()).hexdigest()


def breaks(events: Iterable[Mapping[str, Any]], head: Head) -> list[Break]:
    """Every place where ``events``, in the order of their numbers, do not form the chain that ends at ``head``.

    A changed event, a missing one and two that were exchanged are each named by number; after one, the chain
    is taken up again from the hash that stands there, so that one forgery is not told a thousand times.
    """
    found: list[Break] = []
    last = Head()
    for event in events:
        number = event["sequence"]
        if number != last.sequence + 1:
            found.append(Break(last.sequence + 1, _gap(last.sequence + 1, number - 1)))
        elif event["hash"] != link(last.hash, event):
            found.append(Break(number, f"第 {number} 条的内容与当时写下的不一致，被改动或调换过"))
        last = Head(number, event["hash"])
    if last.sequence < head.sequence:
        found.append(Break(last.sequence + 1, _gap(last.sequence + 1, head.sequence)))
    elif last != head:
        found.append(Break(last.sequence, f"最后一条（第 {last.sequence} 条）与链尾记录不一致"))
    return found


def _gap(first: int, last: int) -> str:
    return f"第 {first} 条缺失" if first == last else f"第 {first} 至 {last} 条缺失"
