"""完成时限 in the office's words: kept, turned into a date, and how sure that is."""

from datetime import date

import pytest

from importers.values.deadlines import Certainty, deadline_in_sentence, names_a_time, read_deadline


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("12月底前", date(2025, 12, 31)),
        ("5月底前动工", date(2025, 5, 31)),
        ("9月投入使用", date(2025, 9, 30)),
        ("年底前", date(2025, 12, 31)),
        ("底前", date(2025, 12, 31)),
        ("2026底前", date(2026, 12, 31)),
        ("明年底前", date(2026, 12, 31)),
        ("明年底", date(2026, 12, 31)),
        ("今年底", date(2025, 12, 31)),
        ("年内见成效", date(2025, 12, 31)),
        ("2022年10月底前", date(2022, 10, 31)),
        ("6月底完成", date(2025, 6, 30)),
        ("全年", date(2025, 12, 31)),
        ("二季度", date(2025, 6, 30)),
        ("第三季度末", date(2025, 9, 30)),
        ("上半年", date(2025, 6, 30)),
        ("6月30日", date(2025, 6, 30)),
        ("2025.6.30", date(2025, 6, 30)),
        ("2025-06-30", date(2025, 6, 30)),
        ("2025/6", date(2025, 6, 30)),
        ("２０２５年６月", date(2025, 6, 30)),
        ("1-6月", date(2025, 6, 30)),
        ("2025年-2027年", date(2027, 12, 31)),
        ("11月上旬", date(2025, 11, 10)),
        ("十月底前", date(2025, 10, 31)),
        ("明年3月底前", date(2026, 3, 31)),
        ("2月", date(2025, 2, 28)),
        ("国庆节前", date(2025, 9, 30)),
        ("2024年五一前投用", date(2024, 4, 30)),
        ("汛期前完成一期，12月底完工", date(2025, 12, 31)),
        ("2025年6-12月", date(2025, 12, 31)),
        ("2025年Q2", date(2025, 6, 30)),
        ("20250630", date(2025, 6, 30)),
        ("“十四五”末", date(2025, 12, 31)),
        ("“十五五”期间", date(2030, 12, 31)),
    ],
)
def test_words_become_a_date(words: str, due: date) -> None:
    deadline = read_deadline(words, 2025)
    assert (deadline.due_on, deadline.words) == (due, words)


@pytest.mark.parametrize("words", ["持续推进", "长期坚持", "常态化开展"])
def test_continuing_work_names_no_day_and_is_no_doubt(words: str) -> None:
    deadline = read_deadline(words, 2025)
    assert (deadline.due_on, deadline.words, deadline.doubt) == (None, words, "")


@pytest.mark.parametrize(
    "words",
    [
        "立行立改",
        "待定",
        "2月30日",
        "尽快",
        "6底前",
        "十底之前",
        "汛期前",
        "2024年春节前",
        "月底前",
        "一年内",
    ],
)
def test_what_names_no_day_is_asked_about(words: str) -> None:
    deadline = read_deadline(words, 2025)
    assert deadline.due_on is None
    assert words in deadline.doubt


@pytest.mark.parametrize("words", ["8.31", "8.31前", "8/31"])
def test_a_month_and_a_day_with_a_point_between_are_a_guess(words: str) -> None:
    deadline = read_deadline(words, 2025)
    assert (deadline.due_on, deadline.certainty) == (date(2025, 8, 31), Certainty.GUESSED)
    assert words in deadline.doubt


def test_a_five_year_plan_alone_is_no_time() -> None:
    """编制“十五五”规划 says what is to be done."""
    assert not names_a_time("编制“十五五”规划")


def test_the_last_of_several_times_counts_and_is_told() -> None:
    deadline = read_deadline("6月底前完成方案，12月底前完成", 2025)
    assert deadline.due_on == date(2025, 12, 31)
    assert deadline.doubt


def test_a_written_day_is_exact_and_a_month_follows_from_the_words() -> None:
    assert read_deadline("6月30日前", 2025).certainty is Certainty.EXACT
    assert read_deadline("6月底前", 2025).certainty is Certainty.DERIVED
    assert read_deadline("6月前", 2025).certainty is Certainty.GUESSED


def test_without_a_plan_year_no_date_is_invented() -> None:
    deadline = read_deadline("6月底前", None)
    assert deadline.due_on is None
    assert deadline.needs_year


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("新建学校20所，9月底前投入使用。", "9月底前"),
        ("2025年10月底前建成通车。", "2025年10月底前"),
        ("年内完成投资510亿元以上。", "年内"),
        ("新建托育中心，三季度完成。", "三季度"),
        ("一季度完成选址，四季度交付使用。", "四季度"),
        ("推进面板项目，二季度实现首片玻璃基板点亮投产。", "二季度"),
        ("新建水厂，9月投入使用。", "9月"),
        ("1—5月完成投资3亿元。", ""),
        ("已于5月完成选址。", ""),
        ("每年三季度开展检查。", ""),
        ("整治小广告，实行门前三包（全年）", "全年"),
        ("巡查河道（长期坚持）。", "长期坚持"),
        ("开展培训20期（含线上）。", ""),
        ("地区生产总值增长8%。", ""),
        ("较2016年累计削减20万吨。", ""),
    ],
)
def test_a_time_inside_the_sentence_is_found(sentence: str, words: str) -> None:
    assert deadline_in_sentence(sentence) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("除险加固病险水库42座，汛期前完成。", "汛期前"),
        ("秋季学期开学前建成幼儿园3所。", "秋季学期开学前"),
        ("新建游客中心，五一前对外开放。", "五一前"),
        ("5月开工，上冻前投入使用。", "上冻前"),
        ("改造五一前街。", ""),
        ("汛期前后加强巡查。", ""),
        ("春节前夕走访慰问。", ""),
    ],
)
def test_an_occasion_in_the_sentence_says_when(sentence: str, words: str) -> None:
    assert deadline_in_sentence(sentence) == words


def test_an_occasion_alone_is_known_as_a_time() -> None:
    assert names_a_time("国庆节前")
    assert names_a_time("汛期前完成积水点整治")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("建成泵站3座，2026年底前全部投用。", "2026年底前"),
        ("明年底前完成2处，其余开工。", "明年底前"),
        ("2027年内覆盖率达到80%。", "2027年内"),
        ("10月底前完成改造，能耗比2020年底下降8%。", "10月底前"),
        ("能耗比2020年底下降8%。", ""),
        ("此项工作已完成。截至6月底，竣工12处。", ""),
    ],
)
def test_a_sentence_names_the_year_it_is_due_in_and_not_one_that_is_past(sentence, words):
    assert deadline_in_sentence(sentence, 2025) == words
