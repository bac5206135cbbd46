"""填报周期的设定: what changes when the office sets another cycle or due day, and what stays as it is."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.errors import InvalidInput
from app.models.event import Event
from app.models.plan import DueShift, PeriodCycle
from app.models.progress import ReportingPeriod
from app.queries.periods import PeriodState, list_periods
from app.services import period_settings
from tests.office import Office
from tests.services.test_periods import OCTOBER, kinds, on, open_one, report, set_up, settings
from tests.services.test_working_days import set_day


def test_a_cycle_can_change_where_no_period_is_in_use(office: Office) -> None:
    set_up(office, cycle=PeriodCycle.HALF_MONTH)
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
        assert [row.name for row in rows[7:10]] == ["2018年8月", "2018年9月上半月", "2018年9月下半月"]
        detail = session.execute(select(Event).where(col(Event.kind) == "periods_set")).scalar_one().detail
        assert (detail["before"], detail["after"]) == ({"cycle": "month"}, {"cycle": "half_month"})


def test_periods_with_reports_stay_and_only_later_ones_change(office: Office) -> None:
    report(office, date(2018, 9, 28))
    set_up(office, cycle=PeriodCycle.QUARTER)
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    names = [row.name for row in rows]
    assert names == [*(f"2018年{month}月" for month in range(1, 10)), "2018年第四季度"]
    assert rows[8].reported == 1
    assert {row.state for row in rows[:8]} == {PeriodState.UNUSED}
    assert report(office, date(2018, 10, 8), progress="十月的情况。") == "2018年第四季度"


def test_a_cycle_that_would_overlap_what_was_reported_is_refused_in_a_sentence(office: Office) -> None:
    report(office, date(2018, 9, 28))
    with pytest.raises(InvalidInput) as refused:
        set_up(office, cycle=PeriodCycle.HALF_YEAR)
    sentence = refused.value.fields["cycle"]
    assert "2018年9月" in sentence
    assert "2018年下半年" in sentence
    assert "2018年12月31日" in sentence
    with office.database.reading() as session:
        assert office.plan(session).cycle is PeriodCycle.MONTH


def test_a_preview_shows_the_same_and_writes_nothing(office: Office) -> None:
    report(office, date(2018, 9, 28))
    with office.database.reading() as session:
        wanted = settings(session, office, cycle=PeriodCycle.QUARTER, due_day=20)
        shown = period_settings.preview(session, office.plan(session), wanted, actor=office.viewer("ducha"))
        assert office.plan(session).cycle is PeriodCycle.MONTH
    set_up(office, cycle=PeriodCycle.QUARTER, due_day=20)
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    assert [(row.name, row.due_on) for row in rows] == [(each.name, each.due_on) for each in shown]


def test_a_new_due_day_moves_what_is_not_due_yet_and_nothing_else(office: Office) -> None:
    open_one(office, date(2018, 8, 1))
    open_one(office)
    open_one(office, OCTOBER)
    set_up(office, due_day=25, due_shift=DueShift.EARLIER, due_months_after=1)
    with office.database.reading() as session:
        query = (
            select(col(ReportingPeriod.name), col(ReportingPeriod.due_on))
            .where(col(ReportingPeriod.opened_at).is_not(None))
            .order_by(col(ReportingPeriod.starts_on))
        )
        assert [tuple(row) for row in session.execute(query)] == [
            ("2018年8月", date(2018, 8, 31)),
            ("2018年9月", date(2018, 10, 25)),
            ("2018年10月", date(2018, 11, 23)),
        ]


def due_days(office: Office, day: date | None = None) -> dict[str, date]:
    viewer = office.viewer("ducha")
    with office.database.reading() as session:
        rows = list_periods(session, on(viewer, day) if day else viewer, office.plan(session))
        return {row.name: row.due_on for row in rows}


def test_months_gone_by_keep_their_due_day_though_nobody_reported_in_them(office: Office) -> None:
    before = due_days(office)
    with office.database.reading() as session:
        wanted = settings(session, office, due_day=20)
        shown = period_settings.preview(session, office.plan(session), wanted, actor=office.viewer("ducha"))
    set_up(office, due_day=20)
    after = due_days(office)
    assert list(after.values())[:8] == list(before.values())[:8]
    assert (after["2018年9月"], after["2018年10月"]) == (date(2018, 9, 20), date(2018, 10, 22))
    assert after == {each.name: each.due_on for each in shown}
    with office.database.reading() as session:
        rows = list_periods(session, office.viewer("ducha"), office.plan(session))
    assert {row.state for row in rows[:8]} == {PeriodState.UNUSED}


def test_months_gone_by_keep_their_due_day_however_often_it_is_set(office: Office) -> None:
    before = due_days(office)
    set_up(office, due_day=20)
    set_up(office, day=date(2018, 11, 2), due_day=10)
    after = due_days(office)
    assert {name: after[name] for name in ("2018年8月", "2018年10月", "2018年11月")} == {
        "2018年8月": before["2018年8月"],
        "2018年10月": date(2018, 10, 22),
        "2018年11月": date(2018, 11, 12),
    }


def test_a_due_day_that_has_passed_stays_though_the_month_goes_on_and_nobody_reported(office: Office) -> None:
    set_up(office, day=date(2018, 9, 1), due_day=20)
    set_up(office, day=date(2018, 9, 28), due_day=31)
    after = due_days(office)
    assert (after["2018年9月"], after["2018年10月"]) == (date(2018, 9, 20), date(2018, 10, 31))
    set_day(office, date(2018, 9, 20), False)
    assert due_days(office)["2018年9月"] == date(2018, 9, 20)


def test_another_cycle_leaves_the_months_gone_by_up_to_where_it_can_begin(office: Office) -> None:
    before = due_days(office)
    with office.database.reading() as session:
        wanted = settings(session, office, cycle=PeriodCycle.QUARTER)
        shown = period_settings.preview(session, office.plan(session), wanted, actor=office.viewer("ducha"))
    set_up(office, cycle=PeriodCycle.QUARTER)
    after = due_days(office)
    assert list(after) == [
        *(f"2018年{month}月" for month in range(1, 7)),
        "2018年第三季度",
        "2018年第四季度",
    ]
    assert list(after.values())[:6] == list(before.values())[:6]
    assert after == {each.name: each.due_on for each in shown}


def test_setting_only_when_to_remind_puts_no_period_on_record(office: Office) -> None:
    set_up(office, remind_days=5)
    with office.database.reading() as session:
        assert session.execute(select(ReportingPeriod)).first() is None


def test_the_same_settings_again_change_nothing(office: Office) -> None:
    assert not set_up(office)
    with office.database.reading() as session:
        assert "periods_set" not in kinds(session)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due_day", 0),
        ("due_day", 32),
        ("due_day", None),
        ("due_months_after", 2),
        ("remind_days", 40),
        ("yellow_points", 0),
        ("yellow_points", 30),
        ("red_points", 101),
        ("red_points", None),
    ],
)
def test_settings_out_of_range_are_refused_at_their_field(office: Office, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_up(office, **{field: value})
    assert set(refused.value.fields) <= {field, "red_points"}
    assert refused.value.fields
