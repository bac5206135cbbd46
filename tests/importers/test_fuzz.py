"""A small share of what `python -m tests.importers.fuzz` does at length."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.importers import fuzz


def test_broken_files_give_a_plan_or_one_plain_refusal() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:  # the memory counted is its own
        outcomes = alone.submit(fuzz.run, 120, seed=7, report=len, with_hostile=False).result()
    assert sum(outcomes.values()) == 120
