"""Tables drawn by lot and copied as bare text: nearly all is read, and hardly anything wrong is silent."""

import pytest

from tests.importers.lot import FORMS, of_all

_SEEDS = range(1, 41)
_LEAST_SHARE = 0.99
_MOST_SILENT = 2  # units whose line break was lost, with names that stand nowhere else


@pytest.mark.parametrize("form", FORMS)
def test_a_table_drawn_by_lot_is_read_as_it_was_drawn(form: str) -> None:
    total, _ = of_all(form, _SEEDS)
    assert total.share() >= _LEAST_SHARE
    assert total.silent <= _MOST_SILENT
