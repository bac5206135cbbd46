"""What a task's parts make of it."""

import pytest

from app.models.task import TaskStatus
from app.rules.parts import Figures, PartFacts, derived

NEW, GOING, DONE, STOPPED = TaskStatus
P = PartFacts

OWN = GOING, 66
CASES = [
    # parts, what the whole is
    ([], OWN),
    ([P(NEW, None)], OWN),  # as before the split
    ([P(NEW, None), P(NEW, 0)], OWN),
    ([P(NEW, None), P(GOING, 80, is_withdrawn=True)], OWN),
    ([P(GOING, 40)], (GOING, 40)),
    ([P(GOING, 40), P(GOING, 81)], (GOING, 60)),  # 60.5 rounded down
    ([P(GOING, 40), P(NEW, None)], (GOING, 20)),
    ([P(GOING, None), P(NEW, None)], (GOING, None)),
    ([P(GOING, None), P(GOING, 50)], (GOING, 25)),
    ([P(DONE, 100), P(NEW, None)], (GOING, 50)),
    ([P(DONE, 100), P(DONE, 100)], (DONE, 100)),
    ([P(GOING, 100), P(DONE, 100)], (GOING, 99)),  # all figures full, and yet not all done
    ([P(GOING, 10, weight=3), P(GOING, 50)], (GOING, 20)),
    ([P(DONE, 100, weight=999), P(GOING, 99)], (GOING, 99)),
    ([P(GOING, 90, is_closed=True), P(GOING, 0)], (GOING, 50)),
    ([P(GOING, 90, is_closed=True)], (DONE, 100)),
    ([P(GOING, 30), P(DONE, 100, is_withdrawn=True)], (GOING, 30)),
    ([P(GOING, 30, is_withdrawn=True)], OWN),
    ([P(GOING, 30), P(STOPPED, 80)], (GOING, 30)),
    ([P(DONE, 100), P(STOPPED, 10)], (DONE, 100)),
    ([P(STOPPED, 10)], OWN),
]


@pytest.mark.parametrize(("parts", "whole"), CASES)
def test_the_whole_is_what_its_parts_add_up_to(parts: list[PartFacts], whole: Figures) -> None:
    assert derived(parts, OWN) == whole


def test_a_whole_nobody_reported_on_is_not_begun_before_a_part_is() -> None:
    assert derived([P(NEW, None)], (NEW, None)) == (NEW, None)


def test_what_was_told_as_done_is_not_done_once_there_are_parts_to_do() -> None:
    assert derived([P(NEW, None)], (DONE, 100)) == (GOING, None)
    assert derived([P(STOPPED, None)], (DONE, 100)) == (DONE, 100)
