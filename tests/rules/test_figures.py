"""What a typed figure means, and what of two people's typing can be kept."""

import pytest

from app.models.progress import ReportState
from app.rules.drafts import Change, RowState, merge, row_state
from app.rules.figures import NONSENSE, figure_in, percent_in


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", None),
        (" ", None),
        ("65", 65),
        ("65%", 65),
        ("６５％", 65),
        ("0", 0),
        ("150", 150),
        ("一半", NONSENSE),
        ("6.5", NONSENSE),
        ("-5", NONSENSE),
        ("²", 2),
        ("9" * 40, NONSENSE),
    ],
)
def test_a_percentage_as_typed(typed: str, meant: int | None) -> None:
    assert percent_in(typed) == meant


@pytest.mark.parametrize(
    ("typed", "unit", "meant"),
    [
        ("", "座", None),
        ("58", "座", 58.0),
        ("58座", "座", 58.0),
        ("58 座", "座", 58.0),
        ("３，２００．５ 万元", "万元", 3200.5),
        ("3,200", "", 3200.0),
        ("58套", "座", NONSENSE),
        ("-1", "", NONSENSE),
        ("NaN", "", NONSENSE),
        ("Infinity", "", NONSENSE),
        ("1e400", "", NONSENSE),
        ("五十八", "座", NONSENSE),
    ],
)
def test_a_figure_as_typed(typed: str, unit: str, meant: float | None) -> None:
    assert figure_in(typed, unit) == meant


@pytest.mark.parametrize(
    ("kept", "was", "text", "written", "conflict"),
    [
        ("", "", "新", "新", False),
        ("旧", "旧", "新", "新", False),
        ("旧", "旧", "", "", False),
        ("同", "", "同", None, False),
        ("别人的", "", "我的", None, True),
        ("别人的", "旧", "", None, True),
        ("一\n二", "一\r\n二", "三", "三", False),
        ("一\n二", "", "一\r\n二", None, False),
        ("有尾空格 ", "有尾空格", "改", None, True),
    ],
)
def test_only_who_has_seen_what_stands_there_replaces_it(
    kept: str, was: str, text: str, written: str | None, conflict: bool
) -> None:
    merged = merge({"progress": kept}, {"progress": Change(was, text)})
    assert merged.written.get("progress") == written
    assert bool(merged.conflicts) is conflict


@pytest.mark.parametrize(
    ("report", "has_draft", "state"),
    [
        (None, False, RowState.EMPTY),
        (None, True, RowState.DRAFT),
        (ReportState.SUBMITTED, False, RowState.SUBMITTED),
        (ReportState.SUBMITTED, True, RowState.CHANGED),
        (ReportState.RETURNED, True, RowState.RETURNED),
        (ReportState.APPROVED, False, RowState.APPROVED),
    ],
)
def test_how_a_row_stands(report: ReportState | None, has_draft: bool, state: RowState) -> None:
    assert row_state(report, has_draft=has_draft) is state
