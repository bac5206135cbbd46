"""量化指标: figure ÷ target, and how a figure is written."""

import pytest

from app.rules.targets import completion_of, figure_words, missing_of


@pytest.mark.parametrize(
    ("actual", "target", "percent"),
    [
        (40, 58, 68),  # 68.97: what is not whole is not done
        (57.9, 58, 99),
        (58, 58, 100),
        (61, 58, 100),
        (0, 58, 0),
        (-3, 58, 0),
        (8.7, 8.7, 100),
        (0.29, 1, 29),  # 28.999… in binary
        (5.7, 8, 71),
        (1e9, 0.0001, 100),
    ],
)
def test_completion_is_the_figure_by_its_target_rounded_down(
    actual: float, target: float, percent: int
) -> None:
    assert completion_of(actual, target) == percent


@pytest.mark.parametrize(
    ("actual", "target", "missing"), [(40, 58, 18), (None, 58, 58), (60, 58, 0), (8.1, 8.5, 0.4)]
)
def test_the_gap_is_what_is_still_to_come(actual: float | None, target: float, missing: float) -> None:
    assert missing_of(actual, target) == missing


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (58.0, "58"),
        (8.5, "8.5"),
        (0.1234, "0.1234"),
        (1000000.0, "1000000"),
        (0.0, "0"),
        (12.34567, "12.3457"),
    ],
)
def test_a_figure_is_written_as_one_writes_it(figure: float, words: str) -> None:
    assert figure_words(figure) == words
