from datetime import date

import pytest

from app.models.task import TaskStatus
from app.rules.status import LIGHT_LABELS, WORST_FIRST, Facts, Light, Thresholds, judge

IN_PROGRESS, COMPLETED = TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED
NOVEMBER = date(2018, 11, 30)  # pace 91.7 %


def light(
    status: TaskStatus | None, completion: int | None, today: date = NOVEMBER, due: date = date(2018, 12, 31)
) -> Light:
    facts = Facts(status, completion, date(2018, 1, 1), due)
    return judge(facts, today, Thresholds()).light


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (100, Light.ON_PACE),  # 8.3 points ahead is not yet 提前
        (90, Light.ON_PACE),
        (82, Light.ON_PACE),  # 9.7 behind
        (81, Light.BEHIND),  # 10.7 behind
        (62, Light.BEHIND),  # 29.7 behind
        (61, Light.FAR_BEHIND),  # 30.7 behind
        (0, Light.FAR_BEHIND),
    ],
)
def test_ten_points_behind_is_yellow_and_more_than_thirty_red(completion: int, expected: Light) -> None:
    assert light(IN_PROGRESS, completion) is expected


@pytest.mark.parametrize(
    ("completion", "expected"),
    [(41, Light.ON_PACE), (40, Light.BEHIND), (20, Light.BEHIND), (19, Light.FAR_BEHIND), (60, Light.AHEAD)],
)
def test_the_thresholds_themselves_count_as_yellow_but_not_as_red(completion: int, expected: Light) -> None:
    assert light(IN_PROGRESS, completion, today=date(2018, 6, 30)) is expected


def test_past_due_and_unfinished_is_overdue_whatever_the_figure() -> None:
    day_after = date(2018, 7, 1)
    assert light(IN_PROGRESS, 99, day_after, due=date(2018, 6, 30)) is Light.OVERDUE
    assert light(TaskStatus.NOT_STARTED, None, day_after, due=date(2018, 6, 30)) is Light.OVERDUE
    assert light(IN_PROGRESS, 99, date(2018, 6, 30), due=date(2018, 6, 30)) is Light.ON_PACE


def test_a_finished_task_is_done_even_after_its_due_day() -> None:
    assert light(COMPLETED, 100, date(2019, 3, 1)) is Light.DONE


def test_without_a_figure_a_task_is_not_rated() -> None:
    assert light(IN_PROGRESS, None) is Light.UNRATED
    assert light(TaskStatus.SUSPENDED, 40) is Light.UNRATED


def test_a_task_nobody_started_says_so() -> None:
    assert light(TaskStatus.NOT_STARTED, None) is Light.NOT_STARTED


def test_hidden_progress_gives_no_figure_away() -> None:
    judgement = judge(Facts(None, 77, date(2018, 1, 1), date(2018, 12, 31)), NOVEMBER, Thresholds())
    assert judgement.light is Light.HIDDEN
    assert judgement.completion is None
    assert "77" not in judgement.explanation


def test_the_explanation_gives_the_figures() -> None:
    facts = Facts(IN_PROGRESS, 40, date(2018, 1, 1), date(2018, 12, 31))
    judgement = judge(facts, date(2018, 7, 30), Thresholds())
    assert judgement.explanation == "落后序时进度 18 个百分点：时间已过 58 %，完成 40 %。"


def test_the_plans_own_thresholds_rule() -> None:
    facts = Facts(IN_PROGRESS, 86, date(2018, 1, 1), date(2018, 12, 31))
    assert judge(facts, NOVEMBER, Thresholds(yellow=5, red=20)).light is Light.BEHIND


def test_every_light_has_a_word_and_a_rank() -> None:
    assert set(LIGHT_LABELS) == set(Light) == set(WORST_FIRST)
