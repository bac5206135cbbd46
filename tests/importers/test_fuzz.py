"""A small share of what `python -m tests.importers.fuzz` does at length."""

import warnings

from tests.importers import fuzz


def test_broken_files_give_a_plan_or_one_plain_refusal() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parsers complain of broken files in their own ways
        outcomes = fuzz.run(120, seed=7, report=lambda line: None, with_hostile=False)
    assert sum(outcomes.values()) == 120
