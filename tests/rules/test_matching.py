"""The table comes again: the truth-of-2018 table, changed by hand, is matched by content."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules.matching import (
    Change,
    Comparison,
    Version,
    compare,
    differing_pieces,
    near_certain,
    nearness,
)

LEAD = (("lead", "发改局"),)
LONG_AGO = datetime(2018, 3, 1, tzinfo=UTC)


def version(
    key: int, standard: str, goal: str = "目标", shares: tuple[tuple[str, str], ...] = LEAD, due: str = ""
) -> Version:
    return Version(key, goal, standard, shares, due)


OLD = [
    version(1, "地区生产总值增长8%。"),
    version(2, "固定资产投资增长8%。"),
    version(3, "大力推进“厕所革命”，新建、改造公厕58座。", "城市"),
    version(4, "社会消费品零售总额增长10%。"),
]


def fates(comparison: Comparison) -> dict[int, set[Change]]:
    return {pair.old.key: set(pair.changes) for pair in comparison.pairs}


def test_the_same_table_again_is_unchanged() -> None:
    result = compare(OLD, OLD)
    assert fates(result) == {1: set(), 2: set(), 3: set(), 4: set()}
    assert (result.added, result.gone) == ([], [])


def test_an_inserted_row_moves_nobody() -> None:
    new = [version(9, "一般公共预算收入增长9%左右。"), *OLD]
    result = compare(OLD, new)
    assert all(not changes for changes in fates(result).values())
    assert [row.key for row in result.added] == [9]


def test_a_changed_figure_is_a_rewording_and_not_another_task() -> None:
    new = [*OLD[:2], version(3, "大力推进“厕所革命”，新建、改造公厕60座。", "城市"), OLD[3]]
    result = compare(OLD, new)
    assert fates(result)[3] == {Change.REWORDED}
    assert (result.added, result.gone) == ([], [])


def test_sentences_that_differ_in_their_subject_are_not_confused() -> None:
    new = [version(1, "固定资产投资增长9%。"), version(2, "地区生产总值增长7.5%。")]
    pairs = {pair.old.standard: pair.new.standard for pair in compare(OLD[:2], new).pairs}
    assert pairs == {
        "地区生产总值增长8%。": "地区生产总值增长7.5%。",
        "固定资产投资增长8%。": "固定资产投资增长9%。",
    }


def test_another_unit_is_a_reassignment() -> None:
    new = [version(1, OLD[0].standard, shares=(("lead", "统计局"),)), *OLD[1:]]
    assert fates(compare(OLD, new))[1] == {Change.REASSIGNED}


def test_another_deadline_is_a_rescheduling() -> None:
    new = [version(1, OLD[0].standard, due="6月底前"), *OLD[1:]]
    assert fates(compare(OLD, new))[1] == {Change.RESCHEDULED}


def test_a_task_under_another_goal_has_moved() -> None:
    new = [*OLD[:3], version(4, OLD[3].standard, "别的目标")]
    assert fates(compare(OLD, new))[4] == {Change.MOVED}


def test_one_row_carried_to_the_top_is_the_only_one_that_moved() -> None:
    changes = fates(compare(OLD, [OLD[3], *OLD[:3]]))
    assert changes == {1: set(), 2: set(), 3: set(), 4: {Change.MOVED}}


def test_what_is_nowhere_any_more_is_gone_and_what_is_nowhere_before_is_added() -> None:
    new = [*OLD[:2], OLD[3], version(9, "建设县级医院两所，年底前封顶。")]
    result = compare(OLD, new)
    assert [task.key for task in result.gone] == [3]
    assert [row.key for row in result.added] == [9]


def test_a_withdrawn_task_comes_back_as_itself() -> None:
    old = [*OLD[:3], Version(4, "目标", OLD[3].standard, LEAD, withdrawn_at=LONG_AGO)]
    assert fates(compare(old, OLD))[4] == {Change.RESTORED}
    assert compare(old, OLD[:3]).gone == []


def test_of_two_withdrawn_tasks_with_the_same_words_the_one_that_went_last_comes_back() -> None:
    """So an undo gives back the task it took, and not one that an earlier version had withdrawn."""
    old = [replace(version(key, "建桥。"), withdrawn_at=LONG_AGO + timedelta(key)) for key in (1, 2)]
    assert [pair.old.key for pair in compare(old, [version(9, "建桥。")]).pairs] == [2]


def test_repeated_sentences_pair_under_their_own_goals() -> None:
    old = [version(1, "完成上级下达任务。", "甲"), version(2, "完成上级下达任务。", "乙")]
    new = [version(7, "完成上级下达任务。", "乙"), version(8, "完成上级下达任务。", "甲")]
    assert {pair.old.key: pair.new.key for pair in compare(old, new).pairs} == {1: 8, 2: 7}


def test_repeated_sentences_stay_with_their_leads_where_their_order_changes() -> None:
    """The progress of one unit must not become another's."""
    old = [
        version(number, "完成前期工作。", "桥", (("lead", f"{unit}局"),))
        for number, unit in ((1, "甲"), (2, "乙"))
    ]
    result = compare(old, [old[1], old[0]])
    assert [(pair.old.key, pair.new.key) for pair in result.pairs] == [(2, 2), (1, 1)]
    assert {change for changes in fates(result).values() for change in changes} == {Change.MOVED}
    (pair,) = compare(old, [old[1]]).pairs
    assert (pair.old.key, pair.changes) == (2, frozenset())


def test_of_repeated_sentences_one_that_was_handed_over_is_known_by_its_giver() -> None:
    leads = (("lead", "甲局"),), (("lead", "乙局"),)
    new = [version(number, "完成前期工作。", "桥", shares) for number, shares in enumerate(leads, 1)]
    given = replace(new[0], shares=leads[1], handed_on=(((False, "甲局"), "乙局"),))
    assert fates(compare([given, new[1]], new)) == {1: set(), 2: set()}


def test_the_same_words_that_mean_another_day_are_a_rescheduling() -> None:
    june, july, august = (date(2018, month, 15) for month in (6, 7, 8))
    old = replace(version(1, "建桥。", due="6底前"), due_on=june, extended_to=august)
    for day, changes in ((june, set()), (august, set()), (july, {Change.RESCHEDULED}), (None, set())):
        assert fates(compare([old], [replace(old, due_on=day)])) == {1: changes}
    spaced = replace(old, due="６底 前", due_on=june)
    assert fates(compare([old], [spaced])) == {1: set()}
    bare = replace(old, due="")
    assert fates(compare([bare], [replace(bare, due_on=july)])) == {1: set()}


def test_width_and_spaces_reword_but_do_not_part() -> None:
    result = compare([version(1, "新增１００家（户）。")], [version(2, "新增 100家(户)。")])
    assert fates(result) == {1: {Change.REWORDED}}


def test_the_differing_characters_are_marked() -> None:
    pieces = [(piece.kind, piece.text) for piece in differing_pieces("改造公厕58座。", "新改造公厕60座。")]
    assert "".join(text for kind, text in pieces if kind != "new") == "改造公厕58座。"
    assert "".join(text for kind, text in pieces if kind != "gone") == "新改造公厕60座。"
    assert ("same", "改造公厕") in pieces


@pytest.mark.parametrize(
    ("before", "now"), [("公厕58座。", "公厕60座。"), ("增长8%以上。", "增长8.5%左右。")]
)
def test_what_was_stands_before_what_is(before: str, now: str) -> None:
    kinds = [piece.kind for piece in differing_pieces(before, now)]
    assert ("new", "gone") not in pairwise(kinds)
    assert ("gone", "new") in pairwise(kinds)


def placed(key: int, standard: str, due: str = "6月底") -> Version:
    return Version(key, "目标", standard, (("official", "是峰"), *LEAD), due, place=key)


def test_what_a_person_joins_is_one_task_however_it_reads_and_is_asked_about_no_more() -> None:
    before, now = (
        [placed(1, "建成公园3处。"), placed(2, "修路。")],
        [placed(1, "修路。"), placed(2, "全域增绿提质。")],
    )
    assert [task.key for task in compare(before, now).gone] == [1]
    result = compare(before, now, joined=[(1, 2)])
    assert not result.gone
    assert not result.added
    (pair,) = [pair for pair in result.pairs if pair.is_joined]
    assert (pair.old.key, pair.new.key, pair.is_doubtful) == (1, 2, False)
    assert compare(before, now, joined=[(1, 2), (2, 2), (9, 1)]).pairs == result.pairs


def test_the_same_unit_leader_and_deadline_in_the_same_place_are_near_certain() -> None:
    before = [placed(1, "甲事办结。"), placed(2, "建成公园3处。"), placed(3, "乙事办结。")]
    now = [placed(1, "甲事办结。"), placed(2, "全域增绿提质行动。"), placed(3, "乙事办结。")]
    assert near_certain(compare(before, now)) == {2: 2}
    later = [now[0], placed(2, "全域增绿提质行动。", "12月底"), now[2]]
    assert near_certain(compare(before, later)) == {}
    elsewhere = [now[0], placed(2, "乙事办结。"), placed(3, "全域增绿提质行动。")]
    assert near_certain(compare(before, elsewhere)) == {}


def test_what_shares_most_with_a_row_stands_nearest_to_it() -> None:
    new = placed(1, "全域增绿提质行动。")
    stranger = Version(2, "别的", "全域增绿提质行动吧。", (("lead", "教育局"),), "年底", place=9)
    assert nearness(placed(5, "建成公园3处。"), new) > nearness(stranger, new)


SENTENCES = st.lists(st.text("建设公园道路学校医院58座所", min_size=4, max_size=14), max_size=12)


@settings(max_examples=150, deadline=None)
@given(SENTENCES, SENTENCES)
def test_every_task_and_every_row_has_exactly_one_fate(before: list[str], after: list[str]) -> None:
    old = [version(index, text) for index, text in enumerate(before)]
    new = [version(index, text) for index, text in enumerate(after)]
    result = compare(old, new)
    assert sorted([pair.old.key for pair in result.pairs] + [task.key for task in result.gone]) == list(
        range(len(old))
    )
    assert sorted([pair.new.key for pair in result.pairs] + [row.key for row in result.added]) == list(
        range(len(new))
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text("建设公园道路学校医院58座所", min_size=4, max_size=14), unique=True, max_size=10
    ).flatmap(lambda texts: st.tuples(st.just(texts), st.permutations(texts)))
)
def test_a_shuffled_table_loses_nobody(both: tuple[list[str], list[str]]) -> None:
    before, after = both
    old = [version(index, text) for index, text in enumerate(before)]
    new = [version(before.index(text), text) for text in after]
    result = compare(old, new)
    assert all(pair.old.key == pair.new.key for pair in result.pairs)
    assert len(result.pairs) == len(old)


def test_two_large_tables_without_a_common_row_are_compared_in_bounded_time() -> None:
    old = [Version(number, "目标", f"{number}" * 20, ()) for number in range(4000)]
    new = [Version(number, "目标", f"第{number * 7919}项" * 8, ()) for number in range(4000)]
    began = perf_counter()
    result = compare(old, new)
    assert perf_counter() - began < 20
    assert len(result.pairs) + len(result.gone) == 4000
    assert len(result.pairs) + len(result.added) == 4000


def test_a_pair_declared_apart_is_no_pair() -> None:
    old, new = [Version(7, "目标", "新建公厕58座。", ())], [Version(0, "目标", "新建公厕60座。", ())]
    assert len(compare(old, new).pairs) == 1
    result = compare(old, new, {(7, 0)})
    assert (result.pairs, result.gone, result.added) == ([], old, new)
