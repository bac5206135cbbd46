"""Lights as tables of cases: facts and a day in, a word out. No database."""

from dataclasses import replace
from datetime import date

import pytest

from app.models.task import Rating, TaskStatus
from app.rules.status import LIGHT_LABELS, WORST_FIRST, Facts, Light, Thresholds, judge

NOT_STARTED, IN_PROGRESS = TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS
COMPLETED, SUSPENDED = TaskStatus.COMPLETED, TaskStatus.SUSPENDED
NEW_YEAR, YEAR_END = date(2018, 1, 1), date(2018, 12, 31)
NOVEMBER = date(2018, 11, 30)  # pace 91.7 %
HALF_YEAR = date(2018, 6, 30)  # pace exactly 50 %
FACTS = Facts(IN_PROGRESS, 50, NEW_YEAR, YEAR_END)


def light(facts: Facts, today: date, thresholds: Thresholds | None = None) -> Light:
    return judge(facts, today, thresholds or Thresholds()).light


@pytest.mark.parametrize(
    ("today", "completion", "expected"),
    [
        # eleven of twelve months: 91.7 %
        (NOVEMBER, 100, Light.ON_PACE),  # 8.3 points ahead is not yet 提前
        (NOVEMBER, 90, Light.ON_PACE),
        (NOVEMBER, 82, Light.ON_PACE),  # 9.7 behind
        (NOVEMBER, 81, Light.BEHIND),  # 10.7 behind
        (NOVEMBER, 62, Light.BEHIND),  # 29.7 behind
        (NOVEMBER, 61, Light.FAR_BEHIND),  # 30.7 behind
        (NOVEMBER, 0, Light.FAR_BEHIND),
        # half of the year: the thresholds to the point
        (HALF_YEAR, 61, Light.AHEAD),
        (HALF_YEAR, 60, Light.AHEAD),  # exactly 10 ahead
        (HALF_YEAR, 59, Light.ON_PACE),
        (HALF_YEAR, 50, Light.ON_PACE),
        (HALF_YEAR, 41, Light.ON_PACE),
        (HALF_YEAR, 40, Light.BEHIND),  # exactly 10 behind is yellow
        (HALF_YEAR, 21, Light.BEHIND),
        (HALF_YEAR, 20, Light.BEHIND),  # exactly 30 behind is still yellow
        (HALF_YEAR, 19, Light.FAR_BEHIND),  # more than 30 is red
        # the ends
        (NEW_YEAR, 0, Light.ON_PACE),
        (date(2017, 12, 1), 0, Light.ON_PACE),
        (date(2017, 12, 1), 10, Light.AHEAD),
        (YEAR_END, 100, Light.ON_PACE),
        (YEAR_END, 90, Light.BEHIND),
        (YEAR_END, 70, Light.BEHIND),
        (YEAR_END, 69, Light.FAR_BEHIND),
    ],
)
def test_ten_points_behind_is_yellow_and_more_than_thirty_red(
    today: date, completion: int, expected: Light
) -> None:
    assert light(replace(FACTS, completion=completion), today) is expected


@pytest.mark.parametrize(
    ("thresholds", "completion", "expected"),
    [
        (Thresholds(5, 20), 45, Light.BEHIND),
        (Thresholds(5, 20), 46, Light.ON_PACE),
        (Thresholds(5, 20), 30, Light.BEHIND),
        (Thresholds(5, 20), 29, Light.FAR_BEHIND),
        (Thresholds(5, 20), 55, Light.AHEAD),
        (Thresholds(15, 40), 36, Light.ON_PACE),
        (Thresholds(15, 40), 10, Light.BEHIND),
        (Thresholds(15, 40), 9, Light.FAR_BEHIND),
        (Thresholds(15, 40), 64, Light.ON_PACE),
    ],
)
def test_the_plans_own_thresholds_rule(thresholds: Thresholds, completion: int, expected: Light) -> None:
    assert light(replace(FACTS, completion=completion), HALF_YEAR, thresholds) is expected


@pytest.mark.parametrize(
    ("status", "completion", "today", "expected"),
    [
        (IN_PROGRESS, 99, HALF_YEAR, Light.ON_PACE),  # the due day itself is still in time
        (IN_PROGRESS, 99, date(2018, 7, 1), Light.OVERDUE),  # whatever the figure
        (IN_PROGRESS, None, HALF_YEAR, Light.UNRATED),
        (IN_PROGRESS, None, date(2018, 7, 1), Light.OVERDUE),
        (NOT_STARTED, None, HALF_YEAR, Light.NOT_STARTED),
        (NOT_STARTED, None, date(2018, 7, 1), Light.OVERDUE),
        (COMPLETED, 100, HALF_YEAR, Light.DONE),
        (COMPLETED, 100, date(2018, 7, 1), Light.DONE),
        (COMPLETED, 100, date(2019, 3, 1), Light.DONE),
        (SUSPENDED, 40, date(2018, 7, 1), Light.UNRATED),
    ],
)
def test_a_task_is_overdue_from_the_day_after_its_due_day(
    status: TaskStatus, completion: int | None, today: date, expected: Light
) -> None:
    assert light(Facts(status, completion, NEW_YEAR, HALF_YEAR), today) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # nobody has signed: said only while nothing has begun
        (Facts(NOT_STARTED, None, NEW_YEAR, YEAR_END, is_signed=False), Light.UNSIGNED),
        (Facts(NOT_STARTED, None, NEW_YEAR, YEAR_END, is_signed=True), Light.NOT_STARTED),
        (Facts(NOT_STARTED, None, NEW_YEAR, HALF_YEAR, is_signed=False), Light.OVERDUE),
        (Facts(IN_PROGRESS, 92, NEW_YEAR, YEAR_END, is_signed=False), Light.ON_PACE),
        (Facts(COMPLETED, 100, NEW_YEAR, YEAR_END, is_signed=False), Light.DONE),
        # suspended: not judged, late or not, signed or not
        (Facts(SUSPENDED, 10, NEW_YEAR, YEAR_END), Light.UNRATED),
        (Facts(SUSPENDED, None, NEW_YEAR, HALF_YEAR, is_signed=False), Light.UNRATED),
        # taken off the list: done, whatever it was
        (Facts(COMPLETED, 100, NEW_YEAR, YEAR_END, is_closed=True), Light.DONE),
        (Facts(IN_PROGRESS, 40, NEW_YEAR, HALF_YEAR, is_closed=True), Light.DONE),
        (Facts(SUSPENDED, None, NEW_YEAR, YEAR_END, is_closed=True), Light.DONE),
        # without a figure
        (Facts(IN_PROGRESS, None, NEW_YEAR, YEAR_END), Light.UNRATED),
        # hidden from this viewer
        (Facts(None, 77, NEW_YEAR, YEAR_END), Light.HIDDEN),
        (Facts(None, 77, NEW_YEAR, HALF_YEAR, is_closed=True), Light.HIDDEN),
    ],
)
def test_signature_suspension_and_closing_decide_before_figures(facts: Facts, expected: Light) -> None:
    assert light(facts, NOVEMBER) is expected


@pytest.mark.parametrize("rating", Rating)
@pytest.mark.parametrize(
    "facts",
    [
        Facts(NOT_STARTED, None, NEW_YEAR, YEAR_END),
        Facts(NOT_STARTED, None, NEW_YEAR, YEAR_END, is_signed=False),
        Facts(IN_PROGRESS, 10, NEW_YEAR, YEAR_END),
        Facts(IN_PROGRESS, None, NEW_YEAR, YEAR_END),
        Facts(IN_PROGRESS, 40, NEW_YEAR, HALF_YEAR),
        Facts(COMPLETED, 100, NEW_YEAR, YEAR_END),
    ],
)
def test_a_rating_stands_above_the_figures_and_tells_them_beside(facts: Facts, rating: Rating) -> None:
    by_figures = judge(facts, NOVEMBER, Thresholds())
    rated = judge(replace(facts, rating=rating), NOVEMBER, Thresholds())
    assert (rated.light, rated.is_rated) == (Light(rating.value), True)
    assert (rated.completion, rated.pace) == (by_figures.completion, by_figures.pace)
    assert rated.explanation == (
        f"督查室评定为“{rated.label}”；按数据为“{by_figures.label}”：{by_figures.explanation}"
    )


@pytest.mark.parametrize("rating", Rating)
@pytest.mark.parametrize(
    "facts",
    [
        Facts(SUSPENDED, 40, NEW_YEAR, YEAR_END),
        Facts(COMPLETED, 100, NEW_YEAR, YEAR_END, is_closed=True),
        Facts(None, 40, NEW_YEAR, YEAR_END),
    ],
)
def test_what_is_settled_or_hidden_is_not_rated(facts: Facts, rating: Rating) -> None:
    assert judge(replace(facts, rating=rating), NOVEMBER, Thresholds()) == judge(
        facts, NOVEMBER, Thresholds()
    )


def test_hidden_progress_gives_no_figure_away() -> None:
    judgement = judge(Facts(None, 77, NEW_YEAR, YEAR_END, Rating.BEHIND), NOVEMBER, Thresholds())
    assert (judgement.completion, judgement.pace, judgement.is_rated) == (None, None, False)
    assert "77" not in judgement.explanation
    assert LIGHT_LABELS[Light.BEHIND] not in judgement.explanation


@pytest.mark.parametrize(
    ("facts", "today", "explanation"),
    [
        (
            replace(FACTS, completion=40),
            date(2018, 7, 30),
            "落后序时进度 18 个百分点：时间已过 58 %，完成 40 %。",
        ),
        (replace(FACTS, completion=15), HALF_YEAR, "落后序时进度 35 个百分点：时间已过 50 %，完成 15 %。"),
        (replace(FACTS, completion=65), HALF_YEAR, "快于序时进度 15 个百分点：时间已过 50 %，完成 65 %。"),
        (FACTS, HALF_YEAR, "与序时进度相当：时间已过 50 %，完成 50 %。"),
        (replace(FACTS, completion=None), HALF_YEAR, "未填完成率，暂不评价；时间已过 50 %。"),
        (replace(FACTS, due_on=HALF_YEAR), date(2018, 7, 3), "已过完成时限 3 天，尚未完成。"),
        (replace(FACTS, status=NOT_STARTED), HALF_YEAR, "尚未启动，时间已过 50 %。"),
        (replace(FACTS, status=NOT_STARTED, is_signed=False), HALF_YEAR, "责任单位尚未签收，时间已过 50 %。"),
        (replace(FACTS, status=COMPLETED), HALF_YEAR, "牵头单位已报完成。"),
        (replace(FACTS, status=SUSPENDED), HALF_YEAR, "任务已中止，暂不评价。"),
        (replace(FACTS, is_closed=True), HALF_YEAR, "督查室已核实办结。"),
    ],
)
def test_the_explanation_gives_the_reason_and_the_figures(
    facts: Facts, today: date, explanation: str
) -> None:
    assert judge(facts, today, Thresholds()).explanation == explanation


def test_every_light_has_a_word_and_a_rank() -> None:
    assert set(LIGHT_LABELS) == set(Light) == set(WORST_FIRST)
    assert {rating.value for rating in Rating} < {light.value for light in Light}
