"""The chain of the trail, without a database: whatever is done to it afterwards is found and named."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.models.event import EventSource
from app.rules.trail import Head, breaks, link
from app.rules.trail import told as as_json

Events = list[dict[str, Any]]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def events() -> Events:
    written: Events = []
    before = ""
    for number in range(1, 7):
        event = {
            "jurisdiction_id": 1,
            "sequence": number,
            "at": NOON + timedelta(minutes=number),
            "actor_id": 7,
            "actor_name": "王督查",
            "source": "page",
            "address": "10.1.2.3",
            "kind": "progress_reported",
            "plan_id": 1,
            "task_id": number,
            "batch_id": None,
            "detail": {"before": {"completion": number}, "after": {"completion": number + 10}},
        }
        before = link(before, event)
        written.append({**event, "hash": before})
    return written


def head(events: Events) -> Head:
    return Head(events[-1]["sequence"], events[-1]["hash"])


def told(events: Events, end: Head, **noted: Head) -> list[tuple[int, str]]:
    return [(found.sequence, found.reason) for found in breaks(events, end, **noted)]


def rechained(events: Events) -> Events:
    """What a forger with the source code would leave: every hash worked out anew."""
    before, forged = "", []
    for number, event in enumerate(events, 1):
        before = link(before, {**event, "sequence": number})
        forged.append({**event, "sequence": number, "hash": before})
    return forged


def test_an_untouched_trail_is_whole(events: Events) -> None:
    assert told(events, head(events), noted=head(events[:3])) == []
    assert told(events[2:], head(events), start=head(events[:2])) == []
    assert told([], Head()) == []


def test_the_same_moment_in_another_zone_is_the_same_event(events: Events) -> None:
    elsewhere = {**events[0], "at": events[0]["at"].astimezone(timezone(timedelta(hours=8)))}
    assert link("", elsewhere) == events[0]["hash"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", NOON),
        ("actor_name", "别人"),
        ("actor_id", None),
        ("address", "10.9.9.9"),
        ("kind", "task_withdrawn"),
        ("task_id", 99),
        ("detail", {"before": {"completion": 3}, "after": {"completion": 100}}),
        ("hash", "0" * 64),
    ],
)
def test_a_changed_event_is_named(events: Events, field: str, value: object) -> None:
    end = head(events)
    events[2][field] = value
    found = told(events, end)
    assert found[0] == (3, "第 3 条的内容与当时写下的不一致，被改动或调换过")
    assert len(found) == (2 if field == "hash" else 1)  # the next one no longer follows a forged hash


def test_a_missing_event_is_named(events: Events) -> None:
    end = head(events)
    del events[2]
    assert told(events, end) == [(3, "第 3 条缺失")]


def test_missing_events_at_either_end_are_named(events: Events) -> None:
    assert told(events[2:], head(events)) == [(1, "第 1 至 2 条缺失")]
    assert told(events[:4], head(events)) == [(5, "第 5 至 6 条缺失")]


def test_two_exchanged_events_are_named(events: Events) -> None:
    end = head(events)
    one, other = events[1], events[2]
    events[1], events[2] = {**other, "sequence": 2}, {**one, "sequence": 3}
    assert [number for number, _ in told(events, end)] == [2, 3, 4]


def test_events_added_at_the_end_do_not_fit_the_head(events: Events) -> None:
    added = rechained([*events, events[0], events[1]])
    assert told(added[:7], head(events)) == [(7, "第 7 条不在链尾记录之内，是另外添上的，或链尾记录被改动过")]
    assert told(added, head(events))[0][1].startswith("第 7 至 8 条不在链尾记录之内")


def test_the_same_number_twice_is_named(events: Events) -> None:
    assert told([*events, events[-1]], head(events)) == [(6, "第 6 条的编号重复或不合次序")]
    nought = {**events[0], "sequence": 0}
    assert told([nought, *events], head(events)) == [(0, "第 0 条的编号重复或不合次序")]


def test_a_head_that_was_changed_is_named(events: Events) -> None:
    assert told(events, Head(6, "0" * 64)) == [(6, "最后一条（第 6 条）与链尾记录不一致")]
    assert told(events, Head())[0][0] == 1


def test_a_forger_who_rewrites_the_chain_is_found_by_a_head_noted_earlier(events: Events) -> None:
    noted = head(events[:5])
    forged = rechained([*events[:2], {**events[2], "actor_name": "别人"}, *events[3:]])
    assert told(forged, head(forged)) == []
    assert told(forged, head(forged), noted=noted) == [
        (5, "第 5 条的哈希与当时记下的不同，这一条或之前的记录被改动后重新串接过")
    ]


def test_a_tail_cut_off_with_its_head_is_found_by_a_head_noted_earlier(events: Events) -> None:
    cut = events[:4]
    assert told(cut, head(cut)) == []
    assert told(cut, head(cut), noted=head(events)) == [
        (5, "当时记下的链尾是第 6 条，现在只到第 4 条，后面的被截去了")
    ]


WORDS = some.text(some.characters(exclude_categories=["Cs"]))
ANYTHING = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**63), 2**64 - 1)
    | some.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(detail=some.dictionaries(WORDS, ANYTHING, max_size=5), name=WORDS)
def test_what_is_hashed_is_plain_json_whichever_encoder_writes_it(detail: dict[str, Any], name: str) -> None:
    """So that a hash can be worked out anew with any language's own means, in ten years too."""
    covered = {"detail": detail, "actor_name": name, "source": EventSource.PAGE, "task_id": None}
    plainly = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert as_json(covered) == plainly.encode()


def test_nonsense_in_a_field_can_still_be_hashed(events: Events) -> None:
    assert len(link("", {**events[0], "plan_id": b"\xff", "task_id": 2**70, "kind": "\ud800"})) == 64
