"""The chain of the trail: each event's hash covers the event and the hash before it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

import orjson

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

    def __str__(self) -> str:
        """As it is written down, and given to ``duban audit verify --head``."""
        return f"{self.sequence}:{self.hash}"


BEGINNING = Head()


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the trail is not what was written: the number it shows at, and what is wrong there."""

    sequence: int
    reason: str


_exact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr).encode


def link(before: str, event: Mapping[str, Any]) -> str:
    """The event's hash, in hexadecimal. ``event`` as it is stored; ``at`` is an aware moment.

    What is hashed is the hash before, a line end, and the event as JSON with sorted names and no spaces.
    """
    covered = {name: event[name] for name in COVERED}
    covered["at"] = event["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{before}\n".encode() + told(covered)).hexdigest()


def told(covered: dict[str, Any]) -> bytes:
    """The event as JSON. The fast encoder writes what the exact one does, but for fractions."""
    if not _has_fraction(covered["detail"]):
        try:
            return orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:  # nothing that we have written: it will fit no hash
            pass
    return _exact(covered).encode(errors="surrogatepass")


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_fraction, value.values()))
    if isinstance(value, list):
        return any(map(_has_fraction, value))
    return isinstance(value, float)


def breaks(
    events: Iterable[Mapping[str, Any]], head: Head, *, start: Head = BEGINNING, noted: Head | None = None
) -> Iterator[Break]:
    """Every place where ``events``, in the order of their numbers, do not form the chain from ``start`` to ``head``.

    A changed event, a missing one and two that were exchanged are each named by number; after one, the chain
    is taken up again from the hash that stands there, so that one forgery is not told a thousand times.
    ``noted`` is a head somebody wrote down earlier: it alone shows a tail that was cut off together with the
    head, or a chain that was rewritten to its end.
    """
    last = start
    for event in events:
        number = event["sequence"]
        if number <= last.sequence:
            yield Break(number, f"第 {number} 条的编号重复或不合次序")
            continue
        if number != last.sequence + 1:
            yield Break(last.sequence + 1, _missing(last.sequence + 1, number - 1))
        elif event["hash"] != link(last.hash, event):
            yield Break(number, f"第 {number} 条的内容与当时写下的不一致，被改动或调换过")
        last = Head(number, event["hash"])
        if noted is not None and number == noted.sequence and last != noted:
            yield Break(number, f"第 {number} 条的哈希与当时记下的不同，这一条或之前的记录被改动后重新串接过")
    yield from _at_the_end(last, head, noted)


def _at_the_end(last: Head, head: Head, noted: Head | None) -> Iterator[Break]:
    if last.sequence < head.sequence:
        yield Break(last.sequence + 1, _missing(last.sequence + 1, head.sequence))
    elif last.sequence > head.sequence:
        added = _span(head.sequence + 1, last.sequence)
        yield Break(head.sequence + 1, f"{added}不在链尾记录之内，是另外添上的，或链尾记录被改动过")
    elif last.hash != head.hash:
        yield Break(last.sequence, f"最后一条（第 {last.sequence} 条）与链尾记录不一致")
    if noted is not None and noted.sequence > last.sequence:
        yield Break(
            last.sequence + 1,
            f"当时记下的链尾是第 {noted.sequence} 条，现在只到第 {last.sequence} 条，后面的被截去了",
        )


def _missing(first: int, last: int) -> str:
    return f"{_span(first, last)}缺失"


def _span(first: int, last: int) -> str:
    return f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条"
