"""延期: what the due day was, and where extensions lead from a day."""

from datetime import date

from app.rules.deadlines import extended_due, original_due

JUNE, JULY, SEPTEMBER, NOVEMBER = (
    date(2018, month, day) for month, day in ((6, 30), (7, 31), (9, 30), (11, 30))
)


def test_a_due_day_never_moved_has_no_earlier_one() -> None:
    assert original_due(JUNE, []) is None


def test_the_first_day_is_told_however_often_it_was_moved() -> None:
    assert original_due(NOVEMBER, [(JUNE, SEPTEMBER), (SEPTEMBER, NOVEMBER)]) == JUNE


def test_an_extension_that_a_newer_table_overruled_counts_no_longer() -> None:
    assert original_due(JULY, [(JUNE, SEPTEMBER)]) is None
    assert original_due(NOVEMBER, [(JUNE, SEPTEMBER), (JULY, NOVEMBER)]) == JULY


def test_extensions_lead_on_from_the_day_they_were_granted_for() -> None:
    granted = [(JUNE, SEPTEMBER), (SEPTEMBER, NOVEMBER)]
    assert extended_due(JUNE, granted) == NOVEMBER
    assert extended_due(JULY, granted) == JULY
