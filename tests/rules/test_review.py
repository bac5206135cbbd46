"""填报审核: what a reviewer is told to look at twice, and how the two wordings are shown."""

from datetime import date
from itertools import pairwise

import pytest

from app.models.task import TaskStatus
from app.rules.review import Flag, Said, remarks, wording
from app.rules.status import Facts, Thresholds, judge

GOING = TaskStatus.IN_PROGRESS
WORDS = "一至九月完成投资三亿元，同比增长百分之八，主体工程已经封顶。"
BEFORE = Said(GOING, 60, "一至八月完成投资二亿元，同比增长百分之七，主体工程正在施工。")


def flagged(now: Said, before: Said | None = BEFORE, *, has_evidence: bool = True) -> list[Flag]:
    """On 28 September, of a task that has the whole year: pace 74 %."""
    facts = Facts(now.status, now.completion, date(2018, 1, 1), date(2018, 12, 31))
    judgement = judge(facts, date(2018, 9, 28), Thresholds())
    return [remark.flag for remark in remarks(now, before, judgement, has_evidence=has_evidence)]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (Said(GOING, 75, WORDS), BEFORE, []),
        (Said(GOING, 75, WORDS), None, []),
        (Said(GOING, 75, WORDS), Said(GOING, None, "旧的"), []),
        (Said(GOING, 75, WORDS), Said(GOING, 75, "旧的"), []),
        (Said(GOING, 75, WORDS), Said(GOING, 76, "旧的"), [Flag.BACKWARD]),
        (Said(GOING, None, WORDS), BEFORE, [Flag.BACKWARD]),
        (Said(GOING, 70, WORDS), BEFORE, []),
        (Said(GOING, 61, WORDS), BEFORE, [Flag.SLOW]),
        (Said(GOING, 75, BEFORE.progress), BEFORE, [Flag.SAME_WORDS]),
        (Said(GOING, 75, f" {BEFORE.progress}\n"), BEFORE, [Flag.SAME_WORDS]),
        (Said(GOING, 75, "正在推进。"), BEFORE, [Flag.SHORT]),
        (Said(TaskStatus.COMPLETED, 100, WORDS), BEFORE, [Flag.COMPLETED]),
        (Said(TaskStatus.COMPLETED, 100, "已完成。"), BEFORE, [Flag.COMPLETED, Flag.SHORT]),
    ],
)
def test_what_strikes_the_eye(now: Said, before: Said | None, expected: list[Flag]) -> None:
    assert flagged(now, before) == expected


def test_how_far_behind_is_said_in_points() -> None:
    facts = Facts(GOING, 40, date(2018, 1, 1), date(2018, 12, 31))
    judgement = judge(facts, date(2018, 9, 28), Thresholds())
    (slow,) = remarks(Said(GOING, 40, WORDS), None, judgement, has_evidence=True)
    assert slow.words == "落后 34 个百分点"


def test_a_figure_that_is_gone_is_told_with_what_it_was() -> None:
    judgement = judge(
        Facts(GOING, None, date(2018, 1, 1), date(2018, 12, 31)), date(2018, 9, 28), Thresholds()
    )
    words = [each.words for each in remarks(Said(GOING, None, WORDS), BEFORE, judgement, has_evidence=True)]
    assert words[0] == "没有填完成率，上期 60 %"


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("截至8月下旬，", "截至9月下旬，", "除月份外与上期相同"),
        ("八月份，", "九月份，", "除月份外与上期相同"),
        ("截至8月下旬，", "截至8月 下旬，", "与上期文字相同"),
    ],
)
def test_last_months_words_with_another_month_are_found_out(before: str, now: str, words: str) -> None:
    facts = Facts(GOING, 75, date(2018, 1, 1), date(2018, 12, 31))
    judgement = judge(facts, date(2018, 9, 28), Thresholds())
    rest = "主体工程正在施工，其余按计划推进。"
    last, this = Said(GOING, 70, before + rest), Said(GOING, 75, now + rest)
    (same,) = remarks(this, last, judgement, has_evidence=True)
    assert same.words == words


def test_another_figure_is_another_report() -> None:
    before, now = (
        "已开工18个项目，完成投资三亿元，其余正在报批。",
        "已开工19个项目，完成投资三亿元，其余正在报批。",
    )
    assert flagged(Said(GOING, 75, now), Said(GOING, 70, before)) == []


def test_past_the_deadline_is_said_so() -> None:
    facts = Facts(GOING, 99, date(2018, 1, 1), date(2018, 6, 30))
    judgement = judge(facts, date(2018, 9, 28), Thresholds())
    (late,) = remarks(Said(GOING, 99, WORDS), None, judgement, has_evidence=True)
    assert late.words == "已逾期"


def test_missing_evidence_is_told_and_keeps_no_report_from_being_passed() -> None:
    facts = Facts(GOING, 75, date(2018, 1, 1), date(2018, 12, 31))
    judgement = judge(facts, date(2018, 9, 28), Thresholds())
    (remark,) = remarks(Said(GOING, 75, WORDS), BEFORE, judgement, has_evidence=False)
    assert remark.words == "未附佐证材料"
    assert not remark.is_serious


def test_a_changed_wording_is_marked_letter_by_letter() -> None:
    pieces = wording("已开工198个项目。", "已开工205个项目。")
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == "已开工205个项目。"
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == "已开工198个项目。"
    kinds = [piece.kind for piece in pieces]
    assert "new" in kinds
    assert ("new", "gone") not in pairwise(kinds)


@pytest.mark.parametrize(("before", "now"), [("", "已开工。"), ("组织召开推进会", "资金全部拨付到位")])
def test_two_texts_with_little_in_common_are_not_marked(before: str, now: str) -> None:
    assert wording(before, now) == []
